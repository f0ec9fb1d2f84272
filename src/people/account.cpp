#include "people/account.hpp"

#include "core/json_writer.hpp"
#include "ledger/revision_fields.hpp"
#include "people/totp.hpp"

#include <algorithm>
#include <set>

namespace celadon::people {
namespace {

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t shown_bytes_max = 200;

constexpr const char* remedy = "put back the newest copy of the ledger";

/// What all codes within a division begin with: "3602" for the city 360200, "360222" for the county 360222000000.
/// GB/T 2260 has three pairs of digits, GB/T 10114 adds three for the town, and three more are the village.
std::string prefix_of(std::string division) {
  while (division.size() > 6 && division.ends_with("000")) division.resize(division.size() - 3);
  while (division.size() > 2 && division.size() <= 6 && division.ends_with("00")) division.resize(division.size() - 2);
  return division;
}

bool is_division(const std::string& code) {
  static constexpr std::size_t lengths[] = {2, 4, 6, 9, 12};
  return std::find(std::begin(lengths), std::end(lengths), code.size()) != std::end(lengths) &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool of_bureau(const std::vector<std::string>& of) {
  return std::any_of(of.begin(), of.end(), [](const auto& role) { return role != "public" && role != "enterprise"; });
}

}  // namespace

std::string to_body(const Account& account) {
  const Person& person = account.person;
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("shown", person.shown);
  out.list("roles", person.roles);
  out.member("division", person.division).member("enterprise", person.enterprise).member("disabled", person.disabled);
  out.member("password", account.password_hash).member("totp", to_base32(account.totp_key)).end_object();
  return text;
}

Result<Account> account_of(const ledger::Revision& revision) {
  ledger::RevisionFields body(revision, remedy);
  Account account;
  Person& person = account.person;
  person.name = revision.id;
  person.shown = body.text("shown");
  person.roles = body.texts("roles");
  person.division = body.text("division");
  person.enterprise = body.text("enterprise");
  person.disabled = body.boolean("disabled");
  person.revision = revision.revision;
  account.password_hash = body.text("password");
  const auto key = from_base32(body.text("totp"));
  if (!key) body.damage("totp", "a key in base32");
  if (body.damaged()) return fail(*body.damaged());
  account.totp_key = *key;
  person.has_totp = !account.totp_key.empty();
  return account;
}

std::string to_body(const StoredToken& stored) {
  const Token& token = stored.token;
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("person", token.person).member("label", token.label);
  out.list("roles", token.roles);
  out.member("read_only", token.read_only).member("made", token.made).member("expires", token.expires);
  out.member("revoked", token.revoked).member("hash", stored.hash).end_object();
  return text;
}

Result<StoredToken> token_of(const ledger::Revision& revision) {
  ledger::RevisionFields body(revision, remedy);
  StoredToken stored;
  Token& token = stored.token;
  token.id = revision.id;
  token.person = body.text("person");
  token.label = body.text("label");
  token.roles = body.texts("roles");
  token.read_only = body.boolean("read_only");
  token.made = body.time("made");
  token.expires = body.time("expires");
  if (body.has("revoked")) token.revoked = body.time("revoked");
  stored.hash = body.text("hash");
  stored.revision = revision.revision;
  if (body.damaged()) return fail(*body.damaged());
  return stored;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max || name.front() == '-' || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

Result<void> check_person(Person& person, const std::string& city_division) {
  const auto refuse = [](const char* field, std::string why) {
    return fail(Errc::invalid_value, std::move(why), field);
  };
  if (!is_name(person.name))
    return refuse(
        "name",
        "a name has 1 to 64 letters of a to z, digits, '.', '-' or '_', and begins with a letter, digit or '_'");
  if (person.shown.size() > shown_bytes_max) return refuse("shown", "longer than 200 bytes");
  if (person.shown.empty()) person.shown = person.name;
  if (person.roles.empty()) return refuse("roles", "a person has at least one role");
  const std::set<std::string> unique(person.roles.begin(), person.roles.end());
  person.roles.assign(unique.begin(), unique.end());
  for (const auto& role : person.roles) {
    if (std::find(std::begin(roles), std::end(roles), role) == std::end(roles))
      return refuse("roles", "there is no role '" + role.substr(0, 40) + "'");
  }
  const bool enterprise = holds(person.roles, "enterprise");
  if (enterprise && of_bureau(person.roles))
    return refuse("roles",
                  "the role enterprise does not go together with a role of the bureau: it limits what is seen");
  if (enterprise && person.enterprise.empty()) return refuse("enterprise", "say which enterprise the person is of");
  if (!enterprise && !person.enterprise.empty())
    return refuse("enterprise", "only a person with the role enterprise is of one");
  if (person.enterprise.size() > name_bytes_max) return refuse("enterprise", "longer than 64 bytes");
  if (person.division.empty() && of_bureau(person.roles)) person.division = city_division;
  if (!person.division.empty() && !is_division(person.division))
    return refuse("division", "a code of GB/T 2260 is expected, as 360222");
  return {};
}

ledger::RowScope scope_of(const std::vector<std::string>& of, const std::string& division,
                          const std::string& enterprise, const std::string& city_division) {
  ledger::RowScope scope;
  if (holds(of, "admin")) return scope;
  if (holds(of, "enterprise")) {
    scope.enterprise = enterprise;
    scope.nothing = enterprise.empty();
    return scope;
  }
  if (!of_bureau(of)) return scope;
  const std::string prefix = prefix_of(division);
  scope.nothing = prefix.empty();
  if (!city_division.starts_with(prefix)) scope.divisions = {prefix};
  return scope;
}

}  // namespace celadon::people
