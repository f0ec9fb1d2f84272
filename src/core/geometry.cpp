#include "core/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace celadon {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double krasovsky_a_m = 6378245.0;
constexpr double krasovsky_e2 = 0.00669342162296594323;

double shift_lat(double x, double y) {
  double d = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x));
  d += (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0;
  d += (20.0 * std::sin(y * pi) + 40.0 * std::sin(y / 3.0 * pi)) * 2.0 / 3.0;
  d += (160.0 * std::sin(y / 12.0 * pi) + 320.0 * std::sin(y * pi / 30.0)) * 2.0 / 3.0;
  return d;
}

double shift_lon(double x, double y) {
  double d = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x));
  d += (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0;
  d += (20.0 * std::sin(x * pi) + 40.0 * std::sin(x / 3.0 * pi)) * 2.0 / 3.0;
  d += (150.0 * std::sin(x / 12.0 * pi) + 300.0 * std::sin(x / 30.0 * pi)) * 2.0 / 3.0;
  return d;
}

bool shifted_region(const LonLat& p) {
  return p.lon_deg > 72.004 && p.lon_deg < 137.8347 && p.lat_deg > 0.8293 && p.lat_deg < 55.8271;
}

}  // namespace

void Bounds::include(const LonLat& point) {
  west_deg = std::min(west_deg, point.lon_deg);
  east_deg = std::max(east_deg, point.lon_deg);
  south_deg = std::min(south_deg, point.lat_deg);
  north_deg = std::max(north_deg, point.lat_deg);
}

LonLat wgs84_to_gcj02(const LonLat& p) {
  if (!shifted_region(p)) return p;
  const double x = p.lon_deg - 105.0;
  const double y = p.lat_deg - 35.0;
  const double lat_rad = p.lat_deg / 180.0 * pi;
  const double magic = 1 - krasovsky_e2 * std::sin(lat_rad) * std::sin(lat_rad);
  const double root = std::sqrt(magic);
  const double d_lat = shift_lat(x, y) * 180.0 / ((krasovsky_a_m * (1 - krasovsky_e2)) / (magic * root) * pi);
  const double d_lon = shift_lon(x, y) * 180.0 / (krasovsky_a_m / root * std::cos(lat_rad) * pi);
  return {p.lon_deg + d_lon, p.lat_deg + d_lat};
}

LonLat gcj02_to_wgs84(const LonLat& shifted) {
  LonLat guess = shifted;
  for (int i = 0; i < 30; ++i) {
    const LonLat image = wgs84_to_gcj02(guess);
    const double d_lon = shifted.lon_deg - image.lon_deg;
    const double d_lat = shifted.lat_deg - image.lat_deg;
    guess = {guess.lon_deg + d_lon, guess.lat_deg + d_lat};
    if (std::abs(d_lon) < 1e-9 && std::abs(d_lat) < 1e-9) break;
  }
  return guess;
}

double distance_m(const LonLat& a, const LonLat& b) {
  constexpr double rad = pi / 180.0;
  const double d_lat = (b.lat_deg - a.lat_deg) * rad;
  const double d_lon = (b.lon_deg - a.lon_deg) * rad;
  const double h = std::sin(d_lat / 2) * std::sin(d_lat / 2) +
                   std::cos(a.lat_deg * rad) * std::cos(b.lat_deg * rad) * std::sin(d_lon / 2) * std::sin(d_lon / 2);
  return 2 * earth_radius_m * std::asin(std::min(1.0, std::sqrt(h)));
}

}  // namespace celadon
