#include "service/api.hpp"

#include "intake/hj212_gateway.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <charconv>

// The messages of field units as they were received.

namespace celadon::service {
namespace {

/// Batches of the log that one request looks at: it answers with what it found, and `next` goes on from there.
constexpr std::size_t looked_at_max = 500'000;

Result<std::optional<archive::RawPlace>> place_of(const std::optional<std::string>& cursor) {
  if (!cursor) return std::nullopt;
  archive::RawPlace place;
  const char* const end = cursor->data() + cursor->size();
  const auto batch = std::from_chars(cursor->data(), end, place.batch);
  if (batch.ec == std::errc{} && batch.ptr != end && *batch.ptr == '.') {
    const auto position = std::from_chars(batch.ptr + 1, end, place.position);
    if (position.ec == std::errc{} && position.ptr == end) return place;
  }
  return fail(Errc::malformed, "a cursor comes from `next` of an earlier answer", "before");
}

Result<std::vector<std::string>> sources_of(const std::string& kind) {
  using namespace intake::source_name;
  if (kind == "taken") return std::vector<std::string>{live, replay, backfill};
  if (kind == "refused") return std::vector<std::string>{refused};
  if (kind == "held") return std::vector<std::string>{held};
  if (kind == "all") return std::vector<std::string>{live, replay, backfill, refused, held};
  return fail(Errc::invalid_value, "expected taken, refused, held or all", "kind");
}

/// Detail is "MN address:port" and, of a refused one, the reason.
void put_frame(JsonWriter& json, const archive::RawMessage& frame) {
  const std::string& detail = frame.source.detail;
  const std::size_t first = std::min(detail.find(' '), detail.size());
  const std::size_t second = std::min(detail.find(' ', first + 1), detail.size());
  json.begin_object().member("batch", frame.batch).member("position", frame.position);
  json.member("received", frame.received).member("source", frame.source.name);
  json.member("reason", second < detail.size() ? detail.substr(second + 1) : "");
  json.member("peer", first < detail.size() ? detail.substr(first + 1, second - first - 1) : "");
  json.member("mn", detail.substr(0, first)).member("raw", printable(frame.bytes));
  json.member("bytes", frame.bytes.size()).end_object();
}

Result<Response> list_frames(const Parts& parts, const std::string& mn, const Request& request) {
  archive::RawQuery query;
  query.newest_first = true;
  const auto from = request.time("from");
  if (!from) return fail(from.error());
  const auto to = request.time("to");
  if (!to) return fail(to.error());
  if (*from) query.from = **from;
  if (*to) query.to = **to;
  auto sources = sources_of(request.one("kind").value_or("all"));
  if (!sources) return fail(sources.error());
  query.sources = std::move(*sources);
  if (!mn.empty()) query.detail_prefix = mn + " ";
  query.contains = request.one("contains").value_or("");
  const auto limit = request.whole("limit", 100, 1, 1000);
  if (!limit) return fail(limit.error());
  query.limit = static_cast<std::size_t>(*limit);
  const auto before = place_of(request.one("before"));
  if (!before) return fail(before.error());
  query.after = *before;
  const auto page = parts.archive.search_raw(query, looked_at_max);
  if (!page) return fail(page.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& frame : page->items) put_frame(json, frame);
  json.end_array().key("next");
  if (page->next)
    json.put(std::to_string(page->next->batch) + "." + std::to_string(page->next->position));
  else
    json.null();
  json.end_object();
  return json_response(std::move(out));
}

const std::vector<Parameter>& parameters() {
  static const std::vector<Parameter> all = {{"from", "received at or after"},
                                             {"to", "received at or before"},
                                             {"kind", "taken, refused, held or all; all when absent"},
                                             {"contains", "text in the message"},
                                             {"limit", "1 to 1000, 100 when absent"},
                                             {"before", "`next` of the page before"}};
  return all;
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = intake::character_bytes(bytes);
    const auto first = static_cast<unsigned char>(bytes.front());
    if (length > 0 && first >= 0x20 && first != 0x7F) {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
      continue;
    }
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02X", first);
    out += code;
    bytes.remove_prefix(1);
  }
  return out;
}

void add_frame_routes(Router& router, const Parts& parts) {
  router.add({"GET", "/api/v1/frames", "Messages as received, of all devices, newest first", parameters(),
              [&parts](const Request& request) { return list_frames(parts, "", request); }});
  router.add({"GET", "/api/v1/devices/{mn}/frames", "Messages as received, of one device, newest first", parameters(),
              [&parts](const Request& request) { return list_frames(parts, request.path_value("mn"), request); }});
}

}  // namespace celadon::service
