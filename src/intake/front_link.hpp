#pragma once

#include "intake/front_door.hpp"
#include "intake/front_pipe.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <unordered_map>

// The server's end of a front's link; for the .cpp files of the gateway alone.

namespace celadon::intake {

class FrontChannel;

/// One front. Bytes that break the rules of the link end it, with all of its channels. On its strand.
class FrontLink : public std::enable_shared_from_this<FrontLink> {
 public:
  using Strand = asio::strand<asio::io_context::executor_type>;
  FrontLink(std::shared_ptr<Wire> wire, Strand strand, std::shared_ptr<FrontDoor> door);

  /// Until the link ends. Gives why, in words.
  asio::awaitable<std::string> run();
  [[nodiscard]] const Strand& strand() const { return strand_; }
  /// Takes no more devices, and ends when the last is gone.
  void say_farewell();

 private:
  friend class FrontChannel;
  std::string take(const FrontFrame& frame);
  std::string take_open(const FrontFrame& frame);
  void forget(std::uint32_t channel);
  void end_if_done();

  const Strand strand_;
  const std::shared_ptr<FrontDoor> door_;
  const std::shared_ptr<FrontPipe> pipe_;
  /// Until both sides have closed them; the wires belong to their connections.
  std::unordered_map<std::uint32_t, std::weak_ptr<FrontChannel>> channels_;
  bool farewell_ = false;
};

/// A device behind a front. What came and was not read waits here, never more than the credit that was given.
class FrontChannel final : public Wire {
 public:
  FrontChannel(std::shared_ptr<FrontLink> link, std::uint32_t number);

  asio::awaitable<bool> greet() override;
  asio::awaitable<void> wait(error_code& error) override;
  asio::awaitable<std::span<const char>> read(std::size_t at_most, error_code& error) override;
  void write(std::string_view bytes, std::shared_ptr<WireUser> user) override;
  void cancel() override { wake_.cancel(); }
  void close() override;

 private:
  friend class FrontLink;
  std::string take(const FrontFrame& frame);
  void lose();
  void give_credit(std::size_t bytes);

  const std::shared_ptr<FrontLink> link_;
  const std::uint32_t number_;
  asio::steady_timer wake_;
  error_code ignored_;
  std::string unread_, being_read_;
  std::size_t credit_ = 0;      ///< that the front may still use
  std::size_t read_bytes_ = 0;  ///< for which it got no credit again yet
  bool device_ended_ = false;   ///< and may still listen
  bool front_closed_ = false;   ///< or the link is gone
  bool closed_ = false;
};

}  // namespace celadon::intake
