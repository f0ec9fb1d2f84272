#include "service/gate.hpp"

#include "core/json_writer.hpp"
#include "service/json_body.hpp"

namespace celadon::service {

using How = people::Caller::How;

std::optional<Response> Gate::check(const Route& route, Request& request) const {
  request.caller = people_.caller(request.session, request.bearer);
  const people::Caller& caller = request.caller;
  const auto* entry = rights_.find(route.method, route.pattern);
  if (entry == nullptr) {
    note_refusal(request);
    return problem(403, "no-right", "packs/people/rights.yaml has no entry for " + route.method + " " + route.pattern);
  }
  if (entry->changes && (request.of_other_site || (caller.how == How::session && !request.of_our_page)))
    return problem(403, "foreign-page", "a request that changes something must carry the header X-Celadon: 1");
  if (rights_.allows(*entry, caller)) return std::nullopt;
  if (caller.how == How::nobody) {
    Response response =
        problem(401, "not-signed-in", "sign in with POST /api/v1/session, or send a token that is valid");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  note_refusal(request);
  std::string roles;
  for (const auto& role : caller.roles) roles += (roles.empty() ? "" : ", ") + role;
  return problem(403, "no-right",
                 caller.read_only && entry->changes ? "this token may only read"
                                                    : "your roles (" + roles + ") do not have the right to do this");
}

bool Gate::is_inside(const Request& request) const {
  const people::Caller caller = people_.caller(request.session, request.bearer);
  const auto* cases = rights_.find("GET", "/api/v1/cases");
  return cases != nullptr && rights_.allows(*cases, caller);
}

void Gate::note_refusal(const Request& request) const {
  ledger::AuditEntry entry;
  entry.who = request.caller.name;
  entry.action = "refused";
  entry.object = request.method + " " + request.path.substr(0, 200);
  entry.outcome = "refused";
  if (!request.caller.token.empty())
    JsonWriter(entry.detail).begin_object().member("token", request.caller.token).end_object();
  static_cast<void>(audit_.add(std::move(entry)));  // it is refused, written down or not
}

bool signed_in(const Request& request) {
  return request.caller.how == How::session || request.caller.how == How::token;
}

std::string who_of(const Request& request, JsonBody& body) {
  return signed_in(request) ? request.caller.name : body.text("who");
}

std::string who_or_blank(const Request& request, JsonBody& body) {
  return signed_in(request) ? request.caller.name : body.text_or("who", "");
}

}  // namespace celadon::service
