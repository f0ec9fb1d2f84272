#include "core/json_writer.hpp"
#include "core/sha256.hpp"
#include "people/people_impl.hpp"
#include "people/totp.hpp"

#include <algorithm>

namespace celadon::people {
namespace {

constexpr std::int64_t seen_noted_every_us = 5 * us_per_minute;
constexpr std::size_t totp_key_bytes = 20;  // RFC 4226 4, R6: as long as the digest of SHA-1
constexpr const char* issuer = "Celadon";
const std::string already_in = "session of ";  // stands for the address where somebody has signed in already
constexpr const char* wrong_words = "the name or the password is wrong";

std::string detail_of(const char* name, const std::string& value) {
  std::string text;
  JsonWriter(text).begin_object().member(name, value).end_object();
  return text;
}

}  // namespace

bool Caller::is(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

People::Impl::Impl(ledger::Ledger& ledger, ledger::Audit& audit, std::string city_division, Options options)
    : ledger_(ledger),
      audit_(audit),
      city_division_(std::move(city_division)),
      options_(std::move(options)),
      sessions_(ledger),
      guard_({.tries_max = options_.tries_max, .lock_s = options_.lock_s}) {
  static_cast<void>(ready());  // told again, to whoever asks, where it failed
}

Result<void> People::Impl::ready() const {
  if (loaded_) return {};
  const std::lock_guard lock(changing_);
  if (loaded_) return {};
  auto done = load();
  loaded_ = done.has_value();
  return done;
}

Result<void> People::Impl::load() const {
  const auto people = ledger_.list(account_kind);
  if (!people) return fail(people.error());
  const auto tokens = ledger_.list(token_kind);
  if (!tokens) return fail(tokens.error());
  auto sessions = sessions_.all_after(clock());
  if (!sessions) return fail(sessions.error());
  const auto tries = sessions_.tries_after({clock().us - options_.lock_s * us_per_second});
  if (!tries) return fail(tries.error());
  for (const auto& one : *tries) guard_.restore(one.name, {static_cast<int>(one.count), one.last, one.locked_until});
  const std::unique_lock lock(memory_);
  for (const auto& revision : *people) {
    auto account = account_of(revision);
    if (!account) return fail(account.error());
    accounts_[revision.id] = std::move(*account);
  }
  for (const auto& revision : *tokens) {
    auto token = token_of(revision);
    if (!token) return fail(token.error());
    tokens_[token->hash] = std::move(*token);
  }
  for (auto& session : *sessions) {
    std::int64_t& used = codes_used_[session.person];
    used = std::max(used, session.totp_step);
    if (!session.ended) live_[session.hash] = {session, session.seen};
  }
  // The hash that stands for unknown names is made now, not while the first stranger waits.
  if (!accounts_.empty()) static_cast<void>(password_fits("", "", work()));
  return {};
}

bool People::Impl::any() const {
  if (!ready()) return true;
  const std::shared_lock lock(memory_);
  return !accounts_.empty();
}

std::vector<Person> People::Impl::list() const {
  const std::shared_lock lock(memory_);
  std::vector<Person> all;
  for (const auto& [name, account] : accounts_) all.push_back(account.person);
  return all;
}

std::optional<Account> People::Impl::account(const std::string& name) const {
  const std::shared_lock lock(memory_);
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> People::Impl::note(const std::string& who, const char* action, const std::string& object,
                                const char* outcome, const std::string& detail) const {
  ledger::AuditEntry entry;
  entry.at = clock();
  entry.who = who;
  entry.action = action;
  entry.object = object;
  entry.outcome = outcome;
  entry.detail = detail;
  const auto added = audit_.add(std::move(entry));
  if (!added) return fail(added.error());
  return {};
}

Result<void> People::Impl::check_an_admin_remains(const Person& changed) const {
  const auto leads = [](const Person& person) {
    return !person.disabled && std::find(person.roles.begin(), person.roles.end(), "admin") != person.roles.end();
  };
  if (leads(changed)) return {};
  const std::shared_lock lock(memory_);
  for (const auto& [name, account] : accounts_) {
    if (name != changed.name && leads(account.person)) return {};
  }
  return fail(Errc::refused,
              accounts_.empty() ? "the first account must have the role admin, or nobody could make the next"
                                : "nobody with the role admin would remain; give it to somebody else first",
              "roles");
}

Result<Person> People::Impl::store(const Account& account, std::int64_t expected_revision, const std::string& who,
                                   const std::string& why) {
  const auto stored =
      ledger_.put({account_kind, account.person.name, to_body(account), Instant{}, who, why, expected_revision});
  if (!stored) return fail(stored.error());
  auto kept = account_of(*stored);
  if (!kept) return fail(kept.error());
  const std::unique_lock lock(memory_);
  accounts_[kept->person.name] = *kept;
  return kept->person;
}

Result<Person> People::Impl::put(Person person, const std::string& password, const std::string& who) {
  if (auto good = check_person(person, city_division_); !good) return fail(good.error());
  std::string hash;
  if (!password.empty()) {
    if (auto good = check_password(password, person.name); !good) return fail(good.error());
    auto made = hash_password(password, work());
    if (!made) return fail(made.error());
    hash = std::move(*made);
  }
  const std::lock_guard lock(changing_);
  if (auto good = check_an_admin_remains(person); !good) return fail(good.error());
  Account next = account(person.name).value_or(Account{});
  const bool is_new = next.person.revision == 0;
  const std::int64_t expected = person.revision;
  if (!hash.empty()) next.password_hash = hash;
  if (!person.has_totp) next.totp_key.clear();
  next.person = std::move(person);
  const auto stored = store(next, expected, who, is_new ? "new account" : "account changed");
  if (!stored) return stored;
  if (stored->disabled || (!is_new && !hash.empty())) end_sessions(stored->name, "");
  std::string detail;
  JsonWriter json(detail);
  json.begin_object().member("division", stored->division).member("enterprise", stored->enterprise);
  json.member("disabled", stored->disabled).member("new_password", !hash.empty()).key("roles").begin_array();
  for (const auto& role : stored->roles) json.put(role);
  json.end_array().end_object();
  if (auto noted = note(who, "account-put", "person/" + stored->name, "done", detail); !noted)
    return fail(noted.error());
  return stored;
}

Result<void> People::Impl::change_password(const std::string& name, const std::string& old, const std::string& fresh,
                                           const std::string& keep) {
  const auto before = account(name);
  if (auto may = guard_.begin(name, already_in + name, clock()); !may) return may;
  if (!password_fits(before ? before->password_hash : "", old, work())) {
    count_wrong(name);
    static_cast<void>(note(name, "password", "person/" + name, "refused"));
    return fail(Errc::refused, "the old password is wrong", "old");
  }
  count_right(name, already_in + name);
  if (auto good = check_password(fresh, name); !good) return fail(good.error().code, good.error().detail, "new");
  if (fresh == old) return fail(Errc::invalid_value, "the new password is the old one", "new");
  auto hash = hash_password(fresh, work());
  if (!hash) return fail(hash.error());
  const std::lock_guard lock(changing_);
  auto next = account(name);
  if (!next || next->password_hash != before->password_hash)
    return fail(Errc::conflict, "the password was changed meanwhile; sign in again", "old");
  next->password_hash = std::move(*hash);
  if (const auto stored = store(*next, next->person.revision, name, "own password changed"); !stored)
    return fail(stored.error());
  end_sessions(name, keep.empty() ? "" : sha256(keep));
  return note(name, "password", "person/" + name, "done");
}

void People::Impl::end_sessions(const std::string& person, const std::string& keep_hash) {
  {
    const std::unique_lock lock(memory_);
    std::erase_if(live_,
                  [&](const auto& entry) { return entry.second.session.person == person && entry.first != keep_hash; });
  }
  static_cast<void>(sessions_.end("", person, keep_hash));  // out of memory they are over already
}

std::optional<std::int64_t> People::Impl::use_code(const std::string& name, const std::string& key,
                                                   const std::string& code) {
  const std::unique_lock lock(memory_);
  std::int64_t& used = codes_used_[name];
  const auto step = totp_match(key, code, clock(), used);
  if (step) used = *step;
  return step;
}

Result<People::NewTotp> People::Impl::begin_totp(const std::string& name, const std::string& code) {
  const auto now = account(name);
  if (!now) return fail(Errc::not_found, "there is no person '" + name + "'", "name");
  if (!now->totp_key.empty() && !use_code(name, now->totp_key, code))
    return fail(Errc::refused,
                "a second factor is in force already: give a code of it, or ask an admin to take it away", "code");
  std::string key = random_bytes(totp_key_bytes);
  const std::string secret = to_base32(key);
  const std::unique_lock lock(memory_);
  totp_pending_[name] = std::move(key);
  return NewTotp{secret, "otpauth://totp/" + std::string(issuer) + ":" + name + "?secret=" + secret +
                             "&issuer=" + issuer + "&algorithm=SHA1&digits=6&period=30"};
}

Result<void> People::Impl::confirm_totp(const std::string& name, const std::string& code) {
  std::string key;
  {
    const std::shared_lock lock(memory_);
    const auto pending = totp_pending_.find(name);
    if (pending == totp_pending_.end())
      return fail(Errc::conflict, "there is no second factor to confirm; begin one first", "code");
    key = pending->second;
  }
  if (auto may = guard_.begin(name, already_in + name, clock()); !may) return may;
  if (!use_code(name, key, code)) {
    count_wrong(name);
    return fail(Errc::refused, "the code does not fit; is the clock of the device right?", "code");
  }
  count_right(name, already_in + name);
  const std::lock_guard lock(changing_);
  auto next = account(name);
  if (!next) return fail(Errc::not_found, "there is no person '" + name + "'", "name");
  next->totp_key = key;
  if (const auto stored = store(*next, next->person.revision, name, "second factor"); !stored)
    return fail(stored.error());
  {
    const std::unique_lock memory(memory_);
    totp_pending_.erase(name);
  }
  return note(name, "totp", "person/" + name, "done");
}

bool People::Impl::count_wrong(const std::string& name) {
  const bool locks = guard_.wrong(name, clock());
  // What is nobody's name may be a password in the wrong field: it goes to no disk.
  if (account(name)) {
    const auto tally = guard_.tally(name);
    // Where the disk refuses, the count still holds until the next restart; the audit entry beside it tells.
    static_cast<void>(sessions_.keep_tries({name, tally.count, tally.last, tally.locked_until}));
  }
  return locks;
}

void People::Impl::count_right(const std::string& name, const std::string& address) {
  if (guard_.right(name, address)) static_cast<void>(sessions_.forget_tries(name));
}

Result<SignIn> People::Impl::sign_in(const std::string& name, const std::string& password, const std::string& totp,
                                     const std::string& address) {
  const std::string detail = detail_of("address", address);
  const auto found = is_name(name) ? account(name) : std::nullopt;
  // What is no account's name may be a password in the wrong field: it is not written down.
  const std::string who = found ? name : "-";
  const std::string key = name.size() > 64 ? sha256(name) : name;
  if (auto may = guard_.begin(key, address, clock()); !may) return fail(may.error());
  const auto refuse = [&](const char* words, const char* field) {
    const bool locks = count_wrong(key);
    static_cast<void>(note(who, "sign-in", found ? "person/" + name : "person", "refused", detail));
    if (locks) static_cast<void>(note(who, "locked", found ? "person/" + name : "person", "done", detail));
    return fail(Errc::refused, words, field);
  };
  const bool fits = password_fits(found ? found->password_hash : "", password, work());
  if (!fits || !found || found->person.disabled) return refuse(wrong_words, "password");
  std::int64_t step = 0;
  if (!found->totp_key.empty()) {
    if (totp.empty()) {
      guard_.undecided(key, address);
      return fail(Errc::refused, "a code of your second factor is needed", "totp");
    }
    const auto used = use_code(name, found->totp_key, totp);
    if (!used) return refuse("the code is wrong or was used already", "totp");
    step = *used;
  }
  count_right(key, address);
  return begin_session(found->person, step, detail);
}

Result<SignIn> People::Impl::sign_in_as(const std::string& name, const std::string& by) {
  const auto found = account(name);
  if (!found || found->person.disabled) {
    static_cast<void>(note("-", "sign-in", "person", "refused", detail_of("by", by)));
    return fail(Errc::refused, "there is no account for you here; ask an admin for one", "name");
  }
  return begin_session(found->person, 0, detail_of("by", by));
}

Result<SignIn> People::Impl::begin_session(const Person& person, std::int64_t totp_step, const std::string& detail) {
  const std::string secret = new_secret();
  const Instant made = clock();
  const ledger::Session session{sha256(secret), person.name, made, {made.us + options_.session_s * us_per_second},
                                made,           totp_step,   false};
  // First the audit: nobody is in of whom it does not say so.
  if (auto noted = note(person.name, "sign-in", "person/" + person.name, "done", detail); !noted)
    return fail(noted.error());
  const std::lock_guard changing(changing_);
  const auto now = account(person.name);
  if (!now || now->person.disabled) return fail(Errc::refused, wrong_words, "password");
  if (auto added = sessions_.add(session); !added) return fail(added.error());
  const std::unique_lock lock(memory_);
  std::erase_if(live_, [&](const auto& entry) { return entry.second.session.expires <= made; });
  live_[session.hash] = {session, made};
  return SignIn{secret, session.expires, now->person};
}

void People::Impl::sign_out(const std::string& secret) {
  const std::string hash = sha256(secret);
  std::string person;
  {
    const std::unique_lock lock(memory_);
    const auto found = live_.find(hash);
    if (found == live_.end()) return;
    person = found->second.session.person;
    live_.erase(found);
  }
  static_cast<void>(sessions_.end(hash));
  static_cast<void>(note(person, "sign-out", "person/" + person, "done"));
}

Caller People::Impl::caller_of(const Person& person, Caller::How how, std::vector<std::string> of) const {
  Caller caller;
  caller.how = how;
  caller.name = person.name;
  caller.shown = person.shown;
  caller.enterprise = person.enterprise;
  caller.division = person.division;
  caller.scope = scope_of(of, person.division, person.enterprise, city_division_);
  caller.roles = std::move(of);
  return caller;
}

Caller People::Impl::caller_of_session(const std::string& secret) const {
  const std::string hash = sha256(secret);
  const Instant now = clock();
  bool note_it = false;
  Caller caller;
  {
    const std::unique_lock lock(memory_);
    const auto found = live_.find(hash);
    if (found == live_.end()) return {};
    Live& live = found->second;
    if (now >= live.session.expires || now.us - live.session.seen.us > options_.session_idle_s * us_per_second) {
      live_.erase(found);
      return {};
    }
    const auto account = accounts_.find(live.session.person);
    if (account == accounts_.end() || account->second.person.disabled) return {};
    live.session.seen = now;
    note_it = now.us - live.noted.us >= seen_noted_every_us;
    if (note_it) live.noted = now;
    caller = caller_of(account->second.person, Caller::How::session, account->second.person.roles);
  }
  if (note_it) static_cast<void>(sessions_.set_seen(hash, now));
  return caller;
}

Caller People::Impl::caller_of_token(const std::string& secret) const {
  const std::shared_lock lock(memory_);
  const auto found = tokens_.find(sha256(secret));
  if (found == tokens_.end()) return {};
  const Token& token = found->second.token;
  if (token.revoked || clock() >= token.expires) return {};
  const auto account = accounts_.find(token.person);
  if (account == accounts_.end() || account->second.person.disabled) return {};
  const auto& has = account->second.person.roles;
  std::vector<std::string> of;
  for (const auto& role : token.roles) {
    if (std::find(has.begin(), has.end(), role) != has.end()) of.push_back(role);
  }
  if (of.empty()) return {};
  Caller caller = caller_of(account->second.person, Caller::How::token, std::move(of));
  caller.read_only = token.read_only;
  caller.token = token.id;
  return caller;
}

Caller People::Impl::caller(const std::string& session, const std::string& token) const {
  if (!any()) {
    Caller house;
    house.how = Caller::How::house;
    house.roles = {"admin"};
    return house;
  }
  if (!ready()) return {};
  // A token that is sent is what counts: a script does not act under a cookie it does not know of.
  if (!token.empty()) return caller_of_token(token);
  if (!session.empty()) return caller_of_session(session);
  return {};
}

People::People(ledger::Ledger& ledger, ledger::Audit& audit, std::string city_division, Options options)
    : impl_(std::make_unique<Impl>(ledger, audit, std::move(city_division), std::move(options))) {}
People::~People() = default;

bool People::any() const { return impl_->any(); }

Result<std::vector<Person>> People::list() const {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->list();
}

Result<Person> People::find(const std::string& name) const {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  const auto found = impl_->account(name);
  if (!found) return fail(Errc::not_found, "there is no person '" + name.substr(0, 64) + "'", "name");
  return found->person;
}

Result<Person> People::put(const Person& person, const std::string& password, const std::string& who) {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->put(person, password, who);
}

Result<void> People::change_password(const std::string& name, const std::string& old, const std::string& fresh,
                                     const std::string& keep) {
  if (auto ready = impl_->ready(); !ready) return ready;
  return impl_->change_password(name, old, fresh, keep);
}

Result<People::NewTotp> People::begin_totp(const std::string& name, const std::string& code) {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->begin_totp(name, code);
}

Result<void> People::confirm_totp(const std::string& name, const std::string& code) {
  if (auto ready = impl_->ready(); !ready) return ready;
  return impl_->confirm_totp(name, code);
}

Result<SignIn> People::sign_in(const std::string& name, const std::string& password, const std::string& totp,
                               const std::string& address) {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->sign_in(name, password, totp, address);
}

Result<SignIn> People::sign_in_as(const std::string& name, const std::string& by) {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->sign_in_as(name, by);
}

void People::sign_out(const std::string& session) { impl_->sign_out(session); }
Caller People::caller(const std::string& session, const std::string& token) const {
  return impl_->caller(session, token);
}

Result<People::NewToken> People::make_token(const Caller& by, const std::string& label,
                                            const std::vector<std::string>& wanted, bool read_only, int days) {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->make_token(by, label, wanted, read_only, days);
}

Result<std::vector<Token>> People::tokens(const std::string& person) const {
  if (auto ready = impl_->ready(); !ready) return fail(ready.error());
  return impl_->tokens(person);
}

Result<void> People::revoke_token(const std::string& id, const Caller& by) {
  if (auto ready = impl_->ready(); !ready) return ready;
  return impl_->revoke_token(id, by);
}

}  // namespace celadon::people
