#include "watch/erratum.hpp"

#include "core/json_writer.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace celadon::watch {
namespace {

void put_verdict(JsonWriter& json, const std::string& suffix, const VerdictBrief& verdict) {
  json.key(suffix);
  if (verdict.value)
    json.put(*verdict.value);
  else
    json.null();
  json.member(suffix + "_zh", verdict.name_zh).member(suffix + "_en", verdict.name_en);
  json.member("colour_" + suffix, verdict.colour);
}

void put_events(JsonWriter& json, const char* name, const std::vector<EventChange>& events) {
  json.key(name).begin_array();
  for (const auto& event : events) {
    json.begin_object().member("rule", event.rule).member("site", event.site).member("property", event.property);
    json.member("time", event.time).member("value", event.value).member("zh", event.text_zh);
    json.member("en", event.text_en).key("event");
    event.event != 0 ? json.put(event.event) : json.null();
    json.key("case");
    event.case_id != 0 ? json.put(event.case_id) : json.null();
    json.end_object();
  }
  json.end_array();
}

void put_values(JsonWriter& json, const Erratum& erratum, const NameBook& names) {
  json.key("values").begin_array();
  for (const auto& change : erratum.values) {
    const Names site = names.site(change.key.site);
    json.begin_object().member("level", level_of(change.key.averaging)).member("site", change.key.site);
    json.member("name_zh", site.zh).member("name_en", site.en).member("property", change.key.property);
    json.member("averaging", to_iso(change.key.averaging)).member("statistic", to_text(change.key.statistic));
    json.member("stage", to_text(change.key.stage)).key("series");
    number(change.series) != 0 ? json.put(number(change.series)) : json.null();
    json.member("time", change.time).member("unit", names.property(change.key.property).unit);
    json.member("old", change.before).member("new", change.after).end_object();
  }
  json.end_array().member("values_total", erratum.values_total);
}

/// All that is the same whoever makes the change, and whenever.
void put_consequences(JsonWriter& json, const Erratum& erratum, const NameBook& names) {
  put_values(json, erratum, names);
  json.key("verdicts").begin_array();
  for (const auto& change : erratum.verdicts) {
    const Names site = names.site(change.site);
    json.begin_object().member("site", change.site).member("name_zh", site.zh).member("name_en", site.en);
    json.member("rule", change.rule).member("time", change.time).member("edition", change.edition);
    put_verdict(json, "old", change.before);
    put_verdict(json, "new", change.after);
    json.end_object();
  }
  json.end_array().member("verdicts_total", erratum.verdicts_total).key("events").begin_object();
  put_events(json, "withdrawn", erratum.withdrawn);
  put_events(json, "due", erratum.due);
  json.member("withdrawn_total", erratum.withdrawn_total).member("due_total", erratum.due_total);
  json.end_object().key("cases").begin_array();
  for (const auto& one : erratum.cases) {
    json.begin_object().member("id", one.id).member("title_zh", one.title_zh).member("title_en", one.title_en);
    json.member("state", one.state).end_object();
  }
  json.end_array().key("reports").begin_array();
  for (const auto& report : erratum.reports) {
    json.begin_object().member("id", report.id).member("title_zh", report.title_zh);
    json.member("title_en", report.title_en).key("figures").begin_array();
    for (const auto& figure : report.figures) {
      json.begin_object().member("ref", figure.ref).member("zh", figure.zh).member("en", figure.en);
      json.member("old", figure.before).member("new", figure.after).member("unit", figure.unit).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

/// The ledger takes 1 MiB; who, why and decisions come on top.
constexpr std::size_t entry_bytes_max = 900'000;
constexpr std::size_t values_least = 100;

struct CauseWords {
  const char* id;
  const char* zh;
  const char* en;
};
constexpr std::array<CauseWords, 3> cause_words = {{{"review", "审核修改", "changed in review"},
                                                    {"late", "迟到数据", "late data"},
                                                    {"corrected", "更正数据", "corrected data"}}};

}  // namespace

std::string erratum_id(std::int64_t number) {
  std::string text = std::to_string(number);
  return std::string(9 - std::min<std::size_t>(9, text.size()), '0') + text;
}

VerdictBrief brief_of(const standards::Judgement& judgement) {
  if (!judgement.judged) return {false, judgement.reason_zh, judgement.reason_en, {}, {}};
  return {true, judgement.name_zh, judgement.name_en, judgement.colour, judgement.value};
}

std::string_view to_text(ErratumCause cause) { return cause_words[static_cast<std::size_t>(cause)].id; }

std::string level_of(const Averaging& averaging) {
  if (averaging.kind == Averaging::Kind::month) return "month";
  if (averaging.kind == Averaging::Kind::year) return "year";
  if (averaging == hourly) return "hour";
  if (averaging == daily) return "day";
  return to_iso(averaging);
}

void fit(Erratum& erratum, const NameBook& names) {
  erratum.values_total = erratum.values.size();
  erratum.verdicts_total = erratum.verdicts.size();
  erratum.withdrawn_total = erratum.withdrawn.size();
  erratum.due_total = erratum.due.size();
  const auto cut = [&](std::size_t values, std::size_t events) {
    erratum.values.resize(std::min(erratum.values.size(), values));
    erratum.verdicts.resize(std::min(erratum.verdicts.size(), values));
    erratum.withdrawn.resize(std::min(erratum.withdrawn.size(), events));
    erratum.due.resize(std::min(erratum.due.size(), events));
  };
  // Numbers that only the ledger gives have no part in it: a preview is cut as what then happens is.
  const auto bytes = [&] {
    Erratum unnumbered = erratum;
    for (auto& change : unnumbered.values) change.series = SeriesId{};
    for (auto* events : {&unnumbered.withdrawn, &unnumbered.due}) {
      for (auto& event : *events) event.event = event.case_id = 0;
    }
    return to_json(unnumbered, names).size();
  };
  std::size_t values = Erratum::values_max;
  std::size_t events = Erratum::values_max;
  for (cut(values, events); events > 0 && bytes() > entry_bytes_max; cut(values, events))
    (values > values_least ? values : events) /= 2;
}

std::string digest_of(const Erratum& erratum) {
  std::string text;
  JsonWriter json(text);
  const NameBook nameless{[](const std::string&) { return Names{}; }, [](const std::string&) { return Names{}; }};
  json.begin_object();
  // A series gets its number with its first value, which a preview does not write.
  Erratum unnumbered = erratum;
  for (auto& change : unnumbered.values) change.series = SeriesId{};
  put_consequences(json, unnumbered, nameless);
  json.end_object();
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a: to see that two answers are the same, not to prove it
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  static constexpr char hex[] = "0123456789abcdef";
  std::string digest(16, '0');
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = hex[(hash >> (60 - 4 * i)) & 15U];
  return digest;
}

NameBook names_of(const ledger::Ledger& ledger, const standards::Library& library) {
  std::map<std::string, Names> sites;
  if (const auto all = ledger.sites()) {
    for (const auto& site : *all) sites[site.id] = {site.name_zh, site.name_en, {}};
  }
  return {[sites = std::move(sites)](const std::string& id) {
            const auto found = sites.find(id);
            return found == sites.end() ? Names{id, id, {}} : found->second;
          },
          [&library](const std::string& id) {
            const auto* property = library.properties.find(id);
            return property == nullptr ? Names{id, id, {}}
                                       : Names{property->name_zh, property->name_en, property->unit_label};
          }};
}

std::string to_json(const Erratum& erratum, const NameBook& names) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (erratum.id != 0)
    json.member("id", erratum.id).member("at", erratum.at).member("who", erratum.who).member("why", erratum.why);
  const CauseWords& words = cause_words[static_cast<std::size_t>(erratum.cause)];
  json.key("cause").begin_object().member("kind", words.id).member("zh", words.zh).member("en", words.en);
  json.key("decisions").begin_array();
  for (const auto id : erratum.decisions) json.put(id);
  json.end_array().end_object().member("digest", digest_of(erratum));
  put_consequences(json, erratum, names);
  json.end_object();
  return out;
}

}  // namespace celadon::watch
