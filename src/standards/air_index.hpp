#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// A clause a rule rests on, and how far its text was checked: "verified", "secondary", "memory".
struct Clause {
  std::string text, trust;
};

/// What the standard says of a concentration above the last breakpoint.
enum class Beyond : std::uint8_t { last_index, no_index };

/// One column of a breakpoint table, in whole steps of the last decimal place it is judged at:
/// for CO in mg/m3 with one decimal, 2 mg/m3 is 20 steps.
struct IndexTable {
  std::string pollutant, averaging, unit;
  std::string source, trust;  ///< clause, shown with every result
  int decimals = 0;
  double steps_per_unit = 1;
  Beyond beyond = Beyond::last_index;
  std::vector<std::int64_t> index;  ///< same length as concentration
  std::vector<std::int64_t> concentration;
  /// The formula worked out at load: [0] what is no concentration, [1 + s] of s steps up to the last breakpoint, [last]
  /// of all above it.
  std::vector<std::int16_t> by_step;

  [[nodiscard]] std::string name() const { return pollutant + " " + averaging; }
};

/// One pollutant of an hourly or daily index: the property that is observed and the column that judges it.
struct IndexItem {
  std::string property;
  Averaging averaging;
  std::size_t table = 0;  ///< into IndexRules::tables
  bool optional = false;  ///< judged where given, not missed where not
};

struct IndexLevel {
  int level = 0, from = 0, to = 0;
  std::string name_zh, name_en, colour, text_colour, advice_zh, advice_en;
};

/// What becomes of an index when an item is missing.
enum class Incomplete : std::uint8_t {
  judge_the_rest,  ///< HJ 633-2012: the item is NA
  only_above_100,  ///< HJ 633-2026 5.3.1: otherwise the index is NA
};

/// One edition of HJ 633, as a pack file states it.
struct IndexRules {
  std::string standard, title_zh, title_en, trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  std::vector<IndexTable> tables;
  std::vector<IndexItem> hourly, daily;
  std::string hourly_clause, daily_clause;
  std::vector<IndexLevel> levels;
  Clause rounding, upward, greatest, cap, primary, over_limit;
  int primary_above = 50;
  std::optional<int> over_limit_above;
  Incomplete incomplete = Incomplete::judge_the_rest;

  [[nodiscard]] const IndexLevel& level_of(int index) const;  ///< requires 0 <= index
};

/// Reads and checks a pack: each column starts at zero and rises, index and concentration pair up, levels follow
/// without a gap, every item names a column and a unit that is known. The error names the file, the line and what is
/// wrong.
[[nodiscard]] Result<IndexRules> read_index_rules(const std::filesystem::path& pack);
/// The same from text; `name` is used in messages.
[[nodiscard]] Result<IndexRules> parse_index_rules(const std::string& text, const std::string& name);

inline constexpr int no_index = -1;

/// Sub-index (IAQI) of one concentration by the printed formula in whole numbers; no_index where there is none.
/// The oracle of the kernel below; see there.
[[nodiscard]] int sub_index_by_formula(const IndexTable& table, double concentration);

/// Sub-index (IAQI) of each concentration.
///
/// Shapes   concentration[n], index[n]; n may be 0.
/// Units    concentration in table.unit; index has none.
/// Missing  NaN gives no_index. So does a negative or infinite value; flagging it is quality's work.
/// Errors   none. Unequal lengths are a bug of ours and stop the program.
/// Source   HJ 633-2012 6.2 and HJ 633-2026 4.2.6: result rounded up to a whole number.
///          HJ 663-2013 6.3 and HJ 633-2026 4.2.2: concentration rounded half to even first.
/// Ours     where the text is silent above the last breakpoint, the last index stands.
void sub_index(const IndexTable& table, std::span<const double> concentration, std::span<std::int16_t> index);

/// The index of station-hours: for each row the greatest sub-index and which items have it.
///
/// Shapes   concentration[k] is the column of items[k], each of n values; index[n], primary[n].
/// Missing  an item without sub-index is left out; a row without any gives no_index. (Rules on incomplete data are
/// judge()'s.) Result   primary: bit k set when item k has the greatest sub-index and that is above `primary_above`.
/// Errors   none. Unequal lengths, or more than 8 items, are a bug of ours.
void greatest_index(const IndexRules& rules, std::span<const IndexItem> items,
                    std::span<const std::span<const double>> concentration, std::span<std::int16_t> index,
                    std::span<std::uint8_t> primary);

}  // namespace celadon::standards
