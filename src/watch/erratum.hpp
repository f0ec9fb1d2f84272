#pragma once

#include "ledger/ledger.hpp"
#include "standards/judge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::watch {

/// A value that is not any more what it was; NaN where there was, or is, none.
struct ValueChange {
  SeriesKey key;
  SeriesId series{};  ///< 0 where the catalogue has it not
  Instant time;       ///< phenomenon_end
  double before = 0, after = 0;
};

/// What of a verdict is told.
struct VerdictBrief {
  bool judged = false;
  std::string name_zh, name_en, colour;
  std::optional<double> value;
  friend bool operator==(const VerdictBrief&, const VerdictBrief&) = default;
};
[[nodiscard]] VerdictBrief brief_of(const standards::Judgement& judgement);

struct VerdictChange {
  std::string site, rule, edition;
  Instant time;
  VerdictBrief before, after;
};

/// An alarm that stands otherwise after a change.
struct EventChange {
  std::string rule, site, property;
  Instant time;
  double value = 0;
  std::string text_zh, text_en;
  std::int64_t event = 0, case_id = 0;  ///< where one was stored; 0: none
};

/// A figure of a report that was issued.
struct FigureChange {
  std::string ref, zh, en, unit;
  double before = 0, after = 0;
};
struct ReportChange {
  std::string id, title_zh, title_en;
  std::vector<FigureChange> figures;
};

enum class ErratumCause : std::uint8_t { review, late, corrected };
[[nodiscard]] std::string_view to_text(ErratumCause cause);

/// What became of everything that rests on values that changed: the derived values, verdicts, alarms, cases and issued
/// reports, before and after.
struct Erratum {
  std::int64_t id = 0;  ///< given by the ledger; 0 for a preview
  Instant at;
  std::string who, why;
  ErratumCause cause = ErratumCause::review;
  std::vector<std::int64_t> decisions;
  // Lists hold what fits an entry of the ledger (`fit`); the totals count all.
  std::vector<ValueChange> values;  ///< hours first, then days, months, years; at most values_max
  std::size_t values_total = 0;
  std::vector<VerdictChange> verdicts;
  std::size_t verdicts_total = 0;
  std::vector<EventChange> withdrawn;  ///< told, and would not be now
  std::size_t withdrawn_total = 0;
  std::vector<EventChange> due;  ///< not told, and would be now
  std::size_t due_total = 0;
  std::vector<ledger::Case> cases;     ///< that hold a withdrawn event
  std::vector<ReportChange> reports;

  static constexpr std::size_t values_max = 10'000;
  [[nodiscard]] bool empty() const { return values_total == 0 && reports.empty(); }
};

/// Of an entry in the ledger: nine digits.
[[nodiscard]] std::string erratum_id(std::int64_t number);
/// "hour", "day", "month", "year"; other windows as ISO 8601 has them.
[[nodiscard]] std::string level_of(const Averaging& averaging);

/// Names that stand beside ids in the JSON.
struct Names {
  std::string zh, en, unit;
};
/// `site_names` and `property_names` are asked by id.
struct NameBook {
  std::function<Names(const std::string&)> site, property;
};
/// Counts the lists, and cuts them to what an entry of the ledger takes: values and verdicts first, then alarms.
void fit(Erratum& erratum, const NameBook& names);

/// Equal digests: the same consequences. Who, why, when and the numbers given by the ledger are not part of it.
[[nodiscard]] std::string digest_of(const Erratum& erratum);

/// Names of the register and of the packs; what is in neither is called by its id. The ledger's sites are read once.
[[nodiscard]] NameBook names_of(const ledger::Ledger& ledger, const standards::Library& library);
[[nodiscard]] std::string to_json(const Erratum& erratum, const NameBook& names);

}  // namespace celadon::watch
