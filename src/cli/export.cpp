#include "archive/archive.hpp"
#include "cli/command.hpp"
#include "cli/http_client.hpp"
#include "core/json_writer.hpp"
#include "ledger/ledger.hpp"
#include "standards/properties.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cmath>
#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct ExportOptions {
  std::string data, server, site, property, averaging, from, to, as_known_at, format = "csv";
  bool versions = false;
};

/// One value on its way out.
struct Row {
  std::string site, property, averaging, statistic, stage, time, unit, flag, result_time, source, quality;
  double value = 0;
};

class Writer {
 public:
  explicit Writer(bool csv) : csv_(csv) {
    if (csv_) std::puts("site,property,averaging,time,value,unit,flag,statistic,stage,result_time,source,quality");
  }
  void put(const Row& row) {
    std::string line;
    if (csv_) {
      std::string value;
      if (std::isfinite(row.value)) JsonWriter(value).put(row.value);
      for (const std::string* cell : std::initializer_list<const std::string*>{
               &row.site, &row.property, &row.averaging, &row.time, &value, &row.unit, &row.flag, &row.statistic,
               &row.stage, &row.result_time, &row.source, &row.quality}) {
        if (cell != &row.site) line += ',';
        line += *cell;
      }
    } else {
      JsonWriter json(line);
      json.begin_object().member("site", row.site).member("property", row.property).member("averaging", row.averaging);
      json.member("time", row.time).member("value", row.value).member("unit", row.unit).member("flag", row.flag);
      json.member("statistic", row.statistic).member("stage", row.stage).member("result_time", row.result_time);
      json.member("source", row.source).member("quality", row.quality).end_object();
    }
    std::puts(line.c_str());
  }

 private:
  bool csv_;
};

Result<std::optional<Instant>> time_of(const std::string& text) {
  if (text.empty()) return std::optional<Instant>{};
  const auto time = parse_instant(text);
  if (!time) return fail(time.error());
  return std::optional<Instant>(*time);
}

Result<void> from_folder(const ExportOptions& options, const Context& context, Writer& writer) {
  const auto properties = standards::read_properties(context.packs);
  if (!properties) return fail(properties.error());
  if (!std::filesystem::exists(std::filesystem::path(options.data) / "archive")) {
    return fail(
        Errc::not_found,
        options.data + " is not a data folder: it has no archive; name one with --data, or a server with --server");
  }
  auto archive = archive::Archive::open(std::filesystem::path(options.data) / "archive");
  if (!archive) return fail(archive.error());
  auto ledger = ledger::Ledger::open(std::filesystem::path(options.data) / "ledger");
  if (!ledger) return fail(ledger.error());
  const auto from = time_of(options.from);
  const auto to = time_of(options.to);
  const auto known = time_of(options.as_known_at);
  for (const auto* one : {&from, &to, &known}) {
    if (!*one) return fail(one->error());
  }
  std::map<std::int64_t, std::string> sources;
  for (const auto& series : (*ledger)->all_series()) {
    if (!options.site.empty() && series.key.site != options.site) continue;
    if (!options.property.empty() && series.key.property != options.property) continue;
    if (!options.averaging.empty() && to_iso(series.key.averaging) != options.averaging) continue;
    archive::Query query;
    query.series = {series.id};
    if (*from) query.from = **from;
    if (*to) query.to = **to;
    query.as_known_at = *known;
    query.limit = SIZE_MAX / 4;
    query.every_version = options.versions;
    const auto columns = (*archive)->read(query);
    if (!columns) return fail(columns.error());
    const auto* property = properties->find(series.key.property);
    for (std::size_t i = 0; i < columns->rows.size(); ++i) {
      auto [source, fresh] = sources.try_emplace(columns->batch[i]);
      if (fresh) {
        if (const auto found = (*archive)->source_of(columns->batch[i])) source->second = found->name;
      }
      Row row{series.key.site,
              series.key.property,
              to_iso(series.key.averaging),
              std::string(to_text(series.key.statistic)),
              std::string(to_text(series.key.stage)),
              to_iso_utc(columns->rows.phenomenon_end[i]),
              property == nullptr ? "" : property->unit,
              columns->rows.device_flag[i] == 0 ? "" : std::string(1, columns->rows.device_flag[i]),
              to_iso_utc(columns->result_time[i]),
              source->second,
              "",
              columns->rows.value[i]};
      for (const auto& flag : columns->flags[i]) row.quality += (row.quality.empty() ? "" : "|") + flag.rule;
      writer.put(row);
    }
  }
  return {};
}

Result<void> from_server(const ExportOptions& options, Writer& writer) try {
  namespace json = boost::json;
  if (options.versions)
    return fail(Errc::invalid_value, "--versions needs the data folder: stop the server and use --data");
  std::vector<std::string> sites = {options.site};
  if (options.site.empty()) {
    sites.clear();
    const auto body = http_get(options.server + "/api/v1/sites");
    if (!body) return fail(body.error());
    const json::value list = json::parse(*body);
    for (const auto& site : list.at("items").as_array()) sites.emplace_back(site.at("id").as_string());
  }
  for (const auto& site : sites) {
    std::string url = options.server + "/api/v1/observations?site=" + percent_encoded(site);
    if (!options.property.empty()) url += "&property=" + percent_encoded(options.property);
    if (!options.averaging.empty()) url += "&averaging=" + percent_encoded(options.averaging);
    if (!options.from.empty()) url += "&from=" + percent_encoded(options.from);
    if (!options.to.empty()) url += "&to=" + percent_encoded(options.to);
    if (!options.as_known_at.empty()) url += "&as_known_at=" + percent_encoded(options.as_known_at);
    const auto body = http_get(url);
    if (!body) return fail(body.error());
    const json::value answer = json::parse(*body);
    for (const auto& item : answer.at("items").as_array()) {
      const auto& series = item.at("series").as_object();
      const auto text = [&](const char* name) { return std::string(series.at(name).as_string()); };
      const auto& times = item.at("phenomenon_end").as_array();
      for (std::size_t i = 0; i < times.size(); ++i) {
        const auto& value = item.at("value").as_array()[i];
        Row row{text("site"),
                text("property"),
                text("averaging"),
                text("statistic"),
                text("stage"),
                std::string(times[i].as_string()),
                text("unit"),
                std::string(item.at("device_flag").as_array()[i].as_string()),
                std::string(item.at("result_time").as_array()[i].as_string()),
                std::string(item.at("source").as_array()[i].as_string()),
                "",
                value.is_null() ? std::nan("") : value.to_number<double>()};
        for (const auto& flag : item.at("quality").as_array()[i].as_array()) {
          row.quality += (row.quality.empty() ? "" : "|") + std::string(flag.at("rule").as_string());
        }
        writer.put(row);
      }
      if (item.at("truncated").as_bool()) {
        return fail(Errc::too_large,
                    "the server gives 50,000 values a series at most; narrow the period with --from and --to");
      }
    }
  }
  return {};
} catch (const std::exception& error) {
  return fail(Errc::malformed, options.server + " did not answer as a Celadon server does: " + error.what());
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("export", "Write observations as CSV or JSON lines to standard output");
  auto options = std::make_shared<ExportOptions>();
  options->data = "data";
  command->add_option("--data", options->data, "data folder that no server holds")->capture_default_str();
  command->add_option("--server", options->server, "a running server, for example http://127.0.0.1:8080");
  command->add_option("--site", options->site, "only this site");
  command->add_option("--property", options->property, "only this property");
  command->add_option("--averaging", options->averaging, "only this averaging period, for example PT1H");
  command->add_option("--from", options->from, "first phenomenon time");
  command->add_option("--to", options->to, "last phenomenon time");
  command->add_option("--as-known-at", options->as_known_at, "as the archive knew it then");
  command->add_option("--format", options->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}))
      ->capture_default_str();
  command->add_flag("--versions", options->versions, "every version, not only the newest");
  command->footer(
      "Example:\n  celadon export --server http://127.0.0.1:8080 --site air.2344A --property PM2.5 --averaging PT1H\n"
      "The CSV is the generic format of celadon import, with further columns: times are UTC, the end of the window.");
  command->callback([options, &context] {
    Writer writer(options->format == "csv");
    const auto done = options->server.empty() ? from_folder(*options, context, writer) : from_server(*options, writer);
    context.exit_code = done ? 0 : report(done.error());
  });
}

}  // namespace celadon::cli
