#include "intake/hj212_frame.hpp"

#include "intake/hj212_crc.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_test_data.hpp"

#include <zlib.h>

#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

const std::string good_segment =
    "QN=20240601085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20240601085800&&";

void crc_is(std::string_view bytes, std::uint16_t expected) {
  CAPTURE(bytes);
  CHECK(hj212_crc(bytes) == expected);
  CHECK(hj212_crc_by_bits(bytes) == expected);
}

std::string hex(std::uint16_t crc) {
  char text[8];
  std::snprintf(text, sizeof text, "%04X", crc);
  return text;
}

/// A frame of a length and a checksum of one's own.
std::string frame_with(const std::string& length, const std::string& crc, const std::string& of = good_segment) {
  return "##" + length + of + crc + "\r\n";
}

std::string length_of(std::size_t count) {
  const std::string number = std::to_string(count);
  return std::string(4 - number.size(), '0') + number;
}

Refusal refusal_of(FrameReader& reader, const std::string& bytes) {
  reader.feed(bytes);
  const auto item = reader.next();
  REQUIRE(std::holds_alternative<Refusal>(item));
  return std::get<Refusal>(item);
}

Frame read_frame(FrameReader& reader, const std::string& bytes) {
  reader.feed(bytes);
  const auto item = reader.next();
  REQUIRE(std::holds_alternative<Frame>(item));
  return std::get<Frame>(item);
}

std::vector<std::string> repairs(const Frame& frame) { return {frame.repairs.begin(), frame.repairs.end()}; }

}  // namespace

TEST_CASE("the checksum agrees with the printed and recorded ones") {
  crc_is("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
         0x1C80);
  crc_is("QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", 0x2200);
  crc_is("QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", 0x3240);
  crc_is("QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&", 0x1B00);
  crc_is("", 0xFFFF);
  crc_is(std::string_view("\0", 1), 0x4040);
  crc_is("123456789", 0x2F80);
  CHECK(modbus_crc(std::string_view("123456789")) == 0x4B37);
}

TEST_CASE("folding whole words changes no checksum") {
  std::mt19937_64 random(1);
  for (int run = 0; run < 20000; ++run) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    REQUIRE(hj212_crc(bytes) == hj212_crc_by_bits(bytes));
  }
}

TEST_CASE("every stream gives its frames, however it is cut") {
  std::size_t streams = 0;
  for (const auto& stream : read_lines("streams.jsonl")) {
    ++streams;
    const std::string id(stream.at("id").as_string());
    CAPTURE(id);
    const std::string bytes = bytes_of(stream);
    std::vector<std::string> expected;
    for (const auto& frame : stream.at("expect_frames").as_array()) expected.emplace_back(frame.as_string());
    CHECK(frames_of(bytes) == expected);
    CHECK(frames_of(bytes, [] { return std::size_t{1}; }) == expected);
    std::mt19937_64 random(5);
    for (int run = 0; run < 50; ++run) CHECK(frames_of(bytes, [&] { return 1 + random() % 400; }) == expected);
  }
  CHECK(streams == 22);
}

TEST_CASE("an hour of a province's real traffic gives exactly its good frames, in both readings") {
  gzFile file = gzopen((samples_folder + "corpus/hebei_2016-08-24_10.h212.gz").c_str(), "rb");
  REQUIRE(file != nullptr);
  FrameReader reader;
  FrameReader strict({}, Reading212::strict);
  std::size_t good = 0;
  std::size_t mended = 0;
  std::size_t strict_frames = 0;
  std::size_t refusals = 0;
  std::size_t line_ends = 0;
  std::set<std::string> devices;
  Message m;
  char buffer[8192];
  for (int count = gzread(file, buffer, sizeof buffer); count > 0; count = gzread(file, buffer, sizeof buffer)) {
    const std::span<const char> bytes(buffer, static_cast<std::size_t>(count));
    reader.feed(bytes);
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      line_ends += reader.line_end_fault() ? 1 : 0;
      const auto* frame = std::get_if<Frame>(&item);
      if (frame == nullptr) {
        ++refusals;
      } else if (frame->repairs.has(Deviation212::length_wrong)) {
        ++mended;
      } else {
        ++good;
        if (parse_message(frame->segment, m)) devices.emplace(m.mn);
      }
    }
    strict.feed(bytes);
    for (auto item = strict.next(); item.index() != 0; item = strict.next()) {
      strict_frames += std::holds_alternative<Frame>(item) ? 1 : 0;
    }
  }
  gzclose(file);
  CHECK(good == 9127);
  CHECK(strict_frames == 9127);
  CHECK(devices.size() == 282);
  CHECK(mended + refusals == 4);
  CHECK(mended == 1);  // of four frames that lost characters one has a fitting checksum
  CHECK(line_ends == 0);
}

TEST_CASE("a strict frame has no repairs, and strict is what neither frame nor message deviates from") {
  FrameReader reader;
  const Frame frame = read_frame(reader, make_frame(good_segment));
  CHECK(frame.repairs.empty());
  Message m;
  REQUIRE(parse_message(frame.segment, m));
  CHECK(is_strict(frame, m));
  REQUIRE(parse_message("ST=31;CN=2011;PW=123456;MN=A;CP=&&&&", m));
  CHECK_FALSE(is_strict(frame, m));
}

TEST_CASE("the line end is told with the next item, and delays no frame") {
  const std::string good = make_frame(good_segment);
  const std::string bare = good.substr(0, good.size() - 2);
  const auto fault_behind = [&](const std::string& end, bool by_bytes) {
    FrameReader reader;
    std::vector<Deviation212> faults;
    std::size_t frames = 0;
    const std::string stream = bare + end + good;
    std::size_t fed = 0;
    read_stream(
        reader, stream, [&] { return by_bytes ? std::size_t{1} : SIZE_MAX; },
        [&](const FrameReader::Item& item) {
          frames += std::holds_alternative<Frame>(item) ? 1 : 0;
          if (reader.line_end_fault()) faults.push_back(*reader.line_end_fault());
        });
    static_cast<void>(fed);
    CHECK(frames == 2);
    return faults;
  };
  CHECK(fault_behind("\r\n", false).empty());
  CHECK(fault_behind("", false) == std::vector{Deviation212::crlf_missing});
  CHECK(fault_behind("\n", false) == std::vector{Deviation212::crlf_missing});
  CHECK(fault_behind("\r\r\n", false) == std::vector{Deviation212::crlf_doubled});

  FrameReader reader;
  CHECK(read_frame(reader, bare).raw == bare);  // at once, though no line end has come
  CHECK(reader.next().index() == 0);
  CHECK_FALSE(reader.line_end_fault());
  reader.feed(std::string_view("\r"));
  CHECK(reader.next().index() == 0);
  CHECK_FALSE(reader.line_end_fault());
  reader.feed(std::string_view("\r\n"));
  CHECK(reader.next().index() == 0);
  CHECK(reader.line_end_fault() == Deviation212::crlf_doubled);
  CHECK(reader.next().index() == 0);
  CHECK_FALSE(reader.line_end_fault());  // told once
  CHECK(reader.garbage_bytes() == 0);
}

TEST_CASE("what is repaired in a frame is named") {
  FrameReader reader;
  const std::string length = length_of(good_segment.size());
  std::string small = hex(hj212_crc(good_segment));
  for (char& c : small) c = static_cast<char>(std::tolower(c));
  const Frame lower = read_frame(reader, frame_with(length, small));
  CHECK(lower.repairs.has(Deviation212::crc_lower_case) == (small != hex(hj212_crc(good_segment))));
  const std::string with_letters = good_segment.substr(0, good_segment.size() - 2) + ";a=7&&";
  std::string crc = hex(hj212_crc(with_letters));
  for (char& c : crc) c = static_cast<char>(std::tolower(c));
  CAPTURE(crc);
  if (crc.find_first_of("abcdef") != std::string::npos) {
    CHECK(repairs(read_frame(reader, frame_with(length_of(with_letters.size()), crc, with_letters))) ==
          std::vector<std::string>{"crc_lower_case"});
  }
  CHECK(repairs(read_frame(reader, frame_with(length.substr(1), hex(hj212_crc(good_segment))))) ==
        std::vector<std::string>{"length_three_digits"});
  const std::string longer =
      good_segment.substr(0, good_segment.size() - 2) + ";i11001-Info=//" + std::string(1000, 'x') + "//&&";
  CHECK(repairs(read_frame(reader, make_frame(longer))) == std::vector<std::string>{"segment_too_long"});
  CHECK(reader.garbage_bytes() == 0);
}

TEST_CASE("a wrong length is mended where && and a fitting checksum stand, before and behind the declared end") {
  const std::string crc = hex(hj212_crc(good_segment));
  const std::string good = make_frame(good_segment);
  for (const int off : {-100, -20, -4, -1, 1, 3, 4, 5, 30, 700}) {
    CAPTURE(off);
    const auto declared = static_cast<std::size_t>(static_cast<int>(good_segment.size()) + off);
    const std::string bytes = frame_with(length_of(declared), crc) + good;
    const std::vector<std::string> expected = {bytes.substr(0, good_segment.size() + 10) + " length_wrong",
                                               good.substr(0, good.size() - 2)};
    CHECK(frames_of(bytes) == expected);
    for (std::size_t cut = 1; cut < 40; ++cut) CHECK(frames_of(bytes, [&] { return cut; }) == expected);
  }
}

TEST_CASE("a wrong length is no excuse for a wrong checksum") {
  const std::string good = make_frame(good_segment);
  for (const int off : {-4, 4}) {
    const auto declared = static_cast<std::size_t>(static_cast<int>(good_segment.size()) + off);
    FrameReader reader;
    const Refusal refusal = refusal_of(reader, frame_with(length_of(declared), "FFFE") + good);
    CHECK(refusal.fault == Deviation212::length_wrong);
    CHECK_FALSE(refusal.whole);
    CHECK_FALSE(taken_anyway(refusal, {true, true}));
    CHECK(std::holds_alternative<Frame>(reader.next()));
  }
}

TEST_CASE("a half frame of a wrong length is taken when no more bytes will come") {
  FrameReader reader;
  reader.feed(frame_with(length_of(good_segment.size() + 500), hex(hj212_crc(good_segment)))
                  .substr(0, good_segment.size() + 10));
  CHECK(reader.next().index() == 0);
  CHECK(reader.waiting());
  reader.give_up();
  const auto item = reader.next();
  REQUIRE(std::holds_alternative<Frame>(item));
  CHECK(std::get<Frame>(item).segment == good_segment);
}

TEST_CASE("a refusal says what was given and expected, and is taken where the device's settings allow") {
  FrameReader reader;
  const std::string length = length_of(good_segment.size());
  const std::uint16_t modbus = modbus_crc(good_segment);
  const Refusal by_modbus = refusal_of(reader, frame_with(length, hex(modbus)));
  CHECK(by_modbus.fault == Deviation212::crc_modbus);
  CHECK(by_modbus.modbus_crc);
  CHECK(by_modbus.given == modbus);
  CHECK(by_modbus.expected == hj212_crc(good_segment));
  CHECK_FALSE(taken_anyway(by_modbus, {}));
  REQUIRE(taken_anyway(by_modbus, {true, false}));
  CHECK(taken_anyway(by_modbus, {true, false})->segment == good_segment);
  CHECK(repairs(*taken_anyway(by_modbus, {true, false})) == std::vector<std::string>{"crc_modbus"});

  const auto turned = static_cast<std::uint16_t>(modbus << 8U | modbus >> 8U);
  const Refusal by_turned = refusal_of(reader, frame_with(length, hex(turned)));
  CHECK(by_turned.fault == Deviation212::crc_modbus_swapped);
  CHECK(taken_anyway(by_turned, {true, false}));

  const Refusal wrong = refusal_of(reader, frame_with(length, "FFFE"));
  CHECK(wrong.fault == Deviation212::crc_wrong);
  CHECK(wrong.whole);
  CHECK_FALSE(wrong.modbus_crc);
  CHECK_FALSE(taken_anyway(wrong, {true, false}));
  REQUIRE(taken_anyway(wrong, {false, true}));
  CHECK(repairs(*taken_anyway(wrong, {false, true})) == std::vector<std::string>{"crc_wrong"});

  const Refusal no_hex = refusal_of(reader, frame_with(length, "\x1C\x80zz"));
  CHECK(no_hex.fault == Deviation212::crc_not_hex);
  CHECK_FALSE(no_hex.given);
  CHECK(std::holds_alternative<Frame>((reader.feed(make_frame(good_segment)), reader.next())));
}

TEST_CASE("a half frame waits; a good frame behind it ends the wait, and so does giving up") {
  const std::string good = make_frame("ST=22;CN=2011;PW=123456;MN=A;CP=&&&&");
  FrameReader reader;
  reader.feed(std::string_view("##0500ST=22;CN="));
  CHECK(reader.next().index() == 0);
  CHECK(reader.waiting());
  reader.feed(std::string_view(good).substr(0, 20));
  CHECK(reader.next().index() == 0);
  reader.feed(std::string_view(good).substr(20));
  const auto refused = reader.next();
  REQUIRE(std::holds_alternative<Refusal>(refused));
  CHECK(std::get<Refusal>(refused).fault == Deviation212::frame_cut_off);
  CHECK(std::holds_alternative<Frame>(reader.next()));
  reader.feed(std::string_view("##0500ST=22;CN="));
  CHECK(reader.next().index() == 0);
  reader.give_up();
  CHECK(reader.next().index() == 0);
  CHECK_FALSE(reader.waiting());
}

TEST_CASE("a whole frame quoted in a log text belongs to the log, however the bytes are cut") {
  const std::string quoted = make_frame(good_segment);
  const std::string outer = make_frame(
      "QN=20240102030405006;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20240102030400;"
      "PolId=w01018;i11001-Info=//sent " +
      quoted + " and waited//&&");
  const std::vector<std::string> expected = {outer.substr(0, outer.size() - 2)};
  for (std::size_t cut = 1; cut < 300; ++cut) CHECK(frames_of(outer, [&] { return cut; }) == expected);
}

TEST_CASE("frames made at random come back the same behind any garbage and through any cutting") {
  std::mt19937_64 random(11);
  for (int run = 0; run < 300; ++run) {
    std::string stream;
    std::vector<std::string> expected;
    for (int i = 0; i < 20; ++i) {
      if (random() % 3 == 0) {
        for (std::size_t n = random() % 60; n > 0; --n) stream += static_cast<char>(random() % 4 == 0 ? '#' : random());
      }
      std::string area;
      for (std::size_t n = random() % 300; n > 0; --n) area += static_cast<char>(' ' + random() % 95);
      const std::string frame = make_frame("ST=22;CN=2011;PW=123456;MN=A;CP=&&" + area + "&&");
      expected.push_back(frame.substr(0, frame.size() - 2));
      stream += frame.substr(0, frame.size() - random() % 3);
    }
    const auto got = frames_of(stream);
    const auto by_pieces = frames_of(stream, [&] { return 1 + random() % 100; });
    REQUIRE(got == expected);
    REQUIRE(by_pieces == expected);
  }
}
