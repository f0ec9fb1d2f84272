#include "service/json_body.hpp"

namespace celadon::service {

JsonBody::JsonBody(const std::string& text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_object())
    refuse("body", error ? "the body is not JSON: " + error.message() : "the body must be a JSON object");
  else
    object_ = std::move(value.get_object());
}

const boost::json::value* JsonBody::find(const char* name) const {
  const auto* value = object_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void JsonBody::refuse(const char* name, std::string reason, Errc code) {
  if (!failed_) failed_ = Error{code, std::move(reason), name};
}

bool JsonBody::has(const char* name) const { return find(name) != nullptr; }

std::string JsonBody::text(const char* name) {
  const auto* value = find(name);
  if (value != nullptr && value->is_string() &&
      value->get_string().find_first_not_of(" \t\r\n") != boost::json::string::npos)
    return std::string(value->get_string());
  refuse(name, "a text is expected");
  return {};
}

std::string JsonBody::text_or(const char* name, std::string otherwise) {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_string()) return std::string(value->get_string());
  refuse(name, "a text is expected");
  return otherwise;
}

std::int64_t JsonBody::whole(const char* name) {
  if (!has(name)) refuse(name, "a whole number is expected");
  return whole_or(name, 0);
}

std::int64_t JsonBody::whole_or(const char* name, std::int64_t otherwise) {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  boost::system::error_code error;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : 0;
  if (value->is_number() && !error) return number;
  refuse(name, "a whole number is expected");
  return otherwise;
}

double JsonBody::number(const char* name) {
  const auto* value = find(name);
  if (value != nullptr && value->is_number()) return value->to_number<double>();
  refuse(name, "a number is expected");
  return 0;
}

bool JsonBody::boolean_or(const char* name, bool otherwise) {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->get_bool();
  refuse(name, "true or false is expected");
  return otherwise;
}

Instant JsonBody::time(const char* name) {
  const auto time = time_or_none(name);
  if (!time) refuse(name, "a time is expected, as in 2026-11-24T08:00:00Z");
  return time.value_or(Instant{});
}

std::optional<Instant> JsonBody::time_or_none(const char* name) {
  if (!has(name)) return std::nullopt;
  const auto time = parse_instant(text(name));
  if (time) return *time;
  refuse(name, time.error().detail);
  return std::nullopt;
}

std::vector<std::string> JsonBody::texts(const char* name) {
  std::vector<std::string> all;
  const auto* value = find(name);
  if (value == nullptr) return all;
  if (!value->is_array()) {
    refuse(name, "a list of texts is expected");
    return all;
  }
  for (const auto& one : value->get_array()) {
    if (one.is_string())
      all.emplace_back(one.get_string());
    else
      refuse(name, "a list of texts is expected");
  }
  return all;
}

std::vector<boost::json::object> JsonBody::objects(const char* name) {
  std::vector<boost::json::object> all;
  const auto* value = find(name);
  if (value == nullptr) return all;
  if (!value->is_array()) {
    refuse(name, "a list of objects is expected");
    return all;
  }
  for (const auto& one : value->get_array()) {
    if (one.is_object())
      all.push_back(one.get_object());
    else
      refuse(name, "a list of objects is expected");
  }
  return all;
}

}  // namespace celadon::service
