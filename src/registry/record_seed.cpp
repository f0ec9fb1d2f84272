#include "registry/record_seed.hpp"

#include "core/csv_table.hpp"
#include "core/yaml_fields.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_face.hpp"
#include "registry/record_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace celadon::registry {
namespace {

constexpr std::size_t together = 500;  ///< records of one transaction
constexpr std::string_view steps_file = "steps";

/// A register's file, read.
struct Sheet {
  const systems::Register* type = nullptr;
  std::string file;
  std::vector<Matter> matters;
};
using Steps = std::map<std::pair<std::string, std::string>, std::vector<Taken>>;

Error wrong(const std::string& file, std::uint64_t line, const std::string& field, const std::string& reason) {
  return {Errc::invalid_value, fmt::format("{}:{}: {}: {}", file, line, field, reason), field};
}

std::vector<std::string> head_of(std::string_view csv) {
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  auto line = csv.substr(0, csv.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string> columns(1);
  for (const char c : line) {
    if (c == ',')
      columns.emplace_back();
    else
      columns.back() += c;
  }
  return columns;
}

struct Table {
  std::vector<std::string> head;
  CsvTable body;
};
Result<Table> read_table(const std::filesystem::path& path) {
  const auto text = read_pack(path);
  if (!text) return fail(text.error());
  Table table{.head = head_of(*text), .body = {}};
  const std::vector<std::string_view> columns(table.head.begin(), table.head.end());
  auto body = parse_csv_table(*text, path.filename().string(), columns);
  if (!body) return fail(body.error());
  table.body = std::move(*body);
  return table;
}

Result<Steps> read_steps(const std::filesystem::path& path, const systems::Catalogue& catalogue) {
  Steps all;
  if (!std::filesystem::exists(path)) return all;
  static constexpr std::string_view columns[] = {"register", "id", "step", "at", "who", "why"};
  const auto text = read_pack(path);
  if (!text) return fail(text.error());
  const std::string file = path.filename().string();
  const auto table = parse_csv_table(*text, file, columns);
  if (!table) return fail(table.error());
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto line = table->lines[i];
    const auto* const type = catalogue.find(row[0]);
    if (type == nullptr || !type->lifecycle)
      return fail(wrong(file, line, "register", "there is no register '" + row[0] + "' with steps"));
    const auto* const step = type->lifecycle->step(row[2]);
    if (step == nullptr) return fail(wrong(file, line, "step", "there is no step '" + row[2] + "' in " + row[0]));
    const auto at = parse_instant(row[3]);
    if (!at) return fail(wrong(file, line, "at", at.error().detail));
    auto& taken = all[{row[0], row[1]}];
    const std::string& from = taken.empty() ? type->lifecycle->first : taken.back().to;
    if (std::ranges::find(step->from, from) == step->from.end())
      return fail(wrong(file, line, "step", fmt::format("{} of {} does not begin in '{}'", row[2], row[1], from)));
    taken.push_back(
        {.step = row[2], .from = from, .to = step->to, .who = row[4], .why = row[5], .at = *at, .evidence = {}});
  }
  return all;
}

/// Sets what one cell says. Gives what is wrong.
std::optional<std::string> take_cell(const systems::Register& type, const std::string& column, const std::string& cell,
                                     Matter& matter) {
  if (column == "id" && type.key.empty()) {
    matter.id = cell;
  } else if (column == "state" && type.lifecycle) {
    if (type.lifecycle->state(cell) == nullptr) return "there is no state '" + cell + "' in " + type.id;
    matter.state = cell;
  } else if (column == "opened") {
    const auto day = parse_legal_day(cell);
    if (!day) return day.error().detail;
    matter.opened = first_moment_of(*day);
  } else {
    const auto* const field = type.field(column);
    if (field == nullptr || field->formula) return "is no field of " + type.id + " that is entered";
    auto value = systems::value_from_text(*field, field->codes, cell);
    if (!value) return value.error().detail;
    if (!systems::is_none(*value)) matter.values[column] = std::move(*value);
  }
  return {};
}

/// Where the record stands, by its state and the steps that are told of it.
std::optional<std::string> settle(const systems::Register& type, const Parts& parts, Steps& steps, Matter& matter) {
  matter.since_state = matter.valid_from = matter.opened;
  matter.found_on = legal_day_of(matter.opened);
  if (!type.lifecycle) return {};
  if (const auto told = steps.find({type.id, matter.id}); told != steps.end()) matter.steps = std::move(told->second);
  if (!matter.steps.empty()) matter.since_state = matter.steps.back().at;
  const std::string& led = matter.steps.empty() ? type.lifecycle->first : matter.steps.back().to;
  if (matter.state.empty()) matter.state = led;
  if (matter.state != led) return fmt::format("is '{}', but its steps lead to '{}'", matter.state, led);
  const auto& back = type.lifecycle->look_back;
  if (back && back->state == matter.state)
    matter.look_back = systems::look_back_day(*back, legal_day_of(matter.since_state), matter.found_on, parts.calendar);
  return {};
}

Result<Sheet> read_sheet(const Parts& parts, const std::filesystem::path& path, const std::string& who,
                         const std::string& why, Steps& steps) {
  Sheet sheet{.type = parts.catalogue->find(path.stem().string()), .file = path.filename().string(), .matters = {}};
  if (sheet.type == nullptr)
    return fail(Errc::not_found, sheet.file + ": there is no register '" + path.stem().string() + "'");
  const auto& type = *sheet.type;
  const auto table = read_table(path);
  if (!table) return fail(table.error());
  const Instant now = parts.clock();
  for (std::size_t i = 0; i < table->body.rows.size(); ++i) {
    const auto line = table->body.lines[i];
    Matter matter;
    matter.register_id = type.id;
    matter.opened = now;
    matter.who = who;
    matter.why = why;
    for (std::size_t k = 0; k < table->head.size(); ++k) {
      const auto& cell = table->body.rows[i][k];
      if (cell.empty()) continue;
      if (const auto bad = take_cell(type, table->head[k], cell, matter))
        return fail(wrong(sheet.file, line, table->head[k], *bad));
    }
    if (!type.key.empty()) {
      const auto key = matter.values.find(type.key);
      if (key != matter.values.end()) matter.id = std::get<std::string>(key->second);
    }
    if (matter.id.empty()) return fail(wrong(sheet.file, line, type.key.empty() ? "id" : type.key, "is needed"));
    if (const auto bad = settle(type, parts, steps, matter)) return fail(wrong(sheet.file, line, "state", *bad));
    for (const auto& found : systems::check_fields(type, *parts.catalogue, matter.values, legal_day_of(now), now))
      if (found.is_error) return fail(wrong(sheet.file, line, found.field, found.words.en));
    sheet.matters.push_back(std::move(matter));
  }
  return sheet;
}

/// Registers that others refer to come before them, so that a formula finds what it follows.
std::vector<Sheet> in_order(std::vector<Sheet> sheets) {
  std::vector<Sheet> ordered;
  while (!sheets.empty()) {
    const auto waits = [&](const Sheet& sheet) {
      return std::ranges::any_of(sheet.type->fields, [&](const systems::Field& field) {
        return field.type == systems::FieldType::reference && field.of != sheet.type->id &&
               std::ranges::any_of(sheets, [&](const Sheet& other) { return other.type->id == field.of; });
      });
    };
    auto next = std::ranges::find_if_not(sheets, waits);
    if (next == sheets.end()) next = sheets.begin();  // a circle: some formula will be computed again anyway
    ordered.push_back(std::move(*next));
    sheets.erase(next);
  }
  return ordered;
}

Result<void> check_references(const Parts& parts, const std::vector<Sheet>& sheets) {
  std::map<std::string, std::set<std::string>, std::less<>> ids;
  for (const auto& sheet : sheets)
    for (const auto& matter : sheet.matters)
      if (!ids[sheet.type->id].insert(matter.id).second)
        return fail(Errc::invalid_value, sheet.file + ": '" + matter.id + "' is there twice", "id");
  for (const auto& sheet : sheets) {
    for (const auto& field : sheet.type->fields) {
      if (field.type != systems::FieldType::reference) continue;
      for (const auto& matter : sheet.matters) {
        const auto value = matter.values.find(field.id);
        if (value == matter.values.end()) continue;
        const auto* const one = std::get_if<std::string>(&value->second);
        const auto named = one != nullptr ? std::vector{*one} : std::get<std::vector<std::string>>(value->second);
        for (const auto& id : named)
          if (!ids[field.of].contains(id) && !parts.records.get(field.of, id))
            return fail(Errc::invalid_value,
                        fmt::format("{}: {}: {} refers to {} '{}', which is not there", sheet.file, field.id, matter.id,
                                    field.of, id),
                        field.id);
      }
    }
  }
  return {};
}

/// Computes what a record's formulas and checks say of it now, and its title.
Result<void> work_out(const Parts& parts, const FactSource& source, const systems::Register& type, Matter& matter) {
  RecordFacts facts(source, type, matter);
  const auto computed = systems::compute(
      type,
      [&](const systems::Values& values) -> const systems::Facts& {
        facts.look_at(values);
        return facts;
      },
      matter.values);
  if (!computed) return computed;
  set_dues(type, parts.calendar, matter);
  auto found = systems::run_checks(type, RecordFacts(source, type, matter));
  if (!found) return fail(found.error());
  matter.findings = std::move(*found);
  std::string pattern = type.title;
  if (const auto at = pattern.find("{id}"); at != std::string::npos) pattern.replace(at, 4, matter.id);
  matter.title = systems::fill_blanks(type, *parts.catalogue, pattern, matter.values, false);
  if (matter.title.find_first_not_of(' ') == std::string::npos) matter.title = matter.id;
  return {};
}

/// Stores the sheet's records as they are worked out against what is stored. `again` only what came out otherwise than
/// the time before.
Result<void> store(const Parts& parts, Sheet& sheet, bool again) {
  const FactSource source{parts, *parts.catalogue, parts.clock(), {}, {}};
  std::vector<ledger::RecordPut> puts;
  std::vector<Matter*> of;
  const auto flush = [&]() -> Result<void> {
    if (puts.empty()) return {};
    const auto stored = parts.records.put(puts);
    if (!stored) return fail(stored.error());
    for (std::size_t i = 0; i < of.size(); ++i) of[i]->revision = (*stored)[i].revision;
    puts.clear();
    of.clear();
    return {};
  };
  for (auto& matter : sheet.matters) {
    const std::string before = again ? RecordDesk::to_body(matter) : std::string{};
    if (auto worked = work_out(parts, source, *sheet.type, matter); !worked) return worked;
    std::string body = RecordDesk::to_body(matter);
    if (body == before) continue;
    ledger::RecordPut put;
    put.put = {sheet.type->id, matter.id, std::move(body), matter.valid_from, matter.who, matter.why, matter.revision};
    put.face = face_of(*sheet.type, matter, RecordFacts(source, *sheet.type, matter));
    puts.push_back(std::move(put));
    of.push_back(&matter);
    if (puts.size() >= together)
      if (auto flushed = flush(); !flushed) return flushed;
  }
  return flush();
}

Result<bool> has_records(const Parts& parts, const std::string& register_id) {
  ledger::RecordQuery query;
  query.kind = register_id;
  query.with_gone = true;
  query.limit = 1;
  const auto page = parts.records.find(query);
  if (!page) return fail(page.error());
  return !page->items.empty();
}

/// The tables of a folder, in order of their names.
Result<std::vector<std::filesystem::path>> tables_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& file : std::filesystem::directory_iterator(folder, failed))
    if (file.path().extension() == ".csv" && file.path().stem() != steps_file) files.push_back(file.path());
  if (failed) return fail(Errc::io_failed, folder.string() + ": " + failed.message());
  std::ranges::sort(files);
  return files;
}

Result<std::vector<Sheet>> read_sheets(const Parts& parts, const std::filesystem::path& folder,
                                       const std::vector<std::filesystem::path>& files, const std::string& who,
                                       const std::string& why) {
  auto steps = read_steps(folder / (std::string(steps_file) + ".csv"), *parts.catalogue);
  if (!steps) return fail(steps.error());
  std::vector<Sheet> sheets;
  for (const auto& file : files) {
    auto sheet = read_sheet(parts, file, who, why, *steps);
    if (!sheet) return fail(sheet.error());
    sheets.push_back(std::move(*sheet));
  }
  return sheets;
}

}  // namespace

Result<Seeded> seed_records(const Parts& parts, const std::filesystem::path& folder, const std::string& who,
                            const std::string& why) {
  const auto files = tables_of(folder);
  if (!files) return fail(files.error());
  std::set<std::string> empty;  // of a city that was begun before none is, and nothing need be read
  for (const auto& file : *files) {
    const auto filled = has_records(parts, file.stem().string());
    if (!filled) return fail(filled.error());
    if (!*filled) empty.insert(file.stem().string());
  }
  Seeded seeded;
  if (!files->empty() && empty.empty()) return seeded;
  auto read = read_sheets(parts, folder, *files, who, why);
  if (!read) return fail(read.error());
  if (auto whole = check_references(parts, *read); !whole) return fail(whole.error());
  std::vector<Sheet> sheets;
  for (auto& sheet : in_order(std::move(*read))) {
    if (empty.contains(sheet.type->id)) sheets.push_back(std::move(sheet));
  }
  // Forth for what follows a reference, back for sums and sums of sums, forth again for what follows those.
  for (const int pass : {1, 2, 3}) {
    if (pass > 1) std::ranges::reverse(sheets);
    for (auto& sheet : sheets)
      if (auto stored = store(parts, sheet, pass > 1); !stored) return fail(stored.error());
  }
  for (const auto& sheet : sheets) {
    ++seeded.registers;
    seeded.records += sheet.matters.size();
    ledger::AuditEntry entry;
    entry.at = parts.clock();
    entry.who = who;
    entry.action = "record-seed";
    entry.object = sheet.type->id + "/";
    entry.outcome = "done";
    if (const auto told = parts.audit.add(std::move(entry)); !told) return fail(told.error());
  }
  return seeded;
}

}  // namespace celadon::registry
