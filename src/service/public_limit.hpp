#pragma once

#include "core/time.hpp"

#include <map>
#include <mutex>
#include <string>

namespace celadon::service {

/// How often those who have not signed in may change something: by address and in all, within an hour. Any thread.
class PublicLimit {
 public:
  explicit PublicLimit(int of_address_max = 30, int in_all_max = 2000)
      : of_address_max_(of_address_max), in_all_max_(in_all_max) {}

  /// False when it is too many.
  [[nodiscard]] bool take(const std::string& address, Instant now) {
    const std::lock_guard lock(mutex_);
    if (now.us - began_.us >= us_per_hour || now < began_) {
      began_ = now;
      taken_.clear();
      all_ = 0;
    }
    int& taken = taken_[address];
    if (taken >= of_address_max_ || all_ >= in_all_max_) return false;
    ++taken;
    ++all_;
    return true;
  }

 private:
  const int of_address_max_, in_all_max_;
  std::mutex mutex_;
  Instant began_;
  std::map<std::string, int> taken_;
  int all_ = 0;
};

}  // namespace celadon::service
