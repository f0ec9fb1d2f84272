#include "cli/command.hpp"
#include "cli/pack_systems.hpp"
#include "core/yaml_fields.hpp"
#include "registry/day_play.hpp"
#include "systems/pack_folder.hpp"
#include "systems/pack_template.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

namespace celadon::cli {
namespace {

struct PackOptions {
  std::vector<std::string> files;
  std::string id, kind = "register", city = "jingdezhen", to = "docs/systems.md", check;
};

/// The files to check: those given stand for the ones of the same name in packs/systems, beside all the others.
Result<std::vector<std::filesystem::path>> files_to_check(const PackOptions& options,
                                                          const std::filesystem::path& folder) {
  const auto known = systems::pack_files({folder});
  if (!known) return fail(known.error());
  std::map<std::string, std::filesystem::path> by_name;
  for (const auto& file : *known) by_name[file.filename().string()] = file;
  for (const std::filesystem::path file : options.files) by_name[file.filename().string()] = file;
  std::vector<std::filesystem::path> files;
  for (const auto& [name, file] : by_name) files.push_back(file);
  return files;
}

/// One line for each file that is wrong, then for what is wrong between them.
Result<int> run_check(const PackOptions& options, const Context& context) {
  const auto folder = context.packs / "systems";
  const auto files = files_to_check(options, folder);
  if (!files) return fail(files.error());
  if (files->empty()) return fail(Errc::not_found, folder.string() + ": there is no pack to check");
  std::vector<std::filesystem::path> tables = {folder};
  for (const std::filesystem::path file : options.files)
    tables.push_back(std::filesystem::absolute(file).parent_path());
  const auto table = systems::tables_in(tables);
  std::vector<systems::System> all;
  std::optional<int> exit_code;
  for (const auto& file : *files) {
    auto system = systems::read_system_file(file, table);
    if (system) {
      all.push_back(std::move(*system));
      continue;
    }
    const int code = report(system.error());
    if (!exit_code) exit_code = code;
  }
  if (exit_code) return *exit_code;
  const auto catalogue = systems::make_catalogue(std::move(all));
  if (!catalogue) return fail(catalogue.error());
  for (const auto& system : (*catalogue)->systems()) {
    for (const auto& row : system.rows) {
      const auto day = folder / "days" / (row.day + ".yaml");
      if (row.day.empty() || std::filesystem::exists(day)) continue;
      return fail(Errc::invalid_value,
                  system.file + ":" + std::to_string(row.line) + ": day: there is no " + day.string());
    }
  }
  std::array<std::size_t, 3> kinds{};
  for (const auto& system : (*catalogue)->systems()) {
    for (const auto& type : system.registers) ++kinds[static_cast<std::size_t>(type.kind)];
  }
  std::printf("%zu systems: %zu registers, %zu ledgers, %zu cases\n", (*catalogue)->systems().size(), kinds[0],
              kinds[1], kinds[2]);
  return 0;
}

Result<int> run_new(const PackOptions& options, const Context& context) {
  const auto kind = options.kind == "case"     ? systems::RegisterKind::matter
                    : options.kind == "ledger" ? systems::RegisterKind::ledger
                                               : systems::RegisterKind::list;
  const auto text = systems::new_pack(options.id, kind);
  if (!text) return fail(text.error());
  const auto folder = context.packs / "systems";
  const auto file = folder / (options.id + ".yaml");
  if (auto written = write_beginning(file, *text); !written) return fail(written.error());
  std::printf("%s: a beginning; edit it, then: celadon pack check\n", file.c_str());
  return 0;
}

/// Files as they were given, by their names in packs/systems/days too; none: all of that folder.
Result<std::vector<std::filesystem::path>> days_to_play(const PackOptions& options,
                                                        const std::filesystem::path& folder) {
  if (options.files.empty()) return registry::day_files(folder);
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const std::filesystem::path file : options.files) {
    const auto named = folder / (file.string() + ".yaml");
    files.push_back(!std::filesystem::exists(file, ignored) && std::filesystem::exists(named, ignored) ? named : file);
  }
  return files;
}

Result<systems::WorkCalendar> calendar_of(const std::filesystem::path& packs) {
  return parse_pack(packs / "calendar.csv", &systems::WorkCalendar::parse);
}

/// One line for each outcome that was another than the day expects.
Result<int> run_play(const PackOptions& options, const Context& context) {
  const auto files = days_to_play(options, context.packs / "systems" / "days");
  if (!files) return fail(files.error());
  if (files->empty())
    return fail(Errc::not_found, (context.packs / "systems" / "days").string() + ": there is no day to play");
  auto systems = systems::read_systems({context.packs / "systems"});
  if (!systems) return fail(systems.error());
  auto catalogue = systems::make_catalogue(std::move(*systems));
  if (!catalogue) return fail(catalogue.error());
  auto calendar = calendar_of(context.packs);
  if (!calendar) return fail(calendar.error());
  const auto stage = registry::DayStage::open(std::move(*catalogue), std::move(*calendar));
  if (!stage) return fail(stage.error());
  std::vector<registry::Day> days;
  std::optional<int> exit_code;
  for (const auto& file : *files) {
    auto day = registry::read_day_file(file);
    if (day) {
      days.push_back(std::move(*day));
      continue;
    }
    const int code = report(day.error());
    if (!exit_code) exit_code = code;
  }
  const auto played = (*stage)->play_all(days);
  std::size_t steps = 0, expectations = 0, wrong = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (!played[i]) return fail(played[i].error());
    for (const auto& line : played[i]->otherwise) std::printf("%s\n", line.c_str());
    wrong += played[i]->otherwise.empty() ? 0U : 1U;
    steps += days[i].steps.size();
    expectations += registry::expectations_of(days[i]);
  }
  std::fflush(stdout);
  if (wrong > 0) {
    std::fprintf(stderr, "celadon: %zu of %zu days came out otherwise\n", wrong, days.size());
    return exit_code.value_or(65);
  }
  if (exit_code) return *exit_code;
  std::printf("%zu days: %zu steps, %zu expectations, all as expected\n", days.size(), steps, expectations);
  return 0;
}

/// The page of the plan's systems, written or held against the one that is there.
Result<int> run_systems(const PackOptions& options, const Context& context) {
  const auto page = systems_page(context.packs, options.city);
  if (!page) return fail(page.error());
  if (!options.check.empty()) {
    const auto there = read_pack(options.check);
    if (!there) return fail(there.error());
    if (*there == *page) return 0;
    return fail(Errc::invalid_value, options.check + " is not what the packs say (line " +
                                         std::to_string(first_line_apart(*there, *page)) +
                                         "); write it anew: celadon pack systems --to " + options.check);
  }
  std::ofstream out(options.to, std::ios::binary);
  out << *page;
  out.close();
  if (!out) return fail(Errc::io_failed, options.to + " cannot be written");
  return 0;
}

}  // namespace

Result<void> write_beginning(const std::filesystem::path& file, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (std::filesystem::exists(file, error))
    return fail(Errc::conflict, file.string() + " is already there; choose another name, or edit that file");
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(Errc::io_failed, file.string() + " cannot be written");
  return {};
}

void add_pack(CLI::App& app, Context& context) {
  auto* pack =
      app.add_subcommand("pack", "Check the packs of registers and cases, play their days, or begin a new one");
  pack->require_subcommand(1);
  auto options = std::make_shared<PackOptions>();

  auto* check = pack->add_subcommand("check", "Check packs: each by itself, then all together");
  check->add_option("file", options->files, "YAML files; none: all of packs/systems");
  check->footer(
      "Examples:\n  celadon pack check\n  celadon pack check packs/systems/fume-island.yaml\n"
      "A file stands for the one of its name in packs/systems, beside all the others. One line an error: "
      "file:line: field: reason. The language: docs/packs.md");
  check->callback([options, &context] {
    const auto result = run_check(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });

  auto* play = pack->add_subcommand("play", "Play working days: each on a ledger of its own that goes afterwards");
  play->add_option("file", options->files, "YAML files, or names in packs/systems/days; none: all of them");
  play->footer(
      "Examples:\n  celadon pack play\n  celadon pack play packs/systems/days/tailings.yaml\n"
      "One line for what comes out otherwise: file:line: expected FIELD VALUE, is VALUE; then the exit code is 65. "
      "The language: docs/packs.md, A working day");
  play->callback([options, &context] {
    const auto result = run_play(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });

  auto* page = pack->add_subcommand("systems", "Write which system of the city's plan is served by which pack");
  page->add_option("--to", options->to, "the Markdown file to write")->capture_default_str();
  page->add_option("--check", options->check, "do not write: end with 65 where this file is not what the packs say");
  page->add_option("--city", options->city, "folder in packs/cities")->capture_default_str();
  page->footer("Examples:\n  celadon pack systems\n  celadon pack systems --check docs/systems.md");
  page->callback([options, &context] {
    const auto result = run_systems(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });

  auto* begin = pack->add_subcommand("new", "Write a commented beginning of a pack to packs/systems");
  begin->add_option("id", options->id, "name of the system, as fume-island")->required();
  begin->add_option("--kind", options->kind, "what its first register is")
      ->check(CLI::IsMember({"register", "ledger", "case"}))
      ->capture_default_str();
  begin->footer("Example:\n  celadon pack new noise-complaint --kind case");
  begin->callback([options, &context] {
    const auto result = run_new(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
