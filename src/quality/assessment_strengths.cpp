#include "quality/assessment_strengths.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace celadon::quality {
namespace {

constexpr std::size_t activity_window = 24;  // values in a block when a series' usual liveliness is learnt
constexpr std::size_t lasting_half = 48;     // values on each side over which a lasting difference shows
constexpr double lasting_floor = 0.2;        // means of fewer sigmas than this are no sign of anything
constexpr std::size_t segments_max = 100'000;

/// Runs the rules over one column after the other. Owns the working memory, so that no kernel takes any.
class Checks {
 public:
  Checks(const std::vector<CheckRule>& rules, const SiteStretch& stretch)
      : rules_(rules), stretch_(stretch), n_(stretch.time.size()), step_us_(usual_step_us(stretch.time)) {
    for (auto* one : {&out_, &scratch_, &other_}) one->resize(n_);
    blocks_.resize(4);
    if (n_ > 0 && std::ranges::any_of(rules, [](const CheckRule& rule) { return !rule.overrides.empty(); })) {
      month_.resize(n_);
      for (std::size_t i = 0; i < n_; ++i) month_[i] = static_cast<std::int8_t>(to_beijing(stretch.time[i]).month);
    }
  }

  ColumnStrengths column(const StretchColumn& column) {
    ColumnStrengths all;
    all.property = column.property;
    all.scale = scale_of(column.value, activity_window, scratch_);
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      if (!rules_[r].applies_to(column.property) || !run(rules_[r], column, all)) continue;
      take(r, all);
    }
    return all;
  }

 private:
  [[nodiscard]] std::span<const double> find(const std::string& property) const {
    const auto found = std::ranges::find(stretch_.columns, property, &StretchColumn::property);
    return found == stretch_.columns.end() ? std::span<const double>() : found->value;
  }

  void take(std::size_t r, ColumnStrengths& all) {
    RuleStrength rule{r, std::vector<float>(n_)};
    if (rules_[r].kind == CheckKind::clock) {
      // Told beside the rest: the trees were learnt without it, and what they never saw must not reach them.
      for (std::size_t i = 0; i < n_; ++i) rule.strength[i] = static_cast<float>(std::fabs(out_[i]));
      rule.steps.assign(out_.begin(), out_.end());
      all.rules.push_back(std::move(rule));
      return;
    }
    auto& kind = all.of_kind[static_cast<std::size_t>(rules_[r].kind)];
    if (kind.empty()) kind.assign(n_, std::nanf(""));
    for (std::size_t i = 0; i < n_; ++i) {
      // Beyond a million it is all the same, and an infinity would be no number for the trees.
      rule.strength[i] = static_cast<float>(std::isnan(out_[i]) ? out_[i] : std::fmin(out_[i], 1e6));
      kind[i] = std::fmax(kind[i], rule.strength[i]);
    }
    all.rules.push_back(std::move(rule));
  }

  /// Fills out_; false where the check cannot be asked of this column.
  bool run(const CheckRule& rule, const StretchColumn& column, ColumnStrengths& all) {
    const auto value = column.value;
    const bool needs_scale = rule.kind != CheckKind::range && rule.kind != CheckKind::unusual &&
                             rule.kind != CheckKind::detection && rule.kind != CheckKind::calibration &&
                             rule.kind != CheckKind::maintenance && rule.columns.empty();
    if (needs_scale && std::isnan(all.scale.change)) return false;
    switch (rule.kind) {
      case CheckKind::range:
      case CheckKind::unusual:
      case CheckKind::detection: return limits(rule, column);
      case CheckKind::placement: return false;  // known when all columns are: see place()
      case CheckKind::rate: rate_strength(stretch_.time, value, rule.reach_us, all.scale, out_); return true;
      case CheckKind::spike:
        spike_strength(stretch_.time, value, rule.half, rule.reach_us, all.scale, out_);
        return true;
      case CheckKind::peak: peak_strength(stretch_.time, value, rule.reach_us, all.scale, out_); return true;
      case CheckKind::flat: flat_strength(value, all.scale, out_); return true;
      case CheckKind::quiet:
      case CheckKind::noisy:
        local_activity(value, rule.half, other_);
        activity_strength(other_, all.scale, rule.kind == CheckKind::quiet, out_);
        return true;
      case CheckKind::gap: gap_strength(stretch_.time, value, step_us_, out_); return true;
      case CheckKind::step_mix: step_mix_strength(stretch_.time, value, step_us_, rule.reach_us, out_); return true;
      case CheckKind::level: level_strength(value, all.scale, out_); return true;
      case CheckKind::jump:
      case CheckKind::offset: segments(rule, value, all); return true;
      case CheckKind::shift:
      case CheckKind::drift: return shift(rule, value, all);
      case CheckKind::neighbour:
      case CheckKind::upstream:
      case CheckKind::downstream: return neighbours(rule, column, all);
      case CheckKind::clock: return clock(rule, column);
      case CheckKind::calibration:
      case CheckKind::maintenance: return windows(rule.kind, value);
      default: return relation(rule);
    }
  }

  bool limits(const CheckRule& rule, const StretchColumn& column) {
    const CheckLimits& base = *rule.limits_of(column.property);
    const auto ask = [&](const CheckLimits& limit, std::span<double> into) {
      if (rule.kind != CheckKind::detection)
        range_strength(column.value, limit.min, limit.max, into);
      else
        detection_strength(column.value, limit.limit, into);
    };
    ask(base, out_);
    for (const auto& other : rule.overrides) {
      CheckLimits changed = base;
      if (!std::isnan(other.min)) changed.min = other.min;
      if (!std::isnan(other.max)) changed.max = other.max;
      if (!std::isnan(other.limit)) changed.limit = other.limit;
      ask(changed, other_);
      for (std::size_t i = 0; i < n_; ++i) {
        if (other.fits(stretch_.site, column.property, month_[i])) out_[i] = other_[i];
      }
    }
    return true;
  }

  void segments(const CheckRule& rule, std::span<const double> value, ColumnStrengths& all) {
    std::vector<Segment> found(std::min(n_ + 1, segments_max));
    found.resize(find_segments(value, rule.half, rule.cut_at, all.scale, found));
    std::ranges::fill(out_, std::nan(""));
    for (const auto& segment : found) {
      const double jump = std::fmax(std::fabs(segment.jump_before), std::fabs(segment.jump_after));
      const double strength = rule.kind == CheckKind::jump ? jump : offset_of(segment);
      for (std::size_t i = segment.begin; i < segment.end; ++i) {
        if (!std::isnan(value[i])) out_[i] = strength;
      }
    }
    all.segments = std::move(found);
  }

  bool shift(const CheckRule& rule, std::span<const double> value, ColumnStrengths& all) {
    if (n_ == 0) return false;
    const std::int64_t block_us = std::max(rule.block_us, step_us_);
    const auto most = static_cast<std::size_t>((stretch_.time.back().us - stretch_.time.front().us) / block_us) + 1;
    if (most > 4 * n_ + 64) return false;  // a few values over centuries: there is no usual level to shift from
    blocks_[0].resize(most);
    blocks_[1].resize(most);
    blocks_[2].resize(most);
    blocks_[3].resize(2 * most);
    block_medians(stretch_.time, value, block_us, blocks_[0], scratch_);
    block_shift(blocks_[0], rule.reach, 0.5 * all.scale.change, blocks_[1], blocks_[3]);
    if (rule.kind == CheckKind::drift) cumulated_shift(blocks_[1], rule.slack, blocks_[2]);
    if (rule.kind == CheckKind::shift) all.shift_signed.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      const auto block = static_cast<std::size_t>((stretch_.time[i].us - stretch_.time[0].us) / block_us);
      const bool there = !std::isnan(value[i]);
      if (rule.kind == CheckKind::shift)
        all.shift_signed[i] = static_cast<float>(there ? blocks_[1][block] : std::nan(""));
      const double strength = rule.kind == CheckKind::shift ? std::fabs(blocks_[1][block]) : blocks_[2][block];
      out_[i] = there ? strength : std::nan("");
    }
    return true;
  }

  bool neighbours(const CheckRule& rule, const StretchColumn& column, ColumnStrengths& all) {
    const auto side = rule.kind == CheckKind::upstream     ? NeighbourColumn::Side::upstream
                      : rule.kind == CheckKind::downstream ? NeighbourColumn::Side::downstream
                                                           : NeighbourColumn::Side::beside;
    std::vector<std::span<const double>> asked;
    for (const auto& one : stretch_.neighbours) {
      if (one.side == side && one.property == column.property) asked.push_back(one.value);
    }
    if (asked.empty()) return false;
    neighbour_median(asked, other_);
    neighbour_shift(column.value, other_, 0.5 * all.scale.change, out_, scratch_);
    all.neighbour_signed.assign(n_, 0);
    for (std::size_t i = 0; i < n_; ++i) {
      all.neighbour_signed[i] = static_cast<float>(std::clamp(out_[i], -1e6, 1e6));
      out_[i] = std::fabs(out_[i]);
    }
    all.neighbour_wide = lasting(all.neighbour_signed);
    return true;
  }

  /// |mean over +-lasting_half values| in robust sigmas of these means: what does not average out stays. NaN where
  /// fewer than half are there.
  std::vector<float> lasting(const std::vector<float>& sigmas) {
    const std::size_t n = sigmas.size();
    std::vector<float> mean(n, std::nanf(""));
    std::vector<double> sum(n + 1, 0);
    std::vector<std::size_t> count(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const bool there = !std::isnan(sigmas[i]);
      sum[i + 1] = sum[i] + (there ? std::clamp(static_cast<double>(sigmas[i]), -100.0, 100.0) : 0);
      count[i + 1] = count[i] + (there ? 1 : 0);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t begin = i > lasting_half ? i - lasting_half : 0;
      const std::size_t end = std::min(n, i + lasting_half + 1);
      const std::size_t there = count[end] - count[begin];
      if (there * 2 >= end - begin && there > 0)
        mean[i] = static_cast<float>(std::fabs(sum[end] - sum[begin]) / static_cast<double>(there));
    }
    for (std::size_t i = 0; i < n; ++i) scratch_[i] = static_cast<double>(mean[i]);
    const std::size_t there = gather(scratch_, scratch_);
    const double sigma = std::fmax(mad_to_sigma * median_of(std::span(scratch_).first(there)), lasting_floor);
    for (float& one : mean) one /= static_cast<float>(sigma);
    return mean;
  }

  /// By how many steps the clock seems late, block by block: against another property of the site where the rule names
  /// one, else the same property nearby. The last block reaches back, so that the newest values have a whole one.
  bool clock(const CheckRule& rule, const StretchColumn& column) {
    if (!rule.columns.empty()) {
      const auto named = find(rule.column("partner"));
      if (named.empty() || named.data() == column.value.data()) return false;
      std::ranges::copy(named, other_.begin());
    } else {
      std::vector<std::span<const double>> nearby;
      for (const auto& one : stretch_.neighbours)
        if (one.property == column.property) nearby.push_back(one.value);
      if (nearby.empty()) return false;
      neighbour_median(nearby, other_);
    }
    const auto rows = static_cast<std::size_t>(rule.block_us / step_us_);
    const auto lag_max = static_cast<std::size_t>(rule.reach_us / step_us_);
    if (n_ == 0 || lag_max == 0 || 2 * lag_max > rows) return false;
    const Instant begin = stretch_.time.front();
    const auto slots = static_cast<std::size_t>((stretch_.time.back().us - begin.us) / step_us_) + 1;
    // Shorter than a block there is too little to go by; much longer than its values it is mostly holes.
    if (slots < rows || slots > 4 * n_ + 64) return false;
    std::vector<double> value(slots, std::nan("")), partner(slots, std::nan(""));
    const auto slot_of = [&](std::size_t i) {
      return static_cast<std::size_t>((stretch_.time[i].us - begin.us) / step_us_);
    };
    for (std::size_t i = 0; i < n_; ++i) {
      if ((stretch_.time[i].us - begin.us) % step_us_ != 0) continue;
      value[slot_of(i)] = column.value[i];
      partner[slot_of(i)] = other_[i];
    }
    std::vector<double> steps(slots, std::nan(""));
    for (std::size_t first = 0; first < slots; first += rows) {
      const std::size_t from = std::min(first, slots - rows);
      const auto found =
          clock_shift(std::span(value).subspan(from, rows), std::span(partner).subspan(from, rows), lag_max);
      const bool sure = found.correlation >= rule.correlation && found.gain >= rule.gain;
      const double late = std::isnan(found.gain) ? found.gain : sure ? static_cast<double>(found.lag) : 0;
      std::fill(steps.begin() + static_cast<std::ptrdiff_t>(first),
                steps.begin() + static_cast<std::ptrdiff_t>(std::min(first + rows, slots)), late);
    }
    for (std::size_t i = 0; i < n_; ++i) out_[i] = std::isnan(column.value[i]) ? std::nan("") : steps[slot_of(i)];
    return true;
  }

  bool windows(CheckKind kind, std::span<const double> value) {
    window_strength(stretch_.time, stretch_.windows,
                    kind == CheckKind::calibration ? WorkWindow::Kind::calibration : WorkWindow::Kind::maintenance,
                    out_);
    for (std::size_t i = 0; i < n_; ++i) {
      if (std::isnan(value[i])) out_[i] = std::nan("");
    }
    return true;
  }

  bool relation(const CheckRule& rule) {
    const auto column = [&](const char* role) { return find(rule.column(role)); };
    for (const auto& needed : rule.columns) {
      if (needed.role != "salinity" && find(needed.property).empty()) return false;
    }
    switch (rule.kind) {
      case CheckKind::part: part_strength(column("part"), column("whole"), rule.tolerance, out_); return true;
      case CheckKind::sum:
        sum_strength(column("first"), column("second"), column("whole"), rule.tolerance, out_);
        return true;
      case CheckKind::oxygen:
        oxygen_strength(column("oxygen"), column("share"), column("temperature"), column("salinity"), rule.tolerance,
                        out_);
        return true;
      case CheckKind::salinity:
        if (column("salinity").empty()) return false;
        salinity_strength(column("conductivity"), column("salinity"), rule.tolerance, out_);
        return true;
      case CheckKind::depth: depth_strength(column("depth"), column("pressure"), rule.tolerance, out_); return true;
      default: return false;
    }
  }

  const std::vector<CheckRule>& rules_;
  const SiteStretch& stretch_;
  std::size_t n_;
  std::int64_t step_us_;
  std::vector<double> out_, scratch_, other_;
  std::vector<std::vector<double>> blocks_;
  std::vector<std::int8_t> month_;
};

/// An instrument that hangs elsewhere measures something else, whatever its other readings look like: what the depth
/// shows is a strength of all columns. Against the neighbours where there are some, else against the stays before and
/// after.
void place(std::size_t r, const CheckRule& rule, const SiteStretch& stretch, std::vector<ColumnStrengths>& all) {
  const auto depth = std::ranges::find(all, rule.column("depth"), &ColumnStrengths::property);
  if (depth == all.end()) return;
  const auto& offset = depth->of_kind[static_cast<std::size_t>(CheckKind::offset)];
  const auto shown = depth->neighbour_wide.empty() ? offset : depth->neighbour_wide;
  if (shown.empty()) return;
  for (std::size_t k = 0; k < all.size(); ++k) {
    RuleStrength one{r, shown};
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (std::isnan(stretch.columns[k].value[i])) one.strength[i] = std::nanf("");
    }
    all[k].of_kind[static_cast<std::size_t>(CheckKind::placement)] = one.strength;
    all[k].rules.push_back(std::move(one));
  }
}

Result<void> check_shape(const SiteStretch& stretch) {
  for (std::size_t i = 1; i < stretch.time.size(); ++i) {
    if (!(stretch.time[i - 1] < stretch.time[i]))
      return fail(Errc::invalid_value, "times must ascend, none twice; see " + to_iso_utc(stretch.time[i]), "time");
  }
  std::set<std::string> seen;
  const auto bad = [&](const std::string& property, const std::string& why) {
    return fail(Errc::invalid_value, "column " + property + " " + why, property);
  };
  for (const auto& column : stretch.columns) {
    if (column.value.size() != stretch.time.size()) return bad(column.property, "is not as long as the times");
    if (!seen.insert(column.property).second) return bad(column.property, "is there twice");
  }
  for (const auto& column : stretch.neighbours) {
    if (column.value.size() != stretch.time.size())
      return bad(column.property, "of a neighbour is not as long as the times");
  }
  return {};
}

}  // namespace

std::int64_t usual_step_us(std::span<const Instant> time) {
  if (time.size() < 2) return us_per_hour;
  std::vector<double> steps(time.size() - 1);
  for (std::size_t i = 1; i < time.size(); ++i) steps[i - 1] = static_cast<double>(time[i].us - time[i - 1].us);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(median_of(steps)));
}

Result<std::vector<ColumnStrengths>> run_checks(const std::vector<CheckRule>& rules, const SiteStretch& stretch) {
  if (auto good = check_shape(stretch); !good) return fail(good.error());
  Checks checks(rules, stretch);
  std::vector<ColumnStrengths> all;
  all.reserve(stretch.columns.size());
  for (const auto& column : stretch.columns) all.push_back(checks.column(column));
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if (rules[r].kind == CheckKind::placement) place(r, rules[r], stretch, all);
  }
  return all;
}

}  // namespace celadon::quality
