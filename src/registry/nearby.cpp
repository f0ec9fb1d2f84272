#include "core/geometry.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

// What anybody may know of reports near a place.

namespace celadon::registry {
namespace {

constexpr double told_within_m = 2000;
constexpr std::int64_t near_for_us = 30 * us_per_day;
constexpr std::size_t told_of_max = 5000;

/// The square of `rough_m` that holds a place, by whole numbers: rows from the equator, columns as wide as the row's
/// middle makes them.
struct Square {
  std::int64_t row = 0, column = 0;
  friend auto operator<=>(const Square&, const Square&) = default;
};

double row_deg() { return rough_m / m_per_deg; }
double column_deg(std::int64_t row) {
  const double middle_deg = (static_cast<double>(row) + 0.5) * row_deg();
  return row_deg() / std::max(0.01, std::cos(middle_deg * std::numbers::pi / 180));
}
Square square_of(const LonLat& place) {
  Square square;
  square.row = static_cast<std::int64_t>(std::floor(place.lat_deg / row_deg()));
  square.column = static_cast<std::int64_t>(std::floor(place.lon_deg / column_deg(square.row)));
  return square;
}
LonLat middle_of(const Square& square) {
  return {(static_cast<double>(square.column) + 0.5) * column_deg(square.row),
          (static_cast<double>(square.row) + 0.5) * row_deg()};
}

Bounds around(const LonLat& place, double reach_m) {
  const double north = reach_m / m_per_deg;
  const double east = north / std::max(0.01, std::cos(place.lat_deg * std::numbers::pi / 180));
  Bounds bounds;
  bounds.include({place.lon_deg - east, place.lat_deg - north});
  bounds.include({place.lon_deg + east, place.lat_deg + north});
  return bounds;
}

/// The kind of a report: what its map is coloured by, where anybody may see that.
std::string kind_of(const systems::Register& type, const systems::Values& values) {
  const std::string& field = type.map.colour_by;
  if (std::find(type.open_fields.begin(), type.open_fields.end(), field) == type.open_fields.end()) return {};
  const auto found = values.find(field);
  const auto* code = found == values.end() ? nullptr : std::get_if<std::string>(&found->second);
  return code == nullptr ? std::string() : *code;
}

}  // namespace

Result<Neighbourhood> RecordDesk::Impl::near(const std::string& register_id, const LonLat& place) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  if (!may(people::Caller{}, **type, Act::create))
    return fail(Errc::not_found, "the public does not report to '" + register_id + "'", "register");
  const Instant now = parts_.clock();
  const LonLat here = middle_of(square_of(place));
  ledger::RecordQuery query;
  query.kind = register_id;
  query.within = around(here, told_within_m + 2 * rough_m);  // every square whose middle is near lies in it whole
  query.where.push_back(
      {std::string(face_opened), ledger::Condition::Test::at_least, {seconds(Instant{now.us - near_for_us})}});
  query.sort = "changed";
  query.falling = true;
  query.limit = told_of_max;
  const auto page = parts_.records.find(query);
  if (!page) return fail(page.error());
  std::map<std::tuple<LegalDay, Square, std::string>, std::int64_t> counts;
  for (const auto& row : page->items) {
    const auto matter = matter_of(**type, row.revision);
    if (!matter) return fail(matter.error());
    const auto* where = matter->gone ? nullptr : place_of(**type, matter->values);
    if (where == nullptr) continue;
    const Square square = square_of(anchor_of(*where));
    if (distance_m(middle_of(square), here) > told_within_m) continue;
    ++counts[{legal_day_of(matter->opened), square, kind_of(**type, matter->values)}];
  }
  Neighbourhood all;
  for (auto it = counts.rbegin(); it != counts.rend(); ++it) {
    const auto& [day, square, kind] = it->first;
    all.items.push_back({kind, middle_of(square), day, it->second});
  }
  const auto wind = wind_near(here, now);
  if (!wind) return fail(wind.error());
  all.wind = *wind;
  return all;
}

}  // namespace celadon::registry
