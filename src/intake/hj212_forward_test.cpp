#include "intake/hj212_forward.hpp"

#include "intake/hj212_forward_test_frame.hpp"

#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

// The forwarder over loopback sockets, towards a platform of the test's own that answers by a script.

using namespace celadon;
using namespace celadon::intake;

namespace {

/// A log, a register and a cursor in memory.
struct ForwardWorld {
  std::mutex mutex;
  std::vector<LogFrame> log;
  std::vector<DeadLetter> letters;
  std::vector<LogPlace> delivered;
  std::optional<ForwardCursor> cursor;
  std::size_t saves = 0;

  void put(const std::string& mn, const std::string& qn, const std::string& flag = "5") {
    const std::lock_guard lock(mutex);
    log.push_back({{std::ssize(log) + 1, 0}, {std::ssize(log) + 1}, frame_of(mn, qn, flag)});
  }
  ForwardPorts ports() {
    ForwardPorts ports;
    ports.read = [this](LogPlace after, const std::vector<std::string>& devices, std::size_t limit) -> Result<LogPage> {
      const std::lock_guard lock(mutex);
      LogPage page;
      page.looked_to = after;
      for (const auto& frame : log) {
        if (frame.place <= after) continue;
        if (page.frames.size() == limit) break;
        page.looked_to = frame.place;
        const bool wanted = std::ranges::any_of(
            devices, [&](const auto& mn) { return frame.bytes.find("MN=" + mn + ";") != std::string::npos; });
        if (devices.empty() || wanted) page.frames.push_back(frame);
      }
      return page;
    };
    ports.last_batch = [this] {
      const std::lock_guard lock(mutex);
      return static_cast<std::int64_t>(log.size());
    };
    ports.bury = [this](const std::string&, const DeadLetter& letter) -> Result<void> {
      const std::lock_guard lock(mutex);
      letters.push_back(letter);
      return {};
    };
    ports.delivered = [this](const std::string&, LogPlace place) -> Result<void> {
      const std::lock_guard lock(mutex);
      delivered.push_back(place);
      return {};
    };
    ports.save = [this](const std::string&, const ForwardCursor& now) -> Result<void> {
      const std::lock_guard lock(mutex);
      cursor = now;
      ++saves;
      return {};
    };
    ports.load = [this](const std::string&) -> Result<std::optional<ForwardCursor>> {
      const std::lock_guard lock(mutex);
      return cursor;
    };
    return ports;
  }
};

/// A platform on a socket that answers by a function: what to send back for a message, or nothing; closes on "close".
class Platform {
 public:
  using Script = std::function<std::string(const Message&)>;
  explicit Platform(Script script, std::uint16_t port = 0)
      : script_(std::move(script)), acceptor_(io_, {boost::asio::ip::address_v4::loopback(), port}) {
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Platform() {
    thread_.request_stop();
    boost::system::error_code ignored;
    boost::asio::ip::tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(ignored), ignored);
    {
      const std::lock_guard lock(mutex_);
      if (peer_) shutdown(peer_->native_handle(), SHUT_RDWR);
    }
    thread_.join();
  }
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// "MN QN" of what came, in order.
  [[nodiscard]] std::vector<std::string> got() {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      boost::system::error_code error;
      boost::asio::ip::tcp::socket socket(io_);
      acceptor_.accept(socket, error);
      if (error || stop.stop_requested()) return;
      ++connections_;
      {
        const std::lock_guard lock(mutex_);
        peer_ = &socket;
      }
      talk(socket);
      const std::lock_guard lock(mutex_);
      peer_ = nullptr;
    }
  }
  void talk(boost::asio::ip::tcp::socket& socket) {
    FrameReader reader;
    Message message;
    std::array<char, 4096> buffer;
    while (true) {
      boost::system::error_code error;
      const std::size_t count = socket.read_some(boost::asio::buffer(buffer), error);
      if (error) return;
      reader.feed({buffer.data(), count});
      for (auto item = reader.next(); item.index() == 1; item = reader.next()) {
        if (!parse_message(std::get<Frame>(item).segment, message)) continue;
        {
          const std::lock_guard lock(mutex_);
          got_.push_back(std::string(message.mn) + " " + std::string(message.qn));
        }
        const std::string answer = script_(message);
        if (answer == "close") return;
        if (!answer.empty()) boost::asio::write(socket, boost::asio::buffer(answer), error);
        if (error) return;
      }
    }
  }

  Script script_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::mutex mutex_;
  boost::asio::ip::tcp::socket* peer_ = nullptr;
  std::vector<std::string> got_;
  std::atomic<int> connections_{0};
  std::jthread thread_;
};

std::string take_all(const Message& message) { return answer_data(message); }

/// A forwarder with a context of its own; destroyed in the order in which the program does it.
class Running {
 public:
  explicit Running(ForwardWorld& world, ForwardLimits limits = patient()) : forwarder_(io_, world.ports(), limits) {
    guard_.emplace(io_.get_executor());
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~Running() { end(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  void end() {
    if (!thread_.joinable()) return;
    forwarder_.stop();
    guard_.reset();
    io_.stop();
    thread_.join();
  }
  Forwarder& operator*() { return forwarder_; }
  Forwarder* operator->() { return &forwarder_; }

  /// Time-outs that a busy machine does not run into, and short ones for the tests of time-outs.
  static ForwardLimits patient() {
    ForwardLimits limits = quick();
    limits.answer_wait = std::chrono::seconds(60);
    return limits;
  }
  static ForwardLimits quick() {
    ForwardLimits limits;
    limits.answer_wait = std::chrono::milliseconds(60);
    limits.repeats = 2;
    limits.pause_first = std::chrono::milliseconds(5);
    limits.pause_max = std::chrono::milliseconds(20);
    limits.save_pause = std::chrono::milliseconds(0);
    limits.look_pause = std::chrono::milliseconds(5);
    return limits;
  }

 private:
  boost::asio::io_context io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_;
  Forwarder forwarder_;
  std::jthread thread_;
};

UpstreamSettings to(const Platform& platform) {
  UpstreamSettings settings;
  settings.id = "up";
  settings.host = "127.0.0.1";
  settings.port = platform.port();
  return settings;
}

template <class Condition>
void until(Condition condition) {
  for (int i = 0; i < 4000; ++i) {  // twenty seconds are an error, not a measure
    if (condition()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  FAIL("it did not come about");
}

/// QNs that a device's frames came with, in order.
std::vector<std::string> of(const std::vector<std::string>& got, const std::string& mn) {
  std::vector<std::string> all;
  for (const auto& one : got) {
    if (one.starts_with(mn + " ")) all.push_back(one.substr(mn.size() + 1));
  }
  return all;
}

}  // namespace

TEST_CASE("all frames reach the upstream, each device's in order; new ones follow; the cursor is saved") {
  ForwardWorld world;
  std::map<std::string, std::vector<std::string>> wanted;
  const auto put = [&](int i) {
    const std::string mn = "MN" + std::to_string(i % 7);
    world.put(mn, std::to_string(1000 + i), i % 3 == 0 ? "4" : "5");
    wanted[mn].push_back(std::to_string(1000 + i));
  };
  for (int i = 0; i < 500; ++i) put(i);
  Platform platform(take_all);
  Running running(world);
  running->put(to(platform));
  until([&] { return platform.got().size() == 500; });
  for (int i = 500; i < 520; ++i) put(i);
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.cursor && world.cursor->place.batch == 520;
  });
  for (const auto& [mn, qns] : wanted) CHECK(of(platform.got(), mn) == qns);
  CHECK(world.letters.empty());
  const auto status = running->status();
  REQUIRE(status.size() == 1);
  CHECK(status[0].state == "connected");
  CHECK(status[0].answered == 520);
  CHECK(status[0].sent == 520);
  CHECK(status[0].in_memory == 0);
  CHECK(status[0].last_answer_at.has_value());
}

TEST_CASE("a device with a slow answer holds up nobody else, and its next frame waits for it") {
  ForwardWorld world;
  for (int i = 0; i < 40; ++i) world.put(i % 2 == 0 ? "SLOW" : "B", std::to_string(100 + i));
  std::atomic<bool> answers_slow = false;
  Platform platform([&](const Message& m) { return m.mn == "SLOW" && !answers_slow ? "" : answer_data(m); });
  auto limits = Running::quick();
  limits.answer_wait = std::chrono::milliseconds(50);
  limits.repeats = 1000;
  Running running(world, limits);
  running->put(to(platform));
  until([&] { return of(platform.got(), "B").size() == 20 && of(platform.got(), "SLOW").size() > 1; });
  for (const auto& qn : of(platform.got(), "SLOW")) CHECK(qn == "100");
  {
    const std::lock_guard lock(world.mutex);
    CHECK((!world.cursor || world.cursor->place.batch == 0));
  }
  answers_slow = true;
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.cursor && world.cursor->place.batch == 40;
  });
  auto slow = of(platform.got(), "SLOW");
  CHECK(std::ranges::is_sorted(slow));
  CHECK(std::set<std::string>(slow.begin(), slow.end()).size() == 20);
}

TEST_CASE("a refusal and a frame that alone gets no answer are dead letters, and what follows goes on") {
  ForwardWorld world;
  world.put("A", "1");
  world.put("B", "2");
  world.put("A", "3");
  world.put("B", "4");
  world.put("A", "5");
  Platform platform([](const Message& m) {
    if (m.qn == "1") return answer_return(m, 3);
    if (m.qn == "4") return std::string();
    return answer_data(m);
  });
  Running running(world, Running::quick());
  running->put(to(platform));
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.letters.size() == 2 && world.cursor && world.cursor->place.batch == 5;
  });
  CHECK(world.letters[0].qn == "1");
  CHECK(world.letters[0].mn == "A");
  CHECK(world.letters[0].reason == "9011 with QnRtn=3");
  CHECK(world.letters[1].qn == "4");
  CHECK(world.letters[1].tries >= 3);
  CHECK(world.letters[1].reason == "no answer to " + std::to_string(world.letters[1].tries) + " sendings");
  CHECK(std::ranges::count(of(platform.got(), "B"), "4") == world.letters[1].tries);
  CHECK(running->status()[0].refused == 2);
}

TEST_CASE("a platform that answers nothing at all makes no dead letters: everything waits for it") {
  ForwardWorld world;
  for (int i = 0; i < 10; ++i) world.put("MN" + std::to_string(i), std::to_string(i));
  std::atomic<bool> alive = false;
  Platform platform([&](const Message& m) { return alive ? answer_data(m) : std::string(); });
  Running running(world, Running::quick());
  running->put(to(platform));
  until([&] { return platform.connections() >= 3; });
  CHECK(world.letters.empty());
  alive = true;
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.cursor && world.cursor->place.batch == 10;
  });
  CHECK(world.letters.empty());
  CHECK(running->status()[0].answered == 10);
}

TEST_CASE("a restart goes on at the saved cursor: nothing is lost, nothing out of order, the done is not sent again") {
  ForwardWorld world;
  for (int i = 0; i < 300; ++i) world.put("MN" + std::to_string(i % 3), std::to_string(1000 + i));
  std::vector<std::string> got;
  for (int round = 0; round < 6; ++round) {
    std::atomic<int> left = 40;
    Platform platform([&](const Message& m) { return --left < 0 ? std::string("close") : answer_data(m); });
    Running running(world);
    running->put(to(platform));
    until([&] { return left < 0; });
    running.end();
    for (const auto& one : platform.got()) got.push_back(one);
  }
  Platform platform(take_all);
  Running running(world);
  running->put(to(platform));
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.cursor && world.cursor->place.batch == 300;
  });
  for (const auto& one : platform.got()) got.push_back(one);
  CHECK(world.letters.empty());
  for (int device = 0; device < 3; ++device) {
    std::vector<std::string> once;  // first arrivals
    for (const auto& qn : of(got, "MN" + std::to_string(device))) {
      if (std::ranges::find(once, qn) == once.end()) once.push_back(qn);
    }
    CHECK(once.size() == 100);
    CHECK(std::ranges::is_sorted(once));
  }
  CHECK(got.size() < 300 + 7 * 64);
}

TEST_CASE("only the chosen devices go on, other settings take effect at once, and off means off") {
  ForwardWorld world;
  for (int i = 0; i < 20; ++i) world.put(i % 2 == 0 ? "A" : "B", std::to_string(100 + i));
  Platform platform(take_all);
  Running running(world);
  auto settings = to(platform);
  settings.devices = {"A"};
  settings.start = {4, 0};
  running->put(settings);
  const auto cursor_at = [&](std::int64_t batch) {
    return [&world, batch] {
      const std::lock_guard lock(world.mutex);
      return world.cursor && world.cursor->place.batch == batch;
    };
  };
  until(cursor_at(20));
  CHECK(of(platform.got(), "A").size() == 8);
  CHECK(of(platform.got(), "B").empty());
  settings.enabled = false;
  running->put(settings);
  until([&] { return running->status()[0].state == "off"; });
  world.put("A", "300");
  settings.enabled = true;
  settings.mn_map = {{"A", "X"}};
  running->put(settings);
  until(cursor_at(21));
  CHECK(of(platform.got(), "X") == std::vector<std::string>{"300"});
}

TEST_CASE("a dead letter that is sent again is answered and told; frames that want no answer are done when written") {
  ForwardWorld world;
  world.put("A", "1", "4");
  world.put("A", "2", "4");
  Platform platform([](const Message& m) { return m.wants_answer ? answer_data(m) : std::string(); });
  Running running(world);
  auto settings = to(platform);
  settings.ask_answer = false;
  running->put(settings);
  until([&] { return platform.got().size() == 2; });
  CHECK(running->resend("up", {{77, 0}, {1}, frame_of("A", "0")}));
  CHECK_FALSE(running->resend("nobody", {{77, 0}, {1}, frame_of("A", "0")}));
  until([&] {
    const std::lock_guard lock(world.mutex);
    return world.delivered.size() == 1 && world.cursor && world.cursor->place.batch == 2;
  });
  CHECK(world.delivered[0] == LogPlace{77, 0});
  CHECK(of(platform.got(), "A") == std::vector<std::string>{"1", "2", "0"});
  until([&] { return running->status()[0].answered == 1; });
}

TEST_CASE("a request of the platform is answered with a refusal and counted") {
  ForwardWorld world;
  world.put("A", "1");
  std::atomic<int> refusals = 0;
  Platform platform([&](const Message& m) {
    if (m.cn == "9011" && m.item("QnRtn") == "2") ++refusals;
    if (m.cn != "2011") return std::string();
    return make_frame("QN=9;ST=32;CN=1012;PW=123456;MN=A;Flag=5;CP=&&SystemTime=20260101000000&&") + answer_data(m);
  });
  Running running(world);
  running->put(to(platform));
  until([&] { return refusals == 1; });
  until([&] { return running->status()[0].answered == 1; });
  CHECK(running->status()[0].requests_refused == 1);
}
