#include "intake/front_link.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace celadon::intake {
namespace {

/// "address:port", with an IPv6 address as it is.
std::optional<tcp::endpoint> read_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  error_code error;
  const auto address = asio::ip::make_address(text.substr(0, colon), error);
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (error || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return tcp::endpoint(address, port);
}

}  // namespace

FrontLink::FrontLink(std::shared_ptr<Wire> wire, Strand strand, std::shared_ptr<FrontDoor> door)
    : strand_(std::move(strand)),
      door_(std::move(door)),
      pipe_(std::make_shared<FrontPipe>(std::move(wire), asio::any_io_executor(strand_))) {}

asio::awaitable<std::string> FrontLink::run() {
  const auto self = shared_from_this();
  FrontPipe::Take hand_on = [this](const FrontFrame& frame) { return take(frame); };
  bool counted = false;
  std::function<void()> greeted = [this, &counted] {
    counted = true;
    ++door_->links_;
  };
  std::string why = co_await pipe_->run(FrontReader::Of::front, std::move(hand_on), std::move(greeted));
  if (counted) --door_->links_;
  const std::size_t devices = channels_.size();
  for (const auto& [number, weak] : std::exchange(channels_, {})) {
    if (const auto channel = weak.lock()) channel->lose();
  }
  if (!farewell_) why += "; it had " + std::to_string(devices) + " devices";
  co_return why;
}

std::string FrontLink::take(const FrontFrame& frame) {
  if (frame.kind == FrontKind::open) return take_open(frame);
  const auto it = channels_.find(frame.channel);
  if (it == channels_.end()) return "channel " + std::to_string(frame.channel) + " was never opened";
  if (const auto channel = it->second.lock()) return channel->take(frame);
  if (frame.kind == FrontKind::close) forget(frame.channel);  // we closed it before, and its connection is gone
  return {};
}

std::string FrontLink::take_open(const FrontFrame& frame) {
  if (channels_.contains(frame.channel))
    return "channel " + std::to_string(frame.channel) + " was opened and not closed";
  const auto peer = read_endpoint(frame.bytes);
  if (!peer) return "a device's address cannot be read";
  const auto channel = std::make_shared<FrontChannel>(shared_from_this(), frame.channel);
  channels_.emplace(frame.channel, channel);
  ++door_->channels_;
  if (farewell_ || !door_->admit_(channel, strand_, *peer))
    channel->close();
  else
    channel->give_credit(front_window_bytes);
  return {};
}

/// Both sides have closed it.
void FrontLink::forget(std::uint32_t channel) {
  channels_.erase(channel);
  end_if_done();
}

void FrontLink::say_farewell() {
  farewell_ = true;
  end_if_done();
}

void FrontLink::end_if_done() {
  if (!farewell_ || !channels_.empty()) return;
  pipe_->when_all_is_written([pipe = pipe_] { pipe->close(); });
}

FrontChannel::FrontChannel(std::shared_ptr<FrontLink> link, std::uint32_t number)
    : link_(std::move(link)), number_(number), wake_(link_->strand_) {}

asio::awaitable<bool> FrontChannel::greet() { co_return true; }

asio::awaitable<void> FrontChannel::wait(error_code& error) {
  error = {};
  being_read_ = {};
  if (!unread_.empty() || device_ended_ || front_closed_ || closed_)
    return asio::post(link_->strand_, asio::use_awaitable);  // after the others that are ready
  wake_.expires_at(asio::steady_timer::time_point::max());
  return wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored_));
}

asio::awaitable<std::span<const char>> FrontChannel::read(std::size_t at_most, error_code& error) {
  error = {};
  if (front_closed_ || closed_)
    error = asio::error::connection_reset;
  else if (unread_.empty())
    error = device_ended_ ? error_code(asio::error::eof) : error_code(asio::error::would_block);
  if (error) co_return std::span<const char>();
  being_read_ = std::exchange(unread_, unread_.size() > at_most ? unread_.substr(at_most) : std::string());
  being_read_.resize(std::min(being_read_.size(), at_most));
  read_bytes_ += being_read_.size();
  if (read_bytes_ >= front_window_bytes / 2) give_credit(std::exchange(read_bytes_, 0));
  co_return std::span<const char>(being_read_);
}

void FrontChannel::write(std::string_view bytes, std::shared_ptr<WireUser> user) {
  if (!closed_ && !front_closed_) link_->pipe_->put(number_, FrontKind::data, bytes);
  link_->pipe_->tell_when_written(std::move(user));
}

void FrontChannel::close() {
  if (closed_) return;
  closed_ = true;
  --link_->door_->channels_;
  link_->pipe_->put(number_, FrontKind::close);
  unread_ = {};
  wake_.cancel();
  if (front_closed_) link_->forget(number_);
}

void FrontChannel::give_credit(std::size_t bytes) {
  if (closed_ || front_closed_) return;
  credit_ += bytes;
  link_->pipe_->put_credit(number_, static_cast<std::uint32_t>(bytes));
}

/// Gives what breaks the rules, in words.
std::string FrontChannel::take(const FrontFrame& frame) {
  if (front_closed_) return "channel " + std::to_string(number_) + " was closed";
  switch (frame.kind) {
    case FrontKind::data:
      if (frame.bytes.size() > credit_)
        return "channel " + std::to_string(number_) + " sent more than it had credit for";
      credit_ -= frame.bytes.size();
      if (!closed_) unread_ += frame.bytes;
      break;
    case FrontKind::end: device_ended_ = true; break;
    default:
      lose();
      if (closed_) link_->forget(number_);
      return {};
  }
  wake_.cancel();
  return {};
}

/// The device has gone, or the link. What of it was not read is not read any more.
void FrontChannel::lose() {
  front_closed_ = true;
  wake_.cancel();
}

}  // namespace celadon::intake
