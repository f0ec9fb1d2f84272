#include "core/yaml_fields.hpp"
#include "quality/device_flags.hpp"
#include "quality/quality_test_packs.hpp"
#include "quality/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace celadon;
using namespace celadon::quality;
using celadon::quality::test::with;

namespace {

constexpr const char* good_stale =
    "rules:\n"
    "  - id: stale\n"
    "    kind: stale\n"
    "    voids: false\n"
    "    sources: [hj212]\n"
    "    limit: PT24H\n"
    "    zh: '{hours}'\n"
    "    en: '{hours}'\n"
    "    source: s\n"
    "    trust: design\n";

void rules_refused(const std::string& text, const std::string& reason) {
  CAPTURE(text);
  const auto rules = parse_rules(text, "rules.yaml");
  REQUIRE_FALSE(rules.has_value());
  CAPTURE(rules.error().detail);
  CHECK(rules.error().detail.find(reason) != std::string::npos);
}

}  // namespace

TEST_CASE("the rules of the pack are read, each with its words in both languages, source and trust") {
  const auto rules = read_rules(CELADON_PACKS "/quality/rules.yaml");
  if (!rules) FAIL(rules.error().detail);
  CHECK(rules->size() >= 9);
  for (const auto& rule : *rules) {
    CAPTURE(rule.id);
    CHECK_FALSE(rule.zh.empty());
    CHECK_FALSE(rule.en.empty());
    CHECK_FALSE(rule.source.empty());
  }
  const auto repeats = std::ranges::find(*rules, std::string("repeats"), &Rule::id);
  REQUIRE(repeats != rules->end());
  CHECK(repeats->repeat_limits.at("CO").count == 16);
  CHECK(repeats->repeat_limits.at("CO").above == 0.1);
}

TEST_CASE("a rule that is right is read as it is written") {
  const auto rules = parse_rules(good_stale, "rules.yaml");
  if (!rules) FAIL(rules.error().detail);
  CHECK(rules->front().limit_us == us_per_day);
  CHECK(rules->front().place == "rules.yaml:2");
  CHECK(rules->front().applies_to_source("hj212"));
  CHECK_FALSE(rules->front().applies_to_source("hj212-replay"));
}

TEST_CASE("a misprint in the rules is refused with file, line and reason") {
  rules_refused("", "rules.yaml: expected one list");
  rules_refused("rules: []", "expected one list");
  rules_refused("rules: [a]", "rules.yaml:1: expected a mapping");
  rules_refused("rules:\n  - {id: a\n", "rules.yaml:3:");
  rules_refused(with(good_stale, "kind: stale", "kind: stael"), "rules.yaml:3: kind: 'stael' is not a kind");
  rules_refused(with(good_stale, "voids: false", "voids: perhaps"), "rules.yaml:4: voids: expected true or false");
  rules_refused(with(good_stale, "    voids: false\n", ""), "voids: is not there");
  rules_refused(with(good_stale, "PT24H", "24"), "rules.yaml:6: limit: '24' is not a duration");
  rules_refused(with(good_stale, "PT24H", "P1M"), "limit");
  rules_refused(with(good_stale, "'{hours}'", "'{minutes}'"), "rules.yaml:7: zh: {minutes} is not known");
  rules_refused(with(good_stale, "en: '{hours}'", "en: ''"), "rules.yaml:8: en: is blank");
  rules_refused(with(good_stale, "trust: design", "trust: me"), "rules.yaml:10: trust");
  rules_refused(with(good_stale, "sources:", "source_names:"), "rules.yaml:5: there is no field 'source_names'");
  rules_refused(with(good_stale, "[hj212]", "hj212"), "rules.yaml:5: sources: expected a list");
  rules_refused(with(good_stale, "limit: PT24H", "limits: {CO: {count: 2, above: 0}}"), "limits: have no meaning");
  rules_refused(std::string(good_stale) + "    trust: design\n", "trust is there twice");
  rules_refused(std::string(good_stale) + std::string(good_stale).substr(7), "'stale' is there twice");
}

TEST_CASE("a rule on pairs and a rule on repeats are checked to the last number") {
  const std::string pair =
      "rules: [{id: p, kind: not-above, voids: true, lower: PM2.5, upper: PM10, unit: ug/m3, absolute: 5, relative: "
      "0.1,\n"
      " zh: x, en: x, source: s, trust: design}]";
  CHECK(parse_rules(pair, "r").has_value());
  rules_refused(with(pair, "absolute: 5", "absolute: -1"), "absolute: must not be negative");
  rules_refused(with(pair, "absolute: 5", "absolute: .nan"), "absolute: expected a number that is finite");
  rules_refused(with(pair, "upper: PM10", "upper: PM2.5"), "another property");
  rules_refused(with(pair, ", unit: ug/m3", ""), "unit: is not there");
  const std::string repeats =
      "rules: [{id: r, kind: repeats, voids: true, windows_max: 3, limits: {CO: {count: 6, above: 0}}, zh: x, en: x, "
      "source: s, trust: design}]";
  CHECK(parse_rules(repeats, "r").has_value());
  rules_refused(with(repeats, "count: 6", "count: 1"), "1 is not within 2..");
  rules_refused(with(repeats, "count: 6", "count: 6.5"), "whole number");
  rules_refused(with(repeats, "above: 0", "abvoe: 0"), "there is no field 'abvoe'");
  rules_refused(with(repeats, "{count: 6, above: 0}", "6"), "expected one mapping");
}

TEST_CASE("a pack that is not there is said to be not there") {
  CHECK(read_rules("no-such-pack.yaml").error().code == Errc::not_found);
  CHECK(DeviceFlags::read("no-such-pack.csv").error().code == Errc::not_found);
}

TEST_CASE("the marks of the devices: normal, void, noted, and one nobody knows") {
  const auto flags = DeviceFlags::read(CELADON_PACKS "/quality/device_flags.csv");
  if (!flags) FAIL(flags.error().detail);
  CHECK(flags->is_normal('N'));
  CHECK(flags->is_normal('3'));
  CHECK(flags->is_normal(DeviceFlag{0}));
  for (const char flag : {'F', 'M', 'S', 'D', 'C', 'T', 'B', 'P', '0', '2', 'L', 'Z'}) {
    CAPTURE(flag);
    CHECK(flags->of(flag).kind == DeviceFlags::Kind::voids);
  }
  CHECK(flags->of('1').kind == DeviceFlags::Kind::noted);
  CHECK(flags->of('J').kind == DeviceFlags::Kind::unknown);
  CHECK(flags->of('\xff').kind == DeviceFlags::Kind::unknown);
  CHECK(flags->of('F').en == "analyser stopped / source stopped");
}

TEST_CASE("a misprint in the marks is refused with file, line and reason") {
  const std::string head = "flag,protocol,meaning_zh,meaning_en,voids,source,trust\n";
  const auto says = [&](const std::string& text, const std::string& reason) {
    CAPTURE(text);
    const auto flags = DeviceFlags::parse(text, "f.csv");
    REQUIRE_FALSE(flags.has_value());
    CAPTURE(flags.error().detail);
    CHECK(flags.error().detail.find(reason) != std::string::npos);
  };
  says("", "f.csv:1: the header line is missing");
  says("flag,meaning\n", "f.csv:1: column 2 must be 'protocol'");
  says(head + "N,p,z,e,no,s\n", "f.csv:2: 6 fields");
  says(head + "NN,p,z,e,no,s,memory\n", "f.csv:2: flag 'NN'");
  says(head + "\nN,p,z,,no,s,memory\n", "f.csv:3: meaning_en is blank");
  says(head + "N,p,z,e,maybe,s,memory\n", "voids 'maybe'");
  says(head + "N,p,z,e,no,s,hope\n", "trust 'hope'");
  says(head + "N,p,\"z,e,no,s,memory\n", "quote");
  says(head + "N,p,z,normal,no,s,memory\nN,p,z,normal,no,s,memory\n", "f.csv:3: flag N of p is there twice");
  says(head + "N,p,z,normal,no,s,memory\nN,q,z,fault,yes,s,memory\n", "voids in one protocol");
  CHECK(DeviceFlags::parse(head + "Q,\"a \"\"b\"\", c\",\"x,y\",e,yes,s,memory\r\n", "f.csv")->of('Q').zh == "x,y");
}

TEST_CASE("words are filled where a blank has a filling, and stay where it has none") {
  CHECK(fill("{a} and {b}{a}", {{"a", "1"}, {"b", "2"}}) == "1 and 21");
  CHECK(fill("{c} {", {{"a", "1"}}) == "{c} {");
  CHECK(fill("", {}).empty());
  CHECK(number_text(17.299999999999997) == "17.3");
  CHECK(number_text(80) == "80");
}
