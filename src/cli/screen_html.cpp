// The proof as a page: Chinese first, English beneath, no request to anywhere, made for A4.

#include "cli/screen_proof.hpp"
#include "core/sha256.hpp"
#include "core/yaml_fields.hpp"

#include <fmt/format.h>

namespace celadon::cli {
namespace {

using quality::screen::Finding;
using quality::screen::Kind;

constexpr std::string_view style = R"(
:root{color-scheme:light}
body{font:14px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:#222;margin:0 auto;
 max-width:820px;padding:24px}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:28px 0 4px;border-bottom:2px solid #1f5f8b;padding-bottom:3px}
.en{color:#555;font-size:12px;font-weight:normal}h1 .en,h2 .en{display:block}
.notice{border-left:4px solid #c2571a;background:#fdf6ee;padding:8px 12px;margin:14px 0}
table{border-collapse:collapse;width:100%;margin:8px 0}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid #ddd;padding:3px 8px 3px 0}
th{width:30%;font-weight:normal;color:#444}
code,pre{font:11px/1.45 "DejaVu Sans Mono",Consolas,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
pre{columns:2;column-gap:24px;margin:6px 0}pre.one{columns:1;background:#f5f5f5;padding:8px}
svg{width:100%;height:auto;display:block;margin:8px 0}
.t{font-weight:bold}summary{cursor:pointer;color:#1f5f8b}
@page{size:A4;margin:15mm}
@media print{body{max-width:none;padding:0;font-size:10.5pt}section{break-before:page}svg,.notice,table{break-inside:avoid}
 section:first-of-type{break-before:auto}pre{font-size:7.5pt}details:not([open]){display:none}}
)";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string code(std::string_view text) { return "<code>" + escaped(text) + "</code>"; }

std::string table_of(const std::vector<ProofFact>& facts) {
  std::string html = "<table>\n";
  for (const auto& fact : facts) {
    html += fmt::format("<tr><th>{} <span class=\"en\">{}</span></th><td>{}</td></tr>\n", fact.zh, fact.en,
                        fact.exact ? code(fact.value) : escaped(fact.value));
  }
  return html + "</table>\n";
}

std::string data_of(const std::string& csv, std::string_view zh, std::string_view en) {
  constexpr std::size_t printed_max = 12'000;  // about four pages; more stays closed and unprinted
  return fmt::format(
      "<details{}><summary>{} <span class=\"en\">{}</span></summary><pre>{}</pre></details>"
      "<p class=\"en\">SHA-256 {}</p>\n",
      csv.size() <= printed_max ? " open" : "", zh, en, escaped(csv), code(sha256(csv)));
}

std::string section_of(const ScreenInput& input, const Finding& finding, std::size_t number) {
  const auto& test = finding.test;
  std::string html = "<section>\n";
  html += fmt::format("<h2>{}. {} <span class=\"en\">{}</span></h2>\n", number, escaped(finding.rule->zh),
                      escaped(finding.rule->en));
  html += fmt::format("<p>{}<br><span class=\"en\">{}</span></p>\n",
                      escaped(reason(finding, input.outlets, input.first, true)),
                      escaped(reason(finding, input.outlets, input.first, false)));
  html += finding_figure(input, finding) + "\n" + table_of(statistics_of(finding));
  html += data_of(evidence_csv(input, finding.outlet, finding.series, test.begin, test.end), "所依据的数据",
                  "the values it rests on; times are ends of hours, Beijing time");
  if (const auto other = compared_with(input, finding)) {
    html += data_of(other->csv, "对照数据", "the values it is compared with");
    html += fmt::format("<p class=\"en\">{} SHA-256 {}</p>\n", escaped(other->file), code(other->file_sha256));
  }
  return html + "</section>\n";
}

}  // namespace

std::string proof_html(const ScreenInput& input, std::span<const Finding> findings, const ProofSource& source) {
  const auto& first = findings.front();
  const std::string name = escaped(series_name(input, first));
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>自动监测数据筛查证明 {}</title><style>{}</style></head><body>\n",
      name, style);
  html += fmt::format(
      "<h1>自动监测数据筛查证明：{} <span class=\"en\">Proof of a screening of self-monitoring data</span></h1>\n",
      name);
  html += fmt::format("<div class=\"notice\">{}<br><span class=\"en\">{}</span></div>\n", proof_notice_zh,
                      proof_notice_en);
  html += table_of(facts_of(input, first, source));
  html += fmt::format(
      "<p>{} <span class=\"en\">{}</span></p>\n", proof_repeat_zh, proof_repeat_en);
  html += "<pre class=\"one\">" + escaped(source.command) + "</pre>\n";
  for (std::size_t i = 0; i < findings.size(); ++i) html += section_of(input, findings[i], i + 1);
  return html + "</body></html>\n";
}

}  // namespace celadon::cli
