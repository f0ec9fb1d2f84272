#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/black_odor.hpp"
#include "standards/eco_flow.hpp"
#include "standards/electromagnetic.hpp"
#include "standards/ldar.hpp"
#include "standards/noise.hpp"
#include "standards/pollution_equivalent.hpp"
#include "standards/radiation.hpp"
#include "standards/stack.hpp"
#include "standards/trend.hpp"
#include "standards/trophic.hpp"
#include "standards/wastewater.hpp"
#include "standards/water_report.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// The text a table beside packs/standards/tables is of, and when it is in force.
struct AnnexText {
  std::string family;  ///< what rules ask by: "trophic-state"
  std::string standard, title_zh, title_en, trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
};

/// Columns family, standard, title_zh, title_en, valid_from, valid_before, source, trust.
/// Errors   malformed naming file and line: a date that is none, an end that is not after the beginning, a trust that
///          is no trust; two texts of one family in force on the same day.
/// Result   by family, then by date.
[[nodiscard]] Result<std::vector<AnnexText>> parse_annexes(std::string_view text, std::string_view name);

/// The tables that are not classes of one item: coefficients, validity, steps of alarm.
struct Annexes {
  std::vector<AnnexText> texts;
  SpearmanTable spearman;
  BasinGradeTable basin_grades;
  WaterReportNumbers water_report;
  PriorityItems priority_items;
  TliTable tli;
  TrophicGrades trophic_grades;
  TennantTable tennant;
  EcoFlowRules eco_flow;
  OdorTable odor;
  OdorCuts odor_cuts;
  StackRules stack;
  SubstitutionTable substitution;
  WastewaterRules wastewater;
  LdarPlans ldar_plans;
  LdarFactors ldar_factors;
  EquivalentTable equivalents;
  NoisePeriods noise_periods;
  NoiseGradeTable noise_grades;
  BackgroundTable noise_background;
  RadiationRules radiation;
  ExposureTable exposure;
  ExposureRules exposure_rules;
};

/// Reads them from packs/standards. Errors   those of the readers, naming file, line and reason.
[[nodiscard]] Result<Annexes> read_annexes(const std::filesystem::path& standards);

}  // namespace celadon::standards
