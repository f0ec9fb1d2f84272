#include "intake/device_signal.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>

namespace celadon::intake {
namespace {

std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

double share_of(std::uint64_t hash) { return static_cast<double>(hash >> 11U) * 0x1p-53; }

struct Octave {
  std::int64_t step_us;
  double weight;
};
constexpr std::array octaves = {Octave{6 * us_per_hour, 0.6}, Octave{20 * us_per_minute, 0.3},
                                Octave{30 * us_per_second, 0.1}};

/// Between the hashed values at the two corners around the moment; smooth at the corners.
double noise_at(std::uint64_t key, std::size_t octave, Instant moment) {
  const std::int64_t step = octaves[octave].step_us;
  const std::int64_t corner = moment.us / step;  // moments lie after 1970
  const double x = static_cast<double>(moment.us - corner * step) / static_cast<double>(step);
  const double low = place_share(key, octave, static_cast<std::uint64_t>(corner));
  const double high = place_share(key, octave, static_cast<std::uint64_t>(corner + 1));
  return low + (high - low) * x * x * (3 - 2 * x);
}

std::optional<double> pack_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

enum Column : std::uint8_t {
  system,
  code,
  code_2005,
  low,
  high,
  decimals,
  total,
  total_factor,
  o2_standard,
  source,
  trust
};

Result<SimulatedFactor> read_factor(const std::vector<std::string>& row, const std::string& place) {
  SimulatedFactor factor;
  factor.code = row[code];
  factor.code_2005 = row[code_2005].empty() ? row[code] : row[code_2005];
  const auto least = pack_number(row[low]);
  const auto most = pack_number(row[high]);
  const auto places = pack_number(row[decimals]);
  if (!least || !most || *least >= *most) return fail(Errc::malformed, place + "low must be a number below high");
  if (!places || *places < 0 || *places > 6) return fail(Errc::malformed, place + "decimals must be 0 to 6");
  factor.low = *least;
  factor.high = *most;
  factor.decimals = static_cast<int>(*places);
  if (row[total] != "no") {
    const auto multiple = pack_number(row[total_factor]);
    if ((row[total] != "flow" && row[total] != "load") || !multiple)
      return fail(Errc::malformed, place + "total must be flow or load with a total_factor, or no");
    factor.total = row[total] == "flow" ? SimulatedFactor::Total::flow : SimulatedFactor::Total::load;
    factor.total_factor = *multiple;
  }
  if (row[trust] != "verified" && row[trust] != "secondary" && row[trust] != "memory")
    return fail(Errc::malformed, place + "trust is '" + row[trust] + "', not verified, secondary or memory");
  if (!row[o2_standard].empty()) {
    factor.o2_standard = pack_number(row[o2_standard]);
    if (!factor.o2_standard || *factor.o2_standard < 0 || *factor.o2_standard >= 21)
      return fail(Errc::malformed, place + "o2_standard must be 0 to 21 percent, or empty");
  }
  return factor;
}

}  // namespace

std::uint64_t place_hash(std::uint64_t seed, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  return mixed(mixed(mixed(mixed(seed) ^ a) ^ b) ^ c);
}

double place_share(std::uint64_t seed, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  return share_of(place_hash(seed, a, b, c));
}

Result<std::vector<SimulatedFactor>> read_simulated_factors(const std::filesystem::path& packs,
                                                            std::string_view system_code,
                                                            std::span<const std::string> codes) {
  constexpr std::array<std::string_view, 11> columns = {"system",      "code",     "code_2005", "low",
                                                        "high",        "decimals", "total",     "total_factor",
                                                        "o2_standard", "source",   "trust"};
  const std::string name = (packs / "simulator" / "factors.csv").string();
  std::ifstream file(name, std::ios::binary);
  if (!file) return fail(Errc::not_found, name + ": cannot be opened; the folder of packs is given with --packs");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto csv = parse_csv_table(text, name, columns);
  if (!csv) return fail(csv.error());
  std::vector<SimulatedFactor> all;
  std::optional<SimulatedFactor> other;
  std::set<std::string> systems;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    auto factor = read_factor(row, name + ":" + std::to_string(csv->lines[i]) + ": ");
    if (!factor) return fail(factor.error());
    if (row[system] == "*")
      other = std::move(*factor);
    else
      systems.insert(row[system]);
    if (row[system] == system_code) all.push_back(std::move(*factor));
  }
  if (!other) return fail(Errc::malformed, name + ": the row * for every other factor is missing");
  if (codes.empty()) {
    if (!all.empty()) return all;
    std::string known;
    for (const auto& one : systems) known += " " + one;
    return fail(Errc::unknown_code, "system code '" + std::string(system_code) + "' has no factors in " + name +
                                        "; known are" + known + ", or name the factors yourself");
  }
  std::vector<SimulatedFactor> chosen;
  for (const auto& wanted : codes) {
    const auto it = std::ranges::find(all, wanted, &SimulatedFactor::code);
    chosen.push_back(it == all.end() ? *other : *it);
    if (it == all.end()) chosen.back().code = chosen.back().code_2005 = wanted;
  }
  return chosen;
}

double level_at(std::uint64_t key, Instant moment) {
  double level = 0;
  for (std::size_t i = 0; i < octaves.size(); ++i) level += octaves[i].weight * noise_at(key, i, moment);
  return level;
}

PeriodLevel level_over(std::uint64_t key, Instant begin, std::int64_t length_us) {
  const std::int64_t minutes = length_us / us_per_minute;
  CELADON_ASSERT(minutes > 0);
  PeriodLevel level{0, 1, 0};
  for (std::int64_t i = 0; i < minutes; ++i) {
    const double sample = level_at(key, Instant{begin.us + i * us_per_minute + us_per_minute / 2});
    level.mean += sample;
    level.lowest = std::min(level.lowest, sample);
    level.highest = std::max(level.highest, sample);
  }
  level.mean /= static_cast<double>(minutes);
  return level;
}

}  // namespace celadon::intake
