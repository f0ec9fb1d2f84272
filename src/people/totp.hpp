#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace celadon::people {

/// One-time code of a counter.
///
/// Units    digits 6 to 8; key in bytes, not base 32.
/// Source   RFC 4226 5.3 with HMAC-SHA-1.
[[nodiscard]] std::string one_time_code(std::string_view key, std::uint64_t counter, int digits);

/// Number of the step of 30 s that a moment lies in. Source   RFC 6238 4.2 with X = 30 s, T0 = 1970.
[[nodiscard]] std::int64_t totp_step(Instant moment);

/// The step whose six digits the code is: that of the moment, the one before or the one after (RFC 6238 5.2), and later
/// than `used`, so that a code is taken once. Nothing where it is none of them.
[[nodiscard]] std::optional<std::int64_t> totp_match(std::string_view key, std::string_view code, Instant moment,
                                                     std::int64_t used);

/// Base 32 without padding, as authenticator apps want it. Source   RFC 4648 6.
[[nodiscard]] std::string to_base32(std::string_view bytes);
/// Errors   malformed.
[[nodiscard]] Result<std::string> from_base32(std::string_view text);

}  // namespace celadon::people
