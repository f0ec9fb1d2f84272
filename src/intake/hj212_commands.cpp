#include "intake/hj212_commands.hpp"

#include "intake/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace celadon::intake {
namespace {

constexpr std::array<std::string_view, 9> types = {"text", "number", "time",    "time17", "factor",
                                                   "key",  "word6",  "digits4", "digits6"};
constexpr std::size_t value_bytes_max = 200;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t cut = text.find(at);
    parts.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut == std::string_view::npos ? text.size() : cut + 1);
  }
  return parts;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool all_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool all_alphanumeric(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// "name:type[lowest..highest]?" or "name:type{a|b}?".
Result<CommandParameter> parse_parameter(std::string_view text) {
  const auto bad = [&](const std::string& reason) {
    return fail(Errc::malformed, "parameter '" + std::string(text) + "': " + reason);
  };
  CommandParameter parameter;
  std::string_view rest = text;
  if (rest.ends_with('?')) {
    parameter.required = false;
    rest.remove_suffix(1);
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0) return bad("expected name:type");
  parameter.name = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  const std::size_t open = rest.find_first_of("[{");
  parameter.type = rest.substr(0, open);
  if (std::ranges::find(types, parameter.type) == types.end()) return bad("type '" + parameter.type + "' is not known");
  if (open == std::string_view::npos) return parameter;
  const std::string_view inside = rest.substr(open + 1, rest.size() - open - 2);
  if (rest[open] == '{' && rest.ends_with('}')) {
    parameter.one_of = split(inside, '|');
    return parameter;
  }
  const std::size_t dots = inside.find("..");
  const auto lowest = dots == std::string_view::npos ? std::nullopt : whole(inside.substr(0, dots));
  const auto highest = dots == std::string_view::npos ? std::nullopt : whole(inside.substr(dots + 2));
  if (!rest.ends_with(']') || !lowest || !highest || *lowest >= *highest) return bad("expected [lowest..highest]");
  parameter.lowest = *lowest;
  parameter.highest = *highest;
  return parameter;
}

/// Empty, or what is wrong with a value.
std::string wrong_with(const CommandParameter& parameter, const std::string& value) {
  if (value.size() > value_bytes_max || value.find_first_of(";,&=") != std::string::npos ||
      std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return "has at most 200 printing characters without ; , & =";
  if (!parameter.one_of.empty() && std::ranges::find(parameter.one_of, value) == parameter.one_of.end()) {
    std::string list;
    for (const auto& one : parameter.one_of) list += (list.empty() ? "" : ", ") + one;
    return "is one of " + list;
  }
  const std::string& type = parameter.type;
  if (type == "number") {
    const auto number = whole(value);
    if (!number) return "is a whole number";
    if (parameter.lowest < parameter.highest && (*number < parameter.lowest || *number > parameter.highest))
      return "is a whole number from " + std::to_string(parameter.lowest) + " to " + std::to_string(parameter.highest);
  }
  if (type == "time" && (value.size() != 14 || !parse_time212(value))) return "is a time as YYYYMMDDhhmmss";
  if (type == "time17" && (value.size() != 17 || !parse_time212(value))) return "is a time as YYYYMMDDhhmmsszzz";
  if (type == "factor" && (value.empty() || value.size() > 6 || !all_alphanumeric(value)))
    return "is a factor code of up to six letters and digits";
  if (type == "key" && (value.size() != 32 || !all_alphanumeric(value))) return "has 32 hexadecimal digits";
  if (type == "word6" && (value.size() != 6 || !all_alphanumeric(value))) return "has six letters and digits";
  if (type == "digits4" && !all_digits(value, 4)) return "has four digits";
  if (type == "digits6" && !all_digits(value, 6)) return "has six digits";
  if (type == "text" && value.empty()) return "is not empty";
  return {};
}

}  // namespace

std::string_view to_text(Edition212 edition) {
  constexpr std::array<std::string_view, 4> names = {"2005", "2017", "2025", "later"};
  return names[static_cast<std::size_t>(edition)];
}

const CommandMeaning* CommandTable::find(std::string_view code, Edition212 edition) const {
  const CommandMeaning* other = nullptr;
  for (const auto& command : all_) {
    if (command.code != code) continue;
    if (std::ranges::find(command.editions, edition) != command.editions.end()) return &command;
    if (other == nullptr) other = &command;
  }
  return other;
}

Result<CommandTable> read_commands(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 12> columns = {"code",    "direction",  "kind",         "editions",
                                                        "group",   "sendable",   "returns_data", "name_zh",
                                                        "name_en", "parameters", "source",       "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_commands.csv", columns);
  if (!csv) return fail(csv.error());
  CommandTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const auto bad = [&](const std::string& reason) {
      return fail(Errc::malformed, csv->name + ":" + std::to_string(csv->lines[i]) + ": " + reason);
    };
    const auto is_one = [](const std::string& word, std::initializer_list<std::string_view> words) {
      return std::ranges::find(words, word) != words.end();
    };
    if (!all_digits(row[0], 4)) return bad("code '" + row[0] + "' has not four digits");
    if (!is_one(row[1], {"host", "field", "both"})) return bad("direction is host, field or both");
    if (!is_one(row[2], {"request", "upload", "notice", "answer"}))
      return bad("kind is request, upload, notice or answer");
    if (!is_one(row[4], {"setup", "data", "control", "exchange"}))
      return bad("group is setup, data, control or exchange");
    if (!is_one(row[5], {"yes", "no"}) || !is_one(row[6], {"yes", "no"}))
      return bad("sendable and returns_data are yes or no");
    if (!is_one(row[11], {"verified", "secondary", "memory"})) return bad("trust is verified, secondary or memory");
    CommandMeaning command{row[0],          row[1], row[2], row[4], {},      row[5] == "yes",
                           row[6] == "yes", row[7], row[8], {},     row[10], row[11]};
    for (const auto& edition : split(row[3], ' ')) {
      if (edition == "2005")
        command.editions.push_back(Edition212::of_2005);
      else if (edition == "2017")
        command.editions.push_back(Edition212::of_2017);
      else if (edition == "2025")
        command.editions.push_back(Edition212::of_2025);
      else
        return bad("editions are 2005, 2017 and 2025, parted by blanks");
      const auto* before = table.find(command.code, command.editions.back());
      const bool twice =
          before != nullptr && std::ranges::find(before->editions, command.editions.back()) != before->editions.end();
      if (twice && before->direction == command.direction)
        return bad("code '" + row[0] + "' is there twice for " + edition);
    }
    if (command.editions.empty()) return bad("no edition is named");
    for (const auto& text : split(row[9], ';')) {
      auto parameter = parse_parameter(text);
      if (!parameter) return bad(parameter.error().detail);
      command.parameters.push_back(std::move(*parameter));
    }
    table.all_.push_back(std::move(command));
  }
  return table;
}

Result<void> check_request(const CommandTable& table, Edition212 edition, std::string_view cn,
                           std::span<const std::pair<std::string, std::string>> parameters) {
  const CommandMeaning* command = nullptr;
  for (const auto& one : table.all()) {
    if (one.code == cn && one.sendable && std::ranges::find(one.editions, edition) != one.editions.end())
      command = &one;
  }
  if (command == nullptr) {
    return fail(Errc::unknown_code,
                "command '" + std::string(cn.substr(0, 20)) + "' cannot be sent to a device of edition " +
                    std::string(to_text(edition)) + "; /api/v1/hj212/commands lists those that can",
                "cn");
  }
  for (const auto& [name, value] : parameters) {
    const auto known = std::ranges::find(command->parameters, name, &CommandParameter::name);
    if (known == command->parameters.end())
      return fail(Errc::invalid_value, "command " + command->code + " has no parameter '" + name.substr(0, 40) + "'",
                  "parameters");
    if (const auto wrong = wrong_with(*known, value); !wrong.empty())
      return fail(Errc::invalid_value, name + " " + wrong, "parameters");
  }
  for (const auto& parameter : command->parameters) {
    const bool given = std::ranges::any_of(parameters, [&](const auto& one) { return one.first == parameter.name; });
    if (parameter.required && !given)
      return fail(Errc::invalid_value, "command " + command->code + " needs " + parameter.name, "parameters");
  }
  return {};
}

}  // namespace celadon::intake
