#include "cli/simulate_client.hpp"

#include "cli/simulate_ledger.hpp"
#include "core/assert.hpp"
#include "intake/timer_wheel.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <netinet/in.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace celadon::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::int64_t tick_us = 5000;
constexpr std::size_t wheel_slots = 16'384;  // 82 s round
constexpr std::size_t connections_per_address = 20'000;
constexpr std::size_t connecting_max = 512;
constexpr std::int64_t first_pause_us = us_per_second;
constexpr int pause_doublings_max = 5;  // 32 s
constexpr rlim_t files_beside = 64;

/// Longer waits are counted in the last bucket, shorter ones exactly to about 3 %.
class AnswerTimes {
 public:
  void add(std::int64_t us) {
    most_us_ = std::max(most_us_, us);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)))];
    ++count_;
  }
  [[nodiscard]] double share_ms(double share) const {
    if (count_ == 0) return 0;
    auto to_pass = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1)) + 1;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      if (buckets_[i] >= to_pass)
        return std::min(static_cast<double>(upper_us(i)), static_cast<double>(most_us_)) / 1000;
      to_pass -= buckets_[i];
    }
    return most_ms();
  }
  [[nodiscard]] double most_ms() const { return static_cast<double>(most_us_) / 1000; }

 private:
  static constexpr unsigned fine_bits = 5;
  static std::size_t bucket_of(std::uint64_t us) {
    const auto bits = static_cast<unsigned>(64 - __builtin_clzll(us | 1U));
    if (bits <= fine_bits + 1) return us;
    const unsigned shift = bits - fine_bits - 1;
    return std::min<std::size_t>((shift << fine_bits) + (us >> shift), 1023);
  }
  static std::uint64_t upper_us(std::size_t bucket) {
    if (bucket < 2U << fine_bits) return bucket;
    const std::size_t shift = (bucket >> fine_bits) - 1;
    return ((bucket - (shift << fine_bits)) + 1) << shift;
  }
  std::array<std::uint64_t, 1024> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t most_us_ = 0;
};

struct Line {
  enum class State : std::uint8_t { idle, queued, connecting, open };

  Line(asio::io_context& io, const intake::SimulatorPlan& plan, intake::DeviceIdentity identity,
       intake::SimulatorTally& tally)
      : socket(io), device(plan, std::move(identity), tally) {}

  tcp::socket socket;
  intake::DeviceSimulator device;
  std::string unsent;                      ///< the system did not take it yet
  std::vector<intake::DevicePiece> later;  ///< whose time has not come
  std::uint32_t generation = 0;            ///< of the connection: handlers of an older one do nothing
  State state = State::idle;
  std::uint8_t failures = 0;
  bool closing = false;  ///< behind what is written
  bool was_open = false;
  bool waits_to_write = false;
};

class Run {
 public:
  Run(SimulateRequest request, const std::atomic<bool>& stop)
      : request_(std::move(request)), stop_(stop), begin_(steady_clock::now()), wall_begin_(celadon::now()) {
    for (auto& identity : request_.devices) lines_.emplace_back(io_, request_.plan, std::move(identity), tally_);
    request_.devices.clear();
    wheel_.emplace(wall_begin_, tick_us, wheel_slots, lines_.size());
  }

  Result<SimulateSummary> run();

 private:
  using Time = intake::SimulatorTime;
  [[nodiscard]] Time time() const;
  Result<void> prepare();
  void tick();
  void connect_some();
  void connect(std::uint32_t who);
  void wait_readable(std::uint32_t who);
  void poll(std::uint32_t who);
  void carry(std::uint32_t who, const Time& now);
  void write(Line& line, std::string_view bytes);
  void flush(std::uint32_t who);
  void lost(std::uint32_t who, bool by_will);
  void schedule(std::uint32_t who, const Time& now);
  [[nodiscard]] bool is_over(const Time& now);
  [[nodiscard]] SimulateSummary summary() const;

  SimulateRequest request_;
  const std::atomic<bool>& stop_;
  const steady_clock::time_point begin_;
  const Instant wall_begin_;
  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  tcp::endpoint host_;
  intake::SimulatorTally tally_;
  std::deque<Line> lines_;
  std::optional<intake::TimerWheel> wheel_;
  std::deque<std::uint32_t> to_connect_;
  intake::DeviceOutput out_;
  std::array<char, 64 * 1024> buffer_{};
  std::unique_ptr<SimulateLedger> ledger_;
  AnswerTimes times_;
  std::size_t connecting_ = 0;
  double connects_allowed_ = 0;
  Instant ticked_{};
  std::optional<Instant> stopped_at_;
  std::uint64_t ticks_ = 0, connections_ = 0, reconnections_ = 0, lost_ = 0;
};

intake::SimulatorTime Run::time() const {
  const auto gone_us = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin_).count();
  const Instant wall{wall_begin_.us + gone_us};
  if (request_.plan.live_clock) return {wall, wall};
  const auto data_us = static_cast<std::int64_t>(static_cast<double>(gone_us) * request_.plan.speed);
  return {wall, Instant{request_.plan.begin.us + data_us}};
}

Result<void> Run::prepare() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const rlim_t wanted = lines_.size() + files_beside;
  if (files.rlim_cur < wanted) {
    rlimit more = files;
    more.rlim_cur = std::min(wanted, files.rlim_max);
    if (files.rlim_max < wanted) {  // root may raise the hard limit too
      more.rlim_max = more.rlim_cur = wanted;
    }
    if (setrlimit(RLIMIT_NOFILE, &more) != 0)
      return fail(Errc::io_failed, std::to_string(lines_.size()) + " connections need " + std::to_string(wanted) +
                                       " open files, and this session may have " + std::to_string(files.rlim_max) +
                                       "; raise its limit (ulimit -Hn, or LimitNOFILE of the service)");
  }
  error_code error;
  tcp::resolver resolver(io_);
  const auto found = resolver.resolve(request_.host, std::to_string(request_.port), error);
  if (error || found.empty()) return fail(Errc::not_found, "host '" + request_.host + "' has no address");
  host_ = found.begin()->endpoint();
  if (!request_.ledger.empty()) {
    auto opened = SimulateLedger::open(request_.ledger);
    if (!opened) return fail(opened.error());
    ledger_ = std::move(*opened);
  }
  return {};
}

Result<SimulateSummary> Run::run() {
  if (auto ready = prepare(); !ready) return fail(ready.error());
  for (std::uint32_t who = 0; who < lines_.size(); ++who) {
    lines_[who].state = Line::State::queued;
    to_connect_.push_back(who);
  }
  ticked_ = time().wall;
  tick();
  io_.run();
  if (ledger_) {
    for (const auto& line : lines_) {
      for (const auto& message : line.device.unanswered()) {
        if (message.sends > 0) ledger_->put(line.device, message);
      }
    }
    if (auto closed = ledger_->close(); !closed) return fail(closed.error());
  }
  return summary();
}

void Run::tick() {
  const Time now = time();
  wheel_->advance(now.wall, [this](std::uint32_t who) {
    if (lines_[who].state == Line::State::open) {
      poll(who);
    } else if (lines_[who].state == Line::State::idle) {
      lines_[who].state = Line::State::queued;
      to_connect_.push_back(who);
    }
  });
  connects_allowed_ = std::min(
      connects_allowed_ + request_.connects_per_s * static_cast<double>(now.wall.us - ticked_.us) / us_per_second,
      std::max(1.0, request_.connects_per_s));
  ticked_ = now.wall;
  connect_some();
  if (++ticks_ % 20 == 0 && is_over(now)) {
    io_.stop();
    return;
  }
  timer_.expires_after(std::chrono::microseconds(tick_us));
  timer_.async_wait([this](error_code error) {
    if (!error) tick();
  });
}

bool Run::is_over(const Time& now) {
  const bool time_is_up = request_.for_s && static_cast<double>(now.wall.us - wall_begin_.us) > *request_.for_s * 1e6;
  if (!stopped_at_ && (stop_ || time_is_up)) {
    stopped_at_ = now.wall;
    for (auto& line : lines_) line.device.stop();
  }
  if (std::ranges::all_of(lines_, [](const Line& line) { return line.device.finished(); })) return true;
  return stopped_at_ && static_cast<double>(now.wall.us - stopped_at_->us) > request_.settle_s * 1e6;
}

void Run::connect_some() {
  while (!to_connect_.empty() && connecting_ < connecting_max && connects_allowed_ >= 1) {
    connects_allowed_ -= 1;
    const std::uint32_t who = to_connect_.front();
    to_connect_.pop_front();
    connect(who);
  }
}

void Run::connect(std::uint32_t who) {
  Line& line = lines_[who];
  line.state = Line::State::connecting;
  const std::uint32_t generation = ++line.generation;
  error_code error;
  line.socket.open(host_.protocol(), error);
  if (!error && host_.address().is_v4() && host_.address().to_v4().is_loopback() &&
      lines_.size() > connections_per_address) {
    const int yes = 1;  // the port is chosen when the other end is known
    setsockopt(line.socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    const auto step = static_cast<asio::ip::address_v4::uint_type>(who / connections_per_address);
    line.socket.bind({asio::ip::address_v4(asio::ip::address_v4::loopback().to_uint() + step), 0}, error);
  }
  if (error) return lost(who, true);
  ++connecting_;
  line.socket.async_connect(host_, [this, who, generation](error_code failed) {
    --connecting_;
    Line& mine = lines_[who];
    if (mine.generation != generation) return;
    if (failed) return lost(who, true);
    error_code ignored;
    mine.socket.non_blocking(true, ignored);
    mine.socket.set_option(tcp::no_delay(true), ignored);
    mine.state = Line::State::open;
    ++connections_;
    if (mine.was_open) ++reconnections_;
    mine.was_open = true;
    mine.device.connected(time());
    wait_readable(who);
    poll(who);
  });
}

void Run::wait_readable(std::uint32_t who) {
  Line& line = lines_[who];
  line.socket.async_wait(tcp::socket::wait_read, [this, who, generation = line.generation](error_code error) {
    Line& mine = lines_[who];
    if (mine.generation != generation || mine.state != Line::State::open) return;
    if (error) return lost(who, false);
    const std::size_t count = mine.socket.read_some(asio::buffer(buffer_), error);
    if (error == asio::error::would_block) return wait_readable(who);
    if (error) return lost(who, mine.closing);
    mine.failures = 0;
    const Time now = time();
    mine.device.receive({buffer_.data(), count}, now, out_);
    carry(who, now);
    if (mine.generation != generation || mine.state != Line::State::open) return;
    wait_readable(who);
    poll(who);
  });
}

/// Lets the unit do what is due. What the system has not taken holds it back.
void Run::poll(std::uint32_t who) {
  Line& line = lines_[who];
  if (line.state != Line::State::open) return;
  const Time now = time();
  if (line.unsent.empty() && !line.closing) line.device.tick(now, out_);
  carry(who, now);
  schedule(who, now);
}

void Run::carry(std::uint32_t who, const Time& now) {
  Line& line = lines_[who];
  for (const auto& message : out_.settled) {
    if (message.answered) times_.add(now.wall.us - message.last_sent.us);
    if (ledger_) ledger_->put(line.device, message);
  }
  for (auto& piece : out_.pieces) line.later.push_back(std::move(piece));
  line.closing |= out_.hang_up;
  out_.pieces.clear();
  out_.settled.clear();
  out_.hang_up = false;
  std::size_t due = 0;
  while (due < line.later.size() && line.later[due].at <= now.wall) line.unsent += line.later[due++].bytes;
  line.later.erase(line.later.begin(), line.later.begin() + static_cast<std::ptrdiff_t>(due));
  if (due > 0 || line.closing) flush(who);
}

void Run::flush(std::uint32_t who) {
  Line& line = lines_[who];
  error_code error;
  std::size_t written = 0;
  while (written < line.unsent.size()) {
    const auto rest = std::string_view(line.unsent).substr(written);
    written += line.socket.write_some(asio::buffer(rest.data(), rest.size()), error);
    if (error) break;
  }
  if (error && error != asio::error::would_block) return lost(who, line.closing);
  if (!error) {
    line.unsent = {};  // gives the memory back: between two messages lies half a minute
    if (line.later.empty()) line.later = {};
    if (line.closing && line.later.empty()) return lost(who, true);
    return;
  }
  line.unsent.erase(0, written);
  if (line.waits_to_write) return;
  line.waits_to_write = true;
  line.socket.async_wait(tcp::socket::wait_write, [this, who, generation = line.generation](error_code failed) {
    if (lines_[who].generation != generation || lines_[who].state != Line::State::open || failed) return;
    lines_[who].waits_to_write = false;
    flush(who);
    poll(who);
  });
}

void Run::lost(std::uint32_t who, bool by_will) {
  Line& line = lines_[who];
  if (line.state == Line::State::open && !by_will) ++lost_;
  const bool was_open = line.state == Line::State::open;
  ++line.generation;
  error_code ignored;
  line.socket.close(ignored);
  line.device.disconnected();
  line.state = Line::State::idle;
  line.unsent = {};
  line.later = {};
  line.closing = line.waits_to_write = false;
  // Half to the whole of the pause, so that not all call at once.
  const int doublings = std::min<int>(line.failures, pause_doublings_max);
  const double share = 0.5 + 0.5 * intake::place_share(request_.plan.seed, 77, who, line.generation);
  const double pause_us = was_open && line.failures == 0
                              ? 0.2 * first_pause_us * share
                              : static_cast<double>(first_pause_us << static_cast<unsigned>(doublings)) * share;
  if (line.failures < 255) ++line.failures;
  wheel_->put(who, Instant{time().wall.us + static_cast<std::int64_t>(pause_us)});
}

void Run::schedule(std::uint32_t who, const Time& now) {
  const Line& line = lines_[who];
  if (line.state != Line::State::open) return;
  auto next = line.unsent.empty() && !line.closing ? line.device.wake(now) : std::nullopt;
  if (!line.later.empty() && (!next || line.later.front().at < *next)) next = line.later.front().at;
  if (next)
    wheel_->put(who, *next);
  else
    wheel_->cancel(who);
}

SimulateSummary Run::summary() const {
  SimulateSummary all;
  all.devices = lines_.size();
  for (const auto& line : lines_) {
    if (line.state == Line::State::open) ++all.connections_open;
    all.never_answered += line.device.unanswered().size();
  }
  all.connections = connections_;
  all.reconnections = reconnections_;
  all.lost = lost_;
  all.tally = tally_;
  all.answer_p50_ms = times_.share_ms(0.5);
  all.answer_p99_ms = times_.share_ms(0.99);
  all.answer_max_ms = times_.most_ms();
  all.seconds = static_cast<double>(time().wall.us - wall_begin_.us) / us_per_second;
  return all;
}

}  // namespace

Result<SimulateSummary> simulate(SimulateRequest request, const std::atomic<bool>& stop) {
  CELADON_ASSERT(!request.devices.empty());
  return std::make_unique<Run>(std::move(request), stop)->run();
}

}  // namespace celadon::cli
