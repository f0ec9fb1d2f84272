#include "service/report_desk.hpp"

#include "core/sha256.hpp"
#include "report/writers.hpp"
#include "service/plan_report.hpp"
#include "watch/effective.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>

namespace celadon::service {
namespace {

constexpr std::size_t matters_of_a_register = 1000;
constexpr std::size_t versions_max = 1000;
constexpr std::size_t events_looked_at = 20'000;

/// One after another: two who sign at once must not take the same number.
std::mutex& signing() {
  static std::mutex one;
  return one;
}

/// "HJ 633-2026" -> "hj633-2026": part of an id.
std::string slug(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (c == '-' && !out.empty() && out.back() != '-') out += '-';
  }
  return out;
}

std::string stem_of(const ReportAsk& ask, LegalDay to) {
  std::string stem = ask.template_id;
  if (ask.lang == "en") stem += "-en";
  for (const auto& part : {ask.edition, ask.other_edition, ask.subject}) {
    if (!part.empty()) stem += "-" + slug(part);
  }
  return stem + "-" + to_string(to) + "-";
}

/// Within the program's own page: the figure of that report.
std::string figure_link(const std::string& report, const std::string& ref) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out = "#/reports?id=" + report + "&figure=";
  for (const char c : ref) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    }
  }
  return out;
}

std::vector<report::MapShape> shapes_of(const intake::CityPack& city, const std::string& lang, std::string& source) {
  std::vector<report::MapShape> out;
  for (const auto& layer : city.layers) {
    if (layer.id != "boundaries" && layer.id != "rivers") continue;
    source += (source.empty() ? "" : "; ") + layer.source;
    for (const auto& feature : layer.features) {
      report::MapShape shape;
      shape.area = !feature.polygons.empty();
      for (const auto& [key, value] : feature.attributes) {
        if (key == (lang == "en" ? "name_en" : "name_zh") && layer.id == "boundaries") shape.name = value;
      }
      for (const auto& polygon : feature.polygons)
        shape.lines.insert(shape.lines.end(), polygon.begin(), polygon.end());
      shape.lines.insert(shape.lines.end(), feature.lines.begin(), feature.lines.end());
      out.push_back(std::move(shape));
    }
  }
  return out;
}

std::string digest_of(const MadeReport& made) {
  Sha256 sum;
  for (const auto& part : {made.form.hash, made.ask.remarks, made.ask.lang, made.ask.edition, made.ask.other_edition}) {
    sum.add(part);
    sum.add("\n");
  }
  for (const auto& figure : made.document.figures) {
    sum.add(figure.ref + "=" + report::printed(figure, made.ask.lang) + "\n");
    sum.add(to_iso_utc(figure.evidence.time));
  }
  return sum.finish();
}

std::vector<watch::ReportFigure> figures_of(const report::Document& document) {
  std::vector<watch::ReportFigure> out;
  for (const auto& figure : document.figures) {
    watch::ReportFigure one{figure.ref,          figure.name.zh,       figure.name.en, figure.unit,
                            figure.evidence.key, figure.evidence.time, figure.value};
    one.decimals = figure.decimals;
    one.printed = report::printed(figure, document.making.lang);
    one.of_series = figure.evidence.kind == report::Evidence::Kind::series && !figure.word && !std::isnan(figure.value);
    one.how_zh = figure.evidence.how.zh;
    one.how_en = figure.evidence.how.en;
    one.edition = figure.evidence.edition;
    one.link = figure.evidence.link;
    one.colour = figure.colour;
    one.text_colour = figure.text_colour;
    out.push_back(std::move(one));
  }
  return out;
}

/// An erratum entered since a report was made, as far as it speaks of figures.
struct ErratumLook {
  std::string id, why, at;
  boost::json::object body;

  [[nodiscard]] bool names(const std::string& report, const std::string& ref) const {
    const auto* reports = body.if_contains("reports");
    if (reports == nullptr || !reports->is_array()) return false;
    for (const auto& one : reports->get_array()) {
      if (one.at("id").as_string() != report) continue;
      for (const auto& figure : one.at("figures").as_array()) {
        if (figure.at("ref").as_string() == ref) return true;
      }
    }
    return false;
  }
  /// A value of the figure's site within the report's days changed.
  [[nodiscard]] bool touches(const std::string& site, Instant from, Instant to) const {
    const auto* values = body.if_contains("values");
    if (values == nullptr || !values->is_array()) return false;
    return std::ranges::any_of(values->get_array(), [&](const boost::json::value& value) {
      const auto* of = value.as_object().if_contains("site");
      const auto* time = value.as_object().if_contains("time");
      if (of == nullptr || time == nullptr || !time->is_string() || of->as_string() != site) return false;
      const auto when = parse_instant(std::string(time->get_string()));
      return when && *when > from && *when <= to;
    });
  }
};

/// Why a value changed, in words: a person's reason where a person decided.
std::string reason_of(const boost::json::object& body, const std::string& why, const std::string& lang) {
  const auto* cause = body.if_contains("cause");
  if (cause == nullptr || !cause->is_object()) return why;
  const auto text = [&](const char* name) {
    const auto* value = cause->get_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const std::string words = text(lang == "en" ? "en" : "zh");
  if (text("kind") != "review") return words;
  return words + (lang == "en" ? ": " : "：") + why;
}

Result<std::vector<ErratumLook>> errata_since(const ledger::Ledger& ledger, Instant known_at, const std::string& lang) {
  std::vector<ErratumLook> out;
  const auto revisions = ledger.list_prefix("erratum", "", 500);  // the newest first
  if (!revisions) return fail(revisions.error());
  for (const auto& revision : *revisions) {
    if (revision.valid_from < known_at) continue;
    boost::system::error_code error;
    auto value = boost::json::parse(revision.body, error);
    if (error || !value.is_object()) continue;
    auto& body = value.get_object();
    std::string why = reason_of(body, revision.why, lang);
    out.push_back({std::to_string(std::stoll(revision.id)), std::move(why),
                   to_string(legal_day_of(revision.valid_from)), std::move(body)});
  }
  return out;
}

Result<LegalDay> day_of_event(const ledger::Ledger& ledger, const std::string& subject) {
  const auto events = ledger.events(events_looked_at);
  if (!events) return fail(events.error());
  const auto found =
      std::ranges::find_if(*events, [&](const ledger::Event& event) { return std::to_string(event.id) == subject; });
  if (found == events->end())
    return fail(Errc::not_found, "there is no event '" + subject.substr(0, 40) + "'", "subject");
  return legal_day_of_hour_ending(found->phenomenon_end);
}

}  // namespace

std::string media_type_of_form(const std::string& form) {
  if (form == "docx") return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  if (form == "xlsx") return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  if (form == "pdf") return "application/pdf";
  return "text/html; charset=utf-8";
}

report::Sources ReportDesk::sources(const people::Caller& caller) const {
  report::Sources out{parts_.archive,
                      parts_.ledger,
                      parts_.library,
                      {parts_.city.name_zh, parts_.city.name_en},
                      parts_.city.id,
                      {},
                      {},
                      {}};
  out.effective = [this](const archive::GridQuery& query, std::span<double> value) {
    return watch::read_effective(parts_.archive, parts_.ledger, query, value);
  };
  out.matters = [this, &caller](LegalDay from, LegalDay to) -> Result<std::vector<report::MatterLine>> {
    std::vector<report::MatterLine> lines;
    for (const auto& system : parts_.registers.catalogue().systems()) {
      for (const auto& type : system.registers) {
        if (!type.lifecycle || !parts_.registers.may(caller, type, registry::RecordDesk::Act::read)) continue;
        ledger::RecordQuery query;
        query.kind = type.id;
        query.sort = "opened";
        query.falling = true;
        query.limit = matters_of_a_register;
        const auto page = parts_.registers.find(caller, std::move(query));
        if (!page && page.error().code == Errc::refused) continue;  // only its open fields are the caller's to see
        if (!page) return fail(page.error());
        for (const auto& matter : page->items) {
          const auto* state = type.lifecycle->state(matter.state);
          const bool final = state != nullptr && state->final;
          if (matter.opened >= end_of(to) || (final && matter.since_state < first_moment_of(from))) continue;
          report::MatterLine line{
              type.id, matter.id, {type.name.zh, type.name.en}, {matter.title, matter.title}, {}, matter.opened,
              {},      {}};
          line.state = state == nullptr ? report::Words{matter.state, matter.state}
                                        : report::Words{state->name.zh, state->name.en};
          if (final) line.closed = matter.since_state;
          for (const auto& due : matter.dues) {
            line.due = line.due ? std::min(*line.due, due.ends) : due.ends;
            line.overdue = line.overdue || due.ends < to;
          }
          lines.push_back(std::move(line));
        }
      }
    }
    return lines;
  };
  out.plan = [this](const report::Ask& ask, report::Record& record) {
    return collect_plan(*parts_.plan, parts_.city, ask, record);
  };
  return out;
}

Result<std::vector<report::Change>> ReportDesk::changes_of(const MadeReport& made) const {
  std::vector<report::Change> out;
  const auto errata = errata_since(parts_.ledger, made.before->known_at, made.ask.lang);
  if (!errata) return fail(errata.error());
  const std::string& lang = made.ask.lang;
  for (const auto& figure : made.document.figures) {
    const auto old = std::ranges::find(made.before->figures, figure.ref, &watch::ReportFigure::ref);
    if (old == made.before->figures.end()) continue;
    const std::string now = report::printed(figure, lang);
    // A report that was issued as data has numbers alone.
    const std::string before = !old->printed.empty() ? old->printed
                               : figure.word         ? now
                                                     : report::printed(old->value, figure.decimals);
    if (before == now) continue;
    report::Change change{figure.ref, figure.name.in(lang), before, now, {}, {}, {}};
    auto found = std::ranges::find_if(*errata, [&](const auto& one) { return one.names(made.before->id, figure.ref); });
    if (found == errata->end()) {
      found = std::ranges::find_if(*errata, [&](const auto& one) {
        return one.touches(figure.evidence.key.site, first_moment_of(made.from), end_of(made.to));
      });
    }
    if (found != errata->end()) {
      change.erratum = found->id;
      change.why = found->why;
      change.at = found->at;
    }
    out.push_back(std::move(change));
  }
  // A figure worked out of others has the erratum of the ones that led to it, where only one did.
  for (auto& change : out) {
    if (!change.erratum.empty()) continue;
    const auto other = std::ranges::find_if(out, [](const auto& one) { return !one.erratum.empty(); });
    const bool alone = std::ranges::all_of(out, [&](const auto& one) {
      return one.erratum.empty() || other == out.end() || one.erratum == other->erratum;
    });
    if (other == out.end() || !alone) continue;
    change.erratum = other->erratum;
    change.why = other->why;
    change.at = other->at;
  }
  return out;
}

Result<MadeReport> ReportDesk::make(const people::Caller& caller, const ReportAsk& ask) const {
  if (ask.lang != "zh" && ask.lang != "en") return fail(Errc::malformed, "expected zh or en", "lang");
  auto form = report::read_template(parts_.report_packs, ask.template_id);
  if (!form) return fail(form.error());
  // What has come is worked through first: a report never prints what is known to be old.
  if (auto caught_up = parts_.derivation.catch_up(); !caught_up) return fail(caught_up.error());
  MadeReport made;
  made.ask = ask;
  made.form = std::move(*form);
  if (!made.form.subject) made.ask.subject.clear();
  if (made.form.subject) {
    // A special report is of the day of its event, whichever day was asked for.
    const auto day = day_of_event(parts_.ledger, made.ask.subject);
    if (!day) return fail(day.error());
    made.ask.day = *day;
  }
  std::tie(made.from, made.to) = report::period_of(made.form, made.ask.day);
  made.known_at = parts_.archive.last_result_time();
  auto values = report::collect(sources(caller), {made.form.values, made.from, made.to, ask.edition, ask.other_edition,
                                                  made.ask.subject, made.known_at});
  if (!values) return fail(values.error());
  made.values = std::move(*values);
  const std::string stem = stem_of(made.ask, made.to);
  const auto versions = parts_.ledger.list_prefix("report", stem, versions_max);
  if (!versions) return fail(versions.error());
  report::Making making;
  making.version = static_cast<int>(versions->size()) + 1;
  made.id = stem + std::to_string(making.version);
  if (!versions->empty()) {
    auto before = watch::issued_report(parts_.ledger, stem + std::to_string(versions->size()));
    if (!before) return fail(before.error());
    made.before = std::move(*before);
  }
  making.lang = ask.lang;
  making.city = ask.lang == "en" ? parts_.city.name_en : parts_.city.name_zh;
  making.remarks = ask.remarks;
  making.known_at = to_beijing_minute(made.known_at);
  making.report_id = made.id;
  making.address = parts_.public_address();
  making.made_at = parts_.clock();
  making.shapes = shapes_of(parts_.city, ask.lang, making.shapes_source);
  auto document = report::make_document(made.form, made.values, making);
  if (!document) return fail(document.error());
  made.document = std::move(*document);
  if (made.before) {
    auto changes = changes_of(made);
    if (!changes) return fail(changes.error());
    making.changes = std::move(*changes);
    document = report::make_document(made.form, made.values, std::move(making));
    if (!document) return fail(document.error());
    made.document = std::move(*document);
  }
  made.digest = digest_of(made);
  // In a file a figure leads to the report's own page, which opens its evidence as it was known then.
  for (auto& figure : made.document.figures) {
    if (figure.evidence.kind != report::Evidence::Kind::records)
      figure.evidence.link = figure_link(made.id, figure.ref);
  }
  return made;
}

Result<std::string> ReportDesk::file(const report::Document& document, const std::string& form) const {
  if (form == "docx") return report::write_docx(document);
  if (form == "pdf") return report::write_pdf(document);
  if (form == "xlsx") return report::write_xlsx(document, parts_.data);
  if (form == "html") return report::write_html(document);
  return fail(Errc::not_found, "a report has the files file.docx, file.pdf, file.xlsx and file.html", "file");
}

Result<watch::IssuedReport> ReportDesk::sign(const people::Caller& caller, const ReportAsk& ask,
                                             const std::string& digest, const std::string& who,
                                             const std::string& why) const {
  const std::lock_guard lock(signing());
  auto made = make(caller, ask);
  if (!made) return fail(made.error());
  if (!digest.empty() && digest != made->digest)
    return fail(Errc::conflict, "the figures changed since the draft was looked at: look at it again", "digest");
  auto& making = made->document.making;
  making.draft = false;
  making.who = who;
  making.signed_at = to_beijing_minute(making.made_at);
  watch::IssuedReport report;
  report.id = made->id;
  report.kind = ask.template_id;
  const std::string period =
      made->from == made->to ? to_string(made->to) : to_string(made->from) + "/" + to_string(made->to);
  report.title_zh = made->form.name.zh + " " + period;
  report.title_en = made->form.name.en + ", " + period;
  report.day = made->to;
  report.issued_at = making.made_at;
  report.known_at = made->known_at;
  report.who = who;
  report.why = why;
  report.figures = figures_of(made->document);
  report.making = {ask.template_id,
                   made->form.hash,
                   made->from,
                   ask.lang,
                   ask.edition,
                   ask.other_edition,
                   made->ask.subject,
                   ask.remarks,
                   making.version,
                   made->before ? made->before->id : "",
                   {}};
  std::string detail;
  JsonWriter json(detail);
  json.begin_object();
  for (const auto* form : report_forms) {
    const auto bytes = file(made->document, form);
    if (!bytes) return fail(bytes.error());
    const auto kept = parts_.attachments.put(*bytes, report.id + "." + form, {}, {}, who);
    if (!kept) return fail(kept.error());
    report.making.files.push_back({form, kept->hash, static_cast<std::int64_t>(bytes->size())});
    json.member(form, kept->hash);
  }
  json.end_object();
  if (auto entered = watch::enter_report(parts_.ledger, report); !entered) return fail(entered.error());
  const auto noted = parts_.audit.add({0, parts_.clock(), who, "report-sign", report.id, "done", detail, {}});
  if (!noted) return fail(noted.error());
  return report;
}

}  // namespace celadon::service
