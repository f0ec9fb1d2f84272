#pragma once

#include "service/service.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace celadon::service {

/// Imports that a stop of the program cut off, among the entries of a kind of the ledger: each gets state "failed", and
/// its upload, kept as `upload` and its number, is removed.
///
/// `why` is handed the body of each entry and says what to tell of one that was under way, nothing of one that had ended.
/// Returns  the first number that is free; 1 where the ledger cannot be read: the first import that is kept tells why.
[[nodiscard]] std::int64_t close_cut_off_imports(
    const Parts& parts, const char* kind, const std::string& upload,
    const std::function<std::optional<std::string>(const boost::json::object&)>& why);

}  // namespace celadon::service
