#include "systems/pack_template.hpp"

#include <algorithm>
#include <string_view>

namespace celadon::systems {
namespace {

constexpr std::string_view template_head =
    R"yaml(# A beginning. docs/packs.md is the reference; 'celadon pack check' tells what is wrong, with the line.
system: @ID@                      # the file is @ID@.yaml
name: {zh: 新登记簿, en: New register}
group: governance                 # air water soil waste ecology carbon risk governance sources
# clause: "4.2"                   # of the plan
source: entered by the bureau     # where its rules come from
trust: design                     # verified, secondary, memory or design
codes:
  - id: @ID@-kind
    entries:
      - {code: a, zh: 甲类, en: Kind A}
      - {code: b, zh: 乙类, en: Kind B}
registers:
  - id: @ID@
    name: {zh: 新登记簿, en: New register}
    kind: @KIND@                  # register, ledger (a line per happening) or case
    number: {prefix: @PREFIX@, digits: 6}    # gives @PREFIX@000001; or  key: code  - the field whose value is the id
    title: "{name}"               # what a record is called; fields in braces
    # division: division          # with a field  {id: division, type: code, of: division, zh: 县区, en: County, needed: true}
    # enterprise: operator        # with a field  {id: operator, type: reference, of: enterprise, zh: 企业, en: Enterprise}
    # public: [name, kind]        # fields that anybody may see; absent: nobody outside
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true, length_max: 80, search: true}
      - {id: kind, type: code, of: @ID@-kind, zh: 类别, en: Kind, needed: true}
      - {id: amount_t, type: number, unit: t, zh: 数量, en: Amount, min: 0, decimals: 3}
      - {id: found_on, type: date, zh: 日期, en: Date, needed: true, not_after_today: true}
      - {id: place, type: point, zh: 位置, en: Place}
      - {id: note, type: text, zh: 备注, en: Note, length_max: 2000}
      - {id: photos, type: files, zh: 照片, en: Photos, accept: [image]}
    checks:
      - {id: amount-known, when: "kind = 'a'", must: "amount_t is not none", severity: warning, field: amount_t,
         zh: 甲类宜填数量, en: kind A should tell its amount}
)yaml";

constexpr std::string_view template_lifecycle = R"yaml(    lifecycle:
      first: open                 # state of a new record
      states:
        - {id: open, zh: 待办, en: Open}
        - {id: working, zh: 办理中, en: Under way}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - {id: accept, zh: 受理, en: Accept, from: [open], to: working, who: [duty, enforcement]}
        - id: finish
          zh: 办结
          en: Finish
          from: [working]
          to: closed
          who: [enforcement]
          needs: [note]
          evidence:
            - {id: after, kind: photo, count: 1, zh: 整改后照片, en: Photo after, taken: since_opened}
        - {id: reopen, zh: 再次受理, en: Reopen, from: [closed], to: working, who: [duty], times: 1, within_days: 30, why: true}
      deadlines:
        - {id: handle, states: [open, working], working_days: 15, from: opened, warn_days: 3, zh: 办理期限, en: Time to handle,
           escalate: [{after_days: 0, to: leader}]}
)yaml";

constexpr std::string_view template_tail = R"yaml(    views:
      - {id: all, zh: 全部, en: All, columns: [name, kind, amount_t, found_on], sort: -found_on}
    map: {colour_by: kind, colours: {a: "#2f7d6b", b: "#b4532a"}, symbol: circle, zoom_min: 8}
    rights:
      read: [duty, analyst, enforcement, planner, leader]
      write: [duty, enforcement]
    indicators:
      - {id: number-of, zh: 条数, en: Records, formula: "count()",
                           unit : "1"
}
      - {id: amount, zh: 总量, en: Amount, formula: "sum(amount_t)", unit: t}
)yaml";

/// Capitals of the parts of an id: noise-complaint gives NC, waste gives WA.
std::string prefix_of(std::string_view id) {
  std::string prefix;
  for (std::size_t i = 0; i < id.size() && prefix.size() < 4; ++i) {
    if (id[i] != '-' && (i == 0 || id[i - 1] == '-')) prefix += id[i];
  }
  if (prefix.size() == 1) prefix = id.substr(0, 2);
  std::ranges::transform(prefix, prefix.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return prefix;
}

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
  return text;
}

}  // namespace

Result<std::string> new_pack(const std::string& id, RegisterKind kind) {
  std::string text(template_head);
  if (kind == RegisterKind::matter) text += template_lifecycle;
  text += template_tail;
  text = replaced(std::move(text), "@ID@", id);
  text = replaced(std::move(text), "@PREFIX@", prefix_of(id));
  text = replaced(std::move(text), "@KIND@",
                  kind == RegisterKind::list     ? "register"
                  : kind == RegisterKind::ledger ? "ledger"
                                                 : "case");
  const auto system = parse_system(text, id + ".yaml", {});
  if (!system)
    return fail(Errc::invalid_value,
                "'" + id.substr(0, 60) +
                    "' cannot name a system: lower-case letters, digits and '-', beginning with a letter, at most 35",
                "id");
  return text;
}

}  // namespace celadon::systems
