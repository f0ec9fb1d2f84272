#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_observations.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon;
using namespace celadon::intake;

std::vector<std::string> frames_of(std::string_view bytes, std::size_t cut) {
  FrameReader reader;
  std::vector<std::string> frames;
  while (!bytes.empty()) {
    const std::size_t count = std::min(cut, bytes.size());
    reader.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      if (const auto* frame = std::get_if<Frame>(&item)) frames.emplace_back(frame->segment);
    }
  }
  return frames;
}

}  // namespace

/// Any bytes: every frame found is good, its message parses or is refused, and what was parsed is made and parsed again
/// alike.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Message message;
  Message again;
  static const FactorTable factors;
  for (const auto& segment : frames_of(bytes, 7)) {
    if (!parse_message(segment, message)) continue;
    const std::string made = make_segment(message);
    if (!parse_message(made, again) || again.pairs.size() != message.pairs.size()) std::abort();
    Observations rows;
    std::vector<RejectedItem> rejected;
    ObservationCache cache;
    static_cast<void>(to_observations(
        message, factors, {"s"},
        [](const std::vector<SeriesKey>& keys) -> Result<std::vector<SeriesId>> {
          return std::vector(keys.size(), SeriesId{1});
        },
        cache, rows, rejected));
    static_cast<void>(answer_data(message));
    static_cast<void>(answer_return(message, 9));
  }
  if (parse_message(bytes, message)) static_cast<void>(make_segment(message));
  return 0;
}
