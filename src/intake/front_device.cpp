#include "intake/front_device.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::size_t unsent_to_device_bytes_max = 1 << 20;  // as the gateway itself has it
constexpr std::size_t link_unwritten_bytes_max = 1 << 20;    // beyond it devices are not read

}  // namespace

FrontDevice::FrontDevice(std::uint32_t channel, std::shared_ptr<Wire> wire, std::shared_ptr<FrontPipe> pipe,
                         asio::any_io_executor executor)
    : channel_(channel), wire_(std::move(wire)), pipe_(std::move(pipe)), executor_(std::move(executor)) {}

void FrontDevice::take_credit(std::size_t bytes) {
  credit_ += bytes;
  read_on();
}

void FrontDevice::read_on() {
  if (reading_ || !may_read()) return;
  reading_ = true;
  asio::co_spawn(executor_, read_loop(shared_from_this()), asio::detached);
}

/// Ends where there is no credit or the link is full, and is begun again when there is.
asio::awaitable<void> FrontDevice::read_loop(std::shared_ptr<FrontDevice> self) {
  struct ReadOn final : WireUser {
    std::shared_ptr<FrontDevice> device;
    void written(error_code error) override {
      if (!error) device->read_on();
    }
  };
  Wire& wire = *self->wire_;
  if (!self->greeted_) {
    self->greeted_ = true;
    if (!co_await wire.greet()) self->lose();
  }
  while (self->may_read()) {
    error_code error;
    co_await wire.wait(error);
    std::span<const char> bytes;
    if (!error && self->may_read()) bytes = co_await wire.read(std::min(self->credit_, device_read_bytes), error);
    if (!self->may_read()) break;
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (error == asio::error::eof) {
      self->say_end();
      break;
    }
    if (error) {
      self->lose();
      break;
    }
    self->credit_ -= bytes.size();
    self->pipe_->put(self->channel_, FrontKind::data, {bytes.data(), bytes.size()});
    if (self->pipe_->unwritten_bytes() > link_unwritten_bytes_max) {
      const auto later = std::make_shared<ReadOn>();
      later->device = self;
      self->pipe_->tell_when_written(later);
      break;
    }
  }
  self->reading_ = false;
}

void FrontDevice::send(std::string_view bytes) {
  if (closed_) return;
  waiting_ += bytes;
  if (waiting_.size() > unsent_to_device_bytes_max)
    lose();
  else if (sending_.empty())
    flush();
}

void FrontDevice::flush() {
  sending_.swap(waiting_);
  wire_->write(sending_, shared_from_this());
}

void FrontDevice::written(error_code error) {
  sending_ = {};
  if (error)
    lose();
  else if (!waiting_.empty())
    flush();
  else if (closed_)
    wire_->close();
}

void FrontDevice::say_end() {
  if (ended_ || closed_) return;
  ended_ = true;
  pipe_->put(channel_, FrontKind::end);
}

void FrontDevice::close_channel() {
  if (closed_) return;
  closed_ = true;
  pipe_->put(channel_, FrontKind::close);
}

void FrontDevice::finish() {
  close_channel();
  if (sending_.empty()) wire_->close();
}

void FrontDevice::lose() {
  close_channel();
  waiting_ = {};
  wire_->close();
}

}  // namespace celadon::intake
