#include "service/http_server.hpp"

#include "service/kept_body.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <list>
#include <mutex>

namespace celadon::service {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Strand = asio::strand<asio::io_context::executor_type>;

bool is_loopback_name(std::string_view host) {
  if (host.starts_with('[')) return host.starts_with("[::1]");
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

bool compressible(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos ||
         type.find("javascript") != std::string_view::npos || type.find("svg") != std::string_view::npos ||
         type.find("mapbox-vector-tile") != std::string_view::npos;
}

/// The value of one cookie of "a=1; b=2"; empty where it is not there.
std::string cookie_of(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t cut = header.find(';');
    std::string_view item = header.substr(0, cut);
    header.remove_prefix(cut == std::string_view::npos ? header.size() : cut + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    if (item.size() > name.size() && item.starts_with(name) && item[name.size()] == '=')
      return std::string(item.substr(name.size() + 1));
  }
  return {};
}

/// What the header says of who asks. The address is the peer's; a proxy on this machine says whose it is.
void read_who(const http::request<http::string_body>& head, const tcp::socket& socket, Request& request) {
  static constexpr std::string_view bearer = "Bearer ";
  request.session = cookie_of(head[http::field::cookie], "celadon_session");
  request.oidc_try = cookie_of(head[http::field::cookie], "celadon_oidc");
  const std::string_view authorization = head[http::field::authorization];
  if (authorization.starts_with(bearer)) request.bearer = std::string(authorization.substr(bearer.size()));
  request.of_our_page = head["X-Celadon"] == "1";
  request.of_other_site = head["Sec-Fetch-Site"] == "cross-site";
  request.over_tls = head["X-Forwarded-Proto"] == "https";
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;
  request.address = peer.address().to_string();
  const std::string_view forwarded = head["X-Forwarded-For"];
  if (!peer.address().is_loopback() || forwarded.empty()) return;
  const std::size_t last = forwarded.find_last_of(", ");
  const auto told =
      asio::ip::make_address(std::string(forwarded.substr(last == std::string_view::npos ? 0 : last + 1)), error);
  if (!error) request.address = told.to_string();
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(asio::io_context& io, asio::thread_pool& workers, EventHub& hub, Ports ports, HttpLimits limits)
      : io_(io),
        workers_(workers),
        hub_(hub),
        ports_(std::move(ports)),
        limits_(limits),
        acceptor_(asio::make_strand(io)) {}

  Result<void> start(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return fail(Errc::malformed, "'" + address + "' is not an address to listen on", "address");
    loopback_ = ip.is_loopback();
    const tcp::endpoint endpoint(ip, port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(Errc::io_failed, "the web server cannot listen on " + address + ":" + std::to_string(port) + ": " +
                                       error.message() + "; choose another port with --port");
    }
    port_ = acceptor_.local_endpoint(error).port();
    asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached);
    return {};
  }

  void stop() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
      error_code ignored;
      self->acceptor_.close(ignored);
    });
    const std::lock_guard lock(mutex_);
    for (const auto& close : closers_) close();
  }

  std::uint16_t port_ = 0;
  HttpCounters counters_;

 private:
  using Parser = http::request_parser<http::string_body>;

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self) {
    while (true) {
      error_code error;
      Strand strand = asio::make_strand(self->io_);
      tcp::socket socket(strand);
      co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!self->acceptor_.is_open()) co_return;
      if (error) {
        asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (self->counters_.connections >= self->limits_.connections_max) {
        ++self->counters_.refused;
        continue;
      }
      asio::co_spawn(strand, serve(self, std::move(socket), strand), asio::detached);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, tcp::socket socket, Strand strand) {
    const auto stream = std::make_shared<beast::tcp_stream>(std::move(socket));
    ++self->counters_.connections;
    std::list<std::function<void()>>::iterator place;
    {
      const std::lock_guard lock(self->mutex_);
      place = self->closers_.insert(self->closers_.end(), [weak = std::weak_ptr(stream), strand] {
        asio::post(strand, [weak] {
          if (const auto open = weak.lock()) open->close();
        });
      });
    }
    error_code ignored;
    stream->socket().set_option(tcp::no_delay(true), ignored);
    beast::flat_buffer buffer;
    while (co_await self->exchange(stream, buffer)) {
    }
    stream->socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream->close();
    --self->counters_.connections;
    const std::lock_guard lock(self->mutex_);
    self->closers_.erase(place);
  }

  /// One request and its answer; false when the connection is to be closed.
  asio::awaitable<bool> exchange(std::shared_ptr<beast::tcp_stream> stream, beast::flat_buffer& buffer) {
    Parser parser;
    parser.header_limit(limits_.header_bytes_max);
    parser.body_limit(boost::none);
    stream->expires_after(limits_.idle_max);
    error_code error;
    co_await http::async_read_header(*stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        co_await write(stream, problem(431, "too-large", "the header is larger than 16 KiB"), nullptr, false);
      } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
                 error != http::error::end_of_stream && error != http::error::partial_message) {
        co_await write(stream, problem(400, "malformed", "not an HTTP request: " + error.message()), nullptr, false);
      }
      co_return false;
    }
    ++counters_.requests;
    Request request;
    const auto& head = parser.get();
    request.method = std::string(head.method_string());
    if (const auto parsed = parse_target(head.target(), request); !parsed) {
      co_await write(stream, problem(parsed.error()), nullptr, false);
      co_return false;
    }
    if (loopback_ && !is_loopback_name(head[http::field::host])) {
      co_await write(stream, problem(403, "refused", "this server answers to localhost and 127.0.0.1 only"), nullptr,
                     false);
      co_return false;
    }
    const std::size_t body_max = ports_.body_bytes_max(request.method, request.path);
    parser.body_limit(body_max);
    stream->expires_after(limits_.request_max);
    if (!parser.is_done() && head[http::field::expect] == "100-continue") {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(*stream, asio::buffer(go_on), asio::redirect_error(asio::use_awaitable, error));
    }
    const auto declared = parser.content_length();
    if (declared && *declared > body_max)
      error = http::error::body_limit;
    else
      co_await http::async_read(*stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error == http::error::body_limit) {
      co_await write(stream,
                     problem(413, "too-large", "the body is larger than " + std::to_string(body_max) + " bytes"),
                     nullptr, false);
      co_await hear_out(stream);
      co_return false;
    }
    if (error) co_return false;
    const bool keep_alive = parser.get().keep_alive();
    request.if_none_match = std::string(parser.get()[http::field::if_none_match]);
    request.takes_gzip = parser.get()[http::field::accept_encoding].find("gzip") != std::string_view::npos;
    read_who(parser.get(), stream->socket(), request);
    request.body = std::move(parser.get().body());
    stream->expires_never();
    if (request.path == ports_.stream_path && request.method == "GET") {
      const bool inside = co_await asio::co_spawn(workers_, hears_all(std::move(request)), asio::use_awaitable);
      co_await live(stream, inside);
      co_return false;
    }
    Request kept;
    kept.method = request.method;
    kept.if_none_match = request.if_none_match;
    kept.takes_gzip = request.takes_gzip;
    Response response = co_await asio::co_spawn(workers_, work(std::move(request)), asio::use_awaitable);
    co_return co_await write(stream, std::move(response), &kept, keep_alive);
  }

  /// Lets a client that is still sending come to its end, so that it reads our answer instead of a reset.
  asio::awaitable<void> hear_out(std::shared_ptr<beast::tcp_stream> stream) {
    error_code error;
    stream->socket().shutdown(tcp::socket::shutdown_send, error);
    stream->expires_after(std::chrono::seconds(2));
    char buffer[16 * 1024];
    error = {};
    for (std::size_t heard = 0; !error && heard < (64U << 20U);) {
      heard += co_await stream->async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
    }
  }

  asio::awaitable<bool> hears_all(Request request) { co_return ports_.hears_all(request); }
  asio::awaitable<Response> work(Request request) { co_return ports_.answer(std::move(request)); }

  asio::awaitable<bool> write(std::shared_ptr<beast::tcp_stream> stream, Response response, const Request* request,
                              bool keep_alive) {
    if (response.status >= 500)
      ++counters_.errors_5xx;
    else if (response.status >= 400)
      ++counters_.errors_4xx;
    http::response<http::string_body> reply{static_cast<http::status>(response.status), 11};
    const auto set = [&](std::string_view name, std::string_view value) { reply.set(name, value); };
    set("Content-Type", response.content_type);
    set("Cache-Control", response.cache_control);
    set("X-Content-Type-Options", "nosniff");
    set("Referrer-Policy", "no-referrer");
    set("X-Frame-Options", "DENY");
    set("Content-Security-Policy", ports_.content_security_policy);
    for (const auto& [name, value] : response.headers) set(name, value);
    const bool may_change = request != nullptr && (response.status == 200 || !response.etag.empty()) &&
                            (request->method == "GET" || request->method == "HEAD");
    if (may_change) {
      const std::string tag = response.etag.empty() ? etag_of(response.body) : std::move(response.etag);
      set("ETag", tag);
      set("Vary", "Accept-Encoding");
      if (request->if_none_match.find(tag) != std::string::npos) {
        reply.result(http::status::not_modified);
        response.body.clear();
      }
    }
    if (response.is_packed) {
      if (!response.body.empty()) set("Content-Encoding", "gzip");
    } else if (request != nullptr && request->takes_gzip && response.body.size() >= limits_.gzip_from_bytes &&
               compressible(response.content_type)) {
      std::string packed = gzip(response.body);
      if (!packed.empty()) {
        response.body = std::move(packed);
        set("Content-Encoding", "gzip");
      }
    }
    reply.keep_alive(keep_alive);
    const bool head_only = request != nullptr && request->method == "HEAD";
    const std::size_t length = response.body.size();
    if (!head_only) reply.body() = std::move(response.body);
    reply.prepare_payload();
    if (head_only) reply.content_length(length);
    stream->expires_after(limits_.request_max);
    error_code error;
    if (head_only) {
      http::response_serializer<http::string_body> serializer(reply);
      co_await http::async_write_header(*stream, serializer, asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await http::async_write(*stream, reply, asio::redirect_error(asio::use_awaitable, error));
    }
    co_return keep_alive && !error;
  }

  /// The live stream: a comment as heartbeat, and what the hub sends.
  asio::awaitable<void> live(std::shared_ptr<beast::tcp_stream> stream, bool inside) {
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor);
    const auto wake = [executor, weak = std::weak_ptr(timer)] {
      asio::post(executor, [weak] {
        if (const auto one = weak.lock()) one->cancel();
      });
    };
    const auto listener = hub_.join(wake, inside);
    if (!listener) {
      co_await write(stream, problem(429, "too-many", "there are 200 listeners already"), nullptr, false);
      co_return;
    }
    std::string text =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n"
        "X-Content-Type-Options: nosniff\r\n\r\n: here\n\n";
    bool alive = true;
    error_code error;
    while (alive && !error) {
      stream->expires_after(limits_.request_max);
      co_await asio::async_write(*stream, asio::buffer(text), asio::redirect_error(asio::use_awaitable, error));
      stream->expires_never();
      text = listener->take(alive);
      if (!text.empty() || error || !alive) continue;
      timer->expires_after(limits_.heartbeat);
      text = listener->take(alive);  // what came while the timer was being set
      if (!text.empty() || !alive) continue;
      error_code woken;
      co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
      text = listener->take(alive);
      if (text.empty()) text = ": still here\n\n";
    }
  }

  asio::io_context& io_;
  asio::thread_pool& workers_;
  EventHub& hub_;
  const Ports ports_;
  const HttpLimits limits_;
  tcp::acceptor acceptor_;
  bool loopback_ = true;
  std::mutex mutex_;
  std::list<std::function<void()>> closers_;
};

HttpServer::HttpServer(asio::io_context& io, asio::thread_pool& workers, EventHub& hub, Ports ports, HttpLimits limits)
    : impl_(std::make_shared<Impl>(io, workers, hub, std::move(ports), limits)) {}
HttpServer::~HttpServer() { impl_->stop(); }
Result<void> HttpServer::start(const std::string& address, std::uint16_t port) { return impl_->start(address, port); }
std::uint16_t HttpServer::port() const { return impl_->port_; }
void HttpServer::stop() { impl_->stop(); }
const HttpCounters& HttpServer::counters() const { return impl_->counters_; }

}  // namespace celadon::service
