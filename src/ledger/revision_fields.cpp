#include "ledger/revision_fields.hpp"

#include <boost/json.hpp>

namespace celadon::ledger {

namespace json = boost::json;

RevisionFields::RevisionFields(const Revision& revision, const char* remedy) : revision_(revision), remedy_(remedy) {
  boost::system::error_code error;
  auto value = json::parse(revision.body, error);
  if (!error && value.is_object())
    object_ = std::move(value.get_object());
  else
    damage("body", "a JSON object");
}

std::string RevisionFields::text(std::string_view name) {
  const auto* value = object_.if_contains(name);
  if (value != nullptr && value->is_string()) return std::string(value->get_string());
  damage(name, "a text");
  return {};
}

double RevisionFields::number(std::string_view name) {
  const auto* value = object_.if_contains(name);
  if (value != nullptr && value->is_number()) return value->to_number<double>();
  damage(name, "a number");
  return 0;
}

bool RevisionFields::boolean(std::string_view name) {
  const auto* value = object_.if_contains(name);
  if (value != nullptr && value->is_bool()) return value->get_bool();
  damage(name, "true or false");
  return false;
}

Instant RevisionFields::time(std::string_view name) {
  const auto time = parse_instant(text(name));
  if (!time) damage(name, "a time");
  return time.value_or(Instant{});
}

std::string RevisionFields::object(std::string_view name) {
  const auto* value = object_.if_contains(name);
  if (value != nullptr && value->is_object()) return json::serialize(*value);
  damage(name, "an object");
  return {};
}

std::vector<std::string> RevisionFields::texts(std::string_view name) {
  const auto* value = object_.if_contains(name);
  std::vector<std::string> all;
  const bool list = value != nullptr && value->is_array();
  if (list) {
    for (const auto& one : value->get_array())
      if (one.is_string()) all.emplace_back(one.get_string());
  }
  if (!list || all.size() != value->get_array().size()) damage(name, "a list of texts");
  return all;
}

bool RevisionFields::has(std::string_view name) const {
  const auto* value = object_.if_contains(name);
  return value != nullptr && !value->is_null();
}

void RevisionFields::damage(std::string_view name, std::string_view expected) {
  if (damaged_) return;
  damaged_ = Error{Errc::file_damaged,
                   "register entry " + revision_.kind + " " + revision_.id + " revision " +
                       std::to_string(revision_.revision) + ": field " + std::string(name) + " is not " +
                       std::string(expected) + "; " + remedy_,
                   std::string(name)};
}

template <class T>
T RevisionFields::whole_as(std::string_view name) {
  const auto* value = object_.if_contains(name);
  boost::system::error_code error;
  const T result = value != nullptr && value->is_number() ? value->to_number<T>(error) : 0;
  if (value == nullptr || !value->is_number() || error) damage(name, "a whole number");
  return result;
}

template int RevisionFields::whole_as<int>(std::string_view name);
template std::int64_t RevisionFields::whole_as<std::int64_t>(std::string_view name);

}  // namespace celadon::ledger
