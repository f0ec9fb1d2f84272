#pragma once

#include <numbers>
#include <vector>

namespace celadon {

/// Degrees on WGS 84 / CGCS2000, which agree here to well under a metre.
struct LonLat {
  double lon_deg = 0;
  double lat_deg = 0;
  friend bool operator==(const LonLat&, const LonLat&) = default;
};

struct Bounds {
  double west_deg = 180, south_deg = 90, east_deg = -180, north_deg = -90;
  void include(const LonLat& point);
  [[nodiscard]] bool empty() const { return west_deg > east_deg; }
};

/// Moves a point from the shifted Chinese datum (GCJ-02) to WGS 84.
///
/// Units    degrees both ways.
/// Errors   none. Outside 72..138 E, 0.8..56 N the shift does not exist and the point comes back as it is.
/// Source   the public description of the GCJ-02 shift on the Krasovsky ellipsoid; the inverse by fixed-point
///          iteration until two steps differ by less than 1e-9 degree (0.1 mm).
[[nodiscard]] LonLat gcj02_to_wgs84(const LonLat& shifted);
[[nodiscard]] LonLat wgs84_to_gcj02(const LonLat& point);

/// The sphere of distances: its radius, and a degree along a meridian.
inline constexpr double earth_radius_m = 6'371'008.8;
inline constexpr double m_per_deg = earth_radius_m * std::numbers::pi / 180;

/// Great-circle distance on that sphere.
[[nodiscard]] double distance_m(const LonLat& a, const LonLat& b);

}  // namespace celadon
