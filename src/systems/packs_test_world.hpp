#pragma once

#include "core/csv_table.hpp"
#include "core/yaml_fields.hpp"
#include "systems/pack_folder.hpp"
#include "systems/record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// The packs of packs/systems with records in memory, for the tests of what they compute and check.

namespace celadon::systems {

inline std::shared_ptr<const Catalogue> the_packs() {
  static const auto one = [] {
    auto systems = read_systems({std::filesystem::path(CELADON_PACKS) / "systems"});
    if (!systems) FAIL(systems.error().detail);
    auto catalogue = make_catalogue(std::move(*systems));
    if (!catalogue) FAIL(catalogue.error().detail);
    return *catalogue;
  }();
  return one;
}

inline const WorkCalendar& the_calendar() {
  static const auto one = [] {
    const auto text = read_pack(std::filesystem::path(CELADON_PACKS) / "calendar.csv");
    if (!text) FAIL(text.error().detail);
    auto calendar = WorkCalendar::parse(*text, "calendar.csv");
    if (!calendar) FAIL(calendar.error().detail);
    return std::move(*calendar);
  }();
  return one;
}

inline LegalDay day_of(const char* text) { return parse_legal_day(text).value(); }

struct Entry {
  std::string id, state;
  LegalDay opened, since_state;
  Values values;
};

struct World {
  LegalDay today = day_of("2026-11-29");
  std::map<std::string, std::vector<Entry>, std::less<>> registers;
  /// Values that were measured, by day; an answer of none where there are none.
  std::map<std::pair<std::string, std::string>, std::map<LegalDay, double>> measured;
};

/// What an expression may ask of one record of the world.
class WorldFacts : public Facts {
 public:
  WorldFacts(const World& world, const Register& type, const Entry& entry)
      : world_(world), type_(type), entry_(entry), values_(entry.values) {}
  WorldFacts(const World& world, const Register& type, const Entry& entry, const Values& values)
      : world_(world), type_(type), entry_(entry), values_(values) {}

  [[nodiscard]] Result<Value> field(std::string_view name) const override {
    if (name == "id") return entry_.id.empty() ? Value{} : Value{entry_.id};
    if (name == "state") return Value{entry_.state};
    if (name == "opened") return Value{entry_.opened};
    if (name == "now") return Value{first_moment_of(world_.today)};
    if (name == "since_state") return Value{static_cast<double>(world_.today.days - entry_.since_state.days)};
    const auto found = values_.find(name);
    return found == values_.end() ? Value{} : found->second;
  }
  [[nodiscard]] Result<Value> follow(std::string_view reference, std::string_view name) const override {
    const auto* const field = type_.field(reference);
    REQUIRE(field != nullptr);
    const auto there = values_.find(reference);
    if (there == values_.end()) return Value{};
    const auto* const id = std::get_if<std::string>(&there->second);
    const auto list = world_.registers.find(field->of);
    if (id == nullptr || list == world_.registers.end()) return Value{};
    const auto found = std::ranges::find(list->second, *id, &Entry::id);
    if (found == list->second.end()) return Value{};
    return WorldFacts(world_, *the_packs()->find(field->of), *found).field(name);
  }
  [[nodiscard]] Result<void> each(std::string_view register_id, const std::vector<std::pair<std::string, Value>>&,
                                  const std::function<Result<void>(const Facts&)>& take) const override {
    const auto list = world_.registers.find(register_id.empty() ? std::string_view(type_.id) : register_id);
    if (list == world_.registers.end()) return {};
    const auto* const type = the_packs()->find(list->first);
    for (const auto& entry : list->second) {
      if (const auto told = take(WorldFacts(world_, *type, entry)); !told) return told;
    }
    return {};
  }
  [[nodiscard]] Result<Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                       double limit, LegalDay from, LegalDay to) const override {
    const auto series = world_.measured.find({std::string(site), std::string(property)});
    if (series == world_.measured.end()) return Value{};
    double sum = 0, highest = 0;
    int count = 0, above = 0;
    for (const auto& [day, value] : series->second) {
      if (day < from || day > to) continue;
      highest = count == 0 ? value : std::max(highest, value);
      sum += value;
      above += value > limit;
      ++count;
    }
    if (count == 0) return Value{};
    if (statistic == Statistic::highest) return Value{highest};
    return Value{statistic == Statistic::mean ? sum / count : static_cast<double>(above) / count};
  }
  [[nodiscard]] LegalDay today() const override { return world_.today; }
  [[nodiscard]] const WorkCalendar& calendar() const override { return the_calendar(); }

 private:
  const World& world_;
  const Register& type_;
  const Entry& entry_;
  const Values& values_;
};

/// Values as people write them, by the fields of a register.
inline Values values_of(const Register& type, const std::vector<std::pair<std::string, std::string>>& cells) {
  Values values;
  for (const auto& [name, text] : cells) {
    const auto* const field = type.field(name);
    INFO(type.id, " ", name, " ", text);
    REQUIRE(field != nullptr);
    const auto value = value_from_text(*field, field->codes, text);
    if (!value) FAIL(value.error().detail);
    if (!is_none(*value)) values[name] = *value;
  }
  return values;
}

inline void compute_in(const World& world, const Register& type, Entry& entry) {
  std::unique_ptr<WorldFacts> facts;
  const auto computed = compute(
      type,
      [&](const Values& values) -> const Facts& {
        facts = std::make_unique<WorldFacts>(world, type, entry, values);
        return *facts;
      },
      entry.values);
  if (!computed) FAIL(type.id << " " << entry.id << ": " << computed.error().detail);
}

/// Adds a record as it was entered, with its formulas computed. References to it see it from then on.
inline Entry& add(World& world, const std::string& register_id, const std::string& id,
                  const std::vector<std::pair<std::string, std::string>>& cells, const std::string& state = "") {
  const auto* const type = the_packs()->find(register_id);
  REQUIRE(type != nullptr);
  auto& list = world.registers[register_id];
  list.reserve(4096);  // references to entries stay good
  REQUIRE(list.size() < 4096);
  const std::string first = type->lifecycle ? type->lifecycle->first : "";
  list.push_back({id, state.empty() ? first : state, world.today, world.today, values_of(*type, cells)});
  compute_in(world, *type, list.back());
  return list.back();
}

/// Formulas that look at other records, once more.
inline void again(const World& world, const std::string& register_id, Entry& entry) {
  compute_in(world, *the_packs()->find(register_id), entry);
}

inline std::vector<Finding> findings(const World& world, const std::string& register_id, const Entry& entry) {
  const auto* const type = the_packs()->find(register_id);
  const auto found = run_checks(*type, WorldFacts(world, *type, entry));
  if (!found) FAIL(found.error().detail);
  return *found;
}

/// Ids of the checks that found something, errors with a '!'.
inline std::vector<std::string> found(const World& world, const std::string& register_id, const Entry& entry) {
  std::vector<std::string> ids;
  for (const auto& one : findings(world, register_id, entry)) ids.push_back((one.is_error ? "!" : "") + one.check);
  return ids;
}
inline bool has(const std::vector<std::string>& list, const std::string& one) {
  return std::ranges::find(list, one) != list.end();
}

inline double number(const Entry& entry, const char* field) {
  const auto found = entry.values.find(field);
  INFO(field);
  REQUIRE(found != entry.values.end());
  const auto* const value = std::get_if<double>(&found->second);
  REQUIRE(value != nullptr);
  return *value;
}
/// As people read it; empty where there is none.
inline std::string text(const std::string& register_id, const Entry& entry, const char* field) {
  const auto found = entry.values.find(field);
  if (found == entry.values.end()) return {};
  return value_to_text(*the_packs()->find(register_id)->field(field), found->second);
}

/// Whether all that a step demands of the values holds.
inline bool musts_hold(const World& world, const std::string& register_id, const Entry& entry, const char* step_id) {
  const auto* const type = the_packs()->find(register_id);
  const auto* const step = type->lifecycle->step(step_id);
  REQUIRE(step != nullptr);
  return std::ranges::all_of(step->must, [&](const Must& must) {
    const auto holds = must.that->holds(WorldFacts(world, *type, entry));
    if (!holds) FAIL(must.that->text() << ": " << holds.error().detail);
    return *holds;
  });
}

/// The last day of a deadline, as text; empty where it does not run.
inline std::string ends(const std::string& register_id, const Entry& entry, const char* deadline) {
  const auto& deadlines = the_packs()->find(register_id)->lifecycle->deadlines;
  const auto found = std::ranges::find(deadlines, deadline, &Deadline::id);
  REQUIRE(found != deadlines.end());
  const auto day = ends_on(*found, entry.opened, entry.since_state, entry.values, the_calendar());
  return day ? to_string(*day) : "";
}

}  // namespace celadon::systems
