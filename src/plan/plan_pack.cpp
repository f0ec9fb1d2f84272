#include "plan/plan_pack.hpp"

#include "core/csv_table.hpp"
#include "core/sha256.hpp"
#include "core/yaml_fields.hpp"
#include "plan/tables.hpp"
#include "systems/pack_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace celadon::plan {
namespace {

using systems::Scope;
using systems::Type;

constexpr std::array promise_names = {"id",    "chapter",       "section", "name_zh",     "name_en",
                                      "unit",  "baseline_2025", "target",  "target_year", "kind",
                                      "sense", "evidence",      "note"};
constexpr std::string_view before = "before", base = "base";  // names that lead to another year's measures

template <class T, std::size_t N>
std::optional<T> named(std::string_view text, const std::array<std::pair<std::string_view, T>, N>& names) {
  const auto found = std::ranges::find(names, text, [](const auto& one) { return one.first; });
  return found == names.end() ? std::nullopt : std::optional(found->second);
}
template <class T, std::size_t N>
std::string_view name_in(T value, const std::array<std::pair<std::string_view, T>, N>& names) {
  return std::ranges::find(names, value, [](const auto& one) { return one.second; })->first;
}
template <std::size_t N, class T>
std::string all_of(const std::array<std::pair<std::string_view, T>, N>& names) {
  std::string text;
  for (const auto& [name, value] : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

constexpr std::array kinds = {std::pair(std::string_view("baseline"), Kind::baseline),
                              std::pair(std::string_view("constraining"), Kind::constraining),
                              std::pair(std::string_view("expected"), Kind::expected),
                              std::pair(std::string_view("action"), Kind::action)};
constexpr std::array senses = {std::pair(std::string_view("higher"), Sense::higher),
                               std::pair(std::string_view("lower"), Sense::lower),
                               std::pair(std::string_view("equal"), Sense::equal),
                               std::pair(std::string_view("milestone"), Sense::milestone)};
constexpr std::array standings = {std::pair(std::string_view("computed"), Standing::computed),
                                  std::pair(std::string_view("waits"), Standing::waits),
                                  std::pair(std::string_view("unmeasurable"), Standing::unmeasurable)};
constexpr std::array spans = {std::pair(std::string_view("year"), Span::year),
                              std::pair(std::string_view("since-start"), Span::since_start),
                              std::pair(std::string_view("state"), Span::state)};

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// The last year that a text names: "2026-2030" is 2030.
std::optional<int> last_year_in(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  const auto year = number_in(text.substr(text.size() - 4));
  if (!year || *year < 1990 || *year > 2199) return std::nullopt;
  return static_cast<int>(*year);
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// The rows of a table of promises.
Result<std::vector<Promise>> read_promises(std::string_view text, const std::string& name) {
  const auto table = parse_csv_table(text, name, promise_columns());
  if (!table) return fail(table.error());
  std::vector<Promise> rows;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto refuse = [&](const char* field, const std::string& reason) {
      return fail(Errc::invalid_value, fmt::format("{}:{}: {}: {}", name, table->lines[i], field, reason), field);
    };
    Promise one;
    one.id = row[0];
    one.chapter = row[1];
    one.section = row[2];
    one.name = {row[3], row[4]};
    one.unit_words = row[5];
    one.baseline_text = row[6];
    one.target_text = row[7];
    one.evidence = row[11];
    one.note = row[12];
    if (!is_id(one.id)) return refuse("id", "'" + one.id + "': expected letters, digits and '-', 40 at most");
    if (!ids.insert(one.id).second) return refuse("id", "'" + one.id + "' is there twice");
    const auto kind = named(row[9], kinds);
    if (!kind) return refuse("kind", "'" + row[9] + "' is not one of " + all_of(kinds));
    const auto sense = named(row[10], senses);
    if (!sense) return refuse("sense", "'" + row[10] + "' is not one of " + all_of(senses));
    one.kind = *kind;
    one.sense = *sense;
    one.year = last_year_in(row[8]).value_or(0);
    one.baseline = number_in(row[6]);
    one.goal = one.kind == Kind::baseline ? one.baseline : number_in(row[7]);
    rows.push_back(std::move(one));
  }
  return rows;
}

class Reader {
 public:
  Reader(const std::string& file, const systems::TableReader& table_of, const systems::Catalogue& catalogue)
      : file_(file), table_of_(table_of), catalogue_(catalogue), of_catalogue_(systems::scope_of(catalogue)) {
    scope_.register_id = plan_scope;
    scope_.has_register = [this](std::string_view id) {
      return find_table(id) != nullptr || of_catalogue_.has_register(id);
    };
    scope_.field = [this](std::string_view id, std::string_view name) { return known(id, name); };
  }

  Result<std::shared_ptr<const Plan>> read(std::string_view text) {
    plan_.file = file_;
    plan_.digest = sha256(text);
    const std::array lists = {
        YamlList{"plan", [this](YamlFields& fields) { head(fields); }},
        YamlList{"editions", [this](YamlFields& fields) { edition(fields); }},
        YamlList{"places", [this](YamlFields& fields) { place(fields); }},
        YamlList{"owners", [this](YamlFields& fields) { owner(fields); }},
        YamlList{"words", [this](YamlFields& fields) { word(fields); }},
        YamlList{"measures", [this](YamlFields& fields) { measure(fields); }},
        YamlList{"promises", [this](YamlFields& fields) { promise(fields); }},
    };
    const auto good = read_yaml_lists(text, file_, lists);
    if (!good) return fail(good.error());
    if (failed_) return fail(*failed_);
    for (const auto& [id, row] : table_) {
      if (!plan_.promise(id))
        return fail(Errc::invalid_value, fmt::format("{}: promises: {} ({}) of the table is not there", file_, id,
                                                     row.name.zh), "promises");
    }
    std::ranges::sort(plan_.promises, {}, [this](const Promise& one) { return order_.at(one.id); });
    return std::make_shared<const Plan>(std::move(plan_));
  }

 private:
  void head(YamlFields& fields) {
    static constexpr std::array names = {"id",    "name_zh",     "name_en", "first",  "last",
                                         "base",  "evaluations", "table",   "source", "trust", "history"};
    fields.only(names);
    if (!plan_.id.empty()) fields.refuse("id", "there is one plan to a file");
    plan_.id = fields.text("id");
    plan_.name = words(fields, "name");
    plan_.first = fields.count("first", 1990, 2199);
    plan_.last = fields.count("last", plan_.first, 2199);
    plan_.base = fields.count("base", 1990, plan_.first);
    plan_.history = fields.has("history") ? fields.count("history", 1990, plan_.base) : plan_.base;
    for (const auto& year : fields.texts("evaluations")) {
      const auto number = last_year_in(year);
      if (number)
        plan_.evaluations.push_back(*number);
      else
        fields.refuse("evaluations", "'" + year + "' is not a year");
    }
    plan_.source = source(fields);
    const auto path = fields.text("table");
    if (fields.failed()) return;
    const auto text = table_of_(path);
    if (!text) {
      fields.refuse("table", text.error().detail);
      return;
    }
    plan_.digest = sha256(plan_.digest + sha256(*text));
    const auto rows = read_promises(*text, path);
    if (!rows) {
      failed_ = rows.error();
      return;
    }
    for (const auto& row : *rows) {
      order_.emplace(row.id, order_.size());
      table_.emplace(row.id, row);
    }
  }

  void edition(YamlFields& fields) {
    static constexpr std::array names = {"id", "name_zh", "name_en", "air_index", "air_limits", "water"};
    fields.only(names);
    Edition one{.id = fields.text("id"), .name = words(fields, "name")};
    one.air_index = fields.text_or("air_index", "");
    one.air_limits = fields.text_or("air_limits", "");
    one.water = fields.text_or("water", "");
    if (plan_.edition(one.id)) fields.refuse("id", "'" + one.id + "' is there twice");
    plan_.editions.push_back(std::move(one));
  }

  void place(YamlFields& fields) {
    static constexpr std::array names = {"id", "name_zh", "name_en", "division", "basin", "park", "whole"};
    fields.only(names);
    Place one{.id = fields.text("id"), .name = words(fields, "name")};
    one.division = fields.text_or("division", "");
    one.basin = fields.text_or("basin", "");
    one.park = fields.text_or("park", "");
    one.whole = fields.has("whole") && fields.boolean("whole");
    if (plan_.place(one.id)) fields.refuse("id", "'" + one.id + "' is there twice");
    if (one.division.empty() + one.basin.empty() + one.park.empty() != 2)
      fields.refuse(nullptr, "a place is a division, a basin or a park: expected one of the three");
    one.river = in_list(fields, "basin", "water-body", one.basin);
    in_list(fields, "park", "park", one.park);
    if (plan_.places.empty() != one.whole) fields.refuse("whole", "the first place, and no other, is the whole city");
    plan_.places.push_back(std::move(one));
  }
  /// The Chinese name of a code; a code that is not of the list is refused.
  std::string in_list(YamlFields& fields, const char* field, std::string_view list, const std::string& code) {
    if (code.empty()) return {};
    const auto* const codes = catalogue_.codes(list);
    const auto* const found = codes == nullptr ? nullptr : codes->find(code);
    if (found == nullptr) fields.refuse(field, "'" + code + "' is no code of " + std::string(list));
    return found == nullptr ? std::string() : found->name.zh;
  }

  void owner(YamlFields& fields) {
    static constexpr std::array names = {"id", "name_zh", "name_en"};
    fields.only(names);
    Owner one{.id = fields.text("id"), .name = words(fields, "name")};
    if (plan_.owner(one.id)) fields.refuse("id", "'" + one.id + "' is there twice");
    plan_.owners.push_back(std::move(one));
  }

  void word(YamlFields& fields) {
    static constexpr std::array names = {"en", "zh"};
    fields.only(names);
    plan_.words.emplace_back(fields.text("en"), fields.text("zh"));
  }

  void measure(YamlFields& fields) {
    static constexpr std::array names = {"id", "name_zh", "name_en", "unit", "formula", "source", "trust"};
    fields.only(names);
    Measure one{.id = fields.text("id"), .name = words(fields, "name"), .unit = fields.text_or("unit", "1"),
                .formula = {}, .source = source(fields)};
    if (known(plan_scope, one.id)) fields.refuse("id", "'" + one.id + "' has a meaning already");
    one.formula = formula(fields, one.unit);
    plan_.measures.push_back(std::move(one));
  }

  void promise(YamlFields& fields) {
    static constexpr std::array names = {"id",     "standing", "formula", "indicator", "unit", "span", "baseline", "goal",
                                         "strict",  "interim",   "reason_zh", "reason_en", "data", "owner",   "year",
                                         "sense",   "source",    "trust"};
    fields.only(names);
    const auto id = fields.text("id");
    const auto row = table_.find(id);
    if (row == table_.end()) {
      fields.refuse("id", "'" + id + "' is not in the table");
      return;
    }
    if (plan_.promise(id)) fields.refuse("id", "'" + id + "' is there twice");
    Promise one = row->second;
    one.standing = choice(fields, "standing", standings, Standing::computed);
    one.span = choice(fields, "span", spans, one.span);
    one.sense = choice(fields, "sense", senses, one.sense);
    one.unit = fields.text_or("unit", "1");
    one.source = source(fields);
    one.owner = fields.text("owner");
    if (!one.owner.empty() && !plan_.owner(one.owner)) fields.refuse("owner", "there is no owner '" + one.owner + "'");
    if (fields.has("year")) one.year = fields.count("year", 1990, 2199);
    if (one.year == 0) fields.refuse("year", "the table names no year; expected one here");
    if (fields.has("baseline")) one.baseline = fields.number("baseline");
    if (fields.has("goal")) one.goal = fields.number("goal");
    one.strict = fields.has("strict") && fields.boolean("strict");
    for (const auto& text : fields.texts("interim")) {
      const auto colon = text.find(": ");
      const auto year = colon == std::string::npos ? std::nullopt : last_year_in(text.substr(0, colon));
      const auto value = colon == std::string::npos ? std::nullopt : number_in(text.substr(colon + 2));
      if (!year || !value || (!one.interim.empty() && one.interim.back().first >= *year))
        fields.refuse("interim", "'" + text + "': expected rising years as \"2028: 30\"");
      else
        one.interim.emplace_back(*year, *value);
    }
    if (one.standing == Standing::computed) {
      if (fields.has("indicator")) {
        take_indicator(fields, one);
      } else {
        unit_ = one.unit;
        one.formula = formula(fields, one.unit);
        unit_.clear();
      }
      if (fields.has("data")) fields.refuse("data", "is for promises that wait");
    } else {
      for (const char* name : {"formula", "indicator"}) {
        if (fields.has(name)) fields.refuse(name, "is for promises that are computed");
      }
      one.reason = words(fields, "reason");
      if (one.standing == Standing::waits) one.data = fields.text("data");
    }
    plan_.promises.push_back(std::move(one));
  }

  /// "black-water/treated": an indicator that a pack of registers has already.
  void take_indicator(YamlFields& fields, Promise& one) const {
    const auto text = fields.text("indicator");
    const auto stroke = text.find('/');
    const auto* const type = stroke == std::string::npos ? nullptr : catalogue_.find(text.substr(0, stroke));
    if (type == nullptr) {
      fields.refuse("indicator", "'" + text + "': expected register/indicator, and there is no such register");
      return;
    }
    const auto found = std::ranges::find(type->indicators, text.substr(stroke + 1), &systems::RowIndicator::id);
    if (found == type->indicators.end()) {
      fields.refuse("indicator", "'" + text.substr(stroke + 1) + "' is no indicator of " + type->id);
      return;
    }
    if (fields.has("formula")) fields.refuse("formula", "stands beside an indicator; expected one of the two");
    if (!fields.has("unit")) one.unit = found->unit;
    one.formula = found->formula;
    one.own_register = type->id;
    if (!fields.has("span")) one.span = Span::state;
  }

  template <class T, std::size_t N>
  static T choice(YamlFields& fields, const char* name, const std::array<std::pair<std::string_view, T>, N>& names,
                  T otherwise) {
    if (!fields.has(name)) return otherwise;
    const auto text = fields.text(name);
    const auto found = named(text, names);
    if (!found) fields.refuse(name, "'" + text + "' is not one of " + all_of(names));
    return found.value_or(otherwise);
  }

  static Words words(YamlFields& fields, const std::string& stem) {
    return {fields.text((stem + "_zh").c_str()), fields.text((stem + "_en").c_str())};
  }
  static Source source(YamlFields& fields) {
    Source one{fields.text_or("source", ""), fields.text_or("trust", "design")};
    if (!is_trust(one.trust)) fields.refuse("trust", "'" + one.trust + "' is not verified, secondary, memory or design");
    return one;
  }

  std::shared_ptr<const systems::Expression> formula(YamlFields& fields, const std::string& unit) {
    const auto text = fields.text("formula");
    if (fields.failed()) return nullptr;
    auto parsed = systems::parse_expression(text);
    if (!parsed) {
      fields.refuse("formula", parsed.error().detail);
      return nullptr;
    }
    const auto good = (*parsed)->check_gives(scope_, Type::number, unit);
    if (!good) {
      fields.refuse("formula", good.error().detail);
      return nullptr;
    }
    return *parsed;
  }

  /// What a name means: in the plan itself, in a table of observations, in a register.
  std::optional<Scope::Known> known(std::string_view id, std::string_view name) const {
    if (const auto* const face = find_table(id)) {
      const auto column = std::ranges::find(face->columns, name, &Column::id);
      if (column == face->columns.end()) return std::nullopt;
      return Scope::Known{.type = column->type, .unit = std::string(column->unit)};
    }
    if (id != plan_scope) return of_catalogue_.field(id, name);
    if (name == before || name == base) return Scope::Known{.type = Type::text, .refers_to = std::string(plan_scope)};
    if (name == "promise" || name == "place") return Scope::Known{.type = Type::text};
    if (name == "year") return Scope::Known{.type = Type::number};
    if (name == "first_day" || name == "last_day" || name == "since") return Scope::Known{.type = Type::date};
    if ((name == "baseline" || name == "goal") && !unit_.empty())
      return Scope::Known{.type = Type::number, .unit = unit_};
    if (const auto* const one = plan_.measure(name)) return Scope::Known{.type = Type::number, .unit = one->unit};
    return std::nullopt;
  }

  const std::string& file_;
  const systems::TableReader& table_of_;
  const systems::Catalogue& catalogue_;
  Scope of_catalogue_, scope_;
  Plan plan_;
  std::map<std::string, Promise, std::less<>> table_;
  std::map<std::string, std::size_t, std::less<>> order_;
  std::string unit_;  ///< of the promise that is being read
  std::optional<Error> failed_;
};

}  // namespace

std::string_view to_text(Kind kind) { return name_in(kind, kinds); }
std::string_view to_text(Sense sense) { return name_in(sense, senses); }
std::string_view to_text(Standing standing) { return name_in(standing, standings); }
std::string_view to_text(Span span) { return name_in(span, spans); }

namespace {
template <class T>
const T* by_id(const std::vector<T>& list, std::string_view id) {
  const auto found = std::ranges::find(list, id, &T::id);
  return found == list.end() ? nullptr : &*found;
}
template <class T>
std::optional<std::size_t> place_of(const std::vector<T>& list, std::string_view id) {
  const auto* const found = by_id(list, id);
  return found == nullptr ? std::nullopt : std::optional(static_cast<std::size_t>(found - list.data()));
}
}  // namespace

const Promise* Plan::promise(std::string_view wanted) const { return by_id(promises, wanted); }
const Measure* Plan::measure(std::string_view wanted) const { return by_id(measures, wanted); }
const Owner* Plan::owner(std::string_view wanted) const { return by_id(owners, wanted); }
Words Plan::said(const std::string& text) const {
  const auto found = std::ranges::find(words, text, [](const auto& one) { return one.first; });
  return {found == words.end() ? text : found->second, text};
}
std::optional<std::size_t> Plan::place(std::string_view wanted) const { return place_of(places, wanted); }
std::optional<std::size_t> Plan::edition(std::string_view wanted) const { return place_of(editions, wanted); }

std::vector<std::string_view> promise_columns() { return {promise_names.begin(), promise_names.end()}; }

Result<std::shared_ptr<const Plan>> parse_plan(std::string_view text, const std::string& file,
                                               const systems::TableReader& table_of,
                                               const systems::Catalogue& catalogue) {
  return Reader(file, table_of, catalogue).read(text);
}

Result<std::shared_ptr<const Plan>> read_plan(const std::filesystem::path& packs, const std::filesystem::path& file,
                                              const systems::Catalogue& catalogue) {
  const systems::TableReader table_of = [&packs](const std::string& path) -> Result<std::string> {
    const auto relative = std::filesystem::path(path).lexically_normal();
    if (relative.is_absolute() || relative.empty() || *relative.begin() == "..")
      return fail(Errc::invalid_value, "'" + path + "' is no path under the packs");
    return read_pack(packs / relative);
  };
  return parse_pack(file, [&](std::string_view text, const std::string& name) {
    return parse_plan(text, name, table_of, catalogue);
  });
}

Result<std::vector<std::filesystem::path>> plan_files(const std::filesystem::path& packs) {
  return systems::pack_files({packs / "plans"});
}

Result<std::string> new_plan(std::string_view table, const std::string& table_path, const std::string& id) {
  const auto rows = read_promises(table, table_path);
  if (!rows) return fail(rows.error());
  int first = 2199;
  int last = 1990;
  for (const auto& row : *rows) {
    if (row.kind == Kind::baseline || row.year == 0) continue;
    first = std::min(first, row.year);
    last = std::max(last, row.year);
  }
  if (first > last) return fail(Errc::invalid_value, table_path + ": no promise names a year", "target_year");
  std::string out = fmt::format(
      "# A plan out of {0}. Give each promise a formula, or say why it has none; the language: docs/plan.md.\n\n"
      "plan:\n"
      "  - {{id: {1}, name_zh: \"{1}\", name_en: \"{1}\", first: {2}, last: {3}, base: {4}, evaluations: [\"{3}\"],\n"
      "     table: {0}, source: {0}, trust: design}}\n\n"
      "editions:\n"
      "  - {{id: in-force, name_zh: 当日有效版本, name_en: in force on the day}}\n\n"
      "places:\n"
      "  - {{id: city, name_zh: 全市, name_en: The city, division: \"36\", whole: true}}\n\n"
      "owners:\n"
      "  - {{id: bureau, name_zh: 生态环境局, name_en: Ecology bureau}}\n\n"
      "words:\n"
      "  - {{en: built, zh: 建成}}\n\n"
      "measures:\n"
      "  - {{id: good_days, name_zh: 优良天数比率, name_en: Share of good days, unit: \"%\",\n"
      "     formula: \"100 * count(air-day where good) / count(air-day where aqi is not none)\"}}\n\n"
      "promises:\n",
      table_path, id, std::min(first, last), last, std::min(first, last) - 1);
  for (const auto& row : *rows) {
    out += fmt::format("  - {{id: {}, standing: waits, owner: bureau, data: {}, reason_zh: 尚无公式, "
                       "reason_en: nobody has written its formula{}}}\n",
                       row.id, "formula", row.year == 0 ? fmt::format(", year: {}", last) : "");
  }
  return out;
}

}  // namespace celadon::plan
