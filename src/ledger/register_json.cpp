#include "ledger/register_json.hpp"

#include "ledger/revision_fields.hpp"

#include <boost/json.hpp>

namespace celadon::ledger {
namespace {

namespace json = boost::json;

constexpr std::size_t body_bytes_max = 1U << 20;

json::value parsed_object(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value(json::object()) : value;
}

}  // namespace

std::string to_body(const Site& site) {
  return json::serialize(json::object{{"kind", site.kind},
                                      {"name_zh", site.name_zh},
                                      {"name_en", site.name_en},
                                      {"lon_deg", site.position.lon_deg},
                                      {"lat_deg", site.position.lat_deg},
                                      {"position_note_zh", site.position_note_zh},
                                      {"position_note_en", site.position_note_en},
                                      {"county", site.county},
                                      {"code", site.code},
                                      {"water_body", site.water_body},
                                      {"attributes", parsed_object(site.attributes)}});
}

Result<Site> site_of(const Revision& revision) {
  RevisionFields fields(revision);
  Site site;
  site.id = revision.id;
  site.kind = fields.text("kind");
  site.name_zh = fields.text("name_zh");
  site.name_en = fields.text("name_en");
  site.position = {fields.number("lon_deg"), fields.number("lat_deg")};
  site.position_note_zh = fields.text("position_note_zh");
  site.position_note_en = fields.text("position_note_en");
  site.county = fields.text("county");
  site.code = fields.text("code");
  site.water_body = fields.text("water_body");
  site.attributes = fields.object("attributes");
  site.valid_from = revision.valid_from;
  if (fields.damaged()) return fail(*fields.damaged());
  return site;
}

std::string to_body(const Device& device) {
  json::object body{{"password", device.password},         {"site", device.site},
                    {"system_code", device.system_code},   {"minute_interval_min", device.minute_interval_min},
                    {"label_is_end", device.label_is_end}, {"note", device.note}};
  // What is at its default is left out, so that a body of an earlier program says the same as ours.
  const Device usual;
  if (device.outlet != usual.outlet) body["outlet"] = device.outlet;
  if (device.addresses != usual.addresses) body["addresses"] = json::value_from(device.addresses);
  if (device.expires) body["expires_us"] = device.expires->us;
  if (device.cipher_key != usual.cipher_key) body["cipher_key"] = device.cipher_key;
  if (device.accept_modbus_crc) body["accept_modbus_crc"] = true;
  if (device.accept_bad_crc) body["accept_bad_crc"] = true;
  if (device.retired) body["retired"] = true;
  if (device.silent_after_s != usual.silent_after_s) body["silent_after_s"] = device.silent_after_s;
  return json::serialize(body);
}

Result<Device> device_of(const Revision& revision) {
  RevisionFields fields(revision);
  Device device;
  device.mn = revision.id;
  device.password = fields.text("password");
  device.site = fields.text("site");
  device.system_code = fields.text("system_code");
  device.minute_interval_min = fields.whole("minute_interval_min");
  device.label_is_end = fields.boolean("label_is_end");
  device.note = fields.text("note");
  if (fields.has("outlet")) device.outlet = fields.text("outlet");
  if (fields.has("addresses")) device.addresses = fields.texts("addresses");
  if (fields.has("expires_us")) device.expires = Instant{fields.long_whole("expires_us")};
  if (fields.has("cipher_key")) device.cipher_key = fields.text("cipher_key");
  if (fields.has("accept_modbus_crc")) device.accept_modbus_crc = fields.boolean("accept_modbus_crc");
  if (fields.has("accept_bad_crc")) device.accept_bad_crc = fields.boolean("accept_bad_crc");
  if (fields.has("retired")) device.retired = fields.boolean("retired");
  if (fields.has("silent_after_s")) device.silent_after_s = fields.long_whole("silent_after_s");
  device.revision = revision.revision;
  if (fields.damaged()) return fail(*fields.damaged());
  return device;
}

Result<void> check_body(const std::string& body) {
  if (body.size() > body_bytes_max) {
    return fail(
        Errc::too_large,
        "body has " + std::to_string(body.size()) + " bytes, at most " + std::to_string(body_bytes_max) + " are taken",
        "body");
  }
  boost::system::error_code error;
  const auto value = json::parse(body, error);
  if (error) return fail(Errc::invalid_value, "body is not JSON: " + error.message(), "body");
  if (!value.is_object())
    return fail(Errc::invalid_value, "body must be a JSON object, as in {\"name\": \"...\"}", "body");
  return {};
}

bool same_body(const std::string& a, const std::string& b) { return a == b || parsed_object(a) == parsed_object(b); }

}  // namespace celadon::ledger
