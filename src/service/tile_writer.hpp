#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace celadon::service {

/// What an attribute of a tile may be.
using TileValue = std::variant<std::string, double, std::int64_t, bool>;

enum class TileShape : std::uint8_t { points = 1, lines = 2, polygons = 3 };

/// A point in tile units, y down.
struct TilePoint {
  double x = 0, y = 0;
  friend bool operator==(const TilePoint&, const TilePoint&) = default;
};

/// Geometry commands of the vector tile specification: a cursor that moves by zigzag differences.
class TileGeometry {
 public:
  void clear();
  void points(std::span<const TilePoint> points);
  /// False where fewer than two (of a ring three) points stay apart once they are whole numbers; then nothing is added.
  bool path(std::span<const TilePoint> path, bool is_ring);
  [[nodiscard]] const std::vector<std::uint32_t>& words() const { return words_; }

 private:
  void command(std::uint32_t id, std::uint32_t count) { words_.push_back(id | count << 3U); }
  void step(std::int32_t x, std::int32_t y);
  std::vector<std::uint32_t> words_;
  std::vector<std::pair<std::int32_t, std::int32_t>> whole_;
  std::int32_t x_ = 0, y_ = 0;
};

/// Writes a Mapbox vector tile (version 2) of one layer. Keys and values are numbered as they are first used, so equal
/// calls give equal bytes.
class TileWriter {
 public:
  explicit TileWriter(std::string_view layer);
  [[nodiscard]] std::uint32_t key(std::string_view name);
  [[nodiscard]] std::uint32_t value(const TileValue& value);
  [[nodiscard]] std::uint32_t text(std::string_view value);
  [[nodiscard]] std::uint32_t whole(std::int64_t value);
  /// `tags` are pairs of key and value numbers. Nothing is added without geometry.
  void add(std::span<const std::uint32_t> tags, TileShape shape, const TileGeometry& geometry);
  [[nodiscard]] std::size_t features() const { return features_; }
  /// The tile; empty where it has no feature.
  [[nodiscard]] std::string finish();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Numbers = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;
  std::uint32_t number_of(std::string_view encoded);
  std::string data_, feature_, names_, values_;
  Numbers key_numbers_, value_numbers_;
  std::size_t features_ = 0;
};

}  // namespace celadon::service
