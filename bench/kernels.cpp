// What runs in memory on one core: HJ 212 decode, the hourly index of a year of the nation, the newest value of 5,000
// series; each with its peer in the same run.
//
//   bench_kernels            medians of five, one JSON line each
//   bench_kernels quality    the assessment of series alone; also nation, latest, append
//   bench_kernels hj212      the memory and HJ 212 alone

#include "archive/archive.hpp"
#include "archive/duckdb_handle.hpp"
#include "bench.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_observations.hpp"
#include "quality/assessment.hpp"
#include "standards/library.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

using namespace celadon;

namespace {

void memory_bandwidth() {
  std::vector<std::uint64_t> buffer(32 << 20, 1);  // 256 MB
  volatile std::uint64_t sink = 0;
  const auto seconds = seconds_of(5, [&] {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : buffer) sum += word;
    sink = sum;
  });
  tell("memory: one reading pass over 256 MB", 256e6 * 1.048576, "bytes/s", seconds);
  std::vector<std::uint64_t> copy(buffer.size());
  const auto copying = seconds_of(5, [&] { std::memcpy(copy.data(), buffer.data(), buffer.size() * 8); });
  sink = copy[copy.size() / 2];
  tell("memory: one copy of 256 MB", 256e6 * 1.048576, "bytes/s", copying);
}

/// The frames of tests/reference/hj212/bench_messages.jsonl, each with CR LF.
std::vector<std::string> bench_messages() {
  std::ifstream in(CELADON_SOURCE "/tests/reference/hj212/bench_messages.jsonl");
  std::vector<std::string> messages;
  for (std::string line; std::getline(in, line);) {
    const std::size_t begin = line.find("##");
    messages.push_back(line.substr(begin, line.find("\\r\\n") - begin) + "\r\n");
  }
  if (messages.empty()) std::abort();
  return messages;
}

void decode(const standards::Library& library) {
  const auto messages = bench_messages();
  constexpr int count = 20'000;
  std::string stream;
  for (int i = 0; i < count; ++i) stream += messages[static_cast<std::size_t>(i) % messages.size()];
  std::vector<std::pair<std::string, std::string>> units;
  for (const auto& p : library.properties.all()) units.emplace_back(p.id, p.unit);
  const auto factors = intake::read_factor_table(CELADON_PACKS, units).value();
  intake::Message message;
  std::size_t frames = 0;
  const auto each_frame = [&](const auto& take) {
    intake::FrameReader reader;
    for (std::size_t at = 0; at < stream.size(); at += 16384) {
      reader.feed(std::string_view(stream).substr(at, 16384));
      for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
        if (const auto* frame = std::get_if<intake::Frame>(&item)) take(*frame);
      }
    }
  };
  const auto bytes = static_cast<double>(stream.size());
  auto seconds = seconds_of(5, [&] { each_frame([&](const intake::Frame&) { ++frames; }); });
  tell("HJ 212: frames found, checksum", bytes, "bytes/s", seconds);
  seconds = seconds_of(5, [&] {
    each_frame([&](const intake::Frame& frame) {
      frames += intake::parse_message(frame.segment, message).has_value() ? 1 : 0;
    });
  });
  tell("HJ 212: and message taken apart", bytes, "bytes/s", seconds);
  tell("HJ 212: and message taken apart", count, "messages/s", seconds);
  intake::ObservationCache cache;
  Observations rows;
  std::vector<intake::RejectedItem> rejected;
  std::int32_t series = 0;
  const intake::SeriesResolver resolve = [&](const std::vector<SeriesKey>& keys) -> Result<std::vector<SeriesId>> {
    return std::vector(keys.size(), SeriesId{++series});
  };
  seconds = seconds_of(5, [&] {
    each_frame([&](const intake::Frame& frame) {
      if (!intake::parse_message(frame.segment, message)) return;
      rows.clear();
      static_cast<void>(intake::to_observations(message, factors, {"s"}, resolve, cache, rows, rejected));
      frames += rows.size();
    });
  });
  tell("HJ 212: and observations made (10 a message)", count, "messages/s", seconds);
  if (frames == 0) std::abort();
}

/// The index of one column as a CASE of the pack's own breakpoints.
std::string sql_index(const standards::IndexTable& table, const std::string& column) {
  std::string sql = "CASE WHEN " + column + " IS NULL THEN NULL";
  for (std::size_t k = 1; k < table.index.size(); ++k) {
    const auto n = [](std::int64_t v) { return std::to_string(v); };
    sql += " WHEN " + column + " <= " + n(table.concentration[k]) + " THEN " + n(table.index[k - 1]) + " + (" +
           n(table.index[k] - table.index[k - 1]) + " * (" + column + " - " + n(table.concentration[k - 1]) + ") + " +
           n(table.concentration[k] - table.concentration[k - 1] - 1) + ") // " +
           n(table.concentration[k] - table.concentration[k - 1]);
  }
  return sql + " ELSE " +
         (table.beyond == standards::Beyond::last_index ? std::to_string(table.index.back()) : "NULL") + " END";
}

void year_of_the_nation(const standards::Library& library) {
  constexpr std::size_t n = 8760UL * 1700;
  const auto& rules = **library.air_rules({}, "HJ 633-2012");
  std::mt19937_64 random(1);
  std::vector<std::vector<double>> columns(6, std::vector<double>(n));
  for (std::size_t k = 0; k < 6; ++k) {
    const double steps = rules.tables[rules.hourly[k].table].steps_per_unit;
    for (double& value : columns[k]) {
      value = random() % 50 == 0 ? std::nan("") : static_cast<double>(random() % 180) / steps;
    }
  }
  std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  std::vector<std::int16_t> index(n);
  std::vector<std::uint8_t> primary(n);
  auto seconds = seconds_of(5, [&] {
    for (std::size_t k = 0; k < 6; ++k) standards::sub_index(rules.tables[rules.hourly[k].table], spans[k], index);
  });
  tell("IAQI of each value, a year x 1,700 stations x 6 items, one core", static_cast<double>(n) * 6, "values/s",
       seconds);
  seconds = seconds_of(5, [&] { standards::greatest_index(rules, rules.hourly, spans, index, primary); });
  tell("AQI and primary pollutants, a year x 1,700 stations x 6 items, one core", static_cast<double>(n) * 6,
       "values/s", seconds);

  duckdb_database database = nullptr;
  duckdb_open(nullptr, &database);
  {
    archive::Connection connection(database);
    static_cast<void>(connection.run(
        "SET threads = 1; CREATE TABLE hour(a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, e DOUBLE, f DOUBLE)"));
    archive::TableWriter writer;
    if (!writer.open(connection, "hour")) std::abort();
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < 6; ++k) writer.put(columns[k][i]);
      if (!writer.next()) std::abort();
    }
    if (!writer.close()) std::abort();
    std::string greatest;
    std::string steps;
    const char* names[] = {"a", "b", "c", "d", "e", "f"};
    for (std::size_t k = 0; k < 6; ++k) {
      const auto& table = rules.tables[rules.hourly[k].table];
      steps += std::string(k > 0 ? ", " : "") + "CAST(round_even(" + names[k] + " * " +
               std::to_string(static_cast<int>(table.steps_per_unit)) + ", 0) AS BIGINT) AS " + names[k];
      greatest += (k > 0 ? ", " : "") + sql_index(table, names[k]);
    }
    const std::string sql = "SELECT sum(greatest(" + greatest + ")) FROM (SELECT " + steps + " FROM hour)";
    std::string total;
    seconds = seconds_of(5, [&] {
      const auto ran = connection.each("SELECT CAST(s AS VARCHAR) FROM (" + sql + ") t(s)",
                                       [&](const archive::Chunk& c) { total = c.text(0, 0); });
      if (!ran) std::printf("%s\n", ran.error().detail.c_str());
    });
    tell("the same index in SQL on DuckDB in memory, one thread, without the primary pollutants",
         static_cast<double>(n) * 6, "values/s", seconds);
    std::int64_t ours = 0;
    for (const std::int16_t one : index) ours += one == standards::no_index ? 0 : one;
    std::printf("{\"what\": \"sum of all indices\", \"ours\": %lld, \"sql\": %s}\n", static_cast<long long>(ours),
                total.c_str());
  }
  duckdb_close(&database);
}

void latest() {
  const auto folder = std::filesystem::temp_directory_path() / "celadon_bench_latest";
  std::filesystem::remove_all(folder);
  auto archive = archive::Archive::open(folder).value();
  std::vector<SeriesId> ids;
  for (int hour = 1; hour <= 200; ++hour) {
    archive::Batch batch;
    for (int s = 1; s <= 5000; ++s) batch.rows.push_back(SeriesId{s}, {hour * us_per_hour}, hour, 'N');
    static_cast<void>(archive->append_and_wait(std::move(batch)));
  }
  for (int s = 1; s <= 5000; ++s) ids.push_back(SeriesId{s});
  std::vector<double> us;
  for (int i = 0; i < 2000; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto all = archive->latest(ids);
    us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    if (all.size() != ids.size()) std::abort();
  }
  std::sort(us.begin(), us.end());
  std::printf("{\"what\": \"latest of 5,000 series, of 1 million observations\", \"p50_us\": %.1f, \"p99_us\": %.1f}\n",
              us[1000], us[1980]);
  archive.reset();
  std::filesystem::remove_all(folder);
}

/// The ceiling of the archive: the same rows into a bare table, and through the archive, in batches with one durable
/// commit each.
void append() {
  constexpr int batch_rows = 5000;
  constexpr int batches = 100;
  const auto folder = std::filesystem::temp_directory_path() / "celadon_bench_append";
  const auto rows_of = [](int b) {
    archive::Batch batch;
    batch.source = {"bench", ""};
    for (int i = 0; i < batch_rows; ++i)
      batch.rows.push_back(SeriesId{i % 500 + 1}, {(b * 10 + i / 500 + 1) * us_per_hour}, i, 'N');
    return batch;
  };
  auto seconds = seconds_of(5, [&] {
    std::filesystem::remove_all(folder);
    auto archive = archive::Archive::open(folder).value();
    for (int b = 0; b < batches; ++b) static_cast<void>(archive->append_and_wait(rows_of(b)));
  });
  tell("archive: 100 durable commits of 5,000 observations, with open and close", 1.0 * batch_rows * batches,
       "observations/s", seconds);
  const auto bare = [&](bool one_commit) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    duckdb_database database = nullptr;
    if (duckdb_open((folder / "bare.duckdb").c_str(), &database) != DuckDBSuccess) std::abort();
    {
      archive::Connection connection(database);
      static_cast<void>(
          connection.run("CREATE TABLE observation(series INTEGER, phenomenon_end TIMESTAMP, result_time TIMESTAMP, "
                         "version INTEGER, value DOUBLE, device_flag UTINYINT, batch BIGINT)"));
      if (one_commit) static_cast<void>(connection.run("BEGIN TRANSACTION"));
      for (int b = 0; b < batches; ++b) {
        const auto batch = rows_of(b);
        if (!one_commit) static_cast<void>(connection.run("BEGIN TRANSACTION"));
        archive::TableWriter writer;
        if (!writer.open(connection, "observation")) std::abort();
        for (std::size_t i = 0; i < batch.rows.size(); ++i) {
          writer.put(number(batch.rows.series[i]));
          writer.put(batch.rows.phenomenon_end[i].us);
          writer.put(std::int64_t{1});
          writer.put(std::int32_t{1});
          writer.put(batch.rows.value[i]);
          writer.put(static_cast<std::uint8_t>('N'));
          writer.put(std::int64_t{b});
          if (!writer.next()) std::abort();
        }
        if (!writer.close()) std::abort();
        if (!one_commit) static_cast<void>(connection.run("COMMIT"));
      }
      if (one_commit) static_cast<void>(connection.run("COMMIT"));
    }
    duckdb_close(&database);
  };
  tell("DuckDB's bare appender, the same 100 commits", 1.0 * batch_rows * batches, "observations/s",
       seconds_of(5, [&] { bare(false); }));
  tell("DuckDB's bare appender, one commit", 1.0 * batch_rows * batches, "observations/s",
       seconds_of(5, [&] { bare(true); }));
  std::filesystem::remove_all(folder);
}

/// Half a year of a sonde: 8 properties every quarter of an hour, a neighbour beside it.
void assess_half_year() {
  const std::filesystem::path packs = std::filesystem::path(CELADON_PACKS) / "quality";
  const auto rules = quality::read_assessment(packs / "assessment.yaml").value();
  const auto combination = quality::Combination::read(packs / "combination.csv", quality::feature_names()).value();
  const std::vector<std::string> properties = {"water-temperature", "conductivity", "salinity", "DO-saturation", "DO",
                                               "water-depth",       "pH",           "turbidity"};
  constexpr std::size_t n = 184 * 96;
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(0, 1);
  std::vector<Instant> time;
  for (std::size_t i = 0; i < n; ++i) time.push_back({static_cast<std::int64_t>(i) * 15 * us_per_minute});
  std::vector<std::vector<double>> values(2 * properties.size(), std::vector<double>(n));
  for (auto& column : values) {
    for (std::size_t i = 0; i < n; ++i)
      column[i] =
          random() % 50 == 0 ? std::nan("") : 10 + std::sin(static_cast<double>(i) / 15.28) + 0.1 * noise(random);
  }
  quality::SiteStretch stretch;
  stretch.time = time;
  for (std::size_t k = 0; k < properties.size(); ++k) {
    stretch.columns.push_back({properties[k], values[k]});
    stretch.neighbours.push_back(
        {properties[k], quality::NeighbourColumn::Side::beside, values[properties.size() + k]});
  }
  std::size_t answered = 0;
  const auto seconds = seconds_of(5, [&] { answered += quality::assess(rules, combination, stretch).value().size(); });
  if (answered == 0) std::abort();
  tell("quality: half a year of a sonde assessed, all rules and the trees, one core",
       static_cast<double>(n * properties.size()), "values/s", seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  const auto library = standards::read_library(CELADON_PACKS).value();
  if (wanted("hj212")) {
    memory_bandwidth();
    decode(library);
  }
  if (wanted("nation")) year_of_the_nation(library);
  if (wanted("quality")) assess_half_year();
  if (wanted("latest")) latest();
  if (wanted("append")) append();
  return 0;
}
