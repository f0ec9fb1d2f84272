#include "intake/front_frame.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon::intake;

void must(bool holds) {
  if (!holds) std::abort();
}

struct Read {
  std::string again;  ///< what was read, written again
  std::string fault;
  std::size_t held = 0;
};

Read read(FrontReader::Of speaker, std::string_view bytes, std::size_t cut) {
  FrontReader reader(speaker);
  Read read;
  if (bytes.empty()) return read;
  while (!bytes.empty()) {
    const std::size_t count = std::min(cut, bytes.size());
    reader.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
    while (const auto frame = reader.next()) {
      must(reader.greeted() && reader.fault().empty());
      must(frame->bytes.size() <= front_bytes_max);
      put_front_frame(read.again, frame->channel, frame->kind, frame->bytes);
      if (frame->kind == FrontKind::credit) {
        std::string credit;
        put_front_credit(credit, frame->channel, front_credit(*frame));
        must(read.again.ends_with(credit));
      }
    }
    if (reader.fault().empty())
      must(reader.held_bytes() < std::max(front_hello.size(), front_header_bytes + front_bytes_max));
  }
  read.fault = reader.fault();
  read.held = reader.held_bytes();
  return read;
}

}  // namespace

/// Any bytes of either side: what is read is what came, byte for byte, up to the fault or what is not whole; memory is
/// bounded; how the bytes are cut is without effect.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  for (const auto speaker : {FrontReader::Of::front, FrontReader::Of::server}) {
    const std::string hello(speaker == FrontReader::Of::front ? front_hello : server_hello);
    for (const std::string& bytes : {std::string(given), hello + std::string(given)}) {
      const Read whole = read(speaker, bytes, SIZE_MAX);
      if (!whole.again.empty()) must(std::string_view(bytes).substr(hello.size()).starts_with(whole.again));
      if (bytes.starts_with(hello) && whole.fault.empty())
        must(whole.again.size() + whole.held + hello.size() == bytes.size());
      for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
        const Read other = read(speaker, bytes, cut);
        must(other.again == whole.again && other.fault == whole.fault);
      }
    }
  }
  return 0;
}
