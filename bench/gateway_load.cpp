// Field units that have much to say and say it as fast as they are answered: real-time messages of ten factors, made
// before the clock starts, so that the measured time is the gateway's. Gives one JSON line.
//
//   bench_gateway_load PORT MN_FILE MESSAGES WINDOW
//
// MN_FILE holds one registered MN a line (password 123456). Each message wants an answer; at most WINDOW of a unit are
// unanswered.

#include "core/time.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using namespace celadon;

namespace {

constexpr std::array<const char*, 10> factors = {"a00000", "a34013", "a21026", "a21002", "a21005",
                                                 "a19001", "a01011", "a01012", "a01013", "a01014"};
constexpr std::int64_t step_us = 10 * us_per_second;
constexpr std::int64_t begin_us = 20 * us_per_hour;  ///< before now; a day ago would be a replay

[[noreturn]] void stop(const char* why) {
  std::perror(why);
  std::exit(1);
}

struct Unit {
  std::string bytes;              ///< all its messages
  std::vector<std::size_t> ends;  ///< of each in `bytes`
  std::size_t sent_bytes = 0, answered = 0;
  int socket = -1;
};

void make_messages(Unit& unit, const std::string& mn, std::size_t count, Instant now) {
  for (std::size_t i = 0; i < count; ++i) {
    const Instant time{now.us - begin_us + static_cast<std::int64_t>(i) * step_us};
    std::string segment = "QN=" + intake::to_request_number(time) + ";ST=31;CN=2011;PW=123456;MN=" + mn +
                          ";Flag=5;CP=&&DataTime=" + intake::to_time212(time);
    for (std::size_t f = 0; f < factors.size(); ++f) {
      const std::string value = std::to_string(i * 7 % 50 + f) + "." + std::to_string(i % 10);
      segment += (f == 0 ? ";" : "") + std::string(factors[f]) + "-Rtd=" + value + "," + factors[f] +
                 "-Flag=N" + (f + 1 < factors.size() ? ";" : "&&");
    }
    unit.bytes += intake::make_frame(segment);
    unit.ends.push_back(unit.bytes.size());
  }
}

void connect_to(Unit& unit, std::uint16_t port) {
  unit.socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(unit.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) stop("connect");
  const int yes = 1;
  ::setsockopt(unit.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/// As much as the window allows and the socket takes.
void send_more(Unit& unit, std::size_t window) {
  const std::size_t last = std::min(unit.answered + window, unit.ends.size());
  const std::size_t until = last == 0 ? 0 : unit.ends[last - 1];
  while (unit.sent_bytes < until) {
    const auto count =
        ::send(unit.socket, unit.bytes.data() + unit.sent_bytes, until - unit.sent_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) return;  // answers that come bring us back here
    if (count < 0) stop("send");
    unit.sent_bytes += static_cast<std::size_t>(count);
  }
}

std::size_t number(const char* text) {
  std::size_t value = 0;
  std::from_chars(text, text + std::string_view(text).size(), value);
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_gateway_load PORT MN_FILE MESSAGES WINDOW\n");
    return 64;
  }
  const auto port = static_cast<std::uint16_t>(number(argv[1]));
  const std::size_t messages = number(argv[3]);
  const std::size_t window = number(argv[4]);
  std::vector<Unit> units;
  std::ifstream file(argv[2]);
  const Instant now = celadon::now();
  for (std::string mn; std::getline(file, mn);) make_messages(units.emplace_back(), mn, messages, now);
  const int poll = ::epoll_create1(0);
  for (std::size_t i = 0; i < units.size(); ++i) {
    connect_to(units[i], port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, units[i].socket, &event);
  }
  const auto begin = std::chrono::steady_clock::now();
  for (auto& unit : units) send_more(unit, window);
  std::size_t left = units.size() * messages;
  std::array<epoll_event, 256> events{};
  std::vector<char> buffer(1 << 16);
  while (left > 0) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 30'000);
    if (ready == 0) {
      std::fprintf(stderr, "%zu messages are not answered after 30 seconds of silence\n", left);
      return 1;
    }
    for (int i = 0; i < ready; ++i) {
      Unit& unit = units[events[static_cast<std::size_t>(i)].data.u64];
      const auto count = ::recv(unit.socket, buffer.data(), buffer.size(), 0);
      if (count <= 0) stop("the gateway closed a connection");
      const auto answers = static_cast<std::size_t>(std::count(buffer.begin(), buffer.begin() + count, '\n'));
      unit.answered += answers;
      left -= answers;
      send_more(unit, window);
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto all = static_cast<double>(units.size() * messages);
  std::printf("{\"units\": %zu, \"messages\": %.0f, \"observations\": %.0f, \"seconds\": %.3f}\n", units.size(), all,
              all * factors.size(), seconds);
  return 0;
}
