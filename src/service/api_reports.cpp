#include "report/writers.hpp"
#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"
#include "service/report_desk.hpp"

#include <algorithm>
#include <cmath>

// Reports from templates: what there is, drafts, and the files of what was signed (docs/reports.md).

namespace celadon::service {
namespace {

constexpr const char* kind_of_draft = "report-draft";
constexpr std::size_t drafts_max = 200;
constexpr std::size_t remarks_bytes_max = 20'000;

Result<Response> templates(const Parts& parts) {
  const auto all = report::read_templates(parts.report_packs);
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& form : *all) {
    const auto period = form.period == report::Period::day    ? "day"
                        : form.period == report::Period::week ? "week"
                        : form.period == report::Period::year ? "year"
                                                              : "month";
    json.begin_object().member("id", form.id).member("name_zh", form.name.zh).member("name_en", form.name.en);
    json.member("kind", form.kind).member("period", period).member("subject", form.subject).list("values", form.values);
    json.member("clause", form.clause).member("source", form.source).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

ReportAsk ask_of(JsonBody& body) {
  ReportAsk ask;
  ask.template_id = body.text("template");
  const std::string day_text = body.text("day");
  if (const auto day = parse_legal_day(day_text)) {
    ask.day = *day;
  } else if (!body.failed()) {
    body.refuse("day", day.error().detail);
  }
  ask.lang = body.text_or("lang", "zh");
  ask.edition = body.text_or("edition", "");
  ask.other_edition = body.text_or("other_edition", "");
  ask.subject = body.text_or("subject", "");
  ask.remarks = body.text_or("remarks", "");
  if (ask.remarks.size() > remarks_bytes_max) body.refuse("remarks", "20,000 bytes at most", Errc::too_large);
  return ask;
}

std::string to_body(const ReportAsk& ask, const std::string& state) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("state", state).member("template", ask.template_id).member("day", to_string(ask.day));
  json.member("lang", ask.lang).member("edition", ask.edition).member("other_edition", ask.other_edition);
  json.member("subject", ask.subject).member("remarks", ask.remarks).end_object();
  return out;
}

Result<std::pair<ReportAsk, std::string>> draft_of(const ledger::Revision& revision) {
  JsonBody body(revision.body);
  const std::string state = body.text("state");
  ReportAsk ask = ask_of(body);
  if (body.failed())
    return fail(Errc::file_damaged, "ledger: report-draft " + revision.id + ": " + body.failed()->detail);
  return std::pair{std::move(ask), state};
}

Result<std::pair<ReportAsk, std::string>> find_draft(const Parts& parts, const std::string& id) {
  const auto revision = parts.ledger.get(kind_of_draft, id);
  if (!revision) {
    if (revision.error().code != Errc::not_found) return fail(revision.error());
    return fail(Errc::not_found, "there is no draft '" + id.substr(0, 80) + "'", "id");
  }
  return draft_of(*revision);
}

void put_figure(JsonWriter& json, const Parts& parts, const report::Document& document, std::size_t index) {
  const auto& figure = document.figures[index];
  const auto series = parts.ledger.find_series(figure.evidence.key);
  static constexpr const char* kinds[] = {"series", "judgement", "records"};
  json.begin_object().member("ref", figure.ref).member("number", document.number_of(static_cast<int>(index)));
  json.member("zh", figure.name.zh).member("en", figure.name.en).member("unit", figure.unit);
  json.member("value", figure.value).member("printed", report::printed(figure, document.making.lang));
  json.member("kind", kinds[static_cast<std::size_t>(figure.evidence.kind)]).key("series");
  series ? json.put(number(*series)) : json.null();
  json.member("site", figure.evidence.key.site).member("property", figure.evidence.key.property);
  json.member("time", figure.evidence.time)
      .member("how_zh", figure.evidence.how.zh)
      .member("how_en", figure.evidence.how.en);
  json.member("edition", figure.evidence.edition).member("result_time", figure.evidence.result_time);
  json.member("link", figure.evidence.link).end_object();
}

Result<Response> made_response(const Parts& parts, const MadeReport& made, const std::string& draft, int status) {
  const auto html = report::html_body(made.document);
  if (!html) return fail(html.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().text_or_null("draft", draft).member("id", made.id).member("template", made.ask.template_id);
  json.member("state", "draft")
      .member("title", made.document.title)
      .member("from", to_string(made.from))
      .member("to", to_string(made.to));
  json.member("day", to_string(made.ask.day)).member("lang", made.ask.lang).member("edition", made.ask.edition);
  json.member("other_edition", made.ask.other_edition)
      .member("subject", made.ask.subject)
      .member("remarks", made.ask.remarks);
  json.member("known_at", made.known_at).member("version", made.document.making.version);
  json.text_or_null("replaces", made.before ? made.before->id : "").member("digest", made.digest).member("html", *html);
  json.key("changes").begin_array();
  for (const auto& change : made.document.making.changes) {
    json.begin_object().member("ref", change.ref).member("name", change.name).member("old", change.old_text);
    json.member("new", change.new_text)
        .text_or_null("erratum", change.erratum)
        .member("why", change.why)
        .member("at", change.at);
    json.end_object();
  }
  json.end_array().key("figures").begin_array();
  for (std::size_t i = 0; i < made.document.figures.size(); ++i) put_figure(json, parts, made.document, i);
  json.end_array().end_object();
  return json_response(std::move(out), status);
}

Result<Response> preview_report(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const ReportAsk ask = ask_of(body);
  if (body.failed()) return fail(*body.failed());
  const auto made = ReportDesk(parts).make(request.caller, ask);
  if (!made) return fail(made.error());
  return made_response(parts, *made, "", 200);
}

Result<Response> save_draft(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const ReportAsk ask = ask_of(body);
  const std::string who = who_of(request, body);
  if (body.failed()) return fail(*body.failed());
  const auto made = ReportDesk(parts).make(request.caller, ask);
  if (!made) return fail(made.error());
  const auto stored =
      parts.ledger.put({kind_of_draft, made->id, to_body(made->ask, "draft"), parts.clock(), who, "draft", {}});
  if (!stored) return fail(stored.error());
  return made_response(parts, *made, made->id, 201);
}

Result<Response> list_drafts(const Parts& parts) {
  const auto revisions = parts.ledger.list_prefix(kind_of_draft, "", drafts_max);
  if (!revisions) return fail(revisions.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& revision : *revisions) {
    const auto draft = draft_of(revision);
    if (!draft) return fail(draft.error());
    if (draft->second != "draft") continue;
    json.begin_object().member("id", revision.id).member("template", draft->first.template_id);
    json.member("day", to_string(draft->first.day)).member("lang", draft->first.lang).member("who", revision.who);
    json.member("at", revision.known_at).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<MadeReport> made_of_draft(const Parts& parts, const Request& request) {
  const auto draft = find_draft(parts, request.path_value("id"));
  if (!draft) return fail(draft.error());
  if (draft->second != "draft") return fail(Errc::conflict, "this draft was signed: open the report", "id");
  return ReportDesk(parts).make(request.caller, draft->first);
}

Result<Response> one_draft(const Parts& parts, const Request& request) {
  const auto made = made_of_draft(parts, request);
  if (!made) return fail(made.error());
  return made_response(parts, *made, request.path_value("id"), 200);
}

Response file_response(const std::string& id, const std::string& form, std::string bytes) {
  Response response;
  response.content_type = media_type_of_form(form);
  response.body = std::move(bytes);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + id + "." + form + "\"");
  return response;
}

/// "file.docx" -> "docx"; empty for a name that is none.
std::string form_of(const std::string& name) {
  if (!name.starts_with("file.")) return {};
  const std::string form = name.substr(5);
  const bool known = std::ranges::any_of(report_forms, [&](const char* one) { return form == one; });
  return known ? form : std::string();
}

Unexpected<Error> no_such_file() {
  return fail(Errc::not_found, "a report has the files file.docx, file.pdf, file.xlsx and file.html", "file");
}

Result<Response> draft_file(const Parts& parts, const Request& request) {
  const std::string form = form_of(request.path_value("file"));
  if (form.empty()) return no_such_file();
  const auto made = made_of_draft(parts, request);
  if (!made) return fail(made.error());
  auto bytes = ReportDesk(parts).file(made->document, form);
  if (!bytes) return fail(bytes.error());
  return file_response(made->id + "-draft", form, std::move(*bytes));
}

Result<Response> report_file(const Parts& parts, const Request& request) {
  const std::string form = form_of(request.path_value("file"));
  if (form.empty()) return no_such_file();
  const auto report = watch::issued_report(parts.ledger, request.path_value("id"));
  if (!report) return fail(report.error());
  const auto file = std::ranges::find(report->making.files, form, &watch::ReportFile::form);
  if (file == report->making.files.end()) return fail(Errc::not_found, "this report was issued without files", "file");
  auto bytes = parts.attachments.content(file->hash);
  if (!bytes) return fail(bytes.error());
  return file_response(report->id, form, std::move(*bytes));
}

}  // namespace

Result<watch::IssuedReport> sign_report(const Parts& parts, const Request& request, JsonBody& body) {
  ReportAsk ask;
  std::string draft_id;
  if (body.has("draft")) {
    draft_id = body.text("draft");
    const auto draft = find_draft(parts, draft_id);
    if (!draft) return fail(draft.error());
    if (draft->second != "draft") return fail(Errc::conflict, "this draft was signed already", "draft");
    ask = draft->first;
  } else {
    ask = ask_of(body);
  }
  const std::string digest = body.text_or("digest", "");
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  const auto report = ReportDesk(parts).sign(request.caller, ask, digest, who, why);
  if (!report) return fail(report.error());
  // A draft of the same report is done with, whether it was named or not.
  if (parts.ledger.get(kind_of_draft, report->id)) draft_id = report->id;
  if (!draft_id.empty()) {
    const auto closed =
        parts.ledger.put({kind_of_draft, draft_id, to_body(ask, "signed"), parts.clock(), who, why, {}});
    if (!closed) return fail(closed.error());
  }
  return report;
}

void add_report_routes(Router& router, const Parts& parts) {
  router.add({"GET", "/api/v1/report-templates", "Templates of reports", {}, [&parts](const Request&) {
                return templates(parts);
              }});
  router.add(
      {"POST",
       "/api/v1/report-preview",
       "A report as it would be now; nothing is stored: template, day, lang, edition, other_edition, subject, remarks",
       {},
       [&parts](const Request& r) { return preview_report(parts, r); }});
  router.add({"GET", "/api/v1/report-drafts", "Drafts that nobody has signed", {}, [&parts](const Request&) {
                return list_drafts(parts);
              }});
  router.add({"POST", "/api/v1/report-drafts", "Keep a draft", {}, [&parts](const Request& r) {
                return save_draft(parts, r);
              }});
  router.add(
      {"GET", "/api/v1/report-drafts/{id}", "A draft, made of what is known now", {}, [&parts](const Request& r) {
         return one_draft(parts, r);
       }});
  router.add(
      {"GET", "/api/v1/report-drafts/{id}/{file}", "A file of a draft, marked as one", {}, [&parts](const Request& r) {
         return draft_file(parts, r);
       }});
  router.add({"GET",
              "/api/v1/reports/{id}/{file}",
              "A file of a report as it was signed: file.docx, file.pdf, file.xlsx, file.html",
              {},
              [&parts](const Request& r) { return report_file(parts, r); }});
}

}  // namespace celadon::service
