#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace celadon::standards {

/// Whether an item, or a source in one period, meets what is asked of it.
enum class SourceVerdict : std::uint8_t { not_judged, meets, fails };

/// Verdict of a source in one period by its items.
///
/// Missing  items not judged are left out; none judged: not judged.
/// Source   one failing item fails the source for the period (from memory). Surface sources: table 1 against class III
///          without total nitrogen and faecal coliforms, and tables 2 and 3; groundwater: GB/T 14848 class III. The
///          caller leaves the reference items out.
[[nodiscard]] SourceVerdict source_verdict(std::span<const SourceVerdict> item);

/// How many drinking-water sources attain, by number and by the water taken from them.
struct SourceAttainment {
  std::size_t judged = 0, met = 0;
  std::size_t without_intake = 0;  ///< judged, but their intake is not known: left out of the rate by intake
  double intake_judged = 0, intake_met = 0;

  [[nodiscard]] double percent_by_number() const;  ///< NaN where none was judged
  [[nodiscard]] double percent_by_intake() const;  ///< NaN where no intake of a judged source is known
};

/// Attainment of sources in a period, or of source-months in a year.
///
/// Shapes   verdict[n], intake_m3[n].
/// Units    intake in m3 of the same period.
/// Missing  a row not judged leaves both rates; NaN, infinite or negative intake leaves the second.
/// Source   two rates, sources that attain / sources, and compliant intake / total intake, as a city bulletin has them.
/// Ours     total intake is that of the judged sources: water nobody judged is neither good nor bad.
[[nodiscard]] SourceAttainment source_attainment(std::span<const SourceVerdict> verdict,
                                                 std::span<const double> intake_m3);

}  // namespace celadon::standards
