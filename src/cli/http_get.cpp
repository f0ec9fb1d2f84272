#include "cli/http_get.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>

namespace celadon::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

Result<std::string> ask(http::verb verb, const std::string& url, std::string body) try {
  constexpr std::string_view scheme = "http://";
  const std::size_t slash = url.find('/', scheme.size());
  const std::string authority =
      url.substr(std::min(scheme.size(), url.size()), slash == std::string::npos ? slash : slash - scheme.size());
  if (!url.starts_with(scheme) || authority.empty()) {
    return fail(Errc::malformed, "'" + url + "' is not an address of a server; expected http://127.0.0.1:8080");
  }
  const std::size_t colon = authority.rfind(':');
  const std::string host = authority.substr(0, colon);
  const std::string port = colon == std::string::npos ? "80" : authority.substr(colon + 1);
  const std::string target = slash == std::string::npos ? "/" : url.substr(slash);
  asio::io_context io;
  asio::ip::tcp::resolver resolver(io);
  boost::beast::tcp_stream stream(io);
  stream.expires_after(std::chrono::seconds(60));
  stream.connect(resolver.resolve(host, port));
  http::request<http::string_body> request{verb, target, 11};
  request.set(http::field::host, host + ":" + port);
  if (verb == http::verb::post) {
    request.set(http::field::content_type, "application/json");
    request.body() = std::move(body);
    request.prepare_payload();
  }
  http::write(stream, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(1ULL << 32U);
  http::read(stream, buffer, parser);
  auto response = parser.release();
  if (response.result_int() / 100 != 2) {
    return fail(response.result_int() == 404 ? Errc::not_found : Errc::io_failed,
                url + ": " + std::to_string(response.result_int()) + " " + response.body());
  }
  return std::move(response.body());
} catch (const std::exception& error) {
  return fail(Errc::io_failed, url + ": " + error.what() + "; is the server running?");
}

}  // namespace

Result<std::string> http_get(const std::string& url) { return ask(http::verb::get, url, {}); }

Result<std::string> http_post(const std::string& url, std::string json) {
  return ask(http::verb::post, url, std::move(json));
}

}  // namespace celadon::cli
