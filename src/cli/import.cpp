#include "cli/city_data.hpp"
#include "cli/command.hpp"
#include "cli/import_reviewed.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct ImportOptions {
  std::vector<std::string> files;
  std::string data = "data", city = "jingdezhen", format, from, until, errors, who, why, lang = "zh";
  bool preview = false;
};

constexpr const char* reviewed_format = "reviewed";

Result<int> run_import_reviewed(const ImportOptions& options, const Context& context) {
  if (!options.from.empty() || !options.until.empty())
    return fail(Errc::invalid_value, "--format reviewed takes a file whole; leave --from and --until out", "from");
  auto data = open_city_data(context.packs, options.city, options.data);
  if (!data) return fail(data.error());
  int result = 0;
  for (const auto& file : options.files) {
    std::printf("%s\n", file.c_str());
    const auto done = import_reviewed(
        **data, context.packs, {file, options.who, options.why, options.preview, options.errors, options.lang == "en"});
    const int code = done ? *done : report(done.error());
    if (code != 0) result = code;
  }
  return result;
}

Result<int> run_import(const ImportOptions& options, const Context& context) {
  if (options.format == reviewed_format) return run_import_reviewed(options, context);
  if (options.preview || !options.who.empty() || !options.why.empty())
    return fail(Errc::invalid_value, "--who, --why and --preview go with --format reviewed", "format");
  ImportFile request;
  request.format = options.format;
  request.errors = options.errors;
  request.show_progress = isatty(2) != 0;
  if (!options.from.empty()) {
    const auto from = parse_instant(options.from);
    if (!from) return fail(from.error());
    request.from = *from;
  }
  if (!options.until.empty()) {
    const auto until = parse_instant(options.until);
    if (!until) return fail(until.error());
    request.until = *until;
  }
  auto data = open_city_data(context.packs, options.city, options.data);
  if (!data) return fail(data.error());
  int result = 0;
  for (const auto& file : options.files) {
    request.file = file;
    const auto summary = import_into(**data, request);
    if (!summary) {
      result = report(summary.error());
      continue;
    }
    std::printf("%s\n", file.c_str());
    for (const auto& line : intake::summary_lines(*summary)) std::printf("  %s\n", line.c_str());
    if (summary->ended_early)
      result = report(*summary->ended_early);
    else if (summary->rejected > 0 && result == 0)
      result = face(Errc::malformed).exit_code;
  }
  return result;
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("import", "Read files into the archive of a data folder");
  auto options = std::make_shared<ImportOptions>();
  command->add_option("files", options->files, "files, plain or packed with zstd")->required();
  command->add_option(
      "--format", options->format,
      "csv, air-station-hourly, air-city-daily, water-auto-4h, cnemc-wide, cnemc-geojson, cnemc-wcf, reviewed");
  command->add_option("--data", options->data, "data folder")->capture_default_str();
  command->add_option("--city", options->city, "city pack")->capture_default_str();
  command->add_option("--from", options->from, "leave out values whose window ends at or before this time");
  command->add_option("--until", options->until, "leave out values whose window ends after this time");
  command->add_option("--errors", options->errors, "write the rows that could not be taken to this CSV file");
  command->add_option("--who", options->who, "who decides what the file says, with --format reviewed");
  command->add_option("--why", options->why, "why, with --format reviewed");
  command->add_flag("--preview", options->preview, "only say what would change, with --format reviewed");
  command->add_option("--lang", options->lang, "words for refused rows of --format reviewed")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str();
  command->footer(
      "Example:\n  celadon import demo/air-station-hourly-2020/jingdezhen_hourly.csv --until '2020-04-03 00:00'\n"
      "The same file twice adds nothing. Exit code 65 when rows were rejected. While a server holds the folder, send "
      "the file to\n"
      "POST /api/v1/imports instead. docs/import.md describes the formats, docs/review.md the table of "
      "values\nbefore and after a review made elsewhere (--format reviewed).");
  command->callback([options, &context] {
    const auto result = run_import(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
