#include "intake/front_frame.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace celadon::intake;

namespace {

struct LinkBytes {
  std::vector<std::string> frames;  ///< "channel kind bytes"
  std::string fault;
};

LinkBytes read_link(FrontReader::Of speaker, std::string_view bytes, std::size_t cut) {
  FrontReader reader(speaker);
  LinkBytes read;
  while (!bytes.empty()) {
    const std::size_t count = std::min(cut, bytes.size());
    reader.feed(bytes.substr(0, count));
    bytes.remove_prefix(count);
    while (const auto frame = reader.next())
      read.frames.push_back(std::to_string(frame->channel) + " " + std::to_string(static_cast<int>(frame->kind)) + " " +
                            std::string(frame->bytes));
  }
  read.fault = reader.fault();
  return read;
}

std::string front_says(std::uint32_t channel, FrontKind kind, std::string_view bytes = {}) {
  std::string out;
  put_front_frame(out, channel, kind, bytes);
  return out;
}

}  // namespace

TEST_CASE("what one side of a link says, the other reads, however it is cut") {
  std::string bytes(front_hello);
  bytes += front_says(1, FrontKind::open, "10.0.0.7:40001");
  bytes += front_says(4'000'000'000U, FrontKind::open, "fe80::1:40002");
  bytes += front_says(1, FrontKind::data, std::string("##0\0\xff\r\n", 7));
  bytes += front_says(1, FrontKind::end);
  bytes += front_says(4'000'000'000U, FrontKind::close);
  const std::vector<std::string> all = {"1 1 10.0.0.7:40001", "4000000000 1 fe80::1:40002",
                                        "1 2 " + std::string("##0\0\xff\r\n", 7), "1 3 ", "4000000000 4 "};
  for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
    const auto read = read_link(FrontReader::Of::front, bytes, cut);
    CHECK(read.frames == all);
    CHECK(read.fault.empty());
  }
}

TEST_CASE("the server gives credit as a number") {
  for (const std::uint32_t bytes : {0U, 1U, 255U, 16'384U, 0xfedcba98U}) {
    std::string out(server_hello);
    put_front_credit(out, 7, bytes);
    FrontReader reader(FrontReader::Of::server);
    reader.feed(out);
    const auto frame = reader.next();
    REQUIRE(frame.has_value());
    CHECK(frame->channel == 7);
    CHECK(front_credit(*frame) == bytes);
  }
}

TEST_CASE("data longer than a frame go as several, and no data as none") {
  const std::string long_one(front_bytes_max + 1, 'x');
  const auto read =
      read_link(FrontReader::Of::front, std::string(front_hello) + front_says(3, FrontKind::data, long_one), SIZE_MAX);
  REQUIRE(read.frames.size() == 2);
  CHECK(read.frames[0].size() == 4 + front_bytes_max);
  CHECK(read.frames[1] == "3 2 x");
  CHECK(front_says(3, FrontKind::data).empty());
}

TEST_CASE("what is no link is told at its first wrong byte, and another version as that") {
  CHECK(read_link(FrontReader::Of::front, "##0123", 1).fault == "it does not speak the language of the link");
  CHECK(read_link(FrontReader::Of::front, server_hello, SIZE_MAX).fault ==
        "it does not speak the language of the link");
  CHECK(read_link(FrontReader::Of::front, "celadon fron", 1).fault.empty());
  for (const std::size_t cut : {std::size_t{1}, SIZE_MAX}) {
    const auto other = read_link(FrontReader::Of::front, "celadon front 2\n", cut);
    CHECK(other.fault.starts_with("it speaks another version"));
    CHECK(other.frames.empty());
  }
}

TEST_CASE("a frame of a kind or a length that may not be ends the reading; what came before it is given") {
  const auto fault = [](FrontReader::Of speaker, const std::string& frame) {
    const std::string hello(speaker == FrontReader::Of::front ? front_hello : server_hello);
    const auto read = read_link(speaker, hello + front_says(1, FrontKind::close) + frame, 1);
    CHECK(read.frames == std::vector<std::string>{"1 4 "});
    return read.fault;
  };
  const auto frame = [](char kind, std::string_view length) {
    return std::string("\0\0\0\1", 4) + kind + std::string(length);
  };
  using namespace std::string_view_literals;
  using enum FrontReader::Of;
  CHECK(fault(front, frame(0, "\0\0\0\0"sv)) == "a frame of kind 0 is not expected from it");
  CHECK(fault(front, frame(5, "\0\0\0\4"sv)) == "a frame of kind 5 is not expected from it");
  CHECK(fault(server, frame(1, "\0\0\0\7"sv)) == "a frame of kind 1 is not expected from it");
  CHECK(fault(server, frame(3, "\0\0\0\0"sv)) == "a frame of kind 3 is not expected from it");
  CHECK(fault(front, frame(2, "\0\0\0\0"sv)) == "a frame of kind 2 says that it has 0 bytes");
  CHECK(fault(front, frame(2, "\0\1\0\1"sv)) == "a frame of kind 2 says that it has 65537 bytes");
  CHECK(fault(front, frame(2, "\xff\xff\xff\xff"sv)) == "a frame of kind 2 says that it has 4294967295 bytes");
  CHECK(fault(front, frame(4, "\0\0\0\1"sv)) == "a frame of kind 4 says that it has 1 bytes");
  CHECK(fault(server, frame(5, "\0\0\0\5"sv)) == "a frame of kind 5 says that it has 5 bytes");
}
