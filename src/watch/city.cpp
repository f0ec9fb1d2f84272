#include "watch/city.hpp"

#include "core/json_writer.hpp"

#include <cmath>
#include <set>

namespace celadon::watch {
namespace {

constexpr const char* pack_author = "celadon";

ledger::Site site_of(const intake::PackSite& site) {
  ledger::Site s;
  s.id = site.id;
  s.kind = site.kind;
  s.name_zh = site.name_zh;
  s.name_en = site.name_en;
  s.position = site.position;
  s.position_note_zh = site.position_note_zh;
  s.position_note_en = site.position_note_en;
  s.county = site.county;
  s.code = site.code;
  s.water_body = site.water_body;
  s.valid_from = site.valid_from;
  s.attributes.clear();
  JsonWriter json(s.attributes);
  json.begin_object();
  if (!site.river.empty()) json.member("river", site.river);
  if (site.kind == "air-station") json.member("background", site.background);
  json.end_object();
  return s;
}

std::string body_of(const intake::PlanTarget& t) {
  std::string body;
  JsonWriter json(body);
  json.begin_object()
      .member("id", t.id)
      .member("chapter", t.chapter)
      .member("section", t.section)
      .member("name_zh", t.name_zh);
  json.member("name_en", t.name_en)
      .member("unit", t.unit)
      .member("baseline_2025", t.baseline_2025)
      .member("target", t.target);
  json.member("target_year", t.target_year)
      .member("kind", t.kind)
      .member("sense", t.sense)
      .member("evidence", t.evidence);
  json.member("note", t.note).end_object();
  return body;
}

}  // namespace

Result<void> load_city(ledger::Ledger& ledger, const intake::CityPack& pack) {
  const std::string why = "city pack " + pack.id;
  std::vector<ledger::Site> sites;
  for (const auto& site : pack.sites) sites.push_back(site_of(site));
  if (auto put = ledger.put_sites(sites, pack_author, why); !put) return put;
  // What a person changed stays as they left it: the pack speaks only for entries that nobody has touched.
  const auto registered = ledger.list("device");
  if (!registered) return fail(registered.error());
  std::set<std::string> touched;
  for (const auto& entry : *registered) {
    if (entry.who != pack_author) touched.insert(entry.id);
  }
  std::vector<ledger::Device> devices;
  for (const auto& d : pack.devices) {
    if (touched.contains(d.mn)) continue;
    ledger::Device device;
    device.mn = d.mn;
    device.password = d.password;
    device.site = d.site;
    device.system_code = d.system_code;
    device.minute_interval_min = d.minute_interval_min;
    device.label_is_end = d.label_is_end;
    device.note = d.note;
    devices.push_back(std::move(device));
  }
  if (auto put = ledger.put_devices(devices, pack_author, why); !put) return put;
  std::vector<ledger::Put> targets;
  for (const auto& t : pack.plan_targets) {
    targets.push_back(
        {"plan-target", t.id, body_of(t), from_beijing({.year = 2026, .month = 1, .day = 1}), pack_author, why, {}});
  }
  if (auto put = ledger.put_all(targets); !put) return fail(put.error());
  return {};
}

Result<intake::SiteIndex> site_index(const ledger::Ledger& ledger, const intake::CityPack& pack) {
  const auto sites = ledger.sites();
  if (!sites) return fail(sites.error());
  std::vector<intake::KnownSite> known;
  for (const auto& site : *sites) {
    intake::KnownSite one{site.id, site.kind, site.code, {site.name_zh}};
    for (const auto& packed : pack.sites) {
      if (packed.id == site.id) one.names.insert(one.names.end(), packed.aliases.begin(), packed.aliases.end());
    }
    known.push_back(std::move(one));
  }
  std::vector<std::string> names = pack.aliases;
  names.push_back(pack.name_zh);
  return intake::SiteIndex(known, std::move(names), pack.province_zh);
}

intake::ImportPorts import_ports(ledger::Ledger& ledger, const archive::Archive& archive, Stream& stream,
                                 const standards::Properties& properties, const intake::SiteIndex& sites,
                                 Source source) {
  intake::ImportPorts ports;
  ports.site = [&sites](const intake::SiteHint& hint) { return sites.find(hint); };
  ports.series = [&ledger](const SeriesKey& key) { return ledger.series_id(key); };
  ports.unit_of = [&properties](const std::string& id) -> std::optional<std::string> {
    const auto* property = properties.find(id);
    return property == nullptr ? std::nullopt : std::optional(property->unit);
  };
  ports.submit = [&stream, source](Observations rows) -> Result<intake::StoreCounts> {
    Submission submission;
    submission.rows = std::move(rows);
    submission.source = source;
    submission.received = now();
    const auto receipt = stream.submit_and_wait(std::move(submission));
    if (!receipt) return fail(receipt.error());
    return intake::StoreCounts{receipt->added, receipt->unchanged, receipt->corrected};
  };
  ports.known = [&archive](std::span<const SeriesId> series, Instant from, Instant to) -> Result<Observations> {
    archive::Query query;
    query.series.assign(series.begin(), series.end());
    query.from = from;
    query.to = to;
    auto columns = archive.read(query);
    if (!columns) return fail(columns.error());
    return std::move(columns->rows);
  };
  ports.versions = [&archive](SeriesId series, Instant end) -> Result<Observations> {
    auto columns = archive.versions(series, end);
    if (!columns) return fail(columns.error());
    return std::move(columns->rows);
  };
  return ports;
}

intake::PairPorts pair_ports(const standards::Properties& properties, const intake::SiteIndex& sites) {
  intake::PairPorts ports;
  ports.site = [&sites](const intake::SiteHint& hint) { return sites.find(hint); };
  ports.property = [&properties](const std::string& name) -> std::optional<intake::PairPorts::Property> {
    const auto* property = properties.find(name);
    if (property != nullptr) return intake::PairPorts::Property{name, property->unit};
    for (const auto& one : properties.all()) {
      if (one.name_zh != name) continue;
      if (property != nullptr) return std::nullopt;  // several bear the name
      property = &one;
    }
    if (property == nullptr) return std::nullopt;
    return intake::PairPorts::Property{property->id, property->unit};
  };
  return ports;
}

std::function<Result<void>(Observations)> raw_store(Stream& stream, Source source) {
  return [&stream, source = std::move(source)](Observations rows) -> Result<void> {
    Submission submission;
    submission.rows = std::move(rows);
    submission.source = source;
    submission.received = now();
    const auto receipt = stream.submit_and_wait(std::move(submission));
    if (!receipt) return fail(receipt.error());
    return {};
  };
}

}  // namespace celadon::watch
