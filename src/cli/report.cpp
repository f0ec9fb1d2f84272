#include "cli/city_data.hpp"
#include "cli/command.hpp"
#include "core/yaml_fields.hpp"
#include "report/collect.hpp"
#include "report/document.hpp"
#include "report/template.hpp"
#include "report/writers.hpp"
#include "watch/effective.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <memory>

namespace celadon::cli {
namespace {

struct ReportOptions {
  std::string file, template_id, day, out, lang = "zh", edition, other_edition, subject, data = "data",
                                           city = "jingdezhen";
};

std::filesystem::path folder_of(const Context& context) { return context.packs / "reports"; }

Result<void> check(const ReportOptions& options, const Context& context) {
  if (!options.file.empty()) {
    const auto one =
        parse_pack(std::filesystem::path(options.file),
                   [](std::string_view text, const std::string& name) { return report::parse_template(text, name); });
    if (!one) return fail(one.error());
    std::printf("%s: %s, good\n", options.file.c_str(), one->name.en.c_str());
    return {};
  }
  const auto all = report::read_templates(folder_of(context));
  if (!all) return fail(all.error());
  std::printf("%zu templates, all good\n", all->size());
  return {};
}

Result<void> list(const Context& context) {
  const auto all = report::read_templates(folder_of(context));
  if (!all) return fail(all.error());
  for (const auto& form : *all)
    std::printf("%-22s %-8s %s / %s\n", form.id.c_str(), form.kind.c_str(), form.name.zh.c_str(), form.name.en.c_str());
  return {};
}

void values() {
  static constexpr const char* kinds[] = {"words", "day", "moment", "figure", "list"};
  for (const auto& set : report::catalogue()) {
    std::printf("%s: %s / %s\n", set.id.c_str(), set.about.zh.c_str(), set.about.en.c_str());
    for (const auto& entry : set.entries)
      std::printf("  %-34s %-7s %s / %s\n", entry.path.c_str(), kinds[static_cast<std::size_t>(entry.kind)],
                  entry.about.zh.c_str(), entry.about.en.c_str());
  }
}

/// A draft of what the folder holds; nothing is entered, so nothing is signed.
Result<void> make(const ReportOptions& options, const Context& context) {
  const auto form = report::read_template(folder_of(context), options.template_id);
  if (!form) return fail(form.error());
  const auto day = parse_legal_day(options.day);
  if (!day) return fail(day.error().code, "--day: " + day.error().detail);
  const auto dot = options.out.rfind('.');
  const std::string kind = dot == std::string::npos ? "" : options.out.substr(dot + 1);
  auto data = open_city_data(context.packs, options.city, options.data);
  if (!data) return fail(data.error());
  const auto& archive = *(*data)->archive;
  const auto& ledger = *(*data)->ledger;
  report::Sources sources{
      archive, ledger, (*data)->library, {(*data)->city.name_zh, (*data)->city.name_en}, (*data)->city.id, {}, {}, {}};
  sources.effective = [&](const archive::GridQuery& query, std::span<double> value) {
    return watch::read_effective(archive, ledger, query, value);
  };
  const Instant known_at = archive.last_result_time();
  const auto [from, to] = report::period_of(*form, *day);
  const auto got = report::collect(
      sources, {form->values, from, to, options.edition, options.other_edition, options.subject, known_at});
  if (!got) return fail(got.error());
  report::Making making;
  making.lang = options.lang;
  making.city = options.lang == "en" ? (*data)->city.name_en : (*data)->city.name_zh;
  making.known_at = to_beijing_minute(known_at);
  making.made_at = now();
  const auto document = report::make_document(*form, *got, making);
  if (!document) return fail(document.error());
  const auto bytes =
      kind == "docx"   ? report::write_docx(*document)
      : kind == "pdf"  ? report::write_pdf(*document)
      : kind == "xlsx" ? report::write_xlsx(*document, std::filesystem::temp_directory_path())
      : kind == "html"
          ? report::write_html(*document)
          : Result<std::string>(fail(Errc::invalid_value, "--out: a file that ends in .docx, .pdf, .xlsx or .html"));
  if (!bytes) return fail(bytes.error());
  std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
  out << *bytes;
  out.flush();
  if (!out) return fail(Errc::io_failed, options.out + ": cannot be written");
  std::printf("%s: %zu figures, %zu bytes; a draft, signed by nobody\n", options.out.c_str(), document->figures.size(),
              bytes->size());
  return {};
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("report", "Templates of reports: checked, listed, made into drafts (docs/reports.md)");
  command->require_subcommand(1);
  auto options = std::make_shared<ReportOptions>();
  const auto finish = [&context](const Result<void>& done) { context.exit_code = done ? 0 : report(done.error()); };
  auto* checking = command->add_subcommand("check", "Read templates and say what is wrong, with file and line");
  checking->add_option("file", options->file, "one template; all of packs/reports when absent");
  checking->callback([=, &context] { finish(check(*options, context)); });
  auto* listing = command->add_subcommand("list", "Templates there are");
  listing->callback([=, &context] { finish(list(context)); });
  auto* naming = command->add_subcommand("values", "Values a template can ask for, by set");
  naming->callback([] { values(); });
  auto* making = command->add_subcommand("make", "Make a draft of what a data folder holds");
  making->add_option("template", options->template_id, "id of the template")->required();
  making->add_option("--day", options->day, "the day, or any day of the week or month")->required();
  making->add_option("--out", options->out, "file to write: .docx, .pdf, .xlsx or .html")->required();
  making->add_option("--lang", options->lang, "zh or en")->check(CLI::IsMember({"zh", "en"}))->capture_default_str();
  making->add_option("--edition", options->edition, "of the air index, instead of the one in force");
  making->add_option("--other-edition", options->other_edition, "told beside it");
  making->add_option("--subject", options->subject, "number of the event a special report is about");
  making->add_option("--data", options->data, "data folder; no server may hold it")->capture_default_str();
  making->add_option("--city", options->city, "city pack")->capture_default_str();
  making->callback([=, &context] { finish(make(*options, context)); });
}

}  // namespace celadon::cli
