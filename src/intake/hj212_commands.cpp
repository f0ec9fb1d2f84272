#include "intake/hj212_commands.hpp"

#include "intake/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

namespace celadon::intake {
namespace {

constexpr std::array<std::string_view, 10> types = {"text",   "number", "decimal", "time",    "time17",
                                                    "factor", "key",    "word6",   "digits4", "digits6"};

bool read_whole(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t cut = text.find(at);
    parts.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut == std::string_view::npos ? text.size() : cut + 1);
  }
  return parts;
}

/// What stands behind the type: "[30..3600]" or "{1|2|3}".
Result<void> parse_allowed(std::string_view text, CommandParameter& parameter) {
  const std::string_view inside = text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
  if (text.starts_with('{') && text.ends_with('}')) {
    parameter.one_of = split(inside, '|');
    if (parameter.one_of.empty()) return fail(Errc::malformed, "the list {} is empty");
    return {};
  }
  const std::size_t dots = inside.find("..");
  const bool is_range = text.starts_with('[') && text.ends_with(']') && dots != std::string_view::npos &&
                        read_whole(inside.substr(0, dots), parameter.lowest) &&
                        read_whole(inside.substr(dots + 2), parameter.highest);
  if (!is_range || parameter.lowest >= parameter.highest)
    return fail(Errc::malformed, "expected [lowest..highest] or {one|of|these}");
  return {};
}

Result<CommandParameter> parse_parameter(std::string_view text) {
  const auto bad = [&](const std::string& reason) {
    return fail(Errc::malformed, "parameter '" + std::string(text) + "': " + reason);
  };
  CommandParameter parameter;
  std::string_view rest = text;
  if (rest.ends_with('?') || rest.ends_with('*') || rest.ends_with('+')) {
    parameter.required = rest.ends_with('+');
    parameter.repeats = !rest.ends_with('?');
    rest.remove_suffix(1);
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0) return bad("expected name:type");
  parameter.name = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  const std::size_t open = std::min(rest.find_first_of("[{"), rest.size());
  parameter.type = rest.substr(0, open);
  if (std::ranges::find(types, parameter.type) == types.end()) return bad("type '" + parameter.type + "' is not known");
  if (open < rest.size()) {
    if (auto allowed = parse_allowed(rest.substr(open), parameter); !allowed) return bad(allowed.error().detail);
  }
  return parameter;
}

/// "A:time;B:time,C:number": no separator stands inside what is allowed.
Result<std::vector<CommandParameter>> parse_parameters(std::string_view text) {
  std::vector<CommandParameter> all;
  bool same_item = false;
  while (!text.empty()) {
    const std::size_t cut = std::min(text.find_first_of(";,"), text.size());
    auto parameter = parse_parameter(text.substr(0, cut));
    if (!parameter) return fail(parameter.error());
    parameter->same_item = same_item;
    all.push_back(std::move(*parameter));
    same_item = cut < text.size() && text[cut] == ',';
    text.remove_prefix(std::min(cut + 1, text.size()));
  }
  return all;
}

bool is_one(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_code(const std::string& text) {
  return text.size() == 4 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Edition212 known(Edition212 edition) { return edition == Edition212::later ? Edition212::of_2025 : edition; }

constexpr std::array<std::string_view, 12> command_columns = {"code",    "direction",  "kind",         "editions",
                                                              "group",   "sendable",   "returns_data", "name_zh",
                                                              "name_en", "parameters", "source",       "trust"};

Result<CommandMeaning> read_command(const std::vector<std::string>& row) {
  const auto bad = [](const std::string& reason) { return fail(Errc::malformed, reason); };
  if (!is_code(row[0])) return bad("code '" + row[0] + "' has not four digits");
  if (!is_one(row[1], {"host", "field", "both"})) return bad("direction is host, field or both");
  if (!is_one(row[2], {"request", "upload", "notice", "answer"}))
    return bad("kind is request, upload, notice or answer");
  if (!is_one(row[4], {"setup", "data", "control", "exchange"}))
    return bad("group is setup, data, control or exchange");
  if (!is_one(row[5], {"yes", "no"}) || !is_one(row[6], {"yes", "no"}))
    return bad("sendable and returns_data are yes or no");
  if (row[5] == "yes" && row[1] == "field") return bad("what only field units send is not sendable");
  if (row[7].empty() || row[8].empty()) return bad("a name is missing");
  if (!is_one(row[11], {"verified", "secondary", "memory"})) return bad("trust is verified, secondary or memory");
  auto editions = parse_editions(row[3]);
  if (!editions) return bad(editions.error().detail);
  auto parameters = parse_parameters(row[9]);
  if (!parameters) return bad(parameters.error().detail);
  return CommandMeaning{row[0],          row[1],          row[2], row[4], std::move(*editions),
                        row[5] == "yes", row[6] == "yes", row[7], row[8], std::move(*parameters),
                        row[10],         row[11]};
}

/// Two rows may share a code and an edition only where one is the host's and the other the field unit's.
bool is_there(const std::vector<CommandMeaning>& all, const CommandMeaning& fresh) {
  return std::ranges::any_of(all, [&](const auto& old) {
    return old.code == fresh.code &&
           (old.direction == fresh.direction || old.direction == "both" || fresh.direction == "both") &&
           (std::ranges::any_of(fresh.editions, [&](Edition212 edition) { return old.is_of(edition); }) ||
            (old.editions.empty() && fresh.editions.empty()));
  });
}

}  // namespace

std::string_view to_text(Edition212 edition) {
  constexpr std::array<std::string_view, 4> names = {"2005", "2017", "2025", "later"};
  return names[static_cast<std::size_t>(edition)];
}

Result<std::vector<Edition212>> parse_editions(std::string_view text) {
  std::vector<Edition212> editions;
  for (const auto& word : split(text, ' ')) {
    if (word == "2005")
      editions.push_back(Edition212::of_2005);
    else if (word == "2017")
      editions.push_back(Edition212::of_2017);
    else if (word == "2025")
      editions.push_back(Edition212::of_2025);
    else
      return fail(Errc::malformed, "editions are 2005, 2017 and 2025, parted by one blank");
  }
  return editions;
}

bool CommandMeaning::is_of(Edition212 edition) const { return std::ranges::find(editions, edition) != editions.end(); }

const CommandMeaning* CommandTable::find(std::string_view code, Edition212 edition) const {
  const CommandMeaning* best = nullptr;
  int best_rank = -1;
  for (const auto& command : all_) {
    if (command.code != code) continue;
    const int rank = (command.is_of(known(edition)) ? 2 : 0) + (command.direction != "host" ? 1 : 0);
    if (rank <= best_rank) continue;
    best = &command;
    best_rank = rank;
  }
  return best;
}

const CommandMeaning* CommandTable::find_sendable(std::string_view code, Edition212 edition) const {
  const auto it = std::ranges::find_if(all_, [&](const auto& command) {
    return command.code == code && command.sendable && command.is_of(known(edition));
  });
  return it == all_.end() ? nullptr : &*it;
}

Result<CommandTable> read_commands(const std::filesystem::path& packs) {
  const auto csv = read_csv_table(packs / "standards" / "hj212_commands.csv", command_columns);
  if (!csv) return fail(csv.error());
  CommandTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    auto command = read_command(csv->rows[i]);
    if (!command) return fail(Errc::malformed, place + command.error().detail);
    if (is_there(table.all_, *command))
      return fail(Errc::malformed, place + "code '" + command->code + "' is there twice for one edition");
    table.all_.push_back(std::move(*command));
  }
  return table;
}

}  // namespace celadon::intake
