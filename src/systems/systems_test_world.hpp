#pragma once

#include "systems/expression.hpp"
#include "systems/system.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

// What the tests of the room share: a small city in memory.

namespace celadon::systems::test {

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline LegalDay day(const char* text) { return *parse_legal_day(text); }

inline const WorkCalendar& calendar() {
  static const WorkCalendar made =
      *WorkCalendar::parse(text_of_file(std::filesystem::path(CELADON_PACKS) / "calendar.csv"), "calendar.csv");
  return made;
}

/// Records by register; references lead to the record whose "id" they hold.
struct City {
  std::map<std::string, std::vector<Values>> registers;
  LegalDay today = day("2026-06-01");
  mutable std::vector<std::pair<std::string, std::vector<std::pair<std::string, Value>>>> asked;  ///< by `each`
};

class CityFacts : public Facts {
 public:
  CityFacts(const City& city, std::string register_id, Values values)
      : city_(city), register_id_(std::move(register_id)), values_(std::move(values)) {}

  [[nodiscard]] Result<Value> field(std::string_view name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? Value() : found->second;
  }
  [[nodiscard]] Result<Value> follow(std::string_view reference, std::string_view name) const override {
    const auto id = field(reference);
    for (const auto& [register_id, records] : city_.registers) {
      for (const auto& record : records) {
        const auto found = record.find("id");
        if (found == record.end() || found->second != *id) continue;
        const auto value = record.find(name);
        return value == record.end() ? Value() : value->second;
      }
    }
    return Value();
  }
  [[nodiscard]] Result<void> each(std::string_view register_id,
                                  const std::vector<std::pair<std::string, Value>>& where_equal,
                                  const std::function<Result<void>(const Facts&)>& take) const override {
    const std::string id(register_id.empty() ? register_id_ : std::string(register_id));
    city_.asked.emplace_back(id, where_equal);
    const auto found = city_.registers.find(id);
    if (found == city_.registers.end()) return {};
    for (const auto& record : found->second) {
      const auto done = take(CityFacts(city_, id, record));
      if (!done) return done;
    }
    return {};
  }
  [[nodiscard]] Result<Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                       double limit, LegalDay from, LegalDay to) const override {
    if (site != "S1" || property != "COD") return Value();
    if (statistic == Statistic::share_above) return Value(limit >= 50 ? 0.0 : 0.25);
    return Value(statistic == Statistic::mean ? 40.0 + (to.days - from.days) : 60.0);
  }
  [[nodiscard]] LegalDay today() const override { return city_.today; }
  [[nodiscard]] const WorkCalendar& calendar() const override { return test::calendar(); }

 private:
  const City& city_;
  std::string register_id_;
  Values values_;
};

/// Containers, waybills and the enterprises both belong to.
inline Scope scope() {
  using Known = Scope::Known;
  static const std::map<std::string, std::map<std::string, Known, std::less<>>, std::less<>> registers = {
      {"container",
       {{"id", {Type::text}},
        {"state",
         {Type::text, "", "", [](std::string_view text) { return text == "stored" || text == "gone"; },
          "a state of container"}},
        {"opened", {Type::date}},
        {"since_state", {Type::number, "d"}},
        {"overdue", {Type::boolean}},
        {"name", {Type::text}},
        {"kind",
         {Type::text, "", "", [](std::string_view text) { return text == "acid" || text == "oil"; }, "a code of kind"}},
        {"kinds",
         {Type::list, "", "", [](std::string_view text) { return text == "acid" || text == "oil"; }, "a code of kind"}},
        {"a", {Type::number}},
        {"b", {Type::number}},
        {"net_kg", {Type::number, "kg"}},
        {"net_t", {Type::number, "t"}},
        {"flow_m3_h", {Type::number, "m3/h"}},
        {"cod_mg_l", {Type::number, "mg/L"}},
        {"hours_h", {Type::number, "h"}},
        {"removal", {Type::number, "%"}},
        {"stay_d", {Type::number, "d"}},
        {"sealed", {Type::boolean}},
        {"filled_on", {Type::date}},
        {"emptied_on", {Type::date}},
        {"seen_at", {Type::time}},
        {"place", {Type::geometry}},
        {"site", {Type::text}},
        {"enterprise", {Type::text, "", "enterprise"}}}},
      {"waybill",
       {{"id", {Type::text}},
        {"container", {Type::text, "", "container"}},
        {"net_t", {Type::number, "t"}},
        {"sent_on", {Type::date}},
        {"enterprise", {Type::text, "", "enterprise"}}}},
      {"enterprise", {{"id", {Type::text}}, {"name", {Type::text}}, {"limit_t", {Type::number, "t"}}}}};
  Scope scope;
  scope.register_id = "container";
  scope.field = [](std::string_view register_id, std::string_view field) -> std::optional<Known> {
    const auto found = registers.find(register_id);
    if (found == registers.end()) return std::nullopt;
    const auto known = found->second.find(field);
    if (known == found->second.end()) return std::nullopt;
    return known->second;
  };
  scope.has_register = [](std::string_view register_id) { return registers.contains(register_id); };
  return scope;
}

}  // namespace celadon::systems::test
