#include "watch/watch_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace celadon;
using namespace celadon::watch;

namespace {

constexpr const char* good =
    "rules:\n"
    "  - id: codmn\n"
    "    kind: threshold\n"
    "    site_kinds: [river-section]\n"
    "    property: CODMn\n"
    "    averaging: PT4H\n"
    "    sense: above\n"
    "    limit: 6\n"
    "    consecutive: 2\n"
    "    unit: mg/L\n"
    "    opens_case: true\n"
    "    zh: '{site}'\n"
    "    en: '{site}'\n"
    "    source: s\n"
    "    trust: verified\n";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void refused(const std::string& text, const std::string& reason) {
  CAPTURE(text);
  const auto rules = parse_watch_rules(text, "rules.yaml");
  REQUIRE_FALSE(rules.has_value());
  CAPTURE(rules.error().detail);
  CHECK(rules.error().detail.find(reason) != std::string::npos);
}

}  // namespace

TEST_CASE("the rules of the pack are read, and a level that is no legal limit says so") {
  const auto rules = read_watch_rules(CELADON_PACKS "/watch/rules.yaml");
  if (!rules) FAIL(rules.error().detail);
  CHECK(rules->size() >= 15);
  for (const auto& rule : *rules) {
    CAPTURE(rule.id);
    CHECK((rule.trust == "design") == rule.source.starts_with("design"));
    if (rule.trust == "verified") CHECK(rule.source.starts_with("GB 3"));
  }
}

TEST_CASE("a rule is read as it is written") {
  const auto rules = parse_watch_rules(good, "rules.yaml");
  if (!rules) FAIL(rules.error().detail);
  const WatchRule& rule = rules->front();
  CHECK(rule.place == "rules.yaml:2");
  CHECK(rule.consecutive == 2);
  CHECK(rule.gap_us == 4 * us_per_hour);
  CHECK(rule.is_beyond(6.01));
  CHECK_FALSE(rule.is_beyond(6));  // a value on the limit meets it
  CHECK(rule.applies_to_site("water.x", "river-section"));
  CHECK_FALSE(rule.applies_to_site("water.x", "air-station"));
}

TEST_CASE("a rule with dates holds for the hours that begin between them") {
  const auto rules = parse_watch_rules(
      with(good, "    limit: 6\n", "    limit: 6\n    from: 2016-01-01\n    before: 2026-03-01\n"), "r");
  if (!rules) FAIL(rules.error().detail);
  const WatchRule& rule = rules->front();
  CHECK_FALSE(rule.holds_at(*parse_instant("2016-01-01T00:00+08:00")));  // that window began in 2015
  CHECK(rule.holds_at(*parse_instant("2016-01-01T04:00+08:00")));
  CHECK(rule.holds_at(*parse_instant("2026-03-01T00:00+08:00")));
  CHECK_FALSE(rule.holds_at(*parse_instant("2026-03-01T04:00+08:00")));
}

TEST_CASE("a misprint in the watch rules is refused with file, line and reason") {
  refused("", "expected one list");
  refused(with(good, "threshold", "treshold"), "rules.yaml:3: kind: 'treshold'");
  refused(with(good, "    site_kinds: [river-section]\n", ""), "rules.yaml:2: name site_kinds or sites");
  refused(with(good, "PT4H", "4h"), "rules.yaml:6: averaging");
  refused(with(good, "sense: above", "sense: over"), "rules.yaml:7: sense: expected above or below");
  refused(with(good, "limit: 6", "limit: six"), "rules.yaml:8: limit: expected a number");
  refused(with(good, "limit: 6", "limit: .inf"), "finite");
  refused(with(good, "consecutive: 2", "consecutive: 0"), "rules.yaml:9: consecutive: 0 is not within 1..");
  refused(with(good, "consecutive: 2", "lasting: PT4H"), "there is no field 'lasting'");
  refused(with(good, "    opens_case: true\n", ""), "opens_case: is not there");
  refused(with(good, "'{site}'", "'{sight}'"), "{sight} is not known");
  refused(with(good, "trust: verified", "trust: yes"), "trust");
  refused(with(good, "    limit: 6\n", "    limit: 6\n    from: 2026\n"), "from: expected a date");
  refused(with(good, "    limit: 6\n", "    limit: 6\n    from: 2026-01-01\n    before: 2026-01-01\n"),
          "before: must be after from");
  refused(with(good, "    limit: 6\n", "    limit: 6\n    gap: PT1H\n"), "gap: must not be shorter");
  refused(std::string(good) + std::string(good).substr(7), "'codmn' is there twice");
  CHECK(read_watch_rules("no-such-pack.yaml").error().code == Errc::not_found);
}

TEST_CASE("a rule on silence has its own fields") {
  const std::string silence =
      "rules: [{id: s, kind: no-data, sites: [air.1], averaging: PT1H, every: PT1H, grace: PT2H, opens_case: true, zh: "
      "'{hours}',"
      " en: '{time}', source: design, trust: design}]";
  const auto rules = parse_watch_rules(silence, "r");
  if (!rules) FAIL(rules.error().detail);
  CHECK(rules->front().grace_us == 2 * us_per_hour);
  CHECK(rules->front().applies_to_site("air.1", ""));
  refused(with(silence, "'{hours}'", "'{value}'"), "{value} is not known");
  refused(with(silence, "every: PT1H, ", ""), "every: is not there");
  refused(with(silence, "every: PT1H", "every: PT1H, limit: 5"), "there is no field 'limit'");
}
