#pragma once

#include "core/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace celadon::intake {

/// An SM4 key, 128 bits.
using Key212 = std::array<std::uint8_t, 16>;

/// The data area of a segment: what stands between CP=&& and the && at its end.
struct DataArea {
  std::string_view header;  ///< up to and with CP=&&; plain in every edition
  std::string_view area;    ///< what HJ 212-2025 encrypts
};

/// Nothing where the segment has no CP=&& or does not end with &&.
[[nodiscard]] std::optional<DataArea> data_area_of(std::string_view segment);

/// SM4 in ECB without padding (HJ 212-2025): the whole blocks of 16 bytes are changed in place, the rest stays plain.
/// ECB shows equal blocks and proves nothing about who sent them.
/// Errors   io_failed where the cryptographic library of this machine has no SM4.
[[nodiscard]] Result<void> sm4_encrypt(std::span<char> area, const Key212& key);
[[nodiscard]] Result<void> sm4_decrypt(std::span<char> area, const Key212& key);

/// A whole frame with an encrypted data area: length and checksum are those of the plain segment.
/// Errors   malformed when the segment has no data area; as of sm4_encrypt. Requires segment.size() <= 9999.
[[nodiscard]] Result<std::string> make_encrypted_frame(std::string_view segment, const Key212& key);

}  // namespace celadon::intake
