#pragma once

#include "core/geometry.hpp"
#include "core/time.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace celadon::systems {

/// A geometry on WGS 84: one point, one line, or one area (rings, the first the outer one, closed).
struct Geometry {
  enum class Kind : std::uint8_t { point, line, area };
  Kind kind = Kind::point;
  std::vector<std::vector<LonLat>> parts;
  friend bool operator==(const Geometry&, const Geometry&) = default;
};

/// What a field holds, and what an expression gives. Monostate: no value. A list: several codes, references or files.
using Value =
    std::variant<std::monostate, double, bool, std::string, LegalDay, Instant, Geometry, std::vector<std::string>>;

/// The values of a record by the id of their field. A field without a value is absent.
using Values = std::map<std::string, Value, std::less<>>;

[[nodiscard]] inline bool is_none(const Value& value) { return std::holds_alternative<std::monostate>(value); }

}  // namespace celadon::systems
