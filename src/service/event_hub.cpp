#include "service/event_hub.hpp"

#include <algorithm>
#include <utility>

namespace celadon::service {

std::string EventHub::Listener::take(bool& alive) {
  const std::lock_guard lock(mutex_);
  alive = !let_go_;
  return std::exchange(waiting_, {});
}

void EventHub::Listener::review() {
  if (!inside_ || is_inside_()) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    let_go_ = true;
  }
  wake_();
}

std::shared_ptr<EventHub::Listener> EventHub::join(std::function<void()> wake, std::function<bool()> is_inside) {
  auto listener = std::make_shared<Listener>(std::move(wake), std::move(is_inside));
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& weak) { return weak.expired(); });
  if (closed_ || listeners_.size() >= listeners_max) return nullptr;
  listeners_.push_back(listener);
  return listener;
}

void EventHub::send(std::string_view event, std::string_view json, For whom) {
  std::string text = "event: ";
  text += event;
  text += "\ndata: ";
  text += json;
  text += "\n\n";
  std::vector<std::shared_ptr<Listener>> now;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& weak : listeners_) {
      auto listener = weak.lock();
      if (listener && (listener->inside_ || whom == For::all)) now.push_back(std::move(listener));
    }
  }
  for (const auto& listener : now) {
    {
      const std::lock_guard lock(listener->mutex_);
      if (listener->waiting_.size() + text.size() > waiting_bytes_max)
        listener->let_go_ = true;
      else
        listener->waiting_ += text;
    }
    listener->wake_();
  }
}

void EventHub::review() {
  std::vector<std::shared_ptr<Listener>> inside;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& weak : listeners_) {
      auto listener = weak.lock();
      if (listener && listener->inside_) inside.push_back(std::move(listener));
    }
  }
  for (const auto& listener : inside) listener->review();
}

void EventHub::close() {
  std::vector<std::shared_ptr<Listener>> now;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& weak : listeners_) {
      if (auto listener = weak.lock()) now.push_back(std::move(listener));
    }
  }
  for (const auto& listener : now) {
    {
      const std::lock_guard lock(listener->mutex_);
      listener->let_go_ = true;
    }
    listener->wake_();
  }
}

std::size_t EventHub::listeners() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(listeners_.begin(), listeners_.end(), [](const auto& weak) { return !weak.expired(); }));
}

}  // namespace celadon::service
