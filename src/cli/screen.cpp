#include "cli/command.hpp"
#include "cli/screen_input.hpp"
#include "cli/screen_proof.hpp"
#include "core/decimal.hpp"
#include "core/sha256.hpp"
#include "core/yaml_fields.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct ScreenOptions {
  std::vector<std::string> files;
  std::string columns, out;
  double limit = 0;
  bool has_limit = false, fail_on_finding = false;
};

/// The command as it was given, to be repeated by another.
std::string command_of(const ScreenOptions& options) {
  std::string command = "celadon screen";
  const auto quoted = [](const std::string& text) {
    if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=+,") ==
        std::string::npos)
      return text;
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return safe + "'";
  };
  for (const auto& file : options.files) command += " " + quoted(file);
  if (options.has_limit) command += " --limit " + shortest_text(options.limit);
  if (!options.columns.empty()) command += " --columns " + quoted(options.columns);
  if (!options.out.empty()) command += " --out " + quoted(options.out);
  return command;
}

Result<int> run_screen(const ScreenOptions& options, const Context& context) {
  using namespace quality::screen;
  const auto pack_path = context.packs / "quality" / "screening.yaml";
  const auto pack_text = read_pack(pack_path);
  if (!pack_text) return fail(pack_text.error());
  const auto rules = parse_rules(*pack_text, pack_path.filename().string());
  if (!rules) return fail(rules.error());
  const auto columns = ScreenColumns::parse(options.columns);
  if (!columns) return fail(columns.error());
  auto input = read_screen_input(options.files, *columns);
  if (!input) return fail(input.error());
  if (options.has_limit) {
    for (auto& outlet : input->outlets) outlet.limit = options.limit;
  }
  const auto findings = screen(input->outlets, *rules);
  for (const auto& finding : findings) {
    const auto& outlet = input->outlets[finding.outlet];
    std::printf("%s %s: %s: %s; p %.3g, after %.0f tests %.3g\n", outlet.name.c_str(),
                outlet.values[finding.series].first.c_str(), finding.rule->id.c_str(),
                reason(finding, input->outlets, input->first, false).c_str(), finding.test.p, finding.tests,
                finding.adjusted_p);
  }
  std::printf("%zu findings in %zu outlets of %zu hours; a finding is a ground for an inspection, not a verdict\n",
              findings.size(), input->outlets.size(), input->rows);
  if (!options.out.empty()) {
    const ProofSource source{.command = command_of(options),
                             .pack_file = "quality/" + pack_path.filename().string(),
                             .pack_sha256 = sha256(*pack_text),
                             .made_at = now()};
    const auto written = write_proofs(*input, findings, source, options.out);
    if (!written) return fail(written.error());
    for (const auto& folder : *written) std::printf("proof: %s\n", folder.string().c_str());
  }
  return options.fail_on_finding && !findings.empty() ? 1 : 0;
}

}  // namespace

void add_screen(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("screen", "Look for signs that self-monitoring values were made, not measured");
  auto options = std::make_shared<ScreenOptions>();
  command->add_option("file", options->files, "hourly CSV, one outlet a file, plain or packed with zstd")->required();
  auto* limit = command->add_option("--limit", options->limit, "emission limit, in the unit of the values");
  command->add_option(
      "--columns", options->columns,
      "PART=NAME,...; parts are time, concentration (A+B for several), o2, converted, load, power, water, "
      "flow, mark");
  command->add_option("--out", options->out, "folder for the proof files, one folder a series with findings");
  command->add_flag("--fail-on-finding", options->fail_on_finding, "exit code 1 when there is a finding");
  command->footer(
      "Example:\n  celadon screen demo/outlet.csv --limit 50 --columns concentration=SO2,o2=O2 --out proof\n"
      "One line a finding. Rules and their numbers: packs/quality/screening.yaml; method and measured rates: "
      "docs/screening.md");
  command->callback([options, limit, &context] {
    options->has_limit = limit->count() > 0;
    const auto result = run_screen(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
