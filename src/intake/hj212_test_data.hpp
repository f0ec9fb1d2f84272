#pragma once

// The published samples of HJ 212 (tests/reference/hj212) for the tests of this room.

#include "intake/hj212_frame.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace celadon::intake {

inline const std::string samples_folder = CELADON_SOURCE "/tests/reference/hj212/";

inline std::vector<boost::json::object> read_lines(const std::string& file) {
  std::vector<boost::json::object> all;
  std::ifstream in(samples_folder + file);
  for (std::string line; std::getline(in, line);) all.push_back(boost::json::parse(line).as_object());
  REQUIRE_FALSE(all.empty());
  return all;
}

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

inline std::string bytes_of(const boost::json::object& sample, const std::string& name = "raw") {
  if (const auto* text = sample.if_contains(name)) return std::string(text->as_string());
  return from_hex(sample.at(name + "_hex").as_string());
}

/// Everything that a reader gives for `stream`, cut into pieces of the sizes that `cut` tells.
inline void read_stream(FrameReader& reader, std::string_view stream, const std::function<std::size_t()>& cut,
                        const std::function<void(const FrameReader::Item&)>& take) {
  do {
    const std::size_t count = std::min(stream.size(), cut());
    reader.feed(stream.substr(0, count));
    stream.remove_prefix(count);
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) take(item);
  } while (!stream.empty());
}

inline std::size_t whole() { return SIZE_MAX; }

/// The frames alone, as sent, each with its repairs behind a blank.
inline std::vector<std::string> frames_of(std::string_view stream, const std::function<std::size_t()>& cut = whole) {
  FrameReader reader;
  std::vector<std::string> frames;
  read_stream(reader, stream, cut, [&](const FrameReader::Item& item) {
    const auto* frame = std::get_if<Frame>(&item);
    if (frame == nullptr) return;
    frames.emplace_back(frame->raw);
    for (const auto name : frame->repairs) {
      if (name != "crc_lower_case" && name != "segment_too_long") frames.back() += " " + std::string(name);
    }
  });
  return frames;
}

}  // namespace celadon::intake
