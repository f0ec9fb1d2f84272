#include "service/https_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <optional>

namespace celadon::service {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t body_bytes_max = 1U << 20;

struct Address {
  bool tls = false;
  std::string host, port, target;
};

Result<Address> parse_address(const std::string& text) {
  Address address;
  address.tls = text.starts_with("https://");
  const std::size_t begin = address.tls ? 8 : 7;
  const std::size_t slash = text.find_first_of("/?", begin);
  const std::string authority =
      text.substr(std::min(begin, text.size()), slash == std::string::npos ? slash : slash - begin);
  const std::size_t colon = authority.rfind(':');
  address.host = authority.substr(0, colon);
  address.port = colon == std::string::npos ? (address.tls ? "443" : "80") : authority.substr(colon + 1);
  address.target = slash == std::string::npos ? "/" : (text[slash] == '?' ? "/" : "") + text.substr(slash);
  const bool known = address.tls || text.starts_with("http://127.0.0.1") || text.starts_with("http://localhost");
  if (!known || address.host.empty() || address.host.find('@') != std::string::npos)
    return fail(Errc::malformed, "'" + text.substr(0, 200) + "' is no https address");
  return address;
}

http::request<http::string_body> message_of(const HttpsRequest& request, const Address& address) {
  http::request<http::string_body> message{request.form.empty() ? http::verb::get : http::verb::post, address.target,
                                           11};
  message.set(http::field::host, address.host);
  message.set(http::field::accept, "application/json");
  message.set(http::field::connection, "close");
  if (!request.form.empty()) {
    message.set(http::field::content_type, "application/x-www-form-urlencoded");
    message.body() = request.form;
    message.prepare_payload();
  }
  return message;
}

using Answer = std::optional<Result<std::string>>;

template <class Stream>
asio::awaitable<void> talk(Stream& stream, const HttpsRequest& request, const Address& address, Answer& answer) {
  const auto message = message_of(request, address);
  error_code error;
  co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(body_bytes_max);
  if (!error) co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    answer = fail(Errc::io_failed, request.address + ": " + error.message());
  } else if (parser.get().result() != http::status::ok) {
    answer = fail(Errc::refused, request.address + " answers " + std::to_string(parser.get().result_int()));
  } else {
    answer = std::move(parser.get().body());
  }
}

asio::awaitable<void> exchange(const HttpsRequest& request, const Address& address, Answer& answer) {
  const auto executor = co_await asio::this_coro::executor;
  error_code error;
  const auto refuse = [&] { answer = fail(Errc::io_failed, request.address + ": " + error.message()); };
  asio::ip::tcp::resolver resolver(executor);
  const auto places =
      co_await resolver.async_resolve(address.host, address.port, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refuse();
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (request.ca_file.empty())
    tls.set_default_verify_paths(error);
  else
    tls.load_verify_file(request.ca_file, error);
  if (error) co_return refuse();
  beast::ssl_stream<beast::tcp_stream> stream(executor, tls);
  co_await beast::get_lowest_layer(stream).async_connect(places, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refuse();
  if (!address.tls) {
    co_await talk(beast::get_lowest_layer(stream), request, address, answer);
    co_return;
  }
  if (SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str()) != 1) {
    answer = fail(Errc::io_failed, request.address + ": the name of the host cannot be sent");
    co_return;
  }
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refuse();
  co_await talk(stream, request, address, answer);
}

}  // namespace

Result<std::string> https_exchange(const HttpsRequest& request) try {
  const auto address = parse_address(request.address);
  if (!address) return fail(address.error());
  Answer answer;
  asio::io_context io;
  asio::co_spawn(io, exchange(request, *address, answer), asio::detached);
  io.run_for(request.time_max);
  if (answer) return std::move(*answer);
  return fail(Errc::timed_out,
              request.address + ": no answer within " + std::to_string(request.time_max.count()) + " s");
} catch (const std::exception& error) {
  return fail(Errc::io_failed, request.address + ": " + error.what());
}

}  // namespace celadon::service
