#include "service/api.hpp"
#include "service/judge_line.hpp"

#include <algorithm>
#include <map>

namespace celadon::service {
namespace {

constexpr std::size_t editions_max = 6;
constexpr std::int64_t days_of_judging_max = 3 * 366;

void put_validity(JsonWriter& json, const LegalDay& from, const std::optional<LegalDay>& before) {
  json.member("valid_from", to_string(from)).key("valid_before");
  if (before)
    json.put(to_string(*before));
  else
    json.null();
}

void put_rule(JsonWriter& json, const Parts& parts, const standards::RuleFace& rule) {
  json.begin_object().member("rule", rule.id).member("title_zh", rule.title_zh).member("title_en", rule.title_en);
  json.member("medium", rule.medium).member("inputs_zh", rule.inputs_zh).member("inputs_en", rule.inputs_en);
  json.key("editions").begin_array();
  for (const auto& edition : standards::editions_of(parts.library, rule.id)) json.put(edition.standard);
  json.end_array().key("fields").begin_array();
  for (const auto& field : rule.fields) {
    json.begin_object()
        .member("name", field.name)
        .member("about_zh", field.about_zh)
        .member("about_en", field.about_en);
    json.member("otherwise", field.otherwise).key("choices").begin_array();
    for (const auto& choice : field.choices) json.put(choice);
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

/// Editions with the rules that go by them and, for tables, how many rows are not verified.
void put_editions(JsonWriter& json, const Parts& parts, const std::vector<standards::RuleFace>& rules) {
  std::map<std::string, std::pair<standards::EditionFace, std::vector<std::string>>> editions;
  std::vector<std::string> order;
  for (const auto& rule : rules) {
    for (const auto& edition : standards::editions_of(parts.library, rule.id)) {
      auto& known = editions[edition.standard];
      if (known.second.empty()) order.push_back(edition.standard);
      known.first = edition;
      known.second.push_back(rule.id);
    }
  }
  for (const auto& name : order) {
    const auto& [edition, of] = editions[name];
    json.begin_object().member("edition", name).member("title_zh", edition.title_zh);
    json.member("title_en", edition.title_en).member("trust", edition.trust);
    put_validity(json, edition.valid_from, edition.valid_before);
    std::size_t rows = 0;
    std::size_t unverified = 0;
    for (const auto& table : parts.library.bands) {
      if (table.standard != name) continue;
      for (const auto& item : table.items) {
        rows += item.bands.size();
        for (const auto& band : item.bands) unverified += band.trust != "verified" ? 1 : 0;
      }
    }
    json.member("rows", rows).member("unverified_rows", unverified).key("rules").begin_array();
    for (const auto& rule : of) json.put(rule);
    json.end_array().end_object();
  }
}

void put_levels(JsonWriter& json, const Parts& parts) {
  json.key("air_levels").begin_array();
  for (const auto& l : parts.library.air.back().levels) {
    json.begin_object().member("level", l.level).member("from", l.from).member("to", l.to);
    json.member("name_zh", l.name_zh).member("name_en", l.name_en).member("colour", l.colour);
    json.member("text_colour", l.text_colour).member("advice_zh", l.advice_zh).member("advice_en", l.advice_en);
    json.end_object();
  }
  json.end_array().key("water_classes").begin_array();
  for (const auto& g : parts.library.water.back().grades) {
    json.begin_object().member("class", g.class_name).member("label", g.label).member("name_zh", g.name_zh);
    json.member("name_en", g.name_en).member("colour", g.colour).member("text_colour", g.text_colour);
    json.member("trust", g.trust).end_object();
  }
  json.end_array();
}

Response standards_list(const Parts& parts) {
  const auto rules = standards::rule_book(parts.library);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  put_editions(json, parts, rules);
  json.end_array().key("rules").begin_array();
  for (const auto& rule : rules) put_rule(json, parts, rule);
  json.end_array();
  put_levels(json, parts);
  json.end_object();
  return json_response(std::move(out));
}

/// The rows of a table as printed.
Result<Response> table_rows(const Parts& parts, const Request& request) {
  const std::string rule = request.one("rule").value_or("");
  if (!parts.library.has_band_rule(rule))
    return fail(Errc::unknown_code, "rule '" + rule.substr(0, 40) + "' is not a table", "rule");
  const std::string newest = standards::editions_of(parts.library, rule).back().standard;
  const auto chosen = parts.library.band_table(rule, {}, request.one("edition").value_or(newest));
  if (!chosen) return fail(chosen.error().code, chosen.error().detail, "edition");
  const standards::BandTable& table = **chosen;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("rule", rule).member("edition", table.standard).key("given").begin_array();
  for (const auto& given : table.given) {
    json.begin_object().member("name", given.name).member("about_zh", given.about_zh);
    json.member("about_en", given.about_en).end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& item : table.items) {
    for (const auto& band : item.bands) {
      json.begin_object().member("item", item.item).member("name_zh", item.name_zh).member("name_en", item.name_en);
      json.member("unit", item.unit).key("given").begin_array();
      for (const auto& word : item.words) json.put(word);
      json.end_array();
      const auto& of = table.classes[static_cast<std::size_t>(band.rank)];
      json.member("class", of.name).member("label", of.label).member("holds", band.holds.text());
      json.member("note", band.note).member("source", band.source).member("trust", band.trust).end_object();
    }
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<std::vector<std::string>> editions_asked(const Parts& parts, const Request& request, const std::string& rule) {
  std::vector<std::string> editions;
  for (const auto& text : request.every("editions")) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t cut = std::min(text.find(',', at), text.size());
      if (cut > at) editions.push_back(text.substr(at, cut - at));
      at = cut + 1;
    }
  }
  if (editions.empty()) {
    for (const auto& edition : standards::editions_of(parts.library, rule)) editions.push_back(edition.standard);
  }
  if (editions.size() < 2 || editions.size() > editions_max) {
    return fail(Errc::invalid_value, "name 2 to " + std::to_string(editions_max) + " editions, separated by commas",
                "editions");
  }
  for (const auto& edition : editions) {
    if (auto known = standards::edition_is_known(parts.library, rule, edition); !known)
      return fail(known.error().code, known.error().detail, "editions");
  }
  return editions;
}

void put_comparison(JsonWriter& json, const watch::SiteComparison& one) {
  json.begin_object().member("time", one.time).member("differs", one.comparison.differs).key("because").begin_array();
  for (const auto& item : one.comparison.because) json.put(item);
  json.end_array().key("editions").begin_array();
  for (const auto& judgement : one.comparison.judgements) {
    std::string text;
    standards::append_json(text, judgement, true);
    json.raw(text);
  }
  json.end_array().end_object();
}

Result<Response> comparisons(const Parts& parts, const Request& request) {
  const auto site = find_site(parts, request.one("site").value_or(""));
  if (!site) return fail(site.error());
  watch::JudgeOptions options;
  options.rule = request.one("rule").value_or(watch::rule_of(*site));
  options.why = true;
  const auto editions = editions_asked(parts, request, options.rule);
  if (!editions) return fail(editions.error());
  const auto from = request.time("from");
  const auto to = request.time("to");
  if (!from) return fail(from.error());
  if (!to) return fail(to.error());
  if (!*from || !*to) return fail(Errc::malformed, "say which period: from= and to=", *from ? "to" : "from");
  if ((*to)->us - (*from)->us > days_of_judging_max * us_per_day)
    return fail(Errc::invalid_value, "the period is longer than three years; ask piece by piece", "to");
  const watch::Judges judges{parts.archive, parts.ledger, parts.library};
  const auto all = watch::compare_period(judges, *site, **from, **to, *editions, options);
  if (!all) return fail(all.error());
  const std::size_t differing = static_cast<std::size_t>(
      std::count_if(all->begin(), all->end(), [](const auto& one) { return one.comparison.differs; }));
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("site", site->id).member("rule", options.rule).key("editions").begin_array();
  for (const auto& edition : *editions) json.put(edition);
  json.end_array().member("judged", all->size()).member("differing", differing).key("items").begin_array();
  const bool every = request.one("all").value_or("0") == "1";
  for (const auto& one : *all) {
    if (every || one.comparison.differs) put_comparison(json, one);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// Judges what the caller sends; nothing is stored.
Result<Response> judge_sent(const Parts& parts, const Request& request) {
  const auto rules = standards::rule_book(parts.library);
  const std::string id = request.one("rule").value_or("");
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& one) { return one.id == id; });
  if (rule == rules.end())
    return fail(Errc::unknown_code, "there is no rule '" + id.substr(0, 40) + "'; GET /api/v1/standards lists them",
                "rule");
  const auto asked = read_judge_line(parts.library, *rule, request.one("edition").value_or(""), request.body);
  if (!asked) return fail(asked.error());
  const auto judgement = standards::judge(parts.library, *asked);
  if (!judgement) return fail(judgement.error());
  std::string out;
  standards::append_json(out, *judgement, true);
  return json_response(std::move(out));
}

}  // namespace

void add_standard_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/standards",
              "Editions of the law, the rules that go by them, levels and classes with their colours",
              {},
              [&parts](const Request&) -> Result<Response> { return standards_list(parts); }});
  router.add({"GET",
              "/api/v1/standards/table",
              "The rows of a standard that is a table",
              {{"rule", "a rule of /api/v1/standards that has rows"}, {"edition", "by name; the newest when absent"}},
              [&parts](const Request& request) { return table_rows(parts, request); }});
  router.add({"GET",
              "/api/v1/comparisons",
              "The times at which two or more editions judge a site differently, and the items that decide it",
              {{"site", "id of a site"},
               {"rule", "a rule; that of the site's kind when absent"},
               {"editions", "names separated by commas; all of the rule when absent", true},
               {"from", "first time"},
               {"to", "last time"},
               {"all", "1: also the times at which they agree"}},
              [&parts](const Request& request) { return comparisons(parts, request); }});
  router.add({"POST",
              "/api/v1/judge",
              "Judges the values in the body (a line of `celadon judge`); nothing is stored",
              {{"rule", "a rule of /api/v1/standards"}, {"edition", "by name; by the date of the data when absent"}},
              [&parts](const Request& request) { return judge_sent(parts, request); }});
}

}  // namespace celadon::service
