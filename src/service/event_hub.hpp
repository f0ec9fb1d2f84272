#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::service {

/// Hands events to the listeners of the live stream. Any thread.
class EventHub {
 public:
  static constexpr std::size_t waiting_bytes_max = 4 << 20;  ///< a listener that lags more is let go
  static constexpr std::size_t listeners_max = 200;

  /// One listener's waiting text. `wake` is called, from any thread, when text has come or the listener was let go.
  class Listener {
   public:
    Listener(std::function<void()> wake, bool inside) : wake_(std::move(wake)), inside_(inside) {}
    /// Takes what waits; `alive` becomes false once the listener was let go.
    [[nodiscard]] std::string take(bool& alive);

   private:
    friend class EventHub;
    std::mutex mutex_;
    std::string waiting_;
    bool let_go_ = false;
    std::function<void()> wake_;
    const bool inside_;
  };

  /// Who hears an event: everybody, or those alone who work here.
  enum class For : std::uint8_t { all, inside };

  /// Null when there are too many.
  [[nodiscard]] std::shared_ptr<Listener> join(std::function<void()> wake, bool inside);
  void send(std::string_view event, std::string_view json, For whom = For::all);
  void close();
  [[nodiscard]] std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Listener>> listeners_;
  bool closed_ = false;
};

}  // namespace celadon::service
