#pragma once

#include "ledger/sessions.hpp"
#include "people/account.hpp"
#include "people/passwords.hpp"
#include "people/people.hpp"
#include "people/try_guard.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>

// What is behind People; for the .cpp files of this room.

namespace celadon::people {

/// Accounts, sessions and tokens in memory, as the ledger has them. Whoever writes holds `changing_` and writes the
/// ledger first; `memory_` is held for moments only, never while a password is hashed or the disk is waited for.
class People::Impl {
 public:
  Impl(ledger::Ledger& ledger, ledger::Audit& audit, std::string city_division, Options options);

  /// Reads the ledger where that was not done yet; until it could be read nobody gets in.
  [[nodiscard]] Result<void> ready() const;
  [[nodiscard]] bool any() const;
  [[nodiscard]] std::vector<Person> list() const;
  [[nodiscard]] std::optional<Account> account(const std::string& name) const;

  [[nodiscard]] Result<Person> put(Person person, const std::string& password, const std::string& who);
  [[nodiscard]] Result<void> change_password(const std::string& name, const std::string& old, const std::string& fresh,
                                             const std::string& keep);
  [[nodiscard]] Result<NewTotp> begin_totp(const std::string& name, const std::string& code);
  [[nodiscard]] Result<void> confirm_totp(const std::string& name, const std::string& code);

  [[nodiscard]] Result<SignIn> sign_in(const std::string& name, const std::string& password, const std::string& totp,
                                       const std::string& address);
  [[nodiscard]] Result<SignIn> sign_in_as(const std::string& name, const std::string& by);
  void sign_out(const std::string& secret);
  [[nodiscard]] Caller caller(const std::string& session, const std::string& token) const;

  [[nodiscard]] Result<NewToken> make_token(const Caller& by, const std::string& label,
                                            const std::vector<std::string>& wanted, bool read_only, int days);
  [[nodiscard]] std::vector<Token> tokens(const std::string& person) const;
  [[nodiscard]] Result<void> revoke_token(const std::string& id, const Caller& by);

 private:
  struct Live {
    ledger::Session session;
    Instant noted;  ///< `seen` as the ledger has it
  };

  [[nodiscard]] Result<void> load() const;
  [[nodiscard]] Instant clock() const { return options_.clock(); }
  [[nodiscard]] HashWork work() const { return options_.quick_hash ? HashWork::least : HashWork::interactive; }
  /// `changing_` is held. Stores the account and remembers it.
  [[nodiscard]] Result<Person> store(const Account& account, std::int64_t expected_revision, const std::string& who,
                                     const std::string& why);
  [[nodiscard]] Result<void> check_an_admin_remains(const Person& changed) const;
  void end_sessions(const std::string& person, const std::string& keep_hash);
  /// A code that fits is used up. Nothing where it does not fit.
  [[nodiscard]] std::optional<std::int64_t> use_code(const std::string& name, const std::string& key,
                                                     const std::string& code);
  /// Counts a wrong try; where the name is an account's, so that a restart knows it too. True where it locked the name.
  bool count_wrong(const std::string& name);
  void count_right(const std::string& name, const std::string& address);
  [[nodiscard]] Result<SignIn> begin_session(const Person& person, std::int64_t totp_step, const std::string& detail);
  [[nodiscard]] Caller caller_of_session(const std::string& secret) const;
  [[nodiscard]] Caller caller_of_token(const std::string& secret) const;
  [[nodiscard]] Caller caller_of(const Person& person, Caller::How how, std::vector<std::string> roles) const;
  [[nodiscard]] Result<void> note(const std::string& who, const char* action, const std::string& object,
                                  const char* outcome, const std::string& detail = "") const;

  ledger::Ledger& ledger_;
  ledger::Audit& audit_;
  const std::string city_division_;
  const Options options_;
  mutable ledger::Sessions sessions_;
  mutable TryGuard guard_;

  mutable std::mutex changing_;
  mutable std::atomic<bool> loaded_{false};
  mutable std::shared_mutex memory_;
  mutable std::map<std::string, Account> accounts_;
  mutable std::map<std::string, Live> live_;                ///< by hash
  mutable std::map<std::string, StoredToken> tokens_;       ///< by hash
  mutable std::map<std::string, std::int64_t> codes_used_;  ///< newest step by person
  std::map<std::string, std::string> totp_pending_;         ///< key by person, until a right code confirms it
};

}  // namespace celadon::people
