#include "ledger/audit.hpp"

#include "core/sha256.hpp"
#include "ledger/ledger_impl.hpp"

namespace celadon::ledger {
namespace {

constexpr std::size_t detail_bytes_max = 64U << 10;
constexpr std::size_t newest_max = 10'000;
#define CELADON_AUDIT_COLUMNS "number, at_us, who, action, object, outcome, detail, hash"

AuditEntry entry_in(const Query& row) {
  return {row.integer(0), Instant{row.integer(1)}, row.text(2), row.text(3), row.text(4), row.text(5), row.text(6),
          row.text(7)};
}

/// Each part with its length before it, so that no two entries have one text.
std::string hash_of(const AuditEntry& entry, const std::string& before) {
  std::string text;
  const auto add = [&](const std::string& part) { text += std::to_string(part.size()) + ":" + part + "\n"; };
  add("celadon audit 1");
  add(before);
  add(std::to_string(entry.number));
  add(std::to_string(entry.at.us));
  for (const auto* part : {&entry.who, &entry.action, &entry.object, &entry.outcome, &entry.detail}) add(*part);
  return sha256(text);
}

struct Head {
  std::int64_t number = 0;
  std::string hash;
};

Result<Head> head_of(Database& database) {
  auto query = database.query("SELECT number, hash FROM audit_head");
  if (query.next()) return Head{query.integer(0), query.text(1)};
  if (query.failed()) return fail(*query.failed());
  return fail(Errc::file_damaged, database.file().string() +
                                      ": audit_head is empty, so nobody can say how many entries "
                                      "the audit had; put back the newest copy of this file");
}

Unexpected<Error> damage(const Database& database, std::int64_t number, const std::string& what) {
  return fail(Errc::file_damaged, database.file().string() + ": audit entry " + std::to_string(number) + " " + what +
                                      "; keep this file as evidence and compare it with the newest copy");
}

}  // namespace

Result<AuditEntry> add_to_audit(Ledger::Inside::Change& change, AuditEntry entry) {
  if (entry.action.empty()) return fail(Errc::invalid_value, "an audit entry says what was done", "action");
  if (entry.detail.size() > detail_bytes_max)
    return fail(Errc::too_large, "the detail of an audit entry has at most 64 KiB", "detail");
  Database& database = change.database();
  auto head = head_of(database);
  if (!head) return fail(head.error());
  entry.number = head->number + 1;
  if (entry.at == Instant{}) entry.at = change.known_at();
  if (entry.who.empty()) entry.who = "-";
  entry.hash = hash_of(entry, head->hash);
  auto added = database.query("INSERT INTO audit (" CELADON_AUDIT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                   .bind(entry.number)
                   .bind(entry.at.us)
                   .bind(std::string_view(entry.who))
                   .bind(std::string_view(entry.action))
                   .bind(std::string_view(entry.object))
                   .bind(std::string_view(entry.outcome))
                   .bind(std::string_view(entry.detail))
                   .bind(std::string_view(entry.hash))
                   .run();
  if (!added) return fail(added.error());
  return entry;
}

Result<AuditEntry> Audit::add(AuditEntry entry) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto added = add_to_audit(*change, std::move(entry));
  if (!added) return added;
  if (auto done = change->commit(); !done) return fail(done.error());
  return added;
}

Result<std::vector<AuditEntry>> Audit::newest(std::size_t limit, std::int64_t before, const std::string& who,
                                              const std::string& action) const {
  auto reader = Ledger::Inside::of(ledger_).reader();
  if (!reader) return fail(reader.error());
  std::string sql = "SELECT " CELADON_AUDIT_COLUMNS " FROM audit WHERE number < ?";
  std::vector<Database::Value> values = {before > 0 ? before : INT64_MAX};
  if (!who.empty()) {
    sql += " AND who = ?";
    values.emplace_back(who);
  }
  if (!action.empty()) {
    sql += " AND action = ?";
    values.emplace_back(action);
  }
  sql += " ORDER BY number DESC LIMIT ?";
  values.emplace_back(static_cast<std::int64_t>(std::min(limit, newest_max)));
  auto query = (*reader)->query_once(sql, values);
  std::vector<AuditEntry> entries;
  while (query.next()) entries.push_back(entry_in(query));
  if (query.failed()) return fail(*query.failed());
  return entries;
}

Result<std::int64_t> Audit::verify() const {
  auto reader = Ledger::Inside::of(ledger_).reader();
  if (!reader) return fail(reader.error());
  Database& database = **reader;
  auto moment = Transaction::begin(database, Transaction::Kind::read);
  if (!moment) return fail(moment.error());
  auto head = head_of(database);
  if (!head) return fail(head.error());
  Head last;
  auto query = database.query("SELECT " CELADON_AUDIT_COLUMNS " FROM audit ORDER BY number");
  while (query.next()) {
    const AuditEntry entry = entry_in(query);
    if (entry.number != last.number + 1)
      return damage(database, last.number + 1, "is missing: " + std::to_string(entry.number) + " stands in its place");
    const std::string expected = hash_of(entry, last.hash);
    if (entry.hash != expected)
      return damage(database, entry.number,
                    "is not as it was written: its hash is " + entry.hash + ", expected " + expected);
    last = {entry.number, entry.hash};
  }
  if (query.failed()) return fail(*query.failed());
  if (last.number != head->number)
    return damage(database, last.number + 1,
                  "is missing: the audit ends here, but had " + std::to_string(head->number) + " entries");
  if (last.hash != head->hash)
    return damage(database, last.number, "has the hash " + last.hash + ", but the last one written was " + head->hash);
  return last.number;
}

}  // namespace celadon::ledger
