#include "service/map_pack.hpp"

#include "core/assert.hpp"
#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>

namespace celadon::service {
namespace {

constexpr std::array<std::string_view, 8> titles_needed = {"sites",      "AQI",          "class",     "cases",
                                                           "own-source", "case-running", "case-soon", "case-overdue"};
constexpr std::array<std::string_view, 3> case_colours_needed = {"running", "soon", "overdue"};

std::string colour_of(YamlFields& fields) {
  std::string colour = fields.text("colour");
  if (!is_colour(colour)) fields.refuse("colour", "expected \"#rrggbb\"");
  return colour;
}

template <class Map, class Value>
void add(Map& map, YamlFields& fields, Value value) {
  const std::string id = fields.text("id");
  if (!map.emplace(id, std::move(value)).second) fields.refuse("id", "'" + id + "' is there twice");
}

void read_words(YamlFields& fields, std::map<std::string, MapPack::Words, std::less<>>& into) {
  fields.only(std::array{"id", "zh", "en"});
  add(into, fields, MapPack::Words{fields.text("zh"), fields.text("en")});
}

}  // namespace

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' && std::all_of(text.begin() + 1, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

const MapPack::Words& MapPack::title(std::string_view id) const {
  const auto found = titles.find(id);
  CELADON_ASSERT(found != titles.end());
  return found->second;
}

Result<MapPack> parse_map_layers(std::string_view text, const std::string& file) {
  MapPack pack;
  const std::array<YamlList, 5> lists = {
      YamlList{"fields", [&](YamlFields& fields) { read_words(fields, pack.fields); }},
      YamlList{"base",
               [&](YamlFields& fields) {
                 fields.only(std::array{"id", "draw", "colour", "zoom_min"});
                 MapPack::Base base{fields.text("draw"), colour_of(fields), fields.count("zoom_min", 0, 16)};
                 if (base.draw != "fill" && base.draw != "line") fields.refuse("draw", "expected fill or line");
                 add(pack.base, fields, std::move(base));
               }},
      YamlList{"kinds",
               [&](YamlFields& fields) {
                 fields.only(std::array{"id", "zh", "en", "colour"});
                 pack.kinds.push_back({fields.text("id"), colour_of(fields), {fields.text("zh"), fields.text("en")}});
               }},
      YamlList{"titles", [&](YamlFields& fields) { read_words(fields, pack.titles); }},
      YamlList{"case_colours", [&](YamlFields& fields) {
                 fields.only(std::array{"id", "colour"});
                 add(pack.case_colours, fields, colour_of(fields));
               }}};
  if (const auto read = read_yaml_lists(text, file, lists); !read) return fail(read.error());
  for (const auto& needed : titles_needed) {
    if (!pack.titles.contains(needed))
      return fail(Errc::invalid_value, file + ": the list 'titles' needs an entry '" + std::string(needed) + "'");
  }
  for (const auto& needed : case_colours_needed) {
    if (!pack.case_colours.contains(needed))
      return fail(Errc::invalid_value, file + ": the list 'case_colours' needs an entry '" + std::string(needed) + "'");
  }
  return pack;
}

Result<MapPack> read_map_pack(const std::filesystem::path& packs) {
  auto pack = parse_pack(packs / "map" / "layers.yaml", [](std::string_view text, const std::string& name) {
    return parse_map_layers(text, name);
  });
  if (!pack) return pack;
  auto ramps = read_ramps(packs);
  if (!ramps) return fail(ramps.error());
  pack->ramps = std::move(*ramps);
  return pack;
}

}  // namespace celadon::service
