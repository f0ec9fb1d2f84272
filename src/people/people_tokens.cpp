#include "core/sha256.hpp"
#include "people/people_impl.hpp"

#include <algorithm>
#include <set>

namespace celadon::people {
namespace {

constexpr int days_max = 366;
constexpr std::size_t label_bytes_max = 100;

Result<std::vector<std::string>> roles_of_token(const Caller& by, const std::vector<std::string>& wanted) {
  const std::set<std::string> unique(wanted.begin(), wanted.end());
  if (unique.empty()) return fail(Errc::invalid_value, "a token has at least one role of yours", "roles");
  for (const auto& role : unique) {
    if (!by.is(role))
      return fail(Errc::invalid_value,
                  "'" + role.substr(0, 40) + "' is no role of yours: a token may do no more than you", "roles");
  }
  return std::vector<std::string>(unique.begin(), unique.end());
}

}  // namespace

Result<People::NewToken> People::Impl::make_token(const Caller& by, const std::string& label,
                                                  const std::vector<std::string>& wanted, bool read_only, int days) {
  if (by.how != Caller::How::session)
    return fail(Errc::refused, "tokens are made by a person who has signed in with a password", "session");
  if (label.empty() || label.size() > label_bytes_max)
    return fail(Errc::invalid_value, "say what the token is for, in 1 to 100 bytes", "label");
  if (days < 1 || days > days_max) return fail(Errc::invalid_value, "expected 1 to 366 days", "days");
  auto of = roles_of_token(by, wanted);
  if (!of) return fail(of.error());

  NewToken made;
  made.secret = new_secret();
  Token& token = made.token;
  token.id = new_secret().substr(0, 12);
  token.person = by.name;
  token.label = label;
  token.roles = std::move(*of);
  token.read_only = read_only;
  token.made = clock();
  token.expires = {token.made.us + days * us_per_day};
  StoredToken stored{token, sha256(made.secret), 1};
  const std::lock_guard lock(changing_);
  const auto put = ledger_.put({token_kind, token.id, to_body(stored), Instant{}, by.name, "new token", 0});
  if (!put) return fail(put.error());
  if (auto noted = note(by.name, "token-made", "token/" + token.id, "done"); !noted) return fail(noted.error());
  const std::unique_lock memory(memory_);
  tokens_[stored.hash] = std::move(stored);
  return made;
}

std::vector<Token> People::Impl::tokens(const std::string& person) const {
  const std::shared_lock lock(memory_);
  std::vector<Token> all;
  for (const auto& [hash, stored] : tokens_) {
    if (stored.token.person == person) all.push_back(stored.token);
  }
  std::sort(all.begin(), all.end(), [](const Token& a, const Token& b) { return a.made > b.made; });
  return all;
}

Result<void> People::Impl::revoke_token(const std::string& id, const Caller& by) {
  const std::lock_guard lock(changing_);
  StoredToken next;
  {
    const std::shared_lock memory(memory_);
    const auto found =
        std::find_if(tokens_.begin(), tokens_.end(), [&](const auto& entry) { return entry.second.token.id == id; });
    // Another person's token is answered like one that is not there.
    if (found == tokens_.end() || (found->second.token.person != by.name && !by.is("admin")))
      return fail(Errc::not_found, "there is no token '" + id.substr(0, 40) + "' of yours", "id");
    next = found->second;
  }
  if (next.token.revoked) return {};
  next.token.revoked = clock();
  const auto put = ledger_.put({token_kind, id, to_body(next), Instant{}, by.name, "token revoked", next.revision});
  if (!put) return fail(put.error());
  next.revision = put->revision;
  {
    const std::unique_lock memory(memory_);
    tokens_[next.hash] = next;
  }
  return note(by.name, "token-revoked", "token/" + id, "done");
}

}  // namespace celadon::people
