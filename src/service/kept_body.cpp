#include "service/kept_body.hpp"

#include <zlib.h>

#include <cstdio>

namespace celadon::service {
namespace {

constexpr std::size_t packed_from_bytes = 512;  ///< a smaller body fits one packet anyway
constexpr std::size_t entry_bytes = 256;        ///< what an entry takes beside its texts, about

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? out : std::string();
}

std::string etag_of(std::string_view body) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : body) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text;
}

KeptBody::KeptBody(std::string body, std::string content_type, bool packs)
    : body_(std::move(body)),
      content_type_(std::move(content_type)),
      etag_(etag_of(body_)),
      packs_(packs && body_.size() >= packed_from_bytes) {}

std::size_t KeptBody::bytes() const { return body_.size() + (packs_ ? body_.size() / 2 : 0) + entry_bytes; }

Response KeptBody::answer(const Request& request, std::string cache_control) const {
  Response response;
  response.content_type = content_type_;
  response.cache_control = std::move(cache_control);
  if (body_.empty()) {
    response.status = 204;
    return response;
  }
  const bool packed = packs_ && request.takes_gzip;
  if (packed) {
    std::call_once(packing_, [this] {
      packed_ = gzip(body_);
      packed_etag_ = etag_.substr(0, etag_.size() - 1) + "-gz\"";
    });
  }
  const bool is_packed = packed && !packed_.empty();
  response.etag = is_packed ? packed_etag_ : etag_;
  if (request.if_none_match.find(response.etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  response.body = is_packed ? packed_ : body_;
  response.is_packed = is_packed;
  return response;
}

std::shared_ptr<const KeptBody> BodyCache::find(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->body;
}

void BodyCache::put(std::string key, std::shared_ptr<const KeptBody> body) {
  const std::size_t bytes = body->bytes() + 2 * key.size();
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
  if (bytes > bytes_max_ / 4) return;
  entries_.push_front({std::move(key), std::move(body), bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > bytes_max_) drop(std::prev(entries_.end()));
}

void BodyCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

std::size_t BodyCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::size_t BodyCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace celadon::service
