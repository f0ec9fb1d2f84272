#include "people/passwords.hpp"

#include "core/assert.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace celadon::people {
namespace {

constexpr std::size_t characters_min = 10;
constexpr std::size_t bytes_max = 1024;

/// Those of ten characters and more that head every published list of leaked passwords; shorter ones are refused
/// anyway.
constexpr std::array<std::string_view, 48> commonest = {
    "1234567890",   "0123456789",    "0987654321",   "1q2w3e4r5t",    "1qaz2wsx3edc", "1qazxsw23edc", "qwertyuiop",
    "qwerty12345",  "qwerty123456",  "password12",   "password123",   "password1234", "passw0rd123",  "p@ssw0rd123",
    "p@ssword123",  "admin12345",    "admin123456",  "administrator", "abcdefghij",   "abcd123456",   "abc1234567",
    "a123456789",   "123456789a",    "1234567891",   "12345678910",   "123456789qq",  "aa123456789",  "q123456789",
    "123qweasdzxc", "1q2w3e4r5t6y",  "qweasdzxc123", "zaq12wsxcde",   "iloveyou123",  "iloveyou1314", "woaini1314",
    "woaini520",    "woaini1314520", "5201314520",   "1314520520",    "3.1415926",    "3.14159265",   "1357924680",
    "1122334455",   "9876543210",    "letmein123",   "welcome123",    "changeme123",  "celadon123"};

struct Limits {
  unsigned long long operations;
  std::size_t memory_bytes;
};
Limits limits_of(HashWork work) {
  if (work == HashWork::least) return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
  return {crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE};
}

void begin_sodium() {
  static const bool ready = sodium_init() >= 0;
  CELADON_ASSERT(ready);
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Result<std::string> hash_password(const std::string& password, HashWork work) {
  begin_sodium();
  const Limits limits = limits_of(work);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), limits.operations, limits.memory_bytes) != 0)
    return fail(Errc::io_failed, "there is no memory to hash a password (64 MiB); free some and try again");
  return std::string(text.data());
}

namespace {

/// A hash that no password is known for; one for each kind of work.
const std::string& hash_of_nobody(HashWork work) {
  const auto make = [work] { return hash_password(random_bytes(16), work).value_or(std::string()); };
  if (work == HashWork::least) {
    static const std::string least = make();
    return least;
  }
  static const std::string interactive = make();
  return interactive;
}

}  // namespace

bool password_fits(const std::string& hash, const std::string& password, HashWork work) {
  begin_sodium();
  const bool nobody = hash.empty();
  const std::string& asked = nobody ? hash_of_nobody(work) : hash;
  const bool fits = crypto_pwhash_str_verify(asked.c_str(), password.data(), password.size()) == 0;
  return fits && !nobody;
}

Result<void> check_password(const std::string& password, std::string_view name) {
  const auto refuse = [](const char* why) { return fail(Errc::invalid_value, why, "password"); };
  if (characters_of(password) < characters_min) return refuse("a password has 10 characters at least");
  if (password.size() > bytes_max) return refuse("a password has 1024 bytes at most");
  const std::string low = lower(password);
  if (std::find(commonest.begin(), commonest.end(), low) != commonest.end())
    return refuse("this password is among the commonest; choose another");
  if (low.find_first_not_of(low.front()) == std::string::npos)
    return refuse("a password is more than one character over and over");
  if (name.size() >= 4 && low.find(lower(name)) != std::string::npos)
    return refuse("a password does not contain the name it is for");
  return {};
}

std::string random_bytes(std::size_t count) {
  begin_sodium();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string new_secret() {
  const std::string bytes = random_bytes(32);
  std::string text;
  static constexpr char hex[] = "0123456789abcdef";
  for (const char c : bytes) {
    text += hex[static_cast<unsigned char>(c) >> 4U];
    text += hex[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

}  // namespace celadon::people
