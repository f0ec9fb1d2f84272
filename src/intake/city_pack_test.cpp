#include "intake/city_pack.hpp"

#include "intake/import_test_world.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

using namespace celadon;
using namespace celadon::intake;
using celadon::intake::test::bytes_of_file;

namespace {

const std::filesystem::path city_folder = CELADON_PACKS "/cities/jingdezhen";

/// Loads the pack with one text in one file replaced; gives the error, or "" where it was taken.
std::string after(const std::string& file, const std::string& from, const std::string& to) {
  const auto copy = std::filesystem::temp_directory_path() / ("celadon_city_" + std::to_string(::getpid()));
  std::filesystem::remove_all(copy);
  std::filesystem::create_directories(copy);
  for (const char* name : {"city.yaml", "sites.csv", "devices.csv", "plan_targets.csv", "systems.csv"}) {
    std::string text = bytes_of_file(city_folder / name);
    if (name == file) {
      const auto at = text.find(from);
      REQUIRE(at != std::string::npos);
      text.replace(at, from.size(), to);
    }
    for (auto at = text.find("../../../demo"); at != std::string::npos; at = text.find("../../../demo")) {
      text.replace(at, 13, CELADON_SOURCE "/demo");
    }
    std::ofstream(copy / name, std::ios::binary) << text;
  }
  auto pack = read_city_pack(copy);
  std::filesystem::remove_all(copy);
  return pack ? "" : pack.error().detail;
}

/// Even-odd rule on one ring.
bool inside(const std::vector<LonLat>& ring, const LonLat& p) {
  bool in = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto &a = ring[i], &b = ring[j];
    if ((a.lat_deg > p.lat_deg) != (b.lat_deg > p.lat_deg) &&
        p.lon_deg < (b.lon_deg - a.lon_deg) * (p.lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg) + a.lon_deg) {
      in = !in;
    }
  }
  return in;
}

}  // namespace

TEST_CASE("Jingdezhen has five air stations, four sections, itself, and a device for each that measures") {
  auto pack = read_city_pack(city_folder);
  REQUIRE_MESSAGE(pack, pack.error().detail);
  CHECK(pack->id == "360200");
  CHECK(std::ranges::count(pack->sites, "air-station", &PackSite::kind) == 5);
  CHECK(std::ranges::count(pack->sites, "river-section", &PackSite::kind) == 4);
  CHECK(std::ranges::count(pack->sites, "city", &PackSite::kind) == 1);
  CHECK(pack->devices.size() == 9);
  CHECK(pack->plan_targets.size() == 218);
  for (const auto& device : pack->devices) {
    CHECK(device.mn.size() == 24);
    CHECK(device.mn.find_first_not_of("0123456789ABCDEF") == std::string::npos);
    CHECK(device.note.find("demonstration") != std::string::npos);
  }
  for (const auto& site : pack->sites) CHECK_FALSE(site.position_note_en.empty());
}

TEST_CASE("every site lies in the county it names, by the boundaries moved to WGS 84") {
  auto pack = read_city_pack(city_folder);
  REQUIRE(pack);
  const auto layer = std::ranges::find(pack->layers, "boundaries", &Layer::id);
  REQUIRE(layer != pack->layers.end());
  CHECK(layer->features.size() == 4);
  for (const auto& site : pack->sites) {
    if (site.county.empty()) continue;
    std::string county;
    for (const auto& feature : layer->features) {
      for (const auto& polygon : feature.polygons) {
        if (!inside(polygon.front(), site.position)) continue;
        for (const auto& [name, text] : feature.attributes) {
          if (name == "adcode") county = text;
        }
      }
    }
    CHECK_MESSAGE(county == site.county, site.id);
  }
}

TEST_CASE("layers come on WGS 84 with names in both languages") {
  auto pack = read_city_pack(city_folder);
  REQUIRE(pack);
  std::map<std::string, std::size_t> counts;
  for (const auto& layer : pack->layers) counts[layer.id] = layer.features.size();
  CHECK(counts ==
        std::map<std::string, std::size_t>{{"boundaries", 4}, {"lakes", 17}, {"neighbours", 11}, {"rivers", 70}});
  const auto& first = pack->layers[0].features[0];
  CHECK(first.attributes[0] == std::pair<std::string, std::string>{"adcode", "360202"});
  CHECK(first.attributes[1] == std::pair<std::string, std::string>{"name_zh", "昌江区"});
  CHECK(first.attributes[2] == std::pair<std::string, std::string>{"name_en", "Changjiang District"});
  // the shift here is some 500 m to the west and 300 m to the north
  auto shifted = read_layer({CELADON_SOURCE "/demo/geo-jingdezhen/counties_detail.gcj02.geojson", false, {}, {}});
  REQUIRE(shifted);
  const double moved = distance_m(shifted->front().polygons[0][0][0], first.polygons[0][0][0]);
  CHECK(moved > 300);
  CHECK(moved < 800);
}

TEST_CASE("the systems that the plan asks for have their names apart from their clauses") {
  const auto pack = read_city_pack(city_folder);
  REQUIRE(pack);
  CHECK(pack->plan_systems.size() == 142);
  const auto of = [&](const std::string& id) -> const PlanSystem& {
    const auto found = std::ranges::find(pack->plan_systems, id, &PlanSystem::id);
    REQUIRE(found != pack->plan_systems.end());
    return *found;
  };
  CHECK(of("S009").name_zh == "部门数据共享与业务协同");
  CHECK(of("S009").clause == "12.2; 7.2 跨部门数据共享; 5.3 部门间信息共享");
  CHECK(of("S009").clauses == std::vector<std::string>{"12.2", "7.2", "5.3"});
  CHECK(of("S040").name_zh == "水气关键领域全自动监测网络 — 环境空气");
  CHECK(of("S072").name_zh == "船舶污染物接收、转运、处置全链条闭环(≥95%)");
  CHECK(of("S153").clauses == std::vector<std::string>{"3.1", "10.2"});
  CHECK(of("S002").page == "map");
  CHECK(of("S072").page.empty());
  CHECK(of("S072").group_zh == "水");
  for (const auto& one : pack->plan_systems) {
    CAPTURE(one.id);
    CHECK(one.name_en.size() <= 60);
    CHECK(one.name_zh.find("()") == std::string::npos);
  }
}

TEST_CASE("a section lies on the sketch of a river") {
  auto pack = read_city_pack(city_folder);
  REQUIRE(pack);
  const auto rivers = std::ranges::find(pack->layers, "rivers", &Layer::id);
  for (const auto& site : pack->sites) {
    if (site.kind != "river-section") continue;
    double nearest = 1e9;
    for (const auto& feature : rivers->features) {
      for (const auto& line : feature.lines) {
        for (const auto& point : line) nearest = std::min(nearest, distance_m(point, site.position));
      }
    }
    CHECK_MESSAGE(nearest < 50, site.id);
  }
}

TEST_CASE("a misprint is named with file, line and reason") {
  CHECK(after("city.yaml", "360200", "360200") == "");
  const auto says = [](const std::string& text, const std::string& part) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, text);
  };
  says(after("sites.csv", "air.2343A", "air.2342A"), "sites.csv:3: id 'air.2342A': is there twice");
  says(after("sites.csv", "117.3097,29.3864", "29.3864,117.3097"),
       "sites.csv:2: lon '29.3864': the point lies outside China");
  says(after("sites.csv", "air-station", "airstation"), "kind 'airstation': expected air-station");
  says(after("sites.csv", ",360222,", ",36022,"), "county '36022'");
  says(after("sites.csv", "2015-01-01", "2015-13-01"), "valid_from");
  says(after("sites.csv", "name_zh", "name"), "sites.csv:1: the header must be id,kind,name_zh");
  says(after("devices.csv", "air.2343A", "air.9999A"), "devices.csv:3: site 'air.9999A': is no site of this city");
  says(after("devices.csv", ",10,no,", ",0,no,"), "minute_interval_min '0'");
  says(after("plan_targets.csv", "JDZ-P002", "JDZ-P001"), "plan_targets.csv:3: id 'JDZ-P001': is there twice");
  says(after("plan_targets.csv", "milestone", "someday"), "sense 'someday'");
  says(after("systems.csv", "S002", "S001"), "systems.csv:3: id 'S001': is there twice");
  says(after("systems.csv", "S002", "S2"), "systems.csv:3: id 'S2': expected S and three digits");
  says(after("systems.csv", " (12.2),City", ",City"), "names no clause of the plan");
  CHECK(after("city.yaml", "  systems: systems.csv ", "  #") == "");
  says(after("city.yaml", "datum: GCJ-02", "datum: GCJ02"), "city.yaml:24: datum: expected GCJ-02 or WGS84");
  says(after("city.yaml", "sites.csv", "places.csv"), "places.csv: there is no such file");
  says(after("city.yaml", "name_en: Jingdezhen", "name_en: ["), "city.yaml:");
  says(after("city.yaml", "adcode: adcode", "code: adcode"), "feature 1: has no property 'code'");
  CHECK(read_city_pack("/no/such/city").error().code == Errc::not_found);
}
