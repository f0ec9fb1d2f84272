#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "ledger/ledger.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace celadon::ledger {

/// A file that belongs to records, by the SHA-256 of its content.
struct Attachment {
  std::string hash;  ///< 64 hexadecimal digits
  std::string name, media_type;
  std::int64_t bytes = 0;
  std::optional<Instant> taken_at;  ///< of a photo, as its sender said
  std::optional<LonLat> taken_where;
  Instant known_at;
  std::string who;
};

/// Files in <data>/attachments/ab/cdef..., written once, read-only after. What `put` has answered is on the disk.
class Attachments {
 public:
  static constexpr std::size_t bytes_max = 20 << 20;

  Attachments(Ledger& ledger, std::filesystem::path folder);
  /// The same content again gives the first one's record. The media type is taken from the content (JPEG, PNG, WebP,
  /// PDF, ZIP-based office files, plain text); others are refused as invalid_value. Errors   too_large, io_failed.
  [[nodiscard]] Result<Attachment> put(const std::string& content, const std::string& name,
                                       std::optional<Instant> taken_at, std::optional<LonLat> taken_where,
                                       const std::string& who);
  [[nodiscard]] Result<Attachment> find(const std::string& hash) const;  ///< or not_found
  /// The bytes; file_damaged when their hash is another.
  [[nodiscard]] Result<std::string> content(const std::string& hash) const;

 private:
  Ledger& ledger_;
  std::filesystem::path folder_;
};

}  // namespace celadon::ledger
