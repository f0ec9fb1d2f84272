#include "core/units.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace celadon;

namespace {

void converts(const char* from, double value, const char* to, double expected) {
  CAPTURE(from);
  CAPTURE(to);
  const auto way = conversion(from, to);
  REQUIRE(way.has_value());
  CHECK((*way)(value) == doctest::Approx(expected).epsilon(1e-12));
  const auto back = conversion(to, from);
  REQUIRE(back.has_value());
  CHECK((*back)((*way)(value)) == doctest::Approx(value).epsilon(1e-9));
}

}  // namespace

TEST_CASE("units of one dimension convert, there and back") {
  converts("mg/m3", 0.7, "ug/m3", 700);
  converts("ug/m3", 35, "mg/m3", 0.035);
  converts("mg/L", 1, "g/m3", 1);
  converts("ug/L", 250, "mg/L", 0.25);
  converts("Cel", 25, "K", 298.15);
  converts("kPa", 101.325, "Pa", 101325);
  converts("uS/cm", 133.9, "S/m", 0.01339);
  converts("m3/h", 3600, "L/s", 1000);
  converts("%", 50, "1", 0.5);
  converts("kW.h", 1, "J", 3.6e6);
  converts("t/km2.mo", 1, "t/km2.mo", 1);
}

TEST_CASE("a factor between decimal prefixes is exact, so that a boundary value stays one") {
  CHECK(conversion("mg/m3", "ug/m3")->factor == 1000.0);
  CHECK(conversion("ug/m3", "mg/m3")->factor == 0.001);
  CHECK(conversion("ng/m3", "ug/m3")->factor == 0.001);
}

TEST_CASE("spellings of Chinese tables are understood and answered by their UCUM code") {
  CHECK(parse_unit("℃")->code == "Cel");
  CHECK(parse_unit("μg/m³")->code == "ug/m3");
  CHECK(parse_unit("cells/L")->code == "{cells}/L");
  CHECK(parse_unit("")->code == "1");
}

TEST_CASE("units that measure different things are refused, both named") {
  const auto refused = [](const char* from, const char* to) {
    const auto way = conversion(from, to);
    REQUIRE_FALSE(way.has_value());
    CHECK(way.error().code == Errc::invalid_value);
    CHECK(way.error().detail.find(from) != std::string::npos);
    CHECK(way.error().detail.find(to) != std::string::npos);
  };
  refused("mg/m3", "[ppb]");
  refused("mg/m3", "mg");
  refused("[pH]", "1");
  refused("dB", "1");
  refused("{cells}/L", "{count}/L");
  refused("Bq", "Hz");
}

TEST_CASE("a word that is no unit is named") {
  for (const char* text : {"furlong", "mg//m3", "ug/m3/", "m99", "..", "mCel", "{a}{b}"}) {
    CAPTURE(text);
    const auto unit = parse_unit(text);
    REQUIRE_FALSE(unit.has_value());
    CHECK(unit.error().code == Errc::unknown_code);
  }
  CHECK_FALSE(parse_unit(std::string(500, 'm')).has_value());
}
