#include "cli/command.hpp"
#include "core/json_writer.hpp"
#include "service/judge_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

namespace celadon::cli {
namespace {

struct JudgeOptions {
  std::string rule, edition, file = "-";
  std::vector<std::string> editions;
  bool no_why = false, differing = false;
};

/// One line of input and the line it gives; the exit code when it could not be judged.
struct Answer {
  std::string text;
  int exit_code = 0;
};

void put_error(std::string& out, std::uint64_t number, const Error& error) {
  JsonWriter json(out);
  json.begin_object().member("line", number).key("error").begin_object();
  json.member("slug", face(error.code).slug).member("detail", error.detail).member("field", error.field);
  json.end_object().end_object();
}

void put_comparison(std::string& out, std::uint64_t number, const standards::Comparison& comparison, bool why) {
  JsonWriter json(out);
  json.begin_object().member("line", number).member("differs", comparison.differs);
  json.key("because").begin_array();
  for (const auto& item : comparison.because) json.put(item);
  json.end_array().key("editions").begin_array();
  for (const auto& judgement : comparison.judgements) {
    std::string one;
    standards::append_json(one, judgement, why);
    json.raw(one);
  }
  json.end_array().end_object();
}

Answer answer_line(const standards::Library& library, const standards::RuleFace& rule, const JudgeOptions& options,
                   std::uint64_t number, const std::string& line) {
  Answer answer;
  const auto refuse = [&](const Error& error) {
    put_error(answer.text, number, error);
    answer.exit_code = face(error.code).exit_code;
    return answer;
  };
  auto request = service::read_judge_line(library, rule, options.edition, line);
  if (!request) return refuse(request.error());
  request->want_why = !options.no_why;
  if (!options.editions.empty()) {
    const auto comparison = standards::compare_editions(library, *request, options.editions);
    if (!comparison) return refuse(comparison.error());
    if (comparison->differs || !options.differing) put_comparison(answer.text, number, *comparison, !options.no_why);
    return answer;
  }
  const auto judgement = standards::judge(library, *request);
  if (!judgement) return refuse(judgement.error());
  standards::append_json(answer.text, *judgement, !options.no_why);
  return answer;
}

Result<const standards::RuleFace*> find_rule(const std::vector<standards::RuleFace>& rules, const std::string& id) {
  std::string known;
  for (const auto& rule : rules) {
    if (rule.id == id) return &rule;
    known += (known.empty() ? "" : ", ") + rule.id;
  }
  return fail(Errc::unknown_code, "rule '" + id + "' is not known; there are " + known, "rule");
}

/// An edition that nobody knows is told once, before any line is read.
Result<void> check_editions(const standards::Library& library, const JudgeOptions& options) {
  std::vector<std::string> asked = options.editions;
  if (!options.edition.empty()) asked.push_back(options.edition);
  for (const auto& edition : asked) {
    if (auto known = standards::edition_is_known(library, options.rule, edition); !known) return fail(known.error());
  }
  return {};
}

int run_judge(const JudgeOptions& options, const Context& context) {
  const auto library = standards::read_library(context.packs);
  if (!library) return report(library.error());
  const auto rules = standards::rule_book(*library);
  const auto rule = find_rule(rules, options.rule);
  if (!rule) return report(rule.error());
  if (const auto known = check_editions(*library, options); !known) return report(known.error());

  std::ifstream file;
  if (options.file != "-") {
    file.open(options.file);
    if (!file) return report({Errc::not_found, options.file + ": cannot be opened", ""});
  }
  std::istream& in = options.file == "-" ? std::cin : file;
  int result = 0;
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Answer answer = answer_line(*library, **rule, options, number, line);
    result = std::max(result, answer.exit_code);
    if (!answer.text.empty()) std::cout << answer.text << '\n';
  }
  std::cout.flush();
  return result;
}

}  // namespace

void add_judge(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("judge", "Judge JSON lines of inputs: JSON lines of verdicts with why");
  auto options = std::make_shared<JudgeOptions>();
  command->add_option("rule", options->rule, "a rule of 'celadon standards list', for example aqi-hourly")->required();
  command->add_option("file", options->file, "file of JSON lines, - for standard input")->capture_default_str();
  command->add_option("--edition", options->edition,
                      "judge by this edition, for example 'HJ 633-2026'; by the date of the data when absent");
  command->add_option("--editions", options->editions, "compare these editions, separated by commas")
      ->delimiter(',')
      ->excludes("--edition");
  command->add_flag("--differing", options->differing, "with --editions: only the lines on which they differ")
      ->needs("--editions");
  command->add_flag("--no-why", options->no_why, "leave the reasoning out");
  command->footer(
      "A line:  {\"date\": \"2020-04-03T16:00:00+08:00\", \"inputs\": {\"PM2.5\": 35, \"PM10\": 58, \"CO\": "
      "{\"value\": 0.7, \"unit\": \"mg/m3\"}}}\n"
      "Water:   {\"date\": \"2021-04-01\", \"water_body\": \"lake\", \"rounding\": \"assessment\", \"inputs\": "
      "{\"DO\": 6.2, \"TP\": 0.04}}\n"
      "Soil:    {\"date\": \"2024-05-01\", \"land_use\": \"paddy\", \"ph\": 5.4, \"inputs\": {\"镉\": 0.35}}\n"
      "Example: celadon judge aqi-hourly --edition 'HJ 633-2026' < hours.jsonl\n"
      "         celadon judge aqi-daily --editions 'HJ 633-2012,HJ 633-2026' --differing days.jsonl\n"
      "A line that cannot be read gives {\"line\", \"error\"} and exit code 65; the others are judged. docs/judge.md "
      "has every field.");
  command->callback([options, &context] { context.exit_code = run_judge(*options, context); });
}

}  // namespace celadon::cli
