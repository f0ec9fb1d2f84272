#pragma once

#include "service/service.hpp"
#include "watch/duty.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What the duty desk knows at a moment, gathered from the archive, the ledger, the registers and the gateway.

namespace celadon::service {

/// One matter with what opens its evidence. Fields that do not fit its kind are blank.
struct DutyEntry {
  watch::DutySignal signal;
  std::string zh, en;                                      ///< the matter in words
  std::vector<std::pair<std::string, std::string>> notes;  ///< further reasons, zh and en
  std::string medium, averaging, rule, unit;
  std::optional<Instant> time;       ///< end of the window of the value
  double value = 0, limit = 0;       ///< NaN where there is none
  std::vector<std::int64_t> events;  ///< of watch, newest first
  std::string register_id, record, state, deadline_zh, deadline_en;
  std::optional<LegalDay> ends;
  std::string mn;
  std::size_t count = 1;
};

/// A site on the line of its medium.
struct DutySite {
  ledger::Site site;
  std::optional<Instant> newest;  ///< end of the newest window with a value, not after the moment
  bool online = false;
  std::optional<watch::SiteJudgement> judged;  ///< of the newest hours that still stand at the moment
  bool over = false;
};
struct DutyLine {
  const watch::DutyRules::Medium* medium = nullptr;
  std::vector<DutySite> sites;
  std::size_t devices = 0, devices_online = 0;
};
struct DutyWeather {
  std::string site, property;
  Instant time;
  double value = 0;
};

struct DutyPicture {
  Instant at;
  std::vector<DutyLine> lines;
  std::vector<DutyWeather> weather;
  std::vector<DutyEntry> entries;
  std::vector<watch::DutyItem> items;  ///< of the entries, ranked
  std::size_t due_today = 0, overdue = 0;
};

/// Errors   of the archive and the ledger.
[[nodiscard]] Result<DutyPicture> duty_picture(const Parts& parts, const people::Caller& caller, Instant at);

/// What is said of one value: how likely it is a fault, and by what.
struct Doubt {
  double probability = 0;                                    ///< NaN: nobody has assessed it
  std::vector<std::pair<std::string, std::string>> reasons;  ///< zh and en
  DeviceFlag device_flag = 0;
  bool voided = false, decided = false;
};
/// Asks the review of a site's day once, however many values of it are asked for.
class Doubts {
 public:
  explicit Doubts(const Parts& parts) : parts_(parts) {}
  /// Errors   of the review. A value that the sheet does not have gives one that is not assessed.
  [[nodiscard]] Result<Doubt> of(const std::string& site, const std::string& property, const Averaging& averaging,
                                 Instant time);
  [[nodiscard]] std::size_t asked() const { return sheets_.size(); }
  [[nodiscard]] bool knows(const std::string& site, Instant time) const;

 private:
  const Parts& parts_;
  std::map<std::pair<std::string, LegalDay>, watch::ReviewSheet> sheets_;
};

/// The rule of watch by its id; nullptr where packs know it no more.
[[nodiscard]] const watch::WatchRule* watch_rule(const Parts& parts, const std::string& id);
/// How far beyond: value over limit, for lower limits limit over value; at least 1. NaN where it cannot be told.
[[nodiscard]] double extent_of(const watch::WatchRule& rule, double value);
/// Whether every record of an event has come to its end.
[[nodiscard]] bool is_settled(const Parts& parts, const registry::Matter& matter);

}  // namespace celadon::service
