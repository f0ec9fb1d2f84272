// Plants tricks into real series, and measures how well screening finds them. See docs/screening.md.

#include "cli/screen_input.hpp"
#include "cli/screen_proof.hpp"
#include "core/json_writer.hpp"
#include "measure.hpp"
#include "tamper.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>

namespace {

using namespace celadon;

int complain(const Error& error) {
  std::fprintf(stderr, "celadon_tamper: %s\n", error.detail.c_str());
  return face(error.code).exit_code;
}

struct PlantOptions {
  std::vector<std::string> files;
  std::string trick, out, columns;
  double strength = 1, limit = 0;
  std::uint64_t seed = 1;
  bool companions = false;
};

/// Writes the last outlet as CSV and one JSON line that says what was planted.
int run_plant(const PlantOptions& options, bool has_limit) {
  const auto columns = cli::ScreenColumns::parse(options.columns);
  if (!columns) return complain(columns.error());
  auto input = cli::read_screen_input(options.files, *columns);
  if (!input) return complain(input.error());
  auto& outlet = input->outlets.back();
  if (has_limit) outlet.limit = options.limit;
  if (options.companions) tamper::add_companions(outlet, options.seed);
  const auto planted = tamper::plant(input->outlets, options.trick, options.strength, options.seed);
  if (!planted) return complain(planted.error());
  std::ofstream file(options.out, std::ios::binary);
  file << cli::evidence_csv(*input, planted->outlet, planted->series, 0, input->rows);
  file.close();
  if (!file) return complain({Errc::io_failed, options.out + ": cannot be written", {}});
  const auto at = [&](std::size_t row) {
    return Instant{input->first.us + static_cast<std::int64_t>(row) * us_per_hour};
  };
  std::string text;
  JsonWriter json(text);
  json.begin_object()
      .member("trick", planted->trick)
      .member("strength", planted->strength)
      .member("seed", planted->seed);
  json.member("outlet", outlet.name).member("begin", at(planted->begin)).member("end", at(planted->end - 1));
  json.member("changed", planted->changed).member("words", planted->words);
  json.key("limit");
  outlet.limit ? json.put(*outlet.limit) : json.null();
  json.end_object();
  std::printf("%s\n", text.c_str());
  return 0;
}

int run_measure(const std::string& data, const std::string& pack, bool false_alarms,
                const tamper::MeasureOptions& options) {
  const auto rules = quality::screen::read_rules(pack);
  if (!rules) return complain(rules.error());
  const auto groups = tamper::read_groups(data);
  if (!groups) return complain(groups.error());
  if (false_alarms)
    tamper::measure_false_alarms(*groups, *rules, options);
  else
    tamper::measure_detection(*groups, *rules, options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plants tricks into real series and measures screening", "celadon_tamper"};
  app.require_subcommand(1);
  int exit_code = 0;

  auto* list = app.add_subcommand("list", "the tricks and what their strength means");
  list->callback([] {
    for (const auto& trick : tamper::tricks()) {
      std::printf("%-20s %s; strength: %s\n", std::string(trick.name).c_str(), std::string(trick.what).c_str(),
                  std::string(trick.strength).c_str());
    }
  });

  PlantOptions plant;
  auto* plant_command = app.add_subcommand("plant", "plant a trick into the last of the files");
  plant_command->add_option("trick", plant.trick)->required();
  plant_command->add_option("file", plant.files)->required();
  plant_command->add_option("--out", plant.out, "CSV to write")->required();
  plant_command->add_option("--strength", plant.strength);
  plant_command->add_option("--seed", plant.seed);
  plant_command->add_option("--columns", plant.columns, "as celadon screen");
  auto* limit = plant_command->add_option("--limit", plant.limit);
  plant_command->add_flag("--companions", plant.companions, "make up load, o2, flow and mark first");
  plant_command->callback([&] { exit_code = run_plant(plant, limit->count() > 0); });

  std::string data, pack = CELADON_PACKS "/quality/screening.yaml";
  bool false_alarms = false;
  tamper::MeasureOptions measure;
  auto* measure_command = app.add_subcommand("measure", "detection of each trick, or false alarms on untouched series");
  measure_command->add_option("--data", data, "folder with the real series")->required();
  measure_command->add_option("--pack", pack);
  measure_command->add_option("--repetitions", measure.repetitions);
  measure_command->add_option("--seed", measure.seed);
  measure_command->add_option("--only", measure.only, "one trick; with --false-alarms, 'list' names each finding");
  measure_command->add_flag("--false-alarms", false_alarms);
  measure_command->callback([&] { exit_code = run_measure(data, pack, false_alarms, measure); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "celadon_tamper: %s\n", error.what());
    return 64;
  }
  return exit_code;
}
