#include "service/map_pack.hpp"
#include "service/raster_shelf.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// The YAML of the map: layers, ramps, and the file beside each raster. A refusal names the file.
int fuzz(const std::uint8_t* data, std::size_t size);

int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto layers = celadon::service::parse_map_layers(text, "x.yaml");
  if (!layers && layers.error().detail.find("x.yaml") == std::string::npos) std::abort();
  const auto ramps = celadon::service::parse_ramps(text, "x.yaml");
  if (!ramps && ramps.error().detail.find("x.yaml") == std::string::npos) std::abort();
  if (ramps) {
    for (const auto& ramp : *ramps) static_cast<void>(ramp.at(35));
  }
  const auto raster = celadon::service::parse_raster(text, "x");
  if (!raster && raster.error().detail.find("x.yaml") == std::string::npos) std::abort();
  if (raster && raster->file.find('/') != std::string::npos) std::abort();
  return 0;
}
