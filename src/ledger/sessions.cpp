#include "ledger/sessions.hpp"

#include "ledger/ledger_impl.hpp"

namespace celadon::ledger {

Result<void> Sessions::add(const Session& session) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto added = change->database()
                   .query(
                       "INSERT INTO session (hash, person, made_us, expires_us, seen_us, totp_step, ended)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)")
                   .bind(std::string_view(session.hash))
                   .bind(std::string_view(session.person))
                   .bind(session.made.us)
                   .bind(session.expires.us)
                   .bind(session.seen.us)
                   .bind(session.totp_step)
                   .bind(std::int64_t{session.ended ? 1 : 0})
                   .run();
  if (!added) return added;
  return change->commit();
}

Result<void> Sessions::set_seen(const std::string& hash, Instant seen) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto done = change->database()
                  .query("UPDATE session SET seen_us = max(seen_us, ?) WHERE hash = ?")
                  .bind(seen.us)
                  .bind(std::string_view(hash))
                  .run();
  if (!done) return done;
  return change->commit();
}

Result<void> Sessions::end(const std::string& hash, const std::string& person, const std::string& keep) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto done = change->database()
                  .query("UPDATE session SET ended = 1 WHERE hash = ?1 OR (?1 = '' AND person = ?2 AND hash <> ?3)")
                  .bind(std::string_view(hash))
                  .bind(std::string_view(person))
                  .bind(std::string_view(keep))
                  .run();
  if (!done) return done;
  return change->commit();
}

Result<std::vector<Session>> Sessions::all_after(Instant expired_before) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto dropped = change->database().query("DELETE FROM session WHERE expires_us < ?").bind(expired_before.us).run();
  if (!dropped) return fail(dropped.error());
  std::vector<Session> all;
  {
    auto row = change->database().query(
        "SELECT hash, person, made_us, expires_us, seen_us, totp_step, ended FROM session ORDER BY made_us, hash");
    while (row.next()) {
      all.push_back({row.text(0),
                     row.text(1),
                     {row.integer(2)},
                     {row.integer(3)},
                     {row.integer(4)},
                     row.integer(5),
                     row.integer(6) != 0});
    }
    if (row.failed()) return fail(*row.failed());
  }
  if (auto done = change->commit(); !done) return fail(done.error());
  return all;
}

Result<void> Sessions::keep_tries(const SignInTries& tries) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto kept = change->database()
                  .query(
                      "INSERT INTO sign_in_tries (name, count, last_us, locked_until_us) VALUES (?1, ?2, ?3, ?4)"
                      " ON CONFLICT (name) DO UPDATE SET count = ?2, last_us = ?3, locked_until_us = ?4")
                  .bind(std::string_view(tries.name))
                  .bind(tries.count)
                  .bind(tries.last.us)
                  .bind(tries.locked_until.us)
                  .run();
  if (!kept) return kept;
  return change->commit();
}

Result<void> Sessions::forget_tries(const std::string& name) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto done = change->database().query("DELETE FROM sign_in_tries WHERE name = ?").bind(std::string_view(name)).run();
  if (!done) return done;
  return change->commit();
}

Result<std::vector<SignInTries>> Sessions::tries_after(Instant last_before) {
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  auto dropped = change->database().query("DELETE FROM sign_in_tries WHERE last_us < ?").bind(last_before.us).run();
  if (!dropped) return fail(dropped.error());
  std::vector<SignInTries> all;
  {
    auto row =
        change->database().query("SELECT name, count, last_us, locked_until_us FROM sign_in_tries ORDER BY name");
    while (row.next()) all.push_back({row.text(0), row.integer(1), {row.integer(2)}, {row.integer(3)}});
    if (row.failed()) return fail(*row.failed());
  }
  if (auto done = change->commit(); !done) return fail(done.error());
  return all;
}

}  // namespace celadon::ledger
