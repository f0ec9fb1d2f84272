#pragma once

#include "service/tile_writer.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <protozero/pbf_reader.hpp>
#pragma GCC diagnostic pop

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace celadon::service::test {

/// A feature of a tile, read back by the specification.
struct ReadFeature {
  int type = 0;
  std::vector<std::vector<std::pair<int, int>>> parts;  ///< paths; of points one path of all
  std::map<std::string, TileValue> attributes;

  [[nodiscard]] std::string text(const std::string& name) const {
    const auto found = attributes.find(name);
    const auto* text = found == attributes.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? std::string() : *text;
  }
  /// -1 where it is not there.
  [[nodiscard]] double number(const std::string& name) const {
    const auto found = attributes.find(name);
    if (found == attributes.end()) return -1;
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(&found->second);
    return real == nullptr ? -1 : *real;
  }
};

struct ReadTile {
  std::string name;
  std::uint32_t version = 0, extent = 0;
  std::vector<ReadFeature> features;
};

inline std::vector<std::vector<std::pair<int, int>>> parts_of(const std::vector<std::uint32_t>& words) {
  std::vector<std::vector<std::pair<int, int>>> parts;
  int x = 0, y = 0;
  for (std::size_t i = 0; i < words.size();) {
    const std::uint32_t command = words[i] & 7U;
    const std::uint32_t count = words[i] >> 3U;
    ++i;
    if (command == 7) continue;
    if (command == 1) parts.emplace_back();
    for (std::uint32_t k = 0; k < count; ++k) {
      x += protozero::decode_zigzag32(words.at(i));
      y += protozero::decode_zigzag32(words.at(i + 1));
      i += 2;
      parts.back().emplace_back(x, y);
    }
  }
  return parts;
}

inline TileValue value_of(protozero::pbf_reader value) {
  TileValue out;
  while (value.next()) {
    switch (value.tag()) {
      case 1: out = std::string(value.get_string()); break;
      case 3: out = value.get_double(); break;
      case 4: out = static_cast<std::int64_t>(value.get_int64()); break;
      case 7: out = value.get_bool(); break;
      default: value.skip();
    }
  }
  return out;
}

inline ReadTile read_tile(const std::string& bytes) {
  ReadTile tile;
  protozero::pbf_reader outer(bytes);
  if (!outer.next(3)) return tile;
  protozero::pbf_reader layer = outer.get_message();
  std::vector<std::string> keys;
  std::vector<TileValue> values;
  std::vector<std::vector<std::uint32_t>> tags;
  while (layer.next()) {
    switch (layer.tag()) {
      case 15: tile.version = layer.get_uint32(); break;
      case 1: tile.name = layer.get_string(); break;
      case 3: keys.push_back(layer.get_string()); break;
      case 4: values.push_back(value_of(layer.get_message())); break;
      case 5: tile.extent = layer.get_uint32(); break;
      case 2: {
        ReadFeature feature;
        std::vector<std::uint32_t> words, numbers;
        protozero::pbf_reader one = layer.get_message();
        while (one.next()) {
          if (one.tag() == 2) {
            for (const auto number : one.get_packed_uint32()) numbers.push_back(number);
          } else if (one.tag() == 3) {
            feature.type = one.get_enum();
          } else if (one.tag() == 4) {
            for (const auto word : one.get_packed_uint32()) words.push_back(word);
          } else {
            one.skip();
          }
        }
        feature.parts = parts_of(words);
        tile.features.push_back(std::move(feature));
        tags.push_back(std::move(numbers));
        break;
      }
      default: layer.skip();
    }
  }
  for (std::size_t f = 0; f < tags.size(); ++f) {
    for (std::size_t t = 0; t + 1 < tags[f].size(); t += 2)
      tile.features[f].attributes[keys.at(tags[f][t])] = values.at(tags[f][t + 1]);
  }
  return tile;
}

}  // namespace celadon::service::test
