#include "cli/command.hpp"
#include "cli/judge_line.hpp"
#include "core/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>

namespace celadon::cli {
namespace {

struct JudgeOptions {
  std::string rule, edition, file = "-";
  bool no_why = false;
};

int run_judge(const JudgeOptions& options, const Context& context) {
  const auto library = standards::read_library(context.packs);
  if (!library) return report(library.error());
  // A rule or edition that nobody knows is told once, before any line is read.
  standards::JudgeRequest probe;
  probe.rule = options.rule;
  probe.edition = options.edition;
  probe.date = now();
  if (const auto known = standards::judge(*library, probe); !known) return report(known.error());

  std::ifstream file;
  if (options.file != "-") {
    file.open(options.file);
    if (!file) return report({Errc::not_found, options.file + ": cannot be opened", ""});
  }
  std::istream& in = options.file == "-" ? std::cin : file;
  int result = 0;
  std::uint64_t number = 0;
  std::string out;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    out.clear();
    const auto judgement = judge_line(*library, options.rule, options.edition, line, !options.no_why);
    if (judgement) {
      standards::append_json(out, *judgement, !options.no_why);
    } else {
      result = face(judgement.error().code).exit_code;
      JsonWriter json(out);
      json.begin_object()
          .member("line", number)
          .key("error")
          .begin_object()
          .member("slug", face(judgement.error().code).slug);
      json.member("detail", judgement.error().detail)
          .member("field", judgement.error().field)
          .end_object()
          .end_object();
    }
    out += '\n';
    std::cout << out;
  }
  std::cout.flush();
  return result;
}

}  // namespace

void add_judge(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("judge", "Judge JSON lines of inputs: JSON lines of verdicts with why");
  auto options = std::make_shared<JudgeOptions>();
  command->add_option("rule", options->rule, "aqi-hourly, aqi-daily or water-class")->required();
  command->add_option("file", options->file, "file of JSON lines, - for standard input")->capture_default_str();
  command->add_option("--edition", options->edition,
                      "judge by this edition, for example 'HJ 633-2026'; by the date of the data when absent");
  command->add_flag("--no-why", options->no_why, "leave the reasoning out");
  command->footer(
      "A line:  {\"date\": \"2020-04-03T16:00:00+08:00\", \"inputs\": {\"PM2.5\": 35, \"PM10\": 58, \"CO\": "
      "{\"value\": 0.7, \"unit\": \"mg/m3\"}}}\n"
      "Water:   {\"date\": \"2021-04-01\", \"water_body\": \"lake\", \"rounding\": \"assessment\", \"inputs\": "
      "{\"DO\": 6.2, \"TP\": 0.04}}\n"
      "Example: celadon judge aqi-hourly --edition 'HJ 633-2026' < hours.jsonl\n"
      "A line that cannot be judged gives {\"line\", \"error\"} and exit code 65; the others are judged. docs/judge.md "
      "has every field.");
  command->callback([options, &context] { context.exit_code = run_judge(*options, context); });
}

}  // namespace celadon::cli
