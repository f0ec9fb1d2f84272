#include "people/totp.hpp"

#include "core/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

namespace celadon::people {
namespace {

constexpr std::int64_t step_us = 30 * us_per_second;
constexpr int digits_of_app = 6;
constexpr std::string_view base32_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Takes as long for a wrong code as for a right one.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string one_time_code(std::string_view key, std::uint64_t counter, int digits) {
  CELADON_ASSERT(digits >= 6 && digits <= 8);
  std::array<unsigned char, 8> message{};
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<unsigned char>(counter >> (8 * (message.size() - 1 - i)));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const auto* made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
                          digest.data(), &length);
  CELADON_ASSERT(made != nullptr && length == 20);
  const std::size_t offset = digest[19] & 0x0FU;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = (number << 8U) | digest[offset + i];
  number &= 0x7FFF'FFFFU;
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto it = text.rbegin(); it != text.rend(); ++it, number /= 10) *it = static_cast<char>('0' + number % 10);
  return text;
}

std::int64_t totp_step(Instant moment) { return moment.us / step_us; }

std::optional<std::int64_t> totp_match(std::string_view key, std::string_view code, Instant moment, std::int64_t used) {
  const std::int64_t middle = totp_step(moment);
  std::optional<std::int64_t> found;
  for (std::int64_t step = std::max<std::int64_t>(middle - 1, 0); step <= middle + 1; ++step) {
    if (same(one_time_code(key, static_cast<std::uint64_t>(step), digits_of_app), code) && step > used) found = step;
  }
  return found;
}

std::string to_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) text += base32_letters[(bits >> (count - 5)) & 31U];
    bits &= (1U << count) - 1;
  }
  if (count > 0) text += base32_letters[(bits << (5 - count)) & 31U];
  return text;
}

Result<std::string> from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = base32_letters.find(c);
    if (value == std::string_view::npos) return fail(Errc::malformed, "not base 32: letters A to Z and 2 to 7");
    bits = (bits << 5U) | static_cast<std::uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 255U);
    bits &= (1U << count) - 1;
  }
  return bytes;
}

}  // namespace celadon::people
