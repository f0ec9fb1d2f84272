#include "people/totp.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace celadon;
using namespace celadon::people;

namespace {
const std::string rfc_key = "12345678901234567890";
Instant at_second(std::int64_t second) { return {second * us_per_second}; }
std::string code_at(std::int64_t second) {
  return one_time_code(rfc_key, static_cast<std::uint64_t>(totp_step(at_second(second))), 6);
}
}  // namespace

TEST_CASE("the ten codes of RFC 4226 appendix D come out") {
  const char* expected[] = {"755224", "287082", "359152", "969429", "338314",
                            "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t counter = 0; counter < 10; ++counter)
    CHECK(one_time_code(rfc_key, counter, 6) == expected[counter]);
}

TEST_CASE("the SHA-1 rows of RFC 6238 appendix B come out") {
  struct Row {
    std::int64_t second, step;
    const char* code;
  };
  for (const Row& row : {Row{59, 0x1, "94287082"}, Row{1111111109, 0x23523EC, "07081804"},
                         Row{1111111111, 0x23523ED, "14050471"}, Row{1234567890, 0x273EF07, "89005924"},
                         Row{2000000000, 0x3F940AA, "69279037"}, Row{20000000000, 0x27BC86AA, "65353130"}}) {
    CHECK(totp_step(at_second(row.second)) == row.step);
    CHECK(one_time_code(rfc_key, static_cast<std::uint64_t>(row.step), 8) == row.code);
  }
}

TEST_CASE("a code fits in its step and the two beside it, and in no other") {
  const std::int64_t begin = 1'999'999'980;  // of a step
  const std::string code = code_at(begin);
  CHECK_FALSE(totp_match(rfc_key, code, at_second(begin - 31), 0));
  CHECK(totp_match(rfc_key, code, at_second(begin - 30), 0) == begin / 30);
  CHECK(totp_match(rfc_key, code, at_second(begin), 0) == begin / 30);
  CHECK(totp_match(rfc_key, code, at_second(begin + 59), 0) == begin / 30);
  CHECK_FALSE(totp_match(rfc_key, code, at_second(begin + 60), 0));
}

TEST_CASE("a code is taken once, and none older than it after") {
  const std::int64_t begin = 1'999'999'980;
  const auto first = totp_match(rfc_key, code_at(begin), at_second(begin), 0);
  REQUIRE(first);
  CHECK_FALSE(totp_match(rfc_key, code_at(begin), at_second(begin), *first));
  CHECK_FALSE(totp_match(rfc_key, code_at(begin - 30), at_second(begin), *first));
  CHECK(totp_match(rfc_key, code_at(begin + 30), at_second(begin), *first) == *first + 1);
}

TEST_CASE("what is no code fits nothing") {
  for (const char* text : {"", "1", "94287082", "28708", "2870822", "abcdef", "28708\n"})
    CHECK_FALSE(totp_match(rfc_key, text, at_second(59), 0));
  CHECK(totp_match(rfc_key, "287082", at_second(59), 0) == 1);
  CHECK(totp_match(rfc_key, "755224", at_second(0), -1) == 0);  // the first step of all has none before it
}

TEST_CASE("base 32 is that of RFC 4648, without its padding, and comes back") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "MY"},
                                                      {"fo", "MZXQ"},
                                                      {"foo", "MZXW6"},
                                                      {"foob", "MZXW6YQ"},
                                                      {"fooba", "MZXW6YTB"},
                                                      {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : rows) {
    CHECK(to_base32(bytes) == text);
    CHECK(from_base32(text).value() == bytes);
  }
  CHECK(from_base32("MZXW6=").error().code == Errc::malformed);
  CHECK(from_base32("mzxw6").error().code == Errc::malformed);
  std::mt19937_64 random(32);
  for (std::size_t length = 0; length < 100; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random());
    CHECK(from_base32(to_base32(bytes)).value() == bytes);
  }
}
