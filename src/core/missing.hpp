#pragma once

#include <limits>

namespace celadon {

/// A value that is not there, in columns of numbers. Ask with std::isnan: it equals nothing, not even itself.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace celadon
