#include "intake/table_file.hpp"
#include "report/writers.hpp"

#include <cmath>

namespace celadon::report {

Result<std::string> write_xlsx(const Document& document, const std::filesystem::path& folder) {
  const std::string& lang = document.making.lang;
  const bool en = lang == "en";
  const auto words = [&](std::string_view key) { return std::string(say(key, lang)); };
  std::vector<intake::TableColumn> columns;
  const auto column = [&](std::string head, double width) { columns.push_back({std::move(head), width, {}}); };
  column(words("code"), 8);
  column(words("what"), 36);
  column(words("value"), 12);
  column(en ? "Unit" : "单位", 10);
  column(en ? "As printed" : "文中写法", 14);
  column(words("time"), 20);
  column(words("basis"), 46);
  column(en ? "Edition" : "标准版本", 18);
  column(words("received"), 20);
  column(en ? "Reference" : "依据标识", 34);
  column(en ? "Link" : "依据链接", 60);
  column(words("old"), 12);
  column(words("erratum"), 10);
  auto writer = intake::XlsxWriter::begin(folder, std::move(columns));
  if (!writer) return fail(writer.error());
  for (std::size_t i = 0; i < document.figures.size(); ++i) {
    const Figure& figure = document.figures[i];
    std::vector<intake::TableCell> cells;
    cells.emplace_back(document.number_of(static_cast<int>(i)));
    cells.emplace_back(figure.name.in(lang));
    if (figure.word || std::isnan(figure.value))
      cells.emplace_back();
    else
      cells.emplace_back(std::stod(printed(figure.value, figure.decimals)));
    cells.emplace_back(figure.unit);
    cells.emplace_back(printed(figure, lang));
    cells.emplace_back(figure.evidence.time);
    cells.emplace_back(figure.evidence.how.in(lang));
    cells.emplace_back(figure.evidence.edition);
    if (figure.evidence.result_time)
      cells.emplace_back(*figure.evidence.result_time);
    else
      cells.emplace_back();
    cells.emplace_back(figure.ref);
    cells.emplace_back(document.link_of(figure));
    std::string old_text;
    std::string erratum;
    for (const auto& change : document.making.changes) {
      if (change.ref != figure.ref) continue;
      old_text = change.old_text;
      erratum = change.erratum.empty() ? "—" : change.erratum;
    }
    cells.emplace_back(old_text);
    cells.emplace_back(erratum);
    writer->add(cells);
  }
  const Making& making = document.making;
  return writer->finish({{document.title},
                         {making.draft ? words("draft") : words("signer") + making.who},
                         {words("signed-at"), making.signed_at},
                         {words("known"), making.known_at},
                         {words("number"), making.report_id},
                         {words("version"), std::to_string(making.version)},
                         {words("annex-hint")}});
}

}  // namespace celadon::report
