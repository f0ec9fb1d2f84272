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
    Listener(std::function<void()> wake, std::function<bool()> is_inside)
        : wake_(std::move(wake)), is_inside_(std::move(is_inside)), inside_(is_inside_ && is_inside_()) {}
    /// Takes what waits; `alive` becomes false once the listener was let go.
    [[nodiscard]] std::string take(bool& alive);
    /// Lets it go where it was inside and no longer is: signed out, disabled, expired. It comes again as what it is.
    void review();

   private:
    friend class EventHub;
    std::mutex mutex_;
    std::string waiting_;
    bool let_go_ = false;
    std::function<void()> wake_;
    std::function<bool()> is_inside_;
    const bool inside_;
  };

  /// Who hears an event: everybody, or those alone who work here.
  enum class For : std::uint8_t { all, inside };

  /// Null when there are too many. `is_inside` is asked now and by review(), from any thread; empty: never inside.
  [[nodiscard]] std::shared_ptr<Listener> join(std::function<void()> wake, std::function<bool()> is_inside);
  void review();  ///< of every listener
  void send(std::string_view event, std::string_view json, For whom = For::all);
  void close();
  [[nodiscard]] std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<Listener>> listeners_;
  bool closed_ = false;
};

}  // namespace celadon::service
