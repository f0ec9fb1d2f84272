#pragma once

#include "ledger/ledger.hpp"
#include "ledger/sqlite.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <span>

// What is behind Ledger; for the .cpp files of this room.

namespace celadon::ledger {

class Ledger::Impl {
 public:
  /// A read connection on loan; goes back when it ends.
  class Reader {
   public:
    Reader(const Impl& owner, std::unique_ptr<Database> database) : owner_(&owner), database_(std::move(database)) {}
    Reader(Reader&&) noexcept = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    [[nodiscard]] Database& operator*() { return *database_; }
    [[nodiscard]] Database* operator->() { return database_.get(); }

   private:
    const Impl* owner_;
    std::unique_ptr<Database> database_;
  };

  Impl(Database writer, Options options) : options_(std::move(options)), writer_(std::move(writer)) {}

  [[nodiscard]] Result<void> load();

  [[nodiscard]] Result<std::vector<Revision>> put_all(const std::vector<Put>& puts);
  [[nodiscard]] Result<std::vector<SeriesId>> series_ids(std::span<const SeriesKey> keys);
  [[nodiscard]] Result<void> settle_series();
  [[nodiscard]] std::optional<SeriesId> find_series(const SeriesKey& key) const;
  [[nodiscard]] std::optional<Series> series(SeriesId id) const;
  [[nodiscard]] std::vector<Series> series_of_site(const std::string& site) const;
  [[nodiscard]] std::vector<Series> all_series() const;
  [[nodiscard]] Result<Event> add_event(Event event, bool opens_case);
  [[nodiscard]] Result<Case> close_case(std::int64_t id, std::int64_t expected_revision, const std::string& who,
                                        const std::string& why);
  [[nodiscard]] Result<Reader> reader() const;
  [[nodiscard]] std::uint64_t site_changes() const { return site_changes_; }

  /// One change in the making: the writer's lock and an open transaction, rolled back unless committed.
  class Change {
   public:
    [[nodiscard]] Database& database() { return *database_; }
    [[nodiscard]] Instant known_at() const { return known_at_; }
    [[nodiscard]] Result<void> commit() { return transaction_->commit(); }

   private:
    friend class Impl;
    std::unique_lock<std::mutex> lock_;  // goes last
    std::unique_ptr<Transaction> transaction_;
    Database* database_ = nullptr;
    Instant known_at_;
  };
  [[nodiscard]] Result<Change> change();
  /// A revision within a change; `stored` says whether it is a new one. The put must have passed check_put.
  [[nodiscard]] Result<Revision> put_one(const Put& put, Instant known_at, bool& stored);

 private:
  class Unsynced;
  /// The time of the next change; the writer's lock is held.
  [[nodiscard]] Instant next_known_at();
  [[nodiscard]] Result<SeriesId> add_series(const SeriesKey& key, Instant known_at);
  [[nodiscard]] Result<void> put_in_case(Event& event);
  void remember(const Series& series);

  Options options_;

  std::mutex writing_;
  Database writer_;
  Instant last_known_at_;
  std::atomic<bool> series_unsettled_ = false;
  std::atomic<std::uint64_t> site_changes_ = 0;

  mutable std::shared_mutex catalogue_lock_;
  std::map<SeriesKey, SeriesId> by_key_;
  std::map<SeriesId, SeriesKey> by_id_;

  mutable std::mutex readers_lock_;
  mutable std::vector<std::unique_ptr<Database>> idle_readers_;
};

class Ledger::Inside {
 public:
  [[nodiscard]] static Impl& of(const Ledger& ledger) { return *ledger.impl_; }
  using Change = Impl::Change;
  using Reader = Impl::Reader;
};

/// Errors   invalid_value naming the entry and the field.
[[nodiscard]] Result<void> check_put(const Put& put);
[[nodiscard]] Result<void> check_name(const std::string& text, const char* field);

// Both may run on the writer or on a reader.
[[nodiscard]] Result<std::vector<Case>> read_cases(Database& database, const std::string& state);
[[nodiscard]] Result<Case> read_case(Database& database, std::int64_t id);
[[nodiscard]] Result<std::optional<Event>> read_event(Database& database, const Event& like);

}  // namespace celadon::ledger
