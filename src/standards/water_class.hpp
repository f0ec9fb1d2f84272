#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/air_index.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

enum class WaterBody : std::uint8_t { river, lake };

/// How a value is held against its limits; limits are inclusive (GB 3838-2002 table 1).
enum class LimitSense : std::uint8_t {
  at_most,   ///< class k is met when value <= limit[k]
  at_least,  ///< when value >= limit[k]
  between,   ///< class I when limit[0] <= value <= limit[1], else worse than V
};

/// One item of table 1. Limits are whole steps of the last decimal place judged at, for each of the two roundings.
struct WaterItem {
  std::string property, name_zh, unit, source, trust;
  bool in_rivers = true, in_lakes = true;
  LimitSense sense = LimitSense::at_most;
  bool sets_class = true;    ///< takes part in the class of the section
  bool has_multiple = true;  ///< a multiple over class III is told
  std::array<int, 2> decimals{};
  std::vector<double> limits;  ///< five, or two for `between`
};

struct WaterGrade {
  std::string class_name, label, name_zh, name_en, colour, text_colour, trust;
};

/// One edition of the surface-water standard.
struct WaterRules {
  std::string standard, title_zh, title_en, trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  std::vector<WaterItem> items;
  std::array<WaterGrade, 6> grades;  ///< I..V, worse than V
  Clause single_factor, items_clause, rounding, multiple;

  [[nodiscard]] const WaterItem* find(std::string_view property, WaterBody body) const;
};

[[nodiscard]] Result<WaterRules> read_water_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<WaterRules> parse_water_rules(const std::string& text, const std::string& name);

inline constexpr std::int8_t no_class = 0;
inline constexpr std::int8_t worse_than_five = 6;

/// Which places a value is rounded to before it is judged.
enum class WaterRounding : std::uint8_t {
  reading,     ///< hourly and 4-hourly values
  assessment,  ///< values over a day and longer
};

/// A value rounded half to even at the item's decimals; where that makes 0 of a positive value, one significant digit
/// stays.
[[nodiscard]] double rounded_for(const WaterItem& item, double value, WaterRounding rounding);

/// Class of each value by one item: 1 to 5, 6 for worse than V.
///
/// Shapes   value[n], class_of[n].
/// Units    value in item.unit.
/// Missing  NaN, negative and infinite values give no_class.
/// Source   GB 3838-2002 table 1, limits inclusive; rounded first, compared in decimal.
void item_class(const WaterItem& item, std::span<const double> value, WaterRounding rounding,
                std::span<std::int8_t> class_of);

/// Class of each row by single factor: the worst of its items; no_class where no item has one.
/// Shapes   value[k] is the column of items[k], each of n values; class_of[n].
/// Source   GB 3838-2002 5.1.
void section_class(std::span<const WaterItem* const> items, std::span<const std::span<const double>> value,
                   WaterRounding rounding, std::span<std::int8_t> class_of);

}  // namespace celadon::standards
