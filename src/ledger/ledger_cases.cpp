#include "ledger/events.hpp"
#include "ledger/ledger_impl.hpp"

#include <algorithm>

// Events, and the first shape of a case. A case is a row of revisions; an event names the revision it made.

namespace celadon::ledger {
namespace {

#define CELADON_EVENT_COLUMNS \
  "id, rule, site, property, phenomenon_end_us, noticed_at_us, value, text_zh, text_en, coalesce(case_id, 0)," \
  " limit_value, unit"
#define CELADON_CASE_COLUMNS \
  "case_id, revision, state, rule, site, title_zh, title_en, opened_at_us, closed_at_us, who, why"

/// Who moves a case when no person does.
constexpr std::string_view watch_name = "watch";

Event event_in(const Query& row) {
  return {.id = row.integer(0),
          .rule = row.text(1),
          .site = row.text(2),
          .property = row.text(3),
          .phenomenon_end = {row.integer(4)},
          .noticed_at = {row.integer(5)},
          .value = row.number(6),
          .limit = row.number(10),
          .unit = row.text(11),
          .text_zh = row.text(7),
          .text_en = row.text(8),
          .case_id = row.integer(9)};
}

Case case_in(const Query& row) {
  Case found;
  found.id = row.integer(0);
  found.revision = row.integer(1);
  found.state = row.text(2);
  found.rule = row.text(3);
  found.site = row.text(4);
  found.title_zh = row.text(5);
  found.title_en = row.text(6);
  found.opened_at = {row.integer(7)};
  if (!row.is_null(8)) {
    found.closed_at = Instant{row.integer(8)};
    found.closed_by = row.text(9);
    found.reason = row.text(10);
  }
  return found;
}

Result<void> insert_case(Database& database, const Case& next, Instant known_at, std::string_view who,
                         std::string_view why) {
  auto query = database.query("INSERT INTO case_revision (" CELADON_CASE_COLUMNS
                              ", known_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(next.id).bind(next.revision).bind(std::string_view(next.state)).bind(std::string_view(next.rule));
  query.bind(std::string_view(next.site)).bind(std::string_view(next.title_zh)).bind(std::string_view(next.title_en));
  query.bind(next.opened_at.us);
  if (next.closed_at)
    query.bind(next.closed_at->us);
  else
    query.bind(std::nullopt);
  query.bind(who).bind(why).bind(known_at.us);
  return query.run();
}

Result<void> add_events_to(Database& database, Case& found) {
  auto query = database.query("SELECT id FROM event WHERE case_id = ? ORDER BY id");
  query.bind(found.id);
  while (query.next()) found.events.push_back(query.integer(0));
  if (query.failed()) return fail(*query.failed());
  return {};
}

/// The newest case of a rule at a site, whatever its state.
Result<std::optional<Case>> newest_case(Database& database, const std::string& rule, const std::string& site) {
  auto query =
      database.query("SELECT " CELADON_CASE_COLUMNS
                     " FROM case_revision WHERE rule = ? AND site = ? ORDER BY case_id DESC, revision DESC LIMIT 1");
  query.bind(std::string_view(rule)).bind(std::string_view(site));
  std::optional<Case> found;
  if (query.next()) found = case_in(query);
  if (query.failed()) return fail(*query.failed());
  return found;
}

Result<std::int64_t> next_number(Database& database, const char* sql) {
  auto query = database.query(sql);
  const std::int64_t number = query.next() ? query.integer(0) : 0;
  if (query.failed()) return fail(*query.failed());
  return number;
}

}  // namespace

Result<std::optional<Event>> read_event(Database& database, const Event& like) {
  auto query = database.query("SELECT " CELADON_EVENT_COLUMNS
                              " FROM event WHERE rule = ? AND site = ? AND property = ? AND phenomenon_end_us = ?");
  query.bind(std::string_view(like.rule)).bind(std::string_view(like.site)).bind(std::string_view(like.property));
  query.bind(like.phenomenon_end.us);
  std::optional<Event> found;
  if (query.next()) found = event_in(query);
  if (query.failed()) return fail(*query.failed());
  return found;
}

Result<std::vector<Case>> read_cases(Database& database, const std::string& state) {
  std::vector<Case> cases;
  {
    auto query =
        database.query("SELECT " CELADON_CASE_COLUMNS
                       " FROM case_revision AS c WHERE revision = (SELECT max(revision) FROM case_revision AS n"
                       " WHERE n.case_id = c.case_id) AND (?1 = '' OR state = ?1) ORDER BY case_id DESC");
    query.bind(std::string_view(state));
    while (query.next()) cases.push_back(case_in(query));
    if (query.failed()) return fail(*query.failed());
  }
  for (Case& found : cases) {
    if (auto added = add_events_to(database, found); !added) return fail(added.error());
  }
  return cases;
}

Result<Case> read_case(Database& database, std::int64_t id) {
  std::optional<Case> found;
  {
    auto query = database.query("SELECT " CELADON_CASE_COLUMNS
                                " FROM case_revision WHERE case_id = ? ORDER BY revision DESC LIMIT 1");
    query.bind(id);
    if (query.next()) found = case_in(query);
    if (query.failed()) return fail(*query.failed());
  }
  if (!found) return fail(Errc::not_found, "there is no case " + std::to_string(id), "id");
  if (auto added = add_events_to(database, *found); !added) return fail(added.error());
  return std::move(*found);
}

/// Finds or opens the case of the event and gives it a revision; the event gets the case's number.
Result<void> Ledger::Impl::put_in_case(Event& event) {
  auto last = newest_case(writer_, event.rule, event.site);
  if (!last) return fail(last.error());
  Case next;
  if (*last && (*last)->state == "open") {
    next = std::move(**last);
    ++next.revision;
  } else {
    auto id = next_number(writer_, "SELECT 1 + coalesce(max(case_id), 0) FROM case_revision");
    if (!id) return fail(id.error());
    next.id = *id;
    next.revision = 1;
    next.state = "open";
    next.rule = event.rule;
    next.site = event.site;
    next.title_zh = event.text_zh;
    next.title_en = event.text_en;
    next.opened_at = event.noticed_at;
  }
  event.case_id = next.id;
  auto stored = insert_case(writer_, next, next_known_at(), watch_name, "event " + std::to_string(event.id));
  if (!stored) return stored;
  return {};
}

Result<Event> Ledger::Impl::add_event(Event event, bool opens_case) {
  if (event.rule.empty()) return fail(Errc::invalid_value, "an event must name its rule", "rule");
  const std::scoped_lock lock(writing_);
  auto transaction = begin_write();
  if (!transaction) return fail(transaction.error());
  auto known = read_event(writer_, event);
  if (!known) return fail(known.error());
  if (*known) return std::move(**known);

  auto id = next_number(writer_, "SELECT 1 + coalesce(max(id), 0) FROM event");
  if (!id) return fail(id.error());
  event.id = *id;
  event.case_id = 0;
  if (opens_case) {
    if (auto put = put_in_case(event); !put) return fail(put.error());
  }
  auto query = writer_.query(
      "INSERT INTO event (id, rule, site, property, phenomenon_end_us, noticed_at_us, value, text_zh, text_en, case_id,"
      " limit_value, unit, case_revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
      " (SELECT max(revision) FROM case_revision WHERE case_id = ?10))");
  query.bind(event.id)
      .bind(std::string_view(event.rule))
      .bind(std::string_view(event.site))
      .bind(std::string_view(event.property));
  query.bind(event.phenomenon_end.us).bind(event.noticed_at.us).bind(event.value);
  query.bind(std::string_view(event.text_zh)).bind(std::string_view(event.text_en));
  if (event.case_id != 0)
    query.bind(event.case_id);
  else
    query.bind(std::nullopt);
  query.bind(event.limit).bind(std::string_view(event.unit));
  if (auto added = query.run(); !added) return fail(added.error());
  if (auto done = (*transaction)->commit(); !done) return fail(done.error());
  return event;
}

Result<Case> Ledger::Impl::close_case(std::int64_t id, std::int64_t expected_revision, const std::string& who,
                                      const std::string& why) {
  const auto blank = [](const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; };
  if (blank(who)) return fail(Errc::invalid_value, "say who closes the case", "who");
  if (blank(why)) return fail(Errc::invalid_value, "say why the case is closed", "why");
  const std::scoped_lock lock(writing_);
  auto transaction = begin_write();
  if (!transaction) return fail(transaction.error());
  auto last = read_case(writer_, id);
  if (!last) return last;
  if (last->state != "open") {
    return fail(Errc::conflict,
                "case " + std::to_string(id) + " was closed by " + last->closed_by + " at " +
                    to_beijing_minute(*last->closed_at) + ": " + last->reason,
                "state");
  }
  if (last->revision != expected_revision) {
    return fail(Errc::conflict,
                "case " + std::to_string(id) + " is at revision " + std::to_string(last->revision) +
                    ", the page shows " + std::to_string(expected_revision) + "; read the case again",
                "revision");
  }
  Case next = std::move(*last);
  ++next.revision;
  next.state = "closed";
  const Instant known_at = next_known_at();
  next.closed_at = known_at;
  next.closed_by = who;
  next.reason = why;
  if (auto stored = insert_case(writer_, next, known_at, who, why); !stored) return fail(stored.error());
  if (auto done = (*transaction)->commit(); !done) return fail(done.error());
  return next;
}

Result<std::optional<Event>> Ledger::find_event(const std::string& rule, const std::string& site,
                                                const std::string& property, Instant phenomenon_end) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  Event like;
  like.rule = rule;
  like.site = site;
  like.property = property;
  like.phenomenon_end = phenomenon_end;
  return read_event(**reader, like);
}

Result<std::vector<Event>> Ledger::events(std::size_t newest) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto query = (*reader)->query("SELECT " CELADON_EVENT_COLUMNS " FROM event ORDER BY id DESC LIMIT ?");
  query.bind(static_cast<std::int64_t>(std::min<std::size_t>(newest, INT64_MAX)));
  std::vector<Event> events;
  while (query.next()) events.push_back(event_in(query));
  if (query.failed()) return fail(*query.failed());
  return events;
}

Result<Event> event_of(const Ledger& ledger, std::int64_t id) {
  auto reader = Ledger::Inside::of(ledger).reader();
  if (!reader) return fail(reader.error());
  auto query = (*reader)->query("SELECT " CELADON_EVENT_COLUMNS " FROM event WHERE id = ?");
  query.bind(id);
  if (query.next()) return event_in(query);
  if (query.failed()) return fail(*query.failed());
  return fail(Errc::not_found, "there is no event " + std::to_string(id), "event");
}

Result<std::vector<Event>> events_of(const Ledger& ledger, const std::string& site, const std::string& property,
                                     std::size_t newest) {
  auto reader = Ledger::Inside::of(ledger).reader();
  if (!reader) return fail(reader.error());
  auto query =
      (*reader)->query("SELECT " CELADON_EVENT_COLUMNS
                       " FROM event WHERE site = ? AND property = ? ORDER BY phenomenon_end_us DESC, id DESC LIMIT ?");
  query.bind(std::string_view(site))
      .bind(std::string_view(property))
      .bind(static_cast<std::int64_t>(std::min<std::size_t>(newest, INT64_MAX)));
  std::vector<Event> events;
  while (query.next()) events.push_back(event_in(query));
  if (query.failed()) return fail(*query.failed());
  return events;
}

// A case and its events are read in one transaction: between two statements an event may come.

Result<std::vector<Case>> Ledger::cases(const std::string& state) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto transaction = Transaction::begin(**reader, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  return read_cases(**reader, state);
}

Result<Case> Ledger::find_case(std::int64_t id) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto transaction = Transaction::begin(**reader, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  return read_case(**reader, id);
}

}  // namespace celadon::ledger
