#pragma once

#include "intake/front_pipe.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// One device of a front; for the .cpp files of the front alone.

namespace celadon::intake {

/// A device's wire and its channel on the link. While it is silent it holds no buffer.
class FrontDevice : public WireUser, public std::enable_shared_from_this<FrontDevice> {
 public:
  FrontDevice(std::uint32_t channel, std::shared_ptr<Wire> wire, std::shared_ptr<FrontPipe> pipe,
              asio::any_io_executor executor);

  /// The server takes so many bytes more.
  void take_credit(std::size_t bytes);
  void send(std::string_view bytes);
  /// Reads no more, as if the device had said all.
  void say_end();
  /// The server has closed the channel, or the link is gone: what is unsent goes out before the close.
  void finish();
  /// Closes at once.
  void lose();
  [[nodiscard]] bool has_unsent() const { return !sending_.empty(); }

 private:
  static asio::awaitable<void> read_loop(std::shared_ptr<FrontDevice> self);
  void written(error_code error) override;
  void read_on();
  void flush();
  void close_channel();
  [[nodiscard]] bool may_read() const { return !ended_ && !closed_ && credit_ > 0; }

  const std::uint32_t channel_;
  bool greeted_ = false, reading_ = false;
  bool ended_ = false;   ///< the server was told that no more comes
  bool closed_ = false;  ///< the channel, by us or by both
  const std::shared_ptr<Wire> wire_;
  const std::shared_ptr<FrontPipe> pipe_;
  const asio::any_io_executor executor_;
  std::size_t credit_ = 0;
  std::string waiting_, sending_;
};

}  // namespace celadon::intake
