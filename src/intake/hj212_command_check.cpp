#include "intake/hj212_commands.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fast_float/fast_float.h>

// What an operator typed, against what the pack allows.

namespace celadon::intake {
namespace {

constexpr std::size_t value_bytes_max = 200;
constexpr std::size_t area_bytes_max = 950;  ///< HJ 212-2017 table 3: CP of 950 bytes

using Given = std::span<const std::pair<std::string, std::string>>;

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_decimal(std::string_view text) {
  double number = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

bool are_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool all_alphanumeric(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool all_hexadecimal(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& one : words) list += (list.empty() ? "" : ", ") + one;
  return list;
}

/// " from 30 to 3600" where there is a range.
std::string range_of(const CommandParameter& parameter) {
  if (parameter.lowest >= parameter.highest) return {};
  return " from " + std::to_string(parameter.lowest) + " to " + std::to_string(parameter.highest);
}

bool in_range(const CommandParameter& parameter, std::int64_t number) {
  return parameter.lowest >= parameter.highest || (number >= parameter.lowest && number <= parameter.highest);
}

/// Empty, or what a value must be.
std::string wrong_with(const CommandParameter& parameter, const std::string& value) {
  // What parts items, ends CP or begins a frame would change the message around the value.
  if (value.size() > value_bytes_max || value.find_first_of(";,&=#") != std::string::npos ||
      std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return "has at most 200 printing characters without ; , & = #";
  if (!parameter.one_of.empty())
    return std::ranges::find(parameter.one_of, value) == parameter.one_of.end()
               ? "is one of " + list_of(parameter.one_of)
               : "";
  const std::string& type = parameter.type;
  if (type == "number") {
    const auto number = whole(value);
    if (!number || !in_range(parameter, *number)) return "is a whole number" + range_of(parameter);
  }
  if (type == "text" && (value.empty() || !in_range(parameter, static_cast<std::int64_t>(value.size()))))
    return parameter.lowest < parameter.highest ? "has" + range_of(parameter) + " characters" : "is not empty";
  if (type == "decimal" && !is_decimal(value)) return "is a number";
  if (type == "time" && (value.size() != 14 || !parse_time212(value))) return "is a time as YYYYMMDDhhmmss";
  if (type == "time17" && (value.size() != 17 || !parse_time212(value))) return "is a time as YYYYMMDDhhmmsszzz";
  if (type == "factor" && (value.empty() || value.size() > 6 || !all_alphanumeric(value)))
    return "is a factor code of up to six letters and digits";
  if (type == "key" && (value.size() != 32 || !all_hexadecimal(value))) return "has 32 hexadecimal digits";
  if (type == "word6" && (value.size() != 6 || !all_alphanumeric(value))) return "has six letters and digits";
  if (type == "digits4" && !are_digits(value, 4)) return "has four digits";
  if (type == "digits6" && !are_digits(value, 6)) return "has six digits";
  return {};
}

const CommandParameter* parameter_of(const CommandMeaning& command, std::string_view name) {
  const auto it = std::ranges::find_if(command.parameters, [&](const auto& one) { return one.is_named(name); });
  return it == command.parameters.end() ? nullptr : &*it;
}

Result<void> check_names(const CommandMeaning& command, Given given) {
  for (const auto& parameter : command.parameters) {
    const auto count = std::ranges::count_if(given, [&](const auto& one) { return parameter.is_named(one.first); });
    if (parameter.required && count == 0)
      return fail(Errc::invalid_value, "command " + command.code + " needs " + parameter.name, "parameters");
    if (count > 1 && !parameter.repeats)
      return fail(Errc::invalid_value, "command " + command.code + " takes " + parameter.name + " once", "parameters");
  }
  return {};
}

}  // namespace

bool CommandParameter::is_named(std::string_view given) const {
  if (!name.starts_with("x-") && !name.starts_with("i-")) return name == given;
  if (name == "i-Info" && given == name) return true;  // InfoId says which
  const std::size_t dash = given.rfind('-');
  if (dash == std::string_view::npos || given.substr(dash) != std::string_view(name).substr(1)) return false;
  const std::string_view code = given.substr(0, dash);
  const bool is_information = code.starts_with('i') || code.starts_with('I');
  return code.size() > 1 && code.size() <= 6 && all_alphanumeric(code) && (name[0] == 'x' || is_information);
}

Result<void> check_request(const CommandTable& table, Edition212 edition, std::string_view cn, Given parameters) {
  const CommandMeaning* command = table.find_sendable(cn, edition);
  if (command == nullptr) {
    return fail(Errc::unknown_code,
                "command '" + std::string(cn.substr(0, 20)) + "' cannot be sent to a device of edition " +
                    std::string(to_text(edition)) + "; /api/v1/hj212/commands lists those that can",
                "cn");
  }
  for (const auto& [name, value] : parameters) {
    const CommandParameter* known = parameter_of(*command, name);
    if (known == nullptr)
      return fail(Errc::invalid_value, "command " + command->code + " has no parameter '" + name.substr(0, 40) + "'",
                  "parameters");
    if (const auto wrong = wrong_with(*known, value); !wrong.empty())
      return fail(Errc::invalid_value, name + " " + wrong, "parameters");
  }
  if (auto named = check_names(*command, parameters); !named) return named;
  if (request_area(*command, parameters).size() > area_bytes_max)
    return fail(Errc::invalid_value, "the parameters together have more than 950 bytes", "parameters");
  return {};
}

std::string request_area(const CommandMeaning& command, Given parameters) {
  std::string area;
  for (const auto& [name, value] : parameters) {
    const CommandParameter* known = parameter_of(command, name);
    if (!area.empty()) area += known != nullptr && known->same_item ? ',' : ';';
    const auto information = std::ranges::find(parameters, "InfoId", &std::pair<std::string, std::string>::first);
    area += name == "i-Info" && information != parameters.end() ? information->second + "-Info" : name;
    area += "=" + value;
  }
  return area;
}

}  // namespace celadon::intake
