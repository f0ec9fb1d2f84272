#include "intake/front_frame.hpp"

#include <algorithm>
#include <array>

namespace celadon::intake {
namespace {

constexpr std::size_t credit_bytes = 4;
constexpr std::size_t peer_bytes_max = 64;  // "[" IPv6 address with zone "]:65535" and some

void put_u32(std::string& out, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>((number >> shift) & 0xffU);
}

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
  return number;
}

struct KindRule {
  FrontKind kind;
  bool of_front, of_server;
  std::size_t bytes_min, bytes_max;
};
constexpr std::array<KindRule, 5> kind_rules = {{{FrontKind::open, true, false, 3, peer_bytes_max},
                                                 {FrontKind::data, true, true, 1, front_bytes_max},
                                                 {FrontKind::end, true, false, 0, 0},
                                                 {FrontKind::close, true, true, 0, 0},
                                                 {FrontKind::credit, false, true, credit_bytes, credit_bytes}}};

}  // namespace

std::uint32_t front_credit(const FrontFrame& frame) { return u32_at(frame.bytes, 0); }

void put_front_frame(std::string& out, std::uint32_t channel, FrontKind kind, std::string_view bytes) {
  do {
    const std::string_view part = bytes.substr(0, front_bytes_max);
    bytes.remove_prefix(part.size());
    if (kind == FrontKind::data && part.empty()) return;
    put_u32(out, channel);
    out += static_cast<char>(kind);
    put_u32(out, static_cast<std::uint32_t>(part.size()));
    out += part;
  } while (!bytes.empty());
}

void put_front_credit(std::string& out, std::uint32_t channel, std::uint32_t bytes) {
  std::string number;
  put_u32(number, bytes);
  put_front_frame(out, channel, FrontKind::credit, number);
}

void FrontReader::feed(std::string_view bytes) {
  if (!fault_.empty()) return;
  held_.erase(0, at_);
  at_ = 0;
  held_ += bytes;
}

bool FrontReader::greet() {
  const std::string_view hello = of_ == Of::front ? front_hello : server_hello;
  const std::string_view said = std::string_view(held_).substr(0, hello.size());
  const std::string_view name = hello.substr(0, hello.size() - 2);  // the version and LF stand behind it
  if (!name.starts_with(said.substr(0, name.size())))
    fault_ = "it does not speak the language of the link";
  else if (said.size() == hello.size() && said != hello)
    fault_ = "it speaks another version of the link; both sides must be of one release";
  if (!fault_.empty()) return false;
  greeted_ = said.size() == hello.size();
  if (greeted_) at_ = hello.size();
  return greeted_;
}

std::optional<FrontFrame> FrontReader::next() {
  if (!fault_.empty() || (!greeted_ && !greet())) return std::nullopt;
  const std::string_view rest = std::string_view(held_).substr(at_);
  if (rest.size() < front_header_bytes) return std::nullopt;
  const auto kind = static_cast<FrontKind>(rest[4]);
  const std::size_t count = u32_at(rest, 5);
  const auto rule = std::ranges::find(kind_rules, kind, &KindRule::kind);
  if (rule == kind_rules.end() || !(of_ == Of::front ? rule->of_front : rule->of_server)) {
    fault_ = "a frame of kind " + std::to_string(static_cast<unsigned char>(rest[4])) + " is not expected from it";
    return std::nullopt;
  }
  if (count < rule->bytes_min || count > rule->bytes_max) {
    fault_ = "a frame of kind " + std::to_string(static_cast<unsigned char>(rest[4])) + " says that it has " +
             std::to_string(count) + " bytes";
    return std::nullopt;
  }
  if (rest.size() < front_header_bytes + count) return std::nullopt;
  at_ += front_header_bytes + count;
  return FrontFrame{u32_at(rest, 0), kind, rest.substr(front_header_bytes, count)};
}

}  // namespace celadon::intake
