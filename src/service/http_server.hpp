#pragma once

#include "core/result.hpp"
#include "service/event_hub.hpp"
#include "service/http.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
class thread_pool;
}  // namespace boost::asio

namespace celadon::service {

/// Written limits (docs/api.md).
struct HttpLimits {
  std::uint32_t header_bytes_max = 16 * 1024;
  std::size_t connections_max = 1000;
  std::chrono::seconds request_max{30};  ///< for a request to arrive whole
  std::chrono::seconds idle_max{60};
  std::chrono::seconds heartbeat{15};  ///< of the live stream
  std::size_t gzip_from_bytes = 1024;
};

struct HttpCounters {
  std::atomic<std::uint64_t> requests{0}, errors_4xx{0}, errors_5xx{0}, connections{0}, refused{0};
};

/// HTTP/1.1 on one address. Answers come from `answer`, run on `workers`, so that no query holds up the network.
///
/// Also here, for every answer: gzip where the client takes it, a strong ETag with 304, HEAD, security headers, and a
/// check of Host, which must be a loopback name as long as the server listens on loopback (against DNS rebinding). The
/// path of the live stream is served from the hub.
class HttpServer {
 public:
  struct Ports {
    std::function<Response(Request)> answer;
    std::function<std::size_t(std::string_view method, std::string_view path)> body_bytes_max;
    std::string stream_path;
    std::function<bool(const Request&)> hears_all;  ///< of the live stream: also what is for people inside; any thread
    std::string content_security_policy;
  };

  HttpServer(boost::asio::io_context& io, boost::asio::thread_pool& workers, EventHub& hub, Ports ports,
             HttpLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] Result<void> start(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  void stop();
  [[nodiscard]] const HttpCounters& counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace celadon::service
