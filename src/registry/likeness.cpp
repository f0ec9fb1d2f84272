#include "registry/likeness.hpp"

#include "core/geometry.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numbers>

namespace celadon::registry {

namespace {

// Ours: no standard says when two reports are one matter.
constexpr double near_m = 2000, wind_site_near_m = 20'000, calm_m_s = 0.5;
constexpr std::int64_t alike_for_us = 72 * us_per_hour, wind_age_max_us = 3 * us_per_hour;
constexpr std::size_t looked_at_max = 2000;

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    length = std::min(length, text.size() - i);
    if (byte >= 0x80) {
      all.emplace_back(text.substr(i, length));
    } else if (std::isalnum(byte) != 0) {
      all.emplace_back(1, static_cast<char>(std::tolower(byte)));
    }
    i += length;
  }
  return all;
}

std::set<std::string> pairs(const std::vector<std::string>& from) {
  std::set<std::string> all;
  for (std::size_t i = 1; i < from.size(); ++i) all.insert(from[i - 1] + from[i]);
  return all;
}

std::string words_of(const systems::Register& type, const systems::Values& values) {
  std::string words;
  for (const auto& field : type.fields) {
    if (field.type != systems::FieldType::text || field.personal) continue;
    const auto found = values.find(field.id);
    const auto* text = found == values.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (text) words += *text + "\n";
  }
  return words;
}

Bounds around(const LonLat& place) {
  const double north = near_m / m_per_deg;
  const double east = north / std::max(0.01, std::cos(place.lat_deg * std::numbers::pi / 180));
  Bounds bounds;
  bounds.include({place.lon_deg - east, place.lat_deg - north});
  bounds.include({place.lon_deg + east, place.lat_deg + north});
  return bounds;
}

/// How far two places lie in one line of the wind: 1 along it, 0 across.
double along_wind(const LonLat& a, const LonLat& b, double from_deg) {
  const double east = (b.lon_deg - a.lon_deg) * std::cos(a.lat_deg * std::numbers::pi / 180);
  const double north = b.lat_deg - a.lat_deg;
  const double length = std::hypot(east, north);
  if (length == 0) return 1;
  const double angle = from_deg * std::numbers::pi / 180;
  return std::abs(east * std::sin(angle) + north * std::cos(angle)) / length;
}

}  // namespace

double likeness_of_words(std::string_view a, std::string_view b) {
  const auto in_a = characters(a), in_b = characters(b);
  const auto of_a = pairs(in_a), of_b = pairs(in_b);
  if (of_a.empty() || of_b.empty()) return !in_a.empty() && in_a == in_b ? 1 : 0;
  std::size_t both = 0;
  for (const auto& pair : of_a) both += of_b.count(pair);
  return static_cast<double>(both) / static_cast<double>(of_a.size() + of_b.size() - both);
}

Result<std::optional<WindNear>> RecordDesk::Impl::wind_near(const LonLat& place, Instant now) const {
  const auto sites = parts_.ledger.sites();
  if (!sites) return fail(sites.error());
  double nearest_m = wind_site_near_m;
  std::optional<WindNear> wind;
  for (const auto& site : *sites) {
    const double far_m = distance_m(site.position, place);
    if (far_m > nearest_m) continue;
    std::optional<double> direction, speed;
    Instant at;
    for (const auto& series : parts_.ledger.series_of_site(site.id)) {
      if (series.key.stage != Stage::raw || series.key.statistic != Statistic::mean) continue;
      if (series.key.property != "wind-direction" && series.key.property != "wind-speed") continue;
      const auto latest = parts_.archive.latest(series.id);
      if (!latest || std::isnan(latest->value) || latest->phenomenon_end.us < now.us - wind_age_max_us ||
          std::any_of(latest->flags.begin(), latest->flags.end(), [](const QualityFlag& flag) { return flag.voids; }))
        continue;
      (series.key.property == "wind-speed" ? speed : direction) = latest->value;
      if (series.key.property == "wind-direction") at = latest->phenomenon_end;
    }
    if (!direction || (speed && *speed < calm_m_s)) continue;
    nearest_m = far_m;
    wind = WindNear{site.id, *direction, speed, at};
  }
  return wind;
}

Result<std::vector<RecordDesk::Alike>> RecordDesk::Impl::alike(const people::Caller& caller,
                                                               const std::string& register_id,
                                                               const systems::Values& values, std::size_t limit) const {
  const auto type = type_of(register_id);
  if (!type) return fail(type.error());
  std::vector<Alike> all;
  const auto* place = place_of(**type, values);
  // The public sees no other reports, not even that there are any.
  if (!place || sight(caller, **type) != Sight::full) return all;
  const LonLat here = anchor_of(*place);
  const Instant now = parts_.clock();
  ledger::RecordQuery query;
  query.kind = register_id;
  query.scope = caller.scope;
  query.within = around(here);
  query.where.push_back(
      {std::string(face_opened), ledger::Condition::Test::at_least, {seconds(Instant{now.us - alike_for_us})}});
  query.sort = "changed";
  query.falling = true;
  query.limit = looked_at_max;
  const auto page = parts_.records.find(query);
  if (!page) return fail(page.error());
  // What the public reports, it smells and sees: the wind ties two reports together.
  std::optional<double> wind;
  if (!page->items.empty() && (*type)->kind == systems::RegisterKind::matter &&
      may(people::Caller{}, **type, Act::create)) {
    const auto known = wind_near(here, now);
    if (!known) return fail(known.error());
    if (*known) wind = (*known)->from_deg;
  }
  const std::string words = words_of(**type, values);
  for (const auto& row : page->items) {
    auto matter = matter_of(**type, row.revision);
    if (!matter) return fail(matter.error());
    const auto* other = place_of(**type, matter->values);
    if (!other) continue;
    Alike one;
    one.distance_m = distance_to_m(*other, here);
    if (one.distance_m > near_m) continue;
    const double close = 1 - one.distance_m / near_m;
    const double same_words = likeness_of_words(words, words_of(**type, matter->values));
    one.likeness = (close + same_words) / 2;
    if (wind) {
      one.wind = along_wind(here, anchor_of(*other), *wind);
      one.likeness = 0.8 * one.likeness + 0.2 * *one.wind;
    }
    prune(Sight::full, **type, *matter);
    one.matter = std::move(*matter);
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(), [](const Alike& a, const Alike& b) { return a.likeness > b.likeness; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace celadon::registry
