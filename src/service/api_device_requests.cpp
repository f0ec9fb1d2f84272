#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

// Requests to field units, their receipts, gaps and back-fill.

namespace celadon::service {
namespace {

constexpr std::size_t parameters_max = 64;
constexpr std::int64_t gap_days = 7;

Result<ledger::Device> device_of(const Parts& parts, const Request& request) {
  auto device = parts.ledger.device(request.path_value("mn"));
  if (!device && device.error().code == Errc::not_found)
    return fail(Errc::not_found, "there is no device '" + request.path_value("mn").substr(0, 60) + "'", "mn");
  return device;
}

Result<Response> ask(const Parts& parts, const Request& request) {
  const auto device = device_of(parts, request);
  if (!device) return fail(device.error());
  JsonBody body(request.body);
  intake::CommandRequest command;
  command.mn = device->mn;
  command.who = who_of(request, body);
  command.why = body.text("why");
  command.cn = body.text("cn");
  for (const auto& object : body.objects("parameters")) {
    JsonBody one(object);
    command.parameters.emplace_back(one.text("name"), one.text_or("value", ""));
    if (one.failed()) return fail(one.failed()->code, one.failed()->detail, "parameters");
  }
  if (command.parameters.size() > parameters_max)
    body.refuse("parameters", "at most 64 parameters are taken", Errc::too_large);
  if (body.failed()) return fail(*body.failed());
  const auto receipt = parts.desk.ask(std::move(command));
  if (!receipt) return fail(receipt.error());
  return json_response(parts.desk.receipt_json(*receipt), 202);
}

Result<Response> list_receipts(const Parts& parts, const std::string& mn, const Request& request) {
  const auto limit = request.whole("limit", 50, 1, 1000);
  if (!limit) return fail(limit.error());
  const auto receipts = parts.desk.receipts(mn, static_cast<std::size_t>(*limit));
  if (!receipts) return fail(receipts.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& receipt : *receipts) json.raw(receipt);
  json.end_array().end_object();
  return json_response(std::move(out));
}

Result<Response> list_gaps(const Parts& parts, const Request& request) {
  const auto device = device_of(parts, request);
  if (!device) return fail(device.error());
  const auto from = request.time("from");
  if (!from) return fail(from.error());
  const auto to = request.time("to");
  if (!to) return fail(to.error());
  const Instant end = to->value_or(parts.clock());
  const auto presence = parts.desk.gaps(device->mn, request.one("cn").value_or("2061"),
                                        from->value_or(Instant{end.us - gap_days * us_per_day}), end);
  if (!presence) return fail(presence.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& gap : presence->gaps) {
    json.begin_object().member("from", gap.first_end).member("to", gap.last_end).member("periods", gap.periods);
    json.end_object();
  }
  json.end_array().member("expected", presence->expected).member("present", presence->present);
  json.member("period_s", presence->averaging.length_us / us_per_second).end_object();
  return json_response(std::move(out));
}

Result<Response> back_fill(const Parts& parts, const Request& request) {
  const auto device = device_of(parts, request);
  if (!device) return fail(device.error());
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text("why");
  const std::string cn = body.text("cn");
  const Instant from = body.time("from");
  const Instant to = body.time("to");
  if (body.failed()) return fail(*body.failed());
  const auto receipts = parts.desk.back_fill(device->mn, cn, from, to, who, why);
  if (!receipts) return fail(receipts.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& receipt : *receipts) json.raw(parts.desk.receipt_json(receipt));
  json.end_array().end_object();
  return json_response(std::move(out), 202);
}

Response list_fills(const Parts& parts) {
  const auto fills = parts.desk.fills();
  std::size_t waiting = 0;
  std::size_t running = 0;
  for (const auto& fill : fills.fills) {
    if (fill.state == "waiting") ++waiting;
    if (fill.state == "running") ++running;
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("automatic", fills.automatic).member("waiting", waiting).member("running", running);
  json.member("done", fills.fills.size() - waiting - running).key("devices").begin_array();
  for (const auto& fill : fills.fills) {
    json.begin_object().member("mn", fill.mn).member("cn", fill.cn).member("from", fill.gap.first_end);
    json.member("to", fill.gap.last_end).member("periods", fill.gap.periods).member("state", fill.state).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_device_request_routes(Router& router, const Parts& parts) {
  router.add({"POST",
              "/api/v1/devices/{mn}/commands",
              "Send a request to a device: who, why, cn, parameters; the answer is its receipt",
              {},
              [&parts](const Request& request) { return ask(parts, request); }});
  router.add({"GET",
              "/api/v1/devices/{mn}/commands",
              "Receipts of the requests to a device, newest first",
              {{"limit", "1 to 1000, 50 when absent"}},
              [&parts](const Request& request) -> Result<Response> {
                const auto device = device_of(parts, request);
                if (!device) return fail(device.error());
                return list_receipts(parts, device->mn, request);
              }});
  router.add({"GET",
              "/api/v1/device-commands",
              "Receipts of the newest requests to all devices",
              {{"limit", "1 to 1000, 50 when absent"}},
              [&parts](const Request& request) { return list_receipts(parts, "", request); }});
  router.add({"GET",
              "/api/v1/devices/{mn}/gaps",
              "Periods without data of a device",
              {{"cn", "2061 hour, 2051 minute or 2031 day data; 2061 when absent"},
               {"from", "first period end; seven days before `to` when absent"},
               {"to", "last period end; now when absent"}},
              [&parts](const Request& request) { return list_gaps(parts, request); }});
  router.add({"POST",
              "/api/v1/devices/{mn}/backfill",
              "Call history back: who, why, cn, from, to (period ends)",
              {},
              [&parts](const Request& request) { return back_fill(parts, request); }});
  router.add({"GET",
              "/api/v1/backfill",
              "Gaps that wait, are being filled, and were",
              {},
              [&parts](const Request&) -> Result<Response> { return list_fills(parts); }});
}

}  // namespace celadon::service
