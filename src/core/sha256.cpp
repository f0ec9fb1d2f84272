#include "core/sha256.hpp"

#include "core/assert.hpp"

#include <openssl/evp.h>

#include <array>

namespace celadon {

struct Sha256::Context {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
};

Sha256::Sha256() : context_(new Context) {
  CELADON_ASSERT(context_->digest != nullptr && EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_->digest);
  delete context_;
}

void Sha256::add(std::string_view bytes) {
  CELADON_ASSERT(EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::finish() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int length = 0;
  CELADON_ASSERT(EVP_DigestFinal_ex(context_->digest, raw.data(), &length) == 1);
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += hex[raw[i] >> 4U];
    text += hex[raw[i] & 15U];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.finish();
}

}  // namespace celadon
