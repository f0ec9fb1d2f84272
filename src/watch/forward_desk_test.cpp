#include "watch/forward_desk.hpp"

#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "watch/forward_json.hpp"

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include <unistd.h>

using namespace celadon;
using namespace celadon::watch;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A platform that refuses every message while `refuses`, and takes it otherwise.
class Platform {
 public:
  Platform() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        boost::system::error_code error;
        tcp::socket socket(io_);
        acceptor_.accept(socket, error);
        if (!error && !stop.stop_requested()) talk(socket);
      }
    });
  }
  ~Platform() {
    thread_.request_stop();
    boost::system::error_code ignored;
    tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(ignored), ignored);
    thread_.join();
  }
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::atomic<bool> refuses{false};

 private:
  void talk(tcp::socket& socket) {
    intake::FrameReader reader;
    intake::Message message;
    std::array<char, 4096> buffer;
    boost::system::error_code error;
    while (true) {
      const std::size_t count = socket.read_some(asio::buffer(buffer), error);
      if (error) return;
      reader.feed({buffer.data(), count});
      for (auto item = reader.next(); item.index() == 1; item = reader.next()) {
        if (!intake::parse_message(std::get<intake::Frame>(item).segment, message)) continue;
        const bool no = refuses;
        if (!no) {
          const std::lock_guard lock(mutex_);
          taken_.push_back(std::string(message.mn) + " " + std::string(message.qn));
        }
        asio::write(socket, asio::buffer(no ? intake::answer_return(message, 2) : intake::answer_data(message)), error);
      }
    }
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::mutex mutex_;
  std::vector<std::string> taken_;
  std::jthread thread_;
};

/// Archive, ledger and a forwarding desk in one folder; started and stopped like the program.
struct Office {
  explicit Office(const std::filesystem::path& folder) {
    auto opened = archive::Archive::open(folder / "archive");
    REQUIRE(opened.has_value());
    archive = std::move(*opened);
    auto book = ledger::Ledger::open(folder / "ledger");
    REQUIRE(book.has_value());
    ledger = std::move(*book);
    intake::ForwardLimits limits;
    limits.save_pause = std::chrono::milliseconds(0);
    limits.look_pause = std::chrono::milliseconds(5);
    limits.pause_first = std::chrono::milliseconds(5);
    auto made = ForwardDesk::open(*archive, *ledger, io, folder / "forwarding", limits);
    REQUIRE(made.has_value());
    desk = std::move(*made);
    thread = std::jthread([this] { io.run(); });
  }
  ~Office() {
    desk->stop();
    guard.reset();
    io.stop();
    thread.join();
    desk.reset();
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  void receive(const std::string& mn, const std::string& qn, const char* source = "hj212", std::int64_t second = 0) {
    archive::Batch batch;
    batch.source = {source, mn + " 10.0.0.1:5"};
    batch.received = {second * us_per_second};
    std::string frame = intake::make_frame("QN=" + qn + ";ST=32;CN=2011;PW=123456;MN=" + mn + ";Flag=5;CP=&&a=1&&");
    batch.raw = {frame.substr(0, frame.size() - 2)};
    REQUIRE(archive->append_and_wait(std::move(batch)).has_value());
  }

  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  std::unique_ptr<ForwardDesk> desk;
  std::jthread thread;
};

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("celadon_forward_" + std::to_string(getpid()));
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

intake::UpstreamSettings to(const Platform& platform) {
  intake::UpstreamSettings settings;
  settings.id = "province";
  settings.name = "省平台";
  settings.host = "127.0.0.1";
  settings.port = platform.port();
  return settings;
}

template <class Condition>
void until(Condition condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  FAIL("it did not come about");
}

}  // namespace

TEST_CASE(
    "frames taken go on, refused and held ones do not; a new upstream begins now, or at the time that was asked") {
  const Folder folder;
  Platform platform;
  Office office(folder.path);
  office.receive("A", "1", "hj212", 10);
  office.receive("A", "2", "hj212", 20);
  auto settings = to(platform);
  const auto put = office.desk->put(settings, 0, Instant{20 * us_per_second}, "Li", "begin");
  REQUIRE(put.has_value());
  CHECK(put->revision == 1);
  office.receive("A", "3", "hj212-refused", 30);
  office.receive("B", "4", "hj212-held", 30);
  office.receive("B", "5", "hj212-replay", 30);
  office.receive("B", "6", "hj212-backfill", 30);
  until([&] { return platform.taken().size() == 3; });
  settings.id = "ministry";
  REQUIRE(office.desk->put(settings, 0, {}, "Li", "begin").has_value());
  office.receive("C", "7", "hj212", 40);
  until([&] { return platform.taken().size() >= 4; });
  until([&] { return office.desk->upstream("province")->queued_frames == 0; });
  const auto taken = platform.taken();
  CHECK(std::ranges::count(taken, "A 1") == 0);
  CHECK(std::ranges::count(taken, "A 2") == 1);
  CHECK(std::ranges::count(taken, "A 3") + std::ranges::count(taken, "B 4") == 0);
  CHECK(office.desk->upstreams()->size() == 2);
  CHECK(office.desk->metrics().find("celadon_forward_dead_letters_waiting{upstream=\"province\"} 0") !=
        std::string::npos);
}

TEST_CASE("an upstream is checked, kept with who and why, and changed only upon the newest revision") {
  const Folder folder;
  Platform platform;
  Office office(folder.path);
  auto settings = to(platform);
  const auto refused = [&](const char* field) {
    const auto put = office.desk->put(settings, 0, {}, "Li", "x");
    REQUIRE_FALSE(put.has_value());
    CHECK(put.error().field == field);
    settings = to(platform);
  };
  settings.id = "Big";
  refused("id");
  settings.host = "";
  refused("host");
  settings.port = 0;
  refused("port");
  settings.rate_per_s = -1;
  refused("rate_per_s");
  settings.password = "a;b";
  refused("password");
  settings.mn_map = {{"A", "B=C"}};
  refused("mn_map");
  settings.devices = {"B", "A"};
  settings.password = "654321";
  settings.rate_per_s = 2.5;
  settings.mn_map = {{"A", "X"}};
  REQUIRE(office.desk->put(settings, 0, {}, "Li", "begin").has_value());
  CHECK(office.desk->put(settings, 0, {}, "Li", "again").error().code == Errc::conflict);
  const auto stored = upstream_of(*office.ledger->get(upstream_kind, "province")).value();
  CHECK(stored.devices == std::vector<std::string>{"A", "B"});
  CHECK(stored.mn_map == settings.mn_map);
  CHECK(stored.password == settings.password);
  CHECK(stored.rate_per_s == 2.5);
  settings.enabled = false;
  CHECK(office.desk->put(settings, 1, {}, "Li", "off")->revision == 2);
  CHECK(office.desk->put(settings, 1, {}, "Li", "off").error().code == Errc::conflict);
  CHECK(office.desk->upstream("nobody").error().code == Errc::not_found);
  CHECK(office.ledger->history(upstream_kind, "province")->at(1).why == "off");
  office.receive("A", "1", "hj212", 5);
  office.receive("C", "2", "hj212", 6);
  const auto off = office.desk->upstream("province").value();
  CHECK(off.queued_frames == 1);
  CHECK(off.oldest_queued == Instant{5 * us_per_second});
}

TEST_CASE("a dead letter waits for a person, is sent again or given up, and a restart forgets nothing of it") {
  const Folder folder;
  Platform platform;
  platform.refuses = true;
  {
    Office office(folder.path);
    REQUIRE(office.desk->put(to(platform), 0, {}, "Li", "begin").has_value());
    for (const char* qn : {"1", "2", "3"}) office.receive("A", qn);
    until([&] { return office.desk->upstream("province")->dead_letters == 3; });
    until([&] { return office.desk->upstream("province")->queued_frames == 0; });
  }
  Office office(folder.path);
  CHECK(office.desk->upstream("province")->dead_letters == 3);
  const auto letters = office.desk->dead_letters("province", "", 10).value();
  REQUIRE(letters.size() == 3);
  CHECK(letters[0].letter.qn == "3");
  CHECK(letters[0].letter.reason == "9011 with QnRtn=2");
  CHECK(office.desk->bytes_of(letters[0])->find("QN=3;") != std::string::npos);
  CHECK(office.desk->discard("province", letters[0].id, "Wu", "a test frame")->state == "discarded");
  CHECK(office.desk->resend("province", letters[0].id, "Wu", "again").error().code == Errc::conflict);
  CHECK(office.desk->resend("province", "77-0", "Wu", "again").error().code == Errc::not_found);
  CHECK(office.desk->dead_letters("nobody", "", 10).error().code == Errc::not_found);
  // Still refused: it is dead again.
  REQUIRE(office.desk->resend("province", letters[2].id, "Wu", "they say it is mended").has_value());
  until([&] {
    const auto entry = office.desk->dead_letters("province", "dead", 10).value();
    return std::ranges::any_of(entry, [&](const auto& one) { return one.id == letters[2].id && one.revision == 3; });
  });
  platform.refuses = false;
  for (const int at : {1, 2}) REQUIRE(office.desk->resend("province", letters[at].id, "Wu", "now it is").has_value());
  until([&] {
    const auto resent = office.desk->dead_letters("province", "resent", 10).value();
    return std::ranges::count_if(resent, &DeadLetterEntry::answered) == 2;
  });
  CHECK(office.desk->upstream("province")->dead_letters == 0);
  const auto history = office.ledger->history(dead_letter_kind, "province/" + letters[1].id).value();
  REQUIRE(history.size() == 3);
  CHECK(history[0].who == "celadon");
  CHECK(history[1].who == "Wu");
  CHECK(history[1].why == "now it is");
  CHECK(history[2].why == "answered");
}

TEST_CASE("what a person sent again is sent after a restart too") {
  const Folder folder;
  Platform platform;
  platform.refuses = true;
  auto settings = to(platform);
  {
    Office office(folder.path);
    REQUIRE(office.desk->put(settings, 0, {}, "Li", "begin").has_value());
    office.receive("A", "1");
    until([&] { return office.desk->upstream("province")->dead_letters == 1; });
    settings.enabled = false;
    REQUIRE(office.desk->put(settings, 1, {}, "Li", "off").has_value());
    const auto letters = office.desk->dead_letters("province", "dead", 1).value();
    REQUIRE(office.desk->resend("province", letters.at(0).id, "Wu", "again").has_value());
  }
  platform.refuses = false;
  Office office(folder.path);
  CHECK(platform.taken().empty());
  settings.enabled = true;
  REQUIRE(office.desk->put(settings, 2, {}, "Li", "on").has_value());
  until([&] { return platform.taken() == std::vector<std::string>{"A 1"}; });
}
