#pragma once

#include "registry/record_desk.hpp"
#include "service/http.hpp"
#include "service/service.hpp"

#include <boost/json.hpp>

#include <functional>
#include <string>

// What the routes of registers share.

namespace celadon::service {

/// A register the caller may read. Errors   not_found, one wording for what is not there and what is not theirs.
[[nodiscard]] Result<const systems::Register*> readable_register(const Parts& parts, const Request& request);
/// Or may create in.
[[nodiscard]] Result<const systems::Register*> known_register(const Parts& parts, const Request& request);
/// The system a register belongs to; the register must be of the desk's catalogue.
[[nodiscard]] const systems::System& system_of(const systems::Catalogue& catalogue, const systems::Register& type);

/// The JSON object of a body. Errors   malformed with field `body`.
[[nodiscard]] Result<boost::json::object> object_of(const std::string& body);
/// Its `values` by the register's fields; none where it is absent.
[[nodiscard]] registry::Outcome<systems::Values> values_of(const systems::Register& type,
                                                           const boost::json::object& body);

/// The record as answer, or the refusal with all that was found.
[[nodiscard]] Response record_response(const Parts& parts, const Request& request,
                                       const registry::Outcome<registry::Matter>& outcome, int status = 200);
[[nodiscard]] Response records_response(const Parts& parts, const Request& request,
                                        const std::vector<registry::Matter>& items);
/// An answer that is for the caller alone.
[[nodiscard]] Response private_response(std::string json, int status = 200);
void put_page(JsonWriter& json, const Parts& parts, const Request& request, const registry::RecordDesk::Page& page);

/// Whether nobody has signed in, so that limits for the public hold.
[[nodiscard]] bool is_public(const people::Caller& caller);

}  // namespace celadon::service
