#include "core/time.hpp"

#include "core/observation.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace celadon;

namespace {

Instant at(const char* text) { return parse_instant(text).value(); }

}  // namespace

TEST_CASE("an instant is read with its zone, and without one in Beijing time") {
  CHECK(at("2020-04-03T08:00:00Z") == at("2020-04-03T16:00:00+08:00"));
  CHECK(at("2020-04-03 16:00") == at("2020-04-03T08:00:00Z"));
  CHECK(at("2020-04-03") == at("2020-04-02T16:00:00Z"));
  CHECK(at("2020-04-03T08:00:00.250Z").us - at("2020-04-03T08:00:00Z").us == 250'000);
  CHECK(at("2020-04-03 24:00") == at("2020-04-04 00:00"));
  CHECK(at("1970-01-01T00:00:00Z").us == 0);
  CHECK(at("1969-12-31T23:59:59Z").us == -us_per_second);
}

TEST_CASE("what is not a time is refused with an example of one") {
  for (const char* text :
       {"", "yesterday", "2020-13-01", "2021-02-29", "2020-04-03 24:01", "2020-04-03T8:00", "2020-04-03T08:00:00X",
        "2020-04-03T08:00:00+25:00", "20200403", "2020-04-03T08:61Z", "2020-04-03T08:00:00.Z", "0000-00-00"}) {
    CAPTURE(text);
    const auto result = parse_instant(text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == Errc::malformed);
  }
}

TEST_CASE("text and instant are each other's inverse") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    const Instant instant{static_cast<std::int64_t>(random() % (150ULL * 365 * us_per_day))};
    REQUIRE(at(to_iso_utc(instant).c_str()) == instant);
    REQUIRE(at(to_iso_beijing(instant).c_str()) == instant);
    REQUIRE(from_beijing(to_beijing(instant)) == instant);
  }
}

TEST_CASE("an hourly value belongs to the day of its hour, and midnight closes the day before") {
  CHECK(to_string(legal_day_of_hour_ending(at("2020-04-03 01:00"))) == "2020-04-03");
  CHECK(to_string(legal_day_of_hour_ending(at("2020-04-03 23:00"))) == "2020-04-03");
  CHECK(to_string(legal_day_of_hour_ending(at("2020-04-04 00:00"))) == "2020-04-03");
  CHECK(legal_hour_ending(at("2020-04-03 01:00")) == 1);
  CHECK(legal_hour_ending(at("2020-04-04 00:00")) == 24);
  CHECK(to_string(legal_day_of(at("2020-04-04 00:00"))) == "2020-04-04");
}

TEST_CASE("every legal day has the 24 hours 1 to 24, once each") {
  const LegalDay day = parse_legal_day("2026-03-01").value();
  int hours = 0;
  for (std::int64_t h = 0; h <= 30; ++h) {
    const Instant end{first_moment_of(day).us + h * us_per_hour};
    if (legal_day_of_hour_ending(end) == day) CHECK(legal_hour_ending(end) == ++hours);
  }
  CHECK(hours == 24);
}

TEST_CASE("a moment lies in the hour that ends after it") {
  CHECK(end_of_hour(at("2020-04-03 08:00")) == at("2020-04-03 08:00"));
  CHECK(end_of_hour(at("2020-04-03T08:00:01+08:00")) == at("2020-04-03 09:00"));
}

TEST_CASE("a day ends with the first moment of the next, across months and leap days") {
  for (const char* text : {"2020-02-28", "2020-02-29", "2020-12-31", "1969-12-31"}) {
    CAPTURE(text);
    const LegalDay day = parse_legal_day(text).value();
    CHECK(end_of(day) == first_moment_of({day.days + 1}));
    CHECK(end_of(day).us - first_moment_of(day).us == us_per_day);
    CHECK(day_ending(end_of(day)) == day);
    CHECK(legal_day_of_hour_ending(end_of(day)) == day);
  }
  CHECK(end_of(parse_legal_day("2020-02-29").value()) == at("2020-03-01 00:00"));
}

TEST_CASE("averaging periods round trip and know where their window begins") {
  for (const char* text : {"PT0S", "PT10M", "PT1H", "PT4H", "PT8H", "P1D", "P1M", "P1Y", "PT30S"}) {
    CAPTURE(text);
    CHECK(to_iso(parse_averaging(text).value()) == text);
  }
  CHECK(to_iso(parse_averaging("PT60M").value()) == "PT1H");
  for (const char* text : {"", "P", "PT", "1H", "PT0H", "PT1X", "P1H", "PT-1H", "PT1H1", "PT999999999H"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_averaging(text).has_value());
  }
  CHECK(begin_of(hourly, at("2020-04-03 16:00")) == at("2020-04-03 15:00"));
  CHECK(begin_of(parse_averaging("P1M").value(), at("2020-03-01 00:00")) == at("2020-02-01 00:00"));
  CHECK(begin_of(parse_averaging("P1Y").value(), at("2021-01-01 00:00")) == at("2020-01-01 00:00"));
}

TEST_CASE("statistics and stages are told by their names") {
  CHECK(parse_statistic(to_text(Statistic::converted_mean)).value() == Statistic::converted_mean);
  CHECK_FALSE(parse_statistic("median").has_value());
  CHECK(parse_stage("reviewed").value() == Stage::reviewed);
  CHECK_FALSE(parse_stage("").has_value());
}
