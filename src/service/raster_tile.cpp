#include "core/missing.hpp"
#include "service/png.hpp"
#include "service/raster_shelf.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::service {
namespace {

/// The value at a pixel of the file, out of a window of it; NaN where there is none.
double sample(const RasterWindow& window, const RasterFile::Pixel& at, bool smooth) {
  const double u = std::clamp((at.x - window.x) / window.step_x, 0.0, window.columns - 1.0);
  const double v = std::clamp((at.y - window.y) / window.step_y, 0.0, window.rows - 1.0);
  const auto value = [&](int column, int row) {
    column = std::min(column, window.columns - 1);
    row = std::min(row, window.rows - 1);
    return window.value[static_cast<std::size_t>(row) * static_cast<std::size_t>(window.columns) +
                        static_cast<std::size_t>(column)];
  };
  const double nearest = value(static_cast<int>(std::floor(u + 0.5)), static_cast<int>(std::floor(v + 0.5)));
  if (!smooth || std::isnan(nearest)) return nearest;
  const int column = static_cast<int>(u);
  const int row = static_cast<int>(v);
  const double right = u - column;
  const double down = v - row;
  double sum = 0;
  double weights = 0;
  for (int r = 0; r < 2; ++r) {
    for (int c = 0; c < 2; ++c) {
      const double weight = (c == 0 ? 1 - right : right) * (r == 0 ? 1 - down : down);
      const double one = value(column + c, row + r);
      if (weight == 0 || std::isnan(one)) continue;
      sum += weight * one;
      weights += weight;
    }
  }
  return weights > 0 ? sum / weights : missing;
}

std::vector<LonLat> middles_of(const TileAddress& tile, int side) {
  const double scale = std::ldexp(1.0, -tile.z);
  std::vector<LonLat> at(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (int r = 0; r < side; ++r) {
    const double lat = from_world({0.5, (tile.y + (r + 0.5) / side) * scale}).lat_deg;
    for (int c = 0; c < side; ++c) {
      at[static_cast<std::size_t>(r) * static_cast<std::size_t>(side) + static_cast<std::size_t>(c)] = {
          (tile.x + (c + 0.5) / side) * scale * 360 - 180, lat};
    }
  }
  return at;
}

void put_terrain(std::uint8_t* pixel, double metres) {
  const auto tenths =
      static_cast<std::uint32_t>(std::clamp(std::floor((std::isnan(metres) ? 0 : metres) * 10 + 100'000.5), 0.0, 16'777'215.0));
  pixel[0] = static_cast<std::uint8_t>(tenths >> 16U);
  pixel[1] = static_cast<std::uint8_t>(tenths >> 8U & 0xFFU);
  pixel[2] = static_cast<std::uint8_t>(tenths & 0xFFU);
  pixel[3] = 255;
}

void put_colour(std::uint8_t* pixel, const Ramp& ramp, double value) {
  if (std::isnan(value)) return;  // transparent
  const Rgb colour = ramp.at(value);
  pixel[0] = colour.red;
  pixel[1] = colour.green;
  pixel[2] = colour.blue;
  pixel[3] = 255;
}

}  // namespace

Result<std::string> raster_tile(const Raster& raster, const TileAddress& tile, int side, RasterEncoding encoding) {
  const RasterFile& file = *raster.file;
  const auto middles = middles_of(tile, side);
  std::vector<RasterFile::Pixel> at(middles.size());
  file.to_pixels(middles, at);
  const auto is_inside = [&](const RasterFile::Pixel& one) {
    return one.x >= 0 && one.x <= file.width() && one.y >= 0 && one.y <= file.height();
  };
  RasterFile::Pixel least{1e300, 1e300};
  RasterFile::Pixel greatest{-1e300, -1e300};
  for (const auto& one : at) {
    if (!is_inside(one)) continue;
    least = {std::min(least.x, one.x), std::min(least.y, one.y)};
    greatest = {std::max(greatest.x, one.x), std::max(greatest.y, one.y)};
  }
  RasterWindow window;
  if (least.x <= greatest.x) {
    auto read = file.read(least, greatest, 2 * side);
    if (!read) return fail(read.error());
    window = std::move(*read);
  }
  std::vector<std::uint8_t> pixels(at.size() * 4, 0);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double value =
        window.value.empty() || !is_inside(at[i]) ? missing : sample(window, at[i], raster.face.smooth);
    if (encoding == RasterEncoding::terrain)
      put_terrain(&pixels[i * 4], value);
    else
      put_colour(&pixels[i * 4], raster.ramp, value);
  }
  return png_of(pixels, side);
}

}  // namespace celadon::service
