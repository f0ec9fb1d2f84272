#include "cli/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace celadon::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

/// What the problem details of an answer say, else the whole of it.
std::string words_of(const std::string& body) {
  boost::system::error_code error;
  const auto value = boost::json::parse(body, error);
  if (error || !value.is_object()) return body.substr(0, 500);
  const auto text = [&](const char* name) -> std::string {
    const auto* member = value.get_object().if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
  };
  const std::string field = text("field");
  return text("detail") + (field.empty() ? "" : " (" + field + ")");
}

Result<std::string> exchange(http::verb verb, const std::string& url, const std::string& body) try {
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
  // Never an argument: those can be read by everybody on the machine.
  if (const char* token = std::getenv("CELADON_TOKEN"); token != nullptr && *token != '\0')
    request.set(http::field::authorization, std::string("Bearer ") + token);
  if (verb != http::verb::get) {
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
  }
  http::write(stream, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(1ULL << 32U);
  http::read(stream, buffer, parser);
  auto response = parser.release();
  if (response.result_int() / 100 != 2) {
    const int status = static_cast<int>(response.result_int());
    const Errc code = status == 404                    ? Errc::not_found
                      : status == 409                  ? Errc::conflict
                      : status == 401 || status == 403 ? Errc::refused
                      : status < 500                   ? Errc::invalid_value
                                                       : Errc::io_failed;
    return fail(code, url + ": " + std::to_string(status) + " " + words_of(response.body()) +
                          (status == 401 ? "; put a token into CELADON_TOKEN" : ""));
  }
  return std::move(response.body());
} catch (const std::exception& error) {
  return fail(Errc::io_failed, url + ": " + error.what() + "; is the server running?");
}

}  // namespace

Result<std::string> http_get(const std::string& url) { return exchange(http::verb::get, url, ""); }

Result<std::string> http_send(const std::string& method, const std::string& url, const std::string& body) {
  return exchange(method == "PUT" ? http::verb::put : http::verb::post, url, body);
}

std::string percent_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += hex;
    }
  }
  return out;
}

}  // namespace celadon::cli
