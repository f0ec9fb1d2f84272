// The year of a nation: hours of 1,700 stations x 6 pollutants to daily means, MDA8, AQI, annual means and percentiles,
// composite index and share of good days; in memory and from the archive, on one thread and on two, beside the same
// work in SQL on DuckDB.
//
//   bench_air_year [stations] [runs]      medians, one JSON line each

#include "air_year_data.hpp"
#include "archive/archive.hpp"
#include "archive/duckdb_handle.hpp"
#include "bench.hpp"
#include "ledger/ledger.hpp"
#include "standards/air_days.hpp"
#include "standards/library.hpp"
#include "watch/evaluation.hpp"

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

using namespace celadon;
using namespace celadon::bench;

namespace {

struct Rules {
  const standards::AirAssessmentRules* assessment;
  const standards::IndexRules* index;
  const standards::CompositeRules* composite;
};

/// What both sides must agree on.
struct Totals {
  long long index = 0;
  double composite = 0, percentile = 0;
};

Totals by_kernels(const Rules& rules, const Year& year, unsigned threads) {
  std::atomic<std::size_t> next = 0;
  std::vector<Totals> part(threads);
  const auto work = [&](Totals& mine) {
    standards::AirDays of_days;
    standards::AirPeriod period;
    std::vector<double> scratch(days);
    std::array<std::span<const double>, 6> columns;
    for (std::size_t s = next++; s < year.stations; s = next++) {
      for (std::size_t k = 0; k < columns.size(); ++k) columns[k] = {&year.column[k][s * hours], hours};
      standards::air_days({rules.assessment, rules.index, 160}, columns, of_days);
      standards::air_period(*rules.assessment, *rules.composite, first_day, of_days, scratch, period);
      for (const std::int16_t one : of_days.index) mine.index += one == standards::no_index ? 0 : one;
      if (!std::isnan(period.composite)) mine.composite += period.composite;
      for (const auto& item : period.items) mine.percentile += std::isnan(item.percentile) ? 0 : item.percentile;
    }
  };
  {
    std::vector<std::jthread> pool;
    for (unsigned t = 1; t < threads; ++t) pool.emplace_back([&, t] { work(part[t]); });
    work(part[0]);
  }
  Totals all;
  for (const auto& one : part) {
    all.index += one.index;
    all.composite += one.composite;
    all.percentile += one.percentile;
  }
  return all;
}

std::string whole(std::int64_t value) { return std::to_string(value); }

/// The index of one column as a CASE of the pack's own breakpoints.
std::string sql_index(const standards::IndexTable& table, const std::string& steps) {
  std::string sql = "CASE WHEN " + steps + " IS NULL THEN NULL";
  for (std::size_t k = 1; k < table.index.size(); ++k) {
    const std::int64_t run = table.concentration[k] - table.concentration[k - 1];
    sql += " WHEN " + steps + " <= " + whole(table.concentration[k]) + " THEN " + whole(table.index[k - 1]) + " + (" +
           whole(table.index[k] - table.index[k - 1]) + " * (" + steps + " - " + whole(table.concentration[k - 1]) +
           ") + " + whole(run - 1) + ") // " + whole(run);
  }
  return sql + " ELSE " +
         (table.beyond == standards::Beyond::last_index ? whole(table.index.back()) : std::string("NULL")) + " END";
}

/// The same work as a person would write it in SQL over the wide table hour(station, h, a..f).
std::string sql_of(const Rules& rules) {
  const std::array<const char*, 6> names = {"a", "b", "c", "d", "e", "f"};
  const auto& items = rules.assessment->items;
  std::string means;
  std::string windows;
  std::string rounded;
  std::string greatest;
  std::string yearly;
  std::string composite;
  for (std::size_t k = 0; k < items.size(); ++k) {
    const std::string n = names[k];
    const std::string places = whole(items[k].decimals);
    if (items[k].property != items[k].hourly_property) {
      windows = "CASE WHEN h % 24 >= 7 AND count(" + n + ") OVER w8 >= 6 THEN avg(" + n + ") OVER w8 END AS m8";
      means += ", CASE WHEN count(m8) >= 14 OR round_even(max(m8), 0) > 160 THEN max(m8) END AS " + n +
               ", CASE WHEN count(" + n + ") >= 20 THEN max(" + n + ") END AS hour_max";
    } else {
      means += ", CASE WHEN count(" + n + ") >= 20 THEN avg(" + n + ") END AS " + n;
    }
    rounded += ", round_even(" + n + ", " + places + ") AS " + n;
    yearly += ", round_even(avg(" + n + "), " + places + ") AS mean_" + n + ", round_even(quantile_cont(" + n + ", " +
              std::to_string(items[k].percentile / 100) + "), " + places + ") AS p_" + n;
  }
  for (const auto& item : rules.index->daily) {
    const auto& table = rules.index->tables[item.table];
    std::string column = "hour_max";
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (items[k].property == item.property) column = names[k];
    }
    greatest += (greatest.empty() ? "" : ", ") +
                sql_index(table, "CAST(round_even(" + column + " * " +
                                     whole(static_cast<std::int64_t>(table.steps_per_unit)) + ", 0) AS BIGINT)");
  }
  for (const auto& term : rules.composite->terms) {
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (items[k].property != term.property) continue;
      composite += (composite.empty() ? "" : " + ") + std::to_string(term.weight) + " * " +
                   (term.percentile ? "p_" : "mean_") + names[k] + " / " + std::to_string(term.limit);
    }
  }
  return "WITH windows AS (SELECT *, " + windows +
         " FROM hour WINDOW w8 AS (PARTITION BY station ORDER BY h ROWS BETWEEN 7 PRECEDING AND CURRENT ROW)), "
         "means AS (SELECT station, h // 24 AS day" +
         means + " FROM windows GROUP BY station, day), rounded AS (SELECT station, day, hour_max" + rounded +
         " FROM means), days AS (SELECT *, greatest(" + greatest +
         ") AS aqi FROM rounded), "
         "years AS (SELECT station, sum(aqi) AS aqi, avg(CASE WHEN aqi <= 100 THEN 100.0 WHEN aqi > 100 THEN 0 END) AS "
         "good" +
         yearly + " FROM days GROUP BY station) SELECT CAST(sum(aqi) AS VARCHAR), CAST(sum(" + composite +
         ") AS VARCHAR), CAST(sum(p_a + p_b + p_c + p_d + p_e + p_f) AS VARCHAR), CAST(sum(good) AS VARCHAR) FROM "
         "years";
}

/// Times one query on one thread and on two.
void time_sql(archive::Connection& connection, const std::string& sql, const std::string& what, double values,
              int runs) {
  for (const int threads : {1, 2}) {
    if (!connection.run("SET threads = " + std::to_string(threads))) std::abort();
    std::array<std::string, 3> total;
    const auto seconds = seconds_of(runs, [&] {
      const auto ran = connection.each(sql, [&](const archive::Chunk& c) {
        for (std::size_t k = 0; k < total.size(); ++k) total[k] = c.text(k, 0);
      });
      if (!ran) std::printf("%s\n", ran.error().detail.c_str());
    });
    tell(what + ", threads: " + std::to_string(threads), values, "values/s", seconds);
    std::printf("{\"what\": \"totals by SQL: index, composite, percentiles\", \"values\": [%s, %s, %s]}\n",
                total[0].c_str(), total[1].c_str(), total[2].c_str());
  }
}

void by_sql(const Rules& rules, const Year& year, int runs) {
  duckdb_database database = nullptr;
  if (duckdb_open(nullptr, &database) != DuckDBSuccess) std::abort();
  {
    archive::Connection connection(database);
    if (!connection.run("CREATE TABLE hour(station INTEGER, h INTEGER, a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, e "
                        "DOUBLE, f DOUBLE)")) {
      std::abort();
    }
    archive::TableWriter writer;
    if (!writer.open(connection, "hour")) std::abort();
    for (std::size_t s = 0; s < year.stations; ++s) {
      for (std::size_t h = 0; h < hours; ++h) {
        writer.put(static_cast<std::int32_t>(s));
        writer.put(static_cast<std::int32_t>(h));
        for (const auto& column : year.column) writer.put(column[s * hours + h]);
        if (!writer.next()) std::abort();
      }
    }
    if (!writer.close()) std::abort();
    time_sql(connection, sql_of(rules), "the same in SQL on DuckDB in memory",
             static_cast<double>(year.stations * hours * 6), runs);
  }
  duckdb_close(&database);
}

/// From the archive: `celadon evaluate`, without storing; then SQL on the same file.
void from_archive(const standards::Library& library, const Rules& rules, const Year& year, int runs) {
  const auto folder = std::filesystem::temp_directory_path() / "celadon_bench_air_year";
  std::filesystem::remove_all(folder);
  fill(folder, *rules.assessment, year);
  const auto values = static_cast<double>(year.stations * hours * 6);
  {
    auto archive = archive::Archive::open(folder / "archive").value();
    auto ledger = ledger::Ledger::open(folder / "ledger").value();
    for (const unsigned threads : {1U, 2U}) {
      watch::EvaluationRequest request;
      request.from = first_day;
      request.to = {first_day.days + static_cast<std::int32_t>(days) - 1};
      request.threads = threads;
      request.store = false;
      std::size_t derived = 0;
      const auto seconds =
          seconds_of(runs, [&] { derived = watch::evaluate(*archive, *ledger, library, request).value().derived_new; });
      tell("evaluate, from the archive, each site judged with its why; threads: " + std::to_string(threads), values,
           "values/s", seconds);
      std::printf("{\"what\": \"derived values\", \"count\": %zu}\n", derived);
    }
  }
  duckdb_database database = nullptr;
  if (duckdb_open((folder / "archive" / "observations.duckdb").c_str(), &database) != DuckDBSuccess) std::abort();
  {
    archive::Connection connection(database);
    std::string pivot;
    for (int k = 0; k < 6; ++k) {
      pivot += ", max(value) FILTER (WHERE (series - 1) % 6 = " + std::to_string(k) + ") AS " +
               std::string(1, static_cast<char>('a' + k));
    }
    const std::string first = std::to_string(first_moment_of(first_day).us / us_per_hour + 1);
    const std::string sql = sql_of(rules);
    const std::string wide =
        "WITH hour AS (SELECT (series - 1) // 6 AS station, epoch_us(phenomenon_end) // 3600000000 - " + first +
        " AS h" + pivot + " FROM observation GROUP BY ALL), " + sql.substr(5);
    time_sql(connection, wide, "the same in SQL on the archive's file", values, runs);
  }
  duckdb_close(&database);
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t stations = argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 1700;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
  const auto library = standards::read_library(CELADON_PACKS).value();
  const Rules rules = {*library.air_assessment(first_day, ""), *library.air_rules(first_day, ""),
                       *library.composite(first_day, "")};
  const Year year = make_year(*rules.assessment, stations);
  for (const unsigned threads : {1U, 2U}) {
    Totals totals;
    const auto seconds = seconds_of(runs, [&] { totals = by_kernels(rules, year, threads); });
    tell("a year of " + std::to_string(stations) +
             " stations x 6 items: days, MDA8, AQI, percentiles, composite; "
             "threads: " +
             std::to_string(threads),
         static_cast<double>(stations * hours * 6), "values/s", seconds);
    std::printf("{\"what\": \"totals by kernels: index, composite, percentiles\", \"values\": [%lld, %.6f, %.1f]}\n",
                totals.index, totals.composite, totals.percentile);
  }
  by_sql(rules, year, runs);
  from_archive(library, rules, year, std::min(runs, 3));
  return 0;
}
