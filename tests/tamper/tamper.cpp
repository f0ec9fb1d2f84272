#include "tamper.hpp"

#include "core/yaml_fields.hpp"
#include "quality/screen_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace celadon::tamper {
namespace {

using quality::screen::median;
using quality::screen::quantile;
using quality::screen::resolution;
using quality::screen::spread;

/// Seeded and the same on every machine: the distributions of the library are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform()); }

 private:
  std::mt19937_64 engine_;
};

using Values = std::vector<double>;

struct Scene {
  std::vector<Outlet>& outlets;
  double strength;
  Dice dice;
  double step;  ///< resolution of the value
  [[nodiscard]] Outlet& outlet() const { return outlets.back(); }
  [[nodiscard]] Values& value() const { return outlet().values.front().second; }
  [[nodiscard]] double written(double x) const {
    // Divided by the whole number of steps in one, so that 0.1 steps give the very double that is read back.
    if (step <= 0) return x;
    return step < 1 ? std::round(x / step) / std::round(1 / step) : std::round(x / step) * step;
  }
};

bool known(const Values& values, std::size_t begin, std::size_t count, double share) {
  const auto from = values.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto there =
      std::count_if(from, from + static_cast<std::ptrdiff_t>(count), [](double x) { return std::isfinite(x); });
  return static_cast<double>(there) >= share * static_cast<double>(count);
}

/// A place for `count` rows of which at least `share` are there, not before `from`; the number of rows where none is
/// found.
std::size_t place_for(Scene& scene, const Values& values, std::size_t count, double share, std::size_t from = 0) {
  if (values.size() <= count + from) return values.size();
  for (int tries = 0; tries < 2000; ++tries) {
    const std::size_t begin = from + scene.dice.below(values.size() - count - from);
    if (known(values, begin, count, share)) return begin;
  }
  return values.size();
}

Values smooth(const Values& values, std::size_t half) {
  Values result(values.size(), std::nan(""));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t begin = i > half ? i - half : 0, end = std::min(values.size(), i + half + 1);
    if (std::isfinite(values[i])) result[i] = quality::screen::mean(std::span(values).subspan(begin, end - begin));
  }
  return result;
}

auto no_place(std::size_t hours) {
  return fail(Errc::invalid_value, "the series has no place for " + std::to_string(hours) + " hours");
}

using Done = Result<std::pair<std::size_t, std::size_t>>;  // rows
std::string text(double x) { return number_text(x); }

Done plant_flat(Scene& scene, std::string& words) {
  const auto hours = static_cast<std::size_t>(std::lround(48 * scene.strength));
  auto& value = scene.value();
  const std::size_t begin = place_for(scene, value, hours, 1);
  if (begin == value.size()) return no_place(hours);
  for (std::size_t i = begin; i < begin + hours; ++i) value[i] = value[begin];
  words = std::to_string(hours) + " hours set to the first of them";
  return std::pair{begin, begin + hours};
}

Done plant_near_flat(Scene& scene, std::string& words) {
  constexpr std::size_t hours = 72;
  auto& value = scene.value();
  const std::size_t begin = place_for(scene, value, hours, 0.9);
  if (begin == value.size()) return no_place(hours);
  const double middle = quality::screen::mean(std::span(value).subspan(begin, hours));
  for (std::size_t i = begin; i < begin + hours; ++i)
    value[i] = scene.written(middle + (1 - scene.strength) * (value[i] - middle));
  words = "72 hours drawn to their mean, deviations times " + text(1 - scene.strength);
  return std::pair{begin, begin + hours};
}

Done plant_copy(Scene& scene, std::string& words, const Values& from, double factor, double noise) {
  const auto hours = static_cast<std::size_t>(std::lround(96 * scene.strength));
  auto& value = scene.value();
  const std::size_t source = place_for(scene, from, hours, 1);
  if (source >= from.size()) return no_place(hours);
  // At the same hour of another day at least a week away, where the series has values too: a forger keeps the daily
  // course.
  for (int tries = 0; tries < 2000; ++tries) {
    const std::size_t days = (value.size() - hours) / 24;
    const std::size_t begin = scene.dice.below(days) * 24 + source % 24;
    const std::size_t away = begin > source ? begin - source : source - begin;
    if (away < 168 || begin + hours > value.size() || !known(value, begin, hours, 0.5)) continue;
    const double scale = noise * spread(from);
    for (std::size_t i = 0; i < hours; ++i)
      value[begin + i] = scene.written(factor * from[source + i] + scale * scene.dice.normal());
    words = std::to_string(hours) + " hours copied from row " + std::to_string(source) + ", times " + text(factor) +
            ", noise " + text(scale);
    return std::pair{begin, begin + hours};
  }
  return no_place(hours);
}

Done plant_digit(Scene& scene, std::string& words) {
  constexpr std::size_t hours = 1440;
  auto& value = scene.value();
  const std::size_t begin = place_for(scene, value, hours, 0.5);
  if (begin == value.size() || scene.step <= 0) return no_place(hours);
  for (std::size_t i = begin; i < begin + hours; ++i) {
    if (scene.dice.uniform() < scene.strength)
      value[i] = scene.written(std::round(value[i] / (5 * scene.step)) * 5 * scene.step);
  }
  words = "in 1440 hours, each with chance " + text(scene.strength) + ", the last digit rounded to 0 or 5";
  return std::pair{begin, begin + hours};
}

double limit_of(Outlet& outlet, double step) {
  if (!outlet.limit) {
    const double high = quantile(outlet.values.front().second, 0.95);
    outlet.limit = step > 0 ? std::round(high / step) * step : high;
  }
  return *outlet.limit;
}

Done plant_cap(Scene& scene, std::string& words) {
  const double limit = limit_of(scene.outlet(), scene.step);
  for (double& x : scene.value()) {
    if (x > limit && scene.dice.uniform() < scene.strength)
      x = std::fmin(scene.written(limit * (1 - 0.04 * scene.dice.uniform())), limit);
  }
  words = "values above " + text(limit) + ", each with chance " + text(scene.strength) + ", put up to 4 % under it";
  return std::pair{std::size_t{0}, scene.value().size()};
}

Done plant_quiet(Scene& scene, std::string& words) {
  constexpr std::size_t hours = 240;
  auto& value = scene.value();
  const std::size_t begin = place_for(scene, value, hours, 0.9);
  if (begin == value.size()) return no_place(hours);
  const auto course = smooth(value, 3);
  for (std::size_t i = begin; i < begin + hours; ++i)
    value[i] = scene.written(course[i] + (1 - scene.strength) * (value[i] - course[i]));
  words = "240 hours drawn to their seven-hour mean, deviations times " + text(1 - scene.strength);
  return std::pair{begin, begin + hours};
}

Done plant_dilute(Scene& scene, std::string& words) {
  auto& outlet = scene.outlet();
  if (outlet.oxygen.empty()) return fail(Errc::invalid_value, "there is no o2");
  const double limit = limit_of(outlet, scene.step);
  bool in_peak = false, diluting = false;
  for (std::size_t i = 0; i < scene.value().size(); ++i) {
    double& x = scene.value()[i];
    const bool peak = x > limit;
    if (peak && !in_peak) diluting = scene.dice.uniform() < scene.strength;
    in_peak = peak;
    if (!peak || !diluting || !std::isfinite(outlet.oxygen[i])) continue;
    const double air = 1 - 0.95 * limit / x;
    x = scene.written(x * (1 - air));
    outlet.oxygen[i] = std::round((outlet.oxygen[i] * (1 - air) + 21 * air) * 100) / 100;
  }
  words = "peaks above " + text(limit) + ", each with chance " + text(scene.strength) +
          ", diluted with air to 0.95 of it, oxygen with them";
  return std::pair{std::size_t{0}, scene.value().size()};
}

Done plant_hide(Scene& scene, std::string& words) {
  auto& outlet = scene.outlet();
  if (outlet.mark.empty()) return fail(Errc::invalid_value, "there is no mark");
  const double limit = limit_of(outlet, scene.step);
  bool in_peak = false, hiding = false;
  for (std::size_t i = 0; i < scene.value().size(); ++i) {
    double& x = scene.value()[i];
    const bool peak = x > limit;
    if (peak && !in_peak) hiding = scene.dice.uniform() < scene.strength;
    in_peak = peak;
    if (!peak || !hiding) continue;
    outlet.mark[i] = 1;
    x = std::nan("");
  }
  words = "peaks above " + text(limit) + ", each with chance " + text(scene.strength) +
          ", marked as calibration and left out";
  return std::pair{std::size_t{0}, scene.value().size()};
}

Done plant_decoupled(Scene& scene, std::string& words) {
  constexpr std::size_t hours = 336;
  auto& value = scene.value();
  const std::size_t begin = place_for(scene, value, hours, 0.9);
  const Values before = value;
  const std::size_t source = place_for(scene, before, hours, 0.9);
  if (begin == value.size() || source == value.size()) return no_place(hours);
  // Backwards, so that no stretch of it is a copy: the marginal values are real, the course has nothing to do with the
  // load.
  for (std::size_t i = 0; i < hours; ++i)
    value[begin + i] =
        scene.written((1 - scene.strength) * value[begin + i] + scene.strength * before[source + hours - 1 - i]);
  words = "336 hours mixed with a share " + text(scene.strength) + " of other hours, run backwards from row " +
          std::to_string(source);
  return std::pair{begin, begin + hours};
}

Done plant_twin(Scene& scene, std::string& words) {
  constexpr std::size_t hours = 336;
  auto& value = scene.value();
  const auto& other = scene.outlets.front().values.front().second;
  const std::size_t begin = place_for(scene, value, hours, 0.9);
  if (begin == value.size() || !known(other, begin, hours, 0.8)) return no_place(hours);
  const auto course = smooth(value, 3), other_course = smooth(other, 3);
  Values noise, other_noise;
  for (std::size_t i = begin; i < begin + hours; ++i) {
    noise.push_back(value[i] - course[i]);
    other_noise.push_back(other[i] - other_course[i]);
  }
  const double scale = spread(other_noise) > 0 ? spread(noise) / spread(other_noise) : 1;
  const double own = std::sqrt(std::fmax(0, 1 - scene.strength * scene.strength));
  for (std::size_t i = 0; i < hours; ++i) {
    if (std::isfinite(other_noise[i]))
      value[begin + i] = scene.written(course[begin + i] + scene.strength * scale * other_noise[i] + own * noise[i]);
  }
  words = "336 hours: seven-hour mean kept, deviations those of outlet 1 with weight " + text(scene.strength);
  return std::pair{begin, begin + hours};
}

Done dispatch(Scene& scene, std::string_view trick, std::string& words) {
  const Values own = scene.value();
  if (trick == "flat") return plant_flat(scene, words);
  if (trick == "near-flat") return plant_near_flat(scene, words);
  if (trick == "copy-block") return plant_copy(scene, words, own, 1, 0);
  if (trick == "copy-scaled") return plant_copy(scene, words, own, 1.15, 0.01);
  if (trick == "copy-other-outlet") {
    const Values from = scene.outlets.front().values.front().second;
    return plant_copy(scene, words, from, 1, 0);
  }
  if (trick == "digit") return plant_digit(scene, words);
  if (trick == "cap") return plant_cap(scene, words);
  if (trick == "quiet") return plant_quiet(scene, words);
  if (trick == "dilute") return plant_dilute(scene, words);
  if (trick == "hide-by-calibration") return plant_hide(scene, words);
  if (trick == "load-decoupled") return plant_decoupled(scene, words);
  return plant_twin(scene, words);
}

}  // namespace

const std::vector<Trick>& tricks() {
  static const std::vector<Trick> all = {
      {"flat", "one value for hours", "hours / 48", {"flat-line"}, 1, false},
      {"near-flat",
       "72 hours drawn to their mean",
       "1 - factor on the deviations",
       {"near-flat", "flat-line"},
       1,
       false},
      {"copy-block", "hours copied from elsewhere in the series", "hours / 96", {"copied-block"}, 1, false},
      {"copy-scaled",
       "the same times 1.15 and with noise of 1 % of the spread",
       "hours / 96",
       {"copied-block"},
       1,
       false},
      {"copy-other-outlet", "hours copied from another outlet", "hours / 96", {"copied-block"}, 2, false},
      {"digit", "last digits rounded to 0 or 5 in 1440 hours", "chance for each value", {"digit-preference"}, 1, false},
      {"cap", "values above the limit put just under it", "chance for each value", {"capped"}, 1, false},
      {"quiet", "240 hours drawn to their seven-hour mean", "1 - factor on the deviations", {"quiet"}, 1, false},
      {"dilute",
       "peaks diluted with air, oxygen with them",
       "chance for each peak",
       {"dilution-timing", "capped"},
       1,
       true},
      {"hide-by-calibration", "peaks marked as calibration", "chance for each peak", {"marks-hide-peaks"}, 1, true},
      {"load-decoupled", "336 hours mixed with others", "share of the others", {"load-decoupled"}, 1, true},
      {"identical-noise",
       "336 hours with another outlet's noise",
       "weight of its noise",
       {"identical-noise"},
       2,
       false},
  };
  return all;
}

Result<Planted> plant(std::vector<Outlet>& outlets, std::string_view trick, double strength, std::uint64_t seed) {
  const auto found = std::ranges::find(tricks(), trick, &Trick::name);
  if (found == tricks().end()) {
    std::string names;
    for (const auto& each : tricks()) names += (names.empty() ? "" : ", ") + std::string(each.name);
    return fail(Errc::unknown_code, "'" + std::string(trick) + "' is not a trick; there are " + names);
  }
  if (!(strength > 0 && strength <= 1)) return fail(Errc::invalid_value, "strength must be above 0 and at most 1");
  if (outlets.size() < found->outlets)
    return fail(Errc::invalid_value, std::string(trick) + " needs " + std::to_string(found->outlets) + " outlets");
  const Values before = outlets.back().values.front().second;
  Scene scene{outlets, strength, Dice(seed), resolution(before)};
  Planted planted{.trick = std::string(trick),
                  .strength = strength,
                  .seed = seed,
                  .outlet = outlets.size() - 1,
                  .series = 0,
                  .begin = 0,
                  .end = 0,
                  .changed = 0,
                  .words = {}};
  const auto rows = dispatch(scene, trick, planted.words);
  if (!rows) return fail(rows.error());
  planted.begin = rows->first;
  planted.end = rows->second;
  const auto& after = scene.value();
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != after[i] && !(std::isnan(before[i]) && std::isnan(after[i]))) ++planted.changed;
  }
  return planted;
}

void add_companions(Outlet& outlet, std::uint64_t seed) {
  Dice dice(seed ^ 0xc0ffeeULL);
  const auto& value = outlet.values.front().second;
  auto course = smooth(value, 2);
  for (double& x : course) x = std::log(std::fmax(x, 1e-3));
  const double middle = median(course), scale = std::fmax(spread(course), 1e-6);
  const std::size_t rows = value.size();
  outlet.load.resize(rows);
  outlet.oxygen.resize(rows);
  outlet.flow.resize(rows);
  outlet.mark.assign(rows, 0);
  double load_noise = 0, oxygen_noise = 0, leak = 0;
  std::size_t leak_hours = 0, mark_hours = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    load_noise = 0.9 * load_noise + std::sqrt(1 - 0.81) * dice.normal();
    oxygen_noise = 0.8 * oxygen_noise + 0.6 * dice.normal();
    const double z = std::isfinite(course[i]) ? (course[i] - middle) / scale : 0;
    outlet.load[i] = std::round(std::clamp(70 + 15 * z + 5 * load_noise, 20.0, 110.0) * 10) / 10;
    if (leak_hours == 0 && dice.uniform() < 1.0 / 120) leak_hours = 2 + dice.below(4), leak = 1 + 3 * dice.uniform();
    const double air = leak_hours > 0 ? leak : 0;
    if (leak_hours > 0) --leak_hours;
    outlet.oxygen[i] = std::round((9 - 0.03 * (outlet.load[i] - 70) + 0.4 * oxygen_noise + air) * 100) / 100;
    outlet.flow[i] = std::round(1000 * outlet.load[i] / 70 * (1 + 0.03 * dice.normal()));
    const std::size_t hour = i % 24;
    if (hour == 10 && i / 24 % 7 == 0) outlet.mark[i] = 1;
    if (mark_hours == 0 && hour >= 8 && hour <= 17 && dice.uniform() < 0.002) mark_hours = 2 + dice.below(4);
    if (mark_hours > 0) outlet.mark[i] = 1, --mark_hours;
  }
}

}  // namespace celadon::tamper
