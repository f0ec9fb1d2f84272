#include "ledger/record_places.hpp"

#include "ledger/ledger_impl.hpp"
#include "ledger/record_rows.hpp"

namespace celadon::ledger {
namespace {

/// Columns in the order in which take() reads them.
Result<std::string> select_of(Database& database, std::int64_t kind, const std::string& colour_by) {
  std::string colour = colour_by == "state" ? "v.state" : "NULL";
  if (!colour_by.empty() && colour_by != "state") {
    const auto field = find_field(database, kind, colour_by);
    if (!field) return fail(field.error());
    if (*field != 0) {
      colour = "(SELECT x.value FROM record_value x WHERE x.row = v.row AND x.is_first = 1 AND x.field = " +
               std::to_string(*field) + ")";
    }
  }
  return "SELECT v.id, v.title, v.state, v.lon, v.lat, " + colour +
         ", v.division, v.enterprise, v.due_us FROM record_version v INDEXED BY now_by_id WHERE v.kind = " +
         std::to_string(kind) + " AND v.standing < 2 AND v.standing = 0 AND v.lon IS NOT NULL";
}

Result<void> take(Query& row, std::vector<PlacedRecord>& all) {
  while (row.next()) {
    PlacedRecord one{row.text(0), row.text(1), row.text(2), {row.number(3), row.number(4)}, text_of(row, 5),
                     row.text(6), row.text(7), {}};
    if (row.is_number(8)) one.due = Instant{row.integer(8)};
    all.push_back(std::move(one));
  }
  if (row.failed()) return fail(*row.failed());
  return {};
}

/// Of all records that have a place, or of those of `ids` alone.
Result<std::vector<PlacedRecord>> placed(const Ledger& ledger, const std::string& kind, const std::string& colour_by,
                                         const std::vector<std::string>* ids) {
  auto reader = Ledger::Inside::of(ledger).reader();
  if (!reader) return fail(reader.error());
  std::vector<PlacedRecord> all;
  const auto number = find_kind(**reader, kind);
  if (!number) return fail(number.error());
  if (*number == 0) return all;
  const auto select = select_of(**reader, *number, colour_by);
  if (!select) return fail(select.error());
  if (ids == nullptr) {
    auto rows = (*reader)->query_once(*select, {});
    if (auto taken = take(rows, all); !taken) return fail(taken.error());
    return all;
  }
  for (const auto& id : *ids) {
    const Database::Value value[] = {id};
    auto rows = (*reader)->query_once(*select + " AND v.id = ?", value);
    if (auto taken = take(rows, all); !taken) return fail(taken.error());
  }
  return all;
}

}  // namespace

Result<std::vector<PlacedRecord>> placed_records(const Ledger& ledger, const std::string& kind,
                                                 const std::string& colour_by) {
  return placed(ledger, kind, colour_by, nullptr);
}

Result<std::vector<PlacedRecord>> placed_records(const Ledger& ledger, const std::string& kind,
                                                 const std::string& colour_by, const std::vector<std::string>& ids) {
  return placed(ledger, kind, colour_by, &ids);
}

}  // namespace celadon::ledger
