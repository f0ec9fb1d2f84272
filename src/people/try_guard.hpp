#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace celadon::people {

/// Counts wrong sign-ins, of names that exist and of names that do not alike, so that a lock tells nothing. In memory;
/// who keeps tallies elsewhere hands them back after a restart. Any thread.
///
/// Ours   a try is counted before its password is looked at, so that many at one time are no way round the limit.
class TryGuard {
 public:
  struct Limits {
    int tries_max = 5;
    std::int64_t lock_s = 15 * 60;
    int address_tries_max = 30;  ///< wrong ones from one address in `address_s`; then it waits
    std::int64_t address_s = 60;
  };
  explicit TryGuard(Limits limits) : limits_(limits) {}

  struct Tally {
    int count = 0;
    Instant last, locked_until;
  };
  [[nodiscard]] Tally tally(const std::string& name) const;
  void restore(const std::string& name, const Tally& tally);

  /// Errors   too_many with the time to wait.
  [[nodiscard]] Result<void> begin(const std::string& name, const std::string& address, Instant now);
  /// The try was wrong; true where this one locked the name.
  [[nodiscard]] bool wrong(const std::string& name, Instant now);
  /// True where wrong ones came before it.
  bool right(const std::string& name, const std::string& address);
  /// The try was neither: more was asked for.
  void undecided(const std::string& name, const std::string& address);

 private:
  static void forget_old(std::map<std::string, Tally>& tallies, Instant before);
  static void give_back(std::map<std::string, Tally>& tallies, const std::string& key);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Tally> names_, addresses_;
};

}  // namespace celadon::people
