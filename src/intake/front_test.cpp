#include "intake/front_end.hpp"

#include "intake/front_door.hpp"
#include "intake/front_frame.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_gateway.hpp"
#include "intake/hj212_waiting_room.hpp"

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

// Fronts and a gateway over real sockets; the archive is the test's own.

using namespace celadon;
using namespace celadon::intake;

namespace {

constexpr auto patience = std::chrono::seconds(20);

bool soon(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// A socket of the test, which waits no longer than its patience.
class TestSocket {
 public:
  explicit TestSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  explicit TestSocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  explicit TestSocket(int fd) : fd_(fd), connected_(fd >= 0) {}
  ~TestSocket() { hang_up(); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void say_no_more() const { ::shutdown(fd_, SHUT_WR); }
  [[nodiscard]] std::string address() const {
    sockaddr_in here{};
    socklen_t size = sizeof here;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
    return "127.0.0.1:" + std::to_string(ntohs(here.sin_port));
  }
  /// As much as the other side takes at once.
  std::size_t offer(std::string_view bytes) const {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void send(std::string_view bytes) const {
    CHECK(soon([&] {
      bytes.remove_prefix(offer(bytes));
      return bytes.empty();
    }));
  }
  /// Until what came `holds`, or the end.
  std::string read_until(const std::function<bool(const std::string&)>& holds) {
    std::array<char, 65536> buffer{};
    while (!holds(received_)) {
      pollfd one{fd_, POLLIN, 0};
      if (::poll(&one, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) {
        FAIL_CHECK("nothing came");
        break;
      }
      const auto count = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        ended_ = true;
        break;
      }
      received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return std::exchange(received_, {});
  }
  std::string read_answers(std::ptrdiff_t count) {
    return read_until([count](const std::string& all) { return std::ranges::count(all, '\n') >= count; });
  }
  /// Nothing but the end comes.
  bool ends() {
    read_until([](const std::string&) { return false; });
    return ended_;
  }

 private:
  int fd_;
  bool connected_ = false, ended_ = false;
  std::string received_;
};

std::string data_of(const std::string& mn, int number) {
  const std::string second = std::to_string(100 + number % 60).substr(1);
  const std::string minute = std::to_string(100 + number / 60 % 60).substr(1);
  return make_frame("QN=2026010100" + minute + second + std::to_string(1000 + number % 1000).substr(1) +
                    ";ST=32;CN=2011;PW=123456;MN=" + mn + ";Flag=5;CP=&&DataTime=2026010100" + minute + second +
                    ";w01018-Rtd=" + std::to_string(number) + "&&");
}

/// A gateway that takes fronts at `path`, with devices "A...", "B..." and an archive that stores at once, but for those
/// of `held_mn`.
class FrontServer {
 public:
  explicit FrontServer(std::string path, GatewayLimits limits = {}) : path_(std::move(path)) {
    for (const char* mn : {"A0000000000001", "B0000000000001"}) {
      KnownDevice device;
      device.mn = mn;
      device.settings.site = "s";
      device.password = "123456";
      directory_.put(std::move(device));
    }
    GatewayPorts ports;
    ports.directory = &directory_;
    ports.waiting = &waiting_;
    ports.resolve_series = [](const std::vector<SeriesKey>& keys) -> Result<std::vector<SeriesId>> {
      return std::vector(keys.size(), SeriesId{1});
    };
    ports.deliver = [this](Delivery delivery, std::function<void(Result<void>)> done) {
      {
        const std::lock_guard lock(mutex_);
        raw.push_back(delivery.raw);
        sources.insert(delivery.source.detail);
        if (!held_mn.empty() && delivery.source.detail.starts_with(held_mn)) {
          held_.push_back(std::move(done));
          return;
        }
      }
      done({});
    };
    ports.busy = [this] { return busy.load(); };
    ports.keep_refused = [](Source, Instant, std::string) {};
    ports.hold = [](Source, Instant, std::string, std::function<void(Result<void>)>) { return true; };
    gateway.emplace(tables_, std::move(ports), limits);
    const auto started = gateway->start_fronts(io_, path_, [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      told += line + "\n";
    });
    REQUIRE(started.has_value());
    for (auto& thread : threads_) thread = std::thread([this] { io_.run(); });
  }
  ~FrontServer() {
    std::atomic<bool> done{false};
    gateway->stop([&done] { done = true; });
    CHECK(soon([&done] { return done.load(); }));
    CHECK(soon([this] { return gateway->counters().fronts_open == 0; }));
    guard_.reset();
    io_.stop();
    for (auto& thread : threads_) thread.join();
  }
  FrontServer(const FrontServer&) = delete;
  FrontServer& operator=(const FrontServer&) = delete;

  std::size_t stored() {
    const std::lock_guard lock(mutex_);
    return raw.size();
  }
  std::string lines() {
    const std::lock_guard lock(mutex_);
    return told;
  }
  void let_go() {
    std::vector<std::function<void(Result<void>)>> held;
    {
      const std::lock_guard lock(mutex_);
      held_mn.clear();
      held.swap(held_);
    }
    for (const auto& done : held) done({});
  }

 private:
  boost::asio::io_context io_;  // outlives the gateway

 public:
  std::optional<Gateway> gateway;
  std::vector<std::string> raw;
  std::set<std::string> sources;
  std::string held_mn, told;
  std::atomic<bool> busy{false};

 private:
  const std::string path_;
  Hj212Tables tables_;
  DeviceDirectory directory_;
  WaitingRoom waiting_{{2, 2000, 3000}};
  std::mutex mutex_;
  std::vector<std::function<void(Result<void>)>> held_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_{io_.get_executor()};
  std::array<std::thread, 2> threads_;
};

class TestFront {
 public:
  explicit TestFront(const std::string& path)
      : front_(io_, FrontSettings{{FrontSettings::Port{"127.0.0.1", 0, std::nullopt}}, path},
               [this](const std::string& line) {
                 const std::lock_guard lock(mutex_);
                 told_ += line + "\n";
               }) {
    const auto ports = front_.start();
    REQUIRE(ports.has_value());
    port = ports->front();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~TestFront() {
    boost::asio::post(io_, [this] { front_.stop([this] { io_.stop(); }); });
    thread_.join();
  }
  TestFront(const TestFront&) = delete;
  TestFront& operator=(const TestFront&) = delete;

  /// A device of it, once it lets devices in.
  std::unique_ptr<TestSocket> device() const {
    std::unique_ptr<TestSocket> socket;
    CHECK(soon([&] {
      socket = std::make_unique<TestSocket>(port);
      return socket->connected();
    }));
    return socket;
  }
  std::string lines() {
    const std::lock_guard lock(mutex_);
    return told_;
  }

  std::uint16_t port = 0;

 private:
  boost::asio::io_context io_{1};
  std::mutex mutex_;
  std::string told_;
  FrontEnd front_;
  std::thread thread_;
};

struct FrontFolder {
  std::filesystem::path folder;
  FrontFolder() {
    folder = std::filesystem::temp_directory_path() / ("celadon-front-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
  }
  ~FrontFolder() { std::filesystem::remove_all(folder); }
  FrontFolder(const FrontFolder&) = delete;
  FrontFolder& operator=(const FrontFolder&) = delete;
  [[nodiscard]] std::string path() const { return (folder / "front.sock").string(); }
};

}  // namespace

TEST_CASE("a device behind a front is answered from the archive, under its own address") {
  const FrontFolder here;
  FrontServer server(here.path());
  struct stat status {};
  REQUIRE(stat(here.path().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  const TestFront front(here.path());
  const auto device = front.device();
  device->send(data_of("A0000000000001", 1));
  CHECK(device->read_answers(1).find(";CN=9014;") != std::string::npos);
  CHECK(server.sources.contains("A0000000000001 " + device->address()));
  CHECK(server.gateway->counters().fronts_open == 1);
  CHECK(server.gateway->counters().front_connections_open == 1);
  CHECK(server.gateway->counters().connections_open == 1);
  CHECK(server.gateway->send("A0000000000001", "request\n"));
  CHECK(device->read_answers(1) == "request\n");

  for (int i = 2; i < 2000; ++i) device->send(data_of("A0000000000001", i));
  device->say_no_more();  // and it still listens
  CHECK(std::ranges::count(device->read_answers(1998), '\n') == 1998);
  CHECK(device->ends());
  CHECK(server.stored() == 1999);
  CHECK(soon([&] { return server.gateway->counters().front_connections_open == 0; }));
}

TEST_CASE("what the archive does not take stays with the device, and holds up no other device of the front") {
  const FrontFolder here;
  FrontServer server(here.path());
  server.held_mn = "A0000000000001";
  const TestFront front(here.path());
  const auto stalled = front.device();
  const auto other = front.device();
  std::string many;
  constexpr int count = 100'000;  // some 14 MB: more than the system's buffers and the credit hold
  for (int i = 0; i < count; ++i) many += data_of("A0000000000001", i);
  std::string_view rest = many;
  for (int quiet = 0; quiet < 50; ++quiet) {
    const std::size_t taken = stalled->offer(rest);
    rest.remove_prefix(taken);
    if (taken > 0) quiet = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK_FALSE(rest.empty());
  CHECK(server.stored() <= 64 + front_window_bytes / 100);
  for (int i = 0; i < 20; ++i) {
    other->send(data_of("B0000000000001", i));
    CHECK(other->read_answers(1).find("MN=B0000000000001") != std::string::npos);
  }
  stalled->hang_up();
  server.let_go();
  CHECK(soon([&] { return server.gateway->counters().front_connections_open == 1; }));
}

TEST_CASE("while the archive is behind no device is read; afterwards all that was sent is stored once") {
  const FrontFolder here;
  FrontServer server(here.path());
  server.busy = true;
  const TestFront front(here.path());
  const auto device = front.device();
  std::string all;
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) all += data_of("A0000000000001", i);
  std::thread sending([&] { device->send(all); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(server.stored() == 0);
  server.busy = false;
  CHECK(std::ranges::count(device->read_answers(count), '\n') == count);
  sending.join();
  CHECK(server.stored() == count);
  CHECK(std::set(server.raw.begin(), server.raw.end()).size() == count);
}

TEST_CASE("a front without a server refuses devices, says so once, and lets them in when there is one") {
  const FrontFolder here;
  TestFront front(here.path());
  CHECK(soon([&] { return front.lines().starts_with("no server at " + here.path()); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  CHECK(std::ranges::count(front.lines(), '\n') == 1);
  CHECK_FALSE(TestSocket(front.port).connected());
  std::unique_ptr<TestSocket> device;
  {
    const FrontServer server(here.path());
    device = front.device();
    device->send(data_of("A0000000000001", 1));
    CHECK(device->read_answers(1).find(";CN=9014;") != std::string::npos);
    CHECK(front.lines().ends_with("the link to " + here.path() + " is up\n"));
  }
  CHECK(device->ends());
  CHECK(soon([&] { return !TestSocket(front.port).connected(); }));
  CHECK_FALSE(std::filesystem::exists(here.path()));
  FrontServer server(here.path());
  device = front.device();
  device->send(data_of("A0000000000001", 2));
  CHECK(device->read_answers(1).find(";CN=9014;") != std::string::npos);
}

TEST_CASE("a device that goes, or that the server closes, is closed on the other side, and its place is free") {
  const FrontFolder here;
  GatewayLimits limits;
  limits.connections_max = 2;
  limits.first_frame_max = std::chrono::seconds(1);
  FrontServer server(here.path(), limits);
  const TestFront front(here.path());
  auto first = front.device();
  auto second = front.device();
  first->send(data_of("A0000000000001", 1));
  first->read_answers(1);
  second->send(data_of("B0000000000001", 1));
  second->read_answers(1);
  CHECK(front.device()->ends());  // a third is one too many
  CHECK(server.gateway->counters().connections_refused == 1);
  second->hang_up();
  CHECK(soon([&] { return server.gateway->counters().front_connections_open == 1; }));
  CHECK(front.device()->ends());  // it says nothing for too long
  auto newer = front.device();
  newer->send(data_of("A0000000000001", 2));  // takes the place of the first
  newer->read_answers(1);
  CHECK(first->ends());
}

TEST_CASE("bytes that break the rules end their link, with the reason, and no other") {
  const FrontFolder here;
  FrontServer server(here.path());
  const TestFront front(here.path());
  const auto device = front.device();
  const auto ends_with = [&](const std::string& bytes, const std::string& why) {
    TestSocket link(here.path());
    link.send(bytes);
    CHECK(link.ends());
    CHECK(soon([&] { return server.lines().find("the link of a front was closed: " + why) != std::string::npos; }));
    device->send(data_of("A0000000000001", 1));
    CHECK(device->read_answers(1).find(";CN=9014;") != std::string::npos);
  };
  const auto saying = [](std::initializer_list<std::pair<FrontKind, std::string>> frames) {
    std::string bytes(front_hello);
    for (const auto& [kind, text] : frames) put_front_frame(bytes, 5, kind, text);
    return bytes;
  };
  using enum FrontKind;
  ends_with("GET / HTTP/1.1\r\n\r\n", "it does not speak the language of the link");
  ends_with("celadon front 9\n", "it speaks another version");
  ends_with(saying({{data, "##"}}), "channel 5 was never opened");
  ends_with(saying({{open, "10.0.0.1:1"}, {open, "10.0.0.1:1"}}), "channel 5 was opened and not closed");
  ends_with(saying({{open, "10.0.0.1"}}), "a device's address cannot be read");
  ends_with(saying({{open, "10.0.0.1:70000"}}), "a device's address cannot be read");
  ends_with(saying({{open, "10.0.0.1:1 x"}}), "a device's address cannot be read");
  ends_with(saying({{open, "10.0.0.1:1"}, {data, std::string(front_window_bytes + 1, 'x')}}),
            "channel 5 sent more than it had credit for");
  ends_with(saying({}) + std::string("\0\0\0\5\2\xff\xff\xff\xff", 9), "a frame of kind 2 says");
  CHECK(soon([&] { return server.gateway->counters().connections_open == 1; }));
  CHECK(server.gateway->counters().fronts_open == 1);
}

TEST_CASE("one socket has one server; what a dead one left is replaced, what is no socket is left alone") {
  const FrontFolder here;
  {
    const FrontServer server(here.path());
    boost::asio::io_context io;
    const auto second = FrontDoor::open(io, here.path(), {}, {});
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Errc::conflict);
  }
  boost::asio::io_context io;
  {
    const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    here.path().copy(at.sun_path, sizeof at.sun_path - 1);
    REQUIRE(::bind(left, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    ::close(left);
  }
  CHECK(FrontDoor::open(io, here.path(), {}, {}).has_value());
  const auto folder = FrontDoor::open(io, here.folder.string(), {}, {});
  REQUIRE_FALSE(folder.has_value());
  CHECK(folder.error().detail.find("is no socket") != std::string::npos);
  CHECK_FALSE(FrontDoor::open(io, std::string(200, 'x'), {}, {}).has_value());
}

TEST_CASE("a device that does not take its answers is closed, and the others are served") {
  const FrontFolder here;
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  here.path().copy(at.sun_path, sizeof at.sun_path - 1);
  const int listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::bind(listening, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(::listen(listening, 1) == 0);
  {
    const TestFront front(here.path());
    TestSocket link(::accept(listening, nullptr, nullptr));  // this test is the server
    link.send(server_hello);
    const auto deaf = front.device();
    const auto good = front.device();
    const auto closed = [&](std::uint32_t channel) {
      std::string frame;
      put_front_frame(frame, channel, FrontKind::close);
      return frame;
    };
    const auto said =
        link.read_until([&](const std::string& all) { return all.find("127.0.0.1:") != all.rfind("127.0.0.1:"); });
    CHECK(said.starts_with(front_hello));
    const std::string some(60'000, 'x');
    for (int i = 0; i < 400; ++i) {  // 24 MB: more than the system's buffers and what the front may keep
      std::string frame;
      put_front_frame(frame, 1, FrontKind::data, some);
      link.send(frame);
    }
    link.read_until([&](const std::string& all) { return all.find(closed(1)) != std::string::npos; });
    std::string answer = closed(1);
    put_front_frame(answer, 2, FrontKind::data, "answer\n");
    link.send(answer);
    CHECK(good->read_answers(1) == "answer\n");

    answer.clear();
    put_front_frame(answer, 77, FrontKind::data, "x");
    link.send(answer);  // no such channel
    CHECK(link.ends());
    CHECK(good->ends());
  }
  ::close(listening);
}
