#include "service/api.hpp"
#include "service/public_limit.hpp"
#include "service/qr_code.hpp"
#include "service/record_json.hpp"
#include "service/register_routes.hpp"
#include "systems/record.hpp"

#include <cmath>

// Files that belong to records, and what is stuck to things: QR codes and labels.

namespace celadon::service {
namespace {

constexpr std::size_t public_photo_bytes_max = 8U << 20U;
constexpr std::size_t label_fields_max = 8;

std::string attachment_json(const ledger::Attachment& one) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("hash", one.hash).member("name", one.name).member("media_type", one.media_type);
  json.member("bytes", one.bytes).key("taken_at");
  if (one.taken_at)
    json.put(*one.taken_at);
  else
    json.null();
  json.key("taken_where");
  if (one.taken_where)
    json.begin_array().put(one.taken_where->lon_deg).put(one.taken_where->lat_deg).end_array();
  else
    json.null();
  json.member("known_at", one.known_at).end_object();
  return out;
}

bool is_picture(std::string_view bytes) {
  return bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("\x89PNG\r\n") ||
         (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"));
}

Result<Response> take_file(const Parts& parts, PublicLimit& limit, const Request& request) {
  if (request.body.empty()) return fail(Errc::malformed, "the body is empty; it must be the file", "body");
  if (is_public(request.caller)) {
    if (!is_picture(request.body))
      return fail(Errc::refused, "without sign-in only pictures (JPEG, PNG, WebP) are taken", "body");
    if (request.body.size() > public_photo_bytes_max)
      return fail(Errc::too_large, "without sign-in a picture may have 8 MiB at most", "body");
    if (!limit.take(request.address, parts.clock()))
      return fail(Errc::too_many, "too many pictures from here within an hour; try again later");
  }
  const auto taken_at = request.time("taken_at");
  if (!taken_at) return fail(taken_at.error());
  const auto lon = request.degrees("lon", 180);
  if (!lon) return fail(lon.error());
  const auto lat = request.degrees("lat", 90);
  if (!lat) return fail(lat.error());
  if (lon->has_value() != lat->has_value())
    return fail(Errc::malformed, "lon and lat belong together", *lon ? "lat" : "lon");
  std::optional<LonLat> where;
  if (*lon) where = LonLat{**lon, **lat};
  const auto kept =
      parts.attachments.put(request.body, request.one("name").value_or("file"), *taken_at, where, request.caller.name);
  if (!kept) return fail(kept.error());
  Response response = private_response(attachment_json(*kept), 201);
  response.headers.emplace_back("Location", "/api/v1/attachments/" + kept->hash);
  return response;
}

/// A file's name as RFC 8187 has it in a header.
std::string encoded(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || c == '.' ||
        c == '-' || c == '_') {
      out += c;
    } else {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", byte);
      out += code;
    }
  }
  return out;
}

Result<Response> give_file(const Parts& parts, const Request& request) {
  const std::string& hash = request.path_value("hash");
  const auto known = parts.attachments.find(hash);
  if (!known) return fail(known.error());
  auto bytes = parts.attachments.content(hash);
  if (!bytes) return fail(bytes.error());
  Response response;
  response.body = std::move(*bytes);
  response.content_type = known->media_type;
  response.cache_control = "private, max-age=31536000, immutable";  // another content has another hash
  const bool is_shown = known->media_type.starts_with("image/") || known->media_type == "application/pdf";
  response.headers.emplace_back("Content-Disposition", std::string(is_shown ? "inline" : "attachment") +
                                                           "; filename*=UTF-8''" + encoded(known->name));
  return response;
}

/// Where a person who scans the code lands: the address of the page, as far as the server knows it.
std::string address_of(const Parts& parts, const registry::Matter& matter) {
  return parts.public_address() + "/" + record_address(matter);
}

Result<registry::Matter> matter_of(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  return parts.registers.get(request.caller, (*type)->id, request.path_value("id"));
}

Result<Response> code_of(const Parts& parts, const Request& request) {
  const auto matter = matter_of(parts, request);
  if (!matter) return fail(matter.error());
  auto svg = qr_svg(address_of(parts, *matter));
  if (!svg) return fail(svg.error());
  Response response = private_response(std::move(*svg));
  response.content_type = "image/svg+xml";
  return response;
}

/// What a person reads of a value: codes by their names, references by their titles.
std::string shown_value(const systems::Field& field, const systems::Value& value,
                        const std::map<std::string, std::string>& names) {
  if (const auto name = names.find(field.id); name != names.end()) return name->second;
  if (const auto* code = std::get_if<std::string>(&value); code != nullptr && field.codes != nullptr) {
    if (const auto* known = field.codes->find(*code)) return known->name.zh;
  }
  std::string text = systems::value_to_text(field, value);
  if (!field.unit.empty() && field.unit != "1") text += " " + field.unit;
  return text;
}

Result<Response> label_of(const Parts& parts, const Request& request) {
  const auto matter = matter_of(parts, request);
  if (!matter) return fail(matter.error());
  const auto& type = *parts.registers.catalogue().find(matter->register_id);
  const auto svg = qr_svg(address_of(parts, *matter));
  if (!svg) return fail(svg.error());
  const auto names = parts.registers.names(request.caller, *matter);
  std::string rows;
  std::size_t given = 0;
  for (const auto& field : type.fields) {
    const auto value = matter->values.find(field.id);
    if (value == matter->values.end() || field.personal || field.is_geometry() ||
        field.type == systems::FieldType::files || given == label_fields_max)
      continue;
    ++given;
    rows += "<tr><th>" + html_text(field.name.zh) + "</th><td>" + html_text(shown_value(field, value->second, names)) +
            "</td></tr>\n";
  }
  Response response = private_response(
      "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" + html_text(matter->id) +
      "</title>\n<style>@page{size:A6 portrait;margin:6mm}body{font:11pt sans-serif;margin:0;width:93mm;height:136mm;"
      "overflow:hidden}h1{font-size:15pt;margin:0 0 1mm}p{margin:0 0 2mm}svg{width:46mm;height:46mm;display:block;"
      "margin:0 auto 2mm}table{border-collapse:collapse;width:100%}th,td{border:.2mm solid #000;padding:.8mm 1.5mm;"
      "text-align:left;font-size:9.5pt;overflow-wrap:anywhere}th{width:30%;font-weight:normal}</style></head>\n<body>"
      "<h1>" +
      html_text(matter->title) + "</h1>\n<p>" + html_text(type.name.zh) + " · <b>" + html_text(matter->id) +
      "</b></p>\n" + *svg + "<table>" + rows + "</table></body></html>\n");
  response.content_type = "text/html; charset=utf-8";
  return response;
}

}  // namespace

void add_attachment_routes(Router& router, const Parts& parts) {
  const auto limit = std::make_shared<PublicLimit>();
  router.add({"POST",
              "/api/v1/attachments",
              "A file of a record: its bytes are the body, 20 MiB at most",
              {{"name", "name of the file"},
               {"taken_at", "of a photo: when"},
               {"lon", "of a photo: where, degrees"},
               {"lat", "of a photo: where, degrees"}},
              [&parts, limit](const Request& request) { return take_file(parts, *limit, request); },
              ledger::Attachments::bytes_max});
  const auto add = [&](const char* path, const char* text, Result<Response> (*handle)(const Parts&, const Request&)) {
    router.add({"GET", path, text, {}, [&parts, handle](const Request& request) { return handle(parts, request); }});
  };
  add("/api/v1/attachments/{hash}", "The bytes of a file", give_file);
  add("/api/v1/registers/{register}/records/{id}/qr.svg", "A QR code with the address of the record", code_of);
  add("/api/v1/registers/{register}/records/{id}/label.html", "A label to print, A6", label_of);
}

}  // namespace celadon::service
