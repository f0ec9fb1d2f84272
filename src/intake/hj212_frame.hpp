#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace celadon::intake {

/// The longest data segment that is taken; the standard's 1,024 bytes are passed in real traffic.
inline constexpr std::size_t segment_bytes_max = 4096;

/// A frame whose length and checksum hold. The views are valid until the next feed().
struct Frame {
  std::string_view raw;      ///< from ## to the checksum
  std::string_view segment;  ///< what the checksum covers
  bool lower_case_crc = false;
};

/// Something that began as a frame and is none. `raw` ends where the next frame may begin.
struct Refusal {
  std::string_view raw;
  std::string_view segment;  ///< as far as the declared length reaches; may belong to nobody
  bool modbus_crc = false;   ///< the checksum is right by the Modbus rule
  std::uint16_t expected = 0;
};

/// Cuts a byte stream into frames (HJ 212-2017 6.3.1): ## + four digits of length + segment + checksum + CR LF.
///
/// The same frames come out however the bytes are cut. CR LF may be missing or doubled; the checksum may be lower case.
/// After a candidate that fails, the search goes on inside it, so that a frame there is not lost; a whole good frame
/// inside a candidate that is still incomplete ends the wait. Memory   one longest frame and what was fed last.
class FrameReader {
 public:
  void feed(std::span<const char> bytes);

  /// The next frame or refusal; monostate when more bytes are needed.
  using Item = std::variant<std::monostate, Frame, Refusal>;
  [[nodiscard]] Item next();

  /// The beginning of a frame is here and its end is not.
  [[nodiscard]] bool waiting() const { return end_ - begin_ >= 2; }
  /// Gives the half frame up; next() goes on behind its first byte.
  void give_up();
  /// Bytes that belonged to no frame and no refusal, CR and LF not counted.
  [[nodiscard]] std::size_t garbage_bytes() const { return garbage_bytes_; }

 private:
  [[nodiscard]] std::string_view here() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void skip(std::size_t count);

  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t garbage_bytes_ = 0;
};

/// ## + length + segment + checksum + CR LF. Requires segment.size() <= 9999.
[[nodiscard]] std::string make_frame(std::string_view segment);

}  // namespace celadon::intake
