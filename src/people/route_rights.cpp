#include "people/account.hpp"
#include "people/people.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace celadon::people {
namespace {

constexpr std::string_view anybody = "anybody";
constexpr std::array<std::string_view, 4> methods = {"GET", "POST", "PUT", "DELETE"};

bool is_role(std::string_view word) { return std::find(std::begin(roles), std::end(roles), word) != std::end(roles); }

using Groups = std::map<std::string, std::vector<std::string>>;

void read_group(YamlFields& fields, Groups& groups) {
  static constexpr const char* names[] = {"id", "roles"};
  fields.only(names);
  const std::string id = fields.text("id");
  const auto members = fields.texts("roles");
  if (is_role(id) || id == anybody) fields.refuse("id", "'" + id + "' is a role, not a group");
  if (members.empty()) fields.refuse("roles", "a group has at least one role");
  for (const auto& role : members) {
    if (!is_role(role)) fields.refuse("roles", "there is no role '" + role + "'");
  }
  if (!groups.emplace(id, members).second) fields.refuse("id", "'" + id + "' is there twice");
}

RouteRights::Entry read_route(YamlFields& fields, const Groups& groups) {
  static constexpr const char* names[] = {"method", "path", "who", "changes"};
  fields.only(names);
  RouteRights::Entry entry;
  entry.method = fields.text("method");
  entry.pattern = fields.text("path");
  if (std::find(methods.begin(), methods.end(), entry.method) == methods.end())
    fields.refuse("method", "expected GET, POST, PUT or DELETE");
  if (!entry.pattern.starts_with('/')) fields.refuse("path", "a path begins with '/'");
  entry.changes = fields.has("changes") ? fields.boolean("changes") : entry.method != "GET";
  const auto words = fields.texts("who");
  if (words.empty()) fields.refuse("who", "say which roles may; [anybody] for all");
  for (const auto& word : words) {
    const auto group = groups.find(word);
    if (group != groups.end())
      entry.roles.insert(entry.roles.end(), group->second.begin(), group->second.end());
    else if (is_role(word) || word == anybody)
      entry.roles.push_back(word);
    else
      fields.refuse("who", "there is no role or group '" + word + "'");
  }
  return entry;
}

}  // namespace

Result<RouteRights> RouteRights::parse(std::string_view text, const std::string& file) {
  Groups groups;
  RouteRights rights;
  const YamlList lists[] = {{"groups", [&](YamlFields& fields) { read_group(fields, groups); }},
                            {"routes", [&](YamlFields& fields) {
                               Entry entry = read_route(fields, groups);
                               if (rights.find(entry.method, entry.pattern) != nullptr)
                                 fields.refuse("path", entry.method + " " + entry.pattern + " is there twice");
                               rights.entries_.push_back(std::move(entry));
                             }}};
  if (auto read = read_yaml_lists(text, file, lists); !read) return fail(read.error());
  return rights;
}

const RouteRights::Entry* RouteRights::find(std::string_view method, std::string_view pattern) const {
  for (const auto& entry : entries_) {
    if (entry.method == method && entry.pattern == pattern) return &entry;
  }
  return nullptr;
}

bool RouteRights::allows(const Entry& entry, const Caller& caller) const {
  if (caller.how == Caller::How::house) return true;
  if (caller.read_only && entry.changes) return false;
  if (holds(entry.roles, anybody)) return true;
  if (caller.how == Caller::How::nobody) return false;
  return std::any_of(caller.roles.begin(), caller.roles.end(),
                     [&](const auto& role) { return holds(entry.roles, role); });
}

}  // namespace celadon::people
