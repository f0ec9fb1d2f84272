#include "cli/quality_scoring.hpp"

#include "core/csv_table.hpp"
#include "quality/scores.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <set>

namespace celadon::cli {
namespace {

constexpr std::int64_t stretch_us = 184 * us_per_day;  // stretches as long as those a reviewer gets: half a year
constexpr std::int64_t group_us = 10 * us_per_day;     // rows of ten days are drawn together
constexpr std::uint32_t good_kept_each = 4;            // of the good values one in so many is learnt from
constexpr double long_run = 96;                        // a longer run of marks counts by its square root

Result<std::vector<intake::SiteTable>> read_stations(const std::filesystem::path& data,
                                                     const std::filesystem::path& packs) {
  const auto known = intake::read_site_table_packs(packs);
  if (!known) return fail(known.error());
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(data, error)) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(".csv.zst") || name.ends_with(".csv")) files.push_back(entry.path());
  }
  if (error) return fail(Errc::not_found, data.string() + ": is no folder that can be read");
  std::ranges::sort(files);
  std::vector<intake::SiteTable> all;
  intake::SiteTableLayout layout;
  layout.format = "nerrs";
  for (const auto& file : files) {
    auto tables = intake::read_site_tables(file, layout, *known);
    if (!tables) return fail(tables.error());
    const auto& properties = tables->front().properties;
    const bool water = std::ranges::find(properties, "water-temperature") != properties.end();
    if (water) all.push_back(std::move(tables->front()));
  }
  if (all.empty()) return fail(Errc::not_found, data.string() + ": holds no station of water");
  return all;
}

}  // namespace

Result<std::vector<std::unique_ptr<OwnedStretch>>> stretches_of(const QualityRuns& runs,
                                                                const std::filesystem::path& packs) {
  const auto stations = read_stations(runs.data, packs);
  if (!stations) return fail(stations.error());
  for (const auto& name : runs.stations) {
    if (std::ranges::find(*stations, name, &intake::SiteTable::site) == stations->end())
      return fail(Errc::not_found, runs.data.string() + ": there is no station " + name);
  }
  std::vector<std::unique_ptr<OwnedStretch>> all;
  for (const auto& station : *stations) {
    if (!runs.stations.empty() && std::ranges::find(runs.stations, station.site) == runs.stations.end()) continue;
    std::vector<intake::SiteTable> others;
    for (const auto& other : *stations) {
      if (&other != &station && !runs.alone) others.push_back(other);
    }
    const Instant end{std::min(runs.until.us, station.time.back().us + 1)};
    for (std::int64_t from = std::max(runs.from.us, station.time.front().us); from < end.us; from += stretch_us) {
      // A rest of less than a month is looked at with the stretch before it.
      std::int64_t until = from + stretch_us;
      const bool rest = until + 31 * us_per_day >= end.us;
      if (rest) until = end.us;
      auto part = station.between({from}, {until});
      if (!part.time.empty()) all.push_back(stretch_of(std::move(part), others));
      if (rest) break;
    }
  }
  if (all.empty()) return fail(Errc::not_found, runs.data.string() + ": holds no value in that span");
  return all;
}

namespace {

/// Every value that is there, with what the reviewer said of it and what we say.
struct Sample {
  std::vector<float> feature;
  std::vector<std::uint8_t> level;
  std::vector<float> weight;
  std::vector<std::uint32_t> group, fold;
};

/// Length of the run of marks of one level in which each row stands.
std::vector<std::size_t> run_lengths(const std::vector<ReviewerMark>& marks) {
  std::vector<std::size_t> length(marks.size());
  for (std::size_t begin = 0; begin < marks.size();) {
    std::size_t end = begin;
    while (end < marks.size() && marks[end].level == marks[begin].level) ++end;
    std::fill(length.begin() + static_cast<std::ptrdiff_t>(begin), length.begin() + static_cast<std::ptrdiff_t>(end),
              end - begin);
    begin = end;
  }
  return length;
}

/// Takes every `good_each`th good value and every `marked_each`th marked one; weights make up for the rest.
Result<void> add_stretch(const std::vector<quality::CheckRule>& rules, const OwnedStretch& owned, std::uint32_t fold,
                         std::uint32_t good_each, std::uint32_t marked_each, Sample& sample) {
  const auto features = quality::features_of(rules, owned.stretch);
  if (!features) return fail(features.error());
  const std::size_t width = quality::feature_names().size();
  const auto& table = owned.table;
  for (const auto& known : *features) {
    const auto k = table.number_of(known.property);
    std::vector<ReviewerMark> marks;
    for (const auto& mark : table.mark[k]) marks.push_back(read_mark(mark));
    const auto length = run_lengths(marks);
    for (std::size_t i = 0; i < table.time.size(); ++i) {
      if (std::isnan(table.value[k][i])) continue;
      const bool good = marks[i].level == 0;
      if ((i * 2654435761U >> 7) % (good ? good_each : marked_each) != 0) continue;
      const auto row = known.features.begin() + static_cast<std::ptrdiff_t>(i * width);
      sample.feature.insert(sample.feature.end(), row, row + static_cast<std::ptrdiff_t>(width));
      sample.level.push_back(static_cast<std::uint8_t>(marks[i].level));
      const double run = std::fmin(1, std::sqrt(long_run / static_cast<double>(length[i])));
      sample.weight.push_back(good ? static_cast<float>(good_each)
                                   : static_cast<float>(run) * static_cast<float>(marked_each));
      sample.group.push_back(fold * 1000 +
                             static_cast<std::uint32_t>((table.time[i].us - table.time[0].us) / group_us));
      sample.fold.push_back(fold);
    }
  }
  return {};
}

/// `keep(fold)` chooses the rows; marked is level >= least.
quality::TrainingSet set_of(const Sample& sample, int least, const std::function<bool(std::uint32_t)>& keep) {
  quality::TrainingSet set;
  set.features = quality::feature_names().size();
  set.grows = quality::growing_features();
  for (std::size_t i = 0; i < sample.level.size(); ++i) {
    if (!keep(sample.fold[i])) continue;
    const auto row = sample.feature.begin() + static_cast<std::ptrdiff_t>(i * set.features);
    set.feature.insert(set.feature.end(), row, row + static_cast<std::ptrdiff_t>(set.features));
    set.marked.push_back(sample.level[i] >= least ? 1 : 0);
    set.weight.push_back(sample.weight[i]);
    set.group.push_back(sample.group[i]);
  }
  return set;
}

/// The threshold is chosen on stretches that the trees of its fold have not seen.
double threshold_of(const Sample& sample, int least, std::uint32_t folds, bool cross,
                    const quality::TrainingOptions& options) {
  if (folds < 2 || !cross) return 0.5;
  std::vector<float> score(sample.level.size());
  std::vector<std::uint8_t> marked(sample.level.size());
  // As many good values as there were; runs of marks at their full length.
  std::vector<float> weight = sample.weight;
  const std::size_t width = quality::feature_names().size();
  const std::uint32_t parts = std::min<std::uint32_t>(folds, 3);
  for (std::uint32_t part = 0; part < parts; ++part) {
    const auto trees =
        train_trees(set_of(sample, least, [&](std::uint32_t fold) { return fold % parts != part; }), options);
    for (std::size_t i = 0; i < score.size(); ++i) {
      if (sample.fold[i] % parts != part) continue;
      score[i] = static_cast<float>(trees.probability(std::span(sample.feature).subspan(i * width, width)));
      marked[i] = sample.level[i] >= least ? 1 : 0;
      if (sample.level[i] > 0) weight[i] = 1;
    }
    std::vector<float> own;
    std::vector<std::uint8_t> own_marked;
    for (std::size_t i = 0; i < score.size(); ++i) {
      if (sample.fold[i] % parts != part) continue;
      own.push_back(score[i]);
      own_marked.push_back(marked[i]);
    }
    std::printf("  stretch %u: %zu of %zu, ROC area %.4f, precision area %.4f\n", part,
                static_cast<std::size_t>(std::ranges::count(own_marked, std::uint8_t{1})), own.size(),
                quality::roc_area(own, own_marked), quality::precision_area(own, own_marked));
    std::fflush(stdout);
  }
  std::printf("%s, on stretches not trained on: ROC area %.4f, precision area %.4f\n",
              least == 1 ? "marked" : "rejected", quality::roc_area(score, marked),
              quality::precision_area(score, marked));
  return std::clamp(quality::best_threshold(score, marked, weight), 0.02, 0.98);
}

}  // namespace

std::unique_ptr<OwnedStretch> stretch_of(intake::SiteTable table, const std::vector<intake::SiteTable>& others) {
  auto owned = std::make_unique<OwnedStretch>();
  owned->table = std::move(table);
  const auto& own = owned->table;
  owned->stretch.site = own.site;
  owned->stretch.time = own.time;
  for (std::size_t k = 0; k < own.properties.size(); ++k) {
    const bool any = std::ranges::any_of(own.value[k], [](double value) { return !std::isnan(value); });
    if (any) owned->stretch.columns.push_back({own.properties[k], own.value[k]});
  }
  std::vector<std::string> named;
  for (const auto& other : others) {
    for (std::size_t k = 0; k < other.properties.size(); ++k) {
      if (std::ranges::find(own.properties, other.properties[k]) == own.properties.end()) continue;
      std::vector<double> there(own.time.size(), std::nan(""));
      for (std::size_t i = 0; i < own.time.size(); ++i) {
        const auto found = std::ranges::lower_bound(other.time, own.time[i]);
        if (found != other.time.end() && *found == own.time[i])
          there[i] = other.value[k][static_cast<std::size_t>(found - other.time.begin())];
      }
      if (std::ranges::all_of(there, [](double value) { return std::isnan(value); })) continue;
      owned->neighbour_values.push_back(std::move(there));
      named.push_back(other.properties[k]);
    }
  }
  for (std::size_t k = 0; k < named.size(); ++k)
    owned->stretch.neighbours.push_back({named[k], quality::NeighbourColumn::Side::beside, owned->neighbour_values[k]});
  return owned;
}

ReviewerMark read_mark(const std::string& mark) {
  ReviewerMark read;
  if (mark.starts_with("<-3>") || mark.starts_with("<-4>") || mark.starts_with("<-5>"))
    read.level = 2;
  else if (mark.starts_with("<1>"))
    read.level = 1;
  else
    return read;
  read.fault = read.level == 2 ? "rejected" : "suspect";
  auto open = mark.find('[');
  if (open == std::string::npos) open = mark.find('(');
  if (open != std::string::npos) read.fault += " " + mark.substr(open + 1, mark.find_first_of("])", open) - open - 1);
  return read;
}

Result<int> train_quality(const TrainRequest& request, const std::filesystem::path& packs) {
  const auto rules = quality::read_assessment(packs / "quality" / "assessment.yaml");
  if (!rules) return fail(rules.error());
  const auto stretches = stretches_of(request.runs, packs);
  if (!stretches) return fail(stretches.error());
  Sample sample;
  std::uint32_t fold = 0;
  std::set<std::string> sites;
  for (const auto& owned : *stretches) {
    sites.insert(owned->table.site);
    if (auto added = add_stretch(*rules, *owned, fold, good_kept_each, 1, sample); !added) return fail(added.error());
    // The same stretch as it looks where no neighbour is known.
    if (!owned->stretch.neighbours.empty()) {
      OwnedStretch lone;
      lone.table = owned->table;
      lone.stretch = owned->stretch;
      lone.stretch.neighbours.clear();
      if (auto added = add_stretch(*rules, lone, fold, 2 * good_kept_each, 2, sample); !added)
        return fail(added.error());
    }
    ++fold;
  }
  quality::Combination made;
  for (const int least : {1, 2}) {
    auto& sum = least == 1 ? made.marked : made.voided;
    const double at = threshold_of(sample, least, fold, request.cross, request.options);
    sum = train_trees(set_of(sample, least, [](std::uint32_t) { return true; }), request.options);
    sum.propose_at = at;
  }
  made.note =
      "How the strengths of packs/quality/assessment.yaml make a proposal: boosted trees, made by `celadon quality "
      "train`.\n"
      "Trained on the official marks of the NERRS sondes at";
  for (const auto& site : sites) made.note += " " + site;
  made.note += ", " + to_iso_utc(stretches->front()->table.time.front()).substr(0, 10) + " to " +
               to_iso_utc(stretches->back()->table.time.back()).substr(0, 10) + ", " +
               std::to_string(sample.level.size()) + " values.\n" + "trees " + std::to_string(request.options.trees) +
               ", depth " + std::to_string(request.options.depth) + ", seed " + std::to_string(request.options.seed) +
               "\n";
  std::ofstream out(request.out, std::ios::binary);
  out << made.text(quality::feature_names());
  if (!out.flush()) return fail(Errc::io_failed, request.out.string() + ": cannot be written");
  return 0;
}

}  // namespace celadon::cli
