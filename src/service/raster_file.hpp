#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace celadon::service {

inline constexpr int raster_side_max = 65'536;                                 ///< pixels of a raster, each way
inline constexpr std::uintmax_t raster_bytes_max = std::uintmax_t{4} << 30U;  ///< of its file

/// A part of a raster, each value with its place: value[row * columns + column] speaks for the square around the pixel
/// (x + column * step, y + row * step) of the file, counted from its north-western corner.
struct RasterWindow {
  double x = 0, y = 0, step_x = 1, step_y = 1;  ///< middle of the first value; from one to the next, in pixels
  int columns = 0, rows = 0;
  std::vector<double> value;  ///< NaN: no data
};

/// The first band of a GeoTIFF or an Arc ASCII grid, read by GDAL, whose library is loaded when the first raster is
/// opened. Any thread; one reads at a time.
class RasterFile {
 public:
  /// `crs` is how GDAL names a reference system ("EPSG:4547"); empty: what the file says, and degrees on WGS 84 where it
  /// says nothing and its bounds can be that.
  /// Errors   not_found; too_large; io_failed where GDAL is not installed; malformed with what GDAL says, or for a grid
  ///          that is turned or has no place on earth. Each names the file.
  [[nodiscard]] static Result<std::shared_ptr<const RasterFile>> open(const std::filesystem::path& file,
                                                                      const std::string& crs);
  ~RasterFile();
  RasterFile(const RasterFile&) = delete;
  RasterFile& operator=(const RasterFile&) = delete;

  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;
  /// Its corners and edges on WGS 84.
  [[nodiscard]] Bounds bounds() const;
  /// Places on WGS 84 as pixels of the file: 0.5 is the middle of the first. NaN where the reference system has no such
  /// place.
  struct Pixel {
    double x = 0, y = 0;
  };
  void to_pixels(std::span<const LonLat> at, std::span<Pixel> pixel) const;
  /// The values in a box of pixels, widened by two on each side and cut at the edges of the file; where more than
  /// `most` pixels lie along a side, means of neighbours. Empty where the box is outside.
  /// Errors   io_failed with what GDAL says.
  [[nodiscard]] Result<RasterWindow> read(const Pixel& least, const Pixel& greatest, int most) const;

 private:
  class Impl;
  explicit RasterFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::service
