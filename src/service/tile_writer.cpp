#include "service/tile_writer.hpp"

#include "service/tile.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <protozero/pbf_writer.hpp>
#pragma GCC diagnostic pop

#include <cmath>

namespace celadon::service {
namespace {

// Field numbers of the specification, 2.1.
constexpr protozero::pbf_tag_type tile_layer = 3;
constexpr protozero::pbf_tag_type layer_name = 1, layer_feature = 2, layer_key = 3, layer_value = 4, layer_extent = 5,
                                  layer_version = 15;
constexpr protozero::pbf_tag_type feature_tags = 2, feature_type = 3, feature_geometry = 4;
constexpr protozero::pbf_tag_type value_string = 1, value_double = 3, value_int = 4, value_bool = 7;
constexpr std::uint32_t move_to = 1, line_to = 2, close_path = 7;

}  // namespace

void TileGeometry::clear() {
  words_.clear();
  x_ = 0;
  y_ = 0;
}

void TileGeometry::step(std::int32_t x, std::int32_t y) {
  words_.push_back(protozero::encode_zigzag32(x - x_));
  words_.push_back(protozero::encode_zigzag32(y - y_));
  x_ = x;
  y_ = y;
}

void TileGeometry::points(std::span<const TilePoint> points) {
  if (points.empty()) return;
  command(move_to, static_cast<std::uint32_t>(points.size()));
  for (const auto& p : points) step(static_cast<std::int32_t>(std::lround(p.x)), static_cast<std::int32_t>(std::lround(p.y)));
}

bool TileGeometry::path(std::span<const TilePoint> path, bool is_ring) {
  whole_.clear();
  for (const auto& p : path) {
    const std::pair at(static_cast<std::int32_t>(std::lround(p.x)), static_cast<std::int32_t>(std::lround(p.y)));
    if (whole_.empty() || whole_.back() != at) whole_.push_back(at);
  }
  if (is_ring && whole_.size() > 1 && whole_.front() == whole_.back()) whole_.pop_back();
  if (whole_.size() < (is_ring ? 3U : 2U)) return false;
  command(move_to, 1);
  step(whole_[0].first, whole_[0].second);
  command(line_to, static_cast<std::uint32_t>(whole_.size() - 1));
  for (std::size_t i = 1; i < whole_.size(); ++i) step(whole_[i].first, whole_[i].second);
  if (is_ring) command(close_path, 1);
  return true;
}

TileWriter::TileWriter(std::string_view layer) {
  protozero::pbf_writer writer(data_);
  writer.add_uint32(layer_version, 2);
  writer.add_string(layer_name, layer.data(), layer.size());
}

std::uint32_t TileWriter::key(std::string_view name) {
  const auto found = key_numbers_.find(name);
  if (found != key_numbers_.end()) return found->second;
  protozero::pbf_writer(names_).add_string(layer_key, name.data(), name.size());
  return key_numbers_.emplace(name, static_cast<std::uint32_t>(key_numbers_.size())).first->second;
}

std::uint32_t TileWriter::number_of(std::string_view encoded) {
  const auto found = value_numbers_.find(encoded);
  if (found != value_numbers_.end()) return found->second;
  protozero::pbf_writer(values_).add_message(layer_value, encoded.data(), encoded.size());
  return value_numbers_.emplace(encoded, static_cast<std::uint32_t>(value_numbers_.size())).first->second;
}

std::uint32_t TileWriter::text(std::string_view value) {
  feature_.clear();
  protozero::pbf_writer(feature_).add_string(value_string, value.data(), value.size());
  return number_of(feature_);
}

std::uint32_t TileWriter::whole(std::int64_t value) {
  feature_.clear();
  protozero::pbf_writer(feature_).add_int64(value_int, value);
  return number_of(feature_);
}

std::uint32_t TileWriter::value(const TileValue& value) {
  if (const auto* string = std::get_if<std::string>(&value)) return text(*string);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return whole(*number);
  feature_.clear();
  protozero::pbf_writer writer(feature_);
  if (const auto* real = std::get_if<double>(&value))
    writer.add_double(value_double, *real);
  else
    writer.add_bool(value_bool, std::get<bool>(value));
  return number_of(feature_);
}

void TileWriter::add(std::span<const std::uint32_t> tags, TileShape shape, const TileGeometry& geometry) {
  const auto& words = geometry.words();
  if (words.empty()) return;
  feature_.clear();
  {
    protozero::pbf_writer writer(feature_);
    writer.add_packed_uint32(feature_tags, tags.begin(), tags.end());
    writer.add_enum(feature_type, static_cast<std::int32_t>(shape));
    writer.add_packed_uint32(feature_geometry, words.begin(), words.end());
  }
  protozero::pbf_writer(data_).add_message(layer_feature, feature_);
  ++features_;
}

std::string TileWriter::finish() {
  if (features_ == 0) return {};
  data_ += names_;
  data_ += values_;
  protozero::pbf_writer(data_).add_uint32(layer_extent, static_cast<std::uint32_t>(tile_extent));
  std::string out;
  out.reserve(data_.size() + 8);
  protozero::pbf_writer(out).add_message(tile_layer, data_);
  return out;
}

}  // namespace celadon::service
