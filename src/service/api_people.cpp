#include "people/oidc.hpp"
#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"

// Sign-in, accounts, tokens and the audit.

namespace celadon::service {
namespace {

using How = people::Caller::How;

constexpr std::size_t small_body_bytes_max = 16 << 10;

Response private_json(std::string body, int status = 200) {
  Response response = json_response(std::move(body), status);
  response.cache_control = "no-store";
  return response;
}

/// A field a person may leave out and a field they fill in wrong are answered alike: by its name.
Result<void> only_of_a_person(const Request& request) {
  if (request.caller.how == How::session) return {};
  if (request.caller.how == How::house)
    return fail(Errc::conflict, "there are no accounts yet; make the first one, of an admin, with POST /api/v1/people");
  return fail(Errc::refused, "this takes a person who has signed in, not a token", "session");
}

const char* to_text(How how) {
  switch (how) {
    case How::nobody: return "nobody";
    case How::session: return "session";
    case How::token: return "token";
    case How::house: break;
  }
  return "house";
}

std::string caller_json(const Parts& parts, const people::Caller& caller) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("how", to_text(caller.how)).member("name", caller.name).member("shown", caller.shown);
  json.list("roles", caller.roles);
  json.member("division", caller.division).member("enterprise", caller.enterprise);
  json.member("read_only", caller.read_only);
  if (caller.how == How::session) {
    const auto person = parts.people.find(caller.name);
    json.member("has_totp", person && person->has_totp);
  }
  const auto oidc = parts.ledger.get("setting", "oidc");
  const auto settings = oidc ? people::read_oidc_settings(oidc->body) : people::OidcSettings{};
  json.member("oidc", settings && settings->enabled);
  json.end_object();
  return out;
}

void set_cookie(Response& response, const Request& request, const std::string& secret, std::int64_t seconds) {
  response.headers.emplace_back("Set-Cookie", session_cookie(request, secret, seconds));
}

Result<Response> sign_in(const Parts& parts, const Request& request) {
  if (!parts.people.any()) return fail(only_of_a_person(request).error());
  JsonBody body(request.body);
  const std::string name = body.text("name");
  const std::string password = body.text("password");
  const std::string code = body.text_or("totp", "");
  if (body.failed()) return fail(*body.failed());
  const auto in = parts.people.sign_in(name, password, code, request.address);
  if (!in) return fail(in.error());
  if (!request.session.empty()) parts.people.sign_out(request.session);  // the one before ends
  Response response = private_json(caller_json(parts, parts.people.caller(in->session, "")));
  set_cookie(response, request, in->session, (in->expires.us - parts.clock().us) / us_per_second);
  return response;
}

Result<Response> sign_out(const Parts& parts, const Request& request) {
  if (!request.session.empty()) parts.people.sign_out(request.session);
  Response response = private_json("{}");
  set_cookie(response, request, "", 0);
  return response;
}

void put_person(JsonWriter& json, const people::Person& person) {
  json.begin_object().member("name", person.name).member("shown", person.shown);
  json.list("roles", person.roles);
  json.member("division", person.division).member("enterprise", person.enterprise);
  json.member("disabled", person.disabled).member("has_totp", person.has_totp);
  json.member("revision", person.revision).end_object();
}

Response person_response(const people::Person& person, int status) {
  std::string out;
  JsonWriter json(out);
  put_person(json, person);
  return private_json(std::move(out), status);
}

Result<Response> list_people(const Parts& parts) {
  const auto all = parts.people.list();
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& person : *all) put_person(json, person);
  json.end_array().end_object();
  return private_json(std::move(out));
}

/// What the body says of a person; what it does not name stays.
void read_person(JsonBody& body, people::Person& person) {
  person.shown = body.text_or("shown", person.shown);
  if (body.has("roles")) person.roles = body.texts("roles");
  person.division = body.text_or("division", person.division);
  person.enterprise = body.text_or("enterprise", person.enterprise);
  person.disabled = body.boolean_or("disabled", person.disabled);
  person.has_totp = person.has_totp && body.boolean_or("has_totp", true);
}

/// The first account is made by whoever opens the house; who that is, the body cannot say.
std::string maker_of(const Request& request) { return signed_in(request) ? request.caller.name : "house"; }

Result<Response> add_person(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  people::Person person;
  person.name = body.text("name");
  read_person(body, person);
  const std::string password = body.text_or("password", "");
  if (body.failed()) return fail(*body.failed());
  if (password.empty() && !parts.people.any())
    return fail(Errc::invalid_value, "the first account needs a password, or nobody could sign in", "password");
  person.revision = 0;
  const auto stored = parts.people.put(person, password, maker_of(request));
  if (!stored) return fail(stored.error());
  return person_response(*stored, 201);
}

Result<Response> change_person(const Parts& parts, const Request& request) {
  auto person = parts.people.find(request.path_value("name"));
  if (!person) return fail(person.error());
  JsonBody body(request.body);
  read_person(body, *person);
  person->revision = body.whole("revision");
  const std::string password = body.text_or("password", "");
  if (body.failed()) return fail(*body.failed());
  const auto stored = parts.people.put(*person, password, maker_of(request));
  if (!stored) return fail(stored.error());
  return person_response(*stored, 200);
}

Result<Response> change_password(const Parts& parts, const Request& request) {
  if (auto may = only_of_a_person(request); !may) return fail(may.error());
  JsonBody body(request.body);
  const std::string old = body.text("old");
  const std::string fresh = body.text("new");
  if (body.failed()) return fail(*body.failed());
  if (auto done = parts.people.change_password(request.caller.name, old, fresh, request.session); !done)
    return fail(done.error());
  return private_json("{}");
}

Result<Response> begin_totp(const Parts& parts, const Request& request) {
  if (auto may = only_of_a_person(request); !may) return fail(may.error());
  JsonBody body(request.body.empty() ? "{}" : request.body);
  const std::string code = body.text_or("code", "");
  if (body.failed()) return fail(*body.failed());
  const auto begun = parts.people.begin_totp(request.caller.name, code);
  if (!begun) return fail(begun.error());
  std::string out;
  JsonWriter(out).begin_object().member("secret", begun->secret).member("address", begun->address).end_object();
  return private_json(std::move(out));
}

Result<Response> confirm_totp(const Parts& parts, const Request& request) {
  if (auto may = only_of_a_person(request); !may) return fail(may.error());
  JsonBody body(request.body);
  const std::string code = body.text("code");
  if (body.failed()) return fail(*body.failed());
  if (auto done = parts.people.confirm_totp(request.caller.name, code); !done) return fail(done.error());
  return private_json("{}");
}

/// Without its end, so that more can be added.
void begin_token(JsonWriter& json, const people::Token& token) {
  json.begin_object().member("id", token.id).member("label", token.label);
  json.list("roles", token.roles);
  json.member("read_only", token.read_only).member("made", token.made).member("expires", token.expires);
  json.member("revoked", token.revoked);
}

Result<Response> list_tokens(const Parts& parts, const Request& request) {
  const auto all = parts.people.tokens(request.caller.name);
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& token : *all) {
    begin_token(json, token);
    json.end_object();
  }
  json.end_array().end_object();
  return private_json(std::move(out));
}

Result<Response> make_token(const Parts& parts, const Request& request) {
  if (auto may = only_of_a_person(request); !may) return fail(may.error());
  JsonBody body(request.body);
  const std::string label = body.text("label");
  const auto roles = body.has("roles") ? body.texts("roles") : request.caller.roles;
  const bool read_only = body.boolean_or("read_only", true);
  const std::int64_t days = body.whole_or("days", 90);
  if (days < 1 || days > 366) body.refuse("days", "expected 1 to 366", Errc::invalid_value);
  if (body.failed()) return fail(*body.failed());
  const auto made = parts.people.make_token(request.caller, label, roles, read_only, static_cast<int>(days));
  if (!made) return fail(made.error());
  std::string out;
  JsonWriter json(out);
  begin_token(json, made->token);
  json.member("secret", made->secret).end_object();
  return private_json(std::move(out), 201);
}

Result<Response> revoke_token(const Parts& parts, const Request& request) {
  if (auto done = parts.people.revoke_token(request.path_value("id"), request.caller); !done) return fail(done.error());
  return private_json("{}");
}

Result<Response> audit(const Parts& parts, const Request& request) {
  const auto limit = request.whole("limit", 100, 1, 1000);
  if (!limit) return fail(limit.error());
  const auto before = request.whole("before", 0, 0, INT64_MAX);
  if (!before) return fail(before.error());
  const auto all = parts.audit.newest(static_cast<std::size_t>(*limit), *before, request.one("who").value_or(""),
                                      request.one("action").value_or(""));
  if (!all) return fail(all.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& entry : *all) {
    json.begin_object().member("number", entry.number).member("at", entry.at).member("who", entry.who);
    json.member("action", entry.action).member("object", entry.object).member("outcome", entry.outcome);
    json.key("detail");
    if (entry.detail.empty())
      json.null();
    else
      json.raw(entry.detail);
    json.member("hash", entry.hash).end_object();
  }
  json.end_array().key("next");
  if (static_cast<std::int64_t>(all->size()) == *limit && all->back().number > 1)
    json.put(all->back().number);
  else
    json.null();
  json.end_object();
  return private_json(std::move(out));
}

void add_session_routes(Router& router, const Parts& parts) {
  router.add({"POST",
              "/api/v1/session",
              "Sign in: name, password, and totp where a second factor is in force; sets the cookie celadon_session",
              {},
              [&parts](const Request& r) { return sign_in(parts, r); },
              small_body_bytes_max});
  router.add({"GET", "/api/v1/session", "Who asks", {}, [&parts](const Request& request) -> Result<Response> {
                return private_json(caller_json(parts, request.caller));
              }});
  router.add({"DELETE", "/api/v1/session", "Sign out", {}, [&parts](const Request& r) { return sign_out(parts, r); }});
  router.add({"POST",
              "/api/v1/session/password",
              "Change one's own password: old, new; ends the other sessions",
              {},
              [&parts](const Request& r) { return change_password(parts, r); },
              small_body_bytes_max});
  router.add({"POST",
              "/api/v1/session/totp",
              "Begin a second factor: its secret and otpauth address; code, where one is in force already",
              {},
              [&parts](const Request& r) { return begin_totp(parts, r); },
              small_body_bytes_max});
  router.add({"POST",
              "/api/v1/session/totp/confirm",
              "Put the second factor in force: a code of it",
              {},
              [&parts](const Request& r) { return confirm_totp(parts, r); },
              small_body_bytes_max});
}

}  // namespace

std::string session_cookie(const Request& request, const std::string& secret, std::int64_t seconds) {
  return "celadon_session=" + secret + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds) +
         (request.over_tls ? "; Secure" : "");
}

void add_people_routes(Router& router, const Parts& parts) {
  add_session_routes(router, parts);
  router.add({"GET", "/api/v1/people", "Accounts", {}, [&parts](const Request&) { return list_people(parts); }});
  router.add({"POST",
              "/api/v1/people",
              "A new account: name, shown, roles, division, enterprise, password; the first must be an admin's",
              {},
              [&parts](const Request& r) { return add_person(parts, r); },
              small_body_bytes_max});
  router.add(
      {"PUT",
       "/api/v1/people/{name}",
       "Change an account: the revision that was seen, and what changes; has_totp false takes the second factor away",
       {},
       [&parts](const Request& r) { return change_person(parts, r); },
       small_body_bytes_max});
  router.add(
      {"GET", "/api/v1/tokens", "One's own tokens", {}, [&parts](const Request& r) { return list_tokens(parts, r); }});
  router.add({"POST",
              "/api/v1/tokens",
              "A new token: label, roles, read_only (true when absent), days (90); its secret is shown once",
              {},
              [&parts](const Request& r) { return make_token(parts, r); },
              small_body_bytes_max});
  router.add({"DELETE", "/api/v1/tokens/{id}", "Revoke a token", {}, [&parts](const Request& r) {
                return revoke_token(parts, r);
              }});
  router.add({"GET",
              "/api/v1/audit",
              "What was done and what was refused, newest first",
              {{"limit", "1 to 1000, 100 when absent"},
               {"before", "only entries with a smaller number"},
               {"who", "only of this person"},
               {"action", "only of this action"}},
              [&parts](const Request& r) { return audit(parts, r); }});
}

}  // namespace celadon::service
