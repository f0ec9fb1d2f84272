#pragma once

#include "core/result.hpp"
#include "quality/screen.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::tamper {

using quality::screen::Outlet;

/// What was planted, exactly.
struct Planted {
  std::string trick;
  double strength = 0;
  std::uint64_t seed = 0;
  std::size_t outlet = 0, series = 0;
  std::size_t begin = 0, end = 0;  ///< rows [begin, end) that the trick had to do with
  std::size_t changed = 0;         ///< rows of the value whose number changed
  std::string words;               ///< what was done, in numbers
};

/// A trick by name. What strength (above 0, at most 1) means for it is in `strength`.
struct Trick {
  std::string_view name, what, strength;
  std::vector<std::string_view> found_by;  ///< rules that should see it
  std::size_t outlets = 1;                 ///< how many outlets it needs
  bool companions = false;                 ///< needs o2, load and mark
};
[[nodiscard]] const std::vector<Trick>& tricks();

/// Plants a trick into the first value of the last outlet. Same input, strength and seed: same result.
/// Errors   unknown_code; invalid_value where the series is too short or lacks what the trick needs.
[[nodiscard]] Result<Planted> plant(std::vector<Outlet>& outlets, std::string_view trick, double strength,
                                    std::uint64_t seed);

/// Adds honest, made-up companions to a real series, since no public series has them: load, oxygen, flow, mark.
///   load   70 + 15 z + 5 AR, between 20 and 110, where z is the standardised logarithm of the five-hour mean of the
///   value
///          and AR is a first-order process (0.9) of unit variance: the value stays real, and the load follows it.
///   o2     9 - 0.03 (load - 70) + 0.4 AR (0.8) percent; leaks of air: about every five days, at any hour, +1 to +4 for
///   two
///          to five hours.
///   flow   1000 load / 70 (1 + 0.03 white noise).
///   mark   every seventh day at ten for one hour; at random (2 % of the days, from 8 to 17 o'clock) for two to five
///   hours.
void add_companions(Outlet& outlet, std::uint64_t seed);

}  // namespace celadon::tamper
