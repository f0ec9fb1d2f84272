#include "people/account.hpp"

#include "core/json_writer.hpp"
#include "people/totp.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace celadon::people {
namespace {

namespace json = boost::json;

constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t shown_bytes_max = 200;

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// The members of a body of ours; the first that is not as we write it is kept.
class Body {
 public:
  explicit Body(const ledger::Revision& revision) : revision_(revision) {
    boost::system::error_code error;
    auto value = json::parse(revision.body, error);
    if (!error && value.is_object())
      object_ = std::move(value.get_object());
    else
      damage("body");
  }
  std::string text(const char* name) {
    const auto* value = object_.if_contains(name);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    damage(name);
    return {};
  }
  bool boolean(const char* name) {
    const auto* value = object_.if_contains(name);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    damage(name);
    return false;
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> all;
    const auto* value = object_.if_contains(name);
    if (value == nullptr || !value->is_array()) {
      damage(name);
      return all;
    }
    for (const auto& one : value->get_array()) {
      if (one.is_string())
        all.emplace_back(one.get_string());
      else
        damage(name);
    }
    return all;
  }
  Instant time(const char* name) {
    const auto time = parse_instant(text(name));
    if (!time) damage(name);
    return time.value_or(Instant{});
  }
  [[nodiscard]] bool has(const char* name) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr && !value->is_null();
  }
  void damage(const char* name) {
    if (failed_) return;
    failed_ = Error{Errc::file_damaged,
                    "the ledger's " + revision_.kind + " '" + revision_.id +
                        "' is not as this program writes it: " + name + "; put back the newest copy of the ledger",
                    name};
  }
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

 private:
  const ledger::Revision& revision_;
  json::object object_;
  std::optional<Error> failed_;
};

void put_list(JsonWriter& out, const char* name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const auto& text : texts) out.put(text);
  out.end_array();
}

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
  put_list(out, "roles", person.roles);
  out.member("division", person.division).member("enterprise", person.enterprise).member("disabled", person.disabled);
  out.member("password", account.password_hash).member("totp", to_base32(account.totp_key)).end_object();
  return text;
}

Result<Account> account_of(const ledger::Revision& revision) {
  Body body(revision);
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
  if (!key) body.damage("totp");
  if (body.failed()) return fail(*body.failed());
  account.totp_key = *key;
  person.has_totp = !account.totp_key.empty();
  return account;
}

std::string to_body(const StoredToken& stored) {
  const Token& token = stored.token;
  std::string text;
  JsonWriter out(text);
  out.begin_object().member("person", token.person).member("label", token.label);
  put_list(out, "roles", token.roles);
  out.member("read_only", token.read_only).member("made", token.made).member("expires", token.expires);
  out.key("revoked");
  if (token.revoked)
    out.put(*token.revoked);
  else
    out.null();
  out.member("hash", stored.hash).end_object();
  return text;
}

Result<StoredToken> token_of(const ledger::Revision& revision) {
  Body body(revision);
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
  if (body.failed()) return fail(*body.failed());
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
  const bool enterprise = has(person.roles, "enterprise");
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
  if (has(of, "admin")) return scope;
  if (has(of, "enterprise")) {
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
