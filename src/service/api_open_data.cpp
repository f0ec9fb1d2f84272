#include "service/api.hpp"

#include "watch/effective.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cctype>
#include <cmath>
#include <set>

// Open data: what it is, under which terms, and the values with their flags, page by page (docs/open_data.md).

namespace celadon::service {
namespace {

constexpr std::int64_t rows_a_page_max = 50'000, rows_otherwise = 10'000;
constexpr std::size_t series_together = 64;

struct Column {
  const char *name, *zh, *en;
};
constexpr std::array<Column, 17> open_columns = {{
    {"site", "点位编号", "id of the site"},
    {"site_name", "点位名称", "name of the site"},
    {"lon", "经度，WGS 84，度", "longitude, WGS 84, degrees"},
    {"lat", "纬度，WGS 84，度", "latitude, WGS 84, degrees"},
    {"property", "观测项目", "observed property"},
    {"averaging", "平均时段，ISO 8601", "averaging time, ISO 8601"},
    {"statistic", "统计量", "statistic"},
    {"unit", "单位，UCUM", "unit, UCUM"},
    {"phenomenon_end", "时段结束时刻，带时区（北京时间）", "end of the period with its zone (Beijing time)"},
    {"value", "收到的数值；空为缺测", "the value as it came; empty: missing"},
    {"device_flag", "仪器标记（HJ 212），空为无", "flag of the device (HJ 212); empty: none"},
    {"quality_flags", "质控标记，规则编号以分号分隔", "quality rules that flagged it, parted by semicolons"},
    {"voided", "是否判为无效：yes 或 no；无效值仍在表中",
     "whether it does not count: yes or no; it stays in the table"},
    {"review", "人工审核：voided 判无效，accepted 认可，corrected 已订正，空为未审",
     "review by people: voided, accepted, corrected, or empty: none"},
    {"reviewed_value", "审核后的数值", "the value after review"},
    {"result_time", "入库时刻，UTC", "when the archive learnt it, UTC"},
    {"source", "来源", "where it came from"},
}};

struct Chosen {
  const OpenDataSet* set;
  std::map<std::string, ledger::Site> sites;
  std::vector<ledger::Series> series;  ///< by number
};

Result<Chosen> choose(const Parts& parts, const std::string& id) {
  Chosen chosen{parts.open.set(id), {}, {}};
  if (chosen.set == nullptr)
    return fail(Errc::not_found, "there is no open data set '" + id.substr(0, 60) + "'; /api/v1/open-data lists them", "set");
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  for (const auto& site : *sites) {
    if (site.kind == chosen.set->kind) chosen.sites.emplace(site.id, site);
  }
  for (const auto& one : parts.ledger.all_series()) {
    if (one.key.stage == Stage::raw && one.key.averaging == chosen.set->averaging && chosen.sites.contains(one.key.site))
      chosen.series.push_back(one);
  }
  std::sort(chosen.series.begin(), chosen.series.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return chosen;
}

/// Stays the same for as long as the set is the same thing: city, set.
std::string stable_id(const Parts& parts, const OpenDataSet& set) {
  return "celadon:" + parts.city.id + "/" + set.id;
}

std::string address_of(const Parts& parts, const OpenDataSet& set) {
  return parts.public_address() + "/api/v1/open-data/" + set.id;
}

struct Citation {
  std::string zh, en;
};
Citation citation_of(const Parts& parts, const OpenDataSet& set) {
  const std::string day = to_string(legal_day_of(parts.clock()));
  const std::string id = stable_id(parts, set);
  return {parts.open.publisher.zh + "：" + parts.city.name_zh + set.zh + "。" + id + "，" + address_of(parts, set) +
              "（下载于" + day + "）。数据来源：" + set.origin + "。",
          parts.open.publisher.en + ": " + parts.city.name_en + ", " + set.en + ". " + id + ", " +
              address_of(parts, set) + " (retrieved " + day + "). Data: " + set.origin + "."};
}

void put_set(JsonWriter& json, const Parts& parts, const Chosen& chosen, bool whole) {
  const OpenDataSet& set = *chosen.set;
  const std::string path = "/api/v1/open-data/" + set.id;
  std::int64_t rows = 0;
  std::optional<Instant> from, to;
  std::set<std::string> properties, sites;
  for (const auto& series : chosen.series) {
    const auto extent = parts.archive.extent(series.id);
    if (!extent) continue;
    rows += extent->count;
    from = from ? std::min(*from, extent->first) : extent->first;
    to = to ? std::max(*to, extent->last) : extent->last;
    properties.insert(series.key.property);
    sites.insert(series.key.site);
  }
  json.begin_object().member("id", set.id).member("stable_id", stable_id(parts, set));
  json.member("title_zh", set.zh).member("title_en", set.en).member("medium", set.medium).member("kind", set.kind);
  json.member("averaging", to_iso(set.averaging)).member("rows", rows).member("from", from).member("to", to);
  json.key("licence").begin_object().member("id", set.licence_id).member("zh", set.licence_zh);
  json.member("en", set.licence_en).end_object();
  const Citation citation = citation_of(parts, set);
  json.key("citation").begin_object().member("zh", citation.zh).member("en", citation.en).end_object();
  json.member("origin", set.origin).member("trust", set.trust).key("publisher").begin_object();
  json.member("zh", parts.open.publisher.zh).member("en", parts.open.publisher.en).end_object();
  json.member("csv", path + ".csv").member("json", path + ".json").member("about", path);
  json.list("sites", {sites.begin(), sites.end()});
  json.list("properties", {properties.begin(), properties.end()});
  if (whole) {
    json.member("rows_a_page_max", rows_a_page_max).key("columns").begin_array();
    for (const auto& column : open_columns)
      json.begin_object().member("name", column.name).member("zh", column.zh).member("en", column.en).end_object();
    json.end_array();
  }
  json.end_object();
}

Result<Response> catalogue(const Parts& parts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& set : parts.open.sets) {
    const auto chosen = choose(parts, set.id);
    if (!chosen) return fail(chosen.error());
    put_set(json, parts, *chosen, false);
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> about(const Parts& parts, const Request& request) {
  const auto chosen = choose(parts, request.path_value("set"));
  if (!chosen) return fail(chosen.error());
  std::string out;
  JsonWriter json(out);
  put_set(json, parts, *chosen, true);
  return json_response(std::move(out));
}

/// Where a page begins: after this time of this series.
struct Place {
  std::int32_t series = 0;
  std::int64_t us = INT64_MIN;
};

Result<Place> place_of(const Request& request) {
  Place place;
  const auto text = request.one("after");
  if (!text) return place;
  const char* const end = text->data() + text->size();
  const auto first = std::from_chars(text->data(), end, place.series);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.')
    return fail(Errc::malformed, "expected what the page before gave as next", "after");
  const auto second = std::from_chars(first.ptr + 1, end, place.us);
  if (second.ec != std::errc{} || second.ptr != end || place.us == INT64_MAX)
    return fail(Errc::malformed, "expected what the page before gave as next", "after");
  return place;
}

struct Page {
  archive::Columns columns;
  watch::Settlements settled;
  std::optional<Place> next;
};

/// What a request asks for, in the order of series and times.
struct Ask {
  Instant from{INT64_MIN}, to{INT64_MAX};
  std::size_t limit = 0;
  Place after;
};

void append(archive::Columns& all, archive::Columns&& more, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    all.rows.series.push_back(more.rows.series[i]);
    all.rows.phenomenon_end.push_back(more.rows.phenomenon_end[i]);
    all.rows.value.push_back(more.rows.value[i]);
    all.rows.device_flag.push_back(more.rows.device_flag[i]);
    all.result_time.push_back(more.result_time[i]);
    all.batch.push_back(more.batch[i]);
    all.flags.push_back(std::move(more.flags[i]));
  }
}

/// Reads series in handfuls until the page is full; a full page says where the next begins.
Result<Page> read_page(const Parts& parts, const std::vector<ledger::Series>& series, const Ask& ask) {
  Page page;
  std::size_t at = 0;
  while (at < series.size() && number(series[at].id) < ask.after.series) ++at;
  while (at < series.size()) {
    archive::Query query;
    query.from = ask.from;
    query.to = ask.to;
    if (number(series[at].id) == ask.after.series && ask.after.us != INT64_MIN) {
      query.series = {series[at].id};
      query.from = std::max(ask.from, Instant{ask.after.us + 1});
    } else {
      for (std::size_t i = at; i < std::min(series.size(), at + series_together); ++i)
        query.series.push_back(series[i].id);
    }
    at += query.series.size();
    if (query.from > query.to) continue;
    const std::size_t room = ask.limit - page.columns.rows.size();
    query.limit = room + 1;
    auto more = parts.archive.read(query);
    if (!more) return fail(more.error());
    auto settled = watch::settlements(parts.archive, parts.ledger, query.series, query.from, query.to);
    if (!settled) return fail(settled.error());
    page.settled.merge(*settled);
    const std::size_t count = std::min(room, more->rows.size());
    const bool is_more = more->rows.size() > room;
    append(page.columns, std::move(*more), count);
    if (is_more) {
      page.next = Place{number(page.columns.rows.series.back()), page.columns.rows.phenomenon_end.back().us};
      break;
    }
  }
  return page;
}

/// One row in the words of the table.
struct Row {
  const ledger::Site* site;
  const ledger::Series* series;
  Instant end, learnt;
  double value, reviewed = std::nan("");
  std::string device_flag, rules, review, source;
  bool voided = false;
};

class Rows {
 public:
  Rows(const Parts& parts, const Chosen& chosen, const Page& page) : parts_(parts), chosen_(chosen), page_(page) {
    for (const auto& one : chosen.series) series_[one.id] = &one;
  }
  [[nodiscard]] std::size_t size() const { return page_.columns.rows.size(); }
  [[nodiscard]] Row at(std::size_t i) {
    const auto& c = page_.columns;
    Row row;
    row.series = series_.at(c.rows.series[i]);
    row.site = &chosen_.sites.at(row.series->key.site);
    row.end = c.rows.phenomenon_end[i];
    row.learnt = c.result_time[i];
    row.value = c.rows.value[i];
    row.device_flag = flag_text(c.rows.device_flag[i]);
    for (const auto& flag : c.flags[i]) {
      row.rules += (row.rules.empty() ? "" : ";") + flag.rule;
      row.voided = row.voided || flag.voids;
    }
    const auto settled = page_.settled.find({row.series->id, row.end});
    if (settled != page_.settled.end()) {
      const DeviceFlag mark = settled->second.mark;
      row.voided = mark == watch::review_mark::voided;
      row.review = row.voided ? "voided" : mark == watch::review_mark::accepted ? "accepted" : "corrected";
      row.reviewed = settled->second.value;
    }
    auto [source, fresh] = sources_.try_emplace(c.batch[i]);
    if (fresh) {
      if (const auto known = parts_.archive.source_of(c.batch[i])) source->second = known->name;
    }
    row.source = source->second;
    return row;
  }

 private:
  const Parts& parts_;
  const Chosen& chosen_;
  const Page& page_;
  std::map<SeriesId, const ledger::Series*> series_;
  std::map<std::int64_t, std::string> sources_;
};

/// A field of RFC 4180; a text that a spreadsheet would take for a formula begins with an apostrophe.
void put_field(std::string& out, std::string_view text) {
  const bool is_formula = !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
  if (!is_formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  if (is_formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void put_number(std::string& out, double value) {
  if (!std::isfinite(value)) return;
  char text[32];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string as_csv(const Parts& parts, Rows& rows) {
  std::string out = "\xEF\xBB\xBF";  // spreadsheets read Chinese right with it
  for (const auto& column : open_columns) {
    if (&column != &open_columns.front()) out += ',';
    out += column.name;
  }
  out += "\r\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row row = rows.at(i);
    const auto text = [&out](std::string_view one) {
      put_field(out, one);
      out += ',';
    };
    const auto numeral = [&out](double one) {
      put_number(out, one);
      out += ',';
    };
    text(row.site->id);
    text(row.site->name_zh);
    numeral(row.site->position.lon_deg);
    numeral(row.site->position.lat_deg);
    text(row.series->key.property);
    text(to_iso(row.series->key.averaging));
    text(to_text(row.series->key.statistic));
    text(unit_of(parts, row.series->key.property));
    text(to_iso_beijing(row.end));
    numeral(row.value);
    text(row.device_flag);
    text(row.rules);
    text(row.voided ? "yes" : "no");
    text(row.review);
    numeral(row.reviewed);
    text(to_iso_utc(row.learnt));
    put_field(out, row.source);
    out += "\r\n";
  }
  return out;
}

std::string next_of(const std::string& path, const Request& request, const Place& place, std::size_t limit) {
  std::string next = path + "?limit=" + std::to_string(limit) + "&after=" + std::to_string(place.series) + "." +
                     std::to_string(place.us);
  for (const char* name : {"from", "to", "site", "property"}) {
    for (const auto& value : request.every(name)) {
      next += std::string("&") + name + "=";
      for (const char c : value) {  // '+' of a zone would come back as a blank
        static constexpr std::string_view hex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == ':')
          next += c;
        else
          next += std::string{'%', hex[byte >> 4U], hex[byte & 15U]};
      }
    }
  }
  return next;
}

std::string as_json(const Parts& parts, const Chosen& chosen, Rows& rows, const std::optional<std::string>& next) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("about");
  put_set(json, parts, chosen, true);
  json.key("rows").begin_array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row row = rows.at(i);
    json.begin_array().put(row.site->id).put(row.site->name_zh).put(row.site->position.lon_deg);
    json.put(row.site->position.lat_deg).put(row.series->key.property).put(to_iso(row.series->key.averaging));
    json.put(to_text(row.series->key.statistic)).put(unit_of(parts, row.series->key.property));
    json.put(to_iso_beijing(row.end)).put(row.value).put(row.device_flag).put(row.rules).put(row.voided ? "yes" : "no");
    json.put(row.review).put(row.reviewed).put(row.learnt).put(row.source).end_array();
  }
  json.end_array().member("next", next).end_object();
  return out;
}

/// Keeps the series of the sites and properties asked for.
Result<void> narrow(Chosen& chosen, const Request& request) {
  const auto sites = request.every("site"), properties = request.every("property");
  for (const auto& site : sites) {
    if (!chosen.sites.contains(site))
      return fail(Errc::not_found, "site '" + site.substr(0, 60) + "' is not of this data set", "site");
  }
  std::erase_if(chosen.series, [&](const auto& one) {
    const auto lacks = [](const std::vector<std::string>& all, const std::string& wanted) {
      return !all.empty() && std::find(all.begin(), all.end(), wanted) == all.end();
    };
    return lacks(sites, one.key.site) || lacks(properties, one.key.property);
  });
  return {};
}

Result<Response> give(const Parts& parts, const Request& request, bool csv) {
  auto chosen = choose(parts, request.path_value("set"));
  if (!chosen) return fail(chosen.error());
  if (auto narrowed = narrow(*chosen, request); !narrowed) return fail(narrowed.error());
  const auto from = request.time("from"), to = request.time("to");
  for (const auto* time : {&from, &to}) {
    if (!*time) return fail(time->error());
  }
  if (*from && *to && **from > **to) return fail(Errc::invalid_value, "'from' is later than 'to'", "from");
  const auto limit = request.whole("limit", rows_otherwise, 1, rows_a_page_max);
  if (!limit) return fail(limit.error());
  const auto after = place_of(request);
  if (!after) return fail(after.error());
  Ask ask;
  if (*from) ask.from = **from;
  if (*to) ask.to = **to;
  ask.limit = static_cast<std::size_t>(*limit);
  ask.after = *after;
  const auto page = read_page(parts, chosen->series, ask);
  if (!page) return fail(page.error());
  const std::string path = "/api/v1/open-data/" + chosen->set->id;
  std::optional<std::string> next;
  if (page->next) next = next_of(path + (csv ? ".csv" : ".json"), request, *page->next, ask.limit);
  Rows rows(parts, *chosen, *page);
  Response response = json_response(csv ? as_csv(parts, rows) : as_json(parts, *chosen, rows, next));
  std::string link = "<" + path + ">; rel=\"describedby\"";
  if (next) link += ", <" + *next + ">; rel=\"next\"";
  response.headers.emplace_back("Link", link);
  response.headers.emplace_back("X-Licence", chosen->set->licence_id);
  response.headers.emplace_back("X-Stable-Id", stable_id(parts, *chosen->set));
  if (csv) {
    response.content_type = "text/csv; charset=utf-8; header=present";
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"" + parts.city.id + "-" + chosen->set->id + ".csv\"");
  }
  return response;
}

}  // namespace

void add_open_data_routes(Router& router, const Parts& parts) {
  const std::vector<Parameter> asked = {{"from", "first phenomenon time"},
                                        {"to", "last phenomenon time"},
                                        {"site", "id of a site", true},
                                        {"property", "id of a property", true},
                                        {"limit", "rows of the page, 1 to 50,000, 10,000 when absent"},
                                        {"after", "what the page before gave as next"}};
  router.add({"GET", "/api/v1/open-data", "Data that everybody may have", {}, [&parts](const Request&) {
                return catalogue(parts);
              }});
  router.add({"GET", "/api/v1/open-data/{set}.csv", "Its values with their flags", asked, [&parts](const Request& r) {
                return give(parts, r, true);
              }});
  router.add({"GET", "/api/v1/open-data/{set}.json", "The same as JSON", asked, [&parts](const Request& r) {
                return give(parts, r, false);
              }});
  router.add({"GET",
              "/api/v1/open-data/{set}",
              "One data set: terms, citation, columns, period, rows",
              {},
              [&parts](const Request& request) { return about(parts, request); }});
}

}  // namespace celadon::service
