#include "systems/packs_test_world.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace celadon;
using namespace celadon::systems;

namespace {

using Cells = std::vector<std::pair<std::string, std::string>>;

Cells with(Cells cells, const Cells& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

/// Rows of packs/standards/ldar_leak_rules.csv.
std::vector<std::vector<std::string>> leak_rules() {
  constexpr std::string_view columns[] = {"standard", "rule", "subject", "region", "holds",
                                          "value",    "unit", "source",  "trust"};
  const auto text = read_pack(std::filesystem::path(CELADON_PACKS) / "standards/ldar_leak_rules.csv");
  REQUIRE(text);
  const auto table = parse_csv_table(*text, "ldar_leak_rules.csv", columns);
  REQUIRE(table);
  return table->rows;
}
/// Value of the rule; -1 where the table has none.
double rule(const std::string& standard, const std::string& kind, const std::string& subject,
            const std::string& region) {
  for (const auto& row : leak_rules())
    if (row[0] == standard && row[1] == kind && row[2] == subject && (row[3] == "all" || row[3] == region))
      return std::stod(row[5]);
  return -1;
}

}  // namespace

TEST_CASE("a label grows with its container, and storage ends after two days or a year") {
  World world;
  const auto container = [&](const char* code, const char* litres, const char* packed) -> Entry& {
    return add(world, "waste-container", "",
               {{"enterprise", "91360281MADEM1001R"},
                {"label_code", "91360281MADEM1001R9002490820260228001"},
                {"waste_code", code},
                {"volume_l", litres},
                {"packed_on", packed},
                {"form", "solid"},
                {"container", "drum"}});
  };
  CHECK(number(container("900-249-08", "50", "2026-02-28"), "label_mm") == 100);
  CHECK(number(container("900-249-08", "50.1", "2026-02-28"), "label_mm") == 150);
  CHECK(number(container("900-249-08", "450", "2026-02-28"), "label_mm") == 150);
  CHECK(number(container("900-249-08", "450.1", "2026-02-28"), "label_mm") == 200);
  auto& oil = container("900-249-08", "200", "2025-11-29");
  CHECK(ends("waste-container", oil, "storage") == "2026-11-29");
  CHECK(found(world, "waste-container", oil).empty());
  CHECK(found(world, "waste-container", container("900-249-08", "200", "2025-11-28")) ==
        std::vector<std::string>{"stored-in-time"});
  CHECK(ends("waste-container", container("841-001-01", "60", "2026-02-27"), "storage") == "2026-03-01");
  CHECK(has(found(world, "waste-container",
                  add(world, "waste-container", "",
                      {{"enterprise", "91360281MADEM1002W"}, {"label_code", "91360281MADEM1001R9002490820260228001"}})),
            "!code-of-generator"));
}

TEST_CASE("a waybill is confirmed within five working days, counted over the Spring Festival") {
  World world;
  const Cells cells = {{"number", "20263602000001"},
                       {"enterprise", "E"},
                       {"net_t", "1.5"},
                       {"shipped_on", "2026-02-11"},
                       {"arrived_on", "2026-02-12"}};
  auto& bill = add(world, "waste-waybill", "20263602000001", cells, "arrived");
  // 13 (Friday), 14 (a Saturday that is worked), 24, 25, 26 February.
  CHECK(ends("waste-waybill", bill, "confirm") == "2026-02-26");
  CHECK(text("waste-waybill", bill, "receive_by") == "2026-02-26");
  const auto received = [&](const char* on, const char* tonnes) -> Entry& {
    return add(world, "waste-waybill", "", with(cells, {{"received_on", on}, {"received_t", tonnes}}), "arrived");
  };
  CHECK(found(world, "waste-waybill", received("2026-02-26", "1.5")).empty());
  CHECK(found(world, "waste-waybill", received("2026-02-27", "1.5")) == std::vector<std::string>{"confirmed-in-time"});
  auto& short_by = received("2026-02-26", "1.49");
  CHECK(found(world, "waste-waybill", short_by) == std::vector<std::string>{"no-difference"});
  CHECK_FALSE(musts_hold(world, "waste-waybill", short_by, "confirm"));
  CHECK(musts_hold(world, "waste-waybill", received("2026-02-26", "1.5"), "confirm"));
  CHECK(has(found(world, "waste-waybill", received("2026-02-11", "1.5")), "!dates-in-order"));
}

TEST_CASE("the containers of a waybill weigh what it says") {
  World world;
  add(world, "waste-container", "WF000001", {{"net_t", "0.7"}, {"waybill", "20263602000001"}});
  add(world, "waste-container", "WF000002", {{"net_t", "0.8"}, {"waybill", "20263602000001"}});
  add(world, "waste-container", "WF000003", {{"net_t", "9"}, {"waybill", "20263602000002"}});
  auto& bill = add(world, "waste-waybill", "20263602000001", {{"enterprise", "E"}, {"net_t", "1.5"}});
  CHECK(number(bill, "containers_t") == 1.5);
  CHECK(found(world, "waste-waybill", bill).empty());
  bill.values["net_t"] = 1.6;
  CHECK(found(world, "waste-waybill", bill) == std::vector<std::string>{"containers-weigh-the-same"});
}

TEST_CASE("a year of hazardous waste closes, and where it does not the account says by how much") {
  World world;
  const auto month = [&](const char* on, const char* opening, const char* generated, const char* shipped,
                         const char* closing) -> Entry& {
    return add(world, "waste-month", std::string("YT-") + on,
               {{"enterprise", "E"},
                {"month_on", on},
                {"waste_code", "900-249-08"},
                {"opening_t", opening},
                {"generated_t", generated},
                {"own_used_t", "0.1"},
                {"own_disposed_t", "0"},
                {"shipped_t", shipped},
                {"closing_t", closing}});
  };
  add(world, "waste-waybill", "20263602000001",
      {{"enterprise", "E"}, {"waste_code", "900-249-08"}, {"net_t", "2.5"}, {"shipped_on", "2026-02-28"}}, "received");
  add(world, "waste-waybill", "20263602000002",
      {{"enterprise", "other"}, {"waste_code", "900-249-08"}, {"net_t", "99"}, {"shipped_on", "2026-02-28"}},
      "received");
  auto& january = month("2026-01-01", "1", "1.2", "0", "2.1");
  auto& february = month("2026-02-01", "2.1", "1.1", "2.5", "0.6");
  CHECK(found(world, "waste-month", january).empty());
  CHECK(found(world, "waste-month", february).empty());
  CHECK(text("waste-month", february, "report_by") == "2026-03-15");
  auto& account = add(world, "waste-account", "PH00001",
                      {{"enterprise", "E"}, {"from_on", "2026-01-01"}, {"last_on", "2026-02-01"}});
  CHECK(number(account, "shipped_t") == 2.5);
  CHECK(number(account, "own_t") == doctest::Approx(0.2));
  CHECK(number(account, "balance_t") == 0);
  CHECK(text("waste-account", account, "class") == "registration");
  CHECK(found(world, "waste-account", account).empty());

  february.values["closing_t"] = 0.25;  // 0.35 t are missing
  again(world, "waste-month", february);
  again(world, "waste-account", account);
  CHECK(number(account, "balance_t") == 0.35);
  CHECK(found(world, "waste-account", account) == std::vector<std::string>{"closes"});
  CHECK(found(world, "waste-month", february) == std::vector<std::string>{"closes"});
  CHECK_FALSE(musts_hold(world, "waste-month", february, "sign"));
  february.values["reason"] = std::string("盘点");
  CHECK(musts_hold(world, "waste-month", february, "sign"));
}

TEST_CASE("a month's line carries on from the one before and is not there twice") {
  World world;
  const Cells cells = {{"enterprise", "E"}, {"waste_code", "900-249-08"}, {"generated_t", "0"},
                       {"own_used_t", "0"}, {"own_disposed_t", "0"},      {"shipped_t", "0"}};
  add(world, "waste-month", "YT000001",
      with(cells, {{"month_on", "2025-12-01"}, {"opening_t", "3"}, {"closing_t", "3"}}));
  auto& next = add(world, "waste-month", "YT000002",
                   with(cells, {{"month_on", "2026-01-01"}, {"opening_t", "2"}, {"closing_t", "2"}}));
  CHECK(found(world, "waste-month", next) == std::vector<std::string>{"opening-as-before"});
  auto& twice =
      add(world, "waste-month", "", with(cells, {{"month_on", "2025-12-01"}, {"opening_t", "3"}, {"closing_t", "3"}}));
  CHECK(found(world, "waste-month", twice) == std::vector<std::string>{"!once-a-month"});
  auto& middle =
      add(world, "waste-month", "", with(cells, {{"month_on", "2026-05-02"}, {"opening_t", "0"}, {"closing_t", "0"}}));
  CHECK(found(world, "waste-month", middle) == std::vector<std::string>{"!first-of-month"});
}

TEST_CASE("thresholds and intervals of sealed points are those of the table of leak rules") {
  const std::pair<const char*, std::pair<const char*, const char*>> standards[] = {
      {"gb37822", {"GB 37822-2019", "general"}},
      {"gb37822-key", {"GB 37822-2019", "key"}},
      {"gb31571", {"GB 31571-2015", "all"}}};
  const std::map<std::string, std::string> named = {{"relief", "relief-device"}};
  World world;
  for (const auto& [standard, printed] : standards) {
    for (const auto* const medium : {"gas", "volatile-liquid", "other-liquid"}) {
      INFO(standard, " ", medium);
      auto& point = add(world, "ldar-component", "",
                        {{"standard", standard}, {"medium", medium}, {"kind", "valve"}, {"started_on", "2020-01-01"}});
      CHECK(number(point, "threshold_umol_mol") == rule(printed.first, "leak", medium, printed.second));
    }
    for (const auto& code : the_packs()->codes("seal-kind")->codes) {
      INFO(standard, " ", code.code);
      auto& point = add(world, "ldar-component", "",
                        {{"standard", standard},
                         {"medium", "gas"},
                         {"kind", code.code},
                         {"started_on", "2020-01-01"},
                         {"tested_on", "2026-08-31"}});
      const auto subject = named.contains(code.code) ? named.at(code.code) : code.code;
      const double months = rule(printed.first, "inspection", subject, printed.second);
      if (months < 0) CHECK(found(world, "ldar-component", point) == std::vector<std::string>{"agitator-standard"});
      if (months < 0) continue;
      CHECK(number(point, "interval_months") == months);
      CHECK(text("ldar-component", point, "test_by") ==
            to_string(add_months(day_of("2026-08-31"), static_cast<int>(months))));
    }
  }
}

TEST_CASE("a point that was never tested is due after its first start, an exempt one never") {
  World world;
  const auto due = [&](const char* standard, const char* exempt) {
    return text("ldar-component",
                add(world, "ldar-component", "",
                    {{"standard", standard},
                     {"kind", "pump"},
                     {"medium", "gas"},
                     {"exempt", exempt},
                     {"started_on", "2026-10-01"}}),
                "test_by");
  };
  CHECK(due("gb37822", "none") == "2026-12-30");
  CHECK(due("gb31571", "none") == "2026-10-31");
  CHECK(due("gb31571", "sealless").empty());
}

TEST_CASE("a value on the threshold leaks by one standard and not by the other") {
  World world;
  add(world, "ldar-component", "MF1",
      {{"standard", "gb31571"}, {"kind", "valve"}, {"medium", "gas"}, {"started_on", "2020-01-01"}});
  add(world, "ldar-component", "MF2",
      {{"standard", "gb37822-key"}, {"kind", "valve"}, {"medium", "gas"}, {"started_on", "2020-01-01"}});
  const auto leaks = [&](const char* point, const char* reading, const char* background) {
    return text("ldar-test",
                add(world, "ldar-test", "",
                    {{"component", point}, {"reading_umol_mol", reading}, {"background_umol_mol", background}}),
                "leaks");
  };
  CHECK(leaks("MF1", "2003", "3") == leaks("MF1", "9000", "3"));  // at: a leak
  CHECK(leaks("MF1", "2002.9", "3") != leaks("MF1", "2003", "3"));
  CHECK(leaks("MF2", "2003", "3") != leaks("MF2", "9000", "3"));  // at: none
  CHECK(leaks("MF2", "2003.1", "3") == leaks("MF2", "9000", "3"));
}

TEST_CASE("the emission of a point follows the correlation between its default zero and its pegged value") {
  World world;
  add(world, "ldar-component", "V",
      {{"standard", "gb31571"}, {"kind", "valve"}, {"medium", "gas"}, {"started_on", "2020-01-01"}});
  add(world, "ldar-component", "F",
      {{"standard", "gb31571"}, {"kind", "flange"}, {"medium", "gas"}, {"started_on", "2020-01-01"}});
  add(world, "ldar-component", "P",
      {{"standard", "gb31571"}, {"kind", "pump"}, {"medium", "other-liquid"}, {"started_on", "2020-01-01"}});
  const auto rate = [&](const char* point, const char* reading) {
    return number(add(world, "ldar-test", "", {{"component", point}, {"reading_umol_mol", reading}}), "rate_kg_h");
  };
  CHECK(rate("V", "0.5") == doctest::Approx(6.6e-7).epsilon(0.01));
  CHECK(rate("V", "1000") == doctest::Approx(1.87e-6 * std::pow(1000, 0.873)).epsilon(1e-4));
  CHECK(rate("F", "1000") == doctest::Approx(3.05e-6 * std::pow(1000, 0.885)).epsilon(1e-4));
  CHECK(rate("P", "49999") == doctest::Approx(1.90e-5 * std::pow(49999, 0.824)).epsilon(1e-4));
  CHECK(rate("P", "50000") == 0.62);
}

TEST_CASE("the clocks of a leak are calendar days: the Spring Festival does not stop them") {
  World world;
  add(world, "ldar-component", "MF1",
      {{"standard", "gb31571"}, {"kind", "valve"}, {"medium", "gas"}, {"started_on", "2020-01-01"}});
  const Cells cells = {{"component", "MF1"}, {"found_on", "2026-02-10"}, {"net_umol_mol", "8000"}};
  auto& leak = add(world, "ldar-leak", "XL000001", cells);
  CHECK(ends("ldar-leak", leak, "first") == "2026-02-15");  // the first day of the holiday
  CHECK(ends("ldar-leak", leak, "done") == "2026-02-25");
  CHECK(text("ldar-leak", leak, "done_by") == "2026-02-25");
  const auto fixed = [&](const char* repaired, const char* reading) -> Entry& {
    return add(world, "ldar-leak", "",
               with(cells, {{"tried_on", "2026-02-15"},
                            {"repaired_on", repaired},
                            {"retest_on", "2026-02-26"},
                            {"retest_umol_mol", reading}}),
               "tried");
  };
  CHECK(found(world, "ldar-leak", fixed("2026-02-25", "10")).empty());
  CHECK(found(world, "ldar-leak", fixed("2026-02-26", "10")) == std::vector<std::string>{"done-in-time"});
  CHECK(musts_hold(world, "ldar-leak", fixed("2026-02-25", "1999.9"), "finish"));
  CHECK_FALSE(musts_hold(world, "ldar-leak", fixed("2026-02-25", "2000"), "finish"));
}

TEST_CASE("a pond of level 1 is owed two visits a year, one before the flood season") {
  World world;
  world.today = day_of("2026-05-01");
  const Cells cells = {{"enterprise", "E"}, {"level", "level-1"}, {"volume_m3", "1000"}, {"stored_m3", "500"}};
  auto& pond = add(world, "tailings-pond", "WK0001", cells);
  const auto visit = [&](const char* on) {
    add(world, "tailings-visit", "", {{"pond", "WK0001"}, {"visited_on", on}});
    again(world, "tailings-pond", pond);
  };
  visit("2025-03-01");  // last year's counts for nothing
  CHECK(number(pond, "owed") == 2);
  visit("2026-04-01");
  CHECK(number(pond, "owed") == 1);
  CHECK(found(world, "tailings-pond", pond) == std::vector<std::string>{"quota-met", "before-flood"});
  visit("2026-03-31");
  CHECK(number(pond, "owed") == 0);
  CHECK(found(world, "tailings-pond", pond).empty());
  CHECK(number(add(world, "tailings-pond", "WK0002", {{"level", "level-2"}}), "quota") == 1);
  CHECK(number(add(world, "tailings-pond", "WK0003", {{"level", "level-3"}}), "quota") == 0);
}

TEST_CASE("a hidden danger is accepted only after a visit that follows the work") {
  World world;
  add(world, "tailings-pond", "WK0001", {{"level", "level-3"}, {"enterprise", "E"}});
  auto& danger = add(
      world, "hidden-danger", "YH000001",
      {{"pond", "WK0001"}, {"found_on", "2026-06-01"}, {"rectify_by", "2030-12-31"}, {"rectified_on", "2026-07-10"}},
      "checking");
  add(world, "tailings-visit", "", {{"pond", "WK0001"}, {"visited_on", "2026-07-09"}});
  CHECK_FALSE(musts_hold(world, "hidden-danger", danger, "accept"));
  add(world, "tailings-visit", "", {{"pond", "WK0001"}, {"visited_on", "2026-07-10"}});
  CHECK(musts_hold(world, "hidden-danger", danger, "accept"));
  CHECK(found(world, "hidden-danger", danger).empty());
  danger.values["rectify_by"] = day_of("2031-01-01");
  CHECK(found(world, "hidden-danger", danger) == std::vector<std::string>{"!by-2030"});
}

TEST_CASE("a complaint may be made and once reopened by anybody, and its outcome names nobody") {
  const auto* const type = the_packs()->find("complaint");
  CHECK(has(type->rights.create, "public"));
  CHECK_FALSE(has(type->rights.write, "public"));
  const auto* const reopen = type->lifecycle->step("reopen");
  REQUIRE(reopen != nullptr);
  CHECK(has(reopen->who, "public"));
  CHECK(reopen->times == 1);
  World world;
  const Cells cells = {{"reporter", "王小明"}, {"phone", "0798-0001234"}, {"wants_answer", "是"}};
  CHECK(found(world, "complaint", add(world, "complaint", "TS1", with(cells, {{"outcome", "已整改"}}))).empty());
  CHECK(
      found(world, "complaint", add(world, "complaint", "TS2", with(cells, {{"outcome", "已电话0798-0001234告知"}}))) ==
      std::vector<std::string>{"!outcome-has-no-phone"});
  CHECK(found(world, "complaint", add(world, "complaint", "TS3", with(cells, {{"outcome", "已告知王小明"}}))) ==
        std::vector<std::string>{"!outcome-has-no-name"});
  CHECK(found(world, "complaint", add(world, "complaint", "TS4", {{"wants_answer", "是"}})) ==
        std::vector<std::string>{"!answer-needs-phone"});
}

TEST_CASE("the clocks of a complaint: two working days, fifteen and sixty days") {
  World world;
  world.today = day_of("2026-09-30");  // the day before the National Day holiday
  auto& complaint = add(world, "complaint", "TS000001", {{"kind", "smell"}});
  CHECK(ends("complaint", complaint, "accept") == "2026-10-09");
  CHECK(ends("complaint", complaint, "tell") == "2026-10-15");
  CHECK(ends("complaint", complaint, "finish") == "2026-11-29");
}

TEST_CASE("an emergency must be told upwards within two hours or four, by its level and by what it touches") {
  World world;
  const auto hours = [&](const char* level, const char* sensitive) {
    std::vector<std::pair<std::string, std::string>> cells = {{"level", level}, {"kind", "water"}, {"what", "x"}};
    if (*sensitive != 0) cells.emplace_back("sensitive", sensitive);
    return number(add(world, "emergency-event", "", cells), "report_h");
  };
  CHECK(hours("1", "") == 2);
  CHECK(hours("2", "") == 2);
  CHECK(hours("3", "") == 4);
  CHECK(hours("4", "people") == 4);
  CHECK(hours("unknown", "") == 4);
  CHECK(hours("unknown", "drinking") == 2);
}

TEST_CASE("an emergency begins without a level, warns until it is told, and its first report ends the same day") {
  World world;
  auto& event = add(world, "emergency-event", "TF1",
                    {{"level", "unknown"}, {"kind", "water"}, {"what", "x"}, {"happened_at", "2026-11-29 08:05"}});
  CHECK(found(world, "emergency-event", event) == std::vector<std::string>{"reported"});
  CHECK(ends("emergency-event", event, "report") == "2026-11-29");
  add(world, "emergency-decision", "JC1", {{"event", "TF1"}, {"kind", "order"}, {"what", "cut the source"}});
  again(world, "emergency-event", world.registers.at("emergency-event").front());
  CHECK(number(world.registers.at("emergency-event").front(), "decisions") == 1);
  const auto* const end = the_packs()->find("emergency-event")->lifecycle->step("end");
  CHECK(has(end->needs, "reported_at"));
}

TEST_CASE("an exceedance is closed only when the measurement is back within its limit") {
  World world;
  world.measured[{"water.nanhehekou", "NH3-N"}] = {
      {day_of("2026-11-20"), 0.9}, {day_of("2026-11-21"), 1.1}, {day_of("2026-11-22"), 1.0}};
  world.measured[{"water.nanhehekou", "DO"}] = {{day_of("2026-11-20"), 4.9}, {day_of("2026-11-21"), 5.2}};
  const auto closes = [&](const char* property, const char* sense, const char* limit, const char* from,
                          const char* to) {
    return musts_hold(world, "exceedance",
                      add(world, "exceedance", "",
                          {{"site", "water.nanhehekou"},
                           {"property", property},
                           {"sense", sense},
                           {"limit", limit},
                           {"held_from", from},
                           {"held_to", to}},
                          "handling"),
                      "finish");
  };
  CHECK(closes("NH3-N", "above", "1", "2026-11-20", "2026-11-20"));
  CHECK(closes("NH3-N", "above", "1", "2026-11-22", "2026-11-22"));  // on the limit meets it
  CHECK_FALSE(closes("NH3-N", "above", "1", "2026-11-20", "2026-11-22"));
  CHECK_FALSE(closes("NH3-N", "above", "1", "2026-11-23", "2026-11-24"));  // no data prove nothing
  CHECK(closes("DO", "below", "5", "2026-11-20", "2026-11-21"));
  CHECK_FALSE(closes("DO", "below", "5", "2026-11-20", "2026-11-20"));
  CHECK(text("exceedance", add(world, "exceedance", "", {{"site", "air.2344A"}}), "medium") == "air");
}

TEST_CASE("an inspection issue whose data got worse, or are not there, cannot be signed off") {
  World world;
  world.today = day_of("2026-11-30");
  world.measured[{"water.zhenbu", "NH3-N"}] = {
      {day_of("2026-01-05"), 0.4}, {day_of("2026-06-05"), 0.4}, {day_of("2026-07-05"), 0.5}};
  const Cells cells = {{"problem", "x"}, {"published_on", "2026-11-23"}};
  const auto signs = [&](const Cells& more) {
    return musts_hold(world, "inspection-issue", add(world, "inspection-issue", "", with(cells, more), "published"),
                      "sign-off");
  };
  const Cells site = {
      {"site", "water.zhenbu"}, {"property", "NH3-N"}, {"before_from", "2026-01-01"}, {"before_to", "2026-01-31"}};
  const Cells same = {{"after_from", "2026-06-01"}, {"after_to", "2026-06-30"}},
              worse = {{"after_from", "2026-07-01"}, {"after_to", "2026-07-31"}},
              none = {{"after_from", "2026-08-01"}, {"after_to", "2026-08-31"}};
  CHECK(signs({}));  // nothing to measure
  CHECK(signs(with(with(site, {{"better", "lower"}}), same)));
  CHECK_FALSE(signs(with(with(site, {{"better", "lower"}}), worse)));
  CHECK(signs(with(with(site, {{"better", "higher"}}), worse)));
  CHECK_FALSE(signs(with(with(site, {{"better", "lower"}}), none)));
  world.today = day_of("2026-11-27");  // public for four working days
  CHECK_FALSE(signs({}));
  auto& issue = add(world, "inspection-issue", "DC1",
                    with(with(with(cells, site), {{"better", "lower"}, {"fed_back_on", "2026-02-12"}}), worse));
  CHECK(number(issue, "change_pct") == 25);
  CHECK(found(world, "inspection-issue", issue) == std::vector<std::string>{"not-worse"});
}

TEST_CASE("what is in store is what came in less what went out, against the minimum and the date") {
  World world;
  add(world, "depot", "KD0001", {{"division", "360281"}, {"call_min", "25"}, {"drive_min", "36"}});
  auto& item = add(world, "stock-item", "WZ00001",
                   {{"name", "活性炭"},
                    {"function", "adsorb"},
                    {"depot", "KD0001"},
                    {"minimum", "5"},
                    {"expires_on", "2026-11-29"},
                    {"checked_on", "2026-05-29"}});
  const auto move = [&](const char* id, const char* kind, const char* amount) -> Entry& {
    return add(world, "stock-move", id,
               {{"item", "WZ00001"}, {"kind", kind}, {"amount", amount}, {"for_what", "演练"}});
  };
  move("LS000001", "into", "6");
  again(world, "stock-item", item);
  CHECK(number(item, "amount") == 6);
  CHECK(found(world, "stock-item", item).empty());
  CHECK(found(world, "stock-move", move("LS000002", "out", "2.5")).empty());
  again(world, "stock-item", item);
  CHECK(number(item, "amount") == 3.5);
  CHECK(number(item, "short") == 1.5);
  CHECK(found(world, "stock-item", item) == std::vector<std::string>{"enough"});
  world.today = day_of("2026-11-30");
  CHECK(found(world, "stock-item", item) == std::vector<std::string>{"enough", "not-expired", "looked-at"});
  CHECK(found(world, "stock-move", move("LS000003", "out", "3.6")) == std::vector<std::string>{"!enough-there"});
  CHECK(found(world, "depot", world.registers["depot"].front()) == std::vector<std::string>{"one-hour"});
}
