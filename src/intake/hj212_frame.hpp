#pragma once

#include "intake/hj212_cipher.hpp"
#include "intake/hj212_deviation_names.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace celadon::intake {

struct Message;

/// The longest data segment that is taken; the standard's 1,024 bytes are passed in real traffic.
inline constexpr std::size_t segment_bytes_max = 4096;
inline constexpr std::size_t segment_bytes_standard = 1024;
inline constexpr std::size_t frame_header_bytes = 6;  ///< ## and the length
inline constexpr std::size_t frame_crc_bytes = 4;

/// A frame whose checksum holds. The views are valid until the next feed(); `segment` of an opened one until next().
struct Frame {
  std::string_view raw;      ///< from ## to the checksum, as sent
  std::string_view segment;  ///< what the checksum covers; plain text where it came encrypted
  RepairNames repairs;       ///< what was not as the standard has it and was mended; empty for a strict frame
  bool encrypted = false;    ///< came with an SM4 data area and was opened
};

/// Something that began as a frame and is none. `raw` ends where the next frame may begin.
struct Refusal {
  std::string_view raw;
  std::string_view segment;  ///< as far as the declared length reaches; may belong to nobody
  bool modbus_crc = false;   ///< the checksum is right by the Modbus rule, in either order of its bytes
  std::uint16_t expected = 0;
  std::optional<std::uint16_t> given;            ///< nothing where no four hexadecimal digits stand
  Deviation212 fault = Deviation212::crc_wrong;  ///< the reason, in one name
  bool whole = false;  ///< the segment ends with && where the length says: only the checksum is wrong
};

/// A refusal taken all the same, as the device's settings allow: `modbus` for crc_modbus and crc_modbus_swapped, `any`
/// for crc_wrong too. Nothing where the settings do not allow it or where more than the checksum is wrong.
struct CrcTolerance {
  bool modbus = false;
  bool any = false;
};
[[nodiscard]] std::optional<Frame> taken_anyway(const Refusal& refusal, const CrcTolerance& tolerance);

/// No deviation at all, neither in the frame nor in the message made of it. The line end is known only later:
/// FrameReader::line_end_fault().
[[nodiscard]] bool is_strict(const Frame& frame, const Message& message);

/// The key of the device that a header (plain, up to and with CP=&&) names; nothing where none is registered.
using Opener = std::function<std::optional<Key212>(std::string_view header)>;

/// Strict: what would need a repair is refused, with its name as the fault. The line end is told in both and refuses
/// nothing.
enum class Reading212 : std::uint8_t { tolerant, strict };

/// Cuts a byte stream into frames (HJ 212-2017 6.3.1): ## + four digits of length + segment + checksum + CR LF.
///
/// A candidate whose length and checksum hold is a frame. Else, and in this order:
/// - its data area is no text and the opener has a key under which the checksum holds and the text is text: opened;
/// - && and a checksum that holds stand elsewhere than the length says, before the next header: length_wrong. A line
///   that loses characters passes so with a chance of 1 in 256: who cannot bear that refuses such frames;
/// - it is refused, and the search goes on inside it, so that a good frame there is not lost.
/// A good frame inside a candidate that is still incomplete ends the wait, unless it stands in a log text.
///
/// The same frames come out however the bytes are cut; only where a frame holds another whole frame, or && with a
/// fitting checksum and a line end, may it matter what had come when next() was called.
///
/// Memory   one longest frame and what was fed last.
class FrameReader {
 public:
  FrameReader() = default;
  explicit FrameReader(Opener opener, Reading212 reading = Reading212::tolerant)
      : opener_(std::move(opener)), strict_(reading == Reading212::strict) {}

  void feed(std::span<const char> bytes);

  /// The next frame or refusal; monostate when more bytes are needed.
  using Item = std::variant<std::monostate, Frame, Refusal>;
  [[nodiscard]] Item next();

  /// What the last next() learned of the end of the frame given before: crlf_missing, crlf_doubled, or nothing. Told
  /// once, when the bytes behind that frame come; no frame waits for it.
  [[nodiscard]] std::optional<Deviation212> line_end_fault() const { return line_end_fault_; }

  /// The beginning of a frame is here and its end is not.
  [[nodiscard]] bool waiting() const { return end_ - begin_ >= 2 && buffer_[begin_] == '#'; }
  /// No more bytes will come for the half frame: next() takes it where only its length was wrong, else goes on behind
  /// its first byte.
  void give_up() { giving_up_ = waiting(); }
  /// Bytes that belonged to no frame and no refusal, CR and LF not counted.
  [[nodiscard]] std::size_t garbage_bytes() const { return garbage_bytes_; }
  /// Bytes that wait for more; after next() gave monostate at most one longest frame.
  [[nodiscard]] std::size_t held_bytes() const { return end_ - begin_; }

 private:
  struct Head;
  [[nodiscard]] std::string_view here() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void skip(std::size_t count);
  bool settle_line_end();
  Frame take(std::size_t head, std::size_t segment, bool lower_case);
  [[nodiscard]] Item judged(const Frame& frame) const;
  std::optional<Item> incomplete(const Head& head);
  std::optional<Item> failed(const Head& head);
  std::optional<Frame> opened(const Head& head);
  std::optional<Item> mended(const Head& head, bool look_behind);

  Opener opener_;
  bool strict_ = false;
  std::vector<char> buffer_;
  std::string plain_;  // the segment of the frame opened last
  std::size_t begin_ = 0, end_ = 0;
  std::size_t garbage_bytes_ = 0;
  std::optional<Deviation212> line_end_fault_;
  bool line_end_open_ = false;  // a frame was given and what follows it has not come
  bool giving_up_ = false;
};

/// ## + length + segment + checksum + CR LF. Requires segment.size() <= 9999.
[[nodiscard]] std::string make_frame(std::string_view segment);

}  // namespace celadon::intake
