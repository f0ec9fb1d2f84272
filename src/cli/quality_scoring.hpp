#pragma once

#include "intake/site_table.hpp"
#include "quality/assessment.hpp"
#include "quality/combination_training.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace celadon::cli {

/// Stations of a folder, a span of time and how they are cut: what train and score work on.
struct QualityRuns {
  std::filesystem::path data;         ///< folder of NERRS files, one a station, with their marks
  std::vector<std::string> stations;  ///< stems of the files; all with water where empty
  Instant from{INT64_MIN}, until{INT64_MAX};
  bool alone = false;  ///< without the other stations as neighbours
};

/// A stretch owns what a SiteStretch points into. `others` are sites that may stand beside it.
struct OwnedStretch {
  intake::SiteTable table;
  std::vector<std::vector<double>> neighbour_values;
  quality::SiteStretch stretch;
};
[[nodiscard]] std::unique_ptr<OwnedStretch> stretch_of(intake::SiteTable table,
                                                       const std::vector<intake::SiteTable>& others);

/// The stretches of a run: each station, cut every half year.
[[nodiscard]] Result<std::vector<std::unique_ptr<OwnedStretch>>> stretches_of(const QualityRuns& runs,
                                                                              const std::filesystem::path& packs);

/// What a reviewer decided, of the mark "<-3> [GIM] (CSM)".
struct ReviewerMark {
  int level = 0;      ///< 0 good, 1 suspect, 2 rejected
  std::string fault;  ///< "rejected GIM"; blank where good
};
[[nodiscard]] ReviewerMark read_mark(const std::string& mark);

struct TrainRequest {
  QualityRuns runs;
  std::filesystem::path out;
  quality::TrainingOptions options;
  bool cross = true;  ///< choose thresholds on stretches left out; without it they are 0.5
};
[[nodiscard]] Result<int> train_quality(const TrainRequest& request, const std::filesystem::path& packs);

struct ScoreRequest {
  QualityRuns runs;
  std::filesystem::path combination;  ///< blank: that of the packs
  /// A daily file of the national stations instead of sondes. A suppressed value is not published, so no score of it
  /// can be made; the values on the day before and after stand in for it.
  std::filesystem::path daily;
};
[[nodiscard]] Result<int> score_quality(const ScoreRequest& request, const std::filesystem::path& packs);

}  // namespace celadon::cli
