#include "intake/hj212_forward_queue.hpp"
#include "intake/hj212_forward_cursor.hpp"
#include "intake/hj212_forward_frame.hpp"
#include "intake/hj212_forward_test_frame.hpp"
#include "intake/hj212_frame.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace celadon;
using namespace celadon::intake;

namespace {

std::string segment_of(const std::string& frame) {
  FrameReader reader;
  reader.feed(frame);
  const auto item = reader.next();
  REQUIRE(item.index() == 1);
  return std::string(std::get<Frame>(item).segment);
}

OutgoingFrame made(const std::string& raw, const UpstreamSettings& settings = {}) {
  auto out = outgoing_frame(raw, settings);
  if (!out) FAIL(out.error().detail);
  return std::move(*out);
}

}  // namespace

TEST_CASE("a frame goes on as it came, byte for byte, where nothing is to be changed") {
  const std::string frame = frame_of("A1", "20260101000000001");
  const auto out = made(frame.substr(0, frame.size() - 2));
  CHECK(out.bytes == frame);
  CHECK(out.mn == "A1");
  CHECK(out.sent_mn == "A1");
  CHECK(out.qn == "20260101000000001");
  CHECK(out.cn == "2011");
  CHECK(out.wants_answer);
}

TEST_CASE("MN, password and the wish for an answer are changed in place, the rest of the segment stays") {
  UpstreamSettings settings;
  settings.mn_map = {{"A1", "CITY-0001"}};
  settings.password = "654321";
  const std::string odd = "ST=32;XX=1;CN=2011;MN=A1;PW=123456;QN=20260101000000001;Flag=4;CP=&& w01018-Rtd = 1 ;;&&";
  CHECK(segment_of(made(make_frame(odd), settings).bytes) ==
        "ST=32;XX=1;CN=2011;MN=CITY-0001;PW=654321;QN=20260101000000001;Flag=5;CP=&& w01018-Rtd = 1 ;;&&");
  const auto no_flag = made(frame_of("A1", "20260101000000001", ""), settings);
  CHECK(segment_of(no_flag.bytes).find(";Flag=1;CP=&&") != std::string::npos);
  CHECK(no_flag.wants_answer);
  settings.ask_answer = false;
  CHECK_FALSE(made(make_frame(odd), settings).wants_answer);
  CHECK(segment_of(made(make_frame(odd), settings).bytes).find("Flag=4") != std::string::npos);
  CHECK(made(frame_of("B2", "1"), settings).sent_mn == "B2");
}

TEST_CASE("a wrong checksum is put right, an encrypted frame is not touched, and what is no frame is told") {
  std::string frame = frame_of("A1", "20260101000000001");
  const std::string good = frame;
  frame[frame.size() - 3] = frame[frame.size() - 3] == '0' ? '1' : '0';
  CHECK(made(frame.substr(0, frame.size() - 2)).bytes == good);
  UpstreamSettings settings;
  settings.mn_map = {{"A1", "B"}};
  // The checksum of an encrypted frame is that of its plain text.
  std::string secret = frame_of("A1", "20260101000000001", "9", std::string(32, 'x'));
  secret.replace(secret.find("CP=&&") + 5, 32,
                 std::string("\x01\xff\x80&&;=\x00##\x91\xe4\x3e\x15\x9a\xcf", 16) + std::string(16, '\x9d'));
  CHECK(made(secret.substr(0, secret.size() - 2), settings).bytes == secret);
  CHECK(made(secret, settings).sent_mn == "A1");
  CHECK(made(secret, settings).wants_answer);
  CHECK(outgoing_frame("nothing", {}).error().code == Errc::malformed);
  CHECK(outgoing_frame(make_frame("QN=1;ST=32"), {}).error().code == Errc::malformed);
}

TEST_CASE("an answer is understood in the dialect of 2005 and of 2017, and a request is refused politely") {
  using Kind = UpstreamWord::Kind;
  const auto new_one = read_word("QN=20260101000000001;ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&");
  CHECK(new_one.kind == Kind::taken);
  CHECK(new_one.qn == "20260101000000001");
  CHECK(new_one.mn == "A1");
  const auto old_one = read_word("ST=91;CN=9014;CP=&&QN=20260101000000001;CN=2051&&");
  CHECK(old_one.kind == Kind::taken);
  CHECK(old_one.qn == "20260101000000001");
  CHECK(old_one.mn.empty());
  CHECK(read_word("QN=1;ST=91;CN=9013;MN=A1;Flag=4;CP=&&&&").kind == Kind::taken);
  CHECK(read_word("QN=1;ST=91;CN=9011;MN=A1;Flag=4;CP=&&QnRtn=1&&").kind == Kind::accepted);
  const auto no = read_word("QN=1;ST=91;CN=9011;MN=A1;Flag=4;CP=&&QnRtn=4&&");
  CHECK(no.kind == Kind::refused);
  CHECK(no.code == "4");
  const auto request = read_word("QN=1;ST=32;CN=1012;PW=1;MN=A1;Flag=5;CP=&&SystemTime=20260101000000&&");
  CHECK(request.kind == Kind::request);
  CHECK(segment_of(request.own_answer).find("CN=9011;PW=1;MN=A1;Flag=4;CP=&&QnRtn=2&&") != std::string::npos);
  CHECK(read_word("nonsense").kind == Kind::other);
}

TEST_CASE("of one device one frame is on its way, of many devices many; the cursor waits for the oldest") {
  ForwardQueue queue;
  queue.begin_behind({10, 0});
  const auto add = [&](std::int64_t batch, const char* mn) {
    queue.add({batch, 0}, {batch}, made(frame_of(mn, std::to_string(batch))));
  };
  add(11, "A");
  add(12, "A");
  add(13, "B");
  queue.pass({20, 0});
  auto* a = queue.next();
  auto* b = queue.next();
  REQUIRE(a != nullptr);
  REQUIRE(b != nullptr);
  CHECK(a->place.batch == 11);
  CHECK(b->place.batch == 13);
  CHECK(queue.next() == nullptr);
  CHECK(queue.find("B", "13") == b);
  CHECK(queue.find("", "13") == b);
  CHECK(queue.find("B", "") == b);
  CHECK(queue.find("", "") == nullptr);
  CHECK(queue.find("A", "13") == nullptr);
  CHECK(queue.find("A", "12") == nullptr);  // not sent yet
  queue.done(*b);
  CHECK(queue.cursor().batch == 10);
  CHECK(queue.oldest() == Instant{11});
  queue.done(*a);
  CHECK(queue.cursor().batch == 11);
  a = queue.next();
  REQUIRE(a != nullptr);
  CHECK(a->place.batch == 12);
  queue.done(*a);
  CHECK(queue.cursor().batch == 20);
  CHECK(queue.live() == 0);
  queue.pass({25, 0});
  CHECK(queue.cursor().batch == 25);
  CHECK_FALSE(queue.oldest().has_value());
}

TEST_CASE("after a lost link the same frames go first again; a dead letter goes before what still waits") {
  ForwardQueue queue;
  for (std::int64_t i = 1; i <= 4; ++i)
    queue.add({i, 0}, {i}, made(frame_of(i % 2 == 1 ? "A" : "B", std::to_string(i))));
  CHECK(queue.next()->place.batch == 1);
  CHECK(queue.next()->place.batch == 2);
  queue.add_again({0, 7}, {0}, made(frame_of("A", "0")));
  queue.all_back();
  CHECK(queue.in_flight_count() == 0);
  auto* first = queue.next();
  CHECK(first->place.batch == 1);
  CHECK(queue.next()->place.batch == 2);
  queue.done(*first);
  auto* letter = queue.next();
  CHECK(letter->again);
  queue.add_again({0, 3}, {0}, made(frame_of("A", "00")));
  queue.done(*letter);
  CHECK(queue.cursor().batch == 1);
  letter = queue.next();
  CHECK(letter->place.position == 3);
  queue.done(*letter);
  CHECK(queue.next()->place.batch == 3);
}

TEST_CASE("whatever is answered in whatever order, each frame goes once, in order, and the cursor ends at the end") {
  std::uint32_t state = 5;
  const auto random = [&](std::uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8U) % below;
  };
  ForwardQueue queue;
  std::map<std::string, std::int64_t> last;
  std::int64_t added = 0;
  std::int64_t finished = 0;
  std::vector<ForwardQueue::Item*> flying;
  while (finished < 3000) {
    const auto step = random(8);
    if (step < 3 && added < 3000) {
      ++added;
      const std::string mn = std::string(1, static_cast<char>('A' + random(9)));
      queue.add({added, 0}, {added}, made(frame_of(mn, std::to_string(added))));
    } else if (step == 7 && random(20) == 0) {
      queue.all_back();
      flying.clear();
    } else if (step < 6) {
      if (auto* item = queue.next()) {
        for (const auto* other : flying) REQUIRE(other->frame.mn != item->frame.mn);
        flying.push_back(item);
      }
    } else if (!flying.empty()) {
      const std::size_t at = random(static_cast<std::uint32_t>(flying.size()));
      auto* item = flying[at];
      REQUIRE(item->place.batch > last[item->frame.mn]);
      last[item->frame.mn] = item->place.batch;
      flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(at));
      queue.done(*item);
      ++finished;
      REQUIRE(queue.cursor().batch <= finished);
    }
  }
  CHECK(queue.cursor().batch == 3000);
  CHECK(queue.span() == 0);
}

TEST_CASE("a rate is kept evenly, and an idle time is not made up for") {
  using std::chrono::milliseconds;
  const ForwardClock::time_point begin{std::chrono::seconds(100)};
  Pacer pacer(10);
  CHECK(pacer.next() <= begin);
  pacer.take(begin);
  CHECK(pacer.next() == begin + milliseconds(100));
  pacer.take(begin + milliseconds(130));
  CHECK(pacer.next() == begin + milliseconds(230));
  Pacer free(0);
  free.take(begin);
  CHECK(free.next() <= begin);
}

TEST_CASE("a cursor is read back as it was written, and a damaged one is told") {
  const auto folder = std::filesystem::temp_directory_path() / ("celadon_cursor_" + std::to_string(getpid()));
  const auto file = folder / "city.cursor";
  CHECK_FALSE(read_cursor(file).value().has_value());
  const ForwardCursor cursor{{123456789012, 3}, 10, 9, 1, Instant{1'700'000'000'000'001}};
  REQUIRE(write_cursor(file, cursor));
  CHECK(read_cursor(file).value() == cursor);
  REQUIRE(write_cursor(file, {{5, 0}, 0, 0, 0, {}}));
  CHECK(read_cursor(file).value()->place == LogPlace{5, 0});
  std::ofstream(file) << "celadon-forward-cursor-1 5 0 0";
  CHECK(read_cursor(file).error().code == Errc::file_damaged);
  std::filesystem::remove_all(folder);
}
