#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace celadon::people {

/// How much work a hash is: libsodium's `interactive` (64 MiB, about a tenth of a second), or the least, for tests.
enum class HashWork : std::uint8_t { interactive, least };

/// argon2id with a salt of its own, as text that holds its parameters. Errors   io_failed where there is no memory.
[[nodiscard]] Result<std::string> hash_password(const std::string& password, HashWork work);
/// An empty hash fits no password, and takes as long as a wrong password does: nobody learns which names there are.
[[nodiscard]] bool password_fits(const std::string& hash, const std::string& password, HashWork work);
/// Errors   invalid_value with field `password`: shorter than 10 characters, longer than 1024 bytes, among the
/// commonest, one character over and over, or with the name in it.
[[nodiscard]] Result<void> check_password(const std::string& password, std::string_view name);

/// 32 random bytes as hexadecimal: the secret of a session or token.
[[nodiscard]] std::string new_secret();
/// So many random bytes.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace celadon::people
