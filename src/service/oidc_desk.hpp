#pragma once

#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"
#include "people/oidc.hpp"
#include "people/people.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace celadon::service {

/// Sign-ins by a provider that are under way. In memory: a restart in between means to begin again. Any thread.
class OidcDesk {
 public:
  OidcDesk(ledger::Ledger& ledger, people::People& people, ledger::Audit& audit, std::function<Instant()> clock)
      : ledger_(ledger), people_(people), audit_(audit), clock_(std::move(clock)) {}

  /// The settings with their revision; disabled ones where none were made.
  struct Kept {
    people::OidcSettings settings;
    std::int64_t revision = 0;
  };
  [[nodiscard]] Result<Kept> settings() const;
  [[nodiscard]] Result<Kept> put(const people::OidcSettings& settings, std::int64_t revision, const std::string& who);

  struct Begun {
    std::string address;  ///< where the browser goes
    std::string browser;  ///< secret of this browser: only it may come back
  };
  /// Errors   not_found without a provider; those of the connection; too_many.
  [[nodiscard]] Result<Begun> begin();
  /// Errors   refused, naming what does not fit.
  [[nodiscard]] Result<people::SignIn> end(const std::string& state, const std::string& code,
                                           const std::string& browser);

 private:
  struct UnderWay {
    people::OidcTry one;
    std::string browser_hash;
    Instant until;
  };
  [[nodiscard]] Result<people::OidcProvider> provider(const people::OidcSettings& settings);
  [[nodiscard]] Result<std::string> name_by(const people::OidcTry& one, const std::string& code);

  ledger::Ledger& ledger_;
  people::People& people_;
  ledger::Audit& audit_;
  std::function<Instant()> clock_;
  std::mutex mutex_;
  std::map<std::string, UnderWay> under_way_;  ///< by state
  std::optional<people::OidcProvider> provider_;
  std::string provider_of_;  ///< the issuer it was read from
  Instant provider_until_;
};

}  // namespace celadon::service
