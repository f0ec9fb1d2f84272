#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace celadon::intake {

/// A place where the city measures, as packs/cities/<city>/sites.csv has it.
struct PackSite {
  std::string id;    ///< "air.2344A"
  std::string kind;  ///< "air-station", "river-section", "city"
  std::string name_zh, name_en;
  LonLat position;
  std::string position_note_zh, position_note_en;  ///< how far the position is to be trusted; empty: surveyed
  std::string county;                              ///< GB/T 2260; empty for the city itself
  std::string code;                                ///< official code; may be empty
  std::string water_body;                          ///< "river", "lake" or empty
  std::string river;                               ///< name of the river of a section
  bool background = false;                         ///< an air station outside the town, not in the city's means
  std::vector<std::string> aliases;                ///< names under which feeds print it, besides name_zh
  Instant valid_from;
};

struct PackDevice {
  std::string mn, password, site, system_code;
  int minute_interval_min = 10;
  bool label_is_end = false;
  std::string note;
};

/// A promise of the city's plan, as written; numbers stay text because some are ranges or ranks.
struct PlanTarget {
  std::string id, chapter, section, name_zh, name_en, unit, baseline_2025, target, target_year, kind, sense, evidence,
      note;
};

/// A system that the city's plan asks for, a row of packs/cities/<city>/systems.csv.
struct PlanSystem {
  std::string id, kind;              ///< "S072", "ledger"
  std::string name_zh;               ///< as printed, without its clauses
  std::string clause;                ///< as printed beside the name: "12.2; 7.2 跨部门数据共享"
  std::vector<std::string> clauses;  ///< "12.2", "7.2"
  std::string name_en, group_zh, group_en, duty_zh, duty_en;
  std::string page;  ///< the page of the product that serves it, where that is no register's; may be empty
};

/// One shape of a layer, on WGS 84.
struct LayerFeature {
  std::vector<std::pair<std::string, std::string>> attributes;  ///< "name_zh", "name_en", "adcode", "level", ...
  std::vector<std::vector<std::vector<LonLat>>> polygons;       ///< each: outer ring, then holes; rings are closed
  std::vector<std::vector<LonLat>> lines;
};

struct Layer {
  std::string id, title_zh, title_en, source;
  std::vector<LayerFeature> features;
  Bounds bounds;
};

struct CityPack {
  std::string id;  ///< GB/T 2260
  std::string name_zh, name_en;
  std::vector<std::string> aliases;  ///< the city as feeds print it, besides name_zh
  std::string province_zh, province_en, time_zone;
  LonLat center;
  std::vector<PackSite> sites;
  std::vector<PackDevice> devices;
  std::vector<PlanTarget> plan_targets;
  std::vector<PlanSystem> plan_systems;  ///< empty where the city names none
  std::vector<Layer> layers;
};

/// Reads a city from its folder (city.yaml and the files it names) and checks all of it.
/// Errors   not_found, malformed, invalid_value naming file, line and reason.
[[nodiscard]] Result<CityPack> read_city_pack(const std::filesystem::path& folder);

/// How a layer's file is to be read.
struct LayerRequest {
  std::filesystem::path file;
  bool gcj02 = false;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< field of the file, attribute of ours
  std::vector<std::pair<std::string, std::string>> names_en;    ///< by name_zh
};

/// Reads polygons and lines of a GeoJSON file and moves them to WGS 84. The file is 32 MiB at most.
/// Errors   not_found; malformed naming file and feature.
[[nodiscard]] Result<std::vector<LayerFeature>> read_layer(const LayerRequest& request);

}  // namespace celadon::intake
