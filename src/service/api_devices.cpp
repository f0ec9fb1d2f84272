#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

#include <algorithm>
#include <map>

// The register of field units, and those that wait to be taken in.

namespace celadon::service {
namespace {

constexpr std::size_t devices_of_one_body_max = 50'000;
constexpr std::size_t bulk_body_bytes_max = 64 << 20;

void put_time(JsonWriter& json, const char* name, std::optional<Instant> time) {
  json.key(name);
  if (time && time->us != 0)
    json.put(*time);
  else
    json.null();
}

void put_counts(JsonWriter& json, const char* name, const std::map<std::string, std::uint64_t>& counts) {
  json.key(name).begin_object();
  for (const auto& [key, count] : counts) json.member(key, count);
  json.end_object();
}

/// Members of a device, without the braces, so that the single view can add its own.
void put_device_members(JsonWriter& json, const Parts& parts, const ledger::Device& device,
                        const std::optional<ledger::Site>& site, const std::optional<intake::DeviceStatus>& seen) {
  const intake::DeviceStatus status = seen.value_or(intake::DeviceStatus{});
  json.member("mn", device.mn).member("site", device.site).member("name_zh", site ? site->name_zh : "");
  json.member("name_en", site ? site->name_en : "").key("lon");
  if (site) {
    json.put(site->position.lon_deg).member("lat", site->position.lat_deg);
  } else {
    json.null().key("lat").null();
  }
  json.member("outlet", device.outlet).member("note", device.note).member("system_code", device.system_code);
  json.member("minute_interval_min", device.minute_interval_min).member("label_is_end", device.label_is_end);
  json.member("password", device.password).key("addresses").begin_array();
  for (const auto& address : device.addresses) json.put(address);
  json.end_array();
  put_time(json, "expires", device.expires);
  json.member("cipher_key_set", !device.cipher_key.empty());
  json.member("accept_modbus_crc", device.accept_modbus_crc).member("accept_bad_crc", device.accept_bad_crc);
  json.member("revision", device.revision);
  const bool expired = device.expires && *device.expires <= parts.clock();
  json.member("state", device.retired ? "retired" : expired ? "expired" : "active");
  json.member("online", status.online).key("edition");
  if (status.edition)
    json.put(intake::to_text(*status.edition));
  else
    json.null();
  json.text_or_null("peer", status.peer);
  put_time(json, "connected_since", status.connected_since);
  put_time(json, "last_seen", status.last_seen);
  json.member("frames", status.frames).member("answered", status.answered).member("observations", status.observations);
  put_counts(json, "refused", status.refused);
  json.member("last_words", status.last_words).key("clock_offset_s");
  if (seen && status.last_seen.us != 0)
    json.put(status.clock_offset_s);
  else
    json.null();
  const auto silence = parts.desk.silence_of(device, seen);
  json.member("takeovers", status.takeovers).member("silent_after_s", silence.after_s).member("silent", silence.silent);
  json.key("conformity");
  intake::put_conformity(json, seen ? parts.conformity(device.mn) : intake::Conformity::Report{},
                         parts.hj212.deviations);
}

Result<Response> list_devices(const Parts& parts) {
  const auto registered = parts.ledger.devices();
  if (!registered) return fail(registered.error());
  const auto sites = parts.ledger.sites();
  if (!sites) return fail(sites.error());
  std::map<std::string, const ledger::Site*> site_of;
  for (const auto& site : *sites) site_of[site.id] = &site;
  std::map<std::string, intake::DeviceStatus> seen;
  for (auto& status : parts.devices()) seen[status.mn] = std::move(status);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& device : *registered) {
    const auto site = site_of.find(device.site);
    const auto status = seen.find(device.mn);
    json.begin_object();
    put_device_members(json, parts, device,
                       site == site_of.end() ? std::nullopt : std::optional<ledger::Site>(*site->second),
                       status == seen.end() ? std::nullopt : std::optional<intake::DeviceStatus>(status->second));
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// An entry as it was stored, but for the key: that is written and never shown.
std::string without_key(const std::string& body) {
  boost::system::error_code error;
  auto value = boost::json::parse(body, error);
  if (error || !value.is_object() || !value.get_object().contains("cipher_key")) return body;
  value.get_object()["cipher_key"] = "***";
  return boost::json::serialize(value);
}

Result<Response> device_response(const Parts& parts, const ledger::Device& device, bool with_history) {
  const auto site = parts.ledger.site(device.site);
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  put_device_members(json, parts, device, site ? std::optional<ledger::Site>(*site) : std::nullopt,
                     parts.device(device.mn));
  if (with_history) {
    const auto history = parts.ledger.history("device", device.mn);
    if (!history) return fail(history.error());
    json.key("history").begin_array();
    for (const auto& entry : *history) {
      json.begin_object().member("revision", entry.revision).member("known_at", entry.known_at);
      json.member("who", entry.who).member("why", entry.why).key("body").raw(without_key(entry.body)).end_object();
    }
    json.end_array();
    archive::RawQuery newest;
    newest.detail_prefix = device.mn + " ";
    newest.newest_first = true;
    newest.limit = 1;
    const auto frames = parts.archive.find_raw(newest);
    json.text_or_null("last_frame", frames && !frames->empty() ? frames->front().bytes : "");
  }
  json.end_object();
  return json_response(std::move(out));
}

Result<Response> one_device(const Parts& parts, const Request& request) {
  const auto device = parts.ledger.device(request.path_value("mn"));
  if (!device)
    return fail(device.error().code, "there is no device '" + request.path_value("mn").substr(0, 60) + "'", "mn");
  return device_response(parts, *device, true);
}

/// What a body says of a device; what it does not say stays as it is.
void read_device(JsonBody& body, ledger::Device& device) {
  device.password = body.text_or("password", device.password);
  device.site = body.text_or("site", device.site);
  device.system_code = body.text_or("system_code", device.system_code);
  device.minute_interval_min = static_cast<int>(body.whole_or("minute_interval_min", device.minute_interval_min));
  device.label_is_end = body.boolean_or("label_is_end", device.label_is_end);
  device.note = body.text_or("note", device.note);
  device.outlet = body.text_or("outlet", device.outlet);
  if (body.has("addresses")) device.addresses = body.texts("addresses");
  if (body.has("expires"))
    device.expires = body.text_or("expires", "") == "" ? std::nullopt : body.time_or_none("expires");
  device.cipher_key = body.text_or("cipher_key", device.cipher_key);
  device.accept_modbus_crc = body.boolean_or("accept_modbus_crc", device.accept_modbus_crc);
  device.accept_bad_crc = body.boolean_or("accept_bad_crc", device.accept_bad_crc);
  device.retired = body.boolean_or("retired", device.retired);
  device.silent_after_s = body.whole_or("silent_after_s", device.silent_after_s);
}

Result<ledger::Site> read_site(const Parts& parts, const boost::json::object& object) {
  JsonBody body(object);
  ledger::Site site;
  site.id = body.text("id");
  site.kind = body.text("kind");
  site.name_zh = body.text_or("name_zh", site.id);
  site.name_en = body.text_or("name_en", site.name_zh);
  site.position = {body.number("lon"), body.number("lat")};
  site.county = body.text_or("county", "");
  site.code = body.text_or("code", "");
  site.water_body = body.text_or("water_body", "");
  site.valid_from = Instant{};
  if (std::abs(site.position.lon_deg) > 180 || std::abs(site.position.lat_deg) > 90)
    body.refuse("lon", "lon is -180..180 and lat -90..90, in degrees of WGS 84", Errc::invalid_value);
  if (!body.failed() && parts.ledger.site(site.id))
    body.refuse("id", "site '" + site.id + "' is there already", Errc::conflict);
  if (body.failed()) return fail(*body.failed());
  return site;
}

Result<std::vector<ledger::Site>> read_sites(const Parts& parts, const std::vector<boost::json::object>& objects) {
  std::vector<ledger::Site> sites;
  for (const auto& object : objects) {
    auto site = read_site(parts, object);
    if (!site) return fail(site.error());
    sites.push_back(std::move(*site));
  }
  return sites;
}

Result<Response> add_devices(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  const auto objects = body.objects("devices");
  if (objects.empty() || objects.size() > devices_of_one_body_max)
    body.refuse("devices", "a list of 1 to 50000 devices is expected", Errc::invalid_value);
  const auto site_objects = body.objects("sites");
  if (body.failed()) return fail(*body.failed());
  const auto sites = read_sites(parts, site_objects);
  if (!sites) return fail(sites.error());
  std::vector<ledger::Device> devices;
  for (const auto& object : objects) {
    JsonBody one(object);
    ledger::Device device;
    device.mn = one.text("mn");
    read_device(one, device);
    if (one.failed()) return fail(*one.failed());
    if (parts.ledger.device(device.mn))
      return fail(Errc::conflict, "device '" + device.mn + "' is registered; change it with PUT /api/v1/devices/{mn}",
                  "mn");
    devices.push_back(std::move(device));
  }
  const auto stored = parts.desk.put_devices(devices, *sites, who, why);
  if (!stored) return fail(stored.error());
  std::string out;
  JsonWriter(out).begin_object().member("stored", *stored).end_object();
  return json_response(std::move(out), 201);
}

Result<Response> change_device(const Parts& parts, const Request& request) {
  auto device = parts.ledger.device(request.path_value("mn"));
  if (!device)
    return fail(device.error().code, "there is no device '" + request.path_value("mn").substr(0, 60) + "'", "mn");
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  const std::int64_t revision = body.whole("revision");
  read_device(body, *device);
  if (body.failed()) return fail(*body.failed());
  device->revision = revision;
  const auto stored = parts.desk.put_device(*device, who, why);
  if (!stored) return fail(stored.error());
  return device_response(parts, *stored, false);
}

Result<Response> list_waiting(const Parts& parts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& [device, turned_away] : parts.desk.waiting()) {
    json.begin_object().member("mn", device.mn).member("first_seen", device.first_seen);
    json.member("last_seen", device.last_seen).member("frames", device.frames);
    json.member("held_frames", device.held_frames).member("held_bytes", device.held_bytes);
    json.member("dropped_frames", device.dropped_frames).member("system_code", device.system_code);
    json.member("password", device.password).member("edition", intake::to_text(device.edition));
    json.key("peers").begin_array();
    for (const auto& peer : device.peers) json.put(peer);
    json.end_array();
    put_counts(json, "commands", device.commands);
    json.member("sample", printable(device.sample)).member("state", turned_away ? "refused" : "waiting").end_object();
  }
  const auto& limits = parts.desk.waiting_limits();
  json.end_array().key("limits").begin_object().member("devices_max", limits.devices_max);
  json.member("bytes_max_per_device", limits.bytes_max_per_device).end_object().end_object();
  return json_response(std::move(out));
}

Result<Response> take_in(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  ledger::Device device;
  device.mn = request.path_value("mn");
  const auto waiting = parts.desk.waiting();
  const auto seen = std::ranges::find_if(waiting, [&](const auto& one) { return one.device.mn == device.mn; });
  if (seen == waiting.end())
    return fail(Errc::not_found,
                "no device '" + device.mn.substr(0, 60) + "' waits; POST /api/v1/devices registers one", "mn");
  device.password = seen->device.password;
  device.system_code = seen->device.system_code;
  read_device(body, device);
  std::vector<ledger::Site> sites;
  if (body.has("new_site")) {
    const auto value = boost::json::parse(request.body).as_object().at("new_site");
    if (!value.is_object()) return fail(Errc::malformed, "an object is expected", "new_site");
    auto site = read_site(parts, value.get_object());
    if (!site) return fail(site.error());
    device.site = site->id;
    sites.push_back(std::move(*site));
  } else if (device.site.empty()) {
    body.refuse("site", "name the site it measures at, or a new_site");
  }
  if (body.failed()) return fail(*body.failed());
  const auto taken = parts.desk.take_in(device, sites, who, why);
  if (!taken) return fail(taken.error());
  const auto stored = parts.ledger.device(device.mn);
  if (!stored) return fail(stored.error());
  const auto shown = device_response(parts, *stored, false);
  if (!shown) return shown;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("device").raw(shown->body).key("taken").begin_object();
  json.member("frames", taken->frames).member("observations", taken->observations).member("refused", taken->refused);
  json.end_object().end_object();
  return json_response(std::move(out), 201);
}

Result<Response> turn_away(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  if (body.failed()) return fail(*body.failed());
  if (auto done = parts.desk.turn_away(request.path_value("mn"), who, why); !done) return fail(done.error());
  return json_response("{\"state\":\"refused\"}");
}

}  // namespace

void add_device_routes(Router& router, const Parts& parts) {
  router.add({"GET",
              "/api/v1/devices",
              "Field units and what the gateway saw of them since its start",
              {},
              [&parts](const Request&) { return list_devices(parts); }});
  router.add({"POST",
              "/api/v1/devices",
              "Register devices, and sites for them: who, why, devices, sites; all or none",
              {},
              [&parts](const Request& request) { return add_devices(parts, request); },
              bulk_body_bytes_max});
  router.add({"GET",
              "/api/v1/devices/pending",
              "Devices that nobody has registered, and how much of theirs is held",
              {},
              [&parts](const Request&) { return list_waiting(parts); }});
  router.add({"POST",
              "/api/v1/devices/pending/{mn}/approve",
              "Register a waiting device and store what was held of it: who, why, site or new_site",
              {},
              [&parts](const Request& request) { return take_in(parts, request); }});
  router.add({"POST",
              "/api/v1/devices/pending/{mn}/refuse",
              "Turn a waiting device away: who, why",
              {},
              [&parts](const Request& request) { return turn_away(parts, request); }});
  router.add(
      {"GET", "/api/v1/devices/{mn}", "One device with the history of its entry", {}, [&parts](const Request& request) {
         return one_device(parts, request);
       }});
  router.add({"PUT",
              "/api/v1/devices/{mn}",
              "Change a device's entry: who, why, the revision that was seen, and what changes",
              {},
              [&parts](const Request& request) { return change_device(parts, request); }});
}

}  // namespace celadon::service
