#include "watch/issued_reports.hpp"

#include "core/json_writer.hpp"
#include "watch/air_derivation.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::watch {
namespace {

constexpr const char* kind_of_revision = "report";

void put_making(JsonWriter& json, const ReportMaking& making) {
  json.key("making")
      .begin_object()
      .member("template", making.template_id)
      .member("template_hash", making.template_hash);
  json.member("from", to_string(making.from)).member("lang", making.lang).member("edition", making.edition);
  json.member("other_edition", making.other_edition).member("subject", making.subject);
  json.member("remarks", making.remarks).member("version", making.version).member("replaces", making.replaces);
  json.key("files").begin_array();
  for (const auto& file : making.files) {
    json.begin_object().member("form", file.form).member("hash", file.hash).member("bytes", file.bytes).end_object();
  }
  json.end_array().end_object();
}

std::string report_body(const IssuedReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("kind", report.kind).member("title_zh", report.title_zh);
  json.member("title_en", report.title_en).member("day", to_string(report.day)).member("issued_at", report.issued_at);
  json.member("known_at", report.known_at).key("figures").begin_array();
  for (const auto& figure : report.figures) {
    json.begin_object().member("ref", figure.ref).member("zh", figure.zh).member("en", figure.en);
    json.member("unit", figure.unit).member("site", figure.key.site).member("property", figure.key.property);
    json.member("averaging", to_iso(figure.key.averaging)).member("statistic", to_text(figure.key.statistic));
    json.member("stage", to_text(figure.key.stage)).member("time", figure.time).member("value", figure.value);
    if (figure.decimals >= 0) json.member("decimals", figure.decimals);
    if (!figure.printed.empty()) {
      json.member("printed", figure.printed).member("of_series", figure.of_series).member("how_zh", figure.how_zh);
      json.member("how_en", figure.how_en).member("edition", figure.edition).member("link", figure.link);
      json.member("colour", figure.colour).member("text_colour", figure.text_colour);
    }
    json.end_object();
  }
  json.end_array();
  if (!report.making.template_id.empty()) put_making(json, report.making);
  json.end_object();
  return out;
}

/// A member of a figure; nothing where it is not as we write it.
template <class T>
std::optional<T> member(const boost::json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  const auto read = boost::json::try_value_to<T>(*value);
  return read ? std::optional<T>(*read) : std::nullopt;
}

std::optional<ReportFigure> figure_of(const boost::json::object& object) {
  const auto text = [&](const char* name) { return member<std::string>(object, name).value_or(""); };
  ReportFigure figure{text("ref"), text("zh"), text("en"), text("unit"), {text("site"), text("property"), {}}, {}, 0};
  const auto averaging = parse_averaging(text("averaging"));
  const auto statistic = parse_statistic(text("statistic"));
  const auto stage = parse_stage(text("stage"));
  const auto time = parse_instant(text("time"));
  if (figure.ref.empty() || !averaging || !statistic || !stage || !time) return std::nullopt;
  figure.key.averaging = *averaging;
  figure.key.statistic = *statistic;
  figure.key.stage = *stage;
  figure.time = *time;
  figure.value = member<double>(object, "value").value_or(std::nan(""));
  figure.decimals = member<int>(object, "decimals").value_or(-1);
  figure.printed = text("printed");
  figure.of_series = member<bool>(object, "of_series").value_or(true);
  figure.how_zh = text("how_zh");
  figure.how_en = text("how_en");
  figure.edition = text("edition");
  figure.link = text("link");
  figure.colour = text("colour");
  figure.text_colour = text("text_colour");
  return figure;
}

std::optional<ReportMaking> making_of(const boost::json::object& object) {
  const auto text = [&](const char* name) { return member<std::string>(object, name).value_or(""); };
  ReportMaking making;
  making.template_id = text("template");
  making.template_hash = text("template_hash");
  making.lang = text("lang");
  making.edition = text("edition");
  making.other_edition = text("other_edition");
  making.subject = text("subject");
  making.remarks = text("remarks");
  making.version = member<int>(object, "version").value_or(0);
  making.replaces = text("replaces");
  const auto from = parse_legal_day(text("from"));
  const auto files = member<boost::json::array>(object, "files");
  if (making.template_id.empty() || making.version < 1 || !from || !files) return std::nullopt;
  making.from = *from;
  for (const auto& one : *files) {
    if (!one.is_object()) return std::nullopt;
    const auto& file = one.get_object();
    making.files.push_back({member<std::string>(file, "form").value_or(""),
                            member<std::string>(file, "hash").value_or(""),
                            member<std::int64_t>(file, "bytes").value_or(0)});
  }
  return making;
}

Result<IssuedReport> report_of(const ledger::Revision& revision) {
  RevisionBody body(revision);
  IssuedReport report;
  report.id = revision.id;
  report.kind = body.get<std::string>("kind");
  report.title_zh = body.get<std::string>("title_zh");
  report.title_en = body.get<std::string>("title_en");
  report.who = revision.who;
  report.why = revision.why;
  const auto day = parse_legal_day(body.get<std::string>("day"));
  const auto issued_at = parse_instant(body.get<std::string>("issued_at"));
  const auto known_at = parse_instant(body.get<std::string>("known_at"));
  const auto figures = body.get<boost::json::array>("figures");
  if (auto good = body.check(); !good) return fail(good.error());
  if (!day || !issued_at || !known_at) return body.damaged("day");
  report.day = *day;
  report.issued_at = *issued_at;
  report.known_at = *known_at;
  for (const auto& one : figures) {
    auto figure = one.is_object() ? figure_of(one.get_object()) : std::nullopt;
    if (!figure) return body.damaged("figures");
    report.figures.push_back(std::move(*figure));
  }
  if (const auto made = body.object_or_none("making")) {
    auto making = making_of(*made);
    if (!making) return body.damaged("making");
    report.making = std::move(*making);
  }
  return report;
}

/// Where a figure belongs in the report: cities first, then stations; of each the AQI first.
struct Candidate {
  const ledger::Site* site = nullptr;
  SeriesKey key;
};

std::vector<Candidate> candidates(const std::vector<ledger::Site>& sites, const standards::AirAssessmentRules& rules) {
  std::vector<Candidate> all;
  for (const std::string kind : {"city", "air-station"}) {
    for (const auto& site : sites) {
      if (site.kind != kind) continue;
      all.push_back({&site, {site.id, "AQI", daily, Statistic::mean, Stage::derived}});
      for (const auto& item : rules.items)
        all.push_back({&site, {site.id, item.property, daily, Statistic::mean, Stage::derived}});
    }
  }
  return all;
}

}  // namespace

Result<IssuedReport> issue_report(const archive::Archive& archive, ledger::Ledger& ledger,
                                  const standards::Library& library, const std::string& kind, LegalDay day,
                                  const std::string& who, const std::string& why, Instant at) {
  if (kind != "air-daily") return fail(Errc::unknown_code, "expected air-daily, the only kind there is so far", "kind");
  const auto rules = library.air_assessment(day, "");
  if (!rules) return fail(rules.error());
  const auto sites = ledger.sites();
  if (!sites) return fail(sites.error());
  IssuedReport report;
  report.kind = kind;
  report.day = day;
  report.issued_at = at;
  report.known_at = archive.last_result_time();
  report.who = who;
  report.why = why;
  report.title_zh = "环境空气质量日报 " + to_string(day);
  report.title_en = "Daily air quality report, " + to_string(day);
  const Instant end = end_of(day);
  for (const auto& [site, key] : candidates(*sites, **rules)) {
    const auto series = ledger.find_series(key);
    if (!series) continue;
    double value = std::nan("");
    const SeriesId one[] = {*series};
    auto read = archive.read_grid({one, end, us_per_day, 1, report.known_at}, {&value, 1});
    if (!read) return fail(read.error());
    const auto* property = library.properties.find(key.property);
    ReportFigure figure{key.site + "/" + key.property, {}, {}, property ? property->unit_label : "", key, end, value};
    figure.zh = site->name_zh + " " + (property ? property->name_zh : key.property);
    figure.en = site->name_en + ", " + (property ? property->name_en : key.property);
    report.figures.push_back(std::move(figure));
  }
  const bool any = std::ranges::any_of(report.figures, [](const auto& figure) { return !std::isnan(figure.value); });
  if (!any) return fail(Errc::not_found, to_string(day) + " has no daily value of air yet", "day");
  const std::string stem = kind + "-" + to_string(day) + "-";
  const auto before = ledger.list_prefix(kind_of_revision, stem, 1000);
  if (!before) return fail(before.error());
  report.id = stem + std::to_string(before->size() + 1);
  const auto put = ledger.put({kind_of_revision, report.id, report_body(report), at, who, why, 0});
  if (!put) return fail(put.error());
  return report;
}

Result<void> enter_report(ledger::Ledger& ledger, const IssuedReport& report) {
  ledger::Put put{kind_of_revision, report.id, report_body(report), report.issued_at, report.who, report.why, 0};
  if (const auto entered = ledger.put(put); !entered) return fail(entered.error());
  return {};
}

Result<std::vector<IssuedReport>> issued_reports(const ledger::Ledger& ledger) {
  const auto revisions = ledger.list(kind_of_revision);
  if (!revisions) return fail(revisions.error());
  std::vector<IssuedReport> all;
  for (const auto& revision : *revisions) {
    auto report = report_of(revision);
    if (!report) return fail(report.error());
    all.push_back(std::move(*report));
  }
  std::ranges::sort(all, std::greater{}, [](const auto& report) { return std::pair(report.issued_at, report.id); });
  return all;
}

Result<IssuedReport> issued_report(const ledger::Ledger& ledger, const std::string& id) {
  const auto revision = ledger.get(kind_of_revision, id);
  if (!revision) {
    if (revision.error().code != Errc::not_found) return fail(revision.error());
    return fail(Errc::not_found, "there is no report '" + id.substr(0, 60) + "'", "id");
  }
  return report_of(*revision);
}

}  // namespace celadon::watch
