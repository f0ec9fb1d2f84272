#include "cli/city_data.hpp"
#include "cli/command.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct ImportOptions {
  std::vector<std::string> files;
  std::string data = "data", city = "jingdezhen", format, from, until, errors;
};

Result<int> run_import(const ImportOptions& options, const Context& context) {
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
  command->add_option("--format", options->format,
                      "csv, air-station-hourly, air-city-daily, water-auto-4h, cnemc-wide, cnemc-geojson, cnemc-wcf");
  command->add_option("--data", options->data, "data folder")->capture_default_str();
  command->add_option("--city", options->city, "city pack")->capture_default_str();
  command->add_option("--from", options->from, "leave out values whose window ends at or before this time");
  command->add_option("--until", options->until, "leave out values whose window ends after this time");
  command->add_option("--errors", options->errors, "write the rows that could not be taken to this CSV file");
  command->footer(
      "Example:\n  celadon import demo/air-station-hourly-2020/jingdezhen_hourly.csv --until '2020-04-03 00:00'\n"
      "The same file twice adds nothing. Exit code 65 when rows were rejected. While a server holds the folder, send "
      "the file to\n"
      "POST /api/v1/imports instead. docs/import.md describes the formats.");
  command->callback([options, &context] {
    const auto result = run_import(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
