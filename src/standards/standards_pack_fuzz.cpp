#include "standards/air_assessment.hpp"
#include "standards/air_index.hpp"
#include "standards/annexes.hpp"
#include "standards/band_table.hpp"
#include "standards/heavy_pollution.hpp"
#include "standards/water_class.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon;
using namespace celadon::standards;

/// Accepted, or refused with the name of the file and a reason.
template <class Read>
void told(const Result<Read>& read) {
  if (!read && !read.error().detail.starts_with("fuzz")) std::abort();
}

void judge_every_value(const IndexRules& rules) {
  for (const auto& table : rules.tables) {
    for (const double value : {0.0, 35.5, 1e9}) {
      const int index = sub_index_by_formula(table, value);
      if (index != no_index && (index < 0 || index > table.index.back())) std::abort();
    }
  }
}

void judge_every_value(const BandTable& table) {
  constexpr std::array<double, 6> values = {-1e300, -1, 0, 0.35, 1e9, 1e300};
  for (const auto& item : table.items) {
    std::array<std::int8_t, values.size()> rank{};
    band_rank(table, item, values, rank);
    for (const auto one : rank) {
      if (one < 0 || one >= std::ssize(table.classes)) std::abort();
    }
  }
}

}  // namespace

/// Any text is a pack of some kind or a named misprint; a pack that is accepted judges every value without surprise. A
/// line of three equal signs parts the head of a table from its rows.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find("===\n");
  if (cut != std::string::npos) {
    const auto table = parse_band_table(text.substr(0, cut), "fuzz.yaml", text.substr(cut + 4), "fuzz.csv");
    told(table);
    if (table) judge_every_value(*table);
    return 0;
  }
  const auto index = parse_index_rules(text, "fuzz");
  told(index);
  if (index) judge_every_value(*index);
  told(parse_water_rules(text, "fuzz"));
  told(parse_air_assessment(text, "fuzz"));
  told(parse_composite(text, "fuzz"));
  told(parse_warning_rules(text, "fuzz"));
  told(parse_annexes(text, "fuzz"));
  told(parse_spearman_table(text, "fuzz"));
  told(parse_basin_grades(text, "fuzz"));
  told(parse_water_change(text, "fuzz"));
  told(parse_priority_items(text, "fuzz"));
  told(parse_tli_coefficients(text, "fuzz"));
  told(parse_tli_grades(text, "fuzz"));
  told(parse_tennant(text, "fuzz"));
  told(parse_stack_rules(text, "fuzz"));
  told(parse_substitution(text, "fuzz"));
  told(parse_wastewater_rules(text, "fuzz"));
  told(parse_ldar_plans(text, "fuzz"));
  told(parse_ldar_factors(text, "fuzz"));
  told(parse_equivalents(text, "fuzz"));
  told(parse_noise_periods(text, "fuzz"));
  told(parse_noise_grades(text, "fuzz"));
  told(parse_background_table(text, "fuzz"));
  told(parse_radiation_rules(text, "fuzz"));
  told(parse_exposure_table(text, "fuzz"));
  told(parse_exposure_rules(text, "fuzz"));
  return 0;
}
