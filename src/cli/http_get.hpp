#pragma once

#include "core/result.hpp"

#include <string>

namespace celadon::cli {

/// The body of a GET from a Celadon server, url like http://127.0.0.1:8080/api/v1/sites.
/// Errors   malformed for the url; io_failed when nobody answers; what the server's problem details say.
[[nodiscard]] Result<std::string> http_get(const std::string& url);

/// The body of the answer to a POST of JSON. Errors   as of http_get().
[[nodiscard]] Result<std::string> http_post(const std::string& url, std::string json);

}  // namespace celadon::cli
