#pragma once

#include <string>
#include <string_view>

namespace celadon {

/// SHA-256 of bytes that come in pieces, as 64 lower-case hexadecimal digits.
///
/// Source   FIPS 180-4, by OpenSSL. Errors: none; an OpenSSL without SHA-256 stops the program.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  [[nodiscard]] std::string finish();  ///< once; nothing may be added after it

 private:
  struct Context;
  Context* context_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace celadon
