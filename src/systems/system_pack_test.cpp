#include "systems/pack_folder.hpp"
#include "systems/pack_template.hpp"
#include "systems/system.hpp"
#include "systems/systems_test_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace celadon;
using namespace celadon::systems;

namespace {

/// A pack with a bit of everything. Lines count from 1, the first is `system:`.
constexpr std::string_view demo_pack = R"yaml(system: demo
name: {zh: 示例, en: Demo}
group: air
clause: "4.2"
source: plan 4.2
trust: verified
codes:
  - {id: demo-kind, entries: [{code: kitchen, zh: 餐饮, en: Kitchen}, {code: kiln, zh: 窑炉, en: Kiln}]}
  - {id: demo-waste, table: waste/codes.csv, code: code, zh: name_zh, en: name_en, trust: memory}
registers:
  - id: enterprise
    name: {zh: 企业, en: Enterprise}
    key: code
    title: "{name}"
    enterprise: code
    fields:
      - {id: code, type: text, zh: 代码, en: Code, needed: true, pattern: "[0-9A-Z]{3,18}"}
      - {id: name, type: text, zh: 名称, en: Name, needed: true}
      - {id: limit_t, type: number, unit: t, zh: 限额, en: Limit}
  - id: demo-case
    name: {zh: 示例事项, en: Demo case}
    kind: case
    number: {prefix: SL, digits: 6}
    title: "{name} {kind}"
    enterprise: operator
    public: [name, place]
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true, length_max: 80, search: true}
      - {id: kind, type: code, of: demo-kind, zh: 类别, en: Kind, needed: true}
      - {id: operator, type: reference, of: enterprise, zh: 单位, en: Operator}
      - {id: capacity_m3_h, type: number, unit: m3/h, zh: 能力, en: Capacity, min: 0, max: 500000, decimals: 0}
      - {id: removal, type: number, unit: "%", zh: 去除率, en: Removal, min: 0, max: 100}
      - {id: spare_m3_h, type: number, unit: m3/h, zh: 余量, en: Spare, formula: "capacity_m3_h * (1 - removal / 100)"
}
      - {id: half_m3_h, type: number, unit: m3/h, zh: 半, en: Half, formula: "spare_m3_h / 2"}
      - {id: found_on, type: date, zh: 日期, en: Date, not_after_today: true}
      - {id: site, type: site, zh: 站点, en: Site}
      - {id: note, type: text, zh: 备注, en: Note}
      - {id: place, type: point, zh: 位置, en: Place}
      - {id: phone, type: text, zh: 电话, en: Phone, personal: true}
    checks:
      - {id: known, when: "kind = 'kiln'", must: "removal is not none", severity: error, field: removal,
         zh: "{kind}须填去除率", en: "a {kind} needs its removal"}
    lifecycle:
      first: open
      states:
        - {id: open, zh: 待办, en: Open}
        - {id: watching, zh: 回头看, en: Watched}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - id: finish
          zh: 整改
          en: Finish
          from: [open]
          to: watching
          who: [duty]
          needs: [note]
          evidence:
            - {id: after, kind: photo, count: 1, zh: 照片, en: Photo, taken: since_opened, near_m: 500}
          must:
            - {that: "share_above(site, 'COD', 40, today - 3, today) = 0", zh: 未达标, en: still above}
        - {id: hold, zh: 复核, en: Held, from: [watching], to: closed, who: [enforcement], why: true}
        - {id: reopen, zh: 再次, en: Reopen, from: [closed], to: open, who: [public], times: 1, within_days: 30}
      deadlines:
        - {id: handle, states: [open], working_days: 15, from: opened, warn_days: 3, zh: 期限, en: Time,
           escalate: [{after_days: 0, to: leader}, {after_days: 5, to: admin}], source: HJ 1, trust: memory}
        - {id: paper, states: [open], months: 1, from: found_on, moves_to_workday: true, zh: 文书, en: Paper}
      look_back: {state: watching, after_days: 30, comparable: weekday, by: hold, zh: 回头看, en: Look-back}
    views:
      - {id: all, zh: 全部, en: All, columns: [name, kind, state], sort: name}
      - {id: late, zh: 超期, en: Overdue, columns: [name], where: "overdue and state = 'open'", sort: -due}
    map: {colour_by: kind, colours: {kitchen: "#2f7d6b", kiln: "#b4532a"}, symbol: square, zoom_min: 8}
    rights:
      read: [duty, leader]
      write: [duty]
    indicators:
      - {id: share-kiln, zh: 占比, en: Share, formula: "100 * count(where kind = 'kiln') / count()", unit: "%"}
    opens_on:
      - {event: over, set: {site: site, found_on: phenomenon_end, note: text_zh}}
)yaml";

constexpr std::string_view table = "# a note\ncode,name_zh,name_en\n900-1,废油,Waste oil\n900-2,\"废酸,碱\",\n";

Result<std::string> read_table(const std::string& path) {
  if (path == "waste/codes.csv") return std::string(table);
  return fail(Errc::not_found, "there is no table '" + path + "' in packs/systems");
}

std::string replaced(std::string_view old_text, std::string_view new_text) {
  std::string text(demo_pack);
  const auto at = text.find(old_text);
  REQUIRE_MESSAGE(at != std::string::npos, old_text);
  return text.replace(at, old_text.size(), new_text);
}

Result<std::shared_ptr<const Catalogue>> load(const std::string& text) {
  auto system = parse_system(text, "demo.yaml", read_table);
  if (!system) return fail(system.error());
  std::vector<System> systems;
  systems.push_back(std::move(*system));
  return make_catalogue(std::move(systems));
}

/// Changes one thing in the pack and looks at the answer.
void refused(std::string_view old_text, std::string_view new_text, const std::string& expected) {
  const auto loaded = load(replaced(old_text, new_text));
  CAPTURE(new_text);
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().detail == expected);
}

}  // namespace

TEST_CASE("a pack with a bit of everything is read as it says") {
  const auto loaded = load(std::string(demo_pack));
  REQUIRE_MESSAGE(loaded.has_value(), (loaded ? "" : loaded.error().detail));
  const auto& catalogue = **loaded;
  const auto& type = *catalogue.find("demo-case");
  CHECK(type.system == "demo");
  CHECK(type.kind == RegisterKind::matter);
  CHECK(type.prefix == "SL");
  CHECK(type.digits == 6);
  CHECK(type.fields.size() == 12);
  CHECK(type.field("kind")->codes == catalogue.codes("demo-kind"));
  CHECK(type.field("found_on")->not_after_now);
  CHECK(type.field("capacity_m3_h")->max == 500000);
  CHECK(type.field("name")->length_max == 80);
  CHECK(type.field("name")->source.trust == "verified");
  CHECK(type.field("phone")->personal);
  CHECK(type.computed == std::vector<std::size_t>{5, 6});
  CHECK(type.map.geometry == "place");
  CHECK(type.map.colours.at("kiln") == "#b4532a");
  CHECK(type.rights.create == std::vector<std::string>{"duty"});
  CHECK(type.rights.withdraw == std::vector<std::string>{"admin"});
  CHECK(type.views[1].sort == "-due");
  CHECK(type.opens_on[0].set.at("found_on") == "phenomenon_end");
  const auto& life = *type.lifecycle;
  CHECK(life.first == "open");
  CHECK(life.state("closed")->final);
  CHECK(life.step("finish")->evidence[0].taken == Evidence::Taken::since_opened);
  CHECK(life.step("finish")->evidence[0].near_m == 500);
  CHECK(life.step("reopen")->times == 1);
  CHECK(life.deadlines[0].count == Deadline::Count::working_days);
  CHECK(life.deadlines[0].length == 15);
  CHECK(life.deadlines[0].escalate[1].to == "admin");
  CHECK(life.deadlines[0].source.trust == "memory");
  CHECK(life.deadlines[1].source.text == "plan 4.2");
  CHECK(life.look_back->same_weekday);
  const auto& waste = *catalogue.codes("demo-waste");
  CHECK(waste.codes.size() == 2);
  CHECK(waste.find("900-2")->name.zh == "废酸,碱");
  CHECK(waste.find("900-2")->name.en == "废酸,碱");  // no English in the table
  CHECK(waste.source.trust == "memory");
  const auto referrers = catalogue.referrers_of("enterprise");
  REQUIRE(referrers.size() == 1);
  CHECK(referrers[0].field->id == "operator");
  const auto& enterprise = *catalogue.find("enterprise");
  CHECK(enterprise.key == "code");
  CHECK(enterprise.rights.read.size() == 5);  // who works at the bureau
  CHECK(enterprise.rights.write.size() == 4);
}

TEST_CASE("what is wrong with the head of a system is told with its line") {
  refused("group: air", "group: wind",
          "demo.yaml:3: group: 'wind' is not known; expected one of air, water, soil, waste, ecology, carbon, risk, "
          "governance, sources");
  refused("system: demo", "system: Demo",
          "demo.yaml:1: system: 'Demo' must be lower-case letters, digits and '-', begin with a letter and have "
          "at most 40");
  refused("clause:", "clauze:",
          "demo.yaml:4: clauze: is not known here; known are system, name, group, clause, source, trust, rows, codes, "
          "registers");
  refused("trust: verified", "trust: sure",
          "demo.yaml:6: trust: 'sure' is not one of verified, secondary, memory, design");
  refused("source: plan 4.2", "source:", "demo.yaml:5: source: is empty");
  refused("name: {zh: 示例, en: Demo}", "name: {zh: 示例}", "demo.yaml:2: en: is needed");
  refused("clause: \"4.2\"", "group: air", "demo.yaml:4: group: is there twice");
  CHECK(load("[a, b]").error().detail == "demo.yaml:1: expected a mapping that begins with 'system: id'");
  CHECK(load("").error().detail == "demo.yaml:1: expected a mapping that begins with 'system: id'");
  CHECK(load("system: [a\nname: b").error().detail.starts_with("demo.yaml:2: not YAML: "));
  CHECK(load(std::string((1U << 20) + 1, ' ')).error().code == Errc::too_large);
}

TEST_CASE("the rows of the plan that a pack serves are read, and what is wrong with one is told with its line") {
  const std::string_view above = "trust: verified\n";
  const auto with = [&](const std::string& row) {
    return load(
        replaced(above, "trust: verified\nrows:\n  - {id: S072, rule: {zh: 处置率, en: share}}\n  - " + row + "\n"));
  };
  const auto good =
      with("{id: S031, rule: {zh: 天数, en: days}, day: ship-waste, lacks: {zh: 接口, en: an interface}}");
  REQUIRE_MESSAGE(good.has_value(), (good ? "" : good.error().detail));
  const auto& rows = (*good)->systems()[0].rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == "S072");
  CHECK(rows[0].day.empty());
  CHECK_FALSE(rows[0].lacks);
  CHECK(rows[1].rule.zh == "天数");
  CHECK(rows[1].day == "ship-waste");
  CHECK(rows[1].lacks->en == "an interface");
  CHECK(rows[1].line == 9);
  const auto wrong = [&](const std::string& row, const std::string& expected) {
    const auto loaded = with(row);
    CAPTURE(row);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().detail == expected);
  };
  wrong("{id: S31, rule: {zh: a, en: b}}", "demo.yaml:9: id: 'S31' must be S and three digits, as S072");
  wrong("{id: S0311, rule: {zh: a, en: b}}", "demo.yaml:9: id: 'S0311' must be S and three digits, as S072");
  wrong("{id: S072, rule: {zh: a, en: b}}", "demo.yaml:9: id: 'S072' is there twice");
  wrong("{id: S031}", "demo.yaml:9: rule: is needed as {zh: ..., en: ...}");
  wrong("{id: S031, rule: {zh: a}}", "demo.yaml:9: en: is needed");
  wrong("{id: S031, rule: {zh: a, en: b}, day: Ship}",
        "demo.yaml:9: day: 'Ship' must be lower-case letters, digits and '-', begin with a letter and have at most 40");
  wrong("{id: S031, rule: {zh: a, en: b}, lack: {zh: a, en: b}}",
        "demo.yaml:9: lack: is not known here; known are id, rule, day, lacks");
}

TEST_CASE("what is wrong with a code list is told with its line") {
  refused("entries: [{code: kitchen", "entries: [{code: kiln", "demo.yaml:8: entries: 'kiln' is there twice");
  refused("{code: kitchen, zh: 餐饮, en: Kitchen}", "{code: kitchen, en: Kitchen}", "demo.yaml:8: zh: is needed");
  refused("code: kitchen", "code: 'a;b'",
          "demo.yaml:8: entries: 'a;b': a code is not blank, has no ';' and no blank at its ends");
  refused("table: waste/codes.csv", "table: waste/none.csv",
          "demo.yaml:9: table: there is no table 'waste/none.csv' in packs/systems");
  refused("table: waste/codes.csv", "table: ../secret.csv",
          "demo.yaml:9: table: '../secret.csv' must be a file below packs/systems");
  refused("zh: name_zh", "zh: name_cn", "demo.yaml:9: zh: 'name_cn' is no column of waste/codes.csv");
  refused("table: waste/codes.csv, ", "", "demo.yaml:9: expected either entries or a table");
  refused("id: demo-waste", "id: demo-kind", "demo.yaml:9: id: 'demo-kind' is there twice");
}

TEST_CASE("what is wrong with a field is told with its line") {
  refused("type: text, zh: 名称, en: Name, needed: true}", "type: string, zh: 名称, en: Name, needed: true}",
          "demo.yaml:18: type: 'string' is not known; expected one of text, number, whole, yes-no, date, time, code, "
          "reference, site, point, line, area, files");
  refused("id: limit_t", "id: limit-t",
          "demo.yaml:19: id: 'limit-t' must be lower-case letters, digits and '_', begin with a letter and have "
          "at most 40");
  refused("id: limit_t", "id: name", "demo.yaml:19: id: 'name' is there twice");
  refused("id: limit_t", "id: state", "demo.yaml:19: id: 'state' has a meaning of its own; choose another name");
  refused("unit: t,", "unit: tonne,",
          "demo.yaml:19: unit: " +
              parse_system(replaced("unit: t,", "unit: tonne,"), "x", read_table).error().detail.substr(12));
  refused("of: demo-kind", "of: kinds", "demo.yaml:29: of: there is no code list 'kinds'");
  refused("of: enterprise", "of: firm", "demo.yaml:30: of: there is no register 'firm'");
  refused("length_max: 80", "min: 3", "demo.yaml:28: min: means nothing at a field of type text");
  refused("length_max: 80", "length_max: 20001", "demo.yaml:28: length_max: 20001 is not within 1 to 20000");
  refused("length_max: 80", "maximum: 80",
          "demo.yaml:28: maximum: is not known here; known are id, type, zh, en, help, of, many, needed, unique, "
          "search, "
          "index, personal, not_after_now, not_after_today, unit, min, max, decimals, length_max, count_max, "
          "pattern, "
          "code_check, accept, public, confirmed_by, formula, source, trust");
  refused("min: 0, max: 500000", "min: 9, max: 5", "demo.yaml:31: min: is larger than max");
  refused("[0-9A-Z]{3,18}", "[0-9A-Z]{18,3}", "demo.yaml:17: pattern: a count {m,n} runs backwards");
  refused("length_max: 80", "code_check: luhn", "demo.yaml:28: code_check: 'luhn' is not one of gb32100");
  refused("zh: 备注, en: Note", "zh: 备注, en: Note, please",
          "demo.yaml:38: please: is not known here; a text with a comma in it stands in quotes");
  refused("search: true", "search: often", "demo.yaml:28: search: expected true or false");
  refused("personal: true", "accept: [gif]", "demo.yaml:40: accept: means nothing at a field of type text");
}

TEST_CASE("files are public only with a yes-no field in which a person says that they may be") {
  const char* const together =
      "demo.yaml:38: public: public: true and confirmed_by: the yes-no field in which a person says so go together";
  refused("type: text, zh: 备注, en: Note", "type: files, zh: 备注, en: Note, public: true", together);
  refused("type: text, zh: 备注, en: Note", "type: files, zh: 备注, en: Note, confirmed_by: phone",
          "demo.yaml:38: confirmed_by: public: true and confirmed_by: the yes-no field in which a person says so go "
          "together");
  refused("type: text, zh: 备注, en: Note", "type: text, zh: 备注, en: Note, public: true, confirmed_by: phone",
          "demo.yaml:38: public: only files that are entered and not personal can be shown to who reported");
  refused("type: text, zh: 备注, en: Note", "type: files, zh: 备注, en: Note, public: true, confirmed_by: phone",
          "demo.yaml:38: confirmed_by: 'phone' must be a field of type yes-no that is entered, in demo-case");
}

TEST_CASE("what is wrong with a formula is told with its line and column") {
  refused("formula: \"spare_m3_h / 2\"", "formula: \"spare_m3_h / \"",
          "demo.yaml:35: formula: column 14: expected a value, a field or a function, not the end");
  refused("formula: \"spare_m3_h / 2\"", "formula: \"spar_m3_h / 2\"",
          "demo.yaml:35: formula: column 1: there is no field 'spar_m3_h' in demo-case");
  refused("formula: \"spare_m3_h / 2\"", "formula: \"found_on\"",
          "demo.yaml:35: formula: column 1: gives a date, expected a number");
  refused("unit: m3/h, zh: 余量", "unit: m3/s, zh: 余量",
          "demo.yaml:33: formula: column 1: gives a number in m3/h.%, expected m3/s; convert it, or take off by "
          "bare(...) a "
          "unit that a coefficient changes");
  refused("* (1 - removal / 100)", "* (1 - half_m3_h / 100)",
          "demo.yaml:33: formula: the formulas go round in a circle: spare_m3_h -> half_m3_h -> spare_m3_h");
  refused("formula: \"spare_m3_h / 2\"", "formula: \"half_m3_h / 2\"",
          "demo.yaml:35: formula: the formulas go round in a circle: half_m3_h -> half_m3_h");
  refused("formula: \"spare_m3_h / 2\"", "formula: \"spare_m3_h / 2\", needed: true",
          "demo.yaml:35: needed: means nothing at a field that is computed");
}

TEST_CASE("what is wrong with the head of a register is told with its line") {
  refused("    key: code\n", "", "demo.yaml:11: expected either number: {prefix, digits} or key: a field");
  refused("key: code", "key: limit_t", "demo.yaml:13: key: 'limit_t' must be a field of type text with needed: true");
  refused("prefix: SL", "prefix: sl", "demo.yaml:23: prefix: 'sl' must be capital letters, digits and '-', at most 12");
  refused("title: \"{name} {kind}\"", "title: \"{nam}\"", "demo.yaml:24: title: there is no field 'nam' in demo-case");
  refused("title: \"{name} {kind}\"", "title: plain", "demo.yaml:24: title: names no field in braces, as {name}");
  refused("enterprise: operator", "enterprise: kind",
          "demo.yaml:25: enterprise: 'kind' must be a field of type reference, the key, or id");
  refused("enterprise: operator", "division: note", "demo.yaml:25: division: 'note' must be a field of type code");
  refused("public: [name, place]", "public: [name, phone]",
          "demo.yaml:26: public: 'phone' is personal and not for everybody");
  refused("public: [name, place]", "public: [nothing]",
          "demo.yaml:26: public: there is no field 'nothing' in demo-case");
  refused("kind: case", "kind: matter",
          "demo.yaml:22: kind: 'matter' is not known; expected one of register, ledger, case");
  refused("- id: demo-case", "- id: enterprise", "demo.yaml:20: id: 'enterprise' is there twice");
  refused("read: [duty, leader]", "read: [boss]", "demo.yaml:74: read: there is no role 'boss'");
}

TEST_CASE("what is wrong with a check is told with its line") {
  refused("must: \"removal is not none\"", "must: \"removal\"",
          "demo.yaml:42: must: column 1: gives a number, expected true or false");
  refused("kind = 'kiln'\"", "kind = 'klin'\"", "demo.yaml:42: when: column 8: 'klin' is not a code of demo-kind");
  refused("severity: error", "severity: fatal",
          "demo.yaml:42: severity: 'fatal' is not known; expected one of error, warning");
  refused("field: removal", "field: remove", "demo.yaml:42: field: there is no field 'remove' in demo-case");
  refused("a {kind} needs", "a {sort} needs", "demo.yaml:43: en: there is no field 'sort' to fill {sort}");
  refused("must: \"removal is not none\", ", "", "demo.yaml:42: must: is needed: a condition in quotes");
}

TEST_CASE("what is wrong with a lifecycle is told with its line") {
  refused("first: open", "first: begun", "demo.yaml:45: first: there is no state 'begun'");
  refused(", final: true", "", "demo.yaml:47: states: no state is final; the last one has final: true");
  refused("from: [open]", "from: [opened]", "demo.yaml:54: from: there is no state 'opened'");
  refused("to: watching", "to: watched", "demo.yaml:55: to: there is no state 'watched'");
  refused("to: watching", "to: closed", "demo.yaml:47: states: no step leads to state 'watching'");
  refused("from: [watching], to: closed", "from: [watching], to: open",
          "demo.yaml:47: states: no way leads from state 'open' to a final one");
  refused("who: [duty]", "who: [boss]", "demo.yaml:56: who: there is no role 'boss'");
  refused("needs: [note]", "needs: [notes]", "demo.yaml:57: needs: there is no field 'notes' in demo-case");
  refused("kind: photo", "kind: video",
          "demo.yaml:59: kind: 'video' is not known; expected one of photo, document, measurement");
  refused("near_m: 500", "near_m: 0", "demo.yaml:59: near_m: is not within 1 to 100000 metres");
  refused("kind: photo, count: 1", "kind: document, count: 1",
          "demo.yaml:59: near_m: only photos are taken at a place");
  refused("taken: since_opened", "taken: lately",
          "demo.yaml:59: taken: 'lately' is not known; expected one of any_time, since_opened, since_state");
  refused("today - 3, today) = 0", "today - 3, today)",
          "demo.yaml:61: that: column 1: gives a number, expected true or false");
  const auto hold = "to: closed, who: [enforcement], why: true";
  refused(hold, "to: closed, who: [enforcement], on: {event: calm, same: {site: site}}",
          "demo.yaml:62: who: the platform takes the step, on its event; people do not");
  refused(hold, "to: closed, on: {event: calm}",
          "demo.yaml:62: same: is needed: fields of the record and what of the event they equal");
  refused(hold, "to: closed, on: {event: calm, same: {place: site}}",
          "demo.yaml:62: same: 'place' is of type point and cannot take site");
  refused(hold, "to: watching, on: {event: calm, same: {site: site}}",
          "demo.yaml:62: to: a step on an event leads to another state, or the event would be taken again");
  refused(hold, "to: closed", "demo.yaml:62: who: is needed: a list as [a, b]");
  REQUIRE(load(replaced(hold, "to: closed, on: {event: calm, same: {site: site}}")).has_value());
  refused("id: hold", "id: finish", "demo.yaml:62: id: 'finish' is there twice");
  refused("kind: case\n", "kind: case\n    lifecycle: {}\n", "demo.yaml:45: lifecycle: is there twice");
}

TEST_CASE("a case needs a lifecycle, and every state a way to an end") {
  auto text = std::string(demo_pack);
  const auto begin = text.find("    lifecycle:"), end = text.find("    views:");
  text.erase(begin, end - begin);
  CHECK(load(text).error().detail == "demo.yaml:22: kind: a case needs a lifecycle");
  refused("        - {id: watching, zh: 回头看, en: Watched}\n",
          "        - {id: watching, zh: 回头看, en: Watched}\n        - {id: lost, zh: 挂起, en: Lost}\n",
          "demo.yaml:47: states: no step leads to state 'lost'");
  refused("from: [closed], to: open, who: [public]", "from: [open], to: lost, who: [public]",
          "demo.yaml:63: to: there is no state 'lost'");
}

TEST_CASE("what is wrong with deadlines and the look-back is told with its line") {
  refused("states: [open], working_days: 15", "states: [begun], working_days: 15",
          "demo.yaml:65: states: there is no state 'begun'");
  refused("working_days: 15", "working_days: 15, days: 3",
          "demo.yaml:65: expected one of days, working_days and months");
  refused("working_days: 15", "working_days: soon", "demo.yaml:65: working_days: expected a whole number");
  refused("from: opened", "from: kind", "demo.yaml:65: from: 'kind' is not opened, state or a date of demo-case");
  refused("from: opened, warn", "moves_to_workday: true, from: opened, warn",
          "demo.yaml:65: moves_to_workday: means nothing where working days are counted");
  refused("to: leader", "to: mayor", "demo.yaml:66: to: there is no role 'mayor'");
  refused("after_days: 5", "after_days: 0", "demo.yaml:66: after_days: does not come after the one before it");
  refused("id: paper", "id: handle", "demo.yaml:67: id: 'handle' is there twice");
  refused("look_back: {state: watching", "look_back: {state: waiting",
          "demo.yaml:68: state: there is no state 'waiting'");
  refused("by: hold", "by: keep", "demo.yaml:68: by: there is no step 'keep'");
  refused("by: hold", "by: finish", "demo.yaml:68: by: step 'finish' does not begin in state 'watching'");
  refused("comparable: weekday", "comparable: season",
          "demo.yaml:68: comparable: 'season' is not known; expected one of any, weekday");
}

TEST_CASE("what is wrong with views, map, indicators and events is told with its line") {
  refused("columns: [name, kind, state]", "columns: [name, sort]",
          "demo.yaml:70: columns: there is no field 'sort' in demo-case");
  refused("sort: -due", "sort: -time", "demo.yaml:71: sort: there is no field 'time' in demo-case");
  refused("state = 'open'\"", "state = 'opened'\"",
          "demo.yaml:71: where: column 21: 'opened' is not a state of demo-case");
  refused("id: late", "id: all", "demo.yaml:71: id: 'all' is there twice");
  refused("colour_by: kind", "colour_by: sort", "demo.yaml:72: colour_by: there is no field 'sort' in demo-case");
  refused("\"#b4532a\"", "red", "demo.yaml:72: colours: 'red' is not a colour as \"#2f7d6b\"");
  refused("kiln: \"#b4532a\"", "klin: \"#b4532a\"", "demo.yaml:20: colours: 'klin' is not a code of demo-kind");
  refused("symbol: square", "symbol: heart",
          "demo.yaml:72: symbol: 'heart' is not known; expected one of circle, square, triangle, diamond, star");
  refused("100 * count(where kind = 'kiln') / count()", "capacity_m3_h",
          "demo.yaml:77: formula: 'capacity_m3_h' is of one record, an indicator speaks of all; put it into "
          "count(where ...) "
          "or sum(... where ...)");
  refused("count(where kind = 'kiln') / count()", "count(barrel)",
          "demo.yaml:77: formula: column 7: there is no register 'barrel'");
  refused("note: text_zh", "note: words",
          "demo.yaml:79: set: 'words' is not one of site, property, phenomenon_end, rule, value, limit, unit, text_zh, "
          "text_en, of_site");
  refused("note: text_zh", "note: of_site", "demo.yaml:79: set: 'note' is of type text and cannot take of_site");
  refused("note: text_zh", "place: text_zh", "demo.yaml:79: set: 'place' is of type point and cannot take text_zh");
  refused("note: text_zh", "notes: text_zh",
          "demo.yaml:79: set: there is no field 'notes' in demo-case that could be set");
}

TEST_CASE("systems together: names are one over all, and the other file is named") {
  const auto parse = [](const std::string& text, const char* file) { return *parse_system(text, file, read_table); };
  const auto together = [&](const std::string& second, const char* file) {
    std::vector<System> systems;
    systems.push_back(parse(std::string(demo_pack), "demo.yaml"));
    systems.push_back(parse(second, file));
    return make_catalogue(std::move(systems));
  };
  CHECK(together(std::string(demo_pack), "copy.yaml").error().detail ==
        "copy.yaml:1: system: 'demo' is also that of demo.yaml");
  const std::string other = new_pack("other", RegisterKind::list).value();
  REQUIRE(together(other, "other.yaml").has_value());
  auto lists = other;
  for (auto at = lists.find("other-kind"); at != std::string::npos; at = lists.find("other-kind"))
    lists.replace(at, 10, "demo-kind");
  CHECK(together(lists, "other.yaml").error().detail == "other.yaml:9: id: code list 'demo-kind' is also in demo.yaml");
  auto same = other;
  same.replace(same.find("  - id: other\n"), 14, "  - id: demo-case\n");
  CHECK(together(same, "other.yaml").error().detail == "other.yaml:14: id: register 'demo-case' is also in demo.yaml");
  auto across = other;
  across.replace(across.find("amount_t is not none"), 20, "amount_t <= sum(enterprise.limit_t)");
  CHECK(together(across, "other.yaml").has_value());
  across.replace(across.find("enterprise.limit_t"), 18, "enterprise.limit_kg");
  CHECK(together(across, "other.yaml").error().detail.find("there is no field 'limit_kg' in enterprise") !=
        std::string::npos);
}

TEST_CASE("a beginning of each kind passes the check as it stands") {
  for (const auto kind : {RegisterKind::list, RegisterKind::ledger, RegisterKind::matter}) {
    const auto text = new_pack("noise-complaint", kind);
    REQUIRE(text.has_value());
    auto system = parse_system(*text, "noise-complaint.yaml", {});
    REQUIRE_MESSAGE(system.has_value(), (system ? "" : system.error().detail));
    CHECK(system->registers[0].kind == kind);
    CHECK(system->registers[0].prefix == "NC");
    CHECK(system->registers[0].lifecycle.has_value() == (kind == RegisterKind::matter));
    std::vector<System> systems;
    systems.push_back(std::move(*system));
    const auto catalogue = make_catalogue(std::move(systems));
    CHECK_MESSAGE(catalogue.has_value(), (catalogue ? "" : catalogue.error().detail));
  }
  CHECK(new_pack("Noise", RegisterKind::list).error().field == "id");
  CHECK(new_pack("../noise", RegisterKind::list).error().field == "id");
  CHECK(new_pack(std::string(36, 'a'), RegisterKind::list).error().field == "id");
  CHECK(new_pack(std::string(35, 'a'), RegisterKind::list).has_value());
}

TEST_CASE("a folder of packs is read by name, a later folder's file stands for an earlier one's") {
  const auto root = std::filesystem::temp_directory_path() / "celadon_pack_folder_test";
  std::filesystem::remove_all(root);
  const auto platform = root / "platform", own = root / "own";
  for (const auto& folder : {platform, own}) std::filesystem::create_directories(folder);
  const auto write = [](const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; };
  write(platform / "noise.yaml", *new_pack("noise", RegisterKind::list));
  write(platform / "smell.yaml", *new_pack("smell", RegisterKind::list));
  write(own / "smell.yaml", *new_pack("smell", RegisterKind::matter));
  const auto systems = read_systems({platform, own, root / "absent"});
  REQUIRE(systems.has_value());
  REQUIRE(systems->size() == 2);
  CHECK((*systems)[0].id == "noise");
  CHECK((*systems)[1].registers[0].kind == RegisterKind::matter);
  write(own / "dust.yaml", *new_pack("sand", RegisterKind::list));
  CHECK(read_systems({platform, own}).error().detail == "dust.yaml:2: system: 'sand' belongs into the file sand.yaml");
  write(root / "t.csv", "a\n");
  CHECK(*tables_in({platform, root})("t.csv") == "a\n");
  CHECK(tables_in({platform})("t.csv").error().code == Errc::not_found);
  std::filesystem::remove_all(root);
}
