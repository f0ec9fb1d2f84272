#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace celadon::intake {

// The link between a front and the server, version 1 (docs/hj212.md). Each side begins with its hello; then frames
// follow: channel (4 bytes), kind (1), number of bytes (4), the bytes; numbers have their greatest byte first.
//
// A channel begins with the front's open and without credit. Each side closes it once, and the front may use its number
// again when both have. What comes for a channel after one's own close was under way and is passed over.

inline constexpr std::string_view front_hello = "celadon front 1\n";
inline constexpr std::string_view server_hello = "celadon serve 1\n";
inline constexpr std::size_t front_header_bytes = 9;
inline constexpr std::size_t front_bytes_max = 64 * 1024;  ///< of one frame

enum class FrontKind : std::uint8_t {
  open = 1,  ///< of the front: a device has called; its "address:port"
  data,      ///< of either: 1 to front_bytes_max bytes
  end,       ///< of the front: the device says no more, and may still listen
  close,     ///< of either
  credit     ///< of the server: so many bytes more (4 bytes) may be sent to it on this channel
};

struct FrontFrame {
  std::uint32_t channel;
  FrontKind kind;
  std::string_view bytes;
};

/// What a credit frame gives.
[[nodiscard]] std::uint32_t front_credit(const FrontFrame& frame);

/// Appends a frame; data longer than a frame may be as several, none for no data.
void put_front_frame(std::string& out, std::uint32_t channel, FrontKind kind, std::string_view bytes = {});
void put_front_credit(std::string& out, std::uint32_t channel, std::uint32_t bytes);

/// Cuts what one side sends into frames, however the bytes come. Holds no more than one frame and the last feed.
class FrontReader {
 public:
  enum class Of : std::uint8_t { front, server };
  explicit FrontReader(Of speaker) : of_(speaker) {}

  void feed(std::string_view bytes);
  /// The next frame, good until the next feed; nothing where more bytes are needed or there is a fault.
  std::optional<FrontFrame> next();
  [[nodiscard]] bool greeted() const { return greeted_; }
  /// Why the bytes are no link, in words; empty while they are. After that nothing more is read.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] std::size_t held_bytes() const { return held_.size() - at_; }

 private:
  bool greet();

  const Of of_;
  std::string held_;
  std::size_t at_ = 0;
  bool greeted_ = false;
  std::string fault_;
};

}  // namespace celadon::intake
