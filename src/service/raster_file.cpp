#include "service/raster_file.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <type_traits>

// GDAL is large and slow to load, and its -dev package stands against the Boost we build with: so the library is opened
// when the first raster is, and the few functions of its C interface that are needed are declared here.

namespace celadon::service {
namespace {

using Handle = void*;

// Numbers of gdal.h and ogr_srs_api.h, which are part of the binary interface.
constexpr unsigned open_read_only_raster = 0x02;
constexpr int flag_read = 0, type_double = 7, traditional_axes = 0, no_error = 0;
constexpr int resample_nearest = 0, resample_average = 5;

/// GDALRasterIOExtraArg, version 1.
struct ReadExtra {
  int version = 1;
  int resampling = resample_nearest;
  int (*progress)(double, const char*, void*) = nullptr;
  void* progress_data = nullptr;
  int has_window = 0;
  double x = 0, y = 0, width = 0, height = 0;
};

struct Gdal {
  void (*register_gtiff)();
  void (*register_aaigrid)();
  Handle (*open)(const char*, unsigned, const char* const*, const char* const*, const char* const*);
  void (*close)(Handle);
  int (*x_size)(Handle);
  int (*y_size)(Handle);
  int (*count)(Handle);
  int (*transform)(Handle, double*);
  Handle (*band)(Handle, int);
  double (*no_data)(Handle, int*);
  double (*scale)(Handle, int*);
  double (*offset)(Handle, int*);
  int (*read)(Handle, int, int, int, int, int, void*, int, int, int, std::int64_t, std::int64_t, ReadExtra*);
  Handle (*reference)(Handle);
  Handle (*new_reference)(const char*);
  int (*set_reference)(Handle, const char*);
  Handle (*clone_reference)(Handle);
  void (*set_axes)(Handle, int);
  void (*free_reference)(Handle);
  Handle (*new_conversion)(Handle, Handle);
  int (*convert)(Handle, int, double*, double*, double*);
  void (*free_conversion)(Handle);
  void* (*set_error_handler)(void (*)(int, int, const char*));
  void (*quiet)(int, int, const char*);
  const char* (*last_error)();
  void (*forget_error)();
  void (*configure)(const char*, const char*);
};

constexpr const char* libraries[] = {"libgdal.so.32", "libgdal.so.34", "libgdal.so.36", "libgdal.so.33",
                                     "libgdal.so.35", "libgdal.so"};

Result<Gdal> load() {
  void* library = nullptr;
  for (const char* name : libraries) {
    library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
  }
  if (library == nullptr)
    return fail(Errc::io_failed, "rasters need GDAL, which is not installed: apt-get install libgdal32");
  Gdal gdal{};
  std::string missing;
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    if (function == nullptr && missing.empty()) missing = name;
  };
  find(gdal.register_gtiff, "GDALRegister_GTiff");
  find(gdal.register_aaigrid, "GDALRegister_AAIGrid");
  find(gdal.open, "GDALOpenEx");
  find(gdal.close, "GDALClose");
  find(gdal.x_size, "GDALGetRasterXSize");
  find(gdal.y_size, "GDALGetRasterYSize");
  find(gdal.count, "GDALGetRasterCount");
  find(gdal.transform, "GDALGetGeoTransform");
  find(gdal.band, "GDALGetRasterBand");
  find(gdal.no_data, "GDALGetRasterNoDataValue");
  find(gdal.scale, "GDALGetRasterScale");
  find(gdal.offset, "GDALGetRasterOffset");
  find(gdal.read, "GDALRasterIOEx");
  find(gdal.reference, "GDALGetSpatialRef");
  find(gdal.new_reference, "OSRNewSpatialReference");
  find(gdal.set_reference, "OSRSetFromUserInput");
  find(gdal.clone_reference, "OSRClone");
  find(gdal.set_axes, "OSRSetAxisMappingStrategy");
  find(gdal.free_reference, "OSRDestroySpatialReference");
  find(gdal.new_conversion, "OCTNewCoordinateTransformation");
  find(gdal.convert, "OCTTransform");
  find(gdal.free_conversion, "OCTDestroyCoordinateTransformation");
  find(gdal.set_error_handler, "CPLSetErrorHandler");
  find(gdal.quiet, "CPLQuietErrorHandler");
  find(gdal.last_error, "CPLGetLastErrorMsg");
  find(gdal.forget_error, "CPLErrorReset");
  find(gdal.configure, "CPLSetConfigOption");
  if (!missing.empty())
    return fail(Errc::io_failed, "the installed GDAL has no function " + missing + "; expected GDAL 3.0 or newer");
  gdal.set_error_handler(gdal.quiet);
  gdal.configure("GDAL_CACHEMAX", "64");         // MB
  gdal.configure("GDAL_PAM_ENABLED", "NO");      // nothing is written beside the rasters
  gdal.configure("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");  // nor read
  gdal.register_gtiff();
  gdal.register_aaigrid();
  return gdal;
}

/// Loaded once, and kept: the library cannot be unloaded.
const Result<Gdal>& gdal() {
  static const Result<Gdal> loaded = load();
  return loaded;
}

}  // namespace

class RasterFile::Impl {
 public:
  Impl(const Gdal& library, Handle dataset) : gdal_(library), dataset_(dataset) {}
  ~Impl() {
    if (to_file_ != nullptr) gdal_.free_conversion(to_file_);
    if (to_wgs84_ != nullptr) gdal_.free_conversion(to_wgs84_);
    gdal_.close(dataset_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> prepare(const std::string& name, const std::string& crs) {
    const auto bad = [&](const std::string& what) { return fail(Errc::malformed, name + ": " + what); };
    width_ = gdal_.x_size(dataset_);
    height_ = gdal_.y_size(dataset_);
    if (width_ < 1 || height_ < 1 || gdal_.count(dataset_) < 1) return bad("has no pixels");
    if (width_ > raster_side_max || height_ > raster_side_max) {
      return fail(Errc::too_large, name + ": " + std::to_string(width_) + " x " + std::to_string(height_) +
                                       " pixels; at most 65,536 each way are shown, cut it or make it coarser");
    }
    if (gdal_.transform(dataset_, place_.data()) != no_error || place_[1] == 0 || place_[5] == 0)
      return bad("does not say where it lies; expected a GeoTIFF with a place, or an Arc ASCII grid");
    if (place_[2] != 0 || place_[4] != 0) return bad("is turned against north; rectify it first (gdalwarp)");
    for (const double number : place_) {
      if (!std::isfinite(number)) return bad("says a place that is no number");
    }
    band_ = gdal_.band(dataset_, 1);
    int has = 0;
    const double value = gdal_.no_data(band_, &has);
    if (has != 0) no_data_ = value;
    const double factor = gdal_.scale(band_, &has);
    if (has != 0 && factor != 0) scale_ = factor;
    const double shift = gdal_.offset(band_, &has);
    if (has != 0) offset_ = shift;
    return refer(name, crs);
  }

  /// Where the file lies, as a conversion from degrees; none where it is in degrees itself.
  Result<void> refer(const std::string& name, const std::string& crs) {
    Handle own = nullptr;
    if (!crs.empty()) {
      own = gdal_.new_reference(nullptr);
      if (gdal_.set_reference(own, crs.c_str()) != no_error) {
        gdal_.free_reference(own);
        return fail(Errc::malformed, name + ": GDAL knows no reference system '" + crs.substr(0, 40) + "'", "crs");
      }
    } else if (const Handle said = gdal_.reference(dataset_); said != nullptr) {
      own = gdal_.clone_reference(said);
    }
    if (own == nullptr) {
      const double east = place_[0] + place_[1] * width_;
      const double south = place_[3] + place_[5] * height_;
      const auto in = [](double at, double most) { return std::abs(at) <= most; };
      if (in(place_[0], 180.001) && in(east, 180.001) && in(place_[3], 90.001) && in(south, 90.001)) return {};
      return fail(Errc::malformed, name + ": says no reference system, and its numbers are no degrees; name it by `crs`");
    }
    gdal_.set_axes(own, traditional_axes);
    const Handle degrees = gdal_.new_reference(nullptr);
    gdal_.set_reference(degrees, "EPSG:4326");
    gdal_.set_axes(degrees, traditional_axes);
    to_file_ = gdal_.new_conversion(degrees, own);
    to_wgs84_ = gdal_.new_conversion(own, degrees);
    gdal_.free_reference(degrees);
    gdal_.free_reference(own);
    if (to_file_ == nullptr || to_wgs84_ == nullptr)
      return fail(Errc::malformed, name + ": its reference system cannot be brought to WGS 84: " + said());
    return {};
  }

  [[nodiscard]] std::string said() const {
    std::string text = gdal_.last_error();
    gdal_.forget_error();
    return text.empty() ? "GDAL does not say why" : text.substr(0, 300);
  }

  void to_pixels(std::span<const LonLat> at, std::span<Pixel> pixel) const {
    std::vector<double> x(at.size()), y(at.size()), z(at.size(), 0);
    for (std::size_t i = 0; i < at.size(); ++i) {
      x[i] = at[i].lon_deg;
      y[i] = at[i].lat_deg;
    }
    if (to_file_ != nullptr) {
      const std::lock_guard lock(mutex_);
      gdal_.convert(to_file_, static_cast<int>(at.size()), x.data(), y.data(), z.data());
    }
    for (std::size_t i = 0; i < at.size(); ++i) {
      pixel[i] = {(x[i] - place_[0]) / place_[1], (y[i] - place_[3]) / place_[5]};
      // PROJ says "no such place" by infinity.
      if (!std::isfinite(pixel[i].x) || !std::isfinite(pixel[i].y))
        pixel[i] = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    }
  }

  [[nodiscard]] Bounds bounds() const {
    constexpr int along = 16;
    Bounds all;
    for (int i = 0; i <= along; ++i) {
      for (int j = 0; j <= along; ++j) {
        if (i != 0 && i != along && j != 0 && j != along) continue;
        double x = place_[0] + place_[1] * width_ * i / along;
        double y = place_[3] + place_[5] * height_ * j / along;
        double z = 0;
        if (to_wgs84_ != nullptr) {
          const std::lock_guard lock(mutex_);
          gdal_.convert(to_wgs84_, 1, &x, &y, &z);
        }
        if (std::isfinite(x) && std::isfinite(y)) all.include({x, y});
      }
    }
    return all;
  }

  Result<RasterWindow> read(const Pixel& least, const Pixel& greatest, int most) const {
    RasterWindow window;
    const auto first = [](double at, int end) { return static_cast<int>(std::clamp(std::floor(at) - 2, 0.0, double(end))); };
    const auto last = [](double at, int end) { return static_cast<int>(std::clamp(std::floor(at) + 3, 0.0, double(end))); };
    const int x0 = first(least.x, width_);
    const int x1 = last(greatest.x, width_);
    const int y0 = first(least.y, height_);
    const int y1 = last(greatest.y, height_);
    if (x1 <= x0 || y1 <= y0) return window;
    window.columns = std::min(x1 - x0, most);
    window.rows = std::min(y1 - y0, most);
    window.step_x = static_cast<double>(x1 - x0) / window.columns;
    window.step_y = static_cast<double>(y1 - y0) / window.rows;
    window.x = x0 + window.step_x / 2;
    window.y = y0 + window.step_y / 2;
    window.value.resize(static_cast<std::size_t>(window.columns) * static_cast<std::size_t>(window.rows));
    ReadExtra extra;
    if (window.step_x > 1 || window.step_y > 1) extra.resampling = resample_average;
    {
      const std::lock_guard lock(mutex_);
      if (gdal_.read(band_, flag_read, x0, y0, x1 - x0, y1 - y0, window.value.data(), window.columns, window.rows,
                     type_double, 0, 0, &extra) != no_error)
        return fail(Errc::io_failed, "a raster cannot be read: " + said());
    }
    for (double& value : window.value) {
      const bool is_none = no_data_ && (value == *no_data_ || (std::isnan(*no_data_) && std::isnan(value)));
      value = is_none || !std::isfinite(value) ? std::numeric_limits<double>::quiet_NaN() : value * scale_ + offset_;
    }
    return window;
  }

  int width_ = 0, height_ = 0;

 private:
  const Gdal& gdal_;
  const Handle dataset_;
  Handle band_ = nullptr;
  Handle to_file_ = nullptr, to_wgs84_ = nullptr;
  std::array<double, 6> place_{};
  std::optional<double> no_data_;
  double scale_ = 1, offset_ = 0;
  mutable std::mutex mutex_;  ///< a dataset serves one thread at a time
};

RasterFile::RasterFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RasterFile::~RasterFile() = default;

Result<std::shared_ptr<const RasterFile>> RasterFile::open(const std::filesystem::path& file, const std::string& crs) {
  const std::string name = file.filename().string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return fail(Errc::not_found, "there is no file " + file.string());
  if (std::filesystem::file_size(file, error) > raster_bytes_max || error)
    return fail(Errc::too_large, name + ": is larger than 4 GiB");
  const auto& library = gdal();
  if (!library) return fail(library.error());
  static constexpr const char* drivers[] = {"GTiff", "AAIGrid", nullptr};
  library->forget_error();
  const Handle dataset = library->open(std::filesystem::absolute(file).c_str(), open_read_only_raster, drivers, nullptr, nullptr);
  if (dataset == nullptr) {
    const std::string said = library->last_error();
    return fail(Errc::malformed, name + ": is no GeoTIFF and no Arc ASCII grid that GDAL can read" +
                                     (said.empty() ? std::string() : ": " + said.substr(0, 300)));
  }
  auto impl = std::make_unique<Impl>(*library, dataset);
  if (auto ready = impl->prepare(name, crs); !ready) return fail(ready.error());
  return std::shared_ptr<const RasterFile>(new RasterFile(std::move(impl)));
}

int RasterFile::width() const { return impl_->width_; }
int RasterFile::height() const { return impl_->height_; }
Bounds RasterFile::bounds() const { return impl_->bounds(); }
void RasterFile::to_pixels(std::span<const LonLat> at, std::span<Pixel> pixel) const { impl_->to_pixels(at, pixel); }
Result<RasterWindow> RasterFile::read(const Pixel& least, const Pixel& greatest, int most) const {
  return impl_->read(least, greatest, most);
}

}  // namespace celadon::service
