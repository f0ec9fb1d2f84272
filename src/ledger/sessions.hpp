#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "ledger/ledger.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace celadon::ledger {

/// Somebody who has signed in. Known by the SHA-256 of its secret; the secret itself is nowhere.
struct Session {
  std::string hash, person;
  Instant made, expires;
  Instant seen;                ///< about when it was last used
  std::int64_t totp_step = 0;  ///< of the one-time code it began with; 0: none
  bool ended = false;          ///< kept until it expires: its one-time code is not taken again
};

/// Wrong sign-ins in a row with the name of an account.
struct SignInTries {
  std::string name;
  std::int64_t count = 0;
  Instant last, locked_until;
};

/// Sessions, so that a restart signs nobody out, and wrong sign-ins, so that it unlocks nobody. No history of the city:
/// these rows change and go; who signed in and out, and who was refused, is in the audit. Any thread.
class Sessions {
 public:
  explicit Sessions(Ledger& ledger) : ledger_(ledger) {}
  [[nodiscard]] Result<void> add(const Session& session);
  [[nodiscard]] Result<void> set_seen(const std::string& hash, Instant seen);
  /// Ends one, or where `hash` is empty all of the person but `keep`.
  [[nodiscard]] Result<void> end(const std::string& hash, const std::string& person = "", const std::string& keep = "");
  /// Drops those that expired before and gives the others.
  [[nodiscard]] Result<std::vector<Session>> all_after(Instant expired_before);
  [[nodiscard]] Result<void> keep_tries(const SignInTries& tries);
  [[nodiscard]] Result<void> forget_tries(const std::string& name);
  /// Drops those whose last was before and gives the others.
  [[nodiscard]] Result<std::vector<SignInTries>> tries_after(Instant last_before);

 private:
  Ledger& ledger_;
};

}  // namespace celadon::ledger
