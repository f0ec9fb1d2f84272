#include "registry/record_body.hpp"
#include "service/api.hpp"
#include "service/json_body.hpp"
#include "service/plan_desk.hpp"

#include <algorithm>
#include <cmath>
#include <map>

// The plan as a program: what is promised, how far it is, why, and what would help (docs/plan.md).

namespace celadon::service {
namespace {

constexpr std::size_t items_default = 20, items_max = 500;
constexpr std::size_t supposed_max = 200;
constexpr std::size_t runs_max = 60;

using Look = PlanDesk::Look;

/// What is asked about: a year, place, edition and moment of the query.
struct PlanAsked {
  std::string place, edition;
  std::optional<std::int64_t> year;
  std::optional<Instant> as_known_at;
};

Result<PlanAsked> asked_of(const Request& request) {
  PlanAsked asked{request.one("place").value_or(""), request.one("edition").value_or(""), {}, {}};
  if (request.one("year")) {
    const auto year = request.whole("year", 0, 1990, 2199);
    if (!year) return fail(year.error());
    asked.year = *year;
  }
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  asked.as_known_at = *known;
  return asked;
}

Result<plan::Question> question_of(const Look& look, const PlanAsked& asked) {
  plan::Question question{.year = static_cast<int>(asked.year.value_or(look.program.last_year()))};
  if (question.year < look.program.first_year() || question.year > look.program.last_year())
    return fail(Errc::invalid_value,
                "the plan is worked out for the years " + std::to_string(look.program.first_year()) + " to " +
                    std::to_string(look.program.last_year()), "year");
  if (!asked.place.empty()) {
    const auto place = look.plan.place(asked.place);
    if (!place) return fail(Errc::unknown_code, "the plan has no place '" + asked.place.substr(0, 40) + "'", "place");
    question.place = *place;
  }
  if (!asked.edition.empty()) {
    const auto edition = look.plan.edition(asked.edition);
    if (!edition)
      return fail(Errc::unknown_code, "the plan has no edition '" + asked.edition.substr(0, 40) + "'", "edition");
    question.edition = *edition;
  }
  return question;
}

Result<const plan::Promise*> promise_of(const Look& look, const std::string& id) {
  const auto* const promise = look.plan.promise(id);
  if (promise == nullptr)
    return fail(Errc::not_found, "the plan has no promise '" + id.substr(0, 40) + "'; /api/v1/plan/promises lists them",
                "id");
  return promise;
}

void put_zh_en(JsonWriter& json, const systems::Words& words, const std::string& stem = "name") {
  json.member(stem + "_zh", words.zh).member(stem + "_en", words.en);
}

void put_promise(JsonWriter& json, const Look& look, const plan::Progress& progress) {
  const auto& promise = *progress.promise;
  json.begin_object().member("id", promise.id).member("chapter", promise.chapter).member("section", promise.section);
  put_zh_en(json, promise.name);
  put_zh_en(json, look.plan.said(promise.unit_words), "unit");
  json.member("unit", promise.unit_words).member("kind", to_text(promise.kind)).member("sense", to_text(promise.sense));
  json.member("standing", to_text(promise.standing)).member("span", to_text(promise.span));
  json.text_or_null("baseline_text", promise.baseline_text).text_or_null("target_text", promise.target_text);
  put_zh_en(json, look.plan.said(promise.target_text), "target");
  json.member("year_due", promise.year).member("baseline", promise.baseline).member("goal", promise.goal);
  json.text_or_null("value_unit", promise.unit).member("strict", promise.strict).member("owner", promise.owner);
  const auto* const owner = look.plan.owner(promise.owner);
  if (owner != nullptr) put_zh_en(json, owner->name, "owner");
  json.member("value", progress.value).member("so_far", progress.so_far).member("complete", progress.complete);
  json.member("path", progress.path).member("way", progress.way).member("time", progress.time);
  json.member("status", to_text(progress.status)).key("outlook").begin_object();
  const auto& outlook = progress.outlook;
  json.member("method", to_text(outlook.method)).member("expected", outlook.expected).member("low", outlook.low);
  json.member("high", outlook.high).member("probability", outlook.probability).member("years", outlook.years);
  json.member("slope", outlook.slope).end_object();
  json.member("tasks", progress.tasks).member("milestones", progress.milestones);
  json.member("milestones_done", progress.milestones_done).member("milestones_overdue", progress.milestones_overdue);
  if (promise.standing != plan::Standing::computed) {
    put_zh_en(json, promise.reason, "reason");
    json.text_or_null("waits_for", promise.data);
  }
  json.end_object();
}

void put_run(JsonWriter& json, const Look& look) {
  json.key("run").begin_object().member("at", look.run.at).member("seconds", look.run.seconds);
  json.member("asked", look.run.asked).member("worked_out", look.run.worked_out).end_object();
}

Result<Response> about(PlanDesk& desk, const Request& request) {
  const auto asked = asked_of(request);
  if (!asked) return fail(asked.error());
  std::string out;
  const auto seen = desk.look(asked->as_known_at, [&](const Look& look) -> Result<void> {
    JsonWriter json(out);
    const auto& plan = look.plan;
    json.begin_object().member("id", plan.id);
    put_zh_en(json, plan.name);
    json.member("first", plan.first).member("last", plan.last).member("base", plan.base);
    json.member("history", plan.history).member("today", to_string(look.program.today()));
    json.member("last_year", look.program.last_year()).key("evaluations").begin_array();
    for (const int year : plan.evaluations) json.put(year);
    json.end_array().key("places").begin_array();
    for (const auto& place : plan.places) {
      json.begin_object().member("id", place.id);
      put_zh_en(json, place.name);
      json.member("division", place.division).member("whole", place.whole).end_object();
    }
    json.end_array().key("editions").begin_array();
    for (const auto& edition : plan.editions) {
      json.begin_object().member("id", edition.id);
      put_zh_en(json, edition.name);
      json.text_or_null("air_index", edition.air_index).text_or_null("air_limits", edition.air_limits);
      json.text_or_null("water", edition.water).end_object();
    }
    json.end_array().key("standings").begin_object();
    std::map<std::string, int> standings;
    for (const auto& promise : plan.promises) ++standings[std::string(to_text(promise.standing))];
    for (const auto& [name, count] : standings) json.member(name, count);
    json.end_object();
    const auto& record = look.program.tasks().record;
    json.key("milestones").begin_object().member("in_time", record.in_time).member("late", record.late).end_object();
    put_run(json, look);
    json.end_object();
    return {};
  });
  if (!seen) return fail(seen.error());
  return json_response(std::move(out));
}

Result<Response> promises(PlanDesk& desk, const Request& request) {
  const auto asked = asked_of(request);
  if (!asked) return fail(asked.error());
  std::string out;
  const auto seen = desk.look(asked->as_known_at, [&](const Look& look) -> Result<void> {
    const auto question = question_of(look, *asked);
    if (!question) return fail(question.error());
    JsonWriter json(out);
    json.begin_object().member("year", question->year).member("place", look.plan.places[question->place].id);
    json.member("edition", look.plan.editions[question->edition].id).key("items").begin_array();
    for (const auto& promise : look.plan.promises)
      put_promise(json, look, look.program.progress(promise, *question));
    json.end_array().end_object();
    return {};
  });
  if (!seen) return fail(seen.error());
  return json_response(std::move(out));
}

void put_years(JsonWriter& json, const plan::Progress& progress) {
  json.begin_array();
  for (const auto& one : progress.years) {
    json.begin_object().member("year", one.year).member("value", one.value).member("complete", one.complete);
    json.member("whole", one.whole).member("estimated", one.estimated).end_object();
  }
  json.end_array();
}

Result<void> put_months(JsonWriter& json, const Look& look, const plan::Promise& promise,
                        const plan::Question& question) {
  json.key("months").begin_array();
  plan::Question month = question;
  for (int m = 1; promise.span == plan::Span::year && m <= 12; ++m) {
    month.from_month = month.to_month = m;
    const auto answer = look.snapshot.ask(promise, month);
    if (!answer) return fail(answer.error());
    if (!answer->value) continue;
    json.begin_object().member("month", m).member("value", answer->value).member("complete", answer->complete);
    json.end_object();
  }
  json.end_array();
  return {};
}

Result<void> put_counted(JsonWriter& json, const Look& look, const plan::Promise& promise,
                         const plan::Question& question, std::size_t items) {
  const auto counted = look.snapshot.why(promise, question, items);
  if (!counted) return fail(counted.error());
  json.key("counted").begin_array();
  for (const auto& one : *counted) {
    json.begin_object().member("how", one.how).member("from", one.from).text_or_null("field", one.field);
    if (const auto* const face = plan::find_table(one.from)) {
      json.member("name_zh", face->zh).member("name_en", face->en).member("is_register", false);
    } else if (const auto* const type = look.catalogue.find(one.from)) {
      put_zh_en(json, type->name);
      json.member("is_register", true);
    }
    json.text_or_null("where", one.where).member("looked_at", one.looked_at).member("matched", one.matched);
    json.key("items").begin_array();
    for (const auto& item : one.items) {
      json.begin_object();
      if (!item.id.empty()) json.member("id", item.id).member("title", item.title);
      if (!item.origin.site.empty()) {
        json.member("site", item.origin.site).member("property", item.origin.property);
        json.member("time", item.origin.time);
      }
      json.key("values").begin_object();
      for (const auto& [name, value] : item.values) json.member(name, value);
      json.end_object().end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  return {};
}

void put_tasks(JsonWriter& json, const Look& look, const std::string& promise) {
  json.begin_array();
  const auto& tasks = look.program.tasks();
  const auto [begin, end] = tasks.of.equal_range(promise);
  for (auto at = begin; at != end; ++at) {
    const auto& task = tasks.all[at->second];
    json.begin_object().member("id", task.id).member("title", task.title).text_or_null("owner", task.owner);
    json.key("due");
    if (task.due)
      json.put(to_string(*task.due));
    else
      json.null();
    json.member("planned_10k", task.planned_10k).member("spent_10k", task.spent_10k);
    json.member("done", task.done()).member("overdue", task.overdue(look.program.today()));
    json.key("milestones").begin_array();
    for (const auto& one : task.milestones) {
      json.begin_object().member("id", one.id).member("title", one.title).member("due", to_string(one.due));
      json.key("done_on");
      if (one.done_on)
        json.put(to_string(*one.done_on));
      else
        json.null();
      json.member("overdue", !one.done_on && one.due < look.program.today()).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void put_formulas(JsonWriter& json, const Look& look, const plan::Promise& promise, const plan::Question& question) {
  json.text_or_null("formula", promise.formula ? promise.formula->text() : "");
  json.text_or_null("formula_unit", promise.unit).text_or_null("source", promise.source.text);
  json.member("trust", promise.source.trust).key("measures").begin_array();
  for (const auto* const measure : look.snapshot.measures_of(promise)) {
    json.begin_object().member("id", measure->id);
    put_zh_en(json, measure->name);
    json.member("unit", measure->unit).member("formula", measure->formula->text());
    json.text_or_null("source", measure->source.text).member("trust", measure->source.trust);
    const auto answer = look.snapshot.ask(*measure, question);
    json.member("value", answer ? answer->value : std::nullopt).end_object();
  }
  json.end_array();
}

Result<Response> one_promise(PlanDesk& desk, const Request& request) {
  const auto asked = asked_of(request);
  if (!asked) return fail(asked.error());
  const auto items = request.whole("items", items_default, 0, items_max);
  if (!items) return fail(items.error());
  std::string out;
  const auto seen = desk.look(asked->as_known_at, [&](const Look& look) -> Result<void> {
    const auto question = question_of(look, *asked);
    if (!question) return fail(question.error());
    const auto promise = promise_of(look, request.path_value("id"));
    if (!promise) return fail(promise.error());
    const auto progress = look.program.progress(**promise, *question);
    JsonWriter json(out);
    json.begin_object().member("year", question->year).member("place", look.plan.places[question->place].id);
    json.member("edition", look.plan.editions[question->edition].id).key("promise");
    put_promise(json, look, progress);
    json.member("evidence", (*promise)->evidence).text_or_null("note", (*promise)->note);
    json.list("sources", {progress.sources.begin(), progress.sources.end()}).key("years");
    put_years(json, progress);
    json.key("paths").begin_array();
    for (int year = look.plan.base; year <= (*promise)->year; ++year) {
      if (const auto path = plan::path_value(look.plan, **promise, year))
        json.begin_object().member("year", year).member("value", *path).end_object();
    }
    json.end_array();
    for (const bool by_place : {true, false}) {
      json.key(by_place ? "places" : "editions").begin_array();
      plan::Question other = *question;
      const auto count = by_place ? look.plan.places.size() : look.plan.editions.size();
      for (std::size_t i = 0; i < count; ++i) {
        (by_place ? other.place : other.edition) = i;
        const auto there = look.program.progress(**promise, other);
        json.begin_object().member("id", by_place ? look.plan.places[i].id : look.plan.editions[i].id);
        put_zh_en(json, by_place ? look.plan.places[i].name : look.plan.editions[i].name);
        json.member("value", there.value).member("complete", there.complete);
        json.member("status", to_text(there.status)).key("years");
        put_years(json, there);
        json.end_object();
      }
      json.end_array();
    }
    if (auto good = put_months(json, look, **promise, *question); !good) return good;
    put_formulas(json, look, **promise, *question);
    if (auto good = put_counted(json, look, **promise, *question, static_cast<std::size_t>(*items)); !good)
      return good;
    json.key("tasks");
    put_tasks(json, look, (*promise)->id);
    json.end_object();
    return {};
  });
  if (!seen) return fail(seen.error());
  return json_response(std::move(out));
}

/// Chapter, section, promise, task, milestone.
Result<Response> tree(PlanDesk& desk, const Request& request) {
  const auto asked = asked_of(request);
  if (!asked) return fail(asked.error());
  std::string out;
  const auto seen = desk.look(asked->as_known_at, [&](const Look& look) -> Result<void> {
    JsonWriter json(out);
    const plan::Question question{.year = look.program.last_year()};
    json.begin_object().member("today", to_string(look.program.today())).key("items").begin_array();
    for (const auto& promise : look.plan.promises) {
      const auto progress = look.program.progress(promise, question);
      json.begin_object().member("id", promise.id).member("chapter", promise.chapter);
      json.member("section", promise.section);
      put_zh_en(json, promise.name);
      json.member("kind", to_text(promise.kind)).member("status", to_text(progress.status));
      json.member("year_due", promise.year).member("owner", promise.owner).key("tasks");
      put_tasks(json, look, promise.id);
      json.end_object();
    }
    json.end_array().end_object();
    return {};
  });
  if (!seen) return fail(seen.error());
  return json_response(std::move(out));
}

/// Values as the body has them, by the register's fields.
Result<PlanDesk::Suppose> supposed_of(const Look& look, JsonBody one) {
  PlanDesk::Suppose suppose{.register_id = one.text("register"), .id = one.text("id"), .values = {},
                            .state = one.text_or("state", "")};
  const auto values = one.text_or("values", "{}");
  if (one.failed()) return fail(*one.failed());
  const auto* const type = look.catalogue.find(suppose.register_id);
  if (type == nullptr)
    return fail(Errc::not_found, "there is no register '" + suppose.register_id.substr(0, 40) + "'", "register");
  if (!suppose.state.empty() && (!type->lifecycle || type->lifecycle->state(suppose.state) == nullptr))
    return fail(Errc::invalid_value, "'" + suppose.state.substr(0, 40) + "' is no state of " + type->id, "state");
  auto read = registry::values_of_json(*type, values);
  if (!read) return fail(read.error().error);
  suppose.values = std::move(*read);
  return suppose;
}

Result<Response> what_if(PlanDesk& desk, const Request& request) {
  JsonBody body(request.body);
  const auto id = body.text("promise");
  PlanAsked asked{body.text_or("place", ""), body.text_or("edition", ""), {}, {}};
  if (body.has("year")) asked.year = body.whole("year");
  const auto list = body.objects("suppose");
  if (list.empty() || list.size() > supposed_max) body.refuse("suppose", "expected 1 to 200 records with other values");
  if (body.failed()) return fail(*body.failed());
  std::string out;
  const auto seen = desk.look(std::nullopt, [&](const Look& look) -> Result<void> {
    const auto question = question_of(look, asked);
    if (!question) return fail(question.error());
    const auto* const promise = look.plan.promise(id);
    if (promise == nullptr)
      return fail(Errc::not_found, "the plan has no promise '" + id.substr(0, 40) + "'", "promise");
    std::vector<PlanDesk::Suppose> supposed;
    for (const auto& object : list) {
      boost::json::object flat = object;
      if (const auto* const values = flat.if_contains("values"); values != nullptr && values->is_object())
        flat["values"] = boost::json::serialize(*values);
      auto one = supposed_of(look, JsonBody(flat));
      if (!one) return fail(one.error());
      supposed.push_back(std::move(*one));
    }
    const auto after = desk.what_if(look, *promise, *question, supposed);
    if (!after) return fail(after.error());
    JsonWriter json(out);
    json.begin_object().key("before");
    put_promise(json, look, look.program.progress(*promise, *question));
    json.key("after");
    put_promise(json, look, *after);
    json.end_object();
    return {};
  });
  if (!seen) return fail(seen.error());
  return json_response(std::move(out));
}

Result<Response> runs(const Parts& parts) {
  const auto all = parts.ledger.list_prefix("plan-run", "", runs_max);
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : *all) {
    json.begin_object().member("night", one.id).member("known_at", one.known_at).key("run").raw(one.body).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_plan_routes(Router& router, const Parts& parts, const std::shared_ptr<PlanDesk>& desk) {
  const Parameter year{"year", "current when absent"};
  const Parameter place{"place", "a place of the plan; the city when absent"};
  const Parameter edition{"edition", "by which standards; those in force on the day when absent"};
  const Parameter known{"as_known_at", "as it was known then"};
  router.add({"GET", "/api/v1/plan", "The plan: its places, editions, years and the last run", {known},
              [desk](const Request& request) { return about(*desk, request); }});
  router.add({"GET", "/api/v1/plan/promises", "Every promise: value, path, outlook, status",
              {year, place, edition, known}, [desk](const Request& request) { return promises(*desk, request); }});
  router.add({"GET", "/api/v1/plan/promises/{id}",
              "One promise: years, places, editions, months, formula, what it counted",
              {year, place, edition, known, {"items", "so many rows of each count, 20 when absent"}},
              [desk](const Request& request) { return one_promise(*desk, request); }});
  router.add({"GET", "/api/v1/plan/tree", "Chapter, section, promise, task, milestone", {known},
              [desk](const Request& request) { return tree(*desk, request); }});
  router.add({"POST", "/api/v1/plan/what-if", "A promise if records were otherwise; nothing is stored", {},
              [desk](const Request& request) { return what_if(*desk, request); }});
  router.add({"GET", "/api/v1/plan/runs", "What each night's run found", {},
              [&parts](const Request&) { return runs(parts); }});
}

}  // namespace celadon::service
