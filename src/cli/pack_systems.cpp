#include "cli/pack_systems.hpp"

#include "intake/city_pack.hpp"
#include "registry/day_play.hpp"
#include "systems/pack_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace celadon::cli {
namespace {

using intake::PlanSystem;
using systems::PlanRow;
using systems::System;

/// A pack that serves a row, and what it says of it.
struct Serving {
  const System* system;
  const PlanRow* row;
};

struct Shelf {
  std::vector<System> systems;
  std::map<std::string, registry::Day> days;
  std::map<std::string, std::vector<Serving>> by_row;
};

Result<Shelf> read_shelf(const std::filesystem::path& packs) {
  Shelf shelf;
  auto read = systems::read_systems({packs / "systems"});
  if (!read) return fail(read.error());
  shelf.systems = std::move(*read);
  const auto files = registry::day_files(packs / "systems" / "days");
  if (!files) return fail(files.error());
  for (const auto& file : *files) {
    auto day = registry::read_day_file(file);
    if (!day) return fail(day.error());
    const std::string id = day->id;
    shelf.days.emplace(id, std::move(*day));
  }
  for (const auto& system : shelf.systems)
    for (const auto& row : system.rows) shelf.by_row[row.id].push_back({&system, &row});
  return shelf;
}

/// In a cell of a table a stroke would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void add(std::string& all, const std::string& one, const char* between) { all += (all.empty() ? "" : between) + one; }

std::string holds(const System& system) {
  static constexpr const char* kinds[] = {"register", "ledger", "case"};
  std::string all;
  for (const auto& type : system.registers)
    add(all, fmt::format("{} `{}`", kinds[static_cast<std::size_t>(type.kind)], type.id), ", ");
  return all;
}

std::string count_of(std::size_t n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string lifecycles(const System& system) {
  std::string all;
  for (const auto& type : system.registers) {
    if (!type.lifecycle) continue;
    const auto& life = *type.lifecycle;
    add(all,
        fmt::format("`{}`: {}, {}, {}{}", type.id, count_of(life.states.size(), "state", "states"),
                    count_of(life.steps.size(), "step", "steps"),
                    count_of(life.deadlines.size(), "deadline", "deadlines"), life.look_back ? ", look-back" : ""),
        "; ");
  }
  return all.empty() ? "-" : all;
}

Result<std::string> day_of(const Shelf& shelf, const Serving& serving) {
  if (serving.row->day.empty()) return std::string("-");
  const auto found = shelf.days.find(serving.row->day);
  if (found == shelf.days.end())
    return fail(Errc::not_found, fmt::format("{}:{}: day: there is no packs/systems/days/{}.yaml", serving.system->file,
                                             serving.row->line, serving.row->day));
  const auto& day = found->second;
  return fmt::format("`{}`: {}, {}", day.id, count_of(day.steps.size(), "step", "steps"),
                     count_of(registry::expectations_of(day), "expectation", "expectations"));
}

std::string name_of(const PlanSystem& row) {
  return cell(fmt::format("{}<br>{} ({})", row.name_zh, row.name_en, row.clause));
}

Result<std::string> lines_of(const Shelf& shelf, const PlanSystem& row) {
  const auto served = shelf.by_row.find(row.id);
  if (served == shelf.by_row.end()) {
    const std::string page = row.page.empty() ? "" : fmt::format(", page `{}`", row.page);
    return fmt::format("| {} | {} | none ({}{}) | | | | | |\n", row.id, name_of(row), row.kind, page);
  }
  std::string lines;
  for (const auto& serving : served->second) {
    const auto day = day_of(shelf, serving);
    if (!day) return fail(day.error());
    lines += fmt::format("| {} | {} | `{}` | {} | {} | {} | {} | {} |\n", row.id, name_of(row), serving.system->id,
                         holds(*serving.system), lifecycles(*serving.system), cell(serving.row->rule.en), *day,
                         serving.row->lacks ? cell(serving.row->lacks->en) : "-");
  }
  return lines;
}

struct Count {
  std::size_t rows = 0, served = 0, played = 0;
};

std::string counts(const Shelf& shelf, const std::vector<PlanSystem>& rows) {
  std::map<std::string, Count> by_kind;
  Count all;
  for (const auto& row : rows) {
    const auto served = shelf.by_row.find(row.id);
    const bool is_served = served != shelf.by_row.end();
    const bool is_played =
        is_served && std::ranges::any_of(served->second, [](const Serving& one) { return !one.row->day.empty(); });
    for (Count* count : {&by_kind[row.kind], &all}) {
      ++count->rows;
      count->served += is_served ? 1U : 0U;
      count->played += is_played ? 1U : 0U;
    }
  }
  std::size_t registers = 0, expectations = 0;
  for (const auto& system : shelf.systems) registers += system.registers.size();
  for (const auto& [id, day] : shelf.days) expectations += registry::expectations_of(day);
  std::string text = fmt::format(
      "{} rows; {} are served by packs, {} of them with a working day that tests their rule. {} packs hold {} "
      "registers, "
      "ledgers and cases; {} days state {} expectations.\n\n| kind | rows | served by packs | with a day "
      "|\n|---|---|---|---|\n",
      all.rows, all.served, all.played, shelf.systems.size(), registers, shelf.days.size(), expectations);
  for (const auto& [kind, count] : by_kind)
    text += fmt::format("| {} | {} | {} | {} |\n", kind, count.rows, count.served, count.played);
  return text;
}

}  // namespace

Result<std::string> systems_page(const std::filesystem::path& packs, const std::string& city) {
  const auto pack = intake::read_city_pack(packs / "cities" / city);
  if (!pack) return fail(pack.error());
  const auto shelf = read_shelf(packs);
  if (!shelf) return fail(shelf.error());
  std::set<std::string> known;
  std::vector<std::string> groups;
  for (const auto& row : pack->plan_systems) {
    known.insert(row.id);
    if (std::ranges::find(groups, row.group_en) == groups.end()) groups.push_back(row.group_en);
  }
  for (const auto& [id, served] : shelf->by_row) {
    if (!known.contains(id))
      return fail(Errc::invalid_value,
                  fmt::format("{}:{}: id: the plan of {} has no row {}", served.front().system->file,
                              served.front().row->line, city, id),
                  "id");
  }
  std::string text = fmt::format(
      "# The systems of the plan\n\nWritten by `celadon pack systems` from `packs/cities/{}/systems.csv` and "
      "`packs/systems`; do not edit it. A row without a pack is a\nforecast, an account, a platform or another thing "
      "that no register is, or is not done yet.\n\n",
      city);
  text += counts(*shelf, pack->plan_systems);
  for (const auto& group : groups) {
    text += fmt::format(
        "\n## {}\n\n| row | name and clause | pack | holds | lifecycle | own rule | day | still lacks "
        "|\n|---|---|---|---|---|---|---|---|\n",
        group);
    for (const auto& row : pack->plan_systems) {
      if (row.group_en != group) continue;
      const auto lines = lines_of(*shelf, row);
      if (!lines) return fail(lines.error());
      text += *lines;
    }
  }
  return text;
}

std::size_t first_line_apart(std::string_view a, std::string_view b) {
  const auto apart = std::ranges::mismatch(a, b);
  return 1 + static_cast<std::size_t>(std::ranges::count(a.begin(), apart.in1, '\n'));
}

}  // namespace celadon::cli
