#include "people/try_guard.hpp"

namespace celadon::people {
namespace {

constexpr std::size_t kept_max = 50'000;

Unexpected<Error> wait(std::int64_t us, const char* what) {
  const std::int64_t seconds = (us + us_per_second - 1) / us_per_second;
  return fail(Errc::too_many, std::string(what) + "; try again in " + std::to_string(seconds) + " s");
}

}  // namespace

Result<void> TryGuard::begin(const std::string& name, const std::string& address, Instant now) {
  const std::lock_guard lock(mutex_);
  if (names_.size() > kept_max) forget_old(names_, {now.us - limits_.lock_s * us_per_second});
  if (addresses_.size() > kept_max) forget_old(addresses_, {now.us - limits_.address_s * us_per_second});

  Tally& from = addresses_[address];
  const std::int64_t since = now.us - from.last.us;
  if (since > limits_.address_s * us_per_second) from.count = 0;
  if (from.count >= limits_.address_tries_max)
    return wait(limits_.address_s * us_per_second - since, "too many wrong sign-ins from this address");

  Tally& tally = names_[name];
  if (now < tally.locked_until)
    return wait(tally.locked_until.us - now.us, "too many wrong sign-ins with this name: it is locked");
  if (tally.locked_until.us != 0 || now.us - tally.last.us > limits_.lock_s * us_per_second) tally = {};
  if (tally.count >= limits_.tries_max) {
    tally.locked_until = {now.us + limits_.lock_s * us_per_second};
    return wait(limits_.lock_s * us_per_second, "too many sign-ins with this name at one time: it is locked");
  }
  ++from.count;
  from.last = now;
  ++tally.count;
  tally.last = now;
  return {};
}

bool TryGuard::wrong(const std::string& name, Instant now) {
  const std::lock_guard lock(mutex_);
  Tally& tally = names_[name];
  if (tally.count < limits_.tries_max || now < tally.locked_until) return false;
  tally.locked_until = {now.us + limits_.lock_s * us_per_second};
  return true;
}

bool TryGuard::right(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  const bool had_wrong = found != names_.end() && found->second.count > 1;  // this try is counted too
  if (found != names_.end()) names_.erase(found);
  give_back(addresses_, address);
  return had_wrong;
}

TryGuard::Tally TryGuard::tally(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  return found == names_.end() ? Tally{} : found->second;
}

void TryGuard::restore(const std::string& name, const Tally& tally) {
  const std::lock_guard lock(mutex_);
  names_[name] = tally;
}

void TryGuard::undecided(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex_);
  give_back(names_, name);
  give_back(addresses_, address);
}

void TryGuard::give_back(std::map<std::string, Tally>& tallies, const std::string& key) {
  const auto found = tallies.find(key);
  if (found != tallies.end() && found->second.count > 0) --found->second.count;
}

void TryGuard::forget_old(std::map<std::string, Tally>& tallies, Instant before) {
  std::erase_if(tallies, [&](const auto& entry) { return entry.second.last < before; });
  // Still too many: someone tries names by the ten thousand. What has locked nobody yet is forgotten.
  if (tallies.size() > kept_max)
    std::erase_if(tallies, [](const auto& entry) { return entry.second.locked_until.us == 0; });
}

}  // namespace celadon::people
