#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"
#include "ledger/records.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::people {

inline constexpr std::string_view roles[] = {"duty",   "analyst",    "enforcement", "planner", "leader",
                                             "public", "enterprise", "integrator",  "admin"};

struct Person {
  std::string name;   ///< signs in by it; letters, digits, '.', '-', '_'; the id
  std::string shown;  ///< as people call them
  std::vector<std::string> roles;
  std::string division;    ///< code of GB/T 2260 they work for; the city's sees all of it
  std::string enterprise;  ///< of enterprise users
  bool disabled = false, has_totp = false;
  std::int64_t revision = 0;
};

/// Who asks. `scope` limits rows.
struct Caller {
  enum class How : std::uint8_t { nobody, session, token, house };  ///< house: there are no accounts yet
  How how = How::nobody;
  std::string name = "-", shown;
  std::vector<std::string> roles = {"public"};
  std::string enterprise, division;
  ledger::RowScope scope;
  bool read_only = false;  ///< of tokens
  std::string token;       ///< id of the token; empty for others
  [[nodiscard]] bool is(std::string_view role) const;
};

struct SignIn {
  std::string session;  ///< secret, 32 random bytes as hexadecimal; given once
  Instant expires;
  Person person;
};

struct Token {
  std::string id, person, label;
  std::vector<std::string> roles;  ///< no more than the person's
  bool read_only = true;
  Instant made, expires;
  std::optional<Instant> revoked;
};

struct Options {
  std::function<Instant()> clock = now;
  std::int64_t session_s = 12 * 3600, session_idle_s = 2 * 3600;
  int tries_max = 5;  ///< wrong ones in a row before the name is locked
  std::int64_t lock_s = 15 * 60;
  bool quick_hash = false;  ///< for tests: the least argon2id work
};

/// Accounts, sessions, tokens. Passwords are kept as argon2id, sessions and tokens as SHA-256 of their secret.
/// Until the first account is made the house is open: everybody is admin (Caller::How::house).
class People {
 public:
  People(ledger::Ledger& ledger, ledger::Audit& audit, std::string city_division, Options options = {});
  ~People();

  [[nodiscard]] bool any() const;
  [[nodiscard]] Result<std::vector<Person>> list() const;
  [[nodiscard]] Result<Person> find(const std::string& name) const;
  /// New (revision 0) or changed. A password of 10 characters at least, not among the commonest; empty: unchanged.
  /// `has_totp` false takes a second factor away; it is never given here. A disabled person's sessions end.
  /// Errors   invalid_value with the field; conflict where the revision moved on; refused where no admin would remain.
  [[nodiscard]] Result<Person> put(const Person& person, const std::string& password, const std::string& who);
  /// The person's own wish. Errors   refused with field old; invalid_value with field new. Ends all sessions but
  /// `keep`.
  [[nodiscard]] Result<void> change_password(const std::string& name, const std::string& old, const std::string& fresh,
                                             const std::string& keep);
  struct NewTotp {
    std::string secret;   ///< base 32, to be typed
    std::string address;  ///< otpauth://, to be shown as a QR code
  };
  /// In force once `confirm_totp` has seen a right code. Where one is in force already, `code` must be one of it.
  [[nodiscard]] Result<NewTotp> begin_totp(const std::string& name, const std::string& code = "");
  [[nodiscard]] Result<void> confirm_totp(const std::string& name, const std::string& code);

  /// Errors   refused with one wording for a wrong name and a wrong password; too_many while locked; refused with field
  ///          totp where a code is needed.
  [[nodiscard]] Result<SignIn> sign_in(const std::string& name, const std::string& password, const std::string& totp,
                                       const std::string& address);
  [[nodiscard]] Result<SignIn> sign_in_as(const std::string& name, const std::string& by);  ///< after OIDC
  void sign_out(const std::string& session);
  /// The caller behind a session or token secret; nobody where both are empty or wrong.
  [[nodiscard]] Caller caller(const std::string& session, const std::string& token) const;

  struct NewToken {
    Token token;
    std::string secret;
  };
  [[nodiscard]] Result<NewToken> make_token(const Caller& by, const std::string& label,
                                            const std::vector<std::string>& roles, bool read_only, int days);
  [[nodiscard]] Result<std::vector<Token>> tokens(const std::string& person) const;
  [[nodiscard]] Result<void> revoke_token(const std::string& id, const Caller& by);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Which roles may use which route: packs/people/rights.yaml, one entry a route.
class RouteRights {
 public:
  struct Entry {
    std::string method, pattern;
    std::vector<std::string> roles;  ///< "anybody" among them: without sign-in too
    bool changes = false;            ///< not for read-only tokens; with a cookie only from our own page
  };
  /// Errors   malformed, invalid_value or unknown_code: "file:line: reason"; a route that is there twice.
  [[nodiscard]] static Result<RouteRights> parse(std::string_view text, const std::string& file);
  [[nodiscard]] const Entry* find(std::string_view method, std::string_view pattern) const;
  [[nodiscard]] bool allows(const Entry& entry, const Caller& caller) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace celadon::people
