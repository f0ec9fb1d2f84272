#include "quality/assessment.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"
#include "quality/assessment_strengths.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace celadon::quality {
namespace {

/// Surroundings of a value. `grows`: more of it can only make a value more doubtful.
struct ContextFace {
  std::string_view name;
  bool grows;
};
constexpr std::array<ContextFace, 25> contexts = {
    {{"level-signed", false},   {"shift-signed", false},     {"neighbour-signed", false},
     {"neighbour-wide", true},  {"segment-position", false}, {"segment-before", true},
     {"segment-after", true},   {"missing-nearby", true},    {"range-nearby", true},
     {"spike-nearby", true},    {"peak-nearby", true},       {"quiet-wide", true},
     {"noisy-wide", true},      {"unusual-nearby", true},    {"tail", false},
     {"site-range", true},      {"site-spike", true},        {"site-spike-most", true},
     {"site-offset", true},     {"site-jump", true},         {"site-shift", true},
     {"site-quiet", true},      {"site-noisy", true},        {"site-neighbour", true},
     {"placement-offset", true}}};
constexpr std::size_t feature_count = check_kinds + contexts.size();
constexpr std::size_t near = 8, wide = 48;  // values on each side

constexpr std::array<std::string_view, feature_count> all_names() {
  std::array<std::string_view, feature_count> names{};
  for (std::size_t i = 0; i < contexts.size(); ++i) names[check_kinds + i] = contexts[i].name;
  return names;
}

float compressed(float strength) { return std::log1p(strength); }
float compressed_signed(double sigmas) {
  return static_cast<float>(std::copysign(std::log1p(std::fabs(sigmas)), sigmas));
}

/// Mean over +-half values of what `of` gives; NaN is left out.
template <class Of>
void moving_mean(std::size_t n, std::size_t half, const Of& of, std::vector<float>& mean) {
  mean.assign(n, std::nanf(""));
  double sum = 0;
  std::int64_t count = 0;
  const auto put = [&](std::size_t i, int sign) {
    const float one = of(i);
    if (std::isnan(one)) return;
    sum += sign * static_cast<double>(one);
    count += sign;
  };
  for (std::size_t i = 0; i < std::min(n, half); ++i) put(i, 1);
  for (std::size_t i = 0; i < n; ++i) {
    if (i + half < n) put(i + half, 1);
    if (i > half) put(i - half - 1, -1);
    if (count > 0) mean[i] = static_cast<float>(std::fmax(0, sum / static_cast<double>(count)));
  }
}

/// Writes one feature after the other into the rows of one column.
class FeatureTable {
 public:
  FeatureTable(std::size_t rows, std::vector<float>& into) : rows_(rows), into_(into) {
    into_.assign(rows * feature_count, std::nanf(""));
  }
  void put(std::string_view name, const auto& of) { put_range(name, 0, rows_, of); }
  void put(std::size_t feature, const auto& of) {
    for (std::size_t i = 0; i < rows_; ++i) into_[i * feature_count + feature] = of(i);
  }
  void put_range(std::string_view name, std::size_t begin, std::size_t end, const auto& of) {
    const std::size_t feature = index_of(name);
    for (std::size_t i = begin; i < end; ++i) into_[i * feature_count + feature] = of(i);
  }

 private:
  static std::size_t index_of(std::string_view name) {
    const auto k = static_cast<std::size_t>(std::ranges::find(contexts, name, &ContextFace::name) - contexts.begin());
    CELADON_ASSERT(k < contexts.size());
    return check_kinds + k;
  }
  std::size_t rows_;
  std::vector<float>& into_;
};

const std::vector<float>& strengths(const ColumnStrengths& column, CheckKind kind) {
  return column.of_kind[static_cast<std::size_t>(kind)];
}
float at(const std::vector<float>& values, std::size_t i) { return values.empty() ? std::nanf("") : values[i]; }

void put_surroundings(const ColumnStrengths& column, std::span<const double> value, FeatureTable& table) {
  const std::size_t n = value.size();
  std::vector<float> mean;
  const auto put_mean = [&](std::string_view name, std::size_t half, const auto& of) {
    moving_mean(n, half, of, mean);
    table.put(name, [&](std::size_t i) { return mean[i]; });
  };
  const auto kind_mean = [&](std::string_view name, std::size_t half, CheckKind kind) {
    const auto& all = strengths(column, kind);
    put_mean(name, half, [&](std::size_t i) { return compressed(at(all, i)); });
  };
  put_mean("missing-nearby", wide, [&](std::size_t i) { return std::isnan(value[i]) ? 1.0F : 0.0F; });
  const auto& range = strengths(column, CheckKind::range);
  put_mean("range-nearby", wide, [&](std::size_t i) {
    const float one = at(range, i);
    return std::isnan(one) ? one : one > 0 ? 1.0F : 0.0F;
  });
  kind_mean("unusual-nearby", wide, CheckKind::unusual);
  kind_mean("spike-nearby", near, CheckKind::spike);
  kind_mean("peak-nearby", near, CheckKind::peak);
  kind_mean("quiet-wide", wide, CheckKind::quiet);
  kind_mean("noisy-wide", wide, CheckKind::noisy);
}

void put_own(const ColumnStrengths& column, std::span<const double> value, FeatureTable& table) {
  for (std::size_t k = 0; k < check_kinds; ++k)
    table.put(k, [&](std::size_t i) { return compressed(at(column.of_kind[k], i)); });
  const SeriesScale& scale = column.scale;
  table.put("level-signed", [&](std::size_t i) { return compressed_signed((value[i] - scale.median) / scale.spread); });
  table.put("shift-signed", [&](std::size_t i) { return compressed_signed(at(column.shift_signed, i)); });
  table.put("neighbour-signed", [&](std::size_t i) { return compressed_signed(at(column.neighbour_signed, i)); });
  const double upper = std::fmax(scale.high - scale.median, scale.resolution);
  const double lower = std::fmax(scale.median - scale.low, scale.resolution);
  table.put("neighbour-wide", [&](std::size_t i) { return compressed(at(column.neighbour_wide, i)); });
  table.put("tail", [&](std::size_t i) {
    const double distance = value[i] - scale.median;
    return static_cast<float>(std::clamp(distance > 0 ? distance / upper : distance / lower, -10.0, 10.0));
  });
  for (const auto& segment : column.segments) {
    const auto length = static_cast<float>(segment.end - segment.begin);
    for (const auto& [name, jump] :
         {std::pair{"segment-before", segment.jump_before}, {"segment-after", segment.jump_after}}) {
      const float one = compressed(static_cast<float>(std::fabs(jump)));
      table.put_range(name, segment.begin, segment.end, [&](std::size_t) { return one; });
    }
    table.put_range("segment-position", segment.begin, segment.end,
                    [&](std::size_t i) { return static_cast<float>(i - segment.begin) / length; });
  }
}

/// What the other columns of the site say at the same time.
void put_site(const std::vector<ColumnStrengths>& all, std::string_view placed, std::span<const std::size_t> order,
              std::size_t self, FeatureTable& table) {
  const auto mean = [&](CheckKind kind) {
    return [&, kind](std::size_t i) {
      float sum = 0;
      int count = 0;
      for (const std::size_t k : order) {
        const float one = k == self ? std::nanf("") : compressed(at(strengths(all[k], kind), i));
        if (std::isnan(one)) continue;
        sum += one;
        ++count;
      }
      return count == 0 ? std::nanf("") : sum / static_cast<float>(count);
    };
  };
  table.put("site-range", mean(CheckKind::range));
  table.put("site-spike", mean(CheckKind::spike));
  table.put("site-offset", mean(CheckKind::offset));
  table.put("site-jump", mean(CheckKind::jump));
  table.put("site-shift", mean(CheckKind::shift));
  table.put("site-quiet", mean(CheckKind::quiet));
  table.put("site-noisy", mean(CheckKind::noisy));
  table.put("site-neighbour", mean(CheckKind::neighbour));
  table.put("site-spike-most", [&](std::size_t i) {
    float most = std::nanf("");
    for (const std::size_t k : order) {
      if (k != self) most = std::fmax(most, compressed(at(strengths(all[k], CheckKind::spike), i)));
    }
    return most;
  });
  const auto place = std::ranges::find(order, placed, [&](std::size_t k) { return std::string_view(all[k].property); });
  if (place == order.end()) return;
  const auto& offset = strengths(all[*place], CheckKind::offset);
  table.put("placement-offset", [&](std::size_t i) { return compressed(at(offset, i)); });
}

/// What stands in the blanks of a rule's words at one value.
std::vector<std::pair<std::string, double>> blanks_at(const CheckRule& rule, const SiteStretch& stretch,
                                                      const std::string& property, std::size_t row, double strength,
                                                      const RuleStrength& told) {
  std::vector<std::pair<std::string, double>> blanks = {{"strength", strength}};
  if (!told.steps.empty()) blanks.emplace_back("steps", static_cast<double>(told.steps[row]));
  const auto value_of = [&](const std::string& name) {
    const auto found = std::ranges::find(stretch.columns, name, &StretchColumn::property);
    return found == stretch.columns.end() ? std::nan("") : found->value[row];
  };
  blanks.emplace_back("value", value_of(property));
  for (const auto& column : rule.columns) blanks.emplace_back(column.role, value_of(column.property));
  if (const auto* limits = rule.limits_of(property); limits != nullptr) {
    CheckLimits used = *limits;
    for (const auto& other : rule.overrides) {
      if (!other.fits(stretch.site, property, to_beijing(stretch.time[row]).month)) continue;
      if (!std::isnan(other.min)) used.min = other.min;
      if (!std::isnan(other.max)) used.max = other.max;
      if (!std::isnan(other.limit)) used.limit = other.limit;
    }
    blanks.emplace_back("min", used.min);
    blanks.emplace_back("max", used.max);
    blanks.emplace_back("limit", used.limit);
  }
  const auto side = rule.kind == CheckKind::upstream     ? NeighbourColumn::Side::upstream
                    : rule.kind == CheckKind::downstream ? NeighbourColumn::Side::downstream
                                                         : NeighbourColumn::Side::beside;
  std::vector<std::span<const double>> asked;
  for (const auto& one : stretch.neighbours) {
    if (one.side == side && one.property == property) asked.push_back(one.value.subspan(row, 1));
  }
  double expected = std::nan("");
  neighbour_median(asked, std::span(&expected, 1));
  blanks.emplace_back("expected", expected);
  return blanks;
}

std::string in_words(std::string text, const std::vector<std::pair<std::string, double>>& blanks) {
  for (const auto& [name, value] : blanks) text = fill(text, {{name, std::isnan(value) ? "?" : number_text(value)}});
  return text;
}

double at_of(const CheckRule& rule, const SiteStretch& stretch, const std::string& property, std::size_t row) {
  double limit = rule.at;
  for (const auto& other : rule.overrides) {
    if (!std::isnan(other.at) && other.fits(stretch.site, property, to_beijing(stretch.time[row]).month))
      limit = other.at;
  }
  return limit;
}

bool looks_at(const CheckRule& rule, std::string_view property) {
  return rule.look_at_properties.empty() ||
         std::ranges::find(rule.look_at_properties, property) != rule.look_at_properties.end();
}

/// What no person would pass over is at least suspect.
void look_at_the_strong(const std::vector<CheckRule>& rules, std::span<const double> value, ColumnAssessment& column) {
  for (const auto& asked : column.rules) {
    const CheckRule& rule = rules[asked.rule];
    if (std::isinf(rule.look_at) || !looks_at(rule, column.property)) continue;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const bool strong = static_cast<double>(asked.strength[i]) >= rule.look_at;
      if (strong && !std::isnan(value[i]) && column.proposal[i] == Proposal::valid)
        column.proposal[i] = Proposal::suspect;
    }
  }
}

}  // namespace

std::string_view to_text(Proposal proposal) {
  switch (proposal) {
    case Proposal::valid: return "valid";
    case Proposal::suspect: return "suspect";
    case Proposal::voided: return "void";
  }
  return "valid";
}

std::span<const std::string_view> feature_names() {
  static const auto names = [] {
    auto all = all_names();
    for (std::size_t k = 0; k < check_kinds; ++k) all[k] = to_text(static_cast<CheckKind>(k));
    return all;
  }();
  return names;
}

std::vector<std::uint8_t> growing_features() {
  std::vector<std::uint8_t> grows(feature_count, 1);
  for (const auto kind : {CheckKind::gap, CheckKind::clock}) grows[static_cast<std::size_t>(kind)] = 0;
  for (std::size_t k = 0; k < contexts.size(); ++k) grows[check_kinds + k] = contexts[k].grows ? 1 : 0;
  return grows;
}

Result<std::vector<ColumnFeatures>> features_of(const std::vector<CheckRule>& rules, const SiteStretch& stretch) {
  auto checked = run_checks(rules, stretch);
  if (!checked) return fail(checked.error());
  std::vector<std::size_t> order(checked->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t k) { return (*checked)[k].property; });
  const auto placed = std::ranges::find(rules, CheckKind::placement, &CheckRule::kind);
  std::vector<ColumnFeatures> all(checked->size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    auto& column = (*checked)[k];
    all[k].property = column.property;
    FeatureTable table(stretch.time.size(), all[k].features);
    put_own(column, stretch.columns[k].value, table);
    put_surroundings(column, stretch.columns[k].value, table);
    put_site(*checked, placed == rules.end() ? "" : placed->column("depth"), order, k, table);
  }
  for (std::size_t k = 0; k < all.size(); ++k) all[k].rules = std::move((*checked)[k].rules);
  return all;
}

Result<std::vector<ColumnAssessment>> assess(const std::vector<CheckRule>& rules, const Combination& combination,
                                             const SiteStretch& stretch) {
  auto features = features_of(rules, stretch);
  if (!features) return fail(features.error());
  std::vector<ColumnAssessment> all(features->size());
  const std::size_t n = stretch.time.size();
  for (std::size_t k = 0; k < all.size(); ++k) {
    auto& column = all[k];
    auto& known = (*features)[k];
    column.property = known.property;
    column.rules = std::move(known.rules);
    column.probability.assign(n, std::nanf(""));
    column.probability_voided.assign(n, std::nanf(""));
    column.proposal.assign(n, Proposal::valid);
    for (std::size_t i = 0; i < n; ++i) {
      if (std::isnan(stretch.columns[k].value[i])) continue;
      const auto row = std::span<const float>(known.features).subspan(i * feature_count, feature_count);
      const double voided = combination.voided.probability(row);
      // What would be rejected would also be marked.
      const double marked = std::fmax(voided, combination.marked.probability(row));
      column.probability[i] = static_cast<float>(marked);
      column.probability_voided[i] = static_cast<float>(voided);
      if (voided >= combination.voided.propose_at)
        column.proposal[i] = Proposal::voided;
      else if (marked >= combination.marked.propose_at)
        column.proposal[i] = Proposal::suspect;
    }
    known.features = {};
    look_at_the_strong(rules, stretch.columns[k].value, column);
  }
  return all;
}

std::vector<RuleFlag> flags_of(const std::vector<CheckRule>& rules, const SiteStretch& stretch,
                               const ColumnAssessment& column, std::size_t row) {
  std::vector<std::pair<double, RuleFlag>> found;
  for (const auto& asked : column.rules) {
    const CheckRule& rule = rules[asked.rule];
    const double strength = static_cast<double>(asked.strength[row]);
    if (std::isnan(strength)) continue;
    const double limit = at_of(rule, stretch, column.property, row);
    if (strength < limit) continue;
    const auto blanks = blanks_at(rule, stretch, column.property, row, strength, asked);
    found.push_back({strength / limit, {rule.id, strength, in_words(rule.zh, blanks), in_words(rule.en, blanks)}});
  }
  std::ranges::stable_sort(found, std::greater(), &std::pair<double, RuleFlag>::first);
  std::vector<RuleFlag> flags;
  flags.reserve(found.size());
  for (auto& [excess, flag] : found) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace celadon::quality
