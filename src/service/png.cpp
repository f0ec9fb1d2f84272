#include "service/png.hpp"

#include "core/assert.hpp"

#include <zlib.h>

namespace celadon::service {
namespace {

void put_32(std::string& out, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(number >> shift & 0xFFU);
}

/// Length, name, content, checksum of name and content.
void put_chunk(std::string& out, std::string_view name, std::string_view content) {
  put_32(out, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = out.size();
  out.append(name).append(content);
  const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + begin);
  put_32(out, static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(out.size() - begin))));
}

}  // namespace

std::string png_of(std::span<const std::uint8_t> pixels, int side) {
  const auto count = static_cast<std::size_t>(side);
  CELADON_ASSERT(side > 0 && pixels.size() == count * count * 4);
  // Each row begins with the number of its filter: 1, each byte as its difference to the pixel before, suits slopes.
  std::string rows;
  rows.reserve(count * (count * 4 + 1));
  for (std::size_t r = 0; r < count; ++r) {
    rows += '\1';
    const auto row = pixels.subspan(r * count * 4, count * 4);
    for (std::size_t i = 0; i < row.size(); ++i)
      rows += static_cast<char>(static_cast<std::uint8_t>(row[i] - (i < 4 ? 0 : row[i - 4])));
  }
  std::string packed(compressBound(static_cast<uLong>(rows.size())), '\0');
  auto packed_bytes = static_cast<uLongf>(packed.size());
  const int done = compress2(reinterpret_cast<Bytef*>(packed.data()), &packed_bytes,
                             reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()), 6);
  CELADON_ASSERT(done == Z_OK);
  packed.resize(packed_bytes);
  std::string out = "\x89PNG\r\n\x1a\n";
  std::string head;
  put_32(head, static_cast<std::uint32_t>(side));
  put_32(head, static_cast<std::uint32_t>(side));
  head.append("\x08\x06\x00\x00\x00", 5);  // 8 bits, red green blue alpha, the one compression, filter and order
  put_chunk(out, "IHDR", head);
  put_chunk(out, "IDAT", packed);
  put_chunk(out, "IEND", {});
  return out;
}

}  // namespace celadon::service
