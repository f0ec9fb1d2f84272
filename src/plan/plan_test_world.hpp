#pragma once

#include "archive/archive.hpp"
#include "core/csv_table.hpp"
#include "ledger/ledger_test_folder.hpp"
#include "plan/program.hpp"
#include "standards/library.hpp"
#include "systems/pack_folder.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// A small plan over two registers in memory, a ledger and an archive, for the tests of this room.

namespace celadon::plan::test {

inline constexpr std::string_view table =
    "id,chapter,section,name_zh,name_en,unit,baseline_2025,target,target_year,kind,sense,evidence,note\n"
    "T1,1,1,绿色工厂,Green factories,factories,10,30,2030,expected,higher,line 1: thirty,\n"
    "T2,1,2,能源,Energy,%,,rising,2030,expected,higher,line 2: rising,\n"
    "T3,2,1,减排,Cut,t,,100,2030,constraining,higher,line 3: a hundred,\n"
    "T4,2,1,工程,Works,1,,1,2030,action,milestone,line 4: built,\n"
    "T5,2,1,建成,Built,1,,3,2030,expected,higher,line 5: three,\n";

inline constexpr std::string_view pack = R"yaml(plan:
  - {id: trial, name_zh: 试, name_en: Trial, first: 2026, last: 2030, base: 2025, history: 2021, evaluations: ["2028"], table: t.csv, source: none, trust: design}
editions:
  - {id: in-force, name_zh: 当日, name_en: In force}
  - {id: "2012", name_zh: 二〇一二, name_en: Of 2012, air_index: HJ 633-2012, air_limits: GB 3095-2012, water: GB 3838-2002}
places:
  - {id: city, name_zh: 市, name_en: City, division: "3602", whole: true}
  - {id: fuliang, name_zh: 浮梁, name_en: Fuliang, division: "360222"}
  - {id: changjiang, name_zh: 昌江, name_en: Changjiang, basin: changjiang}
owners:
  - {id: bureau, name_zh: 局, name_en: Bureau}
words:
  - {en: rising, zh: 上升}
measures:
  - id: factories
    name_zh: 工厂
    name_en: Factories
    formula: "count(factory where named_year <= this.year)"
  - {id: cut, name_zh: 减排, name_en: Cut, unit: t, formula: "sum(work.mass_t)"}
promises:
  - {id: T1, owner: bureau, formula: "factories - 0 * coalesce(before.factories, 0)", span: state, interim: ["2028: 20"]}
  - {id: T2, standing: waits, owner: bureau, data: balance, reason_zh: 缺, reason_en: missing}
  - {id: T3, owner: bureau, formula: "sum(work.mass_t where state = 'built')", unit: t, span: since-start}
  - {id: T4, owner: bureau, formula: factories, span: state}
  - {id: T5, owner: bureau, indicator: work/number}
)yaml";

inline constexpr std::string_view registers = R"yaml(
system: trial
name: {zh: 试用, en: Trial}
group: governance
clause: "4.2"
source: none
codes:
  - {id: division, entries: [{code: "360200", zh: 市, en: City}, {code: "360222", zh: 浮梁, en: Fuliang}]}
  - {id: water-body, entries: [{code: changjiang, zh: 昌江, en: Changjiang}, {code: leanhe, zh: 乐安河, en: Le'an}]}
registers:
  - id: factory
    name: {zh: 工厂, en: Factory}
    kind: register
    number: {prefix: GF, digits: 4}
    title: "{name}"
    division: division
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true}
      - {id: division, type: code, of: division, zh: 县区, en: County, needed: true}
      - {id: water, type: code, of: water-body, zh: 水体, en: Water}
      - {id: named_year, type: whole, zh: 年, en: Year}
  - id: work
    name: {zh: 工程, en: Work}
    kind: case
    number: {prefix: GC, digits: 4}
    title: "{id}"
    division: division
    fields:
      - {id: division, type: code, of: division, zh: 县区, en: County, needed: true}
      - {id: mass_t, type: number, unit: t, zh: 减排量, en: Cut}
      - {id: factory, type: reference, of: factory, zh: 工厂, en: Factory}
    lifecycle:
      first: planned
      states:
        - {id: planned, zh: 计划, en: Planned}
        - {id: built, zh: 建成, en: Built, final: true}
      steps:
        - {id: build, zh: 建成, en: Build, from: [planned], to: built, who: [planner]}
    indicators:
      - {id: number, zh: 数, en: Number, formula: "count(where state = 'built')", unit: "1"}
)yaml";

inline std::shared_ptr<const systems::Catalogue> trial_catalogue() {
  static const auto one = [] {
    auto system = systems::parse_system(registers, "trial.yaml", {});
    if (!system) FAIL(system.error().detail);
    auto catalogue = systems::make_catalogue({*system});
    if (!catalogue) FAIL(catalogue.error().detail);
    return *catalogue;
  }();
  return one;
}
inline std::shared_ptr<const systems::Catalogue> all_packs() {
  auto systems = systems::read_systems({std::filesystem::path(CELADON_PACKS) / "systems"});
  if (!systems) FAIL(systems.error().detail);
  auto catalogue = systems::make_catalogue(std::move(*systems));
  if (!catalogue) FAIL(catalogue.error().detail);
  return *catalogue;
}
inline Result<std::string> table_reader(const std::string& path) {
  if (path == "t.csv") return std::string(table);
  return fail(Errc::not_found, path + " is not there");
}
inline std::shared_ptr<const Plan> small_plan(std::string_view text = pack) {
  auto plan = parse_plan(text, "trial.yaml", table_reader, *trial_catalogue());
  if (!plan) FAIL(plan.error().detail);
  return *plan;
}

inline LegalDay day_of(std::string_view text) { return parse_legal_day(text).value(); }

/// Records by hand, and what was measured.
struct World {
  ledger::test::Folder folder;
  ledger::test::Clock clock;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<archive::Archive> archive;
  standards::Library library = [] {
    auto read = standards::read_library(CELADON_PACKS);
    if (!read) FAIL(read.error().detail);
    return std::move(*read);
  }();
  systems::WorkCalendar calendar = *systems::WorkCalendar::parse("date,name,day_kind\n", "none.csv");
  std::map<std::string, std::vector<Line>> records;
  Sources sources;
  Instant now = *parse_instant("2026-11-29T10:00:00+08:00");

  World() : ledger(ledger::test::open_in(folder, clock.options())), sources(make_sources()) {}
  Sources make_sources() {
    auto opened = archive::Archive::open(folder.path() / "archive");
    if (!opened) FAIL(opened.error().detail);
    archive = std::move(*opened);
    Sources made{{*archive, *ledger, library, "city.360200", {}}, {}, {}};
    made.observations.effective = [this](const archive::GridQuery& query, std::span<double> value) {
      return archive->read_grid(query, value);
    };
    made.lines = [this](const systems::Register& type, std::optional<Instant>) -> Result<std::vector<Line>> {
      return records[type.id];
    };
    made.measured = [](systems::Facts::Statistic, std::string_view, std::string_view, double, LegalDay,
                       LegalDay) -> Result<systems::Value> { return systems::Value{}; };
    return made;
  }
  void factory(const std::string& id, const std::string& division, double year, const std::string& water = "") {
    Line line{.id = id, .title = id, .state = "", .opened = {}, .since_state = {}, .due = {}, .values = {}, .states = {}};
    line.values["division"] = division;
    line.values["named_year"] = year;
    if (!water.empty()) line.values["water"] = water;
    records["factory"].push_back(std::move(line));
  }
  void work(const std::string& id, double mass_t, std::string_view built_on = {}) {
    Line line{.id = id, .title = id, .state = built_on.empty() ? "planned" : "built", .opened = day_of("2025-01-01"),
              .since_state = built_on.empty() ? day_of("2025-01-01") : day_of(built_on), .due = {}, .values = {}, .states = {}};
    line.values["division"] = std::string("360222");
    line.values["mass_t"] = mass_t;
    if (!built_on.empty()) line.states.emplace_back(day_of(built_on), "built");
    records["work"].push_back(std::move(line));
  }
  [[nodiscard]] std::unique_ptr<Snapshot> snapshot(const Plan& plan) {
    return std::make_unique<Snapshot>(plan, *trial_catalogue(), calendar, sources, now, std::nullopt);
  }
};

}  // namespace celadon::plan::test
