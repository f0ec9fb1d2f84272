#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/judge.hpp"
#include "watch/effective.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace celadon::watch {

/// Judges what is stored. Values that the device or quality voids are left out, each with its reason.
struct Judges {
  const archive::Archive& archive;
  const ledger::Ledger& ledger;
  const standards::Library& library;
};

/// A judgement of a site, with what the page wants to know of it.
struct SiteJudgement {
  std::string site, kind;
  Averaging averaging;
  standards::Judgement judgement;
  bool voided = false;  ///< by judge_many() alone: a value was left out because a flag or a person voids it
};

struct JudgeOptions {
  std::string edition;  ///< empty: by the date of the data
  std::string rule;     ///< empty: the rule of the site's kind
  bool why = false;
  bool members = false;  ///< of judge_many() alone: inputs come with members, as the others give them always
  std::optional<Instant> as_known_at;
};

/// The rule a kind of site is judged by: aqi-hourly of air stations, water-class of river sections, aqi-daily of the
/// city. Empty for other kinds.
[[nodiscard]] std::string rule_of(const ledger::Site& site);

/// Judgements of a site for every time with values in from..to (both included), ascending.
/// Errors   those of the archive and of standards::judge (unknown edition or rule).
[[nodiscard]] Result<std::vector<SiteJudgement>> judge_period(const Judges& judges, const ledger::Site& site,
                                                              Instant from, Instant to, const JudgeOptions& options);

/// What several editions say of one site and time.
struct SiteComparison {
  Instant time;
  standards::Comparison comparison;
};

/// The same period under each of `editions`, ascending.
/// Errors   those of the archive and of standards::judge.
[[nodiscard]] Result<std::vector<SiteComparison>> compare_period(const Judges& judges, const ledger::Site& site,
                                                                 Instant from, Instant to,
                                                                 std::span<const std::string> editions,
                                                                 const JudgeOptions& options);

/// Over what the values a rule takes are averaged: an hour, four hours, a day.
[[nodiscard]] Averaging averaging_of(const std::string& rule);

/// A series that takes part in judgements of its site.
struct JudgedSeries {
  SeriesId id{};
  std::string property;
};

/// The series of a site that a rule over that averaging takes: as they came, or where none came, as `celadon evaluate`
/// made them.
[[nodiscard]] std::vector<JudgedSeries> judged_series(const ledger::Ledger& ledger, const ledger::Site& site,
                                                      const Averaging& averaging);

/// A stored value as judge() takes it: what people decided stands over what came and over the flags on it. `settled` may
/// be null.
[[nodiscard]] standards::JudgeInput judge_input(const archive::Columns& columns, std::size_t row,
                                                const std::string& property, const Settled* settled);

/// The members of JudgeInput: where each value came from, its flags and what people decided of it. Keeps what it has
/// learnt of batches.
class InputMembers {
 public:
  explicit InputMembers(const archive::Archive& archive) : archive_(archive) {}
  [[nodiscard]] std::string of(const archive::Columns& columns, std::size_t row, bool voided, const Settled* settled);

 private:
  const archive::Archive& archive_;
  std::unordered_map<std::int64_t, std::string> source_of_;  ///< by batch
};

/// Whether a series, as it came, takes part in judgements over values of that averaging.
[[nodiscard]] bool is_judged(const SeriesKey& key, const Averaging& averaging);

/// The edition, where it is one of that rule; else empty: by the date of the data.
[[nodiscard]] std::string edition_for(const standards::Library& library, const std::string& rule,
                                      const std::string& edition);

/// The judgement of the newest time not after `at`, at most `age_max` older; nothing where there is none.
[[nodiscard]] Result<std::optional<SiteJudgement>> judge_at(const Judges& judges, const ledger::Site& site, Instant at,
                                                            std::int64_t age_max_us, const JudgeOptions& options);

/// The judgement of the newest time there is, however old.
[[nodiscard]] Result<std::optional<SiteJudgement>> judge_latest(const Judges& judges, const ledger::Site& site,
                                                                const JudgeOptions& options);

/// How old a value may be to stand on the map at a time: 6 h for air stations, 24 h for sections, 3 days for daily
/// values.
[[nodiscard]] std::int64_t age_max_us(const ledger::Site& site);

/// As a JSON object.
void append_json(std::string& out, const SiteJudgement& judgement, bool with_why);

}  // namespace celadon::watch
