#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace celadon::intake {

/// What a binary XML document says, in order. Names are local names, without prefix.
struct WcfEvent {
  enum class Kind : std::uint8_t { start, text, end };
  Kind kind = Kind::start;
  std::string_view name;  ///< of a start
  std::string_view text;  ///< of a text: numbers in decimal, moments as ISO 8601 (with Z only where they are UTC)
};

/// Written limits: the reply of the service nests six deep, and its longest text is a few hundred bytes.
inline constexpr std::size_t wcf_depth_max = 64;
inline constexpr std::size_t wcf_text_bytes_max = 1U << 20U;

/// Reads a document in the .NET Binary XML format (MC-NBFX) as WCF services send it: elements, attributes, all text
/// records. Attributes and namespaces are passed over. Words of a session dictionary come as "#<number>".
///
/// `take` is called for each event; when it gives an error, reading ends with it.
/// Errors   malformed naming the byte; events before it have been handed on. Arrays and text lists are refused.
/// Source   [MC-NBFX] .NET Binary Format: XML Data Structure, 2.2 and 2.3.
[[nodiscard]] Result<void> decode_wcf(std::string_view bytes, const std::function<Result<void>(const WcfEvent&)>& take);

}  // namespace celadon::intake
