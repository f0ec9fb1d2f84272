#include "intake/hj212_crc.hpp"

#include <array>
#include <cstring>

namespace celadon::intake {
namespace {

constexpr std::uint16_t polynomial = 0xA001;

constexpr std::uint16_t eight_shifts(std::uint16_t value) {
  for (int i = 0; i < 8; ++i) {
    const bool low = (value & 1U) != 0;
    value = static_cast<std::uint16_t>(value >> 1U);
    if (low) value ^= polynomial;
  }
  return value;
}

constexpr auto make_crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = eight_shifts(static_cast<std::uint16_t>(i));
  return table;
}

constexpr auto crc_table = make_crc_table();

std::uint16_t step(std::uint16_t state, std::uint8_t byte) {
  return crc_table[static_cast<std::size_t>(state >> 8U) ^ byte];
}

}  // namespace

std::uint16_t hj212_crc(std::span<const char> segment) {
  std::uint16_t state = 0xFFFF;
  if (segment.empty()) return state;

  const std::size_t words = (segment.size() - 1) / 8;  // at least one byte stays for the end
  if (words > 0) {
    std::uint64_t folded = 0;
    for (std::size_t i = 0; i < words; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, segment.data() + i * 8, 8);
      folded ^= word;
    }
    std::array<std::uint8_t, 8> bytes{};
    std::memcpy(bytes.data(), &folded, 8);
    for (const std::uint8_t byte : bytes) state = step(state, byte);
  }
  for (std::size_t i = words * 8; i < segment.size(); ++i) state = step(state, static_cast<std::uint8_t>(segment[i]));
  return state;
}

std::uint16_t hj212_crc_by_bits(std::span<const char> segment) {
  std::uint16_t state = 0xFFFF;
  for (const char byte : segment) {
    state = eight_shifts(static_cast<std::uint16_t>((state >> 8U) ^ static_cast<std::uint8_t>(byte)));
  }
  return state;
}

std::uint16_t modbus_crc(std::span<const char> segment) {
  std::uint16_t state = 0xFFFF;
  for (const char byte : segment) {
    state = static_cast<std::uint16_t>((state >> 8U) ^ crc_table[(state ^ static_cast<std::uint8_t>(byte)) & 0xFFU]);
  }
  return state;
}

}  // namespace celadon::intake
