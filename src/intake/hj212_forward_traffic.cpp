#include "intake/hj212_forward_link.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

// What goes to an upstream and what comes back.

namespace celadon::intake {
namespace {

constexpr std::size_t page_frames = 500;
constexpr std::size_t upstream_read_bytes = 16 * 1024;
constexpr std::size_t unsent_frame_bytes_max = 256 * 1024;  ///< written ahead of the socket

}  // namespace

/// Takes care of what was answered, also when the link is gone meanwhile.
asio::awaitable<void> ForwardLink::settle() {
  auto verdicts = std::exchange(verdicts_, {});
  for (auto& [item, refusal] : verdicts) {
    if (refusal.empty())
      co_await finish(*item);
    else
      co_await bury(*item, std::move(refusal));
  }
  if (!verdicts.empty()) pause_ = {};
}

/// Reads a page of the log; what is no frame by the rules of this program is buried, for a person to look at. Off the
/// strand.
Result<void> ForwardLink::read_page(LogPlace after, ReadyPage& ready) const {
  auto page = ports_.read(after, settings_.devices, page_frames);
  if (!page) return fail(page.error());
  ready.looked_to = page->looked_to;
  for (auto& frame : page->frames) {
    auto out = outgoing_frame(frame.bytes, settings_);
    if (out) {
      ready.frames.push_back({frame.place, frame.received, std::move(*out)});
      continue;
    }
    const DeadLetter letter{frame.place, "", "", "", frame.received, ports_.clock(), out.error().detail, 0};
    if (auto buried = ports_.bury(settings_.id, letter); !buried) return buried;
  }
  return {};
}

/// Reads on in the log while there is room.
asio::awaitable<void> ForwardLink::fill() {
  if (!socket_) co_return;
  co_await take_resends();
  while (queue_.live() + page_frames <= std::max(limits_.read_ahead, page_frames) && queue_.span() < limits_.gap_max &&
         read_to_.batch < ports_.last_batch() && !stopping_) {
    const auto page = std::make_shared<ReadyPage>();
    Work work = [this, page, after = read_to_] { return read_page(after, *page); };
    const auto read = co_await off_thread(std::move(work));
    if (!read) {
      lose(read.error().detail);
      co_return;
    }
    if (page->looked_to <= read_to_) co_return;
    for (auto& one : page->frames) queue_.add(one.place, one.received, std::move(one.frame));
    queue_.pass(page->looked_to);
    read_to_ = page->looked_to;
  }
}

asio::awaitable<void> ForwardLink::take_resends() {
  std::vector<LogFrame> again;
  {
    const std::lock_guard lock(mutex_);
    again.swap(resends_);
  }
  for (auto& frame : again) {
    auto out = outgoing_frame(frame.bytes, settings_);
    if (out) {
      queue_.add_again(frame.place, frame.received, std::move(*out));
      continue;
    }
    const DeadLetter letter{frame.place, "", "", "", frame.received, ports_.clock(), out.error().detail, 0};
    Work work = [this, letter] { return ports_.bury(settings_.id, letter); };
    const auto buried = co_await off_thread(std::move(work));
    if (!buried)
      set_state("connected", buried.error().detail);  // it stays as sent again, and is tried at the next start
  }
}

void ForwardLink::send_some(ForwardClock::time_point now) {
  while (socket_ && queue_.in_flight_count() < limits_.in_flight_max && unsent_.size() < unsent_frame_bytes_max &&
         pacer_.next() <= now) {
    Item* item = queue_.next();
    if (item == nullptr) return;
    send(*item, now);
  }
}

void ForwardLink::send(Item& item, ForwardClock::time_point now) {
  pacer_.take(now);
  ++item.tries;
  item.sent = now;
  item.due = now + limits_.answer_wait;
  {
    const std::lock_guard lock(mutex_);
    ++status_.sent;
  }
  if (!item.frame.wants_answer) written_.push_back(&item);
  put_out(item.frame.bytes);
}

void ForwardLink::put_out(const std::string& bytes) {
  unsent_ += bytes;
  if (!write_since_) flush();
}

void ForwardLink::flush() {
  if (!socket_ || unsent_.empty()) return;
  sending_.swap(unsent_);
  unsent_.clear();
  writing_.swap(written_);
  write_since_ = ForwardClock::now();
  asio::async_write(
      *socket_, asio::buffer(sending_),
      asio::bind_executor(strand_, [self = shared_from_this(), socket = socket_](error_code error, std::size_t) {
        if (self->socket_ != socket) return;  // of a link that is gone
        self->write_since_.reset();
        if (error) return self->lose("the upstream closed the connection: " + error.message());
        for (Item* item : self->writing_) self->decide(*item, {});
        const bool news = !self->writing_.empty();
        self->writing_.clear();
        self->flush();
        if (news) self->timer_.cancel();
      }));
}

/// Repeats what got no answer, and gives up what got none to all repeats. Only time-outs during which the upstream
/// answered something else count: the link of one that says nothing at all is closed instead, and everything waits.
asio::awaitable<void> ForwardLink::look_at_clock(ForwardClock::time_point now) {
  if (write_since_ && now - *write_since_ > limits_.answer_wait * 3) {
    lose("the upstream reads nothing");
    co_return;
  }
  for (Item* item : queue_.in_flight()) {
    if (!socket_) co_return;
    if (!item->frame.wants_answer || item->decided || item->due > now) continue;
    const bool link_is_good = last_heard_ && *last_heard_ >= item->sent;
    if (link_is_good && ++item->good_tries > limits_.repeats) {
      std::string reason = "no answer to " + std::to_string(item->tries) + " sendings";
      co_await bury(*item, std::move(reason));
    } else if (link_is_good || item->tries <= limits_.repeats) {
      send(*item, now);
    } else if (!probe_.empty() && (!probed_ || *probed_ < item->sent)) {
      // Does it answer anything? One that it has answered before is sent once more.
      probed_ = now;
      put_out(probe_);
      item->due = now + limits_.answer_wait;
    } else {
      lose("the upstream takes frames and answers nothing");
    }
  }
}

void ForwardLink::decide(Item& item, std::string refusal) {
  if (item.decided) return;
  item.decided = true;
  verdicts_.push_back({&item, std::move(refusal)});
}

asio::awaitable<void> ForwardLink::bury(Item& item, std::string reason) {
  item.decided = true;
  DeadLetter letter{item.place,    item.frame.mn,  item.frame.qn,     item.frame.cn,
                    item.received, ports_.clock(), std::move(reason), item.tries};
  Work work = [this, letter] { return ports_.bury(settings_.id, letter); };
  const auto buried = co_await off_thread(std::move(work));
  if (!buried) {
    item.decided = false;
    lose(buried.error().detail);
    co_return;
  }
  {
    const std::lock_guard lock(mutex_);
    ++status_.refused;
  }
  queue_.done(item);
}

asio::awaitable<void> ForwardLink::finish(Item& item) {
  if (item.again) {
    Work work = [this, place = item.place] { return ports_.delivered(settings_.id, place); };
    const auto noted = co_await off_thread(std::move(work));
    if (!noted) {
      item.decided = false;
      lose(noted.error().detail);
      co_return;
    }
  }
  if (item.frame.wants_answer) {
    probe_ = item.frame.bytes;
    const std::lock_guard lock(mutex_);
    ++status_.answered;
    status_.last_answer_at = ports_.clock();
  }
  queue_.done(item);
}

asio::awaitable<void> ForwardLink::read_answers(std::shared_ptr<tcp::socket> socket) {
  std::array<char, upstream_read_bytes> buffer;
  FrameReader reader;
  while (true) {
    error_code error;
    const std::size_t count =
        co_await socket->async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
    if (socket_ != socket) co_return;
    if (error) {
      if (!stopping_) lose("the upstream closed the connection");
      timer_.cancel();
      co_return;
    }
    reader.feed({buffer.data(), count});
    for (auto item = reader.next(); item.index() != 0; item = reader.next()) {
      if (const auto* frame = std::get_if<Frame>(&item)) hear(frame->segment);
      if (socket_ != socket) co_return;
    }
    if (!verdicts_.empty()) timer_.cancel();
  }
}

void ForwardLink::hear(std::string_view segment) {
  UpstreamWord word = read_word(segment);
  if (word.kind == UpstreamWord::Kind::other) return;
  last_heard_ = ForwardClock::now();
  if (word.kind == UpstreamWord::Kind::request) {
    {
      const std::lock_guard lock(mutex_);
      ++status_.requests_refused;
    }
    if (!word.own_answer.empty()) put_out(word.own_answer);
    return;
  }
  if (word.kind == UpstreamWord::Kind::accepted) return;
  Item* item = queue_.find(word.mn, word.qn);
  if (item == nullptr || !item->frame.wants_answer) return;  // an answer that came late, or twice
  decide(*item, word.kind == UpstreamWord::Kind::taken ? "" : "9011 with QnRtn=" + word.code);
}

}  // namespace celadon::intake
