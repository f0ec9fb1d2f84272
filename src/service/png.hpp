#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace celadon::service {

/// A square picture as PNG, 8 bits red, green, blue, alpha each. `pixels` has side * side * 4 bytes, row by row from the
/// north. Equal pixels give equal bytes.
[[nodiscard]] std::string png_of(std::span<const std::uint8_t> pixels, int side);

}  // namespace celadon::service
