#pragma once

#include "core/result.hpp"

#include <string>

namespace celadon::cli {

/// The body of a GET from a Celadon server, url like http://127.0.0.1:8080/api/v1/sites.
/// Errors   malformed for the url; io_failed when nobody answers; what the server's problem details say.
[[nodiscard]] Result<std::string> http_get(const std::string& url);

/// Sends a JSON body with POST or PUT. Errors   as of http_get.
[[nodiscard]] Result<std::string> http_send(const std::string& method, const std::string& url, const std::string& body);

/// A value for a path or a query.
[[nodiscard]] std::string percent_encoded(const std::string& text);

}  // namespace celadon::cli
