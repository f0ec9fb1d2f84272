#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"
#include "service/oidc_desk.hpp"

// Sign-in by the provider of the city, and its settings.

namespace celadon::service {
namespace {

constexpr const char* try_cookie = "celadon_oidc=";
/// Lax, not Strict: the browser comes back from a page of the provider, and must bring it.
constexpr const char* try_cookie_kept = "; Path=/api/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=";

Response sent_on(std::string address) {
  Response response;
  response.status = 302;
  response.content_type = "text/plain; charset=utf-8";
  response.cache_control = "no-store";
  response.headers.emplace_back("Location", std::move(address));
  return response;
}

Result<Response> begin(const Parts& parts, OidcDesk& desk, const Request& request) {
  if (!parts.people.any()) return fail(Errc::conflict, "there are no accounts yet; make the first one, of an admin");
  auto begun = desk.begin();
  if (!begun) return fail(begun.error());
  Response response = sent_on(std::move(begun->address));
  response.headers.emplace_back(
      "Set-Cookie", try_cookie + begun->browser + try_cookie_kept + "600" + (request.over_tls ? "; Secure" : ""));
  return response;
}

Result<Response> come_back(OidcDesk& desk, const Request& request, const std::function<Instant()>& clock) {
  if (const auto error = request.one("error"))
    return fail(Errc::refused, "the provider refuses: " + error->substr(0, 100), "error");
  const auto in = desk.end(request.one("state").value_or(""), request.one("code").value_or(""), request.oidc_try);
  if (!in) return fail(in.error());
  Response response = sent_on("/");
  response.headers.emplace_back("Set-Cookie",
                                session_cookie(request, in->session, (in->expires.us - clock().us) / us_per_second));
  return response;
}

Response settings_response(const OidcDesk::Kept& kept) {
  std::string out;
  JsonWriter json(out);
  const auto& one = kept.settings;
  json.begin_object().member("enabled", one.enabled).member("issuer", one.issuer).member("client_id", one.client_id);
  json.member("has_client_secret", !one.client_secret.empty()).member("redirect", one.redirect);
  json.member("name_claim", one.name_claim).member("ca_file", one.ca_file);
  json.member("revision", kept.revision).end_object();
  Response response = json_response(std::move(out));
  response.cache_control = "no-store";
  return response;
}

Result<Response> change_settings(OidcDesk& desk, const Request& request) {
  auto kept = desk.settings();
  if (!kept) return fail(kept.error());
  JsonBody body(request.body);
  auto& one = kept->settings;
  one.enabled = body.boolean_or("enabled", one.enabled);
  one.issuer = body.text_or("issuer", one.issuer);
  one.client_id = body.text_or("client_id", one.client_id);
  one.client_secret = body.text_or("client_secret", one.client_secret);
  one.redirect = body.text_or("redirect", one.redirect);
  one.name_claim = body.text_or("name_claim", one.name_claim);
  one.ca_file = body.text_or("ca_file", one.ca_file);
  const std::int64_t revision = body.whole("revision");
  if (body.failed()) return fail(*body.failed());
  const auto stored = desk.put(one, revision, signed_in(request) ? request.caller.name : "house");
  if (!stored) return fail(stored.error());
  return settings_response(*stored);
}

}  // namespace

void add_oidc_routes(Router& router, const Parts& parts) {
  const auto desk = std::make_shared<OidcDesk>(parts.ledger, parts.people, parts.audit, parts.clock);
  router.add({"GET",
              "/api/v1/oidc/begin",
              "Sign in by the city's provider: sends the browser there",
              {},
              [&parts, desk](const Request& r) { return begin(parts, *desk, r); }});
  router.add({"GET",
              "/api/v1/oidc/return",
              "Where the provider sends the browser back",
              {{"state", "of the sign-in"},
               {"code", "for the tokens"},
               {"error", "why the provider refuses"},
               {"error_description", "the same in words"},
               {"session_state", "not used"},
               {"iss", "not used"}},
              [&parts, desk](const Request& r) { return come_back(*desk, r, parts.clock); }});
  router.add({"GET",
              "/api/v1/oidc/settings",
              "The provider of sign-ins, without its secret",
              {},
              [desk](const Request&) -> Result<Response> {
                const auto kept = desk->settings();
                if (!kept) return fail(kept.error());
                return settings_response(*kept);
              }});
  router.add({"PUT",
              "/api/v1/oidc/settings",
              "Set it up: enabled, issuer, client_id, client_secret, redirect, name_claim, ca_file, revision",
              {},
              [desk](const Request& r) { return change_settings(*desk, r); }});
}

}  // namespace celadon::service
