#include "ledger/record_search.hpp"

#include "core/assert.hpp"
#include "core/decimal.hpp"
#include "ledger/record_rows.hpp"
#include "ledger/record_words.hpp"

#include <algorithm>

namespace celadon::ledger {
namespace {

constexpr std::int64_t few_max = 20'000;
constexpr std::size_t words_rows_max = 100'000;
constexpr std::int64_t exact_count_max = 100'000;
constexpr std::size_t page_max = 10'000;
constexpr std::size_t places_max = 200'000;
constexpr std::size_t words_bytes_max = 200;

Sql::Value value_of(const std::variant<double, std::string>& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::get<std::string>(value);
}

bool is_text(const Condition& condition) {
  return !condition.values.empty() && std::holds_alternative<std::string>(condition.values.front());
}

/// " AND c.value ..." of a condition; texts and numbers are never within one another's range.
Sql value_test(const Condition& condition) {
  Sql sql;
  using Test = Condition::Test;
  const auto first = [&] { return value_of(condition.values.front()); };
  switch (condition.test) {
    case Test::equal: (sql << " AND c.value = ").with(first()); break;
    case Test::any_of:
    case Test::none_of:
      sql << (condition.test == Test::any_of ? " AND c.value IN (" : " AND c.value NOT IN (");
      for (std::size_t i = 0; i < condition.values.size(); ++i)
        (sql << (i == 0 ? "" : ", ")).with(value_of(condition.values[i]));
      sql << ")";
      break;
    case Test::at_least:
      (sql << " AND c.value >= ").with(first());
      if (!is_text(condition)) sql << " AND c.value < ''";
      break;
    case Test::at_most:
      (sql << " AND c.value <= ").with(first());
      if (is_text(condition)) sql << " AND c.value >= ''";
      break;
    case Test::more:
      (sql << " AND c.value > ").with(first());
      if (!is_text(condition)) sql << " AND c.value < ''";
      break;
    case Test::less:
      (sql << " AND c.value < ").with(first());
      if (is_text(condition)) sql << " AND c.value >= ''";
      break;
    case Test::begins:
      (sql << " AND c.value >= ").with(first());
      (sql << " AND c.value < ").with(std::get<std::string>(condition.values.front()) + std::string(last_character));
      break;
    case Test::present: sql << " AND c.is_first = 1"; break;
    case Test::absent: break;
  }
  return sql;
}

Result<void> check_condition(const Condition& condition) {
  using Test = Condition::Test;
  const auto refuse = [&](const std::string& what) -> Result<void> {
    return fail(Errc::invalid_value, "the condition on '" + condition.field + "' " + what, "where");
  };
  if (condition.field.empty()) return fail(Errc::invalid_value, "a condition names no field", "where");
  const bool alone = condition.test == Test::present || condition.test == Test::absent;
  if (alone && !condition.values.empty()) return refuse("takes no value");
  if (!alone && condition.values.empty()) return refuse("needs a value");
  const bool several = condition.test == Test::any_of || condition.test == Test::none_of;
  if (!alone && !several && condition.values.size() > 1) return refuse("takes one value only");
  if (condition.values.size() > 1'000) return refuse("has more than 1000 values");
  if (condition.test == Test::begins && !is_text(condition)) return refuse("needs a text to begin with");
  return {};
}

Result<void> check_query(const RecordQuery& query) {
  const auto refuse = [](const char* field, std::string what) -> Result<void> {
    return fail(Errc::invalid_value, std::move(what), field);
  };
  if (query.kind.empty()) return refuse("kind", "the query names no kind of record");
  if (!query.words.empty() && query.as_known_at)
    return refuse("words", "words find what is in force now; leave them out where `as_known_at` asks for the past");
  if (query.words.size() > words_bytes_max) return refuse("words", "at most 200 bytes of words are looked for");
  if (query.within) {
    const auto& box = *query.within;
    if (!(box.west_deg <= box.east_deg && box.south_deg <= box.north_deg))
      return refuse("within", "the bounds are empty; expected west, south, east, north in degrees");
  }
  if (query.states.size() > 1'000) return refuse("states", "more than 1000 states are asked for");
  for (const Condition& condition : query.where)
    if (auto good = check_condition(condition); !good) return good;
  return {};
}

int rank_of(Condition::Test test) {
  using Test = Condition::Test;
  if (test == Test::equal) return 1;
  if (test == Test::any_of || test == Test::begins) return 3;
  return test == Test::present || test == Test::none_of ? 7 : 5;
}

}  // namespace

std::string text_of(const Query& row, int column) {
  return row.is_number(column) ? shortest_text(row.number(column)) : row.text(column);
}

Query Sql::on(Database& database) const { return database.query_once(text, values); }

Result<std::unique_ptr<Search>> Search::begin(const Ledger& ledger, const RecordQuery& query) {
  if (auto good = check_query(query); !good) return fail(good.error());
  auto reader = Ledger::Inside::of(ledger).reader();
  if (!reader) return fail(reader.error());
  std::unique_ptr<Search> search(new Search(ledger, std::move(*reader), query));
  auto transaction = Transaction::begin(*search->reader_, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  search->transaction_ = std::move(*transaction);
  if (auto ready = search->prepare(); !ready) return fail(ready.error());
  return search;
}

Result<void> Search::prepare() {
  auto kind = find_kind(*reader_, query_.kind);
  if (!kind) return fail(kind.error());
  kind_ = *kind;
  nothing_ = kind_ == 0 || query_.scope.nothing;
  if (nothing_) return {};
  for (const Condition& condition : query_.where) {
    auto field = find_field(*reader_, kind_, condition.field);
    if (!field) return fail(field.error());
    fields_.push_back(*field);
    if (*field == 0 && condition.test != Condition::Test::absent) nothing_ = true;
  }
  if (!query_.words.empty()) {
    expression_ = expression_of(query_.words, static_cast<int>(kind_), query_.with_gone);
    if (expression_.empty()) nothing_ = true;
  }
  if (nothing_) return {};
  return add_drivers();
}

Sql Search::scope_terms() const {
  Sql sql;
  if (!query_.scope.enterprise.empty()) (sql << " AND v.enterprise = ").with(query_.scope.enterprise);
  if (query_.scope.divisions.empty()) return sql;
  sql << " AND (v.division = ''";
  for (const std::string& prefix : query_.scope.divisions) {
    (sql << " OR (v.division >= ").with(prefix);
    (sql << " AND v.division < ").with(prefix + std::string(last_character));
    sql << ")";
  }
  sql << ")";
  return sql;
}

Sql Search::condition_term(std::size_t at, std::string_view row) const {
  const Condition& condition = query_.where[at];
  Sql sql;
  if (fields_[at] == 0) return sql;  // of a field nobody has, only "absent" comes here
  sql << (condition.test == Condition::Test::absent ? " AND NOT EXISTS" : " AND EXISTS");
  (sql << " (SELECT 1 FROM record_value c WHERE c.row = " << row << " AND c.field = ").with(fields_[at]);
  sql << value_test(condition) << ")";
  return sql;
}

Sql Search::terms(const Driver* driver) const {
  const auto done_by = [&](Driver::Of of) { return driver != nullptr && driver->of == of; };
  Sql sql;
  sql.with(kind_).text.insert(0, "v.kind = ");
  if (now()) {
    sql << " AND v.standing < 2";
    if (!query_.with_gone) sql << " AND v.standing = 0";
  } else {
    (sql << " AND v.known_from_us <= ").with(query_.as_known_at->us);
    (sql << " AND v.known_to_us > ").with(query_.as_known_at->us);
    if (!query_.with_gone) sql << " AND v.gone = 0";
  }
  if (!query_.states.empty() && !done_by(Driver::Of::states)) {
    sql << " AND v.state IN (";
    for (std::size_t i = 0; i < query_.states.size(); ++i) (sql << (i == 0 ? "" : ", ")).with(query_.states[i]);
    sql << ")";
  }
  if (query_.due_until && !done_by(Driver::Of::due)) (sql << " AND v.due_us <= ").with(query_.due_until->us);
  sql << scope_terms();
  if (query_.within) {
    // The tree of bounds rounds outwards, so this is asked in any case.
    (sql << " AND v.west <= ").with(query_.within->east_deg);
    (sql << " AND v.east >= ").with(query_.within->west_deg);
    (sql << " AND v.south <= ").with(query_.within->north_deg);
    (sql << " AND v.north >= ").with(query_.within->south_deg);
  }
  return sql << row_terms(driver, "v.row");
}

Sql Search::row_terms(const Driver* driver, std::string_view row) const {
  const auto done_by = [&](Driver::Of of) { return driver != nullptr && driver->of == of; };
  Sql sql;
  for (std::size_t i = 0; i < query_.where.size(); ++i)
    if (!done_by(Driver::Of::condition) || driver->condition != i) sql << condition_term(i, row);
  if (!expression_.empty() && !done_by(Driver::Of::words)) {
    // Worked out once: the begin of a word costs as much for one row as for all.
    const auto words =
        std::find_if(drivers_.begin(), drivers_.end(), [](const Driver& one) { return one.of == Driver::Of::words; });
    CELADON_ASSERT(words != drivers_.end());
    sql << " AND " << row << " IN (" << words->rows << ")";
  }
  return sql;
}

bool Search::needs_version(const Driver& driver) const {
  using Of = Driver::Of;
  if (!now() || query_.within) return true;
  if (!query_.states.empty() && driver.of != Of::states) return true;
  if (query_.due_until && driver.of != Of::due) return true;
  if (!query_.scope.enterprise.empty() && driver.of != Of::enterprise) return true;
  return !query_.scope.divisions.empty() && driver.of != Of::division;
}

const Search::Driver* Search::narrow() const {
  const Driver* best = nullptr;
  for (const Driver& driver : drivers_)
    if (driver.few <= few_max && (best == nullptr || driver.few < best->few)) best = &driver;
  return best;
}

const Search::Driver* Search::any_driver() const {
  const Driver* best = narrow();
  if (best != nullptr) return best;
  for (const Driver& driver : drivers_)
    if (best == nullptr || driver.rank < best->rank) best = &driver;
  return best;
}

Sql Search::source() const {
  Sql sql;
  // Walking all by id, the index says already whose a row is; from a wide condition each row is looked up.
  const Driver* driver = any_driver();
  if (driver != nullptr && (narrow() != nullptr || driver->rank < 5 || !now())) {
    sql << " FROM (" << driver->rows << ") d CROSS JOIN record_version v ON v.row = d.row WHERE " << terms(driver);
  } else {
    sql << " FROM record_version v INDEXED BY " << (now() ? "now_by_id" : "version_by_id") << " WHERE "
        << terms(nullptr);
  }
  return sql;
}

Result<Search::Key> Search::sort_key() {
  if (query_.sort == "id") return Key{};
  if (query_.sort == "title") return Key{"v.title", false, 0};
  if (query_.sort == "changed") return Key{"v.known_from_us", false, 0};
  if (query_.sort == "due") return Key{"v.due_us", true, 0};
  auto field = find_field(*reader_, kind_, query_.sort);
  if (!field) return fail(field.error());
  return Key{"k.value", true, *field};
}

/// FROM and WHERE of a page; names the column of the id that the rows come in order of.
Sql Search::page_source(const Key& key, bool without_key, std::string& id_column) const {
  id_column = "v.id";
  const bool by_field = key.field != 0 && !without_key;
  Sql sql, tail;
  if (key.field != 0 && without_key) {
    (tail << " AND NOT EXISTS (SELECT 1 FROM record_value x WHERE x.row = v.row AND x.field = ").with(key.field);
    tail << ")";
  }
  if (key.column == "v.due_us") tail << (without_key ? " AND v.due_us IS NULL" : " AND v.due_us IS NOT NULL");
  const Driver* driver = narrow();
  const auto value_of_row = [&] {
    Sql join;
    (join << " CROSS JOIN record_value k ON k.row = v.row AND k.field = ").with(key.field) << " AND k.is_first = 1";
    return join;
  };
  if (driver != nullptr || !now()) {
    if (driver != nullptr)
      sql << " FROM (" << driver->rows << ") d CROSS JOIN record_version v ON v.row = d.row";
    else
      sql << " FROM record_version v INDEXED BY version_by_id";
    if (by_field) sql << value_of_row();
    return sql << " WHERE " << terms(driver) << tail;
  }
  if (by_field) {
    id_column = "k.id";
    (sql << " FROM record_value k INDEXED BY value_by_value CROSS JOIN record_version v ON v.row = k.row"
            " WHERE k.field = ")
        .with(key.field);
    return sql << (query_.with_gone ? " AND k.standing IN (0, 1)" : " AND k.standing = 0") << " AND k.is_first = 1 AND "
               << terms(nullptr);
  }
  if (key.column.empty() || without_key) {
    const auto ordered =
        std::find_if(drivers_.begin(), drivers_.end(), [](const Driver& one) { return !one.id.empty(); });
    if (ordered != drivers_.end()) {
      id_column = ordered->id;
      return sql << ordered->by_id << " AND " << terms(&*ordered) << tail;
    }
    return sql << " FROM record_version v INDEXED BY now_by_id WHERE " << terms(nullptr) << tail;
  }
  const char* const index = key.column == "v.title"    ? "now_by_title"
                            : key.column == "v.due_us" ? "now_by_due"
                                                       : "now_by_changed";
  return sql << " FROM record_version v INDEXED BY " << index << " WHERE " << terms(nullptr) << tail;
}

Sql Search::page_sql(const Key& key, bool without_key, const Place* after, std::size_t limit) const {
  std::string id;
  const Sql from = page_source(key, without_key, id);
  const bool keyed = !key.column.empty() && !without_key;
  Sql sql;
  sql << "SELECT v.row, " << (keyed ? key.column : "0") << ", " << id << from;
  const char* const beyond = query_.falling ? " < " : " > ";
  if (after != nullptr && keyed) {
    sql << " AND (" << key.column << ", " << id << ")" << beyond << "(";
    sql.with(after->key);
    (sql << ", ").with(after->id) << ")";
  } else if (after != nullptr) {
    (sql << " AND " << id << beyond).with(after->id);
  }
  const char* const way = query_.falling ? " DESC" : "";
  sql << " ORDER BY ";
  if (keyed) sql << key.column << way << ", ";
  return (sql << id << way << " LIMIT ").with(static_cast<std::int64_t>(limit));
}

Result<std::vector<Search::Row>> Search::rows_of_page() {
  auto key = sort_key();
  if (!key) return fail(key.error());
  std::optional<Place> after;
  if (!query_.after.empty()) {
    auto place = parse_cursor(query_);
    if (!place) return fail(place.error());
    after = std::move(*place);
  }
  std::vector<Row> rows;
  const std::size_t wanted = query_.limit + 1;
  const bool no_such_field = key->may_lack && key->column == "k.value" && key->field == 0;
  for (const bool without_key : {false, true}) {
    if (without_key ? !key->may_lack : no_such_field || (after && after->without_key)) continue;
    if (rows.size() == wanted) break;
    const bool goes_on = after && after->without_key == without_key;
    auto found = page_sql(*key, without_key, goes_on ? &*after : nullptr, wanted - rows.size()).on(*reader_);
    while (found.next()) {
      Place place{without_key, std::int64_t{0}, found.text(2)};
      if (found.is_text(1))
        place.key = found.text(1);
      else if (key->column == "k.value" && !without_key)
        place.key = found.number(1);
      else
        place.key = found.integer(1);
      rows.push_back({found.integer(0), std::move(place)});
    }
    if (found.failed()) return fail(*found.failed());
  }
  return rows;
}

Result<Record> Search::record_of(std::int64_t row) {
  auto query = (*reader_).query(
      "SELECT v.id, v.revision, v.title, v.state, v.due_us, v.gone, r.valid_from_us, r.known_at_us, r.who, r.why,"
      " r.body FROM record_version v CROSS JOIN revision r ON r.kind = ?1 AND r.id = v.id AND r.revision = v.revision"
      " WHERE v.row = ?2");
  query.bind(std::string_view(query_.kind)).bind(row);
  if (!query.next()) {
    if (query.failed()) return fail(*query.failed());
    return fail(Errc::file_damaged, (*reader_).file().string() + ": record_version " + std::to_string(row) +
                                        " is of a revision of " + query_.kind +
                                        " that is not there; put back the newest copy of this file");
  }
  Record record;
  record.revision = {
      query_.kind,   query.text(0), query.integer(1), Instant{query.integer(6)}, Instant{query.integer(7)},
      query.text(8), query.text(9), query.text(10)};
  record.title = query.text(2);
  record.state = query.text(3);
  if (!query.is_null(4)) record.due = Instant{query.integer(4)};
  record.gone = query.integer(5) != 0;
  return record;
}

Result<void> Search::count(RecordPage& page) {
  auto total = count_to(exact_count_max);
  if (!total) return fail(total.error());
  page.total_is_more = *total > exact_count_max;
  page.total = std::min(*total, exact_count_max);
  return {};
}

Result<std::int64_t> Search::count_to(std::int64_t exact_max) {
  if (nothing_) return 0;
  Sql sql;
  const Driver* driver = any_driver();
  const bool by_index_alone = driver == nullptr || (!needs_version(*driver) && row_terms(driver, "d.row").text.empty());
  if (!by_index_alone || !now()) {
    auto many = is_wide();
    if (!many) return fail(many.error());
    if (*many) return wide_count();
  }
  sql << "SELECT count(*) FROM (SELECT 1";
  if (driver != nullptr && !needs_version(*driver))
    sql << " FROM (" << driver->rows << ") d WHERE 1" << row_terms(driver, "d.row");
  else
    sql << source();
  sql << " LIMIT ";
  auto query = (sql.with(exact_max + 1) << ")").on(*reader_);
  const std::int64_t total = query.next() ? query.integer(0) : 0;
  if (query.failed()) return fail(*query.failed());
  return total;
}

Result<RecordPage> Search::page() {
  if (query_.limit < 1 || query_.limit > page_max)
    return fail(Errc::invalid_value, "a page has 1 to " + std::to_string(page_max) + " records", "limit");
  if (!query_.after.empty()) {
    if (auto place = parse_cursor(query_); !place) return fail(place.error());
  }
  RecordPage page;
  if (query_.count) page.total = 0;
  if (nothing_) return page;
  auto rows = rows_of_page();
  if (!rows) return fail(rows.error());
  if (rows->size() > query_.limit) {
    rows->resize(query_.limit);
    page.next = to_cursor(rows->back().place, query_);
  }
  page.items.reserve(rows->size());
  for (const Row& row : *rows) {
    auto record = record_of(row.row);
    if (!record) return fail(record.error());
    page.items.push_back(std::move(*record));
  }
  if (query_.count) {
    if (auto counted = count(page); !counted) return fail(counted.error());
  }
  return page;
}

Sql Search::values_source(std::int64_t field) const {
  Sql sql;
  const Driver* driver = narrow();
  if (driver != nullptr) {
    sql << " FROM (" << driver->rows
        << ") d CROSS JOIN record_version v ON v.row = d.row CROSS JOIN record_value k ON k.row = v.row AND k.field = ";
    return sql.with(field) << " WHERE " << terms(driver);
  }
  sql << " FROM record_value k INDEXED BY value_by_value";
  const bool plain = now() && drivers_.empty() && query_.where.empty();
  if (!plain) sql << " CROSS JOIN record_version v ON v.row = k.row";
  (sql << " WHERE k.field = ").with(field);
  sql << (!now()             ? " AND k.standing IN (0, 1, 2)"
          : query_.with_gone ? " AND k.standing IN (0, 1)"
                             : " AND k.standing = 0");
  if (!plain) sql << " AND " << terms(nullptr);
  return sql;
}

Result<Records::Sum> Search::sum(const std::string& field) {
  Records::Sum sum;
  if (nothing_) return sum;
  auto number = find_field(*reader_, kind_, field);
  if (!number) return fail(number.error());
  if (*number == 0) return sum;
  auto many = is_wide();
  if (!many) return fail(many.error());
  if (*many) return wide_sum(*number);
  Sql sql;
  sql << "SELECT count(*), total(k.value), min(k.value), max(k.value)" << values_source(*number) << " AND k.value < ''";
  auto query = sql.on(*reader_);
  if (query.next() && query.integer(0) > 0) sum = {query.integer(0), query.number(1), query.number(2), query.number(3)};
  if (query.failed()) return fail(*query.failed());
  return sum;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Search::tally(const std::string& field) {
  std::vector<std::pair<std::string, std::int64_t>> all;
  if (nothing_) return all;
  Sql sql;
  if (field == "state") {
    sql << "SELECT v.state AS what, count(*) AS times";
    if (narrow() == nullptr && now())
      sql << " FROM record_version v INDEXED BY now_by_state WHERE " << terms(nullptr);
    else
      sql << source();
  } else {
    auto number = find_field(*reader_, kind_, field);
    if (!number) return fail(number.error());
    if (*number == 0) return all;
    auto many = is_wide();
    if (!many) return fail(many.error());
    if (*many) return wide_tally(*number);
    sql << "SELECT k.value AS what, count(*) AS times" << values_source(*number);
  }
  (sql << " GROUP BY what ORDER BY times DESC, what LIMIT ").with(groups_max);
  auto query = sql.on(*reader_);
  while (query.next()) all.emplace_back(text_of(query, 0), query.integer(1));
  if (query.failed()) return fail(*query.failed());
  return all;
}

Result<std::vector<RecordPlace>> Search::places(const std::string& colour_by) {
  if (query_.limit < 1 || query_.limit > places_max)
    return fail(Errc::invalid_value, "at most " + std::to_string(places_max) + " places are given at once", "limit");
  std::vector<RecordPlace> all;
  if (nothing_) return all;
  std::int64_t field = 0;
  if (!colour_by.empty() && colour_by != "state") {
    auto number = find_field(*reader_, kind_, colour_by);
    if (!number) return fail(number.error());
    field = *number;
  }
  auto many = is_wide();
  if (!many) return fail(many.error());
  if (*many) return wide_places(field, colour_by == "state");
  Sql sql;
  sql << "SELECT v.id, v.title, v.state, v.lon, v.lat, ";
  if (field != 0)
    (sql << "(SELECT x.value FROM record_value x WHERE x.row = v.row AND x.is_first = 1 AND x.field = ").with(field)
        << ")";
  else
    sql << (colour_by == "state" ? "v.state" : "NULL");
  (sql << source() << " AND v.lon IS NOT NULL LIMIT ").with(static_cast<std::int64_t>(query_.limit));
  auto query = sql.on(*reader_);
  while (query.next())
    all.push_back({query.text(0), query.text(1), query.text(2), {query.number(3), query.number(4)}, text_of(query, 5)});
  if (query.failed()) return fail(*query.failed());
  return all;
}

// ---- which index a condition is served by

Sql Search::value_rows(std::size_t at) const {
  const Condition& condition = query_.where[at];
  const bool once = condition.test == Condition::Test::equal || condition.test == Condition::Test::present;
  Sql sql;
  sql << (once ? "SELECT c.row" : "SELECT DISTINCT c.row AS row")
      << " FROM record_value c INDEXED BY value_by_value WHERE c.field = ";
  sql.with(fields_[at]);
  sql << (!now()             ? " AND c.standing IN (0, 1, 2)"
          : query_.with_gone ? " AND c.standing IN (0, 1)"
                             : " AND c.standing = 0");
  return sql << value_test(condition);
}

void Search::add_value_drivers() {
  for (std::size_t i = 0; i < query_.where.size(); ++i) {
    const Condition& condition = query_.where[i];
    if (condition.test == Condition::Test::absent) continue;
    Driver driver{Driver::Of::condition, i, value_rows(i), 0, {}, {}, rank_of(condition.test)};
    if (condition.test == Condition::Test::equal && now() && !query_.with_gone) {
      driver.by_id << " FROM record_value c INDEXED BY value_by_value CROSS JOIN record_version v ON v.row = c.row"
                      " WHERE c.standing = 0 AND c.field = ";
      driver.by_id.with(fields_[i]) << value_test(condition);
      driver.id = "c.id";
    }
    drivers_.push_back(std::move(driver));
  }
}

void Search::add_version_drivers() {
  const auto rows = [&](const char* index) {
    Sql sql;
    sql << "SELECT v.row FROM record_version v INDEXED BY " << index << " WHERE v.kind = ";
    sql.with(kind_) << " AND v.standing < 2";
    if (!query_.with_gone) sql << " AND v.standing = 0";
    return sql;
  };
  if (!query_.states.empty()) {
    Driver driver{Driver::Of::states, 0, rows("now_by_state"), 0, {}, {}, 2};
    driver.rows << " AND v.state IN (";
    for (std::size_t i = 0; i < query_.states.size(); ++i) (driver.rows << (i == 0 ? "" : ", ")).with(query_.states[i]);
    driver.rows << ")";
    if (query_.states.size() == 1) {
      (driver.by_id << " FROM record_version v INDEXED BY now_by_state WHERE v.state = ").with(query_.states[0]);
      driver.id = "v.id";
    }
    drivers_.push_back(std::move(driver));
  }
  if (query_.due_until) {
    Driver driver{Driver::Of::due, 0, rows("now_by_due"), 0, {}, {}, 3};
    (driver.rows << " AND v.due_us IS NOT NULL AND v.due_us <= ").with(query_.due_until->us);
    drivers_.push_back(std::move(driver));
  }
  if (!query_.scope.enterprise.empty()) {
    Driver driver{Driver::Of::enterprise, 0, rows("now_by_enterprise"), 0, {}, {}, 1};
    (driver.rows << " AND v.enterprise <> '' AND v.enterprise = ").with(query_.scope.enterprise);
    (driver.by_id << " FROM record_version v INDEXED BY now_by_enterprise WHERE v.enterprise <> '' AND v.enterprise = ")
        .with(query_.scope.enterprise);
    driver.id = "v.id";
    drivers_.push_back(std::move(driver));
  }
  if (!query_.scope.divisions.empty()) {
    Driver driver{Driver::Of::division, 0, rows("now_by_division"), 0, {}, {}, 6};
    driver.rows << " AND v.division = ''";
    auto prefixes = query_.scope.divisions;
    std::sort(prefixes.begin(), prefixes.end());
    std::string last;
    for (const std::string& prefix : prefixes) {
      if (!last.empty() && prefix.starts_with(last)) continue;  // within the one before
      last = prefix;
      driver.rows << " UNION ALL " << rows("now_by_division");
      (driver.rows << " AND v.division <> '' AND v.division >= ").with(prefix);
      (driver.rows << " AND v.division < ").with(prefix + std::string(last_character));
    }
    drivers_.push_back(std::move(driver));
  }
}

/// The rows that words find are fetched once where they are not too many; to find them may cost more than all the rest.
Result<void> Search::add_words_driver() {
  if (expression_.empty()) return {};
  Driver driver{Driver::Of::words, 0, {}, 0, {}, {}, 0};
  (driver.rows << "SELECT rowid AS row FROM record_text WHERE record_text MATCH ").with(expression_);
  Sql sql = driver.rows;
  auto query = (sql << " LIMIT ").with(static_cast<std::int64_t>(words_rows_max + 1)).on(*reader_);
  std::string list = "[";
  std::size_t count = 0;
  while (query.next()) {
    if (count++ > 0) list += ',';
    list += std::to_string(query.integer(0));
    word_rows_.push_back(query.integer(0));
  }
  if (query.failed()) return fail(*query.failed());
  if (count > words_rows_max) {
    word_rows_.clear();
  } else {
    driver.rows = {};
    (driver.rows << "SELECT value AS row FROM json_each(").with(list + "]") << ")";
  }
  driver.few = static_cast<std::int64_t>(count);
  driver.counted = true;
  drivers_.push_back(std::move(driver));
  return {};
}

Result<void> Search::add_drivers() {
  if (auto added = add_words_driver(); !added) return added;
  add_value_drivers();
  if (now()) {
    if (query_.within) {
      Driver driver{Driver::Of::within, 0, {}, 0, {}, {}, 4};
      (driver.rows << "SELECT row FROM record_place WHERE kind_low <= ").with(kind_);
      (driver.rows << " AND kind_high >= ").with(kind_);
      (driver.rows << " AND west <= ").with(query_.within->east_deg);
      (driver.rows << " AND east >= ").with(query_.within->west_deg);
      (driver.rows << " AND south <= ").with(query_.within->north_deg);
      (driver.rows << " AND north >= ").with(query_.within->south_deg);
      drivers_.push_back(std::move(driver));
    }
    add_version_drivers();
  }
  return count_drivers();
}

Result<void> Search::count_drivers() {
  for (Driver& driver : drivers_) {
    if (driver.few == 0 && driver.counted) nothing_ = true;
    if (nothing_) return {};
    if (driver.counted) continue;
    Sql sql;
    (sql << "SELECT count(*) FROM (" << driver.rows << " LIMIT ").with(few_max + 1) << ")";
    auto query = sql.on(*reader_);
    driver.few = query.next() ? query.integer(0) : 0;
    if (query.failed()) return fail(*query.failed());
    if (driver.few == 0) nothing_ = true;
    if (nothing_) return {};
  }
  return {};
}

}  // namespace celadon::ledger
