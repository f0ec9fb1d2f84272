#include "standards/annexes.hpp"

#include "core/csv_table.hpp"
#include "standards/pack_file.hpp"

#include <algorithm>
#include <array>

namespace celadon::standards {

Result<std::vector<AnnexText>> parse_annexes(std::string_view text, std::string_view name) {
  constexpr std::array<std::string_view, 8> columns = {"family",     "standard",     "title_zh", "title_en",
                                                       "valid_from", "valid_before", "source",   "trust"};
  const auto table = parse_csv_table(text, name, columns);
  if (!table) return fail(table.error());
  std::vector<AnnexText> all;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto misprint = [&](const std::string& reason) {
      return fail(Errc::malformed, std::string(name) + ":" + std::to_string(table->lines[i]) + ": " + reason);
    };
    AnnexText one{row[0], row[1], row[2], row[3], row[7], {}, {}};
    if (one.family.empty() || one.standard.empty()) return misprint("family and standard must be given");
    if (one.trust != "verified" && one.trust != "secondary" && one.trust != "memory")
      return misprint("trust is '" + one.trust + "', not verified, secondary or memory");
    const auto from = parse_legal_day(row[4]);
    if (!from) return misprint("valid_from: " + from.error().detail);
    one.valid_from = *from;
    if (!row[5].empty()) {
      const auto before = parse_legal_day(row[5]);
      if (!before) return misprint("valid_before: " + before.error().detail);
      if (*before <= *from) return misprint("valid_before is not after valid_from");
      one.valid_before = *before;
    }
    for (const auto& other : all) {
      if (other.family != one.family) continue;
      const bool apart = (other.valid_before && *other.valid_before <= one.valid_from) ||
                         (one.valid_before && *one.valid_before <= other.valid_from);
      if (!apart) return misprint(one.standard + " and " + other.standard + " are in force on the same day");
    }
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.family != b.family ? a.family < b.family : a.valid_from < b.valid_from;
  });
  return all;
}

namespace {

/// Reads one file into one table.
template <class Table>
Result<void> read_into(Table& table, const std::filesystem::path& file,
                       Result<Table> (*parse)(std::string_view, std::string_view)) {
  const auto text = read_pack_file(file);
  if (!text) return fail(text.error());
  auto parsed = parse(*text, file.filename().string());
  if (!parsed) return fail(parsed.error());
  table = std::move(*parsed);
  return {};
}

}  // namespace

Result<Annexes> read_annexes(const std::filesystem::path& standards) {
  Annexes all;
  Result<void> read{};
  const auto take = [&](auto& table, const char* file, auto parse) {
    if (read) read = read_into(table, standards / file, parse);
  };
  take(all.texts, "annexes.csv", parse_annexes);
  take(all.spearman, "spearman_critical.csv", parse_spearman_table);
  take(all.basin_grades, "water_basin_grades.csv", parse_basin_grades);
  take(all.water_report, "water_change.csv", parse_water_change);
  take(all.priority_items, "water_priority_items.csv", parse_priority_items);
  take(all.tli, "tli_coefficients.csv", parse_tli_coefficients);
  take(all.trophic_grades, "tli_grades.csv", parse_tli_grades);
  take(all.tennant, "tennant.csv", parse_tennant);
  take(all.eco_flow, "eco_flow_rules.csv", parse_eco_flow_rules);
  take(all.odor, "black_odor_levels.csv", parse_odor_levels);
  take(all.odor_cuts, "black_odor_cuts.csv", parse_odor_cuts);
  take(all.stack, "stack_constants.csv", parse_stack_rules);
  take(all.substitution, "stack_substitution.csv", parse_substitution);
  take(all.wastewater, "wastewater_rules.csv", parse_wastewater_rules);
  take(all.ldar_plans, "ldar_leak_rules.csv", parse_ldar_plans);
  take(all.ldar_factors, "ldar_factors.csv", parse_ldar_factors);
  take(all.equivalents, "pollutant_equivalents.csv", parse_equivalents);
  take(all.noise_periods, "noise_periods.csv", parse_noise_periods);
  take(all.noise_grades, "hj640_levels.csv", parse_noise_grades);
  take(all.noise_background, "noise_background.csv", parse_background_table);
  take(all.radiation, "radiation_rules.csv", parse_radiation_rules);
  take(all.exposure, "gb8702-2014.csv", parse_exposure_table);
  take(all.exposure_rules, "gb8702-2014-rules.csv", parse_exposure_rules);
  if (!read) return fail(read.error());
  return all;
}

}  // namespace celadon::standards
