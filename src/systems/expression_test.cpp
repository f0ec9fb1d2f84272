#include "systems/expression.hpp"

#include "systems/systems_test_world.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace celadon;
using namespace celadon::systems;
using test::City;
using test::CityFacts;
using test::day;

namespace {

Values container() {
  return {{"id", std::string("C1")},
          {"state", std::string("stored")},
          {"opened", day("2026-05-01")},
          {"since_state", 12.0},
          {"name", std::string("废酸桶")},
          {"kind", std::string("acid")},
          {"kinds", std::vector<std::string>{"acid", "oil"}},
          {"a", 6.0},
          {"b", 4.0},
          {"net_kg", 1500.0},
          {"net_t", 1.5},
          {"sealed", true},
          {"filled_on", day("2026-05-29")},
          {"seen_at", from_beijing({2026, 5, 30, 1, 0, 0, 0})},
          {"site", std::string("S1")},
          {"enterprise", std::string("E1")}};
}

City city() {
  City made;
  made.registers["container"] = {
      container(),
      {{"id", std::string("C2")}, {"net_t", 2.5}, {"enterprise", std::string("E1")}, {"state", std::string("gone")}},
      {{"id", std::string("C3")}, {"enterprise", std::string("E2")}, {"state", std::string("stored")}}};
  made.registers["waybill"] = {
      {{"id", std::string("W1")},
       {"container", std::string("C1")},
       {"net_t", 0.4},
       {"sent_on", day("2026-05-02")},
       {"enterprise", std::string("E1")}},
      {{"id", std::string("W2")},
       {"container", std::string("C1")},
       {"net_t", 0.6},
       {"sent_on", day("2026-05-20")},
       {"enterprise", std::string("E1")}},
      {{"id", std::string("W3")}, {"container", std::string("C1")}, {"enterprise", std::string("E1")}},
      {{"id", std::string("W4")},
       {"container", std::string("C2")},
       {"net_t", 9.0},
       {"sent_on", day("2026-05-21")},
       {"enterprise", std::string("E1")}}};
  made.registers["enterprise"] = {{{"id", std::string("E1")}, {"name", std::string("示例化工厂")}, {"limit_t", 10.0}},
                                  {{"id", std::string("E2")}}};
  return made;
}

Value evaluated(const std::string& text) {
  const auto expression = parse_expression(text);
  REQUIRE_MESSAGE(expression.has_value(), text, ": ", expression ? "" : expression.error().detail);
  const auto typed = (*expression)->check(test::scope());
  REQUIRE_MESSAGE(typed.has_value(), text, ": ", typed ? "" : typed.error().detail);
  const City made = city();
  const auto value = (*expression)->evaluate(CityFacts(made, "container", container()));
  REQUIRE_MESSAGE(value.has_value(), text, ": ", value ? "" : value.error().detail);
  return *value;
}

void gives(const std::string& text, const Value& expected) {
  CAPTURE(text);
  CHECK(evaluated(text) == expected);
}

/// The reason why a text is no expression, or is of no type.
std::string why_no_expression(const std::string& text) {
  const auto expression = parse_expression(text);
  if (!expression) return expression.error().detail;
  const auto typed = (*expression)->check(test::scope());
  return typed ? "" : typed.error().detail;
}

std::string why_not_in(const std::string& text, const char* unit) {
  const auto expression = parse_expression(text);
  REQUIRE_MESSAGE(expression.has_value(), text);
  const auto good = (*expression)->check_gives(test::scope(), Type::number, unit);
  return good ? "" : good.error().detail;
}

const Value none;

}  // namespace

TEST_CASE("signs bind as on paper: brackets, minus, times, plus, compare, not, and, or") {
  gives("1 + 2 * 3", 7.0);
  gives("(1 + 2) * 3", 9.0);
  gives("10 - 4 - 3", 3.0);
  gives("24 / 4 / 2", 3.0);
  gives("-2 * -3", 6.0);
  gives("2 - -3", 5.0);
  gives("1 + 1 = 2", true);
  gives("not 1 > 2", true);
  gives("not true or true", true);
  gives("true or true and false", true);
  gives("(true or true) and false", false);
  gives("not a = 6 and b = 4", false);
  gives("a > 5 and b < 5 or false", true);
}

TEST_CASE("numbers of people are equal where only their last digits differ") {
  gives("0.1 + 0.2 = 0.3", true);
  gives("0.1 + 0.2 <= 0.3", true);
  gives("0.1 + 0.2 > 0.3", false);
  gives("0.1 + 0.2 != 0.3", false);
  gives("1 = 1.0000001", false);
  gives("0 = 0.000000000001", false);
}

TEST_CASE("what is missing makes what is reckoned from it missing") {
  gives("emptied_on - filled_on", none);
  gives("flow_m3_h + 1", none);
  gives("-flow_m3_h", none);
  gives("flow_m3_h > 1", none);
  gives("flow_m3_h = 1", none);
  gives("flow_m3_h != 1", none);
  gives("min(a, flow_m3_h + 0 * flow_m3_h)", none);
  gives("flow_m3_h in [1, 2]", none);
  gives("not flow_m3_h > 1", none);
  gives("flow_m3_h is none", true);
  gives("flow_m3_h is not none", false);
  gives("a is none", false);
  gives("coalesce(flow_m3_h, 3)", 3.0);
  gives("coalesce(flow_m3_h, none)", none);
  gives("if(flow_m3_h > 1, 'yes', 'no')", std::string("no"));
  gives("1 / 0", none);
  gives("a / (b - 4)", none);
  gives("power(-1, 0.5)", none);
}

TEST_CASE("a missing side decides nothing, but false ends an and, true an or") {
  gives("flow_m3_h > 1 and false", false);
  gives("flow_m3_h > 1 and true", none);
  gives("flow_m3_h > 1 or true", true);
  gives("flow_m3_h > 1 or false", none);
  const City made = city();
  const CityFacts facts(made, "container", container());
  CHECK((*parse_expression("flow_m3_h > 1"))->holds(facts) == false);
  CHECK((*parse_expression("not flow_m3_h > 1"))->holds(facts) == false);
  CHECK((*parse_expression("a > 1"))->holds(facts) == true);
}

TEST_CASE("functions of numbers") {
  gives("min(3, 2, 5)", 2.0);
  gives("max(3, 2, 5)", 5.0);
  gives("abs(-2.5)", 2.5);
  gives("round(2.5, 0)", 2.0);  // half to even
  gives("round(3.5, 0)", 4.0);
  gives("round(0.575, 2)", 0.58);  // 57.5 as it was written
  gives("round(1250, -2)", 1200.0);
  gives("power(2, 10)", 1024.0);
  gives("if(a > b, a, b)", 6.0);
  gives("max(filled_on, opened)", day("2026-05-29"));
}

TEST_CASE("texts, codes and lists") {
  gives("length(name)", 3.0);  // characters, not bytes
  gives("starts_with(name, '废酸')", true);
  gives("contains(name, '桶')", true);
  gives("contains(kinds, 'oil')", true);
  gives("'oil' in kinds", true);
  gives("'oil' not in kinds", false);
  gives("kind in ['acid', 'oil']", true);
  gives("kind not in ['oil']", true);
  gives("length(kinds)", 2.0);
  gives("name = 'it''s'", false);
  gives("join(kind, '-', 12, filled_on)", std::string("acid-1220260529"));
  gives("join(kind, flow_m3_h)", none);
}

TEST_CASE("days are counted by the calendar and by working days") {
  gives("filled_on - opened", 28.0);
  gives("filled_on + 3", day("2026-06-01"));
  gives("filled_on - 29", day("2026-04-30"));
  gives("today - filled_on", 3.0);
  gives("today > filled_on", true);
  gives("workdays(filled_on, today)", 1.0);  // Friday to Monday
  gives("add_workdays(filled_on, 1)", day("2026-06-01"));
  gives("add_workdays(filled_on, -1)", none);
  gives("add_months(filled_on, -3)", day("2026-02-28"));
  gives("add_months(filled_on, 1)", day("2026-06-29"));
  gives("year(filled_on) * 100 + month(filled_on)", 202605.0);
  gives("day(seen_at)", day("2026-05-30"));
  gives("day(seen_at) - filled_on", 1.0);
  gives("filled_on + 1000000", none);
  gives("since_state >= 12", true);
}

TEST_CASE("references are followed, records of other registers counted and summed") {
  gives("enterprise.name", std::string("示例化工厂"));
  gives("this.enterprise.limit_t", 10.0);
  gives("count(waybill where container = this.id)", 3.0);
  gives("sum(waybill.net_t where container = this.id)", 1.0);
  gives("avg(waybill.net_t where container = this.id)", 0.5);
  gives("least(waybill.net_t where container = this.id)", 0.4);
  gives("most(waybill.net_t where container = this.id)", 0.6);
  gives("most(waybill.sent_on where container = this.id)", day("2026-05-20"));
  gives("avg(waybill.net_t where container = 'C9')", none);
  gives("sum(waybill.net_t where container = 'C9')", 0.0);
  gives("count()", 3.0);
  gives("count(where state = 'stored')", 2.0);
  gives("sum(net_t)", 4.0);
  gives("count(waybill where enterprise.limit_t > 5)", 4.0);
  gives("count(waybill where net_t > this.b)", 1.0);
  gives("net_t - sum(waybill.net_t where container = this.id) > 0.4", true);
  gives("100 * count(where state = 'stored') / count()", 100.0 * 2.0 / 3.0);
}

TEST_CASE("measurements are asked of the archive by site, property and days") {
  gives("mean(site, 'COD', opened, today)", 71.0);
  gives("highest(site, 'COD', opened, today)", 60.0);
  gives("share_above(site, 'COD', 50, opened, today)", 0.0);
  gives("mean(site, 'NH3-N', opened, today)", none);
  gives("mean(site, 'COD', opened, emptied_on)", none);
}

TEST_CASE("equalities that must hold are handed on, so that the desk can look them up") {
  const City made = city();
  const CityFacts facts(made, "container", container());
  const auto asked = [&](const char* text) {
    made.asked.clear();
    REQUIRE((*parse_expression(text))->evaluate(facts).has_value());
    return made.asked;
  };
  using Pairs = std::vector<std::pair<std::string, Value>>;
  auto calls = asked("count(waybill where container = this.id and net_t > 0 and 'E1' = enterprise)");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].first == "waybill");
  CHECK(calls[0].second == Pairs{{"container", std::string("C1")}, {"enterprise", std::string("E1")}});
  calls = asked("count(waybill where container = this.id or net_t > 0)");
  CHECK(calls[0].second.empty());
  calls = asked("count(waybill where not container = this.id)");
  CHECK(calls[0].second.empty());
  calls = asked("count(waybill where container = enterprise)");  // both are the other's
  CHECK(calls[0].second.empty());
  calls = asked("count(where state = 'stored')");
  CHECK(calls[0] == std::pair(std::string("container"), Pairs{{"state", std::string("stored")}}));
  CHECK(asked("count(waybill where net_t = this.flow_m3_h)").empty());  // nothing equals what is missing
}

TEST_CASE("an error names the column, counted in characters") {
  CHECK(why_no_expression("1 +") == "column 4: expected a value, a field or a function, not the end");
  CHECK(why_no_expression("a == 1") == "column 4: '=' is not expected here; two sides are compared by one '='");
  CHECK(why_no_expression("'废酸' = ") == "column 8: expected a value, a field or a function, not the end");
  CHECK(why_no_expression("a && b") == "column 3: '&' is not expected here; write 'and'");
  CHECK(why_no_expression("\"x\" = name").starts_with("column 1: expected a value"));
  CHECK(why_no_expression("a < b < 3") == "column 7: '<' is not expected here");
  CHECK(why_no_expression("(a + b") == "column 7: expected ')'");
  CHECK(why_no_expression("'open") == "column 1: the text that begins here is not closed by '");
  CHECK(why_no_expression("a is 3") == "column 6: expected 'none': write 'is none' or 'is not none'");
  CHECK(why_no_expression("a not 3") == "column 7: expected 'in' after 'not'");
  CHECK(why_no_expression("frobnicate(a)") == "column 1: there is no function 'frobnicate'");
  CHECK(why_no_expression("round(a)") == "column 1: 1 values for round; expected round(a, digits)");
  CHECK(why_no_expression("12x") == "column 1: expected a number as 12.5");
  CHECK(why_no_expression("enterprise.name.length") == "column 17: only one reference can be followed");
  CHECK(why_no_expression("sum(waybill)").starts_with("column 1:"));
  CHECK(why_no_expression("sum(where a = 1)").find("expected a field") != std::string::npos);
  CHECK(why_no_expression("count(waybill where count() = 1)") == "column 21: 'count' cannot stand inside another");
  CHECK(why_no_expression("and") == "column 1: expected a value before 'and'");
  CHECK(why_no_expression("") == "column 1: expected a value, a field or a function, not the end");
  CHECK(why_no_expression(std::string(65, '(') + "1" + std::string(65, ')')).find("64 deep") != std::string::npos);
  CHECK(why_no_expression(std::string(63, '(') + "1" + std::string(63, ')')).empty());
  CHECK(why_no_expression(std::string(5000, ' ')).find("4000 bytes") != std::string::npos);
}

TEST_CASE("names and types are checked against the registers") {
  CHECK(why_no_expression("weight > 3") == "column 1: there is no field 'weight' in container");
  CHECK(why_no_expression("a + name") == "column 5: '+' needs a number, this is a text");
  CHECK(why_no_expression("name + 1").starts_with("column 1: '+' needs a number"));
  CHECK(why_no_expression("a = name") == "column 5: a number cannot be compared with a text");
  CHECK(why_no_expression("name < 'b'") ==
        "column 6: only numbers, dates and times are smaller or larger, this is a text");
  CHECK(why_no_expression("a = none") == "column 5: write 'is none' or 'is not none'");
  CHECK(why_no_expression("a and true") == "column 1: 'and' needs true or false, this is a number");
  CHECK(why_no_expression("not a") == "column 5: 'not' needs true or false, this is a number");
  CHECK(why_no_expression("place = place") == "column 1: a geometry cannot be compared");
  CHECK(why_no_expression("kinds = 'oil'").find("cannot be compared") != std::string::npos);
  CHECK(why_no_expression("filled_on = seen_at").find("day(...)") != std::string::npos);
  CHECK(why_no_expression("a + filled_on") == "column 5: a date stands first: write date + days");
  CHECK(why_no_expression("name.id") == "column 1: 'name' is not a reference to one record, so '.id' cannot follow it");
  CHECK(why_no_expression("enterprise.weight") == "column 1: there is no field 'weight' in enterprise");
  CHECK(why_no_expression("count(barrel)") == "column 1: there is no register 'barrel'");
  CHECK(why_no_expression("sum(waybill.kind)") == "column 1: there is no field 'kind' in waybill");
  CHECK(why_no_expression("sum(waybill.sent_on)") == "column 1: 'sent_on' of waybill is not a number");
  CHECK(why_no_expression("count(waybill where 3)") == "column 21: 'where' needs true or false, this is a number");
  CHECK(why_no_expression("if(a > 1, 'x', 2)") == "column 16: this is a number, what stands before it a text");
  CHECK(why_no_expression("length(a)").starts_with("column 8:"));
  CHECK(why_no_expression("workdays(a, today)") == "column 10: workdays(a, b) needs a date, this is a number");
}

TEST_CASE("a misspelt code or state is found when the pack is loaded") {
  CHECK(why_no_expression("kind = 'acids'") == "column 8: 'acids' is not a code of kind");
  CHECK(why_no_expression("'acids' = kind") == "column 1: 'acids' is not a code of kind");
  CHECK(why_no_expression("kind in ['acid', 'oils']") == "column 18: 'oils' is not a code of kind");
  CHECK(why_no_expression("contains(kinds, 'oils')") == "column 17: 'oils' is not a code of kind");
  CHECK(why_no_expression("'oils' in kinds") == "column 1: 'oils' is not a code of kind");
  CHECK(why_no_expression("state = 'store'") == "column 9: 'store' is not a state of container");
  CHECK(why_no_expression("kind = 'acid' and state != 'gone'").empty());
}

TEST_CASE("two sides of plus, minus and a comparison are in one unit, or one is a bare number") {
  CHECK(why_no_expression("net_kg + net_t") ==
        "column 10: this is in t, what stands before it in kg; convert one of them, or take its unit off by bare(...)");
  CHECK(why_no_expression("net_kg > net_t").starts_with("column 10: this is in t"));
  CHECK(why_no_expression("min(net_kg, hours_h)").starts_with("column 13: this is in h"));
  CHECK(why_no_expression("net_kg + 5").empty());
  CHECK(why_no_expression("net_kg / 1000 + net_t").empty());  // a factor opens the scale
  CHECK(why_no_expression("net_kg / 1000 + hours_h").starts_with("column 17:"));
  CHECK(why_no_expression("bare(net_kg) + net_t").empty());
  CHECK(why_no_expression("flow_m3_h * hours_h > net_t").starts_with("column 23:"));
  CHECK(why_no_expression("filled_on + stay_d").empty());
  CHECK(why_no_expression("filled_on + hours_h").starts_with("column 13:"));
  CHECK(why_no_expression("today - filled_on > stay_d").empty());
  CHECK(why_no_expression("today - filled_on > hours_h").starts_with("column 21:"));
  CHECK(why_no_expression("kind in ['acid'] and net_kg in [1, net_t]").starts_with("column 36:"));
}

TEST_CASE("a formula must give the unit of its field") {
  CHECK(why_not_in("flow_m3_h * hours_h", "m3").empty());
  CHECK(why_not_in("flow_m3_h * hours_h", "L").find("gives a number in m3/h.h, expected L") != std::string::npos);
  CHECK(why_not_in("flow_m3_h * cod_mg_l / 1000", "kg/h").empty());
  CHECK(why_not_in("flow_m3_h * cod_mg_l / 1000", "kg").find("expected kg") != std::string::npos);
  CHECK(why_not_in("flow_m3_h * (1 - removal / 100)", "m3/h").empty());
  CHECK_FALSE(why_not_in("flow_m3_h * removal", "m3/h").empty());              // the hundred is forgotten
  CHECK_FALSE(why_not_in("flow_m3_h * (1 - removal / 100)", "m3/s").empty());  // a share changes no unit
  CHECK_FALSE(why_not_in("(1 - removal / 100) * flow_m3_h", "m3/s").empty());
  CHECK(why_not_in("(1 - removal / 100) * flow_m3_h", "m3/h").empty());
  CHECK(why_not_in("100 * net_t / net_kg", "%").empty());
  CHECK_FALSE(why_not_in("net_t / net_t", "%").empty());
  CHECK(why_not_in("net_t / net_t", "1").empty());
  CHECK(why_not_in("3", "kg").empty());
  CHECK(why_not_in("count()", "1").empty());
  CHECK(why_not_in("sum(net_t)", "t").empty());
  CHECK_FALSE(why_not_in("sum(net_t)", "kg").empty());
  CHECK(why_not_in("bare(net_t) * 0.8", "kg").empty());
  CHECK(why_not_in("name", "kg") == "column 1: gives a text, expected a number");
  CHECK(why_not_in("mean(site, 'COD', opened, today)", "mg/L").empty());
}

TEST_CASE("an expression tells what it reads of its own record") {
  const auto reads = [](const char* text) { return (*parse_expression(text))->reads(); };
  CHECK(reads("a + b * 2 > today - opened") == std::vector<std::string>{"a", "b", "opened"});
  CHECK(reads("sum(waybill.net_t where container = this.id and net_t > 1)") == std::vector<std::string>{"id"});
  CHECK(reads("enterprise.name = 'x'") == std::vector<std::string>{"enterprise"});
  CHECK(reads("100 * count(where kind = 'acid') / count()").empty());
}

namespace {

/// A random expression of a type, so that whatever it is made of it can be typed.
struct Maker {
  std::mt19937_64 random;
  int pick(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }

  std::string number(int depth) {
    static const char* const plain[] = {"a", "b", "1", "2.5", "0", "length(name)", "sum(a)", "count()", "none"};
    if (depth == 0) return plain[pick(9)];
    switch (pick(8)) {
      case 0: return number(depth - 1) + " + " + number(depth - 1);
      case 1: return number(depth - 1) + " - " + number(depth - 1);
      case 2: return "(" + number(depth - 1) + ") * " + number(0);
      case 3: return number(0) + " / (" + number(depth - 1) + ")";
      case 4: return "-(" + number(depth - 1) + ")";
      case 5: return "if(" + boolean(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
      case 6: return "min(" + number(depth - 1) + ", " + number(depth - 1) + ")";
      default: return "bare((filled_on + " + number(0) + ") - opened)";
    }
  }
  std::string boolean(int depth) {
    static const char* const plain[] = {"sealed",           "true", "false", "kind = 'acid'", "emptied_on is none",
                                        "state in ['gone']"};
    static const char* const comparisons[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    if (depth == 0) return plain[pick(6)];
    switch (pick(5)) {
      case 0: return boolean(depth - 1) + " and " + boolean(depth - 1);
      case 1: return boolean(depth - 1) + " or " + boolean(depth - 1);
      case 2: return "not (" + boolean(depth - 1) + ")";
      case 3: return "(" + number(depth - 1) + " + 0)" + comparisons[pick(6)] + "(" + number(depth - 1) + " + 0)";
      default: return "count(where a > 1 and " + std::string(plain[pick(6)]) + ") > " + std::to_string(pick(4));
    }
  }
};

}  // namespace

TEST_CASE("random expressions are typed, give one answer each time, and the same with every bracket written") {
  const City made = city();
  const CityFacts facts(made, "container", container());
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Maker maker{std::mt19937_64(seed)};
    const std::string text = seed % 2 == 0 ? maker.boolean(4) : maker.number(4);
    if (text.size() > 1200) continue;
    CAPTURE(seed);
    CAPTURE(text);
    const auto expression = parse_expression(text);
    REQUIRE(expression.has_value());
    const auto typed = (*expression)->check(test::scope());
    REQUIRE_MESSAGE(typed.has_value(), (typed ? "" : typed.error().detail));
    const auto value = (*expression)->evaluate(facts), again = (*expression)->evaluate(facts);
    REQUIRE(value.has_value());
    CHECK(*value == *again);
    if (!is_none(*value))
      CHECK((seed % 2 == 0 ? std::holds_alternative<bool>(*value) : std::holds_alternative<double>(*value)));
    const auto bracketed = parse_expression((*expression)->with_brackets());
    REQUIRE(bracketed.has_value());
    CHECK((*bracketed)->with_brackets() == (*expression)->with_brackets());
    CHECK(*(*bracketed)->evaluate(facts) == *value);
  }
}

TEST_CASE("facts of another type than the pack says are an error, not a crash") {
  const City made = city();
  const CityFacts facts(made, "container", {{"a", std::string("six")}, {"sealed", 1.0}});
  const auto failed = (*parse_expression("a + 1"))->evaluate(facts);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().detail.starts_with("column"));
  CHECK_FALSE((*parse_expression("sealed and true"))->evaluate(facts).has_value());
  CHECK_FALSE((*parse_expression("a"))->holds(facts).has_value());
}
