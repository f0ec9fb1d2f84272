#include "intake/reviewed_pairs.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include <cmath>

using namespace celadon;
using namespace celadon::intake;

namespace {

PairPorts ports_of_pairs() {
  PairPorts ports;
  ports.site = [](const SiteHint& hint) -> Result<std::optional<std::string>> {
    if (hint.id == "air.1" || hint.id == "一号站") return std::optional<std::string>("air.1");
    return fail(Errc::not_found, "no site", "site");
  };
  ports.property = [](const std::string& name) -> std::optional<PairPorts::Property> {
    if (name == "PM10" || name == "可吸入颗粒物") return PairPorts::Property{"PM10", "ug/m3"};
    return std::nullopt;
  };
  return ports;
}

Result<ReviewedPairs> pairs_in(const std::string& text, const PairLimits& limits = {}) {
  auto source = ByteSource::memory(text, "pairs.csv");
  return read_reviewed_pairs(source, ports_of_pairs(), limits);
}

const std::string english_head = "site,property,period,time,raw,reviewed,unit,flag,reason,note,reviewer\n";

}  // namespace

TEST_CASE("pairs are read with English and with Chinese heads, in the canonical unit, Beijing time without a zone") {
  const auto english = pairs_in(english_head +
                                "air.1,PM10,PT1H,2026-01-12 03:00,0.035,36,,N,,,\n"
                                "air.1,PM10,PT1H,2026-01-11T20:00:00Z,0.9,,mg/m3,,spike,seen,li\n");
  REQUIRE_MESSAGE(english, english.error().detail);
  REQUIRE(english->rows.size() == 2);
  CHECK(english->rows[0].time == *parse_instant("2026-01-11T19:00:00Z"));
  CHECK(english->rows[0].raw == 0.035);
  CHECK(english->rows[0].reviewed == 36);
  CHECK(english->rows[0].flag == 'N');
  CHECK(english->rows[1].raw == doctest::Approx(900));
  CHECK(std::isnan(english->rows[1].reviewed));
  CHECK(english->rows[1].reason == "spike");
  CHECK(english->rows[1].reviewer == "li");
  CHECK(english->rows[1].line == 3);
  const auto chinese = pairs_in(
      "\xEF\xBB\xBF审核后,审核前,点位,项目,周期,时间,单位,审核人,班次\n36,35,一号站,可吸入颗粒物,小时,2026-01-12 "
      "03:00,μg/m³,王,早\n");
  REQUIRE_MESSAGE(chinese, chinese.error().detail);
  REQUIRE(chinese->rows.size() == 1);
  CHECK(chinese->rows[0].site == "air.1");
  CHECK(chinese->rows[0].averaging == hourly);
  CHECK(chinese->rows[0].raw == 35);
  CHECK(chinese->rows[0].reviewer == "王");
  CHECK(chinese->unread == std::vector<std::string>{"班次"});
}

TEST_CASE("pairs packed with zstd, and pairs a Chinese spreadsheet wrote in GB18030, are read") {
  const std::string text = english_head + "air.1,PM10,PT1H,2026-01-12 03:00,35,35,,,,,\n";
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  REQUIRE(pairs_in(packed));
  CHECK(pairs_in(packed)->rows.size() == 1);
  // site,property,period,time and 审核前,审核后 in GB18030
  const auto old = pairs_in(
      "site,property,period,time,\xC9\xF3\xBA\xCB\xC7\xB0,\xC9\xF3\xBA\xCB\xBA\xF3\n"
      "air.1,PM10,PT1H,2026-01-12 03:00,35,36\n");
  REQUIRE_MESSAGE(old, old.error().detail);
  CHECK(old->rows.at(0).reviewed == 36);
}

TEST_CASE("a bad row of pairs comes back with line, field, reason and remedy in both languages; the others are read") {
  const auto pairs = pairs_in(english_head +
                              "air.9,PM10,PT1H,2026-01-12 03:00,1,1,,,,,\n"
                              "air.1,XX,PT1H,2026-01-12 03:00,1,1,,,,,\n"
                              "air.1,PM10,often,2026-01-12 03:00,1,1,,,,,\n"
                              "air.1,PM10,PT1H,yesterday,1,1,,,,,\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,one,1,,,,,\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,1,*,,,,,\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,1,1,ppm,,,,\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,1,1,,NN,,,\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,1,1,,,," +
                              std::string(2001, 'x') +
                              ",\n"
                              "air.1,PM10\n"
                              "air.1,PM10,PT1H,2026-01-12 03:00,1,1,,,,,\n");
  REQUIRE_MESSAGE(pairs, pairs.error().detail);
  CHECK(pairs->rows_read == 11);
  CHECK(pairs->rows.size() == 1);
  const std::vector<std::string> fields = {"site",     "property", "period", "time", "raw",
                                           "reviewed", "unit",     "flag",   "note", ""};
  REQUIRE(pairs->problems.kept().size() == fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& one = pairs->problems.kept()[i];
    CHECK(one.field == fields[i]);
    CHECK(one.line == i + 2);
    for (const auto* words : {&one.zh, &one.en, &one.remedy_zh, &one.remedy_en}) CHECK(!words->empty());
  }
  CHECK(pairs->problems.kept()[8].value.size() == 203);
}

TEST_CASE("a table of pairs over a limit, or without a needed column, is refused as a whole with what to do") {
  const auto missing_head = pairs_in("site,property,period,time,raw\n");
  REQUIRE(!missing_head);
  CHECK(missing_head.error().field == "reviewed");
  CHECK(pairs_in("site,property,period,time,raw,reviewed,审核后\n").error().field == "reviewed");
  const std::string row = "air.1,PM10,PT1H,2026-01-12 03:00,1,1,,,,,\n";
  CHECK(pairs_in(english_head + row + row + row, {1U << 20U, 2, 100}).error().code == Errc::too_many);
  CHECK(pairs_in(english_head + row, {10, 2, 100}).error().code == Errc::too_large);
  CHECK(pairs_in("").error().code == Errc::malformed);
}
