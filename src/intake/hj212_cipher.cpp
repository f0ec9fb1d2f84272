#include "intake/hj212_cipher.hpp"

#include "intake/hj212_frame.hpp"

#include <openssl/evp.h>

#include <memory>

namespace celadon::intake {
namespace {

constexpr std::size_t cipher_block_bytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

Result<void> run_sm4(std::span<char> area, const Key212& key, bool encrypt) {
  const std::size_t whole = area.size() / cipher_block_bytes * cipher_block_bytes;
  if (whole == 0) return {};
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  auto* bytes = reinterpret_cast<unsigned char*>(area.data());
  int written = 0;
  if (context == nullptr ||
      EVP_CipherInit_ex(context.get(), EVP_sm4_ecb(), nullptr, key.data(), nullptr, encrypt ? 1 : 0) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), bytes, &written, bytes, static_cast<int>(whole)) != 1 ||
      written != static_cast<int>(whole)) {
    return fail(Errc::io_failed, "the OpenSSL of this machine does not do SM4; install one built with it");
  }
  return {};
}

}  // namespace

std::optional<DataArea> data_area_of(std::string_view segment) {
  constexpr std::string_view mark = "CP=&&";
  const std::size_t at = segment.find(mark);
  if (at == std::string_view::npos || !segment.ends_with("&&") || segment.size() < at + mark.size() + 2) {
    return std::nullopt;
  }
  const std::size_t begin = at + mark.size();
  return DataArea{segment.substr(0, begin), segment.substr(begin, segment.size() - begin - 2)};
}

Result<void> sm4_encrypt(std::span<char> area, const Key212& key) { return run_sm4(area, key, true); }

Result<void> sm4_decrypt(std::span<char> area, const Key212& key) { return run_sm4(area, key, false); }

Result<std::string> make_encrypted_frame(std::string_view segment, const Key212& key) {
  const auto place = data_area_of(segment);
  if (!place) return fail(Errc::malformed, "the data segment has no CP=&&...&& at its end", "CP");
  std::string frame = make_frame(segment);
  const std::size_t at = frame_header_bytes + place->header.size();
  if (auto done = sm4_encrypt({frame.data() + at, place->area.size()}, key); !done) return fail(done.error());
  return frame;
}

}  // namespace celadon::intake
