#include "intake/hj212_cipher.hpp"
#include "intake/hj212_crc.hpp"
#include "intake/hj212_frame.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon::intake;

void must(bool holds) {
  if (!holds) std::abort();
}

constexpr Key212 key = {0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30};

struct Run {
  std::vector<std::string> frames;  ///< as sent
  std::vector<std::string> segments;
  std::size_t bytes = 0;  ///< of frames and refusals
};

void is_sound(const Frame& frame) {
  must(frame.raw.starts_with("##"));
  const std::size_t head = frame.raw.size() - frame.segment.size() - frame_crc_bytes;
  must(head == frame_header_bytes || (head == frame_header_bytes - 1 && !frame.repairs.empty()));
  const std::string crc(frame.raw.substr(frame.raw.size() - frame_crc_bytes));
  must(std::stoul(crc, nullptr, 16) == hj212_crc(frame.segment));
  must(frame.segment.size() <= segment_bytes_max);
  must(frame.encrypted || frame.raw.substr(head, frame.segment.size()) == frame.segment);
}

Run read(std::string_view bytes, std::size_t cut, bool strict) {
  FrameReader reader([](std::string_view) { return std::optional<Key212>(key); },
                     strict ? Reading212::strict : Reading212::tolerant);
  Run run;
  while (!bytes.empty()) {
    const std::size_t count = std::min(cut, bytes.size());
    reader.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      if (const auto* frame = std::get_if<Frame>(&item)) {
        is_sound(*frame);
        must(!strict || frame->repairs.empty());
        run.frames.emplace_back(frame->raw);
        run.segments.emplace_back(frame->segment);
        run.bytes += frame->raw.size();
      } else {
        const auto& refusal = std::get<Refusal>(item);
        run.bytes += refusal.raw.size();
        must(!refusal.raw.empty());
        if (const auto taken = taken_anyway(refusal, {true, true})) {
          must(taken->raw.size() <= frame_header_bytes + taken->segment.size() + frame_crc_bytes);
          must(!taken->repairs.empty());
        }
      }
    }
    must(reader.held_bytes() <= frame_header_bytes + segment_bytes_max + frame_crc_bytes);
  }
  run.bytes += reader.garbage_bytes();
  return run;
}

}  // namespace

/// Any bytes: what comes out is sound, memory is bounded, no byte is counted twice, the strict reading gives a part of
/// the tolerant one, a good frame behind the bytes is not lost, and how the bytes are cut is without effect.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Run run = read(bytes, SIZE_MAX, false);
  must(run.bytes <= size);
  for (const auto& segment : run.segments) {
    const auto again = read(make_frame(segment), SIZE_MAX, false);
    must(again.segments.size() == 1 && again.segments[0] == segment);
  }

  // Whatever is open at the end of the bytes is closed by good frames that are longer than any candidate.
  const std::string good = make_frame("ST=22;CN=2011;PW=123456;MN=A;CP=&&" + std::string(900, '1') + "&&");
  std::string followed(bytes);
  for (int i = 0; i < 8; ++i) followed += good;
  const Run with_good = read(followed, SIZE_MAX, false);
  const std::string raw = good.substr(0, good.size() - 2);
  must(std::find(with_good.frames.begin(), with_good.frames.end(), raw) != with_good.frames.end());

  const Run strict = read(bytes, SIZE_MAX, true);
  must(strict.frames.size() <= run.frames.size() + 1);

  // A frame that holds a further header or a line end behind && may depend on what had come (hj212_frame.hpp).
  const bool plain = std::none_of(run.frames.begin(), run.frames.end(), [](const std::string& frame) {
    return frame.find("##", 1) != std::string::npos || frame.find("&&", frame.find("&&") + 2) < frame.size() - 6;
  });
  if (plain) {
    for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
      must(read(bytes, cut, false).frames == run.frames);
    }
  }
  return 0;
}
