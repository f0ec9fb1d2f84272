// The proof as a document on A4, by the writer of reports.

#include "cli/screen_proof.hpp"
#include "core/sha256.hpp"
#include "report/writers.hpp"

#include <algorithm>

namespace celadon::cli {
namespace {

using quality::screen::Finding;
using report::Block;

constexpr std::size_t printed_rows_max = 400;

report::Runs said(std::string text, bool bold = false) { return {report::Run{std::move(text), bold, -1, {}}}; }

Block text_block(Block::Kind kind, std::string text, int level = 0) {
  Block block;
  block.kind = kind;
  block.level = level;
  block.runs = said(std::move(text));
  return block;
}
Block paragraph(std::string text) { return text_block(Block::Kind::paragraph, std::move(text)); }

Block facts_block(const std::vector<ProofFact>& facts) {
  Block block;
  block.kind = Block::Kind::table;
  block.table.head = {said("项目 item"), said("内容 content")};
  block.table.align = {'l', 'l'};
  for (const auto& fact : facts)
    block.table.rows.push_back({said(std::string(fact.zh) + " " + std::string(fact.en)), said(fact.value)});
  return block;
}

/// The rows of a CSV text whose cells have no quotes, as evidence_csv writes them.
Block data_block(const std::string& csv, const std::string& caption) {
  Block block;
  block.kind = Block::Kind::table;
  block.table.caption = said(caption);
  for (std::size_t at = 0; at < csv.size();) {
    const std::size_t end = std::min(csv.find('\n', at), csv.size());
    std::vector<report::Runs> cells;
    for (std::size_t from = at; from <= end;) {
      const std::size_t comma = std::min(csv.find(',', from), end);
      cells.push_back(said(csv.substr(from, comma - from)));
      from = comma + 1;
    }
    if (block.table.head.empty())
      block.table.head = std::move(cells);
    else
      block.table.rows.push_back(std::move(cells));
    at = end + 1;
  }
  block.table.align.assign(block.table.head.size(), 'r');
  block.table.align.front() = 'l';
  return block;
}

void put_data(std::vector<Block>& blocks, const std::string& csv, const std::string& caption) {
  const auto rows = static_cast<std::size_t>(std::ranges::count(csv, '\n'));
  if (rows <= printed_rows_max) {
    blocks.push_back(data_block(csv, caption));
  } else {
    blocks.push_back(paragraph(caption + "：共 " + std::to_string(rows - 1) +
                               " 行，全文见同一文件夹的 proof.json。In full in proof.json beside this file."));
  }
  blocks.push_back(paragraph("SHA-256 " + sha256(csv)));
}

}  // namespace

Result<std::string> proof_pdf(const ScreenInput& input, std::span<const Finding> findings, const ProofSource& source) {
  const auto& first = findings.front();
  report::Document document;
  document.title = "自动监测数据筛查证明：" + series_name(input, first);
  document.making.city = "Celadon";
  document.making.draft = false;
  document.making.made_at = source.made_at;
  auto& blocks = document.blocks;
  blocks.push_back(text_block(Block::Kind::title, document.title));
  blocks.push_back(paragraph(proof_notice_zh));
  blocks.push_back(paragraph(proof_notice_en));
  blocks.push_back(facts_block(facts_of(input, first, source)));
  blocks.push_back(paragraph(std::string(proof_repeat_zh) + " " + proof_repeat_en + "："));
  blocks.push_back(paragraph(source.command));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& finding = findings[i];
    blocks.push_back(text_block(Block::Kind::heading,
                                std::to_string(i + 1) + ". " + finding.rule->zh + " " + finding.rule->en, 1));
    blocks.push_back(paragraph(reason(finding, input.outlets, input.first, true)));
    blocks.push_back(paragraph(reason(finding, input.outlets, input.first, false)));
    Block picture = text_block(Block::Kind::picture, series_name(input, finding));
    picture.svg = finding_figure(input, finding);
    blocks.push_back(std::move(picture));
    blocks.push_back(facts_block(statistics_of(finding)));
    put_data(blocks, evidence_csv(input, finding.outlet, finding.series, finding.test.begin, finding.test.end),
             "所依据的数据（时刻为小时末，北京时间）The values it rests on; times are ends of hours, Beijing time");
    if (const auto other = compared_with(input, finding)) {
      put_data(blocks, other->csv, "对照数据 The values it is compared with");
      blocks.push_back(paragraph(other->file + " SHA-256 " + other->file_sha256));
    }
  }
  return report::write_pdf(document);
}

}  // namespace celadon::cli
