#include "cli/simulate_options.hpp"

#include "intake/device_directory.hpp"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>

namespace celadon::cli {
namespace {

constexpr std::size_t devices_max = 1'000'000;

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct EditionShare {
  intake::Edition212 edition;
  double share;
};

/// "2005=0.2,2017=0.7,2025=0.1"; without shares all are alike.
Result<std::vector<EditionShare>> read_editions(const std::string& text) {
  constexpr std::array names = {std::pair{"2005", intake::Edition212::of_2005},
                                std::pair{"2017", intake::Edition212::of_2017},
                                std::pair{"2025", intake::Edition212::of_2025}};
  std::vector<EditionShare> shares;
  for (const auto& item : split(text, ',')) {
    const std::size_t equals = item.find('=');
    const auto share = equals == std::string::npos ? 1.0 : number_of(item.substr(equals + 1)).value_or(-1);
    const auto name =
        std::ranges::find(names, item.substr(0, equals), [](const auto& one) { return std::string(one.first); });
    if (name == names.end() || !(share >= 0) || share > 1e9)
      return fail(Errc::invalid_value,
                  "--editions has '" + item + "'; expected 2005, 2017 or 2025, each with =share or none", "editions");
    shares.push_back({name->second, share});
  }
  double sum = 0;
  for (const auto& one : shares) sum += one.share;
  if (!(sum > 0)) return fail(Errc::invalid_value, "--editions names no edition with a share above 0", "editions");
  for (auto& one : shares) one.share /= sum;
  return shares;
}

Result<std::vector<intake::Command>> read_kinds(const std::string& text) {
  constexpr std::array<intake::Command, 7> known = {2011, 2021, 2031, 2041, 2051, 2061, 2081};
  std::vector<intake::Command> kinds;
  for (const auto& item : split(text, ',')) {
    const auto value = number_of(item);
    const auto kind = static_cast<intake::Command>(value && *value > 0 && *value < 10'000 ? *value : 0);
    if (std::ranges::find(known, kind) == known.end())
      return fail(Errc::unknown_code,
                  "--kinds has '" + item + "'; a unit sends by itself 2011, 2021, 2031, 2041, 2051, 2061, 2081",
                  "kinds");
    if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  }
  if (kinds.empty()) return fail(Errc::invalid_value, "--kinds is empty", "kinds");
  return kinds;
}

Result<std::vector<std::pair<Instant, Instant>>> read_outages(const std::vector<std::string>& texts) {
  std::vector<std::pair<Instant, Instant>> outages;
  for (const auto& text : texts) {
    const auto ends = split(text, '/');
    if (ends.size() != 2)
      return fail(Errc::malformed,
                  "--outage is '" + text + "'; expected from/to, as in '2026-03-02 08:00/2026-03-02 12:00'", "outage");
    const auto first = parse_instant(ends[0]);
    if (!first) return fail(first.error());
    const auto behind = parse_instant(ends[1]);
    if (!behind) return fail(behind.error());
    if (*first >= *behind) return fail(Errc::invalid_value, "--outage '" + text + "' ends before it begins", "outage");
    outages.emplace_back(*first, *behind);
  }
  return outages;
}

/// 14 characters in 2005; 24 of 0-9 A-F since 2017.
std::string mn_of(const std::string& prefix, std::size_t index, intake::Edition212 edition) {
  const std::size_t length = edition == intake::Edition212::of_2005 ? 14 : 24;
  const std::string digits = std::to_string(index + 1);
  return prefix + std::string(length - prefix.size() - digits.size(), '0') + digits;
}

Result<void> read_times(const SimulateOptions& options, SimulateRequest& request) {
  auto& plan = request.plan;
  plan.begin = now();
  if (!options.from.empty()) {
    const auto from = parse_instant(options.from);
    if (!from) return fail(from.error());
    plan.begin = *from;
  }
  plan.live_clock = options.speed.empty();
  if (!options.speed.empty()) {
    if (options.now) return fail(Errc::invalid_value, "--speed and --now exclude each other", "speed");
    if (options.from.empty()) return fail(Errc::invalid_value, "--speed needs --from, where its clock begins", "speed");
    plan.speed = number_of(options.speed).value_or(0);
    if (!(plan.speed > 0 && plan.speed <= 1e6))
      return fail(Errc::invalid_value, "--speed is '" + options.speed + "'; expected a number above 0", "speed");
  }
  if (options.for_s > 0) request.for_s = options.for_s;
  if (options.messages > 0) plan.messages_max = options.messages;
  return {};
}

Result<void> read_devices(const SimulateOptions& options, const std::filesystem::path& packs, FactorShelf& shelf,
                          SimulateRequest& request) {
  if (options.devices < 1 || options.devices > devices_max)
    return fail(Errc::invalid_value, "--devices is 1 to 1000000", "devices");
  auto editions = read_editions(options.editions);
  if (!editions) return fail(editions.error());
  const auto old = [](const EditionShare& one) { return one.edition == intake::Edition212::of_2005 && one.share > 0; };
  const std::size_t longest = std::ranges::any_of(*editions, old) ? 7 : 16;
  const bool is_hex = options.mn_prefix.find_first_not_of("0123456789ABCDEF") == std::string::npos;
  if (options.mn_prefix.empty() || options.mn_prefix.size() > longest || !is_hex)
    return fail(Errc::invalid_value,
                "--mn-prefix is 1 to " + std::to_string(longest) + " characters of 0-9 A-F (7 with units of 2005)",
                "mn-prefix");
  const auto systems = split(options.systems, ',');
  if (systems.empty()) return fail(Errc::invalid_value, "--system is empty", "system");
  const auto codes = split(options.factors, ',');
  for (const auto& system : systems) {
    auto factors = intake::read_simulated_factors(packs, system, codes);
    if (!factors) return fail(factors.error());
    shelf[system] = std::move(*factors);
  }
  std::optional<intake::Key212> key;
  if (!options.sm4_key.empty()) {
    const auto read = intake::parse_cipher_key(options.sm4_key);
    if (!read) return fail(read.error().code, "--sm4-key: " + read.error().detail, "sm4-key");
    key = *read;
  }
  std::vector<double> given(editions->size(), 0);
  for (std::size_t i = 0; i < options.devices; ++i) {
    std::size_t most = 0;  // the edition that is furthest behind its share
    for (std::size_t e = 0; e < editions->size(); ++e) {
      const auto behind = [&](std::size_t one) {
        return (*editions)[one].share * static_cast<double>(i + 1) - given[one];
      };
      if (behind(e) > behind(most)) most = e;
    }
    given[most] += 1;
    intake::DeviceIdentity device;
    device.index = static_cast<std::uint32_t>(i);
    device.of = static_cast<std::uint32_t>(options.devices);
    device.edition = (*editions)[most].edition;
    device.mn = mn_of(options.mn_prefix, i, device.edition);
    device.password = options.password;
    device.system = systems[i % systems.size()];
    device.factors = &shelf[device.system];
    if (device.edition == intake::Edition212::of_2025) device.key = key;
    request.devices.push_back(std::move(device));
  }
  return {};
}

}  // namespace

Result<SimulateRequest> read_options(const SimulateOptions& options, const std::filesystem::path& packs,
                                     FactorShelf& shelf) {
  SimulateRequest request;
  const std::size_t colon = options.to.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : number_of(std::string_view(options.to).substr(colon + 1));
  if (!port || *port < 1 || *port > 65'535)
    return fail(Errc::malformed, "--to is '" + options.to + "'; expected host:port", "to");
  request.host = options.to.substr(0, colon);
  request.port = static_cast<std::uint16_t>(*port);
  if (auto devices = read_devices(options, packs, shelf, request); !devices) return fail(devices.error());
  if (auto times = read_times(options, request); !times) return fail(times.error());
  auto& plan = request.plan;
  auto kinds = read_kinds(options.kinds);
  if (!kinds) return fail(kinds.error());
  plan.kinds = std::move(*kinds);
  auto faults = intake::DeviceFaults::parse(options.faults);
  if (!faults) return fail(faults.error());
  plan.faults = *faults;
  auto outages = read_outages(options.outages);
  if (!outages) return fail(outages.error());
  plan.outages = std::move(*outages);
  plan.seed = options.seed;
  plan.interval_s = options.interval_s;
  plan.minute_min = options.minute_min;
  plan.window = options.window;
  plan.answer_wait_us = static_cast<std::int64_t>(options.answer_wait_s * us_per_second);
  plan.repeats = options.repeats;
  plan.heartbeat_s = options.heartbeat_s;
  plan.clock_request_s = options.clock_request_s;
  plan.control_us = static_cast<std::int64_t>(options.control_s * us_per_second);
  request.settle_s = options.settle_s;
  request.connects_per_s = options.connects_per_s;
  request.ledger = options.ledger;
  return request;
}

Result<std::optional<Place>> read_place(const std::string& text) {
  if (text.empty()) return std::optional<Place>{};
  const auto parts = split(text, ',');
  const auto lon = parts.size() == 2 ? number_of(parts[0]) : std::nullopt;
  const auto lat = parts.size() == 2 ? number_of(parts[1]) : std::nullopt;
  if (!lon || !lat || std::abs(*lon) > 180 || std::abs(*lat) > 90)
    return fail(Errc::malformed, "--near is '" + text + "'; expected lon,lat in degrees, as in 117.2,29.3", "near");
  return std::optional<Place>({*lon, *lat});
}

}  // namespace celadon::cli
