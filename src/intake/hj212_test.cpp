#include "intake/hj212_crc.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_observations.hpp"

#include <doctest/doctest.h>
#include <zlib.h>
#include <boost/json.hpp>

#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

namespace json = boost::json;

const std::string samples_folder = CELADON_SOURCE "/tests/reference/hj212/";

std::vector<json::object> read_lines(const std::string& file) {
  std::vector<json::object> all;
  std::ifstream in(samples_folder + file);
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line).as_object());
  REQUIRE_FALSE(all.empty());
  return all;
}

std::string bytes_of(const json::object& sample, const char* name = "raw") {
  if (const auto* text = sample.if_contains(name)) return std::string(text->as_string());
  const std::string hex(sample.at(std::string(name) + "_hex").as_string());
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

std::vector<std::string> frames_of(std::string_view stream, const std::function<std::size_t()>& cut) {
  FrameReader reader;
  std::vector<std::string> frames;
  while (!stream.empty()) {
    const std::size_t count = std::min(stream.size(), cut());
    reader.feed(stream.substr(0, count));
    stream.remove_prefix(count);
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      if (const auto* frame = std::get_if<Frame>(&item)) frames.emplace_back(frame->raw);
    }
  }
  return frames;
}

void crc_is(std::string_view segment, std::uint16_t expected) {
  CAPTURE(segment);
  CHECK(hj212_crc(segment) == expected);
  CHECK(hj212_crc_by_bits(segment) == expected);
}

FactorTable factors() {
  std::ifstream in(CELADON_PACKS "/properties.csv");
  std::vector<std::pair<std::string, std::string>> units;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {  // id and unit stand before the first field that may hold a comma in quotes
    std::vector<std::string> cells;
    bool quoted = false;
    cells.emplace_back();
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += c;
    }
    units.emplace_back(cells[0], cells[3]);
  }
  auto table = read_factor_table(CELADON_PACKS, units);
  if (!table) FAIL(table.error().detail);
  return std::move(*table);
}

struct Decoded {
  Observations rows;
  std::vector<std::string> rejected;
  std::vector<SeriesKey> keys;
  Result<void> result;
};

Decoded decode(const std::string& segment, DeviceSettings device = {"air.X"}) {
  static const FactorTable table = factors();
  Decoded decoded;
  Message message;
  REQUIRE(parse_message(segment, message).has_value());
  ObservationCache cache;
  std::vector<RejectedItem> rejected;
  decoded.result = to_observations(
      message, table, device,
      [&](const SeriesKey& key) -> Result<SeriesId> {
        decoded.keys.push_back(key);
        return SeriesId{static_cast<int>(decoded.keys.size())};
      },
      cache, decoded.rows, rejected);
  for (const auto& item : rejected) decoded.rejected.emplace_back(item.key);
  return decoded;
}

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
  for (const auto& stream : read_lines("streams.jsonl")) {
    const std::string id(stream.at("id").as_string());
    CAPTURE(id);
    const std::string bytes = bytes_of(stream);
    std::vector<std::string> expected;
    for (const auto& frame : stream.at("expect_frames").as_array()) expected.emplace_back(frame.as_string());
    CHECK(frames_of(bytes, [] { return SIZE_MAX; }) == expected);
    CHECK(frames_of(bytes, [] { return std::size_t{1}; }) == expected);
    std::mt19937_64 random(5);
    for (int run = 0; run < 50; ++run) CHECK(frames_of(bytes, [&] { return 1 + random() % 400; }) == expected);
  }
}

TEST_CASE("every valid sample decodes to its expectation, and every invalid frame is refused") {
  std::size_t valid = 0;
  std::size_t refused = 0;
  for (const auto& sample : read_lines("samples.jsonl")) {
    const std::string id(sample.at("id").as_string());
    CAPTURE(id);
    const std::string kind(sample.at("kind").as_string());
    const bool is_valid = sample.at("valid").as_bool();
    if (kind == "frame_sm4") {
      const auto frames = frames_of(bytes_of(sample), [] { return SIZE_MAX; });
      CHECK(frames.empty());  // the checksum covers the plain text: without the key it does not fit
      continue;
    }
    std::string segment = bytes_of(sample);
    if (kind == "frame") {
      const auto frames = frames_of(segment, [] { return SIZE_MAX; });
      const bool whole = !frames.empty() && segment.starts_with(frames[0]);
      CHECK(whole == is_valid);
      if (!is_valid) {
        ++refused;
        continue;
      }
      segment = frames[0].substr(6, frames[0].size() - 10);
    } else if (!is_valid) {
      continue;
    } else {
      CHECK(make_frame(segment) == std::string(sample.at("framed").as_string()));
    }
    ++valid;

    Message m;
    const auto parsed = parse_message(segment, m);
    if (!parsed) FAIL_CHECK(parsed.error().detail);
    const auto& expect = sample.at("expect").as_object();
    const auto field = [&](const char* name, std::string_view value) {
      CAPTURE(name);
      const auto* wanted = expect.if_contains(name);
      if (wanted == nullptr || wanted->is_null())
        CHECK(value.data() == nullptr);
      else
        CHECK(std::string(value) == std::string(wanted->as_string()));
    };
    field("qn", m.qn);
    field("st", m.st);
    field("cn", m.cn);
    field("pw", m.pw);
    field("mn", m.mn);
    field("flag", m.flag);
    if (const auto* bits = expect.if_contains("flag_bits"); bits != nullptr && bits->is_object()) {
      CHECK(static_cast<int>(m.edition) == bits->at("version").as_int64());
      CHECK(m.packet_bit == bits->at("split").as_bool());
      CHECK(m.wants_answer == bits->at("ack").as_bool());
    }
    json::array groups;
    for (const auto& pair : m.pairs) {
      while (groups.size() <= pair.group) groups.emplace_back(json::array{});
      groups.back().as_array().push_back(json::array{json::string(pair.key), json::string(pair.value)});
    }
    CHECK(json::serialize(groups) == json::serialize(expect.at("cp_groups")));

    Message again;
    const std::string encoded = make_segment(m);
    REQUIRE(parse_message(encoded, again).has_value());
    CHECK(make_segment(again) == encoded);
    CHECK(again.pairs.size() == m.pairs.size());
  }
  CHECK(valid >= 380);
  CHECK(refused > 10);
}

TEST_CASE("an hour of a province's real traffic gives exactly its good frames") {
  const auto manifest = [] {
    std::ifstream in(samples_folder + "corpus/manifest.json");
    return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  }();
  CAPTURE(json::serialize(manifest));
  gzFile file = gzopen((samples_folder + "corpus/hebei_2016-08-24_10.h212.gz").c_str(), "rb");
  REQUIRE(file != nullptr);
  FrameReader reader;
  std::size_t frames = 0;
  std::size_t refusals = 0;
  std::set<std::string> devices;
  Message m;
  char buffer[8192];
  for (int count = gzread(file, buffer, sizeof buffer); count > 0; count = gzread(file, buffer, sizeof buffer)) {
    reader.feed({buffer, static_cast<std::size_t>(count)});
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      if (const auto* frame = std::get_if<Frame>(&item)) {
        ++frames;
        if (parse_message(frame->segment, m)) devices.emplace(m.mn);
      } else {
        ++refusals;
      }
    }
  }
  gzclose(file);
  CHECK(frames == 9127);
  CHECK(devices.size() == 282);
}

TEST_CASE("a refusal tells whose checksum it was, and leaves the next frame alone") {
  const std::string segment = "QN=20240601085857223;ST=31;CN=2011;PW=123456;MN=A;Flag=5;CP=&&DataTime=20240601085800&&";
  char crc[8];
  std::snprintf(crc, sizeof crc, "%04X", modbus_crc(segment));
  const std::string good = make_frame(segment);
  const std::string modbus = good.substr(0, good.size() - 6) + crc + "\r\n";
  FrameReader reader;
  reader.feed(modbus + good);
  const auto first = reader.next();
  REQUIRE(std::holds_alternative<Refusal>(first));
  CHECK(std::get<Refusal>(first).modbus_crc);
  CHECK(std::holds_alternative<Frame>(reader.next()));
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
  CHECK(std::holds_alternative<Refusal>(reader.next()));
  CHECK(std::holds_alternative<Frame>(reader.next()));
  reader.feed(std::string_view("##0500ST=22;CN="));
  CHECK(reader.next().index() == 0);
  reader.give_up();
  CHECK(reader.next().index() == 0);
  CHECK_FALSE(reader.waiting());
}

TEST_CASE("answers speak the dialect of the message") {
  Message m;
  REQUIRE(parse_message("QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&", m)
              .has_value());
  CHECK(answer_data(m) ==
        "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n");
  CHECK(answer_return(m, 1) ==
        "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00\r\n");
  REQUIRE(
      parse_message("QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=1;CP=&&&&", m).has_value());
  CHECK(answer_data(m).find("ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;CN=2051&&") !=
        std::string::npos);
  CHECK(answer_return(m, 9).find("QnRtn=2&&") != std::string::npos);
  REQUIRE(parse_message("QN=20240601085857223;ST=31;CN=2051;PW=1;MN=A;Flag=9;CP=&&&&", m).has_value());
  CHECK(answer_notice(m).find("CN=9013;PW=1;MN=A;Flag=8;CP=&&&&") != std::string::npos);
}

TEST_CASE("hour data name their begin and are stored at their end; flags and units come along") {
  const auto d = decode(
      "QN=20200403160000000;ST=22;CN=2061;PW=123456;MN=A;Flag=5;CP=&&DataTime=20200403150000;"
      "a34004-Avg=35,a34004-Flag=N;a21005-Avg=0.7,a21005-Flag=M;a05024-Avg=,a05024-Flag=D&&");
  REQUIRE(d.result.has_value());
  REQUIRE(d.rows.size() == 3);
  CHECK(to_beijing_minute(d.rows.phenomenon_end[0]) == "2020-04-03 16:00");
  CHECK(d.keys[0] == SeriesKey{"air.X", "PM2.5", hourly, Statistic::mean, Stage::raw});
  CHECK(d.rows.value[0] == 35);
  CHECK(d.rows.device_flag[0] == 'N');
  CHECK(d.rows.value[1] == 0.7);
  CHECK(d.rows.device_flag[1] == 'M');
  CHECK(std::isnan(d.rows.value[2]));
  CHECK(d.rows.device_flag[2] == 'D');
}

TEST_CASE("a device that labels the end, minutes, days and milliseconds are understood") {
  const auto end_of = [](const char* cn, const char* time, DeviceSettings device = {"s"}) {
    const auto d =
        decode(std::string("ST=32;CN=") + cn + ";PW=1;MN=A;CP=&&DataTime=" + time + ";w01018-Avg=1&&", device);
    REQUIRE(d.rows.size() == 1);
    return to_beijing_minute(d.rows.phenomenon_end[0]);
  };
  CHECK(end_of("2061", "20200403150000", {"s", 10, true}) == "2020-04-03 15:00");
  CHECK(end_of("2051", "20200403150000") == "2020-04-03 15:10");
  CHECK(end_of("2051", "20200403150000", {"s", 1}) == "2020-04-03 15:01");
  CHECK(end_of("2031", "20200403000000") == "2020-04-04 00:00");
  CHECK(end_of("2061", "20200403150000000") == "2020-04-03 16:00");
}

TEST_CASE("stack and ambient sulfur dioxide are two properties, and 10, 010 and 01 three factors") {
  CHECK(decode("ST=31;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;a21026-Rtd=12&&").keys[0].property == "a21026");
  CHECK(decode("ST=22;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;a21026-Rtd=12&&").keys[0].property == "SO2");
  std::set<std::string> properties;
  for (const char* code : {"10", "010", "01"}) {
    const auto d = decode(std::string("ST=32;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;") + code + "-Rtd=1&&");
    REQUIRE(d.keys.size() == 1);
    properties.insert(d.keys[0].property);
  }
  CHECK(properties.size() == 3);
}

TEST_CASE("what is no factor or no number is left out by name, the rest is taken") {
  const auto d = decode(
      "ST=22;CN=2011;PW=1;MN=A;CP=&&DataTime=20200403150000;zz9-Rtd=1;a34004-Rtd=4x;a34002-Rtd=58;a21026-Foo=1&&");
  CHECK(d.rejected == std::vector<std::string>{"zz9-Rtd", "a34004-Rtd", "a21026-Foo"});
  REQUIRE(d.rows.size() == 1);
  CHECK(d.rows.value[0] == 58);
}

TEST_CASE("a DataTime that is absent or no time takes the whole message back") {
  for (const char* area : {"a34004-Rtd=1", "DataTime=20201399000000;a34004-Rtd=1", "DataTime=now;a34004-Rtd=1"}) {
    const auto d = decode(std::string("ST=22;CN=2011;PW=1;MN=A;CP=&&") + area + "&&");
    CHECK_FALSE(d.result.has_value());
    CHECK(d.rows.empty());
  }
}
