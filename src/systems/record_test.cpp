#include "systems/record.hpp"

#include "systems/systems_test_world.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace celadon;
using namespace celadon::systems;
using test::calendar;
using test::City;
using test::CityFacts;
using test::day;

namespace {

constexpr std::string_view pack = R"yaml(system: demo
name: {zh: 示例, en: Demo}
group: waste
source: plan
codes:
  - {id: kind, entries: [{code: acid, zh: 废酸, en: Acid}, {code: oil, zh: 废油, en: Oil}, {code: oil2, zh: 废油, en: Oil two}]}
registers:
  - id: container
    name: {zh: 容器, en: Container}
    key: code
    title: "{code} {kind} {full}"
    fields:
      - {id: code, type: text, zh: 编号, en: Code, needed: true, pattern: "[A-Z]\\d{3}", length_max: 10}
      - {id: credit, type: text, zh: 信用代码, en: Credit code, code_check: gb32100}
      - {id: kind, type: code, of: kind, zh: 类别, en: Kind, needed: true}
      - {id: kinds, type: code, of: kind, many: true, zh: 几类, en: Kinds}
      - {id: net_t, type: number, unit: t, zh: 净重, en: Net, min: 0, max: 30, decimals: 2}
      - {id: tare_t, type: number, unit: t, zh: 皮重, en: Tare}
      - {id: gross_t, type: number, unit: t, zh: 毛重, en: Gross, decimals: 1, formula: "net_t + tare_t"}
      - {id: rounds, type: whole, zh: 次数, en: Rounds, formula: "gross_t / 2"}
      - {id: seats, type: whole, zh: 个数, en: Pieces}
      - {id: full, type: yes-no, zh: 是否满, en: Full}
      - {id: filled_on, type: date, zh: 装满日期, en: Filled on, not_after_today: true}
      - {id: seen_at, type: time, zh: 查看时间, en: Seen at, not_after_now: true}
      - {id: enterprise, type: reference, of: container, zh: 单位, en: Enterprise}
      - {id: near, type: reference, of: container, many: true, zh: 邻近, en: Near}
      - {id: site, type: site, zh: 站点, en: Site}
      - {id: place, type: point, zh: 位置, en: Place}
      - {id: way, type: line, zh: 路线, en: Way}
      - {id: yard, type: area, zh: 场地, en: Yard}
      - {id: photos, type: files, zh: 照片, en: Photos, count_max: 2}
      - {id: phone, type: text, zh: 电话, en: Phone, personal: true, length_max: 5}
      - {id: note, type: text, zh: 备注, en: Note}
    checks:
      - {id: weighed, when: "full", must: "net_t > 0", severity: error, field: net_t, zh: "{code}（{kind}）装满须称重", en: "{code} ({kind}) is full: weigh it"}
      - {id: light, must: "net_t is none or net_t < 20", severity: warning, zh: 偏重, en: heavy}
)yaml";

const Catalogue& catalogue() {
  static const std::shared_ptr<const Catalogue> made = [] {
    std::vector<System> systems;
    auto system = parse_system(pack, "demo.yaml", {});
    REQUIRE_MESSAGE(system.has_value(), (system ? "" : system.error().detail));
    systems.push_back(std::move(*system));
    auto catalogue = make_catalogue(std::move(systems));
    REQUIRE_MESSAGE(catalogue.has_value(), (catalogue ? "" : catalogue.error().detail));
    return *catalogue;
  }();
  return *made;
}

const Register& type() { return *catalogue().find("container"); }

Value value_entered(const char* field, std::string_view text) {
  const auto& known = *type().field(field);
  const auto value = value_from_text(known, known.codes, text);
  REQUIRE_MESSAGE(value.has_value(), (value ? "" : value.error().detail));
  return *value;
}

std::string why_no_value(const char* field, std::string_view text) {
  const auto& known = *type().field(field);
  const auto value = value_from_text(known, known.codes, text);
  return value ? "" : value.error().detail;
}

Values good() { return {{"code", std::string("A001")}, {"kind", std::string("acid")}}; }

/// "field check" of each finding.
std::vector<std::string> found_in_field(const char* field, Value value) {
  auto values = good();
  values[field] = std::move(value);
  std::vector<std::string> names;
  for (const auto& finding :
       check_fields(type(), catalogue(), values, day("2026-06-01"), from_beijing({2026, 6, 1, 12})))
    names.push_back(finding.field + " " + finding.check);
  return names;
}

const std::vector<std::string> nothing;
std::vector<std::string> one(const char* name) { return {name}; }

Deadline deadline_of(Deadline::Count count, int length, const char* from) {
  Deadline deadline;
  deadline.count = count;
  deadline.length = length;
  deadline.from = from;
  return deadline;
}

LookBack thirty_days_on_a_like_day() {
  LookBack rule;
  rule.after_days = 30;
  rule.same_weekday = true;
  return rule;
}

Geometry area(std::vector<LonLat> ring) { return {Geometry::Kind::area, {std::move(ring)}}; }

}  // namespace

TEST_CASE("values are read from the text of a cell as people write it") {
  CHECK(value_entered("net_t", " 1.5 ") == Value(1.5));
  CHECK(value_entered("net_t", "1e-3") == Value(0.001));
  CHECK(value_entered("seats", "12") == Value(12.0));
  CHECK(value_entered("seats", "12.0") == Value(12.0));
  CHECK(value_entered("full", "是") == Value(true));
  CHECK(value_entered("full", "FALSE") == Value(false));
  CHECK(value_entered("full", "Yes") == Value(true));
  CHECK(value_entered("full", "no") == Value(false));
  CHECK(value_entered("filled_on", "2026-06-01") == Value(day("2026-06-01")));
  CHECK(value_entered("filled_on", "2026/6/1") == Value(day("2026-06-01")));
  CHECK(value_entered("filled_on", "2026年6月1日") == Value(day("2026-06-01")));
  CHECK(value_entered("seen_at", "2026-06-01 08:30") == Value(from_beijing({2026, 6, 1, 8, 30})));
  CHECK(value_entered("kind", "acid") == Value(std::string("acid")));
  CHECK(value_entered("kind", "废酸") == Value(std::string("acid")));
  CHECK(value_entered("kind", "Oil two") == Value(std::string("oil2")));
  CHECK(value_entered("kinds", "acid；oil ; ") == Value(std::vector<std::string>{"acid", "oil"}));
  CHECK(value_entered("place", "117.2,29.3") == Value(Geometry{Geometry::Kind::point, {{{117.2, 29.3}}}}));
  CHECK(value_entered("place", "117.2，29.3") == Value(Geometry{Geometry::Kind::point, {{{117.2, 29.3}}}}));
  CHECK(value_entered("note", " 两头空 ") == Value(std::string(" 两头空 ")));
  for (const char* blank : {"", "  ", "\t\r\n", "\u3000"}) {
    CHECK(is_none(value_entered("note", blank)));
    CHECK(is_none(value_entered("net_t", blank)));
    CHECK(is_none(value_entered("kinds", blank)));
  }
}

TEST_CASE("what a cell cannot mean is refused in both languages, with the field") {
  CHECK(why_no_value("net_t", "1,500") ==
        "“净重”不是数字：不要千分位逗号 '1,500' / Net: no number: leave out the marks of thousands '1,500'");
  CHECK(why_no_value("net_t", "1.5 t").find("不是数字") != std::string::npos);
  CHECK(why_no_value("net_t", "nan").find("no number") != std::string::npos);
  CHECK(why_no_value("net_t", "1e999").find("no number") != std::string::npos);
  CHECK(why_no_value("seats", "1.5").find("应为整数") != std::string::npos);
  CHECK(why_no_value("full", "maybe").find("应为是或否") != std::string::npos);
  CHECK(why_no_value("filled_on", "2026-02-30").find("不是日期") != std::string::npos);
  CHECK(why_no_value("filled_on", "6/1/2026").find("不是日期") != std::string::npos);
  CHECK(why_no_value("seen_at", "morning").find("不是时间") != std::string::npos);
  CHECK(why_no_value("kind", "废碱").find("不在代码表“kind”中") != std::string::npos);
  CHECK(why_no_value("kind", "废油").find("几个代码同名") != std::string::npos);
  CHECK(why_no_value("place", "117.2").find("经度在前") != std::string::npos);
  CHECK(why_no_value("place", "117.2,29.3 117.3,29.4").find("应为一个点") != std::string::npos);
  const auto& field = *type().field("seats");
  CHECK(value_from_text(field, nullptr, "x").error().field == "seats");
}

TEST_CASE("every value that a field may hold comes back from its text") {
  std::mt19937_64 random(7);
  const auto real = [&] {
    return std::ldexp(static_cast<double>(random() % (1U << 30)) - (1U << 29), static_cast<int>(random() % 60) - 40);
  };
  const auto there_and_back = [](const char* name, const Value& value) {
    const auto& field = *type().field(name);
    const std::string text = value_to_text(field, value);
    CAPTURE(text);
    const auto back = value_from_text(field, field.codes, text);
    REQUIRE(back.has_value());
    CHECK(*back == value);
  };
  for (int i = 0; i < 400; ++i) {
    there_and_back("tare_t", real());
    there_and_back("seats", static_cast<double>(static_cast<std::int64_t>(random() % (1ULL << 53))));
    there_and_back("filled_on", LegalDay{static_cast<std::int32_t>(random() % 80'000) - 20'000});
    there_and_back("seen_at", Instant{static_cast<std::int64_t>(random() % 4'000'000'000'000'000ULL)});
    const auto point = [&] { return LonLat{std::fmod(real(), 180), std::fmod(real(), 90)}; };
    there_and_back("place", Geometry{Geometry::Kind::point, {{point()}}});
    there_and_back("way", Geometry{Geometry::Kind::line, {{point(), point(), point()}}});
    const LonLat a = point(), b = point();
    there_and_back("yard", Geometry{Geometry::Kind::area, {{a, point(), point(), a}, {b, point(), point(), b}}});
  }
  there_and_back("tare_t", std::numeric_limits<double>::max());
  there_and_back("tare_t", std::numeric_limits<double>::denorm_min());
  there_and_back("full", true);
  there_and_back("full", false);
  there_and_back("kind", std::string("oil2"));
  there_and_back("kinds", std::vector<std::string>{"oil", "acid"});
  there_and_back("near", std::vector<std::string>{"A001", "A002"});
  there_and_back("photos", std::vector<std::string>{"ab", "cd"});
  there_and_back("enterprise", std::string("A001"));
  there_and_back("note", std::string("a;b, \"c\"\n 镇 "));
  there_and_back("note", Value());
}

TEST_CASE("fields are checked on both sides of every edge") {
  CHECK(check_fields(type(), catalogue(), good(), day("2026-06-01"), Instant{}).empty());
  CHECK(found_in_field("net_t", 0.0) == nothing);
  CHECK(found_in_field("net_t", -0.01) == one("net_t range"));
  CHECK(found_in_field("net_t", 30.0) == nothing);
  CHECK(found_in_field("net_t", 30.01) == one("net_t range"));
  CHECK(found_in_field("net_t", 1.25) == nothing);
  CHECK(found_in_field("net_t", 0.07) == nothing);  // 0.07 * 100 is not 7 in a computer
  CHECK(found_in_field("net_t", 1.255) == one("net_t range"));
  CHECK(found_in_field("net_t", std::nan("")) == one("net_t type"));
  CHECK(found_in_field("net_t", std::string("1")) == one("net_t type"));
  CHECK(found_in_field("seats", 1.5) == one("seats type"));
  CHECK(found_in_field("seats", 9'007'199'254'740'992.0) == nothing);
  CHECK(found_in_field("seats", 9'007'199'254'740'994.0) == one("seats type"));
  CHECK(found_in_field("phone", std::string("一二三四五")) == nothing);
  CHECK(found_in_field("phone", std::string("一二三四五六")) == one("phone range"));
  CHECK(found_in_field("note", std::string("  ")) == one("note type"));
  CHECK(found_in_field("code", std::string("A01")) == one("code pattern"));
  CHECK(found_in_field("credit", std::string("91360281MADEM1001R")) == nothing);
  CHECK(found_in_field("credit", std::string("91360281MADEM1001T")) == one("credit code-check"));
  CHECK(found_in_field("code", std::string("")) == one("code needed"));
  CHECK(found_in_field("code", Value()) == one("code needed"));
  CHECK(found_in_field("kind", std::string("alkali")) == one("kind unknown-code"));
  CHECK(found_in_field("kinds", std::vector<std::string>{"acid", "alkali"}) == one("kinds unknown-code"));
  CHECK(found_in_field("kinds", std::string("acid")) == one("kinds type"));
  CHECK(found_in_field("near", std::vector<std::string>{"A;1"}) == one("near type"));
  CHECK(found_in_field("photos", std::vector<std::string>{"a", "b"}) == nothing);
  CHECK(found_in_field("photos", std::vector<std::string>{"a", "b", "c"}) == one("photos range"));
  CHECK(found_in_field("filled_on", day("2026-06-01")) == nothing);
  CHECK(found_in_field("filled_on", day("2026-06-02")) == one("filled_on range"));
  CHECK(found_in_field("seen_at", from_beijing({2026, 6, 1, 12})) == nothing);
  CHECK(found_in_field("seen_at", Instant{from_beijing({2026, 6, 1, 12}).us + 1}) == one("seen_at range"));
  CHECK(found_in_field("colour", std::string("red")) == one("colour unknown-field"));
}

TEST_CASE("geometries are whole, of their kind and on the earth") {
  CHECK(found_in_field("place", Geometry{Geometry::Kind::point, {{{180, -90}}}}) == nothing);
  CHECK(found_in_field("place", Geometry{Geometry::Kind::point, {{{180.1, 0}}}}) == one("place range"));
  CHECK(found_in_field("place", Geometry{Geometry::Kind::point, {{{29.3, 117.2}}}}) ==
        one("place range"));  // turned round
  CHECK(found_in_field("place", Geometry{Geometry::Kind::point, {{{std::nan(""), 0}}}}) == one("place range"));
  CHECK(found_in_field("place", Geometry{Geometry::Kind::point, {}}) == one("place type"));
  CHECK(found_in_field("place", Geometry{Geometry::Kind::line, {{{1, 1}, {2, 2}}}}) == one("place type"));
  CHECK(found_in_field("way", Geometry{Geometry::Kind::line, {{{1, 1}, {2, 2}}}}) == nothing);
  CHECK(found_in_field("way", Geometry{Geometry::Kind::line, {{{1, 1}}}}) == one("way type"));
  CHECK(found_in_field("yard", area({{1, 1}, {2, 1}, {2, 2}, {1, 1}})) == nothing);
  CHECK(found_in_field("yard", area({{1, 1}, {2, 1}, {2, 2}, {1, 2}})) == one("yard type"));  // not closed
  CHECK(found_in_field("yard", area({{1, 1}, {2, 1}, {1, 1}})) == one("yard type"));
}

TEST_CASE("what is personal is not told again in a finding") {
  const auto personal = why_no_value("phone", "x");
  CHECK(personal.empty());
  auto values = good();
  values["phone"] = std::string("13912345678");
  const auto findings = check_fields(type(), catalogue(), values, day("2026-06-01"), Instant{});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].words.zh == "“电话”最多5个字，现有11个");
  CHECK(findings[0].words.en == "Phone: at most 5 characters, there are 11");
}

TEST_CASE("a pack's checks speak where they are meant to, with their blanks filled") {
  const City city;
  const auto findings = [&](Values more) {
    auto values = good();
    values.merge(more);
    return *run_checks(type(), CityFacts(city, "container", values));
  };
  CHECK(findings({}).empty());
  CHECK(findings({{"full", true}, {"net_t", 3.0}}).empty());
  const auto unweighed = findings({{"full", true}});
  REQUIRE(unweighed.size() == 1);
  CHECK(unweighed[0].check == "weighed");
  CHECK(unweighed[0].field == "net_t");
  CHECK(unweighed[0].is_error);
  CHECK(unweighed[0].words.zh == "A001（废酸）装满须称重");
  CHECK(unweighed[0].words.en == "A001 (Acid) is full: weigh it");
  const auto heavy = findings({{"net_t", 20.0}});
  REQUIRE(heavy.size() == 1);
  CHECK_FALSE(heavy[0].is_error);
  CHECK(findings({{"net_t", 19.9}}).empty());
}

TEST_CASE("computed fields follow each other, are rounded to their decimals and vanish with what they need") {
  const City city;
  std::optional<CityFacts> facts;
  const auto facts_of = [&](const Values& values) -> const Facts& { return facts.emplace(city, "container", values); };
  Values values = {{"net_t", 1.25}, {"tare_t", 2.0}, {"gross_t", 99.0}};
  REQUIRE(compute(type(), facts_of, values).has_value());
  CHECK(values.at("gross_t") == Value(3.2));  // 3.25, half to even
  CHECK(values.at("rounds") == Value(2.0));   // 1.6
  values.erase("tare_t");
  REQUIRE(compute(type(), facts_of, values).has_value());
  CHECK_FALSE(values.contains("gross_t"));
  CHECK_FALSE(values.contains("rounds"));
}

TEST_CASE("a title shows what people call things") {
  auto values = good();
  values["full"] = true;
  CHECK(fill_blanks(type(), catalogue(), type().title, values, false) == "A001 废酸 是");
  CHECK(fill_blanks(type(), catalogue(), type().title, values, true) == "A001 Acid yes");
  CHECK(fill_blanks(type(), catalogue(), "{code}{nothing}{net_t", values, false) == "A001{net_t");
  CHECK(fill_blanks(type(), catalogue(), "{kinds}", {{"kinds", std::vector<std::string>{"acid", "oil"}}}, false) ==
        "废酸、废油");
}

TEST_CASE("a deadline ends with its last day; the day of the start does not count") {
  Deadline deadline = deadline_of(Deadline::Count::days, 15, "opened");
  const auto ends = [&](const char* opened, const Values& values = {}) {
    const auto end = ends_on(deadline, day(opened), day("2026-03-02"), values, calendar());
    return end ? to_string(*end) : "none";
  };
  CHECK(ends("2025-09-25") == "2025-10-10");
  deadline.count = Deadline::Count::working_days;
  CHECK(ends("2025-09-25") == "2025-10-22");
  CHECK(ends("2026-02-13") == "2026-03-12");  // 14 and 28 February are made up, 15-23 are off
  deadline.length = 1;
  CHECK(ends("2025-09-30") == "2025-10-09");  // the eve of the holiday
  CHECK(ends("2025-10-10") == "2025-10-11");  // a made-up Saturday
  deadline = deadline_of(Deadline::Count::months, 1, "opened");
  CHECK(ends("2026-01-31") == "2026-02-28");
  deadline = deadline_of(Deadline::Count::days, 1, "opened");
  CHECK(ends("2025-09-30") == "2025-10-01");  // a day off stands
  deadline.moves_to_workday = true;
  CHECK(ends("2025-09-30") == "2025-10-09");
  CHECK(ends("2025-09-27") == "2025-09-28");  // a Sunday that is worked
  deadline.from = "state";
  CHECK(ends("2025-09-30") == "2026-03-03");
  deadline.from = "filled_on";
  CHECK(ends("2025-09-30") == "none");
  CHECK(ends("2025-09-30", {{"filled_on", day("2026-06-01")}}) == "2026-06-02");
  CHECK(ends("2025-09-30", {{"filled_on", from_beijing({2026, 6, 1, 1})}}) == "2026-06-02");
  deadline.length = 0;
  CHECK(ends("2025-09-30", {{"filled_on", day("2026-06-01")}}) == "2026-06-01");
}

TEST_CASE("every working-day deadline of 2013 to 2026 ends on a working day with as many days before it") {
  Deadline deadline = deadline_of(Deadline::Count::working_days, 1, "opened");
  int wrong = 0;
  for (LegalDay opened = day("2013-01-01"); opened <= day("2026-12-31"); ++opened.days) {
    for (const int length : {1, 5, 15, 60}) {
      deadline.length = length;
      const auto end = ends_on(deadline, opened, opened, {}, calendar());
      wrong += !end || !calendar().is_working(*end) || calendar().working_days(opened, *end) != length;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a look-back falls on a day like that of the finding") {
  LookBack rule = thirty_days_on_a_like_day();
  const auto falls = [&](const char* begin, const char* like) {
    return to_string(look_back_day(rule, day(begin), day(like), calendar()));
  };
  CHECK(falls("2026-05-04", "2026-04-15") == "2026-06-03");  // thirty days on is a Wednesday, as the finding was
  CHECK(falls("2026-05-05", "2026-04-15") == "2026-06-10");
  CHECK(falls("2026-08-31", "2026-08-20") == "2026-10-08");  // 1 October is a Thursday and off
  CHECK(falls("2026-05-04", "2026-04-18") == "2026-06-06");  // a Saturday is watched on a Saturday
  CHECK(falls("2025-09-30", "2025-09-28") == "2025-10-30");  // a made-up Sunday: there is none soon, so a working day
  rule.same_weekday = false;
  CHECK(falls("2026-05-04", "2026-04-18") == "2026-06-03");
}

TEST_CASE("look-back days of 2013 to 2026 are never early, never more than four weeks late, and of the same kind") {
  const LookBack rule = thirty_days_on_a_like_day();
  int wrong = 0;
  for (LegalDay like = day("2013-01-01"); like <= day("2026-10-31"); ++like.days) {
    const LegalDay begin{like.days + 11}, on = look_back_day(rule, begin, like, calendar());
    const int late = on.days - begin.days - rule.after_days;
    wrong += late < 0 || late >= 28 || calendar().is_working(on) != calendar().is_working(like);
  }
  CHECK(wrong == 0);
}
