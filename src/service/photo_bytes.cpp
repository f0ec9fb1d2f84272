#include "service/photo_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace celadon::service {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

/// Keeps JFIF (APP0), ICC profiles (APP2) and Adobe's colour transform (APP14), which the picture needs; drops the other
/// APPn, comments, and whatever follows the end of the image.
std::string jpeg_without(std::string_view in) {
  std::string out(in.substr(0, 2));
  std::size_t at = 2;
  while (at + 4 <= in.size() && byte_at(in, at) == 0xFF) {
    const std::uint8_t marker = byte_at(in, at + 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    if (marker == 0xDA) {  // the picture itself: to its end
      const std::size_t end = in.rfind("\xFF\xD9");
      out += in.substr(at, end == std::string_view::npos || end < at ? std::string_view::npos : end + 2 - at);
      return out;
    }
    const std::size_t length = (static_cast<std::size_t>(byte_at(in, at + 2)) << 8U) + byte_at(in, at + 3);
    if (length < 2 || at + 2 + length > in.size()) break;
    const bool is_app = marker >= 0xE1 && marker <= 0xEF && marker != 0xE2 && marker != 0xEE;
    if (!is_app && marker != 0xFE) out += in.substr(at, 2 + length);
    at += 2 + length;
  }
  out += in.substr(std::min(at, in.size()));
  return out;
}

std::string png_without(std::string_view in) {
  static constexpr std::array<std::string_view, 5> dropped = {"eXIf", "tEXt", "zTXt", "iTXt", "tIME"};
  std::string out(in.substr(0, 8));
  std::size_t at = 8;
  while (at + 12 <= in.size()) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = (length << 8U) + byte_at(in, at + i);
    if (length > in.size() - at - 12) break;
    const auto type = in.substr(at + 4, 4);
    if (std::find(dropped.begin(), dropped.end(), type) == dropped.end()) out += in.substr(at, 12 + length);
    at += 12 + length;
    if (type == "IEND") return out;
  }
  out += in.substr(std::min(at, in.size()));
  return out;
}

}  // namespace

bool may_be_shown(std::string_view media_type) {
  return media_type == "image/jpeg" || media_type == "image/png" || media_type == "application/pdf";
}

std::string without_traces(std::string bytes) {
  if (bytes.starts_with("\xFF\xD8")) return jpeg_without(bytes);
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return png_without(bytes);
  return bytes;
}

}  // namespace celadon::service
