#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/air_assessment.hpp"
#include "standards/air_index.hpp"
#include "standards/annexes.hpp"
#include "standards/band_table.hpp"
#include "standards/heavy_pollution.hpp"
#include "standards/properties.hpp"
#include "standards/water_class.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// Every edition the packs hold, the properties they speak of, and the names by which inputs may call these.
struct Library {
  Properties properties;
  std::vector<IndexRules> air;                  ///< by date
  std::vector<WaterRules> water;                ///< by date
  std::vector<AirAssessmentRules> assessments;  ///< by date
  std::vector<CompositeRules> composites;       ///< by date
  std::vector<WarningRules> warnings;           ///< by date
  std::vector<BandTable> bands;                 ///< by rule, then by date
  Annexes annexes;
  std::map<std::string, std::string, std::less<>> input_names;  ///< "pm25" -> "PM2.5"

  /// The edition of HJ 633 in force on the day, or the one of that name.
  /// Errors   unknown_code listing the editions there are; not_found when none is in force on the day.
  [[nodiscard]] Result<const IndexRules*> air_rules(LegalDay day, std::string_view edition) const;
  [[nodiscard]] Result<const WaterRules*> water_rules(LegalDay day, std::string_view edition) const;
  [[nodiscard]] Result<const AirAssessmentRules*> air_assessment(LegalDay day, std::string_view edition) const;
  [[nodiscard]] Result<const CompositeRules*> composite(LegalDay day, std::string_view edition) const;
  [[nodiscard]] Result<const WarningRules*> warning(LegalDay day, std::string_view edition) const;
  /// The table of `rule` in force on the day, or the edition of that name.
  [[nodiscard]] Result<const BandTable*> band_table(std::string_view rule, LegalDay day,
                                                    std::string_view edition) const;
  /// The text the annexes of `family` are of, in force on the day, or the one of that name.
  [[nodiscard]] Result<const AnnexText*> annex_text(std::string_view family, LegalDay day,
                                                    std::string_view edition) const;
  [[nodiscard]] bool has_band_rule(std::string_view rule) const;
  /// The property an input calls by its id or by another name; null where none.
  [[nodiscard]] const Property* property_of_input(std::string_view name) const;
};

/// Reads packs/properties.csv and packs/standards.
/// Errors   those of the readers; malformed when two editions of one rule overlap in time, naming both.
[[nodiscard]] Result<Library> read_library(const std::filesystem::path& packs);

}  // namespace celadon::standards
