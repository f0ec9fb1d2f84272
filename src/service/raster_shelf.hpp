#pragma once

#include "service/ramp.hpp"
#include "service/raster_file.hpp"
#include "service/tile.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace celadon::service {

/// What the YAML beside a raster says; its name without ".yaml" is the id of the layer.
struct RasterFace {
  std::string id, file;  ///< the file lies beside the YAML
  std::string title_zh, title_en, source_zh, source_en, ramp;
  std::string crs;      ///< empty: as the file says
  bool smooth = true;   ///< values between pixels are worked out; false for classes
};

struct Raster {
  RasterFace face;
  Ramp ramp;
  std::shared_ptr<const RasterFile> file;
  std::string version;  ///< changes with either file
};

/// A layer's name: letters a to z, digits, '-', at most 40, not beginning with '-'.
[[nodiscard]] bool is_raster_id(std::string_view id);
/// Errors   malformed, invalid_value: "file:line: reason".
[[nodiscard]] Result<RasterFace> parse_raster(std::string_view text, const std::string& id);

/// The rasters of a data folder, `rasters/ID.yaml` and the files they name. Any thread.
class RasterShelf {
 public:
  /// `trouble` is told why a raster is left out, once for each state of the folder; may be empty.
  RasterShelf(std::filesystem::path folder, const std::vector<Ramp>& ramps,
              std::function<void(const Error&)> trouble = {});
  /// Looks whether the folder has changed; what cannot be shown is left out.
  [[nodiscard]] std::vector<std::shared_ptr<const Raster>> all();
  [[nodiscard]] std::shared_ptr<const Raster> find(const std::string& id);

  /// Copies a raster onto the shelf. `face.file` is where it lies now.
  /// Errors   invalid_value with field id, ramp or title; conflict where the id is taken; those of RasterFile::open.
  [[nodiscard]] static Result<RasterFace> add(const std::filesystem::path& folder, RasterFace face,
                                              const std::vector<Ramp>& ramps);

 private:
  [[nodiscard]] Result<std::shared_ptr<const Raster>> read(const std::filesystem::path& yaml) const;
  void look();

  const std::filesystem::path folder_;
  const std::vector<Ramp>& ramps_;
  const std::function<void(const Error&)> trouble_;
  std::mutex mutex_;
  std::string seen_;  ///< names, sizes and times of the YAML files
  std::map<std::string, std::shared_ptr<const Raster>> rasters_;
};

enum class RasterEncoding : std::uint8_t {
  colours,  ///< by the ramp; transparent where there is no value
  terrain,  ///< metres as -10000 + (red * 65536 + green * 256 + blue) / 10; 0 m where there is no value
};

/// A tile as PNG of side * side pixels, 256 or 512: each pixel the value at its middle, between pixels of the raster
/// mixed of the nearest four that have one (or the nearest, where the raster is not smooth).
/// Errors   those of RasterFile::read.
[[nodiscard]] Result<std::string> raster_tile(const Raster& raster, const TileAddress& tile, int side,
                                              RasterEncoding encoding);

}  // namespace celadon::service
