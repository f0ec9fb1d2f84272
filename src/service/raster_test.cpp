#include "service/raster_shelf.hpp"

#include "service/map_pack.hpp"
#include "service/service_test_world.hpp"
#include "standards/library.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <random>

using namespace celadon;
using namespace celadon::service;
namespace fs = std::filesystem;

namespace {

using test::must;
using test::packs;

struct Folder {
  fs::path path;
  Folder() {
    static int count = 0;
    path = fs::temp_directory_path() / ("celadon_raster_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return path / name;
  }
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<std::uint8_t>(bytes.at(at + i));
  return number;
}

/// The pixels of a PNG as this program writes them, taken apart by the PNG specification.
std::vector<std::uint8_t> pixels_of(const std::string& png, std::size_t& side) {
  REQUIRE(png.substr(0, 8) == "\x89PNG\r\n\x1a\n");
  std::string packed;
  for (std::size_t at = 8; at + 12 <= png.size();) {
    const std::uint32_t length = number_at(png, at);
    const std::string name = png.substr(at + 4, 4);
    const auto* bytes = reinterpret_cast<const Bytef*>(png.data() + at + 4);
    CHECK(number_at(png, at + 8 + length) == crc32(0, bytes, length + 4));
    if (name == "IHDR") side = number_at(png, at + 8);
    if (name == "IDAT") packed += png.substr(at + 8, length);
    at += 12 + length;
  }
  std::vector<std::uint8_t> rows(side * (side * 4 + 1));
  auto length = static_cast<uLongf>(rows.size());
  REQUIRE(uncompress(rows.data(), &length, reinterpret_cast<const Bytef*>(packed.data()),
                     static_cast<uLong>(packed.size())) == Z_OK);
  REQUIRE(length == rows.size());
  std::vector<std::uint8_t> pixels;
  for (std::size_t r = 0; r < side; ++r) {
    const std::uint8_t* row = &rows[r * (side * 4 + 1)];
    REQUIRE(row[0] == 1);
    for (std::size_t i = 0; i < side * 4; ++i)
      pixels.push_back(static_cast<std::uint8_t>(row[1 + i] + (i < 4 ? 0 : pixels[pixels.size() - 4])));
  }
  return pixels;
}

struct Pixel {
  int red, green, blue, alpha;
  friend bool operator==(const Pixel&, const Pixel&) = default;
};
std::ostream& operator<<(std::ostream& out, const Pixel& p) {
  return out << p.red << "," << p.green << "," << p.blue << "," << p.alpha;
}
Pixel pixel_at(const std::vector<std::uint8_t>& pixels, std::size_t side, std::size_t x, std::size_t y) {
  const std::uint8_t* p = &pixels[(y * side + x) * 4];
  return {p[0], p[1], p[2], p[3]};
}

/// Four cells of one degree around 117 E, 29 N: 0 and 100 above, 200 and none below.
constexpr const char* four_cells =
    "ncols 2\nnrows 2\nxllcorner 116\nyllcorner 28\ncellsize 1\nNODATA_value -9999\n0 100\n200 -9999\n";

Ramp grey() {
  Ramp ramp;
  ramp.id = "grey";
  ramp.stops = {{0, {0, 0, 0}}, {200, {200, 100, 50}}};
  return ramp;
}

Raster raster_of(const fs::path& file, bool smooth) {
  Raster raster;
  raster.face.smooth = smooth;
  raster.ramp = grey();
  raster.file = must(RasterFile::open(file, ""));
  return raster;
}

/// The tile of a zoom and the pixel of 256 in which a place lies.
struct Place {
  TileAddress tile;
  std::size_t x, y;
};
Place place_of(const LonLat& at, int z) {
  const double n = std::pow(2.0, z);
  const double x = (at.lon_deg + 180) / 360 * n;
  const double lat = at.lat_deg * M_PI / 180;
  const double y = (1 - std::log(std::tan(lat) + 1 / std::cos(lat)) / M_PI) / 2 * n;
  return {{z, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)},
          static_cast<std::size_t>((x - std::floor(x)) * 256), static_cast<std::size_t>((y - std::floor(y)) * 256)};
}

Pixel seen(const Raster& raster, const LonLat& at, int z, RasterEncoding encoding = RasterEncoding::colours) {
  const Place place = place_of(at, z);
  std::size_t side = 0;
  const auto pixels = pixels_of(must(raster_tile(raster, place.tile, 256, encoding)), side);
  REQUIRE(side == 256);
  return pixel_at(pixels, side, place.x, place.y);
}

}  // namespace

TEST_CASE("the pixels of a raster of classes have the colour of their cell, and nothing where there is no value") {
  const Folder folder;
  const Raster raster = raster_of(folder.write("four.asc", four_cells), false);
  CHECK(raster.file->width() == 2);
  for (const int z : {6, 9, 12}) {
    CHECK(seen(raster, {116.3, 29.7}, z) == Pixel{0, 0, 0, 255});
    CHECK(seen(raster, {117.7, 29.7}, z) == Pixel{100, 50, 25, 255});
    CHECK(seen(raster, {116.3, 28.3}, z) == Pixel{200, 100, 50, 255});
    CHECK(seen(raster, {117.7, 28.3}, z) == Pixel{0, 0, 0, 0});
    CHECK(seen(raster, {118.4, 29.0}, z) == Pixel{0, 0, 0, 0});
  }
}

TEST_CASE("a smooth raster mixes the nearest four by distance, those that have a value") {
  const Folder folder;
  const Raster raster = raster_of(folder.write("four.asc", four_cells), true);
  // Middles of the cells: 116.5 and 117.5 E, 29.5 and 28.5 N. Halfway between the upper two: 50.
  const Pixel half = seen(raster, {117.0, 29.5}, 14);
  CHECK(std::abs(half.red - 50) <= 1);
  CHECK(std::abs(half.green - 25) <= 1);
  CHECK(half.alpha == 255);
  // A quarter down from the upper left to the lower left: 50.
  CHECK(std::abs(seen(raster, {116.5, 29.25}, 14).red - 50) <= 1);
  // Just above the cell without value, the others stand for it; beyond its border there is nothing.
  CHECK(seen(raster, {117.5, 29.1}, 14).alpha == 255);
  CHECK(seen(raster, {117.6, 28.8}, 14).alpha == 0);
}

TEST_CASE("heights are metres in tenths from -10000, and 0 m where there is none") {
  const Folder folder;
  const Raster raster = raster_of(folder.write("four.asc", four_cells), false);
  // (200 + 10000) * 10 = 102000 = 1 * 65536 + 142 * 256 + 112.
  CHECK(seen(raster, {116.3, 28.3}, 9, RasterEncoding::terrain) == Pixel{1, 142, 112, 255});
  // 100000 = 1 * 65536 + 134 * 256 + 160.
  CHECK(seen(raster, {117.7, 28.3}, 9, RasterEncoding::terrain) == Pixel{1, 134, 160, 255});
}

TEST_CASE("the elevation of the demo city is as its file has it") {
  const fs::path file = fs::path(CELADON_SOURCE) / "demo" / "rasters" / "dem.asc";
  Raster raster;
  raster.face.smooth = false;
  raster.ramp = grey();
  raster.file = must(RasterFile::open(file, ""));
  const Bounds bounds = raster.file->bounds();
  CHECK(bounds.west_deg == doctest::Approx(115.975));
  CHECK(bounds.north_deg == doctest::Approx(30.625));
  // The north-western cell, of which the middle is 116.00 E 30.60 N, is 333 m: (333 + 10000) * 10 = 103330.
  CHECK(seen(raster, {116.0, 30.6}, 10, RasterEncoding::terrain) == Pixel{1, 147, 162, 255});
}

TEST_CASE("the ramp of AQI levels is that of the edition in force") {
  const auto map = must(read_map_pack(packs));
  const auto library = must(standards::read_library(packs));
  const auto rules = must(library.air_rules({}, "HJ 633-2026"));
  const auto ramp = std::find_if(map.ramps.begin(), map.ramps.end(), [](const auto& one) { return one.id == "aqi"; });
  REQUIRE(ramp != map.ramps.end());
  REQUIRE(ramp->stops.size() == rules->levels.size());
  CHECK(ramp->is_stepped);
  for (std::size_t i = 0; i < rules->levels.size(); ++i) {
    CHECK(ramp->stops[i].value == rules->levels[i].from);
    CHECK(to_text(ramp->stops[i].colour) == rules->levels[i].colour);
    CHECK(ramp->at(rules->levels[i].from) == rgb_of(rules->levels[i].colour));
    CHECK(ramp->at(rules->levels[i].to) == rgb_of(rules->levels[i].colour));
  }
}

TEST_CASE("a linear ramp is bounded by its stops and passes through them") {
  const Ramp ramp = grey();
  CHECK(ramp.at(-5) == Rgb{0, 0, 0});
  CHECK(ramp.at(0) == Rgb{0, 0, 0});
  CHECK(ramp.at(50) == Rgb{50, 25, 13});
  CHECK(ramp.at(200) == Rgb{200, 100, 50});
  CHECK(ramp.at(1e9) == Rgb{200, 100, 50});
  for (double value = 0; value < 200; value += 0.7) CHECK(ramp.at(value + 0.7).red >= ramp.at(value).red);
}

TEST_CASE("a raster that cannot be shown is left out with its reason, and does not take the others with it") {
  const Folder folder;
  const auto map = must(read_map_pack(packs));
  const auto yaml = [](const std::string& file, const std::string& ramp = "elevation") {
    return "rasters:\n  - {file: " + file + ", title_zh: 高程, title_en: Heights, ramp: " + ramp + "}\n";
  };
  folder.write("good.asc", four_cells);
  folder.write("good.yaml", yaml("good.asc"));
  folder.write("broken.yaml", "rasters: [");
  folder.write("noramp.yaml", yaml("good.asc", "rainbow"));
  folder.write("nofile.yaml", yaml("none.tif"));
  folder.write("text.tif", "this is no picture");
  folder.write("text.yaml", yaml("text.tif"));
  folder.write("outside.yaml", yaml("../good.asc"));
  folder.write("Upper.yaml", yaml("good.asc"));
  std::vector<std::string> reasons;
  RasterShelf shelf(folder.path, map.ramps, [&](const Error& error) { reasons.push_back(error.detail); });
  const auto all = shelf.all();
  REQUIRE(all.size() == 1);
  CHECK(all[0]->face.id == "good");
  CHECK(reasons.size() == 6);
  for (const auto& reason : reasons) {
    CHECK(reason.find('\n') == std::string::npos);
    CHECK(reason.size() < 500);
  }
  static_cast<void>(shelf.all());
  CHECK(reasons.size() == 6);  // told once
  CHECK(shelf.find("good") != nullptr);
  CHECK(shelf.find("text") == nullptr);
}

TEST_CASE("a raster is added under a free name with a ramp that is known, and can then be read") {
  const Folder folder;
  const auto map = must(read_map_pack(packs));
  RasterFace face;
  face.id = "hills";
  face.title_zh = "山";
  face.title_en = "Hills \"high\"";
  face.ramp = "elevation";
  face.file = folder.write("four.asc", four_cells).string();
  const fs::path shelf_folder = folder.path / "rasters";
  must(RasterShelf::add(shelf_folder, face, map.ramps));
  RasterShelf shelf(shelf_folder, map.ramps);
  REQUIRE(shelf.find("hills") != nullptr);
  CHECK(shelf.find("hills")->face.title_en == "Hills \"high\"");
  CHECK(RasterShelf::add(shelf_folder, face, map.ramps).error().code == Errc::conflict);
  RasterFace bad = face;
  bad.id = "../up";
  CHECK(RasterShelf::add(shelf_folder, bad, map.ramps).error().field == "id");
  bad = face;
  bad.id = "other";
  bad.ramp = "rainbow";
  CHECK(RasterShelf::add(shelf_folder, bad, map.ramps).error().field == "ramp");
  bad.ramp = "elevation";
  bad.file = folder.write("bad.tif", std::string("II*\0\x08\0\0\0\xff\xff", 10)).string();
  CHECK(RasterShelf::add(shelf_folder, bad, map.ramps).error().code == Errc::malformed);
  bad.file = face.file;
  bad.crs = "EPSG:nothing";
  CHECK(RasterShelf::add(shelf_folder, bad, map.ramps).error().field == "crs");
  CHECK_FALSE(fs::exists(shelf_folder / "other.yaml"));
}

TEST_CASE("rasters with bytes turned or cut off are refused in words or shown, and never end the program") {
  const Folder folder;
  std::mt19937_64 random(3);
  const std::string good = four_cells;
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good;
    for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (i % 2 == 0) bytes.resize(random() % bytes.size());
    const auto file = RasterFile::open(folder.write("x.asc", bytes), "");
    if (!file) {
      CHECK_FALSE(file.error().detail.empty());
      continue;
    }
    Raster raster;
    raster.ramp = grey();
    raster.file = *file;
    static_cast<void>(raster_tile(raster, {5, 26, 13}, 256, RasterEncoding::colours));
  }
}

TEST_CASE("a raster wider than the limit is refused by number") {
  const Folder folder;
  const auto file = RasterFile::open(
      folder.write("wide.asc", "ncols 70000\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 0.001\n1 2 3\n"), "");
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().code == Errc::too_large);
  CHECK(file.error().detail.find("70000 x 1") != std::string::npos);
}
