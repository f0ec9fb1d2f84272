#pragma once

#include "core/geometry.hpp"
#include "core/observation.hpp"
#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace celadon::ledger {

/// One revision of anything the city keeps a register of. `body` is a JSON object.
struct Revision {
  std::string kind;  ///< "site", "device", "setting", "case", "plan-target", ...
  std::string id;
  std::int64_t revision = 0;  ///< 1 and up
  Instant valid_from;         ///< from when it is true
  Instant known_at;           ///< when the ledger learnt it
  std::string who, why;
  std::string body;
};

/// A new revision of a register entry.
struct Put {
  std::string kind, id, body;
  Instant valid_from;
  std::string who, why;
  std::optional<std::int64_t>
      expected_revision;  ///< the one the change was made upon (0: must be new); conflict when it moved on
};

struct Site {
  std::string id;    ///< "air.2344A"
  std::string kind;  ///< "air-station", "river-section", "city"
  std::string name_zh, name_en;
  LonLat position;
  std::string position_note_zh, position_note_en;  ///< empty where the position is as surveyed
  std::string county;                              ///< GB/T 2260
  std::string code;                                ///< official code
  std::string water_body;                          ///< "river", "lake" or empty
  std::string attributes = "{}";                   ///< further facts, a JSON object
  Instant valid_from;
  friend bool operator==(const Site&, const Site&) = default;
};

/// A field unit that speaks HJ 212.
struct Device {
  std::string mn;        ///< unique identifier of the device (设备唯一标识)
  std::string password;  ///< PW; plain text in the protocol, no security
  std::string site;
  std::string system_code;       ///< ST it reports under, e.g. "22"
  int minute_interval_min = 10;  ///< length of its 2051 data
  bool label_is_end = false;     ///< DataTime of period data names the end, against the standard
  std::string note;
  std::string outlet;                  ///< which outlet or point of the site (排口)
  std::vector<std::string> addresses;  ///< networks it may call from, "10.2.0.0/16"; empty: any
  std::optional<Instant> expires;      ///< its messages are refused from here on
  std::string cipher_key;              ///< SM4 key of HJ 212-2025, 32 hexadecimal digits; empty: none
  bool accept_modbus_crc = false;      ///< take its frames though the checksum is Modbus's
  bool accept_bad_crc = false;         ///< take its frames whatever the checksum says
  bool retired = false;                ///< no longer in use: its messages are refused
  std::int64_t silent_after_s = 0;     ///< silence is an alarm after this; 0: by the rule of the gateway
  std::int64_t revision = 0;           ///< given by the ledger
  friend bool operator==(const Device&, const Device&) = default;
};

struct Series {
  SeriesId id{};
  SeriesKey key;
};

/// What watch saw. Never changed.
struct Event {
  std::int64_t id = 0;  ///< given by the ledger
  std::string rule;
  std::string site, property;
  Instant phenomenon_end;
  Instant noticed_at;
  double value = 0;  ///< NaN for events without one
  double limit = std::numeric_limits<double>::quiet_NaN();  ///< that it is beyond; NaN where there is none
  std::string unit;                                         ///< of value and limit, as people write it
  std::string text_zh, text_en;
  std::int64_t case_id = 0;  ///< 0 while it has none
};

/// First shape of a case: a matter that stays open until a person says why it is closed.
struct Case {
  std::int64_t id = 0;
  std::int64_t revision = 0;
  std::string state;  ///< "open", "closed"
  std::string rule, site;
  std::string title_zh, title_en;
  Instant opened_at;
  std::optional<Instant> closed_at;
  std::string closed_by, reason;
  std::vector<std::int64_t> events;
};

struct Options {
  std::function<Instant()> clock = now;
  /// Up to this many rows are counted and summed one by one by an index; more are by columns in memory.
  std::int64_t rows_walked_max = 20'000;
  /// Up to this size the whole file is checked before it is opened; a larger one is while it is in use.
  std::uintmax_t checked_before_bytes_max = 64U << 20;
};

/// Whether the file is sound, as far as it has been looked through.
struct Soundness {
  enum class State : std::uint8_t { checking, sound, damaged };
  State state = State::checking;
  std::string detail;  ///< what is damaged and what to do
};

/// Registers, series catalogue, events and cases, in SQLite (WAL, synchronous=FULL) in one folder.
///
/// Everything is append-only: a change is a new revision, and the tables refuse UPDATE and DELETE. What a call has
/// stored is on the disk when it returns (series: `settle_series`). Any thread may call anything; readers do not wait
/// for writers. Errors   io_failed, timed_out or file_damaged, naming the file, wherever the disk or the file is at
/// fault.
class Ledger {
 public:
  /// Makes or opens the file and migrates it forward to the schema of this program; a file from a newer program is
  /// refused by name and version, a damaged one (SQLite's quick_check) as file_damaged with the remedy. A large file
  /// is looked through while it is in use: `soundness` tells, and once damage is found nothing more is stored.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder, Options options = {});
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] Soundness soundness() const;

  /// Stores a revision; an equal body and valid_from as the newest stores nothing and gives the newest. known_at rises
  /// strictly from one change to the next, also where the clock steps back.
  /// Errors   invalid_value (kind, id, who or body; the field is named), conflict.
  [[nodiscard]] Result<Revision> put(const Put& put);
  /// Several at once, all or none.
  [[nodiscard]] Result<std::vector<Revision>> put_all(const std::vector<Put>& puts);
  /// The newest revision (as known at `as_known_at`), or not_found.
  [[nodiscard]] Result<Revision> get(const std::string& kind, const std::string& id,
                                     std::optional<Instant> as_known_at = {}) const;
  /// The newest revision of every entry of a kind, by id.
  [[nodiscard]] Result<std::vector<Revision>> list(const std::string& kind,
                                                   std::optional<Instant> as_known_at = {}) const;
  /// The newest revision of the entries whose id begins so, by falling id, at most `limit`.
  [[nodiscard]] Result<std::vector<Revision>> list_prefix(const std::string& kind, const std::string& prefix,
                                                          std::size_t limit) const;
  /// The kinds of which something was learnt after `after`, and when the newest thing was learnt (`after` where
  /// nothing was).
  struct Changes {
    std::vector<std::string> kinds;  ///< each once
    Instant newest;
  };
  [[nodiscard]] Result<Changes> changed_kinds(Instant after) const;
  [[nodiscard]] Result<std::vector<Revision>> history(const std::string& kind, const std::string& id) const;

  // Typed views over the registers.
  [[nodiscard]] Result<void> put_sites(const std::vector<Site>& sites, const std::string& who, const std::string& why);
  [[nodiscard]] Result<std::vector<Site>> sites(std::optional<Instant> as_known_at = {}) const;
  [[nodiscard]] Result<Site> site(const std::string& id) const;  ///< the newest revision, or not_found
  [[nodiscard]] Result<void> put_devices(const std::vector<Device>& devices, const std::string& who,
                                         const std::string& why);
  /// Newest revision of every device, by MN.
  [[nodiscard]] Result<std::vector<Device>> devices() const;
  [[nodiscard]] Result<Device> device(const std::string& mn) const;  ///< or not_found
  /// Stores a new revision of a device; the answer carries its number. Errors: conflict when `device.revision` is not
  /// the newest (0: must be new).
  [[nodiscard]] Result<Device> put_device(const Device& device, const std::string& who, const std::string& why);

  /// The number of a series; a new key gets a row in the catalogue. After the first time the answer comes from memory.
  /// The site must exist (not_found). The row survives the end of the program at once, a loss of power only after
  /// `settle_series` or any other change: whoever stores something under the number settles first.
  [[nodiscard]] Result<SeriesId> series_id(const SeriesKey& key);
  /// Several at once, all or none: one write for all keys that are new. Answers in order of the keys.
  [[nodiscard]] Result<std::vector<SeriesId>> series_ids(const std::vector<SeriesKey>& keys);
  /// On the disk are now all series that have a number; cheap where none is new. One call before a commit of the
  /// archive stands for the many devices that called since the last.
  [[nodiscard]] Result<void> settle_series();
  /// The number of a series if it exists; from memory.
  [[nodiscard]] std::optional<SeriesId> find_series(const SeriesKey& key) const;
  [[nodiscard]] std::optional<Series> series(SeriesId id) const;
  /// The series of one site, in order of their keys.
  [[nodiscard]] std::vector<Series> series_of_site(const std::string& site) const;
  /// The whole catalogue in order of id.
  [[nodiscard]] std::vector<Series> all_series() const;

  /// Stores an event; with `opens_case` also a new open case that holds it, or adds it to the open case of the same
  /// rule and site (a new revision of the case, so whoever is about to close it sees it first). Gives the event with
  /// its numbers filled in. An event of the same rule, site, property and time is stored once: again gives the first.
  [[nodiscard]] Result<Event> add_event(Event event, bool opens_case);
  /// The event of that rule, site, property and time, if it is stored.
  [[nodiscard]] Result<std::optional<Event>> find_event(const std::string& rule, const std::string& site,
                                                        const std::string& property, Instant phenomenon_end) const;
  /// Newest first.
  [[nodiscard]] Result<std::vector<Event>> events(std::size_t newest) const;
  [[nodiscard]] Result<std::vector<Case>> cases(const std::string& state = "") const;  ///< newest first; "" for all
  [[nodiscard]] Result<Case> find_case(std::int64_t id) const;
  /// Closes an open case. Errors: invalid_value with field who or why when empty, conflict when it was changed
  /// meanwhile or is closed already, not_found.
  [[nodiscard]] Result<Case> close_case(std::int64_t id, std::int64_t expected_revision, const std::string& who,
                                        const std::string& why);

  class Inside;  ///< how the other parts of this room reach the file; see ledger_impl.hpp

 private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::ledger
