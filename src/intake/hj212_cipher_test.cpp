#include "intake/hj212_cipher.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_test_data.hpp"
#include "intake/hj212_text.hpp"

#include <random>

using namespace celadon;
using namespace celadon::intake;

namespace {

boost::json::object published() {
  for (auto& sample : read_lines("samples.jsonl")) {
    if (sample.at("kind").as_string() == "frame_sm4") return sample;
  }
  FAIL("the samples hold no encrypted frame");
  return {};
}

Key212 key_of(const boost::json::object& sample) {
  const std::string bytes = from_hex(sample.at("sm4_key_hex").as_string());
  REQUIRE(bytes.size() == 16);
  Key212 key{};
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

}  // namespace

TEST_CASE("SM4 gives the standard's own example") {  // GB/T 32907-2016 annex A.1
  Key212 key{};
  const std::string plain = from_hex("0123456789ABCDEFFEDCBA9876543210");
  std::copy(plain.begin(), plain.end(), key.begin());
  std::string bytes = plain + "rest";
  REQUIRE(sm4_encrypt(bytes, key));
  CHECK(bytes == from_hex("681EDF34D206965E86B3E94F536E4246") + "rest");
  REQUIRE(sm4_decrypt(bytes, key));
  CHECK(bytes == plain + "rest");
}

TEST_CASE("the published encrypted frame opens with its key, is refused without, and is made alike") {
  const auto sample = published();
  const Key212 key = key_of(sample);
  const std::string raw = bytes_of(sample);
  const std::string plain(sample.at("plain_segment").as_string());

  std::vector<std::string> asked;
  FrameReader reader([&](std::string_view header) -> std::optional<Key212> {
    asked.emplace_back(header);
    return key;
  });
  reader.feed(raw);
  const auto item = reader.next();
  REQUIRE(std::holds_alternative<Frame>(item));
  const auto& frame = std::get<Frame>(item);
  CHECK(frame.encrypted);
  CHECK(frame.segment == plain);
  CHECK(raw.starts_with(frame.raw));
  CHECK(asked == std::vector<std::string>{plain.substr(0, plain.find("CP=&&") + 5)});
  Message m;
  REQUIRE(parse_message(frame.segment, m));
  CHECK(m.item("a01014-Avg") == "3.211");

  FrameReader without;
  without.feed(raw);
  const auto refused = without.next();
  REQUIRE(std::holds_alternative<Refusal>(refused));
  CHECK(std::get<Refusal>(refused).fault == Deviation212::encrypted_without_key);
  CHECK(std::get<Refusal>(refused).raw == frame.raw);

  const auto made = make_encrypted_frame(plain, key);
  REQUIRE(made);
  CHECK(*made == raw);
}

TEST_CASE("a wrong key opens nothing, and a device without a key is refused by name") {
  const auto sample = published();
  Key212 wrong = key_of(sample);
  wrong[3] ^= 1U;
  for (const std::optional<Key212>& answer : {std::optional<Key212>(wrong), std::optional<Key212>()}) {
    FrameReader reader([&](std::string_view) { return answer; });
    reader.feed(bytes_of(sample));
    const auto item = reader.next();
    REQUIRE(std::holds_alternative<Refusal>(item));
    CHECK(std::get<Refusal>(item).fault == Deviation212::encrypted_without_key);
    CHECK_FALSE(taken_anyway(std::get<Refusal>(item), {true, true}));
  }
}

TEST_CASE("encrypted frames of every length come through any cutting, beside plain ones") {
  std::mt19937_64 random(3);
  Key212 key{};
  for (auto& byte : key) byte = static_cast<std::uint8_t>(random());
  std::string stream;
  std::vector<std::string> plain;
  for (std::size_t size = 0; size < 400; ++size) {
    std::string area;
    while (area.size() < size) area += static_cast<char>('0' + random() % 10);
    plain.push_back("QN=20260101000000000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&" + area +
                    "&&");
    const bool encrypt = random() % 4 != 0;
    const auto frame = encrypt ? make_encrypted_frame(plain.back(), key) : make_frame(plain.back());
    REQUIRE(frame);
    stream += *frame;
  }
  for (int run = 0; run < 20; ++run) {
    FrameReader reader([&](std::string_view) { return std::optional<Key212>(key); });
    std::vector<std::string> got;
    read_stream(
        reader, stream, [&] { return run == 0 ? 1 : 1 + random() % 600; },
        [&](const FrameReader::Item& item) {
          if (const auto* frame = std::get_if<Frame>(&item)) got.emplace_back(frame->segment);
        });
    CHECK(got == plain);
  }
}

TEST_CASE("text is UTF-8 or GBK without control characters") {
  CHECK(is_text(""));
  CHECK(is_text("DataTime=20240520210600;i11001-Info=//清洗管路\r\n//"));
  CHECK(is_text("i11001-Info=//\xC7\xE5\xCF\xB4\xB9\xDC\xC2\xB7//"));  // the same in GBK
  CHECK_FALSE(is_utf8("\xC7\xE5\xCF\xB4\xB9\xDC\xC2\xB7"));
  CHECK_FALSE(is_text(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_text("a\x1B"));
  CHECK_FALSE(is_text("\xFF\xFF"));
  CHECK_FALSE(is_utf8("\xC0\x80"));          // too long a form
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond Unicode
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));
  CHECK_FALSE(is_utf8("a\xE6\xB8"));
}

TEST_CASE("an encrypted frame needs a data area") {
  CHECK_FALSE(make_encrypted_frame("QN=1;CP=&&a=1", Key212{}));
  CHECK_FALSE(make_encrypted_frame("QN=1;ST=32", Key212{}));
  CHECK(make_encrypted_frame("QN=1;CP=&&&&", Key212{}) == make_frame("QN=1;CP=&&&&"));
}
