#pragma once

#include "core/result.hpp"

#include <chrono>
#include <string>

namespace celadon::service {

/// One request to a server of somebody else.
struct HttpsRequest {
  std::string address;  ///< "https://sso.example.gov.cn/token"; http only for this machine
  std::string form;     ///< body of a POST, application/x-www-form-urlencoded; empty: GET
  std::string ca_file;  ///< PEM of the authority to believe; empty: those of the system
  std::chrono::seconds time_max{10};
};

/// The body of the answer, 1 MiB at most; the certificate is checked against the name of the host. Follows no redirect.
/// Blocks: for worker threads.
/// Errors   malformed (address), io_failed (connection, certificate), timed_out, refused (an answer other than 200).
[[nodiscard]] Result<std::string> https_exchange(const HttpsRequest& request);

}  // namespace celadon::service
