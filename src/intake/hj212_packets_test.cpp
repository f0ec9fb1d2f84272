#include "intake/hj212_packets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace celadon;
using namespace celadon::intake;

namespace {

/// One device and its clock.
struct PacketWorld {
  PacketTracker tracker;
  Instant time{1'700'000'000'000'000};
  int sent = 0;

  std::vector<std::string_view> hear(const std::string& segment) {
    Message message;
    REQUIRE(parse_message(segment, message).has_value());
    std::vector<std::string_view> found;
    tracker.note(message, time, found);
    return found;
  }
  /// Packet `pno` of `pnum`, with a QN of its own as in HJ 212-2017 C.48.
  std::vector<std::string_view> packet(int pno, int pnum, const std::string& hour = "08", const char* value = "1") {
    const std::string qn = to_request_number(Instant{1'700'000'000'000'000 + 1000LL * ++sent});
    return hear("QN=" + qn + ";ST=31;CN=2061;PW=1;MN=A;Flag=7;PNUM=" + std::to_string(pnum) +
                ";PNO=" + std::to_string(pno) + ";CP=&&DataTime=20240601" + hour + "0000;a21026-Avg=" + value + "&&");
  }
};

using Findings = std::vector<std::string_view>;

}  // namespace

TEST_CASE("packets in order are no finding, and the set is closed") {
  PacketWorld world;
  for (int pno = 1; pno <= 3; ++pno) CHECK(world.packet(pno, 3).empty());
  CHECK(world.tracker.open_sets() == 0);
  CHECK(world.tracker.counters().complete == 1);
  CHECK(world.packet(1, 1).empty());  // PNUM=1 occurs (HJ/T 212-2005 annex C)
  CHECK(world.tracker.counters().complete == 2);
  CHECK(world.hear("ST=31;CN=2011;PW=1;MN=A;CP=&&DataTime=20240601080000;a21026-Rtd=1&&").empty());
  CHECK(world.tracker.counters().packets == 4);
}

TEST_CASE("a packet before its time is out of order, and the set is complete all the same") {
  PacketWorld world;
  CHECK(world.packet(1, 3).empty());
  CHECK(world.packet(3, 3).empty());  // whether 2 is late or lost is not known yet
  CHECK(world.packet(2, 3) == Findings{"packet_out_of_order"});
  CHECK(world.tracker.counters().complete == 1);
}

TEST_CASE("what does not come within the time is lost, and only then") {
  PacketWorld world;
  CHECK(world.packet(1, 3).empty());
  world.time.us += us_per_minute;
  CHECK(world.packet(2, 3).empty());
  world.time.us += us_per_minute + 1;
  Findings found;
  world.tracker.look(world.time, found);
  CHECK(found == Findings{"packet_lost"});
  CHECK(world.tracker.counters().incomplete == 1);
  CHECK(world.tracker.open_sets() == 0);
}

TEST_CASE("a repeat is counted and no finding, also of a set that is complete") {
  PacketWorld world;
  CHECK(world.packet(1, 2).empty());
  CHECK(world.packet(1, 2).empty());
  CHECK(world.packet(2, 2).empty());
  CHECK(world.packet(2, 2).empty());
  CHECK(world.tracker.counters().repeated == 2);
  CHECK(world.tracker.counters().complete == 1);
  CHECK(world.tracker.open_sets() == 0);
}

TEST_CASE("the same request with other content is named, with the same content not") {
  PacketWorld world;
  const std::string first =
      "QN=20240601080000001;ST=31;CN=2011;PW=1;MN=A;Flag=5;CP=&&DataTime=20240601080000;a-Rtd=1&&";
  CHECK(world.hear(first).empty());
  CHECK(world.hear(first).empty());
  std::string other = first;
  other.replace(other.find("a-Rtd=1"), 7, "a-Rtd=2");
  CHECK(world.hear(other) == Findings{"repeat_with_other_content"});
  other.replace(other.find("CN=2011"), 7, "CN=2051");  // another message of that moment
  CHECK(world.hear(other).empty());
}

TEST_CASE("sets of several periods run beside each other; one more than the limit pushes out the oldest") {
  PacketWorld world;
  const auto begin = [&](const char* hour) {
    world.time.us += us_per_second;
    return world.packet(1, 2, hour);
  };
  for (const char* hour : {"01", "02", "03", "04"}) CHECK(begin(hour).empty());
  CHECK(world.tracker.open_sets() == 4);
  CHECK(begin("05") == Findings{"packet_lost"});
  CHECK(world.tracker.open_sets() == 4);
  for (const char* hour : {"02", "03", "04", "05"}) CHECK(world.packet(2, 2, hour).empty());
  CHECK(world.tracker.counters().complete == 4);
}

TEST_CASE("numbers that cannot be are a finding, and numbers beyond the limit take no memory") {
  PacketWorld world;
  CHECK(world.packet(3, 2) == Findings{"packet_lost"});
  CHECK(world.packet(0, 2) == Findings{"packet_lost"});
  CHECK(world.packet(1, 999).empty());
  CHECK(world.tracker.open_sets() == 0);
  CHECK(world.hear("ST=31;CN=2061;PW=1;MN=A;PNUM=x;PNO=;CP=&&DataTime=20240601080000&&") == Findings{"packet_lost"});
}

TEST_CASE("whatever the order, a whole set is complete once, and memory stays bounded") {
  std::mt19937_64 random(4);
  for (int run = 0; run < 200; ++run) {
    PacketWorld world;
    const int pnum = 1 + static_cast<int>(random() % 20);
    std::vector<int> order;
    for (int pno = 1; pno <= pnum; ++pno) {
      order.push_back(pno);
      if (random() % 4 == 0) order.push_back(pno);
    }
    std::shuffle(order.begin(), order.end(), random);
    bool sorted = true;
    int highest = 0;
    for (const int pno : order) {
      static_cast<void>(world.packet(pno, pnum));
      sorted = sorted && pno >= highest;
      highest = std::max(highest, pno);
      CHECK(world.tracker.open_sets() <= 4);
    }
    if (pnum > 1) CHECK(world.tracker.counters().complete == 1);
    if (sorted) CHECK(world.tracker.counters().out_of_order == 0);
  }
}
