#include "registry/day_play.hpp"

#include "core/yaml_fields.hpp"
#include "registry/registry_test_world.hpp"
#include "systems/pack_folder.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::registry;

namespace {

constexpr std::string_view head = R"yaml(# The first step stands on line 13.
day: trial
name: {zh: 试, en: Trial}
at: 2026-09-24 10:00
people:
  officer: {role: enforcement}
  county: {role: enforcement, division: "360222"}
  reader: {role: leader}
  anybody: {role: public}
measured:
  - {site: air.1, property: pm25, from: 2026-09-25 01:00, every_h: 2, values: [10, 20, 60]}
steps:
)yaml";

constexpr std::string_view complaint = R"yaml(  - save: complaint
    by: officer
    as: smell
    values: {kind: smell, text: 夜间有刺鼻气味, division: "360203", place: "117.2,29.3"}
)yaml";

Result<Day> parse(std::string_view steps) { return parse_day(std::string(head) + std::string(steps), "trial.yaml"); }

DayStage& stage() {
  static const auto one = [] {
    auto system = systems::parse_system(test::pack, "trial.yaml", {});
    if (!system) FAIL(system.error().detail);
    auto catalogue = systems::make_catalogue({*system});
    if (!catalogue) FAIL(catalogue.error().detail);
    auto opened = DayStage::open(*catalogue, *systems::WorkCalendar::parse(test::holidays, "holidays.csv"));
    if (!opened) FAIL(opened.error().detail);
    return std::move(*opened);
  }();
  return *one;
}

std::vector<std::string> came_of(std::string_view steps) {
  const auto day = parse(steps);
  if (!day) FAIL(day.error().detail);
  const auto played = stage().play(*day);
  if (!played) FAIL(played.error().detail);
  return played->otherwise;
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return all;
}

/// The day goes as it says, but for these lines.
void comes_to(const std::string& steps, const std::vector<std::string>& expected) {
  CAPTURE(steps);
  CHECK(lines_of(came_of(steps)) == lines_of(expected));
}

void refused(std::string_view steps, const std::string& expected) {
  CAPTURE(steps);
  const auto day = parse(steps);
  REQUIRE_FALSE(day.has_value());
  CHECK(day.error().detail == expected);
}

}  // namespace

TEST_CASE("a field that is another than expected is told with its line") {
  comes_to(
      R"yaml(  - save: enterprise
    as: works
    values: {code: AAAA, name: 瓷厂, division: "360222"}
    expect: {name: 瓷厂, contact: none, title: 瓷厂}
  - save: container
    as: drum
    values: {name: 桶, division: "360222", owner: "${works}", capacity_t: 3.3}
    expect:
      capacity_t: 3.3
      owner: "${works}"
      test_by: none
      moved_t: 0
  - look: "${drum}"
    expect:
      capacity_t: 3.4
      owner: BBBB
      name: none
      test_by: 2026-09-24
      title: 罐
      weight: 4
)yaml",
      {"trial.yaml:27: expected capacity_t 3.4, is 3.3", "trial.yaml:28: expected owner BBBB, is AAAA",
       "trial.yaml:29: expected name none, is 桶", "trial.yaml:30: expected test_by 2026-09-24, is none",
       "trial.yaml:31: expected title 罐, is 桶 WC000001", "trial.yaml:32: there is no field 'weight' in container"});
}

TEST_CASE("numbers that differ in their last digits are equal, and no others") {
  const std::string begin = R"yaml(  - save: enterprise
    values: {code: AAAA, name: 瓷厂, division: "360222"}
  - save: container
    as: drum
    values: {name: 桶, division: "360222", owner: AAAA, capacity_t: 50}
  - save: movement
    values: {container: "${drum}", gross_t: 0.3, tare_t: 0.1}
)yaml";
  comes_to(begin + "    expect: {net_t: 0.2}\n", {});
  comes_to(begin + "    expect: {net_t: 0.20000001}\n",
           {"trial.yaml:20: expected net_t 0.20000001, is 0.19999999999999998"});
}

TEST_CASE("hints that are there, that are missing, and that must not be are told") {
  const std::string begin = R"yaml(  - save: enterprise
    values: {code: AAAA, name: 瓷厂, division: "360222"}
  - save: container
    as: drum
    values: {name: 桶, division: "360222", owner: AAAA, capacity_t: 50}
  - save: movement
    values: {container: "${drum}", gross_t: 3, tare_t: 1}
)yaml";
  comes_to(begin + "    expect: {warns: [has-day], silent: [fits]}\n", {});
  comes_to(begin + "    expect: {warns: [fits], silent: [has-day]}\n",
           {"trial.yaml:20: expected warns fits, hints are: has-day",
            "trial.yaml:20: expected silent has-day, hints are: has-day"});
}

TEST_CASE("a refusal is one only by the check and the field that are named") {
  const std::string begin =
      "  - save: enterprise\n    values: {code: AAAA, name: 瓷厂, division: \"360222\"}\n"
      "  - save: container\n    as: drum\n    values: {name: 桶, division: \"360222\", owner: AAAA, capacity_t: 5}\n"
      "  - save: movement\n    values: {container: \"${drum}\", gross_t: 9, tare_t: 1}\n";
  comes_to(begin + "    refused: {check: fits, field: gross_t}\n", {});
  comes_to(begin + "    refused: {check: fits}\n", {});
  comes_to(begin + "    refused: {field: gross_t}\n", {});
  const std::string otherwise = "it was refused otherwise: more than the container holds (fits at gross_t)";
  comes_to(begin + "    refused: {check: fits, field: tare_t}\n",
           {"trial.yaml:18: expected a refusal (check: fits, field: tare_t), " + otherwise});
  comes_to(begin + "    refused: {check: has-day}\n",
           {"trial.yaml:18: expected a refusal (check: has-day), " + otherwise});
  comes_to(begin + "    refused: {missing: gross_t}\n",
           {"trial.yaml:18: expected a refusal (missing: gross_t), " + otherwise});
  comes_to(begin + "    refused: {forbidden: true}\n", {"trial.yaml:18: expected a refusal (forbidden), " + otherwise});
  // What nobody expected ends the day: a step after it would only repeat it.
  comes_to(begin + "  - list: movement\n    count: 7\n",
           {"trial.yaml:18: refused: more than the container holds (fits at gross_t); the day ends here"});
  comes_to(
      "  - save: enterprise\n    values: {code: AAAA, name: 瓷厂, division: \"360222\"}\n    refused: {check: "
      "unique}\n",
      {"trial.yaml:13: expected a refusal (check: unique), it was done: AAAA"});
}

TEST_CASE("values that cannot be read, that are wrong or that no field takes are refused as an import refuses them") {
  const auto enterprise = [](const std::string& values, const std::string& refusal) {
    return "  - save: enterprise\n    values: {" + values + "}\n    refused: {" + refusal + "}\n";
  };
  comes_to(enterprise("code: a, name: 瓷厂, division: \"360222\"", "check: pattern, field: code"), {});
  comes_to(enterprise("code: AAAA, name: 瓷厂, division: \"999999\"", "check: type, field: division"), {});
  comes_to(enterprise("code: AAAA, division: \"360222\"", "check: needed, field: name"), {});
  comes_to(
      enterprise("code: AAAA, name: 瓷厂, division: \"360222\", colour: red", "check: unknown-field, field: colour"),
      {});
  comes_to("  - save: porcelain\n    values: {name: 碗}\n",
           {"trial.yaml:13: there is no register 'porcelain'; the day ends here"});
}

TEST_CASE("a right that is missing is forbidden, also by division, and what is not theirs is nothing") {
  comes_to(std::string(complaint) + R"yaml(  - save: enterprise
    by: reader
    values: {code: AAAA, name: 瓷厂, division: "360222"}
    refused: {forbidden: true}
  - save: enterprise
    by: county
    values: {code: AAAA, name: 瓷厂, division: "360203"}
    refused: {forbidden: true}
  - take: accept
    of: "${smell}"
    by: reader
    values: {owner: 张}
    refused: {forbidden: true}
  - withdraw: "${smell}"
    by: reader
    why: 试
    refused: {forbidden: true}
  - look: "${smell}"
    by: county
    expect: nothing
  - look: "${smell}"
    by: anybody
    expect: {kind: smell, text: none, state: open}
  - list: complaint
    by: county
    count: 0
  - list: complaint
    by: reader
    count: 1
)yaml",
           {});
  comes_to(std::string(complaint) +
               "  - look: \"${smell}\"\n    by: officer\n    expect: nothing\n  - list: complaint\n    count: 3\n",
           {"trial.yaml:17: expected nothing, officer sees TS000001",
            "trial.yaml:20: expected 3 of complaint, admin sees 1: TS000001"});
}

TEST_CASE("the clock moves deadlines, escalations and look-backs") {
  const std::string begin = std::string(complaint) + "    expect: {state: open, due: 2026-10-20, overdue: false}\n";
  comes_to(begin + R"yaml(  - at: 2026-10-20 23:59
  - look: "${smell}"
    expect: {overdue: false, escalated_to: none}
  - at: 2026-10-21 00:00
  - look: "${smell}"
    expect: {overdue: true, escalated_to: leader, due: 2026-10-20}
  - list: complaint
    view: overdue
    count: 1
)yaml",
           {});
  comes_to(begin + "  - at: 2026-10-21 00:00\n  - look: \"${smell}\"\n    expect: {overdue: false, due: 2026-10-21}\n",
           {"trial.yaml:20: expected overdue false, is true", "trial.yaml:20: expected due 2026-10-21, is 2026-10-20"});
}

TEST_CASE("evidence is asked for as a desk asks for it, and named where it is missing") {
  const std::string begin = std::string(complaint) + R"yaml(  - take: accept
    of: "${smell}"
    by: officer
    refused: {missing: owner}
  - take: accept
    of: "${smell}"
    by: officer
    values: {owner: 张}
    expect: {state: working}
  - at: 2026-09-25 20:00
  - take: finish
    of: "${smell}"
    by: officer
)yaml";
  const std::string outcome = "    values: {outcome: 已经停产}\n";
  const std::string photo = "{id: after, photo: true, place: \"117.2,29.3\", taken: 2026-09-25 18:00}";
  const std::string reading =
      "{id: reading, site: air.1, property: pm25, from: 2026-09-25 00:00, to: 2026-09-25 20:00}";
  const auto proof = [](const std::string& all) { return "    evidence: [" + all + "]\n"; };
  comes_to(begin + outcome + proof(photo + ", " + reading) + "    expect: {state: watching, look_back: 2026-10-29}\n",
           {});
  comes_to(begin + outcome + proof(photo) + "    refused: {missing: reading}\n", {});
  comes_to(begin + outcome + proof(reading) + "    refused: {missing: after}\n", {});
  comes_to(begin + "    values: {outcome: 无}\n" + proof(photo + ", " + reading) + "    refused: {missing: must-1}\n",
           {});
  comes_to(begin + proof(photo + ", " + reading) + "    refused: {missing: outcome}\n", {});
  comes_to(begin + outcome +
               proof("{id: after, document: true, place: \"117.2,29.3\", taken: 2026-09-25 18:00}, " + reading) +
               "    refused: {check: evidence-kind}\n",
           {});
  comes_to(begin + outcome + proof(photo + ", " + reading) + "    refused: {missing: reading}\n",
           {"trial.yaml:27: expected a refusal (missing: reading), it was done: TS000001"});
  comes_to(std::string(complaint) + "  - take: dance\n    of: \"${smell}\"\n",
           {"trial.yaml:17: complaint has no step 'dance'; the day ends here"});
}

TEST_CASE("figures are compared, and figures that are not there are none") {
  const std::string begin = R"yaml(  - save: enterprise
    values: {code: AAAA, name: 瓷厂, division: "360222"}
  - save: container
    as: drum
    values: {name: 桶, division: "360222", owner: AAAA, capacity_t: 51.5}
)yaml";
  comes_to(begin +
               "  - indicator: container/capacity\n    is: 51.5\n  - indicator: container/number\n    by: county\n    "
               "is: 1\n",
           {});
  comes_to(begin + "  - indicator: container/capacity\n    is: 51\n",
           {"trial.yaml:18: expected container/capacity 51, is 51.5"});
  comes_to(begin + "  - indicator: container/weight\n    is: 51\n",
           {"trial.yaml:18: there is no indicator 'container/weight', expected register/indicator; the day ends here"});
  comes_to(
      begin +
          "  - list: container\n    view: large\n    count: 1\n  - list: container\n    view: small\n    count: 1\n",
      {"trial.yaml:21: container has no view 'small'; the day ends here"});
}

TEST_CASE("a change and a withdrawal go through the desk") {
  comes_to(std::string(complaint) + R"yaml(  - change: "${smell}"
    by: officer
    values: {kind: noise, reporter: none}
    expect: {kind: noise}
  - change: "${smell}"
    by: reader
    values: {kind: smell}
    refused: {forbidden: true}
  - withdraw: "${smell}"
    refused: {missing: why}
  - withdraw: "${smell}"
    why: 误报
    expect: {gone: true}
  - list: complaint
    count: 0
)yaml",
           {});
}

TEST_CASE("what is wrong with a day is told with its line") {
  refused("  - dance: ship\n",
          "trial.yaml:13: a step is one of save, change, at, take, look, withdraw, indicator, list, event");
  refused("  - save: ship\n    colour: red\n", "trial.yaml:14: there is no field 'colour' here");
  refused("  - save: ship\n    of: x\n", "trial.yaml:14: there is no field 'of' here");
  refused("  - save: ship\n    by: nobody\n", "trial.yaml:14: by: there is nobody called 'nobody' in people");
  refused("  - look: \"${boat}\"\n    expect: {a: 1}\n", "trial.yaml:13: look: no step before has `as: boat`");
  refused("  - look: boat\n    expect: {a: 1}\n", "trial.yaml:13: look: expected a record of this day, as \"${boat}\"");
  refused("  - save: ship\n    values: {owner: \"${boat}\"}\n",
          "trial.yaml:14: values: owner: no step before has `as: boat`");
  refused("  - save: ship\n    values: {owner: }\n",
          "trial.yaml:14: owner: is empty; a text with a comma in it stands in quotes");
  refused("  - save: ship\n    values: {a: 1, a: 2}\n", "trial.yaml:14: values: 'a' is blank or there twice");
  refused("  - save: ship\n    expect: nothing\n",
          "trial.yaml:14: expect: expected fields as {state: open}, or nothing where somebody looks at a record");
  refused("  - save: ship\n    expect: {warns: a}\n",
          "trial.yaml:14: expect: warns expects a list of checks as [a, b]");
  refused("  - save: ship\n    refused: {}\n",
          "trial.yaml:14: say how it is refused: check, field, missing or forbidden: true");
  refused("  - save: ship\n    as: Boat\n",
          "trial.yaml:14: as: 'Boat' must be lower-case letters, digits, '-' and '_'");
  refused("  - save: ship\n    as: a\n  - save: ship\n    as: a\n", "trial.yaml:16: as: 'a' is there twice");
  refused("  - at: yesterday\n", "trial.yaml:13: at: 'yesterday' is no time, expected for example 2026-03-02 09:00");
  refused("  - at: 2026-09-24 09:59\n", "trial.yaml:13: at: the clock runs forward; it stands at 2026-09-24 10:00");
  refused("  - event: over\n    values: {place: a}\n",
          "trial.yaml:14: values: 'place' is no part of an event: site, property, phenomenon_end, value, limit, unit, "
          "text_zh, text_en");
  refused(
      "  - event: over\n    as: a\n",
      "trial.yaml:14: as: a record that an event opens is named with its register: register: data-request, as: ask");
  refused("  - event: over\n    expect: {state: open}\n",
          "trial.yaml:14: expect: say of which register's record: register: data-request, as: ask");
  refused("  - list: ship\n", "trial.yaml:13: count: is not there; expected a whole number");
  refused("  - indicator: ship/a\n", "trial.yaml:13: is: is not there; expected a text");
  CHECK(parse_day("[a]", "x.yaml").error().detail == "x.yaml:1: expected a mapping");
  CHECK(parse_day("day: [", "x.yaml").error().detail.starts_with("x.yaml:"));
  CHECK(
      parse_day("day: x\nname: {zh: a, en: b}\nat: 2026-01-01\npeople:\n  a: {role: king}\nsteps: [{at: 2026-01-02}]\n",
                "x.yaml")
          .error()
          .detail == "x.yaml:5: role: there is no role 'king'");
}

TEST_CASE("a day counts what it expects") {
  const auto day =
      parse(std::string(complaint) +
            "    expect: {state: open, due: none, warns: [a, b]}\n  - look: \"${smell}\"\n    expect: nothing\n"
            "  - list: complaint\n    count: 1\n  - indicator: container/number\n    is: 1\n");
  REQUIRE(day.has_value());
  CHECK(expectations_of(*day) == 7);
}

TEST_CASE("every day of the packs goes as it says") {
  const std::filesystem::path packs = CELADON_PACKS;
  auto systems = systems::read_systems({packs / "systems"});
  if (!systems) FAIL(systems.error().detail);
  auto catalogue = systems::make_catalogue(std::move(*systems));
  if (!catalogue) FAIL(catalogue.error().detail);
  auto calendar = parse_pack(packs / "calendar.csv", &systems::WorkCalendar::parse);
  if (!calendar) FAIL(calendar.error().detail);
  const auto all = DayStage::open(*catalogue, *calendar);
  if (!all) FAIL(all.error().detail);
  const auto files = day_files(packs / "systems" / "days");
  REQUIRE(files.has_value());
  CHECK(files->size() >= 2);
  std::set<std::string> names;
  std::vector<Day> days;
  for (const auto& file : *files) {
    auto day = read_day_file(file);
    if (!day) FAIL(day.error().detail);
    names.insert(day->id);
    days.push_back(std::move(*day));
  }
  for (const auto& played : (*all)->play_all(days)) {
    if (!played) FAIL(played.error().detail);
    for (const auto& line : played->otherwise) FAIL_CHECK(line);
  }
  for (const auto& system : (*catalogue)->systems())
    for (const auto& row : system.rows)
      CHECK_MESSAGE((row.day.empty() || names.contains(row.day)), system.file, ":", row.line, ": there is no day ",
                    row.day);
}
