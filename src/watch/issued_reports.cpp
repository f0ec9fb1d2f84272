#include "watch/issued_reports.hpp"

#include "core/json_writer.hpp"
#include "watch/air_derivation.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::watch {
namespace {

constexpr const char* kind_of_revision = "report";

std::string to_body(const IssuedReport& report) {
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
    json.end_object();
  }
  json.end_array().end_object();
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
  return figure;
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
  const auto put = ledger.put({kind_of_revision, report.id, to_body(report), at, who, why, 0});
  if (!put) return fail(put.error());
  return report;
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
