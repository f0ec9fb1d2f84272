#include "cli/command.hpp"
#include "cli/quality_scoring.hpp"
#include "core/decimal.hpp"
#include "core/json_writer.hpp"
#include "intake/csv_reader.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

namespace celadon::cli {
namespace {

struct AssessOptions {
  intake::SiteTableLayout layout;
  std::string file, out = "-", style, combination, from, until;
  std::vector<std::string> columns, neighbours;
  bool flagged_only = false;
};

struct RunOptions {
  std::string data, from, until, out, combination, daily;
  std::vector<std::string> stations;
  quality::TrainingOptions training;
  bool alone = false, no_cross = false;
};

Result<Instant> moment(const std::string& text, Instant otherwise) {
  if (text.empty()) return otherwise;
  return parse_instant(text);
}

Result<void> name_columns(AssessOptions& options) {
  for (const auto& pair : options.columns) {
    const auto equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == pair.size())
      return fail(Errc::invalid_value, "--columns: '" + pair + "' is not of the form name=property");
    options.layout.columns[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return {};
}

std::string short_number(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 5).ptr;
  return {text.data(), end};
}

void put_csv(std::ostream& out, const AssessOptions& options, const std::vector<quality::CheckRule>& rules,
             const OwnedStretch& owned, const std::vector<quality::ColumnAssessment>& columns) {
  std::string line;
  for (std::size_t i = 0; i < owned.table.time.size(); ++i) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const double value = owned.stretch.columns[k].value[i];
      const bool missing = std::isnan(value);
      if (options.flagged_only && columns[k].proposal[i] == quality::Proposal::valid) continue;
      std::string flags;
      std::string reason;
      for (const auto& flag : quality::flags_of(rules, owned.stretch, columns[k], i)) {
        flags += (flags.empty() ? "" : " ") + flag.rule + ":" + short_number(flag.strength);
        if (reason.empty()) reason = flag.zh + " | " + flag.en;
      }
      line = intake::csv_field(owned.table.site) + "," + to_iso_utc(owned.table.time[i]) + "," + columns[k].property +
             "," + (std::isnan(value) ? "" : shortest_text(value)) + "," + flags + "," + intake::csv_field(reason) +
             "," + (missing ? "missing," : std::string(quality::to_text(columns[k].proposal[i])) + ",") +
             (missing ? ","
                      : short_number(static_cast<double>(columns[k].probability[i])) + "," +
                            short_number(static_cast<double>(columns[k].probability_voided[i]))) +
             "\n";
      out << line;
    }
  }
}

void put_json(std::ostream& out, const AssessOptions& options, const std::vector<quality::CheckRule>& rules,
              const OwnedStretch& owned, const std::vector<quality::ColumnAssessment>& columns) {
  for (std::size_t i = 0; i < owned.table.time.size(); ++i) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const double value = owned.stretch.columns[k].value[i];
      if (options.flagged_only && columns[k].proposal[i] == quality::Proposal::valid) continue;
      std::string line;
      JsonWriter json(line);
      json.begin_object().member("site", owned.table.site).member("time", to_iso_utc(owned.table.time[i]));
      json.member("property", columns[k].property).member("value", value);
      json.member("proposal",
                  std::isnan(value) ? std::string_view("missing") : quality::to_text(columns[k].proposal[i]));
      json.member("probability", static_cast<double>(columns[k].probability[i]));
      json.member("probability_void", static_cast<double>(columns[k].probability_voided[i]));
      json.key("flags").begin_array();
      for (const auto& flag : quality::flags_of(rules, owned.stretch, columns[k], i)) {
        json.begin_object().member("rule", flag.rule).member("strength", flag.strength);
        json.member("zh", flag.zh).member("en", flag.en).end_object();
      }
      json.end_array().end_object();
      out << line << '\n';
    }
  }
}

Result<int> run_assess(AssessOptions& options, const Context& context) {
  if (auto named = name_columns(options); !named) return fail(named.error());
  const auto from = moment(options.from, {INT64_MIN});
  if (!from) return fail(from.error());
  const auto until = moment(options.until, {INT64_MAX});
  if (!until) return fail(until.error());
  const auto rules = quality::read_assessment(context.packs / "quality" / "assessment.yaml");
  if (!rules) return fail(rules.error());
  const std::filesystem::path pack = options.combination.empty() ? context.packs / "quality" / "combination.csv"
                                                                 : std::filesystem::path(options.combination);
  const auto combination = quality::Combination::read(pack, quality::feature_names());
  if (!combination) return fail(combination.error());
  const auto packs = intake::read_site_table_packs(context.packs);
  if (!packs) return fail(packs.error());
  auto tables = intake::read_site_tables(options.file, options.layout, *packs);
  if (!tables) return fail(tables.error());
  std::vector<intake::SiteTable> others;
  for (const auto& file : options.neighbours) {
    auto more = intake::read_site_tables(file, options.layout, *packs);
    if (!more) return fail(more.error());
    for (auto& table : *more) others.push_back(std::move(table));
  }
  std::ofstream file;
  if (options.out != "-") {
    file.open(options.out, std::ios::binary);
    if (!file) return fail(Errc::io_failed, options.out + ": cannot be written");
  }
  std::ostream& out = options.out == "-" ? std::cout : file;
  const bool json = options.style == "json" || (options.style.empty() && options.out.ends_with(".json"));
  if (!json) out << "site,time,property,value,flags,reason,proposal,probability,probability_void\n";
  std::size_t values = 0;
  std::size_t suspect = 0;
  std::size_t voided = 0;
  for (auto& table : *tables) {
    const auto owned = stretch_of(table.between(*from, *until), others);
    const auto columns = quality::assess(*rules, *combination, owned->stretch);
    if (!columns) return fail(columns.error());
    (json ? put_json : put_csv)(out, options, *rules, *owned, *columns);
    for (const auto& column : *columns) {
      for (std::size_t i = 0; i < column.proposal.size(); ++i) {
        values += std::isnan(column.probability[i]) ? 0 : 1;
        suspect += column.proposal[i] == quality::Proposal::suspect ? 1 : 0;
        voided += column.proposal[i] == quality::Proposal::voided ? 1 : 0;
      }
    }
  }
  if (!out.flush()) return fail(Errc::io_failed, options.out + ": cannot be written");
  std::fprintf(stderr, "%zu values assessed: %zu suspect, %zu void\n", values, suspect, voided);
  return 0;
}

Result<QualityRuns> runs_of(const RunOptions& options) {
  if (options.data.empty() && options.daily.empty())
    return fail(Errc::invalid_value, "--data FOLDER is needed: sonde files with official marks", "data");
  QualityRuns runs;
  runs.data = options.data;
  runs.stations = options.stations;
  runs.alone = options.alone;
  const auto from = moment(options.from, runs.from);
  if (!from) return fail(from.error());
  const auto until = moment(options.until, runs.until);
  if (!until) return fail(until.error());
  runs.from = *from;
  runs.until = *until;
  return runs;
}

void add_assess(CLI::App& quality, Context& context) {
  auto* command = quality.add_subcommand("assess", "Flags, a proposal and a probability for every value of a file");
  auto options = std::make_shared<AssessOptions>();
  command->add_option("file", options->file, "the series, plain or packed with zstd")->required();
  command->add_option("--format", options->layout.format, "nerrs, daily, wide or generic")
      ->check(CLI::IsMember({"nerrs", "daily", "wide", "generic"}))
      ->capture_default_str();
  command->add_option("--columns", options->columns, "wide: name=property, separated by commas")->delimiter(',');
  command->add_option("--site", options->layout.site, "name of the site of a file that has one only");
  command->add_option("--neighbour", options->neighbours, "files of the same format: sites near by");
  command->add_option("--from", options->from, "only from this moment");
  command->add_option("--until", options->until, "only before this moment");
  command->add_option("--combination", options->combination, "another combination.csv");
  command->add_option("--out", options->out, "file, - for standard output")->capture_default_str();
  command->add_option("--style", options->style, "csv or json lines; by the name of --out when absent")
      ->check(CLI::IsMember({"csv", "json"}));
  command->add_flag("--flagged-only", options->flagged_only, "leave out what is proposed valid");
  command->footer(
      "Examples:\n  celadon quality assess --format nerrs sonde.csv.zst --out assessed.csv\n"
      "  celadon quality assess --columns wt=water-temperature,o2=DO river.csv\n"
      "probability: that a reviewer would mark the value; probability_void: that he would reject it. docs/quality.md "
      "says more.");
  command->callback([options, &context] {
    const auto result = run_assess(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

void add_runs(CLI::App* command, const std::shared_ptr<RunOptions>& options) {
  command->add_option("--data", options->data, "folder of sonde files with official marks, one a station");
  command->add_option("--stations", options->stations, "stems of files, separated by commas; all when absent")
      ->delimiter(',');
  command->add_option("--from", options->from, "only from this moment");
  command->add_option("--until", options->until, "only before this moment");
}

}  // namespace

void add_quality(CLI::App& app, Context& context) {
  auto* quality = app.add_subcommand("quality", "Assess series in retrospect; train and score the assessment");
  quality->require_subcommand(1);
  add_assess(*quality, context);

  auto* train = quality->add_subcommand("train", "Learn the combination from official marks");
  auto options = std::make_shared<RunOptions>();
  add_runs(train, options);
  train->add_option("--out", options->out, "the combination.csv to write")->required();
  train->add_option("--trees", options->training.trees)->check(CLI::Range(1, 2000))->capture_default_str();
  train->add_option("--depth", options->training.depth)->check(CLI::Range(1, 9))->capture_default_str();
  train->add_option("--rate", options->training.rate)->check(CLI::Range(0.001, 1.0))->capture_default_str();
  train->add_option("--leaf-min", options->training.leaf_weight_min)
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  train->add_option("--leaf-penalty", options->training.leaf_penalty)
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  train->add_option("--seed", options->training.seed)->capture_default_str();
  train->add_flag("--no-cross", options->no_cross, "do not choose thresholds on stretches left out: 0.5");
  train->footer("Example: celadon quality train --data FOLDER --until 2013-01-01 --out combination.csv");
  train->callback([options, &context] {
    auto runs = runs_of(*options);
    const auto result = runs
                            ? train_quality({*runs, options->out, options->training, !options->no_cross}, context.packs)
                            : Result<int>(fail(runs.error()));
    context.exit_code = result ? *result : report(result.error());
  });

  auto* score = quality->add_subcommand("score", "Hold the assessment against official marks, beside a plain baseline");
  auto scoring = std::make_shared<RunOptions>();
  add_runs(score, scoring);
  score->add_option("--combination", scoring->combination, "another combination.csv");
  score->add_option("--daily", scoring->daily, "a daily file of the national stations instead of --data")
      ->excludes("--data");
  score->add_flag("--alone", scoring->alone, "without the other stations as neighbours");
  score->footer("Example: celadon quality score --data FOLDER --from 2013-01-01 --combination combination.csv");
  score->callback([scoring, &context] {
    auto runs = runs_of(*scoring);
    const auto result = runs ? score_quality({*runs, scoring->combination, scoring->daily}, context.packs)
                             : Result<int>(fail(runs.error()));
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
