#pragma once

#include "service/http.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace celadon::service {

/// gzip of a text; empty where the library refuses.
[[nodiscard]] std::string gzip(std::string_view text);
/// A strong ETag: FNV-1a of the body, 64 bits, in quotes. Tells two bodies apart, protects nothing.
[[nodiscard]] std::string etag_of(std::string_view body);

/// A body that is sent many times: as it is and packed, with its ETags. The packed one is made when first asked for.
class KeptBody {
 public:
  KeptBody(std::string body, std::string content_type, bool packs);
  /// The answer to this request: 204 where the body is empty, 304 where the caller has it, packed where he takes it.
  [[nodiscard]] Response answer(const Request& request, std::string cache_control) const;
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] const std::string& etag() const { return etag_; }
  [[nodiscard]] std::size_t bytes() const;  ///< what it takes of memory once it is packed, about

 private:
  const std::string body_, content_type_, etag_;
  const bool packs_;
  mutable std::once_flag packing_;
  mutable std::string packed_, packed_etag_;
};

/// Bodies made lately, at most so many bytes of them; the longest unused go first. Any thread.
class BodyCache {
 public:
  explicit BodyCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  [[nodiscard]] std::shared_ptr<const KeptBody> find(std::string_view key);
  /// A body larger than a quarter of the whole is not kept.
  void put(std::string key, std::shared_ptr<const KeptBody> body);
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const KeptBody> body;
    std::size_t bytes;
  };
  void drop(std::list<Entry>::iterator entry);
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  ///< the last used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace celadon::service
