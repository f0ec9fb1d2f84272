#include "series.hpp"

#include "intake/csv_reader.hpp"
#include "intake/text_source.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>

namespace celadon::tamper {
namespace {

using quality::screen::Outlet;

using Row = std::function<std::string_view(std::string_view column)>;

/// Hands each good row over, cells by the name of their column.
Result<void> each_row(const std::filesystem::path& file, const std::function<void(const Row&)>& take) {
  auto source = intake::ByteSource::open(file);
  if (!source) return fail(source.error());
  intake::CsvReader reader(*source);
  std::map<std::string, std::size_t, std::less<>> columns;
  bool first = true;
  while (true) {
    const auto step = reader.next();
    if (!step) return fail(step.error());
    if (*step == intake::CsvReader::Step::end) return {};
    if (*step == intake::CsvReader::Step::bad_record) continue;
    const auto fields = reader.fields();
    if (first) {
      for (std::size_t i = 0; i < fields.size(); ++i) columns[std::string(fields[i])] = i;
      first = false;
      continue;
    }
    take([&](std::string_view column) {
      const auto found = columns.find(column);
      return found == columns.end() || found->second >= fields.size() ? std::string_view{} : fields[found->second];
    });
  }
}

double number_of(std::string_view cell) {
  double value = std::nan("");
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size() ? value : std::nan("");
}

/// Gathers cells by group, outlet and quantity, and lays them on one grid a group.
class Gathering {
 public:
  void add(const std::string& group, const std::string& outlet, std::string_view quantity, std::int64_t hour,
           double value) {
    if (std::isfinite(value)) cells_[group][outlet][std::string(quantity)][hour] = value;
  }
  void move_into(std::vector<Group>& groups, std::size_t outlets_min) {
    for (const auto& [name, outlets] : cells_) {
      if (outlets.size() < outlets_min) continue;
      std::int64_t first = INT64_MAX, last = INT64_MIN;
      for (const auto& [outlet, quantities] : outlets) {
        for (const auto& [quantity, values] : quantities) {
          first = std::min(first, values.begin()->first);
          last = std::max(last, values.rbegin()->first);
        }
      }
      Group group{.name = name, .outlets = {}};
      for (const auto& [outlet, quantities] : outlets) {
        Outlet made;
        made.name = outlet;
        for (const auto& [quantity, values] : quantities) {
          std::vector<double> column(static_cast<std::size_t>(last - first + 1), std::nan(""));
          for (const auto& [hour, value] : values) column[static_cast<std::size_t>(hour - first)] = value;
          made.values.emplace_back(quantity, std::move(column));
        }
        group.outlets.push_back(std::move(made));
      }
      groups.push_back(std::move(group));
    }
  }

 private:
  using Series = std::map<std::int64_t, double>;
  std::map<std::string, std::map<std::string, std::map<std::string, Series>>> cells_;
};

constexpr std::array<std::string_view, 6> beijing = {"PM2.5", "PM10", "SO2", "NO2", "CO", "O3"};
constexpr std::array<std::string_view, 6> national = {"pm25", "pm10", "so2", "no2", "co", "o3"};
constexpr std::array<std::string_view, 8> water = {"water_temp", "ph",   "do", "conductivity",
                                                   "codmn",      "nh3n", "tp", "tn"};

Result<void> read_beijing(const std::filesystem::path& file, Gathering& gathering) {
  return each_row(file, [&](const Row& row) {
    const CivilTime civil{.year = static_cast<int>(number_of(row("year"))),
                          .month = static_cast<int>(number_of(row("month"))),
                          .day = static_cast<int>(number_of(row("day"))),
                          .hour = static_cast<int>(number_of(row("hour")))};
    if (!is_valid(civil)) return;
    const std::int64_t hour = from_beijing(civil).us / us_per_hour;
    const int year = civil.month >= 3 ? civil.year : civil.year - 1;  // the files run from March
    for (const auto quantity : beijing)
      gathering.add("beijing " + std::to_string(year), std::string(row("station")), quantity, hour,
                    number_of(row(quantity)));
  });
}

Result<void> read_timed(const std::filesystem::path& file, std::string_view prefix, std::string_view group,
                        std::string_view outlet, std::span<const std::string_view> quantities, std::int64_t hours_a_row,
                        Gathering& gathering) {
  return each_row(file, [&](const Row& row) {
    const auto time = parse_instant(row("time"));
    if (!time || time->us % us_per_hour != 0) return;
    const std::string place = std::string(prefix) + (group.empty() ? "" : " " + std::string(row(group)));
    const std::string name = outlet.empty() ? std::string("outlet") : std::string(row(outlet));
    for (const auto quantity : quantities)
      gathering.add(place, name, quantity, time->us / us_per_hour / hours_a_row, number_of(row(quantity)));
  });
}

}  // namespace

Result<std::vector<Group>> read_groups(const std::filesystem::path& data) {
  std::vector<Group> groups;
  constexpr std::array<std::string_view, 1> value = {"value"};
  const auto effluent = data / "effluent-online-hourly" / "effluent_hourly.csv";
  const auto multisite = data / "air-beijing-multisite" / "prsa_hourly_20130301_20160229.csv.zst";
  const auto stations = data / "air-station-hourly-2020" / "national_hourly.csv.zst";
  const auto rivers = data / "water-auto-4h-2021" / "national_4h.csv.zst";
  const auto take = [&](const std::filesystem::path& file, std::size_t outlets_min,
                        const std::function<Result<void>(Gathering&)>& read) -> Result<void> {
    if (!std::filesystem::exists(file)) return {};
    Gathering gathering;
    auto done = read(gathering);
    if (done) gathering.move_into(groups, outlets_min);
    return done;
  };
  auto done = take(effluent, 1, [&](Gathering& g) { return read_timed(effluent, "effluent", "", "", value, 1, g); });
  if (done) done = take(multisite, 1, [&](Gathering& g) { return read_beijing(multisite, g); });
  if (done)
    done = take(stations, 4,
                [&](Gathering& g) { return read_timed(stations, "air-2020", "city", "station", national, 1, g); });
  if (done)
    done = take(rivers, 4,
                [&](Gathering& g) { return read_timed(rivers, "water-2021", "province", "section", water, 4, g); });
  if (!done) return fail(done.error());
  if (groups.empty()) return fail(Errc::not_found, data.string() + ": holds none of the known series");
  return groups;
}

}  // namespace celadon::tamper
