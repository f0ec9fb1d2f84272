#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger_test_folder.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Three small packs and a desk over a real ledger and archive, for the tests of this room.

namespace celadon::registry::test {

inline constexpr std::string_view pack = R"yaml(
system: trial
name: {zh: 试用, en: Trial}
group: governance
clause: "4.2"
source: none
codes:
  - {id: division, entries: [{code: "360200", zh: 景德镇市, en: Jingdezhen}, {code: "360203", zh: 珠山区, en: Zhushan}, {code: "360222", zh: 浮梁县, en: Fuliang}]}
  - {id: odour, entries: [{code: smell, zh: 异味, en: Smell}, {code: noise, zh: 噪声, en: Noise}]}
registers:
  - id: enterprise
    name: {zh: 企业, en: Enterprise}
    kind: register
    key: code
    title: "{name}"
    division: division
    enterprise: id
    public: [name, division]
    fields:
      - {id: code, type: text, zh: 代码, en: Code, needed: true, pattern: "[A-Z0-9]{4,18}"}
      - {id: name, type: text, zh: 名称, en: Name, needed: true, search: true}
      - {id: division, type: code, of: division, zh: 县区, en: County, needed: true}
      - {id: contact, type: text, zh: 联系人, en: Contact, personal: true}
      - {id: permit, type: text, zh: 许可证, en: Permit, unique: true}
    rights: {read: [duty, enforcement, enterprise, leader], write: [duty, enforcement], withdraw: [enforcement]}
  - id: container
    name: {zh: 危废容器, en: Waste container}
    kind: register
    number: {prefix: WC, digits: 6}
    title: "{name} {id}"
    division: division
    enterprise: owner
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true, search: true}
      - {id: division, type: code, of: division, zh: 县区, en: County, needed: true}
      - {id: owner, type: reference, of: enterprise, zh: 企业, en: Enterprise, needed: true}
      - {id: capacity_t, type: number, unit: t, zh: 容量, en: Capacity, min: 0, max: 100}
      - {id: test_by, type: date, zh: 检验期限, en: To be tested by}
      - {id: late, type: yes-no, zh: 逾期, en: Late, index: true, formula: "test_by < today"}
      - {id: moved_t, type: number, unit: t, zh: 累计, en: Moved, formula: "sum(movement.net_t where container = this.id)"}
      - {id: place, type: point, zh: 位置, en: Place}
    views:
      - {id: large, zh: 大, en: Large, columns: [name, capacity_t], where: "capacity_t >= 50"}
      - {id: of-county, zh: 县, en: Of the county, columns: [name], where: "owner.division = '360222'"}
    rights: {read: [duty, enforcement, enterprise, leader], write: [duty, enforcement, enterprise], withdraw: [enforcement]}
    indicators:
      - {id: number, zh: 数, en: Number, formula: "count()", unit: "1"}
      - {id: capacity, zh: 总容量, en: Capacity, formula: "sum(container.capacity_t where capacity_t > 0)", unit: t}
  - id: movement
    name: {zh: 转移, en: Movement}
    kind: ledger
    number: {prefix: MV, digits: 6}
    title: "{id}"
    division: division
    enterprise: owner
    fields:
      - {id: container, type: reference, of: container, zh: 容器, en: Container, needed: true}
      - {id: owner, type: reference, of: enterprise, zh: 企业, en: Enterprise}
      - {id: division, type: code, of: division, zh: 县区, en: County}
      - {id: gross_t, type: number, unit: t, zh: 毛重, en: Gross, needed: true, min: 0}
      - {id: tare_t, type: number, unit: t, zh: 皮重, en: Tare, needed: true, min: 0}
      - {id: net_t, type: number, unit: t, zh: 净重, en: Net, formula: "gross_t - tare_t"}
      - {id: moved_on, type: date, zh: 日期, en: Day, not_after_today: true}
    checks:
      - {id: fits, must: "sum(movement.net_t where container = this.container) <= container.capacity_t", severity: error, field: gross_t, zh: 超过容量, en: more than the container holds}
      - {id: has-day, must: "moved_on is not none", severity: warning, field: moved_on, zh: 未填日期, en: no day given}
    rights: {read: [duty, enforcement, enterprise, leader], write: [duty, enforcement, enterprise], withdraw: [enforcement]}
  - id: complaint
    name: {zh: 投诉, en: Complaint}
    kind: case
    number: {prefix: TS, digits: 6}
    title: "{id} {kind}"
    division: division
    public: [kind, division, state]
    fields:
      - {id: kind, type: code, of: odour, zh: 类别, en: Kind, needed: true}
      - {id: text, type: text, zh: 内容, en: Text, needed: true, search: true, length_max: 2000}
      - {id: reporter, type: text, zh: 投诉人, en: Reporter, personal: true}
      - {id: division, type: code, of: division, zh: 县区, en: County}
      - {id: place, type: point, zh: 位置, en: Place, needed: true}
      - {id: site, type: site, zh: 点位, en: Site}
      - {id: property, type: text, zh: 项目, en: Property}
      - {id: found_at, type: time, zh: 发现时间, en: Found at}
      - {id: limit, type: number, zh: 限值, en: Limit}
      - {id: unit, type: text, zh: 单位, en: Unit}
      - {id: rule, type: text, zh: 规则, en: Rule}
      - {id: owner, type: text, zh: 承办人, en: Owner}
      - {id: outcome, type: text, zh: 结果, en: Outcome}
      - {id: ended, type: yes-no, zh: 已结, en: Ended, formula: "state in ['watching', 'closed']"}
    lifecycle:
      first: open
      states:
        - {id: open, zh: 待受理, en: Open}
        - {id: working, zh: 办理中, en: Under way}
        - {id: watching, zh: 回头看, en: Watched}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - {id: accept, zh: 受理, en: Accept, from: [open], to: working, who: [duty, enforcement], needs: [owner]}
        - id: finish
          zh: 办结
          en: Finish
          from: [working]
          to: watching
          who: [enforcement]
          needs: [outcome]
          must: [{that: "length(outcome) >= 4", zh: 结果过短, en: the outcome says too little}]
          evidence:
            - {id: after, kind: photo, count: 1, zh: 整改后照片, en: Photo after, taken: since_opened, near_m: 500}
            - {id: reading, kind: measurement, count: 1, zh: 监测数据, en: Measurement, taken: since_opened}
        - {id: hold, zh: 复核通过, en: Held, from: [watching], to: closed, who: [enforcement], why: true}
        - {id: reopen, zh: 再次受理, en: Reopen, from: [watching, closed], to: working, who: [public, duty], times: 1, within_days: 30, why: true}
      deadlines:
        - {id: handle, states: [open, working], working_days: 15, from: opened, warn_days: 3, zh: 办理期限, en: Time to handle, escalate: [{after_days: 0, to: leader}, {after_days: 5, to: admin}], source: trial, trust: design}
      look_back: {state: watching, after_days: 30, comparable: weekday, by: hold, zh: 回头看, en: Look-back}
    views:
      - {id: overdue, zh: 超期, en: Overdue, columns: [kind, division], where: "overdue", sort: due}
    rights: {read: [duty, enforcement, leader], write: [duty, enforcement], create: [duty, enforcement, public], withdraw: [enforcement]}
    opens_on: [{event: hourly-over-limit, set: {site: site, property: property, found_at: phenomenon_end, limit: limit, unit: unit, rule: rule, text: text_zh}}]
)yaml";

/// The autumn of 2026 as a test needs it: a holiday of eight days with two make-up days. Not the State Council's table.
inline constexpr std::string_view holidays =
    "date,name,day_kind\n2026-09-27,make-up,work\n2026-10-01,National Day,off\n2026-10-02,National Day,off\n"
    "2026-10-05,National Day,off\n2026-10-06,National Day,off\n2026-10-07,National Day,off\n2026-10-10,make-up,work\n";

inline people::Caller caller(std::vector<std::string> roles, std::vector<std::string> divisions = {},
                             std::string enterprise = "") {
  people::Caller made;
  made.how = people::Caller::How::session;
  made.name = roles.front() + (divisions.empty() ? "" : divisions.front()) + enterprise;
  made.roles = std::move(roles);
  made.scope.divisions = std::move(divisions);
  made.scope.enterprise = std::move(enterprise);
  return made;
}

inline systems::Value point(double lon_deg, double lat_deg) {
  systems::Geometry at;
  at.parts = {{{lon_deg, lat_deg}}};
  return at;
}

struct World {
  ledger::test::Folder folder;
  ledger::test::Clock clock;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<archive::Archive> archive;
  std::shared_ptr<const systems::Catalogue> catalogue;
  systems::WorkCalendar calendar = *systems::WorkCalendar::parse(holidays, "holidays.csv");
  std::unique_ptr<ledger::Records> records;
  std::unique_ptr<ledger::Attachments> attachments;
  std::unique_ptr<ledger::Audit> audit;
  std::unique_ptr<Parts> parts;
  std::unique_ptr<RecordDesk> desk;
  people::Caller enforcer = caller({"enforcement"}), nobody;

  World() {
    at("2026-09-24T10:00:00+08:00");  // a Thursday
    auto system = systems::parse_system(pack, "trial.yaml", {});
    if (!system) FAIL(system.error().detail);
    auto all = systems::make_catalogue({*system});
    if (!all) FAIL(all.error().detail);
    catalogue = *all;
    start();
  }
  void start() {
    desk.reset();
    audit.reset();
    attachments.reset();
    records.reset();
    ledger.reset();
    archive.reset();
    const auto us = clock.us;
    ledger = ledger::test::open_in(folder, clock.options());
    auto opened = archive::Archive::open(folder.path() / "archive", {.clock = [us] { return Instant{us->load()}; }});
    if (!opened) FAIL(opened.error().detail);
    archive = std::move(*opened);
    records = std::make_unique<ledger::Records>(*ledger);
    attachments = std::make_unique<ledger::Attachments>(*ledger, folder.path() / "attachments");
    audit = std::make_unique<ledger::Audit>(*ledger);
    parts = std::make_unique<Parts>(Parts{catalogue, calendar, *ledger, *records, *attachments, *audit, *archive,
                                          [us] { return Instant{us->load()}; }});
    desk = std::make_unique<RecordDesk>(*parts);
    const auto ready = desk->prepare();
    if (!ready) FAIL(ready.error().detail);
  }
  void at(std::string_view when) { *clock.us = parse_instant(when)->us; }
  [[nodiscard]] Instant now() const { return Instant{clock.us->load()}; }

  Outcome<Matter> save(const people::Caller& who, const std::string& type, systems::Values values,
                       const std::string& id = "", std::optional<std::int64_t> revision = {}) {
    Change change;
    change.register_id = type;
    change.id = id;
    change.expected_revision = revision;
    change.values = std::move(values);
    change.why = "trial";
    return desk->save(who, change);
  }
  Matter good(Outcome<Matter> outcome) {
    if (!outcome) {
      std::string all = outcome.error().error.detail;
      for (const auto& one : outcome.error().findings) all += "\n" + one.field + " " + one.check + ": " + one.words.en;
      FAIL(all);
    }
    return std::move(*outcome);
  }
  Matter enterprise(const std::string& code, const std::string& division) {
    return good(save(enforcer, "enterprise", {{"code", code}, {"name", "企业" + code}, {"division", division}}));
  }
  Matter complaint() {
    return good(
        save(enforcer, "complaint",
             {{"kind", "smell"}, {"text", "夜间有刺鼻气味"}, {"division", "360203"}, {"place", point(117.2, 29.3)}}));
  }
  std::string photo(const std::string& content, std::string_view taken_at, LonLat where = {117.2, 29.3}) {
    const auto stored =
        attachments->put("\xFF\xD8\xFF" + content, "photo.jpg", *parse_instant(taken_at), where, "zhang");
    if (!stored) FAIL(stored.error().detail);
    return stored->hash;
  }
  /// Hours of a property at a site.
  void measure(const std::string& property, Instant last_end, std::vector<double> values) {
    auto site = ledger::test::veterinary_station();
    site.valid_from = Instant{0};
    REQUIRE(ledger->put_sites({site}, "trial", "trial"));
    const auto series = ledger->series_id({site.id, property, hourly, Statistic::mean, Stage::raw});
    REQUIRE(series);
    archive::Batch batch;
    for (std::size_t i = 0; i < values.size(); ++i)
      batch.rows.push_back(*series,
                           Instant{last_end.us - static_cast<std::int64_t>(values.size() - 1 - i) * us_per_hour},
                           values[i], 'N');
    batch.source = {"trial", ""};
    batch.received = now();
    REQUIRE(archive->append_and_wait(std::move(batch)));
  }
  Outcome<Matter> step(const people::Caller& who, const Matter& matter, const std::string& id,
                       systems::Values values = {}, std::vector<Given> evidence = {},
                       const std::string& why = "trial") {
    RecordDesk::StepRequest request;
    request.register_id = matter.register_id;
    request.id = matter.id;
    request.step = id;
    request.why = why;
    request.revision = matter.revision;
    request.values = std::move(values);
    request.evidence = std::move(evidence);
    return desk->take(who, request);
  }
  std::size_t audited(const std::string& action, const std::string& object = "") const {
    const auto entries = audit->newest(1000, 0, "", action);
    if (!entries) FAIL(entries.error().detail);
    return static_cast<std::size_t>(std::count_if(entries->begin(), entries->end(), [&](const ledger::AuditEntry& one) {
      return object.empty() || one.object == object;
    }));
  }
};

inline bool has(const std::vector<systems::Finding>& findings, std::string_view check, std::string_view field = "*") {
  return std::any_of(findings.begin(), findings.end(), [&](const systems::Finding& one) {
    return one.check == check && (field == "*" || one.field == field) && !one.words.zh.empty() && !one.words.en.empty();
  });
}

}  // namespace celadon::registry::test
