#include "intake/text_source.hpp"

#include "core/assert.hpp"

#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <vector>

namespace celadon::intake {
namespace {

constexpr std::size_t stored_block_bytes = 128 * 1024;
constexpr std::size_t peek_bytes_max = 64 * 1024;
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
// A frame may ask the reader for any window; 128 MiB is zstd's own default limit for streams.
constexpr int window_log_max = 27;

}  // namespace

class ByteSource::Impl {
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

 public:
  std::string name;
  std::unique_ptr<std::FILE, CloseFile> file;
  std::string_view memory;
  std::uint64_t total = 0;

  Result<void> begin() {
    auto filled = refill();
    if (!filled) return fail(filled.error());
    const std::string_view first(stored_.data(), stored_size_);
    packed_ = first.starts_with(zstd_magic);
    if (!packed_) return {};
    unpacker_.reset(ZSTD_createDStream());
    if (!unpacker_) return fail(Errc::io_failed, name + ": no memory for unpacking zstd");
    ZSTD_DCtx_setParameter(unpacker_.get(), ZSTD_d_windowLogMax, window_log_max);
    return {};
  }

  Result<std::size_t> read(std::span<char> into) {
    if (!started_) {
      started_ = true;
      auto begun = begin();
      if (!begun) return fail(begun.error());
    }
    return packed_ ? unpack(into) : copy(into);
  }

  [[nodiscard]] std::uint64_t position() const { return stored_begin_ + stored_used_; }

  std::string peeked;
  std::size_t peeked_used = 0;

 private:
  Result<std::size_t> refill() {
    stored_begin_ += stored_size_;
    stored_used_ = 0;
    stored_.resize(stored_block_bytes);
    if (file) {
      stored_size_ = std::fread(stored_.data(), 1, stored_.size(), file.get());
      if (stored_size_ < stored_.size() && std::ferror(file.get()) != 0) {
        return fail(Errc::io_failed, name + ": cannot be read after byte " +
                                         std::to_string(stored_begin_ + stored_size_) + ": " +
                                         std::generic_category().message(errno));
      }
    } else {
      stored_size_ = std::min(stored_.size(), memory.size());
      std::memcpy(stored_.data(), memory.data(), stored_size_);
      memory.remove_prefix(stored_size_);
    }
    return stored_size_;
  }

  Result<std::size_t> copy(std::span<char> into) {
    if (stored_used_ == stored_size_) {
      auto filled = refill();
      if (!filled || *filled == 0) return filled;
    }
    const std::size_t count = std::min(into.size(), stored_size_ - stored_used_);
    std::memcpy(into.data(), stored_.data() + stored_used_, count);
    stored_used_ += count;
    return count;
  }

  Result<std::size_t> unpack(std::span<char> into) {
    if (!damage_.empty()) return damaged(damage_);
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      if (stored_used_ == stored_size_) {
        auto filled = refill();
        if (!filled) return filled;
        if (*filled == 0) {
          if (frame_open_) return damaged("the file ends inside a zstd frame");
          return std::size_t{0};
        }
      }
      ZSTD_inBuffer in{stored_.data(), stored_size_, stored_used_};
      const std::size_t hint = ZSTD_decompressStream(unpacker_.get(), &out, &in);
      const bool moved = in.pos != stored_used_ || out.pos != 0;
      stored_used_ = in.pos;
      if (ZSTD_isError(hint) != 0) {
        // What came out in this very call is good; the next call tells the damage, for zstd cannot be asked again after
        // an error.
        damage_ = ZSTD_getErrorName(hint);
        if (out.pos > 0) return out.pos;
        return damaged(damage_);
      }
      frame_open_ = hint != 0;
      if (!moved) return damaged("zstd cannot go on");
    }
    return out.pos;
  }

  Unexpected<Error> damaged(const std::string& reason) const {
    return fail(Errc::file_damaged, name + ": damaged near byte " + std::to_string(position()) + " of " +
                                        std::to_string(total) + ": " + reason + "; fetch the file again");
  }

  std::string damage_;
  std::vector<char> stored_;
  std::size_t stored_size_ = 0, stored_used_ = 0;
  std::uint64_t stored_begin_ = 0;
  bool started_ = false, packed_ = false, frame_open_ = false;
  std::unique_ptr<ZSTD_DStream, FreeStream> unpacker_;
};

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>();
  impl->name = path.string();
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return fail(Errc::not_found, impl->name + ": there is no such file");
  if (std::filesystem::is_directory(path, error)) {
    return fail(Errc::malformed, impl->name + ": is a folder; name the files in it");
  }
  impl->total = std::filesystem::file_size(path, error);
  if (error) impl->total = 0;  // a pipe has no size; it can be read all the same
  impl->file.reset(std::fopen(path.c_str(), "rb"));
  if (!impl->file) {
    return fail(Errc::io_failed, impl->name + ": cannot be opened: " + std::generic_category().message(errno));
  }
  return ByteSource(std::move(impl));
}

ByteSource ByteSource::memory(std::string_view bytes, std::string name) {
  auto impl = std::make_unique<Impl>();
  impl->name = std::move(name);
  impl->memory = bytes;
  impl->total = bytes.size();
  return ByteSource(std::move(impl));
}

Result<std::size_t> ByteSource::read(std::span<char> into) {
  CELADON_ASSERT(!into.empty());
  if (impl_->peeked_used < impl_->peeked.size()) {
    const std::size_t count = std::min(into.size(), impl_->peeked.size() - impl_->peeked_used);
    std::memcpy(into.data(), impl_->peeked.data() + impl_->peeked_used, count);
    impl_->peeked_used += count;
    return count;
  }
  return impl_->read(into);
}

Result<std::string_view> ByteSource::peek() {
  if (impl_->peeked.empty()) {
    std::string& held = impl_->peeked;
    held.resize(peek_bytes_max);
    std::size_t size = 0;
    while (size < held.size()) {
      auto count = impl_->read(std::span<char>(held).subspan(size));
      if (!count && size == 0) {
        held.clear();
        return fail(count.error());
      }
      if (!count || *count == 0) break;  // damage after good bytes is met again by the reader, at its place
      size += *count;
    }
    held.resize(size);
  }
  return std::string_view(impl_->peeked);
}

std::uint64_t ByteSource::bytes_read() const { return impl_->position(); }
std::uint64_t ByteSource::bytes_total() const { return impl_->total; }
const std::string& ByteSource::name() const { return impl_->name; }

Result<std::string> read_all(ByteSource& source, std::size_t bytes_max) {
  std::string bytes;
  std::vector<char> block(stored_block_bytes);
  while (true) {
    auto count = source.read(block);
    if (!count) return fail(count.error());
    if (*count == 0) return bytes;
    if (bytes.size() + *count > bytes_max) {
      return fail(Errc::too_large,
                  source.name() + ": more than " + std::to_string(bytes_max >> 20) + " MiB in one document; split it");
    }
    bytes.append(block.data(), *count);
  }
}

}  // namespace celadon::intake
