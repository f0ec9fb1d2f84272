#pragma once

#include "intake/hj212_tables.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::intake {

/// One item of a message, in words.
struct ExplainedItem {
  std::uint32_t group = 0;
  std::string name, value;
  std::string zh, en;
  std::string unit;  ///< of a factor's value
};

/// One frame, or bytes that began as one, in words.
struct Explained {
  bool valid = false;
  std::string raw;
  std::string reason_zh, reason_en;  ///< why it is none
  Edition212 edition = Edition212::of_2005;
  bool wants_answer = false, packet_bit = false, encrypted = false;
  std::vector<ExplainedItem> header, fields;
  std::vector<std::string> deviations, repairs;  ///< names
};

/// Explains every frame in the bytes, repaired where it can be. Bytes without a frame give one that is not valid. A
/// data segment without its frame (it begins with QN= or ST=) is explained as if it were framed.
[[nodiscard]] std::vector<Explained> explain(std::string_view bytes, const Hj212Tables& tables);

}  // namespace celadon::intake
