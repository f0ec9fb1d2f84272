#include "intake/table_file.hpp"
#include "registry/record_seed.hpp"
#include "service/record_table.hpp"
#include "service/service_test_world.hpp"
#include "systems/calendar.hpp"
#include "systems/code_check.hpp"
#include "systems/record.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

// Every register of the packs takes a table: its own template, filled with the rows of the demo city under new keys,
// some of them spoilt. The good ones go in, each spoilt one comes back with its line, its field and its reason.

using namespace celadon;
using namespace celadon::service;
using systems::Field;
using systems::FieldType;
using systems::Register;
using test::World;

namespace {

namespace json = boost::json;

#ifdef __SANITIZE_ADDRESS__  // some fifteen times slower: the same ways with fewer rows
constexpr std::size_t many_rows = 60, some_rows = 12, registers_with_many = 3;
#else
constexpr std::size_t many_rows = 1000, some_rows = 40, registers_with_many = 12;
#endif
constexpr std::size_t bases_max = 20, spoilt_each = 5;
constexpr std::size_t first_line = 2;  ///< of a CSV's rows

Instant the_day() { return *parse_instant("2026-11-29 12:00"); }  // that of demo/registers

people::Caller admin() {
  people::Caller caller;
  caller.how = people::Caller::How::house;
  caller.name = "admin";
  caller.roles = {"admin"};
  return caller;
}

/// Cells of a row by field.
using Cells = std::map<std::string, std::string, std::less<>>;

/// Another text of the same form: its digits are counted on.
std::optional<std::string> counted_on(const Field& field, const std::string& base, std::size_t n) {
  if (field.code_check == "gb32100") {
    const std::string body = base.substr(0, 8) + fmt::format("{:09}", n);
    for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY"))
      if (systems::holds_gb32100(body + c)) return body + c;
    return std::nullopt;
  }
  if (!field.shape) {
    const std::string tail = " " + std::to_string(n);
    return base.size() + tail.size() <= field.length_max ? base + tail : "示例" + tail;
  }
  // The last run of digits as one number; what stands before it may mean something.
  const auto last = base.find_last_of("0123456789");
  if (last == std::string::npos) return std::nullopt;
  const auto before = base.find_last_not_of("0123456789", last);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  std::string text = base;
  std::size_t rest = n;
  for (std::size_t i = last + 1; i-- > first && rest > 0;) {
    rest += static_cast<std::size_t>(text[i] - '0');
    text[i] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  if (rest == 0 && field.shape->matches(text)) return text;
  return std::nullopt;
}

/// What a wrong cell is, and what it must be told as.
struct Spoil {
  const Field* field;
  std::string cell;
};

/// Each way to spoil a row of a register that its fields allow.
std::vector<Spoil> spoils_of(const Register& type) {
  std::vector<Spoil> all;
  std::set<std::string> kinds;
  const auto add = [&](const char* kind, const Field& field, std::string cell) {
    if (kinds.insert(kind).second) all.push_back({&field, std::move(cell)});
  };
  for (const auto& field : type.fields) {
    if (field.formula) continue;
    const bool is_number = field.type == FieldType::number || field.type == FieldType::whole;
    if (field.needed) add("needed", field, "");
    if (is_number && field.max) add("above", field, fmt::format("{}", std::floor(*field.max) + 1));
    if (is_number && field.min) add("below", field, fmt::format("{}", std::ceil(*field.min) - 1));
    if (is_number) add("no number", field, "约三");
    if (field.type == FieldType::code) add("unknown code", field, "没有这个代码");
    if (field.type == FieldType::reference) add("dangling", field, "NOBODY-000000");
    if (field.type == FieldType::site) add("no site", field, "air.nowhere");
    if (field.type == FieldType::date) add("no date", field, "2026-02-30");
    if (field.type == FieldType::date && field.not_after_now) add("tomorrow", field, "2026-11-30");
    if (field.type == FieldType::time) add("no time", field, "下午");
    if (field.type == FieldType::yes_no) add("no yes", field, "也许");
    if (field.type == FieldType::point) add("no place", field, "景德镇");
    if (field.shape) add("pattern", field, "§§");
    if (field.type == FieldType::text && !field.shape) add("too long", field, std::string(field.length_max + 1, 'x'));
  }
  return all;
}

/// A value that a field may hold, as text; nothing where it depends on what is not there.
std::string some_value(const Field& field, const World& world) {
  switch (field.type) {
    case FieldType::text:
      if (!field.shape) return "示例";
      for (const char* guess : {"1", "12", "123", "1234", "123456", "2026", "2026-01", "13900000000", "A1", "赣H12345"})
        if (field.shape->matches(guess)) return guess;
      return "";
    case FieldType::number:
    case FieldType::whole:
      return fmt::format("{}", field.min && *field.min > 1 ? *field.min : std::min(1.0, field.max.value_or(1)));
    case FieldType::yes_no: return "是";
    case FieldType::date: return "2026-10-12";
    case FieldType::time: return "2026-10-12 08:00";
    case FieldType::code: return field.codes->codes.front().code;
    case FieldType::reference: {
      ledger::RecordQuery query;
      query.kind = field.of;
      query.limit = 1;
      const auto page = world.records->find(query);
      return page && !page->items.empty() ? page->items.front().revision.id : "";
    }
    case FieldType::site: return "air.2344A";
    case FieldType::point: return "117.2,29.3";
    case FieldType::line: return "117.2,29.3 117.3,29.4";
    case FieldType::area: return "117.2,29.3 117.3,29.3 117.3,29.4 117.2,29.3";
    case FieldType::files: break;
  }
  return "";
}

/// Whether its checks may follow a reference to a record that was changed meanwhile.
bool refers(const Register& type) {
  return std::ranges::any_of(type.fields, [](const Field& field) { return field.type == FieldType::reference; });
}

class Importing {
 public:
  explicit Importing(World& world) : world_(world) {}

  /// Makes, sends and looks at a table of so many rows.
  void run(const Register& type, std::size_t wanted) {
    CAPTURE(type.id);
    Table table = table_of(type, wanted);
    if (table.rows.empty()) {
      impossible.push_back(type.id + ": " + table.why);
      return;
    }
    const auto job = sent(type, table);
    const auto number = [&](const char* name) { return static_cast<std::size_t>(job.at(name).as_int64()); };
    const auto refused = refusals(job);
    rows += table.rows.size();
    CHECK(number("rows") == table.rows.size());
    CHECK(number("added") + number("refused") == table.rows.size());
    std::size_t by_others = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const auto found = refused.find(first_line + i);
      const auto* spoilt = table.spoilt[i];
      CAPTURE(i);
      if (spoilt == nullptr) {
        if (found == refused.end()) continue;
        // Rows of one table may be too many for each other: one visit a day, no more than the store holds.
        CHECK_MESSAGE((type.looks_beyond || refers(type)), found->second.reason);
        CHECK_MESSAGE(i > 0, found->second.reason);
        ++by_others;
        continue;
      }
      CAPTURE(spoilt->field->id);
      CAPTURE(spoilt->cell);
      REQUIRE(found != refused.end());
      const auto& [field, reason] = found->second;
      CHECK_MESSAGE((";" + field + ";").find(";" + spoilt->field->id + ";") != std::string::npos, field);
      CHECK_MESSAGE(reason.find(spoilt->field->name.zh) != std::string::npos, reason);
      CHECK_MESSAGE(reason.find(spoilt->field->name.en) != std::string::npos, reason);
      ++spoilt_rows;
    }
    CHECK(number("refused") == static_cast<std::size_t>(std::ranges::count_if(
                                   table.spoilt, [](const auto* one) { return one != nullptr; })) +
                                   by_others);
    if (by_others > 0) limited.push_back(fmt::format("{} ({} of {})", type.id, by_others, table.rows.size()));
    if (table.rows.size() < wanted) fewer.push_back(fmt::format("{} ({})", type.id, table.rows.size()));
    if (table.is_made) made.push_back(type.id);
    ++registers;
  }

  std::vector<std::string> impossible, limited, fewer, made;
  std::size_t registers = 0, rows = 0, spoilt_rows = 0;

 private:
  struct Table {
    std::vector<Cells> rows;
    std::vector<const Spoil*> spoilt;  ///< in step with rows; null: good
    std::vector<Spoil> spoils;
    bool is_made = false;  ///< of the fields alone
    std::string why;
  };
  struct Refused {
    std::string field, reason;
  };

  std::string get(const std::string& target) {
    Request request;
    REQUIRE(parse_target(target, request).has_value());
    request.method = "GET";
    const auto response = world_.service->answer(std::move(request));
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    return response.body;
  }

  std::vector<Cells> bases_of(const Register& type, Table& table) {
    ledger::RecordQuery query;
    query.kind = type.id;
    query.limit = 1000;
    const auto page = world_.registers->find(admin(), query);
    REQUIRE(page.has_value());
    std::vector<Cells> bases;
    for (const auto& matter : page->items) {
      Cells cells;
      for (const auto& field : type.fields) {
        const auto value = matter.values.find(field.id);
        if (value == matter.values.end() || field.formula) continue;
        cells[field.id] = systems::value_to_text(field, value->second);
        if (field.unique || field.id == type.key) used_[type.id + "/" + field.id].insert(cells[field.id]);
      }
      if (bases.size() < bases_max) bases.push_back(std::move(cells));
    }
    if (!bases.empty()) return bases;
    table.is_made = true;
    for (const bool all : {false, true}) {
      Cells cells;
      for (const auto& field : type.fields)
        if (!field.formula && (all || field.needed)) cells[field.id] = some_value(field, world_);
      bases.push_back(std::move(cells));
    }
    return bases;
  }

  /// What of a row is another each time, besides its keys.
  enum class Vary : std::uint8_t { nothing, codes, months };

  /// The row under keys of its own; nothing where no more can be made.
  std::optional<Cells> fresh(const Register& type, const Cells& base, Vary vary, std::size_t n) {
    Cells cells = base;
    for (const auto& field : type.fields) {
      const auto there = cells.find(field.id);
      if (there == cells.end() || there->second.empty() || field.unique || field.id == type.key) continue;
      if (vary == Vary::codes && field.shape)
        there->second = counted_on(field, there->second, n + 1).value_or(there->second);
      if (vary == Vary::months && field.type == FieldType::date && there->second.size() == 10)
        there->second = to_string(systems::add_months(*parse_legal_day(there->second), -static_cast<int>(n + 1)));
    }
    for (const auto& field : type.fields) {
      if (field.formula || (!field.unique && field.id != type.key)) continue;
      const auto there = cells.find(field.id);
      if (there == cells.end() || there->second.empty()) continue;
      auto& used = used_[type.id + "/" + field.id];
      const auto other = another(field, there->second, n, used);
      if (!other) {
        if (field.needed) return std::nullopt;
        cells.erase(there);
        continue;
      }
      used.insert(*other);
      there->second = *other;
    }
    return cells;
  }

  std::optional<std::string> another(const Field& field, const std::string& base, std::size_t n,
                                     const std::set<std::string>& used) {
    for (std::size_t attempt = n; attempt < n + 3000; ++attempt) {
      std::optional<std::string> text;
      if (field.type == FieldType::text) {
        text = counted_on(field, base, attempt + 1);
      } else if (field.type == FieldType::reference) {
        const auto& ids = ids_of(field.of);
        if (attempt - n >= ids.size()) return std::nullopt;
        text = ids[attempt - n];
      }
      if (!text) return std::nullopt;
      if (!used.contains(*text)) return text;
    }
    return std::nullopt;
  }

  const std::vector<std::string>& ids_of(const std::string& register_id) {
    auto& ids = ids_[register_id];
    if (!ids.empty()) return ids;
    ledger::RecordQuery query;
    query.kind = register_id;
    query.limit = 5000;
    const auto page = world_.records->find(query);
    if (page)
      for (const auto& row : page->items) ids.push_back(row.revision.id);
    return ids;
  }

  /// What the desk would refuse in a row; empty: it is good.
  std::string refusal(const Register& type, const Cells& cells) {
    registry::Change change;
    change.register_id = type.id;
    for (const auto& [name, text] : cells) {
      const auto* field = type.field(name);
      auto value = systems::value_from_text(*field, field->codes, text);
      if (!value) return value.error().detail;
      change.values[name] = std::move(*value);
    }
    const auto outcome = world_.registers->preview(admin(), change);
    if (!outcome) return outcome.error().error.detail;
    std::string all;
    for (const auto& one : outcome->findings)
      if (one.is_error) all += (all.empty() ? "" : "; ") + one.words.en;
    return all;
  }

  Table table_of(const Register& type, std::size_t wanted) {
    Table table;
    std::vector<std::pair<Cells, Vary>> good;
    for (const auto& base : bases_of(type, table)) {
      for (const auto vary : {Vary::nothing, Vary::codes, Vary::months}) {
        const auto row = fresh(type, base, vary, good.size());
        table.why = row ? refusal(type, *row) : "no more keys can be made";
        if (!table.why.empty()) continue;
        good.emplace_back(base, vary);
        break;
      }
    }
    if (good.empty()) return table;
    table.spoils = spoils_of(type);
    REQUIRE_FALSE(table.spoils.empty());
    std::size_t spoilt = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
      const auto& [base, vary] = good[i % good.size()];
      auto row = fresh(type, base, vary, i);
      if (!row) break;
      const Spoil* spoil = nullptr;
      if (i % spoilt_each == spoilt_each - 1) {
        spoil = &table.spoils[spoilt++ % table.spoils.size()];
        (*row)[spoil->field->id] = spoil->cell;
      }
      table.rows.push_back(std::move(*row));
      table.spoilt.push_back(spoil);
    }
    return table;
  }

  /// The template's own head, the rows below it, through the route that takes files.
  json::value sent(const Register& type, const Table& table) {
    const std::string address = "/api/v1/registers/" + type.id;
    std::string csv = get(address + "/export?format=csv&template=yes&head=zh");
    const auto head = intake::read_table(csv, "template.csv");
    REQUIRE(head.has_value());
    const auto columns = read_head(type, head->head);
    REQUIRE(columns.has_value());
    for (const auto& row : table.rows) {
      std::vector<intake::TableCell> cells;
      for (const auto& column : *columns) {
        const auto found = column.kind == RecordColumn::Kind::field ? row.find(column.field->id) : row.end();
        cells.emplace_back(found == row.end() ? std::string() : found->second);
      }
      csv += intake::csv_line(cells);
    }
    Request request;
    REQUIRE(parse_target(address + "/imports?name=" + type.id + ".csv", request).has_value());
    request.method = "POST";
    request.of_our_page = true;
    request.body = csv;
    const auto begun = world_.service->answer(std::move(request));
    CAPTURE(begun.body);
    REQUIRE(begun.status == 202);
    const std::string job = "/api/v1/record-imports/" + std::string(json::parse(begun.body).at("id").as_string());
    for (int i = 0; i < 60'000; ++i) {
      auto told = json::parse(get(job));
      REQUIRE(told.at("state") != "failed");
      if (told.at("state") == "done") return told;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL("the import does not end");
    return {};
  }

  /// What came back, by its line.
  std::map<std::size_t, Refused> refusals(const json::value& job) {
    const auto sheet = intake::read_table(
        get("/api/v1/record-imports/" + std::string(job.at("id").as_string()) + "/errors.csv"), "errors.csv");
    REQUIRE(sheet.has_value());
    std::map<std::size_t, Refused> all;
    for (const auto& row : sheet->rows) all[std::stoul(row.cells[0])] = {row.cells[1], row.cells[2]};
    return all;
  }

  World& world_;
  std::map<std::string, std::set<std::string>> used_;
  std::map<std::string, std::vector<std::string>> ids_;
};

/// What tells one sort of register from another to an import.
std::string shape_of(const Register& type) {
  std::set<FieldType> types;
  for (const auto& field : type.fields) types.insert(field.type);
  std::string shape = fmt::format("{}{}{}{}", static_cast<int>(type.kind), type.key.empty(), type.lifecycle.has_value(),
                                  type.looks_beyond);
  for (const auto one : {FieldType::reference, FieldType::site, FieldType::area, FieldType::time, FieldType::files})
    shape += types.contains(one) ? '1' : '0';
  return shape;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
  return text.empty() ? "none" : text;
}

}  // namespace

TEST_CASE("every register takes its template with good rows and wrong ones: the good go in, the wrong come back") {
  World world(the_day);
  const registry::Parts parts{test::shipped().catalogue,
                              world.calendar,
                              *world.ledger,
                              *world.records,
                              *world.attachments,
                              *world.audit,
                              *world.archive,
                              the_day};
  test::must(
      registry::seed_records(parts, std::filesystem::path(CELADON_SOURCE) / "demo" / "registers", "platform", "示例"));
  Importing importing(world);
  const char* const asked = std::getenv("CELADON_IMPORT_ROWS");  // 1000: as many for every register
  const std::size_t rows_of_each = asked == nullptr ? some_rows : std::strtoul(asked, nullptr, 10);
  std::set<std::string> shapes;
  std::vector<std::string> with_many;
  for (const auto& system : world.registers->catalogue().systems()) {
    for (const auto& type : system.registers) {
      const bool is_many = shapes.size() < registers_with_many && shapes.insert(shape_of(type)).second;
      if (is_many) with_many.push_back(type.id);
      importing.run(type, is_many ? many_rows : rows_of_each);
    }
  }
  MESSAGE(importing.registers, " registers took ", importing.rows, " rows, ", importing.spoilt_rows, " of them wrong");
  MESSAGE(many_rows, " rows: ", joined(with_many));
  MESSAGE("fewer rows than wanted, for want of keys: ", joined(importing.fewer));
  MESSAGE("good rows refused beside each other: ", joined(importing.limited));
  MESSAGE("rows made of the fields: ", joined(importing.made));
  MESSAGE("no row could be made: ", joined(importing.impossible));
  CHECK(importing.registers > 0);
}
