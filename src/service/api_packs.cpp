#include "service/api.hpp"
#include "service/record_json.hpp"
#include "service/register_routes.hpp"

// Packs of systems: tried out, and taken into use.

namespace celadon::service {
namespace {

std::string pack_json(const registry::PackShelf::Tried& tried) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("good", true).key("error").null().key("system");
  for (const auto& system : tried.catalogue->systems()) {
    if (system.id != tried.system) continue;
    json.begin_object().member("id", system.id).key("name");
    put_words(json, system.name);
    json.member("group", system.group).member("clause", system.clause).key("registers").begin_array();
    for (const auto& type : system.registers) {
      put_register(json, system, type, *tried.catalogue, [](JsonWriter& rights) {
        rights.begin_object().member("read", true).member("write", true).member("create", true);
        rights.member("withdraw", true).end_object();
      });
    }
    json.end_array().end_object();
  }
  json.end_object();
  return out;
}

Result<Response> check(const Parts& parts, const Request& request) {
  const auto tried = parts.packs.try_out(request.body);
  if (tried) return private_response(pack_json(*tried));
  if (tried.error().code == Errc::io_failed) return fail(tried.error());
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("good", false).member("error", tried.error().detail).key("system").null().end_object();
  return private_response(std::move(out));
}

Result<Response> put(const Parts& parts, const Request& request) {
  const std::string& system = request.path_value("system");
  const auto stored = parts.packs.store(system, request.body);
  const auto note = [&](const char* outcome) {
    return parts.audit.add({0, parts.clock(), request.caller.name, "pack-put", system.substr(0, 40), outcome, "", {}});
  };
  if (!stored) {
    if (stored.error().code == Errc::refused) static_cast<void>(note("refused"));
    return fail(stored.error());
  }
  parts.registers.use(stored->catalogue);
  if (auto ready = parts.registers.prepare(); !ready) return fail(ready.error());
  if (const auto noted = note("done"); !noted) return fail(noted.error());
  return private_response(pack_json(*stored), 201);
}

}  // namespace

void add_pack_routes(Router& router, const Parts& parts) {
  router.add({"POST",
              "/api/v1/packs/check",
              "What a pack would be: the body is its YAML; nothing is stored",
              {},
              [&parts](const Request& request) { return check(parts, request); },
              registry::PackShelf::bytes_max + 1});
  router.add({"PUT",
              "/api/v1/packs/{system}",
              "Take a pack of the city's own into use: the body is its YAML",
              {},
              [&parts](const Request& request) { return put(parts, request); },
              registry::PackShelf::bytes_max + 1});
}

}  // namespace celadon::service
