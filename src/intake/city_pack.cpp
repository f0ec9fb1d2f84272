#include "intake/city_pack.hpp"

#include "intake/csv_reader.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

namespace celadon::intake {
namespace {

/// A row of a table with its place, for messages.
class Row {
 public:
  Row(const CsvTable& table, std::size_t index, std::span<const std::string_view> columns)
      : fields_(table.rows[index]), columns_(columns), place_(table.name + ":" + std::to_string(table.lines[index])) {}

  [[nodiscard]] const std::string& operator[](std::string_view column) const {
    return fields_[static_cast<std::size_t>(std::ranges::find(columns_, column) - columns_.begin())];
  }
  [[nodiscard]] Unexpected<Error> refuse(std::string_view column, const std::string& reason) const {
    return fail(Errc::invalid_value, place_ + ": " + std::string(column) + " '" + (*this)[column] + "': " + reason,
                std::string(column));
  }
  [[nodiscard]] std::optional<double> number(std::string_view column) const {
    const std::string& text = (*this)[column];
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return value;
  }
  [[nodiscard]] std::optional<bool> yes(std::string_view column) const {
    const std::string& text = (*this)[column];
    if (text != "yes" && text != "no") return std::nullopt;
    return text == "yes";
  }

 private:
  const std::vector<std::string>& fields_;
  std::span<const std::string_view> columns_;
  std::string place_;
};

bool only_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}
constexpr std::string_view decimal_digits = "0123456789";
constexpr std::string_view id_letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_";

// China, generously; a swapped pair falls outside.
bool in_china(const LonLat& p) { return p.lon_deg >= 73 && p.lon_deg <= 136 && p.lat_deg >= 3 && p.lat_deg <= 54; }

Result<void> read_sites(const std::filesystem::path& path, CityPack& pack) {
  static constexpr std::array<std::string_view, 15> columns = {
      "id",     "kind", "name_zh",    "name_en", "lon",        "lat",     "position_note_zh", "position_note_en",
      "county", "code", "water_body", "river",   "background", "aliases", "valid_from"};
  auto table = read_csv_table(path, columns);
  if (!table) return fail(table.error());
  std::set<std::string> ids, codes, names;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const Row row(*table, i, columns);
    PackSite site;
    site.id = row["id"];
    if (!only_of(site.id, id_letters)) return row.refuse("id", "expected letters, digits, point, dash");
    if (!ids.insert(site.id).second) return row.refuse("id", "is there twice");
    site.kind = row["kind"];
    static constexpr std::array<std::string_view, 3> kinds = {"air-station", "river-section", "city"};
    if (std::ranges::find(kinds, site.kind) == kinds.end())
      return row.refuse("kind", "expected air-station, river-section or city");
    site.name_zh = row["name_zh"];
    site.name_en = row["name_en"];
    if (site.name_zh.empty()) return row.refuse("name_zh", "is blank");
    if (site.name_en.empty()) return row.refuse("name_en", "is blank");
    const auto lon = row.number("lon"), lat = row.number("lat");
    if (!lon) return row.refuse("lon", "expected degrees");
    if (!lat) return row.refuse("lat", "expected degrees");
    site.position = {*lon, *lat};
    if (!in_china(site.position)) return row.refuse("lon", "the point lies outside China; are lon and lat swapped?");
    site.position_note_zh = row["position_note_zh"];
    site.position_note_en = row["position_note_en"];
    if (site.position_note_zh.empty() != site.position_note_en.empty()) {
      return row.refuse("position_note_en", "a note is there in one language and not in the other");
    }
    site.county = row["county"];
    if (site.county.empty() ? site.kind != "city"
                            : (site.county.size() != 6 || !only_of(site.county, decimal_digits))) {
      return row.refuse("county", "expected a division code of six digits");
    }
    site.code = row["code"];
    if (!site.code.empty() && !codes.insert(site.code).second) return row.refuse("code", "is there twice");
    site.water_body = row["water_body"];
    if (site.kind == "river-section" ? (site.water_body != "river" && site.water_body != "lake")
                                     : !site.water_body.empty()) {
      return row.refuse("water_body", "expected river or lake for a section, nothing for others");
    }
    site.river = row["river"];
    const auto background = row.yes("background");
    if (!background) return row.refuse("background", "expected yes or no");
    site.background = *background;
    for (std::string_view rest = row["aliases"]; !rest.empty();) {
      const std::size_t cut = rest.find('|');
      if (cut == 0) return row.refuse("aliases", "an alias is blank");
      site.aliases.emplace_back(rest.substr(0, cut));
      rest.remove_prefix(cut == std::string_view::npos ? rest.size() : cut + 1);
    }
    for (const auto& name : site.aliases) {
      if (!names.insert(site.kind + "\n" + name).second) return row.refuse("aliases", "'" + name + "' is there twice");
    }
    if (!names.insert(site.kind + "\n" + site.name_zh).second) return row.refuse("name_zh", "is there twice");
    auto valid_from = parse_instant(row["valid_from"]);
    if (!valid_from) return row.refuse("valid_from", valid_from.error().detail);
    site.valid_from = *valid_from;
    pack.sites.push_back(std::move(site));
  }
  return {};
}

Result<void> read_devices(const std::filesystem::path& path, CityPack& pack) {
  static constexpr std::array<std::string_view, 7> columns = {
      "mn", "password", "site", "system_code", "minute_interval_min", "label_is_end", "note"};
  auto table = read_csv_table(path, columns);
  if (!table) return fail(table.error());
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const Row row(*table, i, columns);
    PackDevice device;
    device.mn = row["mn"];
    if (!only_of(device.mn, id_letters) || device.mn.size() > 27)
      return row.refuse("mn", "expected 1 to 27 letters and digits");
    if (!numbers.insert(device.mn).second) return row.refuse("mn", "is there twice");
    device.password = row["password"];
    if (!only_of(device.password, id_letters) || device.password.size() > 9)
      return row.refuse("password", "expected 1 to 9 letters and digits");
    device.site = row["site"];
    if (std::ranges::find(pack.sites, device.site, &PackSite::id) == pack.sites.end())
      return row.refuse("site", "is no site of this city");
    device.system_code = row["system_code"];
    if (device.system_code.size() != 2 || !only_of(device.system_code, decimal_digits))
      return row.refuse("system_code", "expected two digits");
    const auto minutes = row.number("minute_interval_min");
    if (!minutes || *minutes < 1 || *minutes > 60 || *minutes != static_cast<int>(*minutes)) {
      return row.refuse("minute_interval_min", "expected 1 to 60");
    }
    device.minute_interval_min = static_cast<int>(*minutes);
    const auto label = row.yes("label_is_end");
    if (!label) return row.refuse("label_is_end", "expected yes or no");
    device.label_is_end = *label;
    device.note = row["note"];
    pack.devices.push_back(std::move(device));
  }
  return {};
}

Result<void> read_plan_targets(const std::filesystem::path& path, CityPack& pack) {
  static constexpr std::array<std::string_view, 13> columns = {
      "id",     "chapter",     "section", "name_zh", "name_en",  "unit", "baseline_2025",
      "target", "target_year", "kind",    "sense",   "evidence", "note"};
  auto table = read_csv_table(path, columns);
  if (!table) return fail(table.error());
  std::set<std::string> ids;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const Row row(*table, i, columns);
    PlanTarget target{row["id"],    row["chapter"],       row["section"], row["name_zh"],     row["name_en"],
                      row["unit"],  row["baseline_2025"], row["target"],  row["target_year"], row["kind"],
                      row["sense"], row["evidence"],      row["note"]};
    if (!only_of(target.id, id_letters)) return row.refuse("id", "expected letters, digits, point, dash");
    if (!ids.insert(target.id).second) return row.refuse("id", "is there twice");
    if (target.name_zh.empty()) return row.refuse("name_zh", "is blank");
    if (target.target_year.size() != 4 || !only_of(target.target_year, decimal_digits))
      return row.refuse("target_year", "expected a year");
    static constexpr std::array<std::string_view, 4> kinds = {"baseline", "constraining", "expected", "action"};
    if (std::ranges::find(kinds, target.kind) == kinds.end())
      return row.refuse("kind", "expected baseline, constraining, expected or action");
    static constexpr std::array<std::string_view, 4> senses = {"higher", "lower", "equal", "milestone"};
    if (std::ranges::find(senses, target.sense) == senses.end())
      return row.refuse("sense", "expected higher, lower, equal or milestone");
    if (target.evidence.empty()) return row.refuse("evidence", "is blank: a target needs its place in the plan");
    pack.plan_targets.push_back(std::move(target));
  }
  return {};
}

/// Takes "(12.2; 1.1 ...)" out of a printed name: what stands in brackets and holds the number of a clause.
void part_clauses(const std::string& printed, PlanSystem& system) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string name;
  for (std::size_t at = 0; at < printed.size();) {
    const std::size_t open = printed.find('(', at), close = printed.find(')', open);
    if (close == std::string::npos) {
      name += printed.substr(at);
      break;
    }
    const std::string inner = printed.substr(open + 1, close - open - 1);
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < inner.size();) {
      std::size_t end = i;
      while (end < inner.size() && is_digit(inner[end])) ++end;
      if (end > i && end + 1 < inner.size() && inner[end] == '.' && is_digit(inner[end + 1])) {
        ++end;
        while (end < inner.size() && is_digit(inner[end])) ++end;
        numbers.push_back(inner.substr(i, end - i));
      }
      i = end > i ? end : i + 1;
    }
    if (numbers.empty()) {
      name += printed.substr(at, close + 1 - at);
    } else {
      name += printed.substr(at, open - at);
      while (name.ends_with(' ')) name.pop_back();
      system.clause += (system.clause.empty() ? "" : "; ") + inner;
      system.clauses.insert(system.clauses.end(), numbers.begin(), numbers.end());
    }
    at = close + 1;
  }
  while (name.ends_with(' ')) name.pop_back();
  system.name_zh = std::move(name);
}

Result<void> read_plan_systems(const std::filesystem::path& path, CityPack& pack) {
  static constexpr std::array<std::string_view, 10> columns = {
      "id", "kind", "name_and_clause", "name_en", "group", "group_zh", "duty", "duty_zh", "users", "page"};
  auto table = read_csv_table(path, columns);
  if (!table) return fail(table.error());
  std::set<std::string> ids;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const Row row(*table, i, columns);
    PlanSystem system;
    system.id = row["id"];
    if (system.id.size() != 4 || system.id[0] != 'S' || !only_of(system.id.substr(1), decimal_digits))
      return row.refuse("id", "expected S and three digits");
    if (!ids.insert(system.id).second) return row.refuse("id", "is there twice");
    part_clauses(row["name_and_clause"], system);
    if (system.clauses.empty()) return row.refuse("name_and_clause", "names no clause of the plan, as (12.2)");
    for (const char* column : {"kind", "name_en", "group", "group_zh", "duty", "duty_zh"})
      if (row[column].empty()) return row.refuse(column, "is blank");
    system.kind = row["kind"];
    system.name_en = row["name_en"];
    system.group_zh = row["group_zh"];
    system.group_en = row["group"];
    system.duty_zh = row["duty_zh"];
    system.duty_en = row["duty"];
    system.page = row["page"];
    pack.plan_systems.push_back(std::move(system));
  }
  return {};
}

/// A scalar of the YAML file, or why not; `what` is the path of the key in messages.
class City {
 public:
  explicit City(std::filesystem::path file) : file_(std::move(file)) {}

  [[nodiscard]] Unexpected<Error> refuse(const YAML::Node& node, const std::string& reason) const {
    const auto mark = node.Mark();
    const std::string line = mark.is_null() ? "" : ":" + std::to_string(mark.line + 1);
    return fail(Errc::malformed, file_.string() + line + ": " + reason);
  }
  [[nodiscard]] Result<std::string> text(const YAML::Node& parent, const char* key) const {
    const YAML::Node node = parent[key];
    if (!node || !node.IsScalar() || node.Scalar().empty())
      return refuse(parent, std::string(key) + " is missing or blank");
    return node.Scalar();
  }
  [[nodiscard]] std::filesystem::path beside(const std::string& name) const {
    return (file_.parent_path() / name).lexically_normal();
  }

  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> pairs(const YAML::Node& parent,
                                                                               const char* key) const {
    std::vector<std::pair<std::string, std::string>> list;
    const YAML::Node node = parent[key];
    if (!node || !node.IsMap())
      return refuse(parent, std::string(key) + " is missing; expected a map, {} where there is nothing");
    for (const auto& entry : node) {
      if (!entry.first.IsScalar() || !entry.second.IsScalar())
        return refuse(entry.first, std::string(key) + ": expected texts");
      list.emplace_back(entry.first.Scalar(), entry.second.Scalar());
    }
    return list;
  }

 private:
  std::filesystem::path file_;
};

Result<void> read_identity(const City& city, const YAML::Node& root, CityPack& pack) {
  struct Field {
    const char* key;
    std::string* into;
  };
  for (const auto& [key, into] : {Field{"id", &pack.id}, Field{"name_zh", &pack.name_zh},
                                  Field{"name_en", &pack.name_en}, Field{"province_zh", &pack.province_zh},
                                  Field{"province_en", &pack.province_en}, Field{"time_zone", &pack.time_zone}}) {
    auto text = city.text(root, key);
    if (!text) return fail(text.error());
    *into = *text;
  }
  if (pack.id.size() != 6 || !only_of(pack.id, decimal_digits))
    return city.refuse(root["id"], "id: expected a division code of six digits");
  if (pack.time_zone != "Asia/Shanghai")
    return city.refuse(root["time_zone"], "time_zone: only Asia/Shanghai is known here");
  const YAML::Node aliases = root["aliases"];
  if (aliases && !aliases.IsSequence()) return city.refuse(aliases, "aliases: expected a list");
  for (const auto& alias : aliases) pack.aliases.push_back(alias.as<std::string>());
  const YAML::Node center = root["center"];
  if (!center || !center.IsSequence() || center.size() != 2) return city.refuse(root, "center: expected [lon, lat]");
  pack.center = {center[0].as<double>(), center[1].as<double>()};
  if (!in_china(pack.center)) return city.refuse(center, "center lies outside China; are lon and lat swapped?");
  return {};
}

Result<void> read_layers(const City& city, const YAML::Node& root, CityPack& pack) {
  const YAML::Node layers = root["layers"];
  if (!layers || !layers.IsSequence()) return city.refuse(root, "layers: expected a list");
  for (const auto& node : layers) {
    Layer layer;
    LayerRequest request;
    auto id = city.text(node, "id");
    if (!id) return fail(id.error());
    layer.id = *id;
    if (std::ranges::find(pack.layers, layer.id, &Layer::id) != pack.layers.end())
      return city.refuse(node, "layer " + layer.id + " is there twice");
    auto title_zh = city.text(node, "title_zh"), title_en = city.text(node, "title_en"),
         source = city.text(node, "source");
    for (const auto* text : {&title_zh, &title_en, &source}) {
      if (!*text) return fail(text->error());
    }
    layer.title_zh = *title_zh;
    layer.title_en = *title_en;
    layer.source = *source;
    auto file = city.text(node, "file"), datum = city.text(node, "datum");
    if (!file) return fail(file.error());
    if (!datum) return fail(datum.error());
    if (*datum != "GCJ-02" && *datum != "WGS84") return city.refuse(node["datum"], "datum: expected GCJ-02 or WGS84");
    request.file = city.beside(*file);
    request.gcj02 = *datum == "GCJ-02";
    auto attributes = city.pairs(node, "attributes"), names_en = city.pairs(node, "names_en");
    if (!attributes) return fail(attributes.error());
    if (!names_en) return fail(names_en.error());
    request.attributes = *attributes;
    request.names_en = *names_en;
    auto features = read_layer(request);
    if (!features) return fail(features.error());
    layer.features = std::move(*features);
    for (const auto& feature : layer.features) {
      for (const auto& line : feature.lines) {
        for (const auto& point : line) layer.bounds.include(point);
      }
      for (const auto& polygon : feature.polygons) {
        for (const auto& point : polygon.front()) layer.bounds.include(point);
      }
    }
    pack.layers.push_back(std::move(layer));
  }
  return {};
}

}  // namespace

Result<CityPack> read_city_pack(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "city.yaml";
  if (!std::filesystem::exists(path))
    return fail(Errc::not_found, path.string() + ": there is no such file; is " + folder.string() + " a city pack?");
  try {
    const City city(path);
    const YAML::Node root = YAML::LoadFile(path.string());
    if (!root.IsMap()) return fail(Errc::malformed, path.string() + ": expected a map");
    CityPack pack;
    if (auto read = read_identity(city, root, pack); !read) return fail(read.error());
    const YAML::Node files = root["files"];
    if (!files || !files.IsMap()) return city.refuse(root, "files: expected a map");
    struct Part {
      const char* key;
      Result<void> (*read)(const std::filesystem::path&, CityPack&);
    };
    for (const auto& part :
         {Part{"sites", read_sites}, Part{"devices", read_devices}, Part{"plan_targets", read_plan_targets}}) {
      auto name = city.text(files, part.key);
      if (!name) return fail(name.error());
      if (auto read = part.read(city.beside(*name), pack); !read) return fail(read.error());
    }
    if (files["systems"]) {
      auto name = city.text(files, "systems");
      if (!name) return fail(name.error());
      if (auto read = read_plan_systems(city.beside(*name), pack); !read) return fail(read.error());
    }
    if (auto read = read_layers(city, root, pack); !read) return fail(read.error());
    return pack;
  } catch (const YAML::Exception& error) {
    return fail(Errc::malformed, path.string() + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
  }
}

}  // namespace celadon::intake
