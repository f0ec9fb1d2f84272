#include "cli/simulate_register.hpp"

#include "cli/http_client.hpp"
#include "core/json_writer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>

namespace celadon::cli {
namespace {

constexpr std::size_t devices_at_once = 5000;
constexpr double grid_step_deg = 0.002;

/// On a square grid, row by row.
Place place_of(const intake::DeviceIdentity& device, const Place& center) {
  const auto side = static_cast<std::uint32_t>(std::ceil(std::sqrt(std::max(device.of, 1U))));
  const auto offset = [side](std::uint32_t step) { return (step - (side - 1) / 2.0) * grid_step_deg; };
  return {center.first + offset(device.index % side), center.second + offset(device.index / side)};
}

std::string hex(const intake::Key212& key) {
  std::string text;
  char two[4];
  for (const auto byte : key) {
    std::snprintf(two, sizeof two, "%02X", byte);
    text += two;
  }
  return text;
}

}  // namespace

std::string simulated_site(const intake::DeviceIdentity& device) { return "sim." + device.mn; }

std::string registration_body(std::span<const intake::DeviceIdentity> devices, int minute_min, const Place& center) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("who", "celadon simulate").member("why", "simulated field units").key("devices");
  json.begin_array();
  for (const auto& device : devices) {
    json.begin_object().member("mn", device.mn).member("site", simulated_site(device));
    json.member("password", device.password).member("system_code", device.system);
    json.member("minute_interval_min", minute_min).member("note", "simulated");
    if (device.key) json.member("cipher_key", hex(*device.key));
    json.end_object();
  }
  json.end_array().key("sites").begin_array();
  for (const auto& device : devices) {
    const auto [lon, lat] = place_of(device, center);
    json.begin_object().member("id", simulated_site(device)).member("kind", "outlet");
    json.member("name_zh", "模拟排口 " + std::to_string(device.index + 1));
    json.member("name_en", "Simulated outlet " + std::to_string(device.index + 1));
    json.member("lon", lon).member("lat", lat).end_object();
  }
  json.end_array().end_object();
  return out;
}

Result<void> write_devices(const std::filesystem::path& file, std::span<const intake::DeviceIdentity> devices,
                           int minute_min, const Place& center) {
  std::string text;
  if (file.extension() == ".json") {
    text = registration_body(devices, minute_min, center) + "\n";
  } else if (file.extension() == ".csv") {
    text = "mn,password,site,system_code,minute_interval_min,label_is_end,note\n";
    for (const auto& device : devices) {
      text += device.mn + "," + device.password + "," + simulated_site(device) + "," + device.system + "," +
              std::to_string(minute_min) + ",no,simulated\n";
    }
  } else {
    return fail(Errc::invalid_value, file.string() + ": the name must end in .csv or .json", "devices-out");
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) return fail(Errc::io_failed, file.string() + ": cannot be written", "devices-out");
  return {};
}

Result<std::size_t> register_devices(const std::string& url, std::span<const intake::DeviceIdentity> devices,
                                     int minute_min, std::optional<Place> center) try {
  namespace json = boost::json;
  const std::string server = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  if (!center) {
    const auto city = http_get(server + "/api/v1/city");
    if (!city) return fail(city.error());
    const json::value body = json::parse(*city);
    const auto& point = body.at("center").as_array();
    center = Place{point.at(0).to_number<double>(), point.at(1).to_number<double>()};
  }
  const auto known = http_get(server + "/api/v1/devices");
  if (!known) return fail(known.error());
  std::set<std::string> there;
  const json::value list = json::parse(*known);
  for (const auto& item : list.at("items").as_array()) there.emplace(item.at("mn").as_string());
  std::vector<intake::DeviceIdentity> fresh;
  for (const auto& device : devices) {
    if (!there.contains(device.mn)) fresh.push_back(device);
  }
  for (std::size_t i = 0; i < fresh.size(); i += devices_at_once) {
    const auto some = std::span(fresh).subspan(i, std::min(devices_at_once, fresh.size() - i));
    const auto stored = http_send("POST", server + "/api/v1/devices", registration_body(some, minute_min, *center));
    if (!stored) return fail(stored.error());
  }
  return fresh.size();
} catch (const std::exception& error) {
  return fail(Errc::malformed, url + " did not answer as a Celadon server does: " + error.what());
}

}  // namespace celadon::cli
