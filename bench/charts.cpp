// What a figure of six years of hours costs, on one core: polar plot in bins and smoothed, trend with its bootstrap,
// wind rose, time variation; mydata of tests/reference/openair. With openair's source and R, the same calls there:
//
//   bench_charts                      medians of five, one JSON line each
//   bench_charts OPENAIR_FOLDER       the same of openair after them (bench/openair_peer.R)

#include "bench.hpp"
#include "core/time.hpp"
#include "intake/csv_reader.hpp"
#include "models/averages.hpp"
#include "models/polar.hpp"
#include "models/roses.hpp"
#include "models/trend.hpp"
#include "models/variation.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>

using namespace celadon;
using namespace celadon::models;

namespace {

struct Data {
  std::vector<WallSeconds> begin;
  std::map<std::string, std::vector<double>> columns;
};

Data read_mydata() {
  auto source = intake::ByteSource::open(CELADON_SOURCE "/tests/reference/openair/mydata.csv.zst");
  if (!source) std::abort();
  intake::CsvReader reader(*source);
  std::vector<std::string> header;
  Data data;
  for (auto step = reader.next(); step && *step != intake::CsvReader::Step::end; step = reader.next()) {
    const auto fields = reader.fields();
    if (header.empty()) {
      header.assign(fields.begin(), fields.end());
      continue;
    }
    data.begin.push_back(parse_instant(std::string(fields[0]) + "Z")->us / us_per_second);
    for (std::size_t c = 1; c < header.size(); ++c) {
      double value = std::nan("");
      std::from_chars(fields[c].data(), fields[c].data() + fields[c].size(), value);
      data.columns[header[c]].push_back(value);
    }
  }
  return data;
}

}  // namespace

int main(int argc, char** argv) {
  const Data data = read_mydata();
  const auto& ws = data.columns.at("ws");
  const auto& wd = data.columns.at("wd");
  const auto& nox = data.columns.at("nox");
  const auto once = [](const char* what, const auto& work) { tell(what, 1, "figures/s", seconds_of(5, work)); };
  PolarBins bins;
  once("polar bins of NOx", [&] { bins = polar_bins(ws, wd, nox, {}); });
  once("polar surface of NOx, basis 100", [&] {
    if (!polar_surface(bins, {})) std::abort();
  });
  AverageOptions monthly;
  monthly.period = Period::month;
  Averages months;
  once("monthly means of NOx", [&] { months = average({data.begin, 3600}, nox, monthly); });
  TrendOptions deseasoned;
  deseasoned.deseason = true;
  once("Theil-Sen of NOx without its cycle, 599 draws", [&] {
    if (std::isnan(theil_sen(months.begin, months.value, 12, deseasoned).slope)) std::abort();
  });
  RoseOptions options;
  options.breaks = {0, 2, 4, 6};
  once("wind rose", [&] {
    if (rose(ws, wd, ws, options).rows == 0) std::abort();
  });
  once("time variation of NOx, 100 draws", [&] {
    for (const auto cycle : {Cycle::hour, Cycle::weekday, Cycle::month, Cycle::weekday_hour}) {
      if (variation(data.begin, nox, cycle, {}).centre.empty()) std::abort();
    }
  });
  if (argc < 2) return 0;
  const std::string command = "Rscript " CELADON_SOURCE "/bench/openair_peer.R '" + std::string(argv[1]) +
                              "' " CELADON_SOURCE "/tests/reference/openair/mydata.csv.zst";
  return std::system(command.c_str()) == 0 ? 0 : 1;
}
