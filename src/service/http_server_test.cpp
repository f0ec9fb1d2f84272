#include "service/http_server.hpp"

#include <doctest/doctest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <mutex>
#include <thread>

using namespace celadon;
using namespace celadon::service;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Fields = std::vector<std::pair<const char*, const char*>>;

/// A server on loopback that keeps what it understood of the last request.
class Served {
 public:
  Served()
      : server_(io_, workers_, hub,
                {[this](Request request) {
                   const std::lock_guard lock(mutex_);
                   seen_ = std::move(request);
                   return json_response("{}");
                 },
                 [](std::string_view, std::string_view) { return std::size_t{1} << 20; }, "/stream",
                 [this](const Request& request) { return request.session == "inside" && session_stands; },
                 "default-src 'self'"}),
        guard_(io_.get_executor()) {
    if (const auto started = server_.start("127.0.0.1", 0); !started) FAIL(started.error().detail);
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~Served() {
    hub.close();
    server_.stop();
    guard_.reset();
    io_.stop();
    thread_.join();
    workers_.join();
  }

  Request ask(const Fields& fields) {
    tcp::socket socket = open("/x", fields);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  tcp::socket open(const char* target, const Fields& fields) {
    tcp::socket socket(client_);
    socket.connect({asio::ip::address_v4::loopback(), server_.port()});
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, "localhost");
    for (const auto& [name, value] : fields) request.insert(name, value);
    http::write(socket, request);
    return socket;
  }

  EventHub hub;
  std::atomic<bool> session_stands = true;

 private:
  asio::io_context io_, client_;
  asio::thread_pool workers_{1};
  std::mutex mutex_;
  Request seen_;
  HttpServer server_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::jthread thread_;
};

/// Reads until the words have come.
std::string read_until(tcp::socket& socket, const std::string& words) {
  std::string text;
  char buffer[4096];
  while (text.find(words) == std::string::npos) {
    boost::system::error_code error;
    const std::size_t length = socket.read_some(asio::buffer(buffer), error);
    if (error) FAIL(("the stream ended: " + text));
    text.append(buffer, length);
  }
  return text;
}

}  // namespace

TEST_CASE("the secrets of who asks are read from cookie and header, and from nowhere else") {
  Served served;
  CHECK(served.ask({{"Cookie", "celadon_session=abc"}}).session == "abc");
  CHECK(served.ask({{"Cookie", "a=1; celadon_session=abc; celadon_oidc=def"}}).session == "abc");
  CHECK(served.ask({{"Cookie", "a=1;celadon_oidc=def"}}).oidc_try == "def");
  for (const char* cookie :
       {"", "celadon_session", "xceladon_session=abc", "celadon_sessionx=abc", "a=celadon_session=abc"})
    CHECK(served.ask({{"Cookie", cookie}}).session.empty());
  CHECK(served.ask({{"Authorization", "Bearer abc"}}).bearer == "abc");
  CHECK(served.ask({{"Authorization", "Basic abc"}}).bearer.empty());
  CHECK(served.ask({}).bearer.empty());
}

TEST_CASE("whose page sends it is read from headers that a foreign page cannot forge") {
  Served served;
  CHECK(served.ask({{"X-Celadon", "1"}}).of_our_page);
  CHECK_FALSE(served.ask({{"X-Celadon", "0"}}).of_our_page);
  CHECK_FALSE(served.ask({}).of_our_page);
  CHECK(served.ask({{"Sec-Fetch-Site", "cross-site"}}).of_other_site);
  CHECK_FALSE(served.ask({{"Sec-Fetch-Site", "same-origin"}}).of_other_site);
  CHECK_FALSE(served.ask({{"Sec-Fetch-Site", "none"}}).of_other_site);
}

TEST_CASE("behind a proxy on this machine the address is the one the proxy added last") {
  Served served;
  CHECK(served.ask({}).address == "127.0.0.1");
  CHECK(served.ask({{"X-Forwarded-For", "10.1.2.3"}}).address == "10.1.2.3");
  CHECK(served.ask({{"X-Forwarded-For", "1.1.1.1, 10.1.2.3"}}).address == "10.1.2.3");
  CHECK(served.ask({{"X-Forwarded-For", "<script>"}}).address == "127.0.0.1");
  CHECK(served.ask({{"X-Forwarded-Proto", "https"}}).over_tls);
  CHECK_FALSE(served.ask({}).over_tls);
}

TEST_CASE("the live stream tells what is for people inside to them alone") {
  Served served;
  tcp::socket outside = served.open("/stream", {});
  tcp::socket inside = served.open("/stream", {{"Cookie", "celadon_session=inside"}});
  static_cast<void>(read_until(outside, ": here"));
  static_cast<void>(read_until(inside, ": here"));
  served.hub.send("case", "1", EventHub::For::inside);
  served.hub.send("judgement", "2");
  const std::string heard_outside = read_until(outside, "event: judgement\ndata: 2\n\n");
  CHECK(heard_outside.find("event: case") == std::string::npos);
  CHECK(read_until(inside, "event: judgement\ndata: 2\n\n").find("event: case\ndata: 1\n\n") != std::string::npos);
}

TEST_CASE("the live stream of a session that has ended is closed at once; one of nobody goes on") {
  Served served;
  tcp::socket outside = served.open("/stream", {});
  tcp::socket inside = served.open("/stream", {{"Cookie", "celadon_session=inside"}});
  static_cast<void>(read_until(outside, ": here"));
  static_cast<void>(read_until(inside, ": here"));
  served.session_stands = false;
  served.hub.review();
  char buffer[4096];
  boost::system::error_code error;
  while (!error) static_cast<void>(inside.read_some(asio::buffer(buffer), error));
  CHECK(error == asio::error::eof);
  served.hub.send("judgement", "2");
  CHECK(read_until(outside, "event: judgement").find("data: 2") != std::string::npos);
}
