#pragma once

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

// What the ledger keeps of people; for the .cpp files of this room.

namespace celadon::people {

[[nodiscard]] inline bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

inline constexpr const char* account_kind = "person";
inline constexpr const char* token_kind = "api-token";

struct Account {
  Person person;
  std::string password_hash;  ///< empty: does not sign in by password
  std::string totp_key;       ///< bytes; empty: no second factor
};

[[nodiscard]] std::string to_body(const Account& account);
/// Errors   file_damaged naming the entry and the field.
[[nodiscard]] Result<Account> account_of(const ledger::Revision& revision);

struct StoredToken {
  Token token;
  std::string hash;  ///< SHA-256 of the secret
  std::int64_t revision = 0;
};
[[nodiscard]] std::string to_body(const StoredToken& token);
[[nodiscard]] Result<StoredToken> token_of(const ledger::Revision& revision);

/// What of an account can be wrong before the ledger is asked, and what stands for what is left out: people of the
/// bureau without a division work for the city. Errors   invalid_value with the field.
[[nodiscard]] Result<void> check_person(Person& person, const std::string& city_division);
[[nodiscard]] bool is_name(std::string_view name);

/// Rows that somebody with these roles may see. Admins and people of the city's division or one above it: all.
/// Enterprise users: those of their enterprise. Others: those of their division, "360222" by its prefix.
[[nodiscard]] ledger::RowScope scope_of(const std::vector<std::string>& roles, const std::string& division,
                                        const std::string& enterprise, const std::string& city_division);

}  // namespace celadon::people
