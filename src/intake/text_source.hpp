#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace celadon::intake {

/// Bytes of a file or of memory, plain or packed with zstd (told by the first four bytes, not by the name), read
/// forward in bounded memory.
///
/// Errors   not_found, io_failed; file_damaged naming the file and the offset in the packed file where zstd could
///          not go on. Everything before the damage has been handed out by then.
class ByteSource {
 public:
  [[nodiscard]] static Result<ByteSource> open(const std::filesystem::path& path);
  /// `bytes` must outlive the source; `name` stands for it in messages.
  [[nodiscard]] static ByteSource memory(std::string_view bytes, std::string name);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// Fills `into` from the start and gives the number of bytes put there; 0 only at the end.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);
  /// The first bytes (at most 64 KiB) without taking them. Only before the first read.
  [[nodiscard]] Result<std::string_view> peek();

  [[nodiscard]] std::uint64_t bytes_read() const;   ///< as stored, that is packed
  [[nodiscard]] std::uint64_t bytes_total() const;  ///< as stored
  [[nodiscard]] const std::string& name() const;

 private:
  class Impl;
  explicit ByteSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Everything that is left, for formats that are one document. Errors: too_large beyond `bytes_max`.
[[nodiscard]] Result<std::string> read_all(ByteSource& source, std::size_t bytes_max);

}  // namespace celadon::intake
