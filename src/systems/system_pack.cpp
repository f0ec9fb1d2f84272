#include "core/csv_table.hpp"
#include "core/units.hpp"
#include "core/yaml_fields.hpp"
#include "systems/pack_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace celadon::systems {
namespace {

constexpr std::size_t pack_bytes_max = 1U << 20;
constexpr std::size_t registers_max = 50, fields_max = 200, codes_max = 50'000;

constexpr std::array<std::string_view, 13> field_types = {
    "text", "number", "whole", "yes-no", "date", "time", "code", "reference", "site", "point", "line", "area", "files"};

/// Names that every record answers to, so that no field may be called so.
constexpr std::array<std::string_view, 19> taken_names = {
    "id",  "state", "today", "now", "opened", "since_state", "overdue", "due",   "changed", "title",
    "and", "or",    "not",   "in",  "is",     "none",        "true",    "false", "this"};

/// The columns a table of ours has, as its head says.
std::vector<std::string> head_of(std::string_view csv) {
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  while (!csv.empty()) {
    auto line = csv.substr(0, csv.find('\n'));
    csv.remove_prefix(std::min(line.size() + 1, csv.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string> columns(1);
    for (const char c : line) {
      if (c == ',')
        columns.emplace_back();
      else if (c != '"')
        columns.back() += c;
    }
    return columns;
  }
  return {};
}

void take_table(const PackMap& map, const std::string& path, CodeList& list) {
  const auto refuse = [&](const std::string& reason) { map.refuse("table", reason); };
  if (path.starts_with('/') || path.find("..") != std::string::npos || path.find('\\') != std::string::npos)
    return refuse("'" + path + "' must be a file below packs/systems");
  if (!*map.reading().table) return refuse("tables cannot be read here");
  const auto csv = (*map.reading().table)(path);
  if (!csv) return refuse(csv.error().detail);
  const auto head = head_of(*csv);
  const std::vector<std::string_view> columns(head.begin(), head.end());
  const auto table = parse_csv_table(*csv, path, columns);
  if (!table) return refuse(table.error().detail);
  const auto column = [&](const char* name, const char* otherwise) {
    const auto wanted = map.text_or(name, map.text_or(otherwise));
    const auto found = std::ranges::find(head, wanted);
    if (found == head.end()) map.refuse(name, fmt::format("'{}' is no column of {}", wanted, path));
    return static_cast<std::size_t>(found - head.begin());
  };
  const std::size_t code = column("code", "code"), zh = column("zh", "zh"), en = column("en", "zh");
  if (map.failed()) return;
  for (const auto& row : table->rows) list.codes.push_back({row[code], {row[zh], row[en].empty() ? row[zh] : row[en]}});
}

}  // namespace

const Code* CodeList::find(std::string_view code) const {
  const auto found = std::ranges::find(codes, code, &Code::code);
  return found == codes.end() ? nullptr : &*found;
}

std::string_view to_text(FieldType type) { return field_types[static_cast<std::size_t>(type)]; }

const State* Lifecycle::state(std::string_view id) const {
  const auto found = std::ranges::find(states, id, &State::id);
  return found == states.end() ? nullptr : &*found;
}

const Step* Lifecycle::step(std::string_view id) const {
  const auto found = std::ranges::find(steps, id, &Step::id);
  return found == steps.end() ? nullptr : &*found;
}

const Field* Register::field(std::string_view field_id) const {
  const auto found = std::ranges::find(fields, field_id, &Field::id);
  return found == fields.end() ? nullptr : &*found;
}

CodeList read_codes(PackMap& map, const Source& above) {
  CodeList list;
  list.line = map.line();
  list.id = map.id("id", IdKind::dashed);
  list.source = map.source(above);
  if (map.has("table") == map.has("entries")) {
    map.refuse(nullptr, "expected either entries or a table");
  } else if (map.has("table")) {
    map.only({"id", "table", "code", "zh", "en", "source", "trust"});
    if (!map.failed()) take_table(map, map.text("table"), list);
  } else {
    map.only({"id", "entries", "source", "trust"});
    map.each("entries", [&](PackMap& entry) {
      entry.only({"code", "zh", "en"});
      list.codes.push_back({entry.text("code"), entry.zh_en()});
    });
  }
  if (map.failed()) return list;
  const char* const place = map.has("table") ? "table" : "entries";
  if (list.codes.empty() || list.codes.size() > codes_max)
    map.refuse(place, fmt::format("has {} codes; expected 1 to {}", list.codes.size(), codes_max));
  std::set<std::string_view> seen;
  for (const auto& code : list.codes) {
    if (code.code.empty() || code.code.find(';') != std::string::npos || code.code.find("；") != std::string::npos ||
        code.code.front() == ' ' || code.code.back() == ' ')
      map.refuse(place, "'" + code.code + "': a code is not blank, has no ';' and no blank at its ends");
    if (!seen.insert(code.code).second) map.refuse(place, "'" + code.code + "' is there twice");
  }
  return list;
}

namespace {

void read_text_words(PackMap& map, Field& field) {
  field.length_max = static_cast<std::size_t>(map.count_or("length_max", 1, 20'000, 200));
  field.code_check = map.text_or("code_check");
  if (!field.code_check.empty() && field.code_check != "gb32100")
    return map.refuse("code_check", "'" + field.code_check + "' is not one of gb32100");
  field.pattern = map.text_or("pattern");
  if (field.pattern.empty()) return;
  auto shape = Pattern::parse(field.pattern);
  if (!shape) return map.refuse("pattern", shape.error().detail);
  field.shape = std::make_shared<const Pattern>(std::move(*shape));
}

void read_number_words(PackMap& map, Field& field) {
  field.unit = map.text_or("unit");
  if (!field.unit.empty()) {
    const auto unit = parse_unit(field.unit);
    if (!unit) return map.refuse("unit", unit.error().detail);
  }
  field.min = map.number("min");
  field.max = map.number("max");
  if (field.min && field.max && *field.min > *field.max) map.refuse("min", "is larger than max");
  field.decimals = field.type == FieldType::whole ? 0 : map.count_or("decimals", 0, 9, -1);
}

void read_field_words(PackMap& map, Field& field) {
  // What only some types know is refused at the others.
  const auto need = [&](const char* name, bool known) {
    if (map.has(name) && !known)
      map.refuse(name, fmt::format("means nothing at a field of type {}", to_text(field.type)));
  };
  const auto is = [&](std::initializer_list<FieldType> types) {
    return std::ranges::find(types, field.type) != types.end();
  };
  using enum FieldType;
  need("length_max", is({text}));
  need("pattern", is({text}));
  need("code_check", is({text}));
  need("unit", is({number, whole}));
  need("min", is({number, whole}));
  need("max", is({number, whole}));
  need("decimals", is({number}));
  need("of", is({code, reference}));
  need("many", is({code, reference}));
  need("not_after_today", is({date}));
  need("not_after_now", is({time}));
  need("accept", is({files}));
  need("count_max", is({files}) || map.has("many"));
  need("unique", is({text, number, whole, date, code, reference, site}) && !map.has("many"));
  if (map.failed()) return;
  if (is({text})) read_text_words(map, field);
  if (is({number, whole})) read_number_words(map, field);
  if (is({code, reference})) field.of = map.id("of", IdKind::dashed);
  field.many = map.flag("many");
  field.not_after_now = map.flag("not_after_today") || map.flag("not_after_now");
  field.unique = map.flag("unique");
  field.accept = map.texts("accept");
  field.count_max = static_cast<std::size_t>(map.count_or("count_max", 1, 500, 20));
  for (const auto& accept : field.accept) {
    if (accept != "image" && accept != "pdf" && accept != "any")
      map.refuse("accept", "'" + accept + "' is not one of image, pdf, any");
  }
  if (!field.formula) return;
  if (field.needed) map.refuse("needed", "means nothing at a field that is computed");
  if (field.is_list() || field.is_geometry()) map.refuse("formula", fmt::format("cannot give {}", to_text(field.type)));
}

}  // namespace

Field read_field(PackMap& map, const Source& above) {
  map.only({"id",
            "type",
            "zh",
            "en",
            "help",
            "of",
            "many",
            "needed",
            "unique",
            "search",
            "index",
            "personal",
            "not_after_now",
            "not_after_today",
            "unit",
            "min",
            "max",
            "decimals",
            "length_max",
            "count_max",
            "pattern",
            "code_check",
            "accept",
            "public",
            "confirmed_by",
            "formula",
            "source",
            "trust"});
  Field field;
  field.line = map.line();
  field.id = map.id("id", IdKind::field);
  if (std::ranges::find(taken_names, field.id) != taken_names.end())
    map.refuse("id", "'" + field.id + "' has a meaning of its own; choose another name");
  if (!map.has("type")) map.refuse("type", "is needed");
  field.type = static_cast<FieldType>(map.word("type", field_types));
  field.name = map.zh_en();
  if (map.has("help")) field.help = map.words_in("help");
  field.needed = map.flag("needed");
  field.search = map.flag("search");
  field.index = map.flag("index");
  field.personal = map.flag("personal");
  field.formula = map.expression("formula");
  field.source = map.source(above);
  field.confirmed_by = map.text_or("confirmed_by");
  if (map.flag("public") == field.confirmed_by.empty())
    map.refuse(field.confirmed_by.empty() ? "public" : "confirmed_by",
               "public: true and confirmed_by: the yes-no field in which a person says so go together");
  if (!field.confirmed_by.empty() && (field.type != FieldType::files || field.personal || field.formula))
    map.refuse("public", "only files that are entered and not personal can be shown to who reported");
  if (!map.failed()) read_field_words(map, field);
  return field;
}

namespace {

/// Orders formulas so that each comes after what it reads. A circle is told with its fields.
void order_formulas(const PackMap& map, Register& type) {
  std::map<std::string, int, std::less<>> states;  // 1 under way, 2 done
  const std::function<bool(std::size_t, std::string)> visit = [&](std::size_t i, std::string path) {
    const Field& field = type.fields[i];
    int& state = states[field.id];
    path += (path.empty() ? "" : " -> ") + field.id;
    if (state == 1) {
      map.reading().refuse(field.formula->line(), "formula", "the formulas go round in a circle: " + path);
      return false;
    }
    if (state == 2) return true;
    state = 1;
    for (const auto& name : field.formula->reads()) {
      const auto* const read = type.field(name);
      if (read == nullptr || !read->formula) continue;
      if (!visit(static_cast<std::size_t>(read - type.fields.data()), path)) return false;
    }
    states[field.id] = 2;
    type.computed.push_back(i);
    return true;
  };
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].formula && !visit(i, "")) return;
  }
}

void read_checks(const PackMap& map, const Source& above, Register& type) {
  static constexpr std::array<std::string_view, 2> severities = {"error", "warning"};
  map.each("checks", [&](PackMap& entry) {
    entry.only({"id", "must", "when", "severity", "field", "zh", "en", "source", "trust"});
    Check check;
    check.id = entry.id("id", IdKind::dashed);
    check.when = entry.expression("when");
    check.must = entry.expression("must");
    if (!check.must) entry.refuse("must", "is needed: a condition in quotes");
    check.is_error = entry.word("severity", severities) == 0;
    check.field = entry.text_or("field");
    check.words = entry.zh_en();
    check.source = entry.source(above);
    if (!check.field.empty() && type.field(check.field) == nullptr)
      entry.refuse("field", "there is no field '" + check.field + "' in " + type.id);
    for (const char* language : {"zh", "en"}) {
      for (const auto& blank : blanks_of(language == std::string_view("zh") ? check.words.zh : check.words.en)) {
        if (type.field(blank) == nullptr)
          entry.refuse(language, "there is no field '" + blank + "' to fill {" + blank + "}");
      }
    }
    if (std::ranges::any_of(type.checks, [&](const Check& other) { return other.id == check.id; }))
      entry.refuse("id", "'" + check.id + "' is there twice");
    type.checks.push_back(std::move(check));
  });
}

void read_number_or_key(const PackMap& map, Register& type) {
  if (map.has("number") == map.has("key"))
    return map.refuse(nullptr, "expected either number: {prefix, digits} or key: a field");
  if (map.has("key")) {
    type.key = map.text("key");
    const auto* const field = type.field(type.key);
    if (field == nullptr || field->type != FieldType::text || !field->needed || field->formula)
      map.refuse("key", "'" + type.key + "' must be a field of type text with needed: true");
    return;
  }
  const auto number = map.map("number");
  if (!number) return;
  number->only({"prefix", "digits"});
  type.prefix = number->text("prefix");
  type.digits = number->count_or("digits", 3, 12, 6);
  if (type.prefix.size() > 12 || !std::ranges::all_of(type.prefix, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      }))
    number->refuse("prefix", "'" + type.prefix.substr(0, 40) + "' must be capital letters, digits and '-', at most 12");
}

/// Files are shown to who reported only after a person has said, in a field of its own, that they show nobody.
void check_public_files(const PackMap& map, const Register& type) {
  for (const auto& field : type.fields) {
    if (field.confirmed_by.empty()) continue;
    const auto* const said = type.field(field.confirmed_by);
    if (said == nullptr || said->type != FieldType::yes_no || said->formula)
      map.reading().refuse(
          field.line, "confirmed_by",
          "'" + field.confirmed_by + "' must be a field of type yes-no that is entered, in " + type.id);
  }
}

void read_head(const PackMap& map, Register& type) {
  read_number_or_key(map, type);
  check_public_files(map, type);
  type.title = map.text("title");
  const auto blanks = blanks_of(type.title);
  if (blanks.empty()) map.refuse("title", "names no field in braces, as {name}");
  for (const auto& blank : blanks) {
    const auto* const field = type.field(blank);
    if (field == nullptr && blank != "id") map.refuse("title", "there is no field '" + blank + "' in " + type.id);
    if (field != nullptr && field->is_geometry()) map.refuse("title", "'" + blank + "' is a geometry");
  }
  type.division = map.text_or("division");
  if (!type.division.empty()) {
    const auto* const field = type.field(type.division);
    if (field == nullptr || field->type != FieldType::code || field->many)
      map.refuse("division", "'" + type.division + "' must be a field of type code");
  }
  type.enterprise = map.text_or("enterprise");
  if (!type.enterprise.empty() && type.enterprise != type.key && type.enterprise != "id") {
    const auto* const field = type.field(type.enterprise);
    if (field == nullptr || field->type != FieldType::reference || field->many)
      map.refuse("enterprise", "'" + type.enterprise + "' must be a field of type reference, the key, or id");
  }
  type.open_fields = map.texts("public");
  for (const auto& name : type.open_fields) {
    const auto* const field = type.field(name);
    if (field == nullptr && name != "state" && name != "id")
      map.refuse("public", "there is no field '" + name + "' in " + type.id);
    if (field != nullptr && field->personal) map.refuse("public", "'" + name + "' is personal and not for everybody");
  }
}

std::vector<std::string> roles_or(const PackMap& map, const char* name, std::vector<std::string> otherwise) {
  if (!map.has(name)) return otherwise;
  auto list = map.texts(name);
  for (const auto& role : list) {
    if (std::ranges::find(roles, role) == std::end(roles)) map.refuse(name, "there is no role '" + role + "'");
  }
  return list;
}

void read_rights(const PackMap& map, Register& type) {
  type.rights = {.read = {"duty", "analyst", "enforcement", "planner", "leader"},
                 .write = {"duty", "analyst", "enforcement", "planner"},
                 .create = {"duty", "analyst", "enforcement", "planner"},
                 .withdraw = {"admin"}};
  const auto rights = map.map("rights");
  if (!rights) return;
  rights->only({"read", "write", "create", "withdraw"});
  type.rights.read = roles_or(*rights, "read", type.rights.read);
  type.rights.write = roles_or(*rights, "write", type.rights.write);
  type.rights.create = roles_or(*rights, "create", type.rights.write);
  type.rights.withdraw = roles_or(*rights, "withdraw", type.rights.withdraw);
}

void read_indicators(const PackMap& map, Register& type) {
  map.each("indicators", [&](PackMap& entry) {
    entry.only({"id", "zh", "en", "formula", "unit"});
    RowIndicator indicator;
    indicator.id = entry.id("id", IdKind::dashed);
    indicator.name = entry.zh_en();
    indicator.unit = entry.text_or("unit", "1");
    const auto unit = parse_unit(indicator.unit);
    if (!unit) entry.refuse("unit", unit.error().detail);
    indicator.formula = entry.expression("formula");
    if (!indicator.formula) return entry.refuse("formula", "is needed");
    const auto reads = indicator.formula->reads();
    if (!reads.empty())
      entry.refuse("formula", "'" + reads.front() + "' is of one record, an indicator speaks of all; put it into " +
                                  "count(where ...) or sum(... where ...)");
    if (std::ranges::any_of(type.indicators, [&](const auto& other) { return other.id == indicator.id; }))
      entry.refuse("id", "'" + indicator.id + "' is there twice");
    type.indicators.push_back(std::move(indicator));
  });
}

void read_opens_on(const PackMap& map, Register& type) {
  map.each("opens_on", [&](PackMap& entry) {
    entry.only({"event", "set"});
    OpensOn opens{.event = entry.id("event", IdKind::dashed), .line = entry.line(), .set = {}};
    opens.set = read_event_parts(entry, "set", type);
    type.opens_on.push_back(std::move(opens));
  });
}

Register read_register(PackMap& map, const System& system) {
  static constexpr std::array<std::string_view, 3> kinds = {"register", "ledger", "case"};
  map.only({"id", "name", "kind", "number", "key", "title", "division", "enterprise", "public", "fields", "checks",
            "lifecycle", "views", "map", "rights", "indicators", "opens_on"});
  Register type;
  type.line = map.line();
  type.id = map.id("id", IdKind::dashed);
  type.system = system.id;
  type.name = map.words_in("name");
  type.kind = static_cast<RegisterKind>(map.word("kind", kinds));
  map.each("fields", [&](PackMap& entry) {
    auto field = read_field(entry, system.source);
    if (type.field(field.id) != nullptr) entry.refuse("id", "'" + field.id + "' is there twice");
    type.fields.push_back(std::move(field));
  });
  if (type.fields.empty() || type.fields.size() > fields_max)
    map.refuse("fields", fmt::format("expected 1 to {} fields", fields_max));
  if (map.failed()) return type;
  order_formulas(map, type);
  read_head(map, type);
  read_checks(map, system.source, type);
  if (const auto lifecycle = map.map("lifecycle"))
    read_lifecycle(*lifecycle, system.source, type);
  else if (type.kind == RegisterKind::matter)
    map.refuse("kind", "a case needs a lifecycle");
  if (map.failed()) return type;
  read_views(map, type);
  read_rights(map, type);
  read_indicators(map, type);
  read_opens_on(map, type);
  return type;
}

/// "S072": the form of an id in the city's plan of systems.
bool is_row_id(std::string_view id) {
  return id.size() == 4 && id[0] == 'S' &&
         std::ranges::all_of(id.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

void read_rows(const PackMap& map, System& system) {
  map.each("rows", [&](PackMap& entry) {
    entry.only({"id", "rule", "day", "lacks"});
    PlanRow row;
    row.line = entry.line();
    row.id = entry.text("id");
    row.rule = entry.words_in("rule");
    if (entry.has("day")) row.day = entry.id("day", IdKind::dashed);
    if (entry.has("lacks")) row.lacks = entry.words_in("lacks");
    if (!entry.failed() && !is_row_id(row.id))
      entry.refuse("id", "'" + row.id.substr(0, 40) + "' must be S and three digits, as S072");
    if (std::ranges::find(system.rows, row.id, &PlanRow::id) != system.rows.end())
      entry.refuse("id", "'" + row.id + "' is there twice");
    system.rows.push_back(std::move(row));
  });
}

System read_system(PackMap& map) {
  static constexpr std::array<std::string_view, 9> groups = {"air",    "water", "soil",       "waste",  "ecology",
                                                             "carbon", "risk",  "governance", "sources"};
  map.only({"system", "name", "group", "clause", "source", "trust", "rows", "codes", "registers"});
  System system;
  system.file = map.reading().file;
  system.line = map.line();
  system.id = map.id("system", IdKind::dashed);
  system.name = map.words_in("name");
  if (!map.has("group")) map.refuse("group", "is needed");
  system.group = groups[map.word("group", groups)];
  system.clause = map.text_or("clause");
  system.source.text = map.text("source");
  system.source.trust = "design";
  system.source = map.source(system.source);
  read_rows(map, system);
  map.each("codes", [&](PackMap& entry) {
    system.codes.push_back(read_codes(entry, system.source));
    const auto& id = system.codes.back().id;
    if (std::ranges::count(system.codes, id, &CodeList::id) > 1) entry.refuse("id", "'" + id + "' is there twice");
  });
  map.each("registers", [&](PackMap& entry) {
    system.registers.push_back(read_register(entry, system));
    const auto& id = system.registers.back().id;
    if (std::ranges::count(system.registers, id, &Register::id) > 1) entry.refuse("id", "'" + id + "' is there twice");
  });
  // A pack may bring code lists alone, for the others.
  if ((system.registers.empty() && system.codes.empty()) || system.registers.size() > registers_max)
    map.refuse("registers", fmt::format("expected 1 to {} registers", registers_max));
  return system;
}

}  // namespace

Result<System> parse_system(std::string_view text, const std::string& file, const TableReader& table) try {
  if (text.size() > pack_bytes_max) return fail(Errc::too_large, file + ":1: a pack has at most 1 MiB");
  const YAML::Node document = YAML::Load(std::string(text));
  if (!document.IsMap()) return fail(Errc::malformed, file + ":1: expected a mapping that begins with 'system: id'");
  Reading reading{.file = file, .table = &table, .failed = {}};
  PackMap map(reading, document);
  auto system = read_system(map);
  if (reading.failed) return fail(*reading.failed);
  return system;
} catch (const YAML::Exception& error) {
  const int line = error.mark.is_null() ? 1 : error.mark.line + 1;
  return fail(Errc::malformed, fmt::format("{}:{}: not YAML: {}", file, line, error.msg));
}

std::map<std::string, std::string> read_event_parts(const PackMap& entry, const char* name, const Register& type) {
  static const std::map<std::string, std::vector<FieldType>, std::less<>> words = {
      {"site", {FieldType::site, FieldType::text}},
      {"property", {FieldType::text, FieldType::code}},
      {"phenomenon_end", {FieldType::time, FieldType::date}},
      {"rule", {FieldType::text, FieldType::code}},
      {"value", {FieldType::number, FieldType::text}},
      {"limit", {FieldType::number, FieldType::text}},
      {"unit", {FieldType::text, FieldType::code}},
      {"text_zh", {FieldType::text}},
      {"text_en", {FieldType::text}},
      {"of_site", {FieldType::reference}}};
  std::map<std::string, std::string> parts;
  for (const auto& [field_id, word] : entry.pairs(name)) {
    const auto* const field = type.field(field_id);
    const auto known = words.find(word);
    if (field == nullptr || field->formula)
      entry.refuse(name, "there is no field '" + field_id + "' in " + type.id + " that could be set");
    else if (known == words.end())
      entry.refuse(name, "'" + word +
                             "' is not one of site, property, phenomenon_end, rule, value, limit, unit, text_zh, "
                             "text_en, of_site");
    else if (std::ranges::find(known->second, field->type) == known->second.end())
      entry.refuse(name, fmt::format("'{}' is of type {} and cannot take {}", field_id, to_text(field->type), word));
    parts[field_id] = word;
  }
  return parts;
}

}  // namespace celadon::systems
