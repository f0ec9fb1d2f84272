#include "intake/hj212_forward_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::size_t upstream_words_kept = 200;

}  // namespace

ForwardLink::ForwardLink(asio::io_context& io, std::shared_ptr<asio::thread_pool> blocking, const ForwardPorts& ports,
                         const ForwardLimits& limits, UpstreamSettings settings)
    : strand_(asio::make_strand(io)),
      blocking_(std::move(blocking)),
      ports_(ports),
      limits_(limits),
      settings_(std::move(settings)),
      pacer_(settings_.rate_per_s),
      timer_(strand_) {
  status_.id = settings_.id;
}

void ForwardLink::begin(std::shared_ptr<ForwardLink> before) {
  asio::co_spawn(
      strand_, [self = shared_from_this(), before]() { return self->run(before); }, asio::detached);
}

void ForwardLink::stop() {
  stopping_ = true;
  asio::post(strand_, [self = shared_from_this()] {
    error_code ignored;
    if (self->socket_) self->socket_->close(ignored);
    self->timer_.cancel();
  });
}

void ForwardLink::resend(LogFrame frame) {
  {
    const std::lock_guard lock(mutex_);
    resends_.push_back(std::move(frame));
  }
  asio::post(strand_, [self = shared_from_this()] { self->timer_.cancel(); });
}

UpstreamStatus ForwardLink::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void ForwardLink::set_state(const char* state, const std::string& error) {
  const std::lock_guard lock(mutex_);
  status_.state = state;
  if (!error.empty() || status_.state == "connected") status_.last_error = error.substr(0, upstream_words_kept);
}

void ForwardLink::publish() {
  const std::lock_guard lock(mutex_);
  status_.in_memory = queue_.live();
  status_.oldest = queue_.oldest();
  status_.cursor = queue_.cursor();
  status_.read_to = read_to_;
}

/// What a coroutine waits for while its work blocks elsewhere.
struct ForwardLink::Waiting {
  asio::steady_timer timer;
  std::optional<Result<void>> result;
};

/// Runs what blocks on the thread for that, and comes back to the strand. Callers name their `work`: GCC 12 destroys a
/// temporary in an awaited expression twice.
asio::awaitable<Result<void>> ForwardLink::off_thread(Work work) {
  const auto waiting =
      std::make_shared<Waiting>(Waiting{asio::steady_timer(strand_, ForwardClock::time_point::max()), std::nullopt});
  asio::post(*blocking_, [self = shared_from_this(), waiting, work = std::move(work)] {
    auto result = work();
    asio::post(self->strand_, [waiting, result = std::move(result)] {
      waiting->result = result;
      waiting->timer.cancel();
    });
  });
  error_code ignored;
  while (!waiting->result) co_await waiting->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return *waiting->result;
}

asio::awaitable<void> ForwardLink::wait(ForwardClock::time_point until) {
  timer_.expires_at(until);
  error_code ignored;
  if (!stopping_) co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<bool> ForwardLink::load() {
  while (!stopping_) {
    const auto cursor = std::make_shared<std::optional<ForwardCursor>>();
    Work work = [this, cursor]() -> Result<void> {
      auto loaded = ports_.load(settings_.id);
      if (!loaded) return fail(loaded.error());
      *cursor = std::move(*loaded);
      return {};
    };
    const auto read = co_await off_thread(std::move(work));
    if (read) {
      saved_ = cursor->value_or(ForwardCursor{settings_.start, 0, 0, 0, {}});
      queue_.begin_behind(saved_.place);
      read_to_ = saved_.place;
      {
        const std::lock_guard lock(mutex_);
        status_.sent = saved_.sent;
        status_.answered = saved_.answered;
        status_.refused = saved_.refused;
        status_.last_answer_at = saved_.last_answer_at;
      }
      publish();
      co_return true;
    }
    set_state("waiting", read.error().detail);
    co_await wait(ForwardClock::now() + limits_.pause_max);
  }
  co_return false;
}

asio::awaitable<void> ForwardLink::run(std::shared_ptr<ForwardLink> before) {
  while (before && !before->ended_) {  // also when this one is to stop: the next one waits for us
    timer_.expires_at(ForwardClock::now() + limits_.look_pause);
    error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  before.reset();
  const bool ready = co_await load();
  if (ready && settings_.enabled) {
    while (!stopping_) {
      const bool connected = co_await connect();
      if (connected) co_await pump();
      co_await save_if_due(true);
      if (stopping_) break;
      pause_ = pause_.count() == 0 ? limits_.pause_first : std::min(pause_ * 2, limits_.pause_max);
      const auto until = ForwardClock::now() + pause_;
      while (!stopping_ && ForwardClock::now() < until) co_await wait(until);
    }
  }
  set_state("off");
  ended_ = true;
}

asio::awaitable<bool> ForwardLink::connect() {
  set_state("connecting");
  const auto socket = std::make_shared<tcp::socket>(strand_);
  const auto late = std::make_shared<bool>(false);
  socket_ = socket;
  asio::steady_timer limit(strand_, limits_.connect_wait);
  limit.async_wait([socket, late](error_code cancelled) {
    if (cancelled) return;
    *late = true;
    error_code ignored;
    socket->close(ignored);
  });
  error_code error;
  tcp::resolver resolver(strand_);
  const std::string port = std::to_string(settings_.port);
  const auto found =
      co_await resolver.async_resolve(settings_.host, port, asio::redirect_error(asio::use_awaitable, error));
  if (!error && !*late) co_await asio::async_connect(*socket, found, asio::redirect_error(asio::use_awaitable, error));
  limit.cancel();
  if (error || *late || stopping_) {
    socket->close(error);
    socket_.reset();
    set_state("waiting", settings_.host + ":" + std::to_string(settings_.port) +
                             " cannot be reached: " + (*late ? "no answer in time" : error.message()));
    co_return false;
  }
  socket->set_option(tcp::no_delay(true), error);
  socket->set_option(asio::socket_base::keep_alive(true), error);
  last_heard_.reset();
  probed_.reset();
  set_state("connected");
  asio::co_spawn(
      strand_, [self = shared_from_this(), socket] { return self->read_answers(socket); }, asio::detached);
  co_return true;
}

asio::awaitable<void> ForwardLink::pump() {
  const auto connected = ForwardClock::now();
  while (socket_ && !stopping_) {
    co_await settle();
    co_await fill();
    const auto now = ForwardClock::now();
    if (now - connected > limits_.answer_wait * (limits_.repeats + 1)) pause_ = {};  // it holds
    co_await look_at_clock(now);
    send_some(now);
    co_await save_if_due(false);
    publish();
    if (socket_ && verdicts_.empty()) co_await wait(next_event());
  }
  lose("");
  co_await settle();
  publish();
}

ForwardClock::time_point ForwardLink::next_event() const {
  // Timeouts are seconds, the look at the log is a tenth of one: the latter is often enough for all.
  const auto now = ForwardClock::now();
  const auto next = now + limits_.look_pause;
  return pacer_.next() > now ? std::min(next, pacer_.next()) : next;
}

void ForwardLink::lose(const std::string& reason) {
  if (!socket_) return;
  error_code ignored;
  socket_->close(ignored);
  socket_.reset();
  written_.clear();
  writing_.clear();
  unsent_.clear();
  write_since_.reset();
  queue_.all_back();
  set_state("waiting", reason);
  timer_.cancel();
}

asio::awaitable<void> ForwardLink::save_if_due(bool at_once) {
  const auto now = ForwardClock::now();
  if (!at_once && now - saved_at_ < limits_.save_pause) co_return;
  ForwardCursor cursor;
  {
    const std::lock_guard lock(mutex_);
    cursor = {queue_.cursor(), status_.sent, status_.answered, status_.refused, status_.last_answer_at};
  }
  if (cursor == saved_) co_return;
  saved_at_ = now;
  Work work = [this, cursor] { return ports_.save(settings_.id, cursor); };
  const auto saved = co_await off_thread(std::move(work));
  if (saved)
    saved_ = cursor;
  else
    set_state("connected", saved.error().detail);
}

void ForwardLink::save_now() {
  const ForwardCursor cursor{queue_.cursor(), status_.sent, status_.answered, status_.refused, status_.last_answer_at};
  if (cursor == saved_ || cursor.place == LogPlace{}) return;
  if (ports_.save(settings_.id, cursor)) saved_ = cursor;
}

}  // namespace celadon::intake
