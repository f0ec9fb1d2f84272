#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the officer on duty must look at first. Pure: what is known goes in, an order with its reasons comes out.

namespace celadon::watch {

/// What can stand on the list, in the order of `duty_kinds`.
enum class DutyKind : std::uint8_t {
  alarm,           ///< an event of watch whose case is open
  over_limit,      ///< the newest judgement of a site is over, and no alarm of the site says so already
  marked,          ///< a value beyond a limit that the device or a rule has voided
  case_overdue,    ///< a deadline has ended
  case_due,        ///< a deadline ends today
  silent_device,   ///< a registered field unit has stopped calling
  stale_site,      ///< a site has no new values
  pending_device,  ///< units that nobody has registered call
  review           ///< values need a reviewer's eyes
};
inline constexpr std::array<std::string_view, 9> duty_kinds = {"alarm",        "over-limit",     "marked",
                                                               "case-overdue", "case-due",       "silent-device",
                                                               "stale-site",   "pending-device", "review"};
[[nodiscard]] std::string_view to_text(DutyKind kind);

/// One matter as it is known.
struct DutySignal {
  DutyKind kind = DutyKind::alarm;
  std::string id;              ///< "event:12", "site:air.2344A"; once on the list
  std::string site, property;  ///< blank where it is of none
  Instant since;               ///< when it began
  double extent = 1;           ///< 1 and up: value over limit (limit over value for lower limits), days late, how many
  double fault = 0;            ///< probability that the value is none, 0..1; NaN where nobody has assessed it
  bool legal = true;           ///< false: a level to watch
};

/// What made the score, each a factor on what stood before it; the first is the weight itself.
struct DutyFactor {
  std::string_view id;  ///< "weight", "age", "extent", "certainty", "watch-level"
  double factor = 1;
};
struct DutyItem {
  std::size_t signal = 0;           ///< place in what was given
  std::vector<std::size_t> merged;  ///< others that say the same of the same site and property
  double score = 0;                 ///< 0..100
  double confidence = 1;            ///< that it is what it seems, 0..1
  bool act_now = false;             ///< before the next shift
  std::vector<DutyFactor> factors;
};

/// packs/watch/duty.yaml; the file says what each field means.
struct DutyRules {
  struct Kind {
    std::string zh, en;
    double weight = 0, least = 1, gain = 0, unsure = 1, watch_level = 1;
    std::optional<std::int64_t> half_life_us;
  };
  struct Medium {
    std::string id, zh, en;
    std::vector<std::string> kinds;  ///< of site
    std::int64_t online_within_us = 0;
    int over_level = 0;
  };
  double act_from = 0, fault_from = 0.5;
  int shift_hour = 8, assess_most = 0;
  std::int64_t look_back_us = 0, assess_within_us = 0;
  std::vector<Medium> media;
  std::array<Kind, duty_kinds.size()> kinds;

  [[nodiscard]] const Kind& of(DutyKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
  /// The medium of a kind of site; nullptr where it is on no line.
  [[nodiscard]] const Medium* medium_of(std::string_view site_kind) const;
};

/// Errors   not_found; malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<DutyRules> read_duty_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<DutyRules> parse_duty_rules(std::string_view text, const std::string& name);

/// The list, what must be acted upon first at its head.
///
/// Order    by score, then the newer, then by id: the same signals in any order give the same list
/// Bounds   0 <= score <= 100; more extent, less probability of a fault or less age never lower it
/// Missing  an extent that is NaN or below 1 counts as 1; a fault that is NaN leaves the certainty to the pack's
/// `unsure` Merging  a signal over_limit or marked of the site and property of an alarm stands under that alarm
[[nodiscard]] std::vector<DutyItem> rank_duty(const DutyRules& rules, std::span<const DutySignal> signals, Instant at);

/// The next begin of a shift after `at`.
[[nodiscard]] Instant next_shift(const DutyRules& rules, Instant at);

/// What is proposed of a value, by its probability of a fault.
enum class FaultProposal : std::uint8_t { unknown, real, fault };
[[nodiscard]] std::string_view to_text(FaultProposal proposal);
/// NaN gives unknown.
[[nodiscard]] FaultProposal propose_fault(const DutyRules& rules, double probability);

}  // namespace celadon::watch
