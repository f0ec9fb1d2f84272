#include "ledger/ledger.hpp"

#include "core/assert.hpp"
#include "ledger/changes.hpp"
#include "ledger/ledger_impl.hpp"
#include "ledger/register_json.hpp"
#include "ledger/schema.hpp"

#include <algorithm>

namespace celadon::ledger {
namespace {

constexpr std::size_t readers_kept_max = 8;
constexpr std::size_t name_bytes_max = 200;

#define CELADON_REVISION_COLUMNS "kind, id, revision, valid_from_us, known_at_us, who, why, body"

Revision revision_in(const Query& row) {
  return {.kind = row.text(0),
          .id = row.text(1),
          .revision = row.integer(2),
          .valid_from = {row.integer(3)},
          .known_at = {row.integer(4)},
          .who = row.text(5),
          .why = row.text(6),
          .body = row.text(7)};
}

Result<std::vector<Revision>> revisions_of(Query& query) {
  std::vector<Revision> revisions;
  while (query.next()) revisions.push_back(revision_in(query));
  if (query.failed()) return fail(*query.failed());
  return revisions;
}

Result<std::optional<Revision>> newest(Database& database, const std::string& kind, const std::string& id,
                                       Instant as_known_at) {
  auto query =
      database.query("SELECT " CELADON_REVISION_COLUMNS
                     " FROM revision WHERE kind = ? AND id = ? AND known_at_us <= ? ORDER BY revision DESC LIMIT 1");
  query.bind(std::string_view(kind)).bind(std::string_view(id)).bind(as_known_at.us);
  std::optional<Revision> found;
  if (query.next()) found = revision_in(query);
  if (query.failed()) return fail(*query.failed());
  return found;
}

constexpr Instant end_of_time{INT64_MAX};

}  // namespace

Result<void> check_name(const std::string& text, const char* field) {
  if (text.empty()) return fail(Errc::invalid_value, std::string(field) + " is blank", field);
  if (text.size() > name_bytes_max) {
    return fail(Errc::invalid_value,
                std::string(field) + " is longer than " + std::to_string(name_bytes_max) + " bytes", field);
  }
  return {};
}

Result<void> check_put(const Put& put) {
  auto good = check_name(put.kind, "kind");
  if (good) good = check_name(put.id, "id");
  if (good) good = check_name(put.who, "who");
  if (good) good = check_body(put.body);
  if (good) return {};
  return fail(good.error().code, put.kind + " " + put.id + ": " + good.error().detail, good.error().field);
}

/// While it lives, commits of the writer are in the file but not pressed onto the disk.
class Ledger::Impl::Unsynced {
 public:
  explicit Unsynced(Database& writer) : writer_(writer) {
    static_cast<void>(writer_.execute("PRAGMA synchronous=NORMAL"));  // where it fails, commits are slower and safe
  }
  ~Unsynced() { CELADON_ASSERT(writer_.execute("PRAGMA synchronous=FULL").has_value()); }
  Unsynced(const Unsynced&) = delete;
  Unsynced& operator=(const Unsynced&) = delete;

 private:
  Database& writer_;
};

Ledger::Impl::Reader::~Reader() {
  if (!database_) return;
  const std::scoped_lock lock(owner_->readers_lock_);
  if (owner_->idle_readers_.size() < readers_kept_max) owner_->idle_readers_.push_back(std::move(database_));
}

Result<Ledger::Impl::Reader> Ledger::Impl::reader() const {
  {
    const std::scoped_lock lock(readers_lock_);
    if (!idle_readers_.empty()) {
      auto database = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return Reader(*this, std::move(database));
    }
  }
  auto opened = Database::open(writer_.file(), Database::Mode::read_only);
  if (!opened) return fail(opened.error());
  return Reader(*this, std::make_unique<Database>(std::move(*opened)));
}

Result<void> Ledger::Impl::load() {
  for (const char* sql :
       {"SELECT coalesce(max(known_at_us), 0) FROM revision", "SELECT coalesce(max(known_at_us), 0) FROM series",
        "SELECT coalesce(max(known_at_us), 0) FROM case_revision",
        "SELECT coalesce(max(known_at_us), 0) FROM attachment"}) {
    auto query = writer_.query(sql);
    if (query.next()) last_known_at_ = std::max(last_known_at_, Instant{query.integer(0)});
    if (query.failed()) return fail(*query.failed());
  }
  auto query = writer_.query("SELECT id, site, property, averaging, statistic, stage FROM series ORDER BY id");
  while (query.next()) {
    const auto averaging = parse_averaging(query.text(3));
    const auto statistic = parse_statistic(query.text(4));
    const auto stage = parse_stage(query.text(5));
    if (!averaging || !statistic || !stage) {
      return fail(Errc::file_damaged, writer_.file().string() + ": series " + std::to_string(query.integer(0)) +
                                          " has a window, statistic or stage this program does not know (" +
                                          query.text(3) + ", " + query.text(4) + ", " + query.text(5) +
                                          "); start the program that wrote it");
    }
    remember({SeriesId{static_cast<std::int32_t>(query.integer(0))},
              {query.text(1), query.text(2), *averaging, *statistic, *stage}});
  }
  if (query.failed()) return fail(*query.failed());
  return {};
}

Ledger::Impl::~Impl() {
  stopping_ = true;
  // Again and again: a check that is just about to begin does not hear the first.
  while (!checked_) {
    checker_->interrupt();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  if (checking_.joinable()) checking_.join();
}

void Ledger::Impl::note(Soundness soundness) {
  const std::scoped_lock lock(soundness_lock_);
  soundness_ = std::move(soundness);
}

Soundness Ledger::Impl::soundness() const {
  const std::scoped_lock lock(soundness_lock_);
  return soundness_;
}

Result<void> Ledger::Impl::begin_check() {
  auto opened = Database::open(writer_.file(), Database::Mode::read_only);
  if (!opened) return fail(opened.error());
  checker_ = std::move(*opened);
  checked_ = false;
  checking_ = std::thread([this] {
    auto sound = stopping_ ? Result<void>{} : check_sound(*checker_);
    if (!stopping_) note(sound ? Soundness{Soundness::State::sound, {}}
                               : Soundness{Soundness::State::damaged, std::move(sound.error().detail)});
    checked_ = true;
  });
  return {};
}

Instant Ledger::Impl::next_known_at() {
  last_known_at_ = std::max(options_.clock(), Instant{last_known_at_.us + 1});
  return last_known_at_;
}

Result<std::unique_ptr<Transaction>> Ledger::Impl::begin_write() {
  if (auto known = soundness(); known.state == Soundness::State::damaged)
    return fail(Errc::file_damaged, std::move(known.detail));
  return Transaction::begin(writer_);
}

Result<Ledger::Impl::Change> Ledger::Impl::change() {
  Change made;
  made.lock_ = std::unique_lock(writing_);
  auto transaction = begin_write();
  if (!transaction) return fail(transaction.error());
  made.transaction_ = std::move(*transaction);
  made.database_ = &writer_;
  made.known_at_ = next_known_at();
  return made;
}

Result<Revision> Ledger::Impl::put_one(const Put& put, Instant known_at, bool& stored) {
  auto last = newest(writer_, put.kind, put.id, end_of_time);
  if (!last) return fail(last.error());
  const std::int64_t number = *last ? (*last)->revision : 0;
  if (put.expected_revision && *put.expected_revision != number) {
    std::string detail = put.kind + " " + put.id;
    if (*last) {
      detail += " is at revision " + std::to_string(number) + " (" + (*last)->who + ", " +
                to_beijing_minute((*last)->known_at) + ")";
    } else {
      detail += " does not exist yet";
    }
    detail += ", the change was made upon " + std::to_string(*put.expected_revision) +
              "; read it again and repeat the change";
    return fail(Errc::conflict, std::move(detail), "expected_revision");
  }
  if (*last && (*last)->valid_from == put.valid_from && same_body((*last)->body, put.body)) return std::move(**last);

  Revision next{put.kind, put.id, number + 1, put.valid_from, known_at, put.who, put.why, put.body};
  auto added = writer_.query("INSERT INTO revision (" CELADON_REVISION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                   .bind(std::string_view(next.kind))
                   .bind(std::string_view(next.id))
                   .bind(next.revision)
                   .bind(next.valid_from.us)
                   .bind(next.known_at.us)
                   .bind(std::string_view(next.who))
                   .bind(std::string_view(next.why))
                   .bind(std::string_view(next.body))
                   .run();
  if (!added) return fail(added.error());
  stored = true;
  return next;
}

Result<std::vector<Revision>> Ledger::Impl::put_all(const std::vector<Put>& puts) {
  for (const Put& put : puts)
    if (auto good = check_put(put); !good) return fail(good.error());
  auto making = change();
  if (!making) return fail(making.error());
  std::vector<Revision> revisions;
  revisions.reserve(puts.size());
  bool stored = false;
  for (const Put& put : puts) {
    auto revision = put_one(put, making->known_at(), stored);
    if (!revision) return fail(revision.error());
    revisions.push_back(std::move(*revision));
  }
  if (stored) {
    if (auto done = making->commit(); !done) return fail(done.error());
    if (std::any_of(puts.begin(), puts.end(), [](const Put& put) { return put.kind == "site"; })) ++site_changes_;
  }
  return revisions;
}

void Ledger::Impl::remember(const Series& series) {
  by_key_.emplace(series.key, series.id);
  by_id_.emplace(series.id, series.key);
}

Result<SeriesId> Ledger::Impl::add_series(const SeriesKey& key, Instant known_at) {
  const std::string averaging = to_iso(key.averaging);
  const auto bind_key = [&](Query& query) {
    query.bind(std::string_view(key.site)).bind(std::string_view(key.property)).bind(std::string_view(averaging));
    query.bind(to_text(key.statistic)).bind(to_text(key.stage));
  };
  {
    // Another program may have added it since this one read the catalogue.
    auto query = writer_.query(
        "SELECT id FROM series WHERE site = ? AND property = ? AND averaging = ? AND statistic = ? AND stage = ?");
    bind_key(query);
    if (query.next()) return SeriesId{static_cast<std::int32_t>(query.integer(0))};
    if (query.failed()) return fail(*query.failed());
  }
  if (auto good = check_name(key.property, "property"); !good) return fail(good.error());
  auto site = newest(writer_, "site", key.site, end_of_time);
  if (!site) return fail(site.error());
  if (!*site)
    return fail(Errc::not_found, "there is no site '" + key.site + "'; put the site into the register first", "site");
  auto query = writer_.query(
      "INSERT INTO series (site, property, averaging, statistic, stage, known_at_us) VALUES (?, ?, ?, ?, ?, ?)");
  bind_key(query);
  query.bind(known_at.us);
  if (auto added = query.run(); !added) return fail(added.error());
  return SeriesId{static_cast<std::int32_t>(writer_.last_insert_id())};
}

Result<std::vector<SeriesId>> Ledger::Impl::series_ids(std::span<const SeriesKey> keys) {
  std::vector<SeriesId> ids(keys.size());
  bool complete = true;
  {
    const std::shared_lock lock(catalogue_lock_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto found = by_key_.find(keys[i]);
      if (found != by_key_.end())
        ids[i] = found->second;
      else
        complete = false;
    }
  }
  if (complete) return ids;

  const std::scoped_lock lock(writing_);
  const Unsynced unsynced(writer_);
  auto transaction = begin_write();
  if (!transaction) return fail(transaction.error());
  const Instant known_at = next_known_at();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (number(ids[i]) != 0) continue;
    auto id = add_series(keys[i], known_at);
    if (!id) return fail(id.error());
    ids[i] = *id;
  }
  if (auto done = (*transaction)->commit(); !done) return fail(done.error());
  series_unsettled_ = true;
  // Only now: nobody may use a number that is not yet in the file.
  const std::unique_lock catalogue(catalogue_lock_);
  for (std::size_t i = 0; i < keys.size(); ++i) remember({ids[i], keys[i]});
  return ids;
}

Result<void> Ledger::Impl::settle_series() {
  if (!series_unsettled_) return {};
  const std::scoped_lock lock(writing_);
  if (!series_unsettled_) return {};
  if (auto synced = writer_.sync(); !synced) return synced;
  series_unsettled_ = false;
  return {};
}

std::optional<SeriesId> Ledger::Impl::find_series(const SeriesKey& key) const {
  const std::shared_lock lock(catalogue_lock_);
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Series> Ledger::Impl::series(SeriesId id) const {
  const std::shared_lock lock(catalogue_lock_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(Series{id, found->second});
}

std::vector<Series> Ledger::Impl::series_of_site(const std::string& site) const {
  std::vector<Series> all;
  const std::shared_lock lock(catalogue_lock_);
  for (auto it = by_key_.lower_bound(SeriesKey{site, {}, {}, {}, {}}); it != by_key_.end() && it->first.site == site;
       ++it)
    all.push_back({it->second, it->first});
  return all;
}

std::vector<Series> Ledger::Impl::all_series() const {
  const std::shared_lock lock(catalogue_lock_);
  std::vector<Series> all;
  all.reserve(by_id_.size());
  for (const auto& [id, key] : by_id_) all.push_back({id, key});
  return all;
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;
Soundness Ledger::soundness() const { return impl_->soundness(); }

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder, Options options) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(Errc::io_failed, folder.string() + ": the folder cannot be made (" + error.message() +
                                     "); it must be writable for this user");
  }
  auto database = Database::open(folder / "ledger.sqlite", Database::Mode::write);
  if (!database) return fail(database.error());
  const auto bytes = std::filesystem::file_size(folder / "ledger.sqlite", error);
  const bool checks_first = !error && bytes <= options.checked_before_bytes_max;
  if (checks_first) {
    if (auto sound = check_sound(*database); !sound) return fail(sound.error());
  }
  if (auto migrated = migrate(*database, migrations(), options.clock()); !migrated) return fail(migrated.error());
  auto impl = std::make_unique<Impl>(std::move(*database), std::move(options));
  if (auto loaded = impl->load(); !loaded) return fail(loaded.error());
  if (checks_first)
    impl->note_sound();
  else if (auto begun = impl->begin_check(); !begun)
    return fail(begun.error());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Result<Revision> Ledger::put(const Put& put) {
  auto all = impl_->put_all({put});
  if (!all) return fail(all.error());
  return std::move(all->front());
}

Result<std::vector<Revision>> Ledger::put_all(const std::vector<Put>& puts) { return impl_->put_all(puts); }

Result<Revision> Ledger::get(const std::string& kind, const std::string& id, std::optional<Instant> as_known_at) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto found = newest(**reader, kind, id, as_known_at.value_or(end_of_time));
  if (!found) return fail(found.error());
  if (!*found) {
    return fail(Errc::not_found,
                "there is no " + kind + " '" + id + "'" +
                    (as_known_at ? " as known at " + to_iso_utc(*as_known_at) : std::string()),
                "id");
  }
  return std::move(**found);
}

Result<std::vector<Revision>> Ledger::list(const std::string& kind, std::optional<Instant> as_known_at) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto query =
      (*reader)->query("SELECT " CELADON_REVISION_COLUMNS
                       " FROM revision AS r WHERE kind = ?1 AND revision = (SELECT max(revision) FROM revision AS n"
                       " WHERE n.kind = ?1 AND n.id = r.id AND n.known_at_us <= ?2) ORDER BY id");
  query.bind(std::string_view(kind)).bind(as_known_at.value_or(end_of_time).us);
  return revisions_of(query);
}

Result<std::vector<Revision>> Ledger::list_prefix(const std::string& kind, const std::string& prefix,
                                                  std::size_t limit) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto query =
      (*reader)->query("SELECT " CELADON_REVISION_COLUMNS
                       " FROM revision AS r WHERE kind = ?1 AND id >= ?2 AND id < ?2 || char(1114111)"
                       " AND revision = (SELECT max(revision) FROM revision AS n WHERE n.kind = ?1 AND n.id = r.id)"
                       " ORDER BY id DESC LIMIT ?3");
  query.bind(std::string_view(kind)).bind(std::string_view(prefix)).bind(static_cast<std::int64_t>(limit));
  return revisions_of(query);
}

Result<Ledger::Changes> Ledger::changed_kinds(Instant after) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto query = (*reader)->query("SELECT kind, max(known_at_us) FROM revision WHERE known_at_us > ? GROUP BY kind");
  query.bind(after.us);
  Changes changes{.kinds = {}, .newest = after};
  while (query.next()) {
    changes.kinds.push_back(query.text(0));
    changes.newest = std::max(changes.newest, Instant{query.integer(1)});
  }
  if (query.failed()) return fail(*query.failed());
  return changes;
}

Result<std::vector<Revision>> Ledger::history(const std::string& kind, const std::string& id) const {
  auto reader = impl_->reader();
  if (!reader) return fail(reader.error());
  auto query =
      (*reader)->query("SELECT " CELADON_REVISION_COLUMNS " FROM revision WHERE kind = ? AND id = ? ORDER BY revision");
  query.bind(std::string_view(kind)).bind(std::string_view(id));
  return revisions_of(query);
}

Result<void> Ledger::put_sites(const std::vector<Site>& sites, const std::string& who, const std::string& why) {
  std::vector<Put> puts;
  puts.reserve(sites.size());
  for (const Site& site : sites) {
    if (auto good = check_body(site.attributes); !good) {
      return fail(Errc::invalid_value, "site " + site.id + ": attributes: " + good.error().detail, "attributes");
    }
    puts.push_back({"site", site.id, to_body(site), site.valid_from, who, why, {}});
  }
  auto stored = impl_->put_all(puts);
  if (!stored) return fail(stored.error());
  return {};
}

Result<std::vector<Site>> Ledger::sites(std::optional<Instant> as_known_at) const {
  auto revisions = list("site", as_known_at);
  if (!revisions) return fail(revisions.error());
  std::vector<Site> sites;
  sites.reserve(revisions->size());
  for (const Revision& revision : *revisions) {
    auto site = site_of(revision);
    if (!site) return fail(site.error());
    sites.push_back(std::move(*site));
  }
  return sites;
}

Result<void> Ledger::put_devices(const std::vector<Device>& devices, const std::string& who, const std::string& why) {
  std::vector<Put> puts;
  puts.reserve(devices.size());
  // A device has no date of its own: it is true from when it is first known.
  for (const Device& device : devices) puts.push_back({"device", device.mn, to_body(device), Instant{}, who, why, {}});
  auto stored = impl_->put_all(puts);
  if (!stored) return fail(stored.error());
  return {};
}

Result<Site> Ledger::site(const std::string& id) const {
  const auto revision = get("site", id);
  if (!revision) return fail(revision.error());
  return site_of(*revision);
}

Result<Device> Ledger::device(const std::string& mn) const {
  const auto revision = get("device", mn);
  if (!revision) return fail(revision.error());
  return device_of(*revision);
}

Result<Device> Ledger::put_device(const Device& device, const std::string& who, const std::string& why) {
  const auto stored = put({"device", device.mn, to_body(device), Instant{}, who, why, device.revision});
  if (!stored) return fail(stored.error());
  return device_of(*stored);
}

Result<std::vector<Device>> Ledger::devices() const {
  auto revisions = list("device");
  if (!revisions) return fail(revisions.error());
  std::vector<Device> devices;
  devices.reserve(revisions->size());
  for (const Revision& revision : *revisions) {
    auto device = device_of(revision);
    if (!device) return fail(device.error());
    devices.push_back(std::move(*device));
  }
  return devices;
}

Result<SeriesId> Ledger::series_id(const SeriesKey& key) {
  if (const auto known = impl_->find_series(key)) return *known;
  auto ids = impl_->series_ids({&key, 1});
  if (!ids) return fail(ids.error());
  return ids->front();
}

Result<std::vector<SeriesId>> Ledger::series_ids(const std::vector<SeriesKey>& keys) { return impl_->series_ids(keys); }
Result<void> Ledger::settle_series() { return impl_->settle_series(); }
std::optional<SeriesId> Ledger::find_series(const SeriesKey& key) const { return impl_->find_series(key); }
std::optional<Series> Ledger::series(SeriesId id) const { return impl_->series(id); }
std::vector<Series> Ledger::series_of_site(const std::string& site) const { return impl_->series_of_site(site); }
std::vector<Series> Ledger::all_series() const { return impl_->all_series(); }
std::uint64_t site_changes(const Ledger& ledger) { return Ledger::Inside::of(ledger).site_changes(); }

Result<Event> Ledger::add_event(Event event, bool opens_case) { return impl_->add_event(std::move(event), opens_case); }

Result<Case> Ledger::close_case(std::int64_t id, std::int64_t expected_revision, const std::string& who,
                                const std::string& why) {
  return impl_->close_case(id, expected_revision, who, why);
}

}  // namespace celadon::ledger
