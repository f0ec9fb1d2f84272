#pragma once

#include "core/flag.hpp"
#include "core/observation.hpp"
#include "core/result.hpp"
#include "quality/device_flags.hpp"
#include "quality/rules.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::quality {

/// What the rules must know of a property (packs/properties.csv).
struct PropertyFacts {
  std::string id;
  std::string medium;                                         ///< "air", "water"
  std::string unit;                                           ///< canonical, UCUM
  double valid_min = std::nan(""), valid_max = std::nan("");  ///< NaN where there is no limit
};

/// A value by its place.
struct Place {
  SeriesId series{};
  Instant phenomenon_end;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// What the checker asks the rest of the program.
struct Neighbours {
  /// Key of a series. Asked once a series; nothing means that no rule applies to it.
  std::function<std::optional<SeriesKey>(SeriesId)> key_of;
  /// Number of a series, if it exists.
  std::function<std::optional<SeriesId>(const SeriesKey&)> find;
  /// Values stored earlier: one an asked place, NaN where there is none or a flag voids it. Asked at most once a batch,
  /// and only where a late value has a partner at the same time. May be left empty: then late pairs are not compared.
  std::function<std::vector<double>(std::span<const Place>)> values;
};

/// How a batch came.
struct Arrival {
  std::string source;  ///< name of the source: "hj212", "hj212-replay", "import csv"
  Instant received;
};

/// The automatic rules over the stream of values. Keeps, for each series, the newest value and the run of equal values.
///
/// Flags speak of a series and a time: of rows of the batch, or of values stored earlier (PM2.5 came first, PM10 now).
/// They are ordered by series, time and rule, each at most once a batch; the same batches in the same order give the
/// same flags. A value that a rule voids is compared with nothing. Values that come out of order are checked, but not
/// for repeats. Not for two threads at once: who calls keeps the order in which the archive gets the batches.
class Checker {
 public:
  /// Errors   unknown_code naming the rule's file and line where it names a property that `properties` has not;
  ///          invalid_value where its unit is not the property's own.
  [[nodiscard]] static Result<std::unique_ptr<Checker>> make(std::vector<Rule> rules, DeviceFlags flags,
                                                             std::vector<PropertyFacts> properties,
                                                             Neighbours neighbours);
  ~Checker();
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// What is known from before, so that runs and pairs reach over a restart. Ascending times within a series; NaN for
  /// values that are missing or voided.
  void prime(const Observations& known);

  [[nodiscard]] std::vector<QualityFlag> check(const Observations& rows, const Arrival& arrival);

 private:
  class Impl;
  explicit Checker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::quality
