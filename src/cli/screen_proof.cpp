#include "cli/screen_proof.hpp"

#include "core/json_writer.hpp"
#include "core/sha256.hpp"
#include "core/yaml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>

namespace celadon::cli {
namespace {

using quality::screen::Column;
using quality::screen::Finding;
using quality::screen::Kind;

std::vector<std::pair<std::string, Column>> columns_of(const ScreenInput& input, std::size_t outlet,
                                                       std::size_t series) {
  const auto& from = input.outlets[outlet];
  std::vector<std::pair<std::string, Column>> columns = {{from.values[series].first, from.values[series].second}};
  for (const auto& [name, column] : {std::pair{"o2", &from.oxygen},
                                     {"converted", &from.converted},
                                     {"load", &from.load},
                                     {"power", &from.power},
                                     {"water", &from.water},
                                     {"flow", &from.flow},
                                     {"mark", &from.mark}}) {
    if (!column->empty()) columns.emplace_back(name, *column);
  }
  return columns;
}

Instant time_of(const ScreenInput& input, std::size_t row) {
  return {input.first.us + static_cast<std::int64_t>(row) * us_per_hour};
}

void put_evidence(JsonWriter& json, const char* name, const std::string& csv) {
  json.key(name).begin_object().member("sha256", sha256(csv)).member("csv", csv).end_object();
}

void put_rule(JsonWriter& json, const quality::screen::Rule& rule) {
  json.key("rule").begin_object();
  json.member("id", rule.id).member("edition", rule.edition).member("kind", name_of(rule.kind));
  json.member("name_zh", rule.zh).member("name_en", rule.en).member("place", rule.place);
  json.member("source", rule.source).member("trust", rule.trust);
  json.member("alpha", rule.alpha).member("correction", name_of(rule.correction));
  json.key("parameters").begin_object();
  for (const auto& [name, value] : rule.numbers) json.member(name, value);
  json.end_object().end_object();
}

void put_finding(JsonWriter& json, const ScreenInput& input, const Finding& finding) {
  const auto& test = finding.test;
  json.begin_object();
  put_rule(json, *finding.rule);
  json.member("reason_zh", reason(finding, input.outlets, input.first, true));
  json.member("reason_en", reason(finding, input.outlets, input.first, false));
  json.member("begin", time_of(input, test.begin)).member("end", time_of(input, test.end - 1));
  json.member("hours", test.end - test.begin);
  json.key("statistics").begin_object();
  json.member("statistic", test.statistic).member("value", test.value).member("typical", test.typical);
  json.member("p", test.p).member("tests", finding.tests).member("adjusted_p", finding.adjusted_p).end_object();
  put_evidence(json, "evidence", evidence_csv(input, finding.outlet, finding.series, test.begin, test.end));
  if (const auto other = compared_with(input, finding)) {
    json.key("other").begin_object();
    json.member("outlet", other->outlet).member("quantity", other->quantity);
    json.member("file", other->file).member("sha256", other->file_sha256).member("begin", other->begin);
    put_evidence(json, "evidence", other->csv);
    json.end_object();
  }
  json.member("figure_svg", finding_figure(input, finding));
  json.end_object();
}

std::string proof_json(const ScreenInput& input, std::span<const Finding> findings, const ProofSource& source) {
  const auto& first = findings.front();
  const auto& outlet = input.outlets[first.outlet];
  const auto& column = outlet.values[first.series].second;
  std::string text;
  JsonWriter json(text);
  json.begin_object().member("format", "celadon-screening-proof/1");
  json.member("notice_zh", proof_notice_zh).member("notice_en", proof_notice_en);
  json.member("program", "celadon " CELADON_VERSION).member("made_at", source.made_at);
  json.member("command", source.command);
  json.key("input").begin_object().member("file", input.files[first.outlet].path);
  json.member("bytes", input.files[first.outlet].bytes).member("sha256", input.files[first.outlet].sha256).end_object();
  json.key("pack").begin_object().member("file", source.pack_file).member("sha256", source.pack_sha256).end_object();
  json.key("series").begin_object().member("outlet", outlet.name).member("quantity", outlet.values[first.series].first);
  json.member("begin", time_of(input, 0)).member("step", "PT1H").member("rows", input.rows);
  json.member("missing",
              static_cast<std::size_t>(std::ranges::count_if(column, [](double x) { return std::isnan(x); })));
  if (outlet.limit) json.member("limit", *outlet.limit);
  json.member("values_sha256", sha256(evidence_csv(input, first.outlet, first.series, 0, input.rows))).end_object();
  json.key("findings").begin_array();
  for (const auto& finding : findings) put_finding(json, input, finding);
  json.end_array().end_object();
  return text + "\n";
}

/// A name that is safe as a folder: letters, digits, dots, - and _ of ASCII and everything beyond it.
std::string folder_name(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '_' || (c == '.' && !safe.empty());
    safe += plain ? c : '_';
  }
  return safe;
}

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(Errc::io_failed, path.string() + ": cannot be written");
  return {};
}

}  // namespace

std::string evidence_csv(const ScreenInput& input, std::size_t outlet, std::size_t series, std::size_t begin,
                         std::size_t end) {
  const auto columns = columns_of(input, outlet, series);
  std::string csv = "time";
  for (const auto& [name, column] : columns) csv += "," + name;
  csv += '\n';
  for (std::size_t row = begin; row < end; ++row) {
    csv += to_iso_beijing(time_of(input, row));
    for (const auto& [name, column] : columns) {
      csv += ',';
      if (!std::isfinite(column[row])) continue;
      std::array<char, 32> text{};
      csv.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), column[row]).ptr);
    }
    csv += '\n';
  }
  return csv;
}

std::string series_name(const ScreenInput& input, const Finding& finding) {
  const auto& outlet = input.outlets[finding.outlet];
  return outlet.name + " " + outlet.values[finding.series].first;
}

std::vector<ProofFact> facts_of(const ScreenInput& input, const Finding& finding, const ProofSource& source) {
  const auto& file = input.files[finding.outlet];
  const auto& limit = input.outlets[finding.outlet].limit;
  std::vector<ProofFact> facts = {
      {"数据文件", "input file", file.path + " (" + std::to_string(file.bytes) + " bytes)"},
      {"数据文件 SHA-256", "of the file", file.sha256, true},
      {"整列数值 SHA-256", "of all its values",
       sha256(evidence_csv(input, finding.outlet, finding.series, 0, input.rows)), true},
      {"时段", "period",
       to_beijing_minute(input.first) + " – " + to_beijing_minute(time_of(input, input.rows - 1))}};
  if (limit) facts.push_back({"限值", "limit", number_text(*limit)});
  facts.push_back({"规则包", "pack", source.pack_file});
  facts.push_back({"规则包 SHA-256", "of the pack", source.pack_sha256, true});
  facts.push_back({"程序", "program", "celadon " CELADON_VERSION});
  facts.push_back({"生成时间", "made at", to_iso_beijing(source.made_at)});
  return facts;
}

std::vector<ProofFact> statistics_of(const Finding& finding) {
  const auto& test = finding.test;
  const auto& rule = *finding.rule;
  std::string parameters;
  for (const auto& [name, value] : rule.numbers) parameters += name + " = " + number_text(value) + "; ";
  parameters += fmt::format("alpha = {}; {}", number_text(rule.alpha), name_of(rule.correction));
  return {{"规则", "rule", rule.id + " (" + std::string(name_of(rule.kind)) + ")"},
          {"版本", "edition", rule.edition + ", " + rule.place},
          {"参数", "parameters", parameters, true},
          {"方法来源", "source", rule.source + " [" + rule.trust + "]"},
          {"统计量", "statistic", number_text(test.statistic)},
          {"观测值 / 通常值", "seen / usual", number_text(test.value) + " / " + number_text(test.typical)},
          {"单次检验 p", "p of the single test", fmt::format("{:.3g}", test.p)},
          {"校正后 p", "p after the correction",
           fmt::format("{:.3g}（共 {:.0f} 次检验 tests）", finding.adjusted_p, finding.tests)}};
}

std::optional<OtherEvidence> compared_with(const ScreenInput& input, const Finding& finding) {
  const bool copy = finding.rule->kind == Kind::copies;
  if (!copy && finding.rule->kind != Kind::twins) return std::nullopt;
  const auto& test = finding.test;
  const std::size_t begin = copy ? test.other_begin : test.begin;
  const auto& outlet = input.outlets[finding.other_outlet];
  const auto& file = input.files[finding.other_outlet];
  return OtherEvidence{outlet.name,
                       outlet.values[finding.other_series].first,
                       file.path,
                       file.sha256,
                       time_of(input, begin),
                       evidence_csv(input, finding.other_outlet, finding.other_series, begin,
                                    begin + test.end - test.begin)};
}

Result<std::vector<std::filesystem::path>> write_proofs(const ScreenInput& input, std::span<const Finding> findings,
                                                        const ProofSource& source, const std::filesystem::path& out) {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Finding>> by_series;
  for (const auto& finding : findings) by_series[{finding.outlet, finding.series}].push_back(finding);
  std::vector<std::filesystem::path> folders;
  for (const auto& [place, own] : by_series) {
    const auto& outlet = input.outlets[place.first];
    auto name = folder_name(outlet.name + "-" + outlet.values[place.second].first);
    if (std::ranges::find(folders, out / name) != folders.end()) name += "-" + std::to_string(place.first + 1);
    const auto folder = out / name;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(Errc::io_failed, folder.string() + ": cannot be made: " + error.message());
    if (auto done = write_file(folder / "proof.json", proof_json(input, own, source)); !done) return fail(done.error());
    if (auto done = write_file(folder / "proof.html", proof_html(input, own, source)); !done) return fail(done.error());
    const auto pdf = proof_pdf(input, own, source);
    if (!pdf) return fail(pdf.error());
    if (auto done = write_file(folder / "proof.pdf", *pdf); !done) return fail(done.error());
    folders.push_back(folder);
  }
  return folders;
}

}  // namespace celadon::cli
