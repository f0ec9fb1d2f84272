#pragma once

#include "intake/city_pack.hpp"
#include "intake/import_file.hpp"
#include "intake/site_index.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace celadon::intake::test {

inline std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A bitemporal store in memory with the promises of the archive, for tests of what the importer hands over.
class World {
 public:
  /// Sites of the city of the pack; with `all_sites` every other place becomes a site too.
  explicit World(bool all_sites = false) {
    static const Result<CityPack> pack = read_city_pack(CELADON_PACKS "/cities/jingdezhen");
    std::vector<KnownSite> sites;
    for (const auto& site : pack->sites) {
      sites.push_back({site.id, site.kind, site.code, site.aliases});
      sites.back().names.push_back(site.name_zh);
    }
    auto names = pack->aliases;
    names.push_back(pack->name_zh);
    index_ = std::make_unique<SiteIndex>(sites, names, pack->province_zh);
    all_sites_ = all_sites;
  }

  ImportPorts ports() {
    ImportPorts ports;
    ports.site = [this](const SiteHint& hint) -> Result<std::optional<std::string>> {
      auto found = index_->find(hint);
      if (!found || *found || !all_sites_) return found;
      return "x." + hint.area + "." + hint.code + "." + hint.name;
    };
    ports.series = [this](const SeriesKey& key) -> Result<SeriesId> {
      const auto [at, is_new] = series.emplace(key, SeriesId{static_cast<std::int32_t>(series.size() + 1)});
      (void)is_new;
      return at->second;
    };
    ports.unit_of = [](const std::string& property) -> std::optional<std::string> {
      if (property == "CO") return "mg/m3";
      if (property == "pH") return "[pH]";
      if (property.starts_with("AQI")) return "1";
      if (property == "water-temperature") return "Cel";
      if (property == "conductivity") return "uS/cm";
      if (property == "turbidity") return "NTU";
      if (property == "chlorophyll-a") return "mg/L";
      if (property == "algae-density") return "{cells}/L";
      for (const char* water : {"DO", "CODMn", "NH3-N", "TP", "TN"}) {
        if (property == water) return "mg/L";
      }
      for (const char* air : {"PM2.5", "PM10", "SO2", "NO2", "O3", "O3-MDA8"}) {
        if (property == air) return "ug/m3";
      }
      return std::nullopt;
    };
    ports.submit = [this](Observations rows) -> Result<StoreCounts> {
      StoreCounts counts;
      ++submits;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& versions = values[{rows.series[i], rows.phenomenon_end[i]}];
        const Value value{rows.value[i], rows.device_flag[i]};
        if (versions.empty())
          ++counts.added;
        else if (versions.back() == value)
          ++counts.unchanged;
        else
          ++counts.corrected;
        if (versions.empty() || !(versions.back() == value)) versions.push_back(value);
      }
      return counts;
    };
    ports.known = [this](std::span<const SeriesId> asked, Instant from, Instant to) -> Result<Observations> {
      Observations rows;
      for (const SeriesId id : asked) {
        for (auto at = values.lower_bound({id, from}); at != values.end() && at->first <= std::pair(id, to); ++at) {
          rows.push_back(id, at->first.second, at->second.back().number, at->second.back().flag);
        }
      }
      return rows;
    };
    ports.versions = [this](SeriesId id, Instant end) -> Result<Observations> {
      Observations rows;
      for (const auto& value : values[{id, end}]) rows.push_back(id, end, value.number, value.flag);
      return rows;
    };
    return ports;
  }

  struct Value {
    double number;
    DeviceFlag flag;
    friend bool operator==(const Value& a, const Value& b) {
      return a.flag == b.flag && (a.number == b.number || (std::isnan(a.number) && std::isnan(b.number)));
    }
  };
  /// The newest version of a value, or nothing.
  [[nodiscard]] std::optional<Value> newest(const SeriesKey& key, std::string_view time) const {
    const auto id = series.find(key);
    if (id == series.end()) return std::nullopt;
    const auto found = values.find({id->second, *parse_instant(time)});
    return found == values.end() ? std::nullopt : std::optional(found->second.back());
  }
  [[nodiscard]] std::size_t series_of(const std::string& site) const {
    std::size_t count = 0;
    for (const auto& [key, id] : series) count += key.site == site ? 1U : 0U;
    return count;
  }

  std::map<SeriesKey, SeriesId> series;
  std::map<std::pair<SeriesId, Instant>, std::vector<Value>> values;
  std::size_t submits = 0;

 private:
  std::unique_ptr<SiteIndex> index_;
  bool all_sites_ = false;
};

inline const std::vector<FeedColumn>& feeds() {
  static const auto columns = read_feed_columns(CELADON_PACKS "/feeds.csv");
  return *columns;
}

inline Result<ImportSummary> import_demo(World& world, const std::string& file, ImportRequest request = {}) {
  auto source = ByteSource::open(std::string(CELADON_SOURCE "/demo/") + file);
  if (!source) return fail(source.error());
  return import_file(*source, request, feeds(), world.ports());
}

inline Result<ImportSummary> import_text(World& world, std::string_view text, ImportRequest request = {}) {
  auto source = ByteSource::memory(text, "test.csv");
  return import_file(source, request, feeds(), world.ports());
}

}  // namespace celadon::intake::test
