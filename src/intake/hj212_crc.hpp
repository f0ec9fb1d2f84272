#pragma once

#include <cstdint>
#include <span>

namespace celadon::intake {

/// Checksum of a data segment as HJ 212-2017 annex A describes it: for each byte the register is shifted right by 8 and
/// the byte put on what is left, so this is neither CRC-16/ARC nor Modbus. Empty gives FFFF.
///
/// Speed    each step depends on one byte of state through a linear map of order 8; whole 8-byte words are folded by
///          XOR first, then only eight table steps and the rest remain.
[[nodiscard]] std::uint16_t hj212_crc(std::span<const char> segment);

/// The same, a byte at a time; slower. Kept as the oracle of the tests.
[[nodiscard]] std::uint16_t hj212_crc_by_bits(std::span<const char> segment);

/// The ordinary Modbus checksum, which some devices send by mistake.
[[nodiscard]] std::uint16_t modbus_crc(std::span<const char> segment);

}  // namespace celadon::intake
