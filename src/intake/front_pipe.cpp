#include "intake/front_pipe.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace celadon::intake {
namespace {

constexpr auto hello_wait = std::chrono::seconds(10);
constexpr std::size_t kept_buffer_bytes_max = 1 << 20;  // a burst's memory is given back

}  // namespace

FrontPipe::FrontPipe(std::shared_ptr<Wire> wire, asio::any_io_executor executor)
    : wire_(std::move(wire)), executor_(std::move(executor)) {}

asio::awaitable<std::string> FrontPipe::run(FrontReader::Of speaker, Take take, std::function<void()> greeted) {
  const auto self = shared_from_this();
  waiting_ = speaker == FrontReader::Of::front ? server_hello : front_hello;
  flush_soon();
  asio::steady_timer limit(executor_, hello_wait);
  limit.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto pipe = weak.lock();
    if (!cancelled && pipe) pipe->close();
  });
  FrontReader reader(speaker);
  std::string why;
  while (why.empty()) {
    error_code error;
    co_await wire_->wait(error);
    std::span<const char> bytes;
    if (!error) bytes = co_await wire_->read(wire_read_bytes_max, error);
    if (error == asio::error::would_block || error == asio::error::try_again) continue;
    if (error) {
      why = reader.greeted() || open_ ? "it has ended" : "no hello came";
      break;
    }
    const bool was_greeted = reader.greeted();
    reader.feed({bytes.data(), bytes.size()});
    for (auto frame = reader.next(); why.empty(); frame = reader.next()) {
      if (!was_greeted && reader.greeted() && greeted) {
        limit.cancel();
        std::exchange(greeted, nullptr)();
      }
      if (!frame) break;
      why = take(*frame);
    }
    if (why.empty()) why = reader.fault();
  }
  close();
  co_return why;
}

void FrontPipe::put(std::uint32_t channel, FrontKind kind, std::string_view bytes) {
  if (!open_) return;
  put_front_frame(waiting_, channel, kind, bytes);
  flush_soon();
}

void FrontPipe::put_credit(std::uint32_t channel, std::uint32_t bytes) {
  if (!open_) return;
  put_front_credit(waiting_, channel, bytes);
  flush_soon();
}

void FrontPipe::tell_when_written(std::shared_ptr<WireUser> user) {
  waiting_users_.push_back(std::move(user));
  flush_soon();
}

void FrontPipe::when_all_is_written(std::function<void()> then) {
  all_written_ = std::move(then);
  flush_soon();
}

/// What other handlers that are ready put before the flush has its turn goes into the same write.
void FrontPipe::flush_soon() {
  if (std::exchange(flushing_, true)) return;
  asio::post(executor_, [self = shared_from_this()] { self->flush(); });
}

void FrontPipe::flush() {
  sending_.swap(waiting_);
  sending_users_.swap(waiting_users_);
  if (!open_)
    written(asio::error::broken_pipe);
  else if (sending_.empty())
    written({});
  else
    wire_->write(sending_, shared_from_this());
}

void FrontPipe::written(error_code error) {
  if (sending_.capacity() > kept_buffer_bytes_max) sending_ = {};
  sending_.clear();
  flushing_ = false;
  if (error) close();
  for (const auto& user : std::exchange(sending_users_, {})) user->written(error);
  if (!waiting_.empty() || !waiting_users_.empty())
    flush_soon();
  else if (all_written_)
    std::exchange(all_written_, nullptr)();
}

void FrontPipe::close() {
  open_ = false;
  waiting_ = {};
  wire_->close();
}

}  // namespace celadon::intake
