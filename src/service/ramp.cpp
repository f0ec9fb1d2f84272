#include "service/ramp.hpp"

#include "core/yaml_fields.hpp"
#include "service/map_pack.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

namespace celadon::service {
namespace {

constexpr std::size_t stops_max = 100;

std::uint8_t byte_of(std::string_view hex) {
  std::uint8_t byte = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
  return byte;
}

/// "51 #ffff00"
bool parse_stop(std::string_view text, Ramp::Stop& stop) {
  const std::size_t cut = text.find(' ');
  if (cut == std::string_view::npos || !is_colour(text.substr(cut + 1))) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + cut, stop.value);
  if (error != std::errc{} || end != text.data() + cut || !std::isfinite(stop.value)) return false;
  stop.colour = rgb_of(text.substr(cut + 1));
  return true;
}

void read_stops(YamlFields& fields, Ramp& ramp) {
  for (const auto& text : fields.texts("stops")) {
    Ramp::Stop stop;
    if (!parse_stop(text, stop)) {
      fields.refuse("stops", "'" + text.substr(0, 40) + "': expected a value and a colour, as in \"51 #ffff00\"");
      return;
    }
    if (!ramp.stops.empty() && stop.value <= ramp.stops.back().value) {
      fields.refuse("stops", "'" + text.substr(0, 40) + "' does not rise above the one before");
      return;
    }
    ramp.stops.push_back(stop);
  }
  if (ramp.stops.size() < 2 || ramp.stops.size() > stops_max) fields.refuse("stops", "expected 2 to 100 of them");
}

}  // namespace

Rgb rgb_of(std::string_view colour) {
  if (!is_colour(colour)) return {};
  return {byte_of(colour.substr(1, 2)), byte_of(colour.substr(3, 2)), byte_of(colour.substr(5, 2))};
}

std::string to_text(const Rgb& colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  return text;
}

Rgb Ramp::at(double value) const {
  const auto above =
      std::upper_bound(stops.begin(), stops.end(), value, [](double v, const Stop& stop) { return v < stop.value; });
  if (above == stops.begin()) return stops.front().colour;
  const Stop& low = *std::prev(above);
  if (above == stops.end() || is_stepped) return low.colour;
  const double share = (value - low.value) / (above->value - low.value);
  const auto mix = [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::floor(a + share * (b - a) + 0.5));
  };
  return {mix(low.colour.red, above->colour.red), mix(low.colour.green, above->colour.green),
          mix(low.colour.blue, above->colour.blue)};
}

Result<std::vector<Ramp>> parse_ramps(std::string_view text, const std::string& file) {
  std::vector<Ramp> ramps;
  std::set<std::string> ids;
  const auto read = read_yaml_list(text, file, "ramps", [&](YamlFields& fields) {
    fields.only(std::array{"id", "zh", "en", "form", "unit", "stops", "source", "trust"});
    Ramp ramp;
    ramp.id = fields.text("id");
    ramp.zh = fields.text("zh");
    ramp.en = fields.text("en");
    const std::string form = fields.text("form");
    if (form != "steps" && form != "linear") fields.refuse("form", "expected steps or linear");
    ramp.is_stepped = form == "steps";
    ramp.unit = fields.text_or("unit", "");
    read_stops(fields, ramp);
    ramp.source = fields.text("source");
    ramp.trust = fields.trust();
    if (!ids.insert(ramp.id).second) fields.refuse("id", "'" + ramp.id + "' is there twice");
    ramps.push_back(std::move(ramp));
  });
  if (!read) return fail(read.error());
  return ramps;
}

Result<std::vector<Ramp>> read_ramps(const std::filesystem::path& packs) {
  return parse_pack(packs / "map" / "ramps.yaml",
                    [](std::string_view text, const std::string& name) { return parse_ramps(text, name); });
}

}  // namespace celadon::service
