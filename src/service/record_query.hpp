#pragma once

#include "core/result.hpp"
#include "ledger/records.hpp"
#include "service/http.hpp"
#include "systems/system.hpp"

#include <string>
#include <vector>

namespace celadon::service {

/// What a request asks of a register's records.
struct RecordAsk {
  ledger::RecordQuery query;
  std::string view;
};

/// Reads words, where, state, view, due_until, bbox, as_known_at, gone, sort, falling, after, limit, count.
/// Errors   malformed, invalid_value or unknown_code with the parameter.
[[nodiscard]] Result<RecordAsk> record_ask(const systems::Register& type, const Request& request);

/// The parameters that filter, for a route's description.
[[nodiscard]] std::vector<Parameter> filter_parameters(std::vector<Parameter> more = {});

}  // namespace celadon::service
