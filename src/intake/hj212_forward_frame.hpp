#pragma once

#include "core/result.hpp"
#include "intake/hj212_forward.hpp"

#include <string>
#include <string_view>

// What becomes of a frame on its way to an upstream, and what the upstream says of it; for the forwarder alone.

namespace celadon::intake {

/// A frame as it goes to an upstream.
struct OutgoingFrame {
  std::string bytes;        ///< whole, with CR LF
  std::string mn, sent_mn;  ///< the device's own number, and the one that the upstream is told
  std::string qn, cn;       ///< as sent; empty where the frame has none
  bool wants_answer = false;
};

/// Reads a frame of the log and makes it what the upstream is to get: MN and PW as the settings have them, Flag bit 0
/// set where `ask_answer` is, a right length and checksum. Every other byte of the data segment stays. A frame whose CP
/// is encrypted (HJ 212-2025) is not touched: its header is under the same checksum as its plain text.
/// Errors   malformed when there is no frame in it, or no header that can be read.
[[nodiscard]] Result<OutgoingFrame> outgoing_frame(std::string_view raw, const UpstreamSettings& settings);

/// What a message of the upstream says.
struct UpstreamWord {
  enum class Kind : std::uint8_t { taken, accepted, refused, request, other };
  Kind kind = Kind::other;
  std::string mn, qn;      ///< of the frame it speaks of; empty where it names none
  std::string code;        ///< QnRtn of a refusal
  std::string own_answer;  ///< to a request: 9011 with QnRtn=2, as we execute nothing for an upstream
};
/// 9013 and 9014 are `taken`; 9011 is `accepted` with QnRtn=1 and otherwise `refused`; 2005 has QN in CP.
[[nodiscard]] UpstreamWord read_word(std::string_view segment);

}  // namespace celadon::intake
