#pragma once

#include "intake/front_frame.hpp"
#include "intake/wire.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

// Either end of a front's link; for the .cpp files of the gateway and of the front alone.

namespace celadon::intake {

/// Frames out, what is put at the same time in one write; frames in. On one executor, which is the wire's.
class FrontPipe : public WireUser, public std::enable_shared_from_this<FrontPipe> {
 public:
  using Take = std::function<std::string(const FrontFrame&)>;  ///< gives the fault, empty where there is none

  FrontPipe(std::shared_ptr<Wire> wire, asio::any_io_executor executor);

  /// Says hello and hands on every frame of `speaker` until the link ends. Gives why it ended.
  asio::awaitable<std::string> run(FrontReader::Of speaker, Take take, std::function<void()> greeted);

  // Nothing is done any more once the link has ended.

  void put(std::uint32_t channel, FrontKind kind, std::string_view bytes = {});
  void put_credit(std::uint32_t channel, std::uint32_t bytes);
  /// `user` is told when all that was put until now is written.
  void tell_when_written(std::shared_ptr<WireUser> user);
  /// Called when all is written, once.
  void when_all_is_written(std::function<void()> then);

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] std::size_t unwritten_bytes() const { return waiting_.size() + sending_.size(); }
  void close();

 private:
  void written(error_code error) override;
  void flush_soon();
  void flush();

  const std::shared_ptr<Wire> wire_;
  const asio::any_io_executor executor_;
  std::string waiting_, sending_;
  std::vector<std::shared_ptr<WireUser>> waiting_users_, sending_users_;
  std::function<void()> all_written_;
  bool flushing_ = false;  ///< a write is under way or about to be
  bool open_ = true;
};

}  // namespace celadon::intake
