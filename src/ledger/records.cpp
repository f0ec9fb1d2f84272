#include "ledger/records.hpp"

#include "ledger/ledger_impl.hpp"
#include "ledger/record_rows.hpp"
#include "ledger/record_search.hpp"

namespace celadon::ledger {
namespace {

constexpr std::int64_t entries_a_chunk = 500;

Result<void> check_face(const RecordPut& put) {
  const auto refuse = [&](const char* field, const std::string& what) -> Result<void> {
    return fail(Errc::invalid_value, put.put.kind + " " + put.put.id + ": " + what, field);
  };
  const auto& place = put.face.place;
  if (!place) return {};
  const auto sound = [](double west, double south, double east, double north) {
    return west >= -180 && west <= east && east <= 180 && south >= -90 && south <= north && north <= 90;
  };
  if (!sound(place->west_deg, place->south_deg, place->east_deg, place->north_deg))
    return refuse("place", "its bounds are empty or not within 180 degrees west and east, 90 south and north");
  const auto& anchor = put.face.anchor;
  if (!sound(anchor.lon_deg, anchor.lat_deg, anchor.lon_deg, anchor.lat_deg))
    return refuse("place", "its anchor is not a place on the earth");
  return {};
}

/// One record with the face of each of its revisions, worked out before the write.
struct Made {
  std::string id;
  std::vector<std::pair<Revision, RecordFace>> versions;
};

Result<std::vector<Made>> make_chunk(Database& database, const std::string& kind, const std::string& after,
                                     const std::function<Result<RecordFace>(const Revision&)>& face_of) {
  auto query = database.query(
      "SELECT id, revision, valid_from_us, known_at_us, who, why, body FROM revision WHERE kind = ?1 AND id > ?2"
      " AND id <= (SELECT max(id) FROM (SELECT DISTINCT id FROM revision WHERE kind = ?1 AND id > ?2 ORDER BY id"
      " LIMIT ?3)) ORDER BY id, revision");
  query.bind(std::string_view(kind)).bind(std::string_view(after)).bind(entries_a_chunk);
  std::vector<Made> all;
  while (query.next()) {
    Revision revision{
        kind,          query.text(0), query.integer(1), Instant{query.integer(2)}, Instant{query.integer(3)},
        query.text(4), query.text(5), query.text(6)};
    auto face = face_of(revision);
    if (!face) {
      return fail(
          face.error().code,
          kind + " " + revision.id + " revision " + std::to_string(revision.revision) + ": " + face.error().detail,
          face.error().field);
    }
    if (all.empty() || all.back().id != revision.id) all.push_back({revision.id, {}});
    if (auto good = check_face({{kind, revision.id, {}, {}, {}, {}, {}}, *face}); !good) return fail(good.error());
    revision.body.clear();
    all.back().versions.emplace_back(std::move(revision), std::move(*face));
  }
  if (query.failed()) return fail(*query.failed());
  return all;
}

Result<std::int64_t> newest_revision(Database& database, const std::string& kind, const std::string& id) {
  auto query = database.query("SELECT coalesce(max(revision), 0) FROM revision WHERE kind = ? AND id = ?");
  query.bind(std::string_view(kind)).bind(std::string_view(id));
  const std::int64_t newest = query.next() ? query.integer(0) : 0;
  if (query.failed()) return fail(*query.failed());
  return newest;
}

Result<void> store(Database& database, std::int64_t kind, const Made& made, FoundBy& found_by) {
  if (auto removed = remove_versions(database, kind, made.id, found_by); !removed) return removed;
  for (std::size_t i = 0; i < made.versions.size(); ++i) {
    const auto& [revision, face] = made.versions[i];
    const std::int64_t known_to =
        i + 1 < made.versions.size() ? made.versions[i + 1].first.known_at.us : end_of_time_us;
    if (auto added = add_version(database, kind, revision, face, known_to, found_by); !added) return added;
  }
  return {};
}

/// Where the making for this digest goes on.
Result<std::string> begin_making(Database& database, std::int64_t kind, const std::string& digest) {
  auto begun = database
                   .query(
                       "UPDATE record_kind SET made_of = '', making_of = ?1, making_after = '' WHERE kind = ?2"
                       " AND making_of <> ?1")
                   .bind(std::string_view(digest))
                   .bind(kind)
                   .run();
  if (!begun) return fail(begun.error());
  auto query = database.query("SELECT making_after FROM record_kind WHERE kind = ?");
  query.bind(kind);
  std::string after = query.next() ? query.text(0) : "";
  if (query.failed()) return fail(*query.failed());
  return after;
}

}  // namespace

Records::Records(Ledger& ledger) : ledger_(ledger) {}

Result<std::vector<Revision>> Records::put(const std::vector<RecordPut>& puts, std::optional<AuditEntry> says) {
  for (const RecordPut& put : puts) {
    if (auto good = check_put(put.put); !good) return fail(good.error());
    if (auto good = check_face(put); !good) return fail(good.error());
  }
  auto& inside = Ledger::Inside::of(ledger_);
  auto change = inside.change();
  if (!change) return fail(change.error());
  Database& database = change->database();
  std::vector<Revision> revisions;
  revisions.reserve(puts.size());
  bool anything = false;
  FoundBy found_by;
  for (const RecordPut& put : puts) {
    bool stored = false;
    auto revision = inside.put_one(put.put, change->known_at(), stored);
    if (!revision) return fail(revision.error());
    auto kind = kind_number(database, put.put.kind);
    if (!kind) return fail(kind.error());
    // An entry that the ledger took without a face gets it now.
    auto shown = version_of_record(database, *kind, put.put.id);
    if (!shown) return fail(shown.error());
    if (*shown != revision->revision) {
      auto kept = retire_version(database, *kind, put.put.id, revision->known_at.us, found_by);
      if (kept) kept = add_version(database, *kind, *revision, put.face, end_of_time_us, found_by);
      if (!kept) return fail(kept.error());
      anything = true;
    }
    revisions.push_back(std::move(*revision));
  }
  if (anything) {
    if (auto kept = finish(database, found_by); !kept) return fail(kept.error());
    if (says) {
      if (auto said = add_to_audit(*change, std::move(*says)); !said) return fail(said.error());
    }
    if (auto done = change->commit(); !done) return fail(done.error());
  }
  return revisions;
}

Result<Record> Records::get(const std::string& kind, const std::string& id, std::optional<Instant> as_known_at) const {
  auto revision = ledger_.get(kind, id, as_known_at);
  if (!revision) return fail(revision.error());
  auto reader = Ledger::Inside::of(ledger_).reader();
  if (!reader) return fail(reader.error());
  Record record{std::move(*revision), {}, {}, {}, false};
  auto query = (*reader)->query(
      "SELECT title, state, due_us, gone FROM record_version INDEXED BY version_by_id"
      " WHERE kind = (SELECT kind FROM record_kind WHERE name = ?) AND id = ? AND revision = ?");
  query.bind(std::string_view(kind)).bind(std::string_view(id)).bind(record.revision.revision);
  if (query.next()) {
    record.title = query.text(0);
    record.state = query.text(1);
    if (!query.is_null(2)) record.due = Instant{query.integer(2)};
    record.gone = query.integer(3) != 0;
  }
  if (query.failed()) return fail(*query.failed());
  return record;
}

Result<std::int64_t> Records::count(const RecordQuery& query) const {
  auto search = Search::begin(ledger_, query);
  if (!search) return fail(search.error());
  return (*search)->count_to(INT64_MAX - 1);
}

Result<RecordPage> Records::find(const RecordQuery& query) const {
  auto search = Search::begin(ledger_, query);
  if (!search) return fail(search.error());
  return (*search)->page();
}

Result<Records::Sum> Records::sum(const RecordQuery& query, const std::string& field) const {
  auto search = Search::begin(ledger_, query);
  if (!search) return fail(search.error());
  return (*search)->sum(field);
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Records::tally(const RecordQuery& query,
                                                                         const std::string& field) const {
  auto search = Search::begin(ledger_, query);
  if (!search) return fail(search.error());
  return (*search)->tally(field);
}

Result<std::vector<RecordPlace>> Records::places(const RecordQuery& query, const std::string& colour_by) const {
  auto search = Search::begin(ledger_, query);
  if (!search) return fail(search.error());
  return (*search)->places(colour_by);
}

Result<std::string> Records::next_id(const std::string& kind, const std::string& prefix, int digits) {
  if (auto good = check_name(kind, "kind"); !good) return fail(good.error());
  auto change = Ledger::Inside::of(ledger_).change();
  if (!change) return fail(change.error());
  for (;;) {
    auto query = change->database().query(
        "INSERT INTO record_number (kind, prefix, last) VALUES (?, ?, 1)"
        " ON CONFLICT (kind, prefix) DO UPDATE SET last = last + 1 RETURNING last");
    query.bind(std::string_view(kind)).bind(std::string_view(prefix));
    const std::int64_t number = query.next() ? query.integer(0) : 0;
    if (auto run = query.run(); !run) return fail(run.error());
    std::string id = std::to_string(number);
    if (id.size() < static_cast<std::size_t>(std::max(digits, 1)))
      id.insert(0, static_cast<std::size_t>(std::max(digits, 1)) - id.size(), '0');
    id.insert(0, prefix);
    // Somebody may have brought records with numbers of their own.
    auto taken = newest_revision(change->database(), kind, id);
    if (!taken) return fail(taken.error());
    if (*taken != 0) continue;
    if (auto done = change->commit(); !done) return fail(done.error());
    return id;
  }
}

Result<bool> Records::faces_are_of(const std::string& kind, const std::string& pack_digest) const {
  auto reader = Ledger::Inside::of(ledger_).reader();
  if (!reader) return fail(reader.error());
  auto query = (*reader)->query("SELECT made_of = ? FROM record_kind WHERE name = ?");
  query.bind(std::string_view(pack_digest)).bind(std::string_view(kind));
  const bool same = query.next() && query.integer(0) != 0;
  if (query.failed()) return fail(*query.failed());
  return same;
}

Result<void> Records::make_faces(const std::string& kind, const std::string& pack_digest,
                                 const std::function<Result<RecordFace>(const Revision&)>& face_of) {
  if (auto good = check_name(kind, "kind"); !good) return good;
  if (pack_digest.empty()) return fail(Errc::invalid_value, "the digest of the pack is blank", "pack_digest");
  auto& inside = Ledger::Inside::of(ledger_);
  std::int64_t number = 0;
  std::string after;
  {
    auto change = inside.change();
    if (!change) return fail(change.error());
    auto kind_is = kind_number(change->database(), kind);
    if (!kind_is) return fail(kind_is.error());
    number = *kind_is;
    auto where = begin_making(change->database(), number, pack_digest);
    if (!where) return fail(where.error());
    after = std::move(*where);
    if (auto done = change->commit(); !done) return done;
  }
  for (;;) {
    // Faces are worked out on a reader, so that others may write meanwhile; what moved on is done again.
    auto reader = inside.reader();
    if (!reader) return fail(reader.error());
    auto chunk = make_chunk(**reader, kind, after, face_of);
    if (!chunk) return fail(chunk.error());
    auto change = inside.change();
    if (!change) return fail(change.error());
    Database& database = change->database();
    FoundBy found_by;
    for (const Made& made : *chunk) {
      auto newest = newest_revision(database, kind, made.id);
      if (!newest) return fail(newest.error());
      if (*newest != made.versions.back().first.revision) break;
      if (auto stored = store(database, number, made, found_by); !stored) return stored;
      after = made.id;
    }
    if (auto kept = finish(database, found_by); !kept) return kept;
    const bool whole = chunk->empty();
    auto noted = database
                     .query(whole ? "UPDATE record_kind SET made_of = making_of, making_of = '', making_after = ''"
                                    " WHERE kind = ?2 AND making_of = ?3 AND making_after = ?1"
                                  : "UPDATE record_kind SET making_after = ?1 WHERE kind = ?2 AND making_of = ?3")
                     .bind(std::string_view(after))
                     .bind(number)
                     .bind(std::string_view(pack_digest))
                     .run();
    if (noted) noted = change->commit();
    if (!noted) return noted;
    if (whole) return {};
  }
}

}  // namespace celadon::ledger
