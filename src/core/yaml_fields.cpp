#include "core/yaml_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

namespace celadon {

struct YamlFields::Node {
  YAML::Node yaml;
};

namespace {

std::string place_of(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1);
}

constexpr std::uintmax_t pack_bytes_max = 4U << 20;

}  // namespace

YamlFields::YamlFields(std::unique_ptr<Node> node, std::string file) : node_(std::move(node)), file_(std::move(file)) {}
YamlFields::YamlFields(YamlFields&&) noexcept = default;
YamlFields::~YamlFields() = default;

std::string YamlFields::place() const { return place_of(file_, node_->yaml.Mark()); }

bool YamlFields::has(const char* name) const {
  const YAML::Node& map = node_->yaml;  // const: asking must not make the field
  return static_cast<bool>(map[name]);
}

void YamlFields::refuse(const char* name, const std::string& reason) {
  if (failed_) return;
  const YAML::Node& map = node_->yaml;
  const auto mark = name != nullptr && map[name] ? map[name].Mark() : map.Mark();
  const std::string field = name == nullptr ? "" : name;
  failed_ =
      Error{Errc::invalid_value, place_of(file_, mark) + ": " + (field.empty() ? "" : field + ": ") + reason, field};
}

template <class T>
std::optional<T> YamlFields::as(const char* name, const char* expected) {
  const YAML::Node& map = node_->yaml;
  if (!map[name]) {
    refuse(name, std::string("is not there; expected ") + expected);
    return std::nullopt;
  }
  T value;
  if (!map[name].IsScalar() || !YAML::convert<T>::decode(map[name], value)) {
    refuse(name, std::string("expected ") + expected);
    return std::nullopt;
  }
  return value;
}

std::string YamlFields::text(const char* name) {
  auto value = as<std::string>(name, "a text");
  if (value && value->empty()) refuse(name, "is blank");
  return value.value_or("");
}

std::string YamlFields::text_or(const char* name, std::string otherwise) { return has(name) ? text(name) : otherwise; }

std::string YamlFields::words(const char* name, std::span<const std::string_view> blanks) {
  auto given = text(name);
  for (const auto& blank : blanks_of(given)) {
    if (std::ranges::find(blanks, blank) == blanks.end())
      refuse(name, blanks.empty()
                       ? fmt::format("{{{}}} is not known here; no blanks are filled", blank)
                       : fmt::format("{{{}}} is not known here; known are {{{}}}", blank, fmt::join(blanks, "}, {")));
  }
  return given;
}

std::string YamlFields::trust() {
  auto given = text("trust");
  if (!is_trust(given)) refuse("trust", "expected verified, secondary, memory or design");
  return given;
}

double YamlFields::number(const char* name) {
  const auto value = as<double>(name, "a number");
  if (value && !std::isfinite(*value)) refuse(name, "expected a number that is finite");
  return value.value_or(0);
}

double YamlFields::number_or(const char* name, double otherwise) { return has(name) ? number(name) : otherwise; }

int YamlFields::count(const char* name, int min, int max) {
  const auto value = as<int>(name, "a whole number");
  if (value && (*value < min || *value > max)) refuse(name, fmt::format("{} is not within {}..{}", *value, min, max));
  return value.value_or(min);
}

bool YamlFields::boolean(const char* name) { return as<bool>(name, "true or false").value_or(false); }

std::int64_t YamlFields::duration_us(const char* name) {
  const auto value = as<std::string>(name, "a duration as PT24H");
  if (!value) return 0;
  const auto window = parse_averaging(*value);
  if (!window || window->kind != Averaging::Kind::fixed) {
    refuse(name, "'" + *value + "' is not a duration of fixed length, as PT10M, PT24H or P1D");
    return 0;
  }
  return window->length_us;
}

std::vector<std::string> YamlFields::texts(const char* name) {
  const YAML::Node& map = node_->yaml;
  if (!map[name]) return {};
  std::vector<std::string> texts;
  if (!map[name].IsSequence() || map[name].size() == 0) {
    refuse(name, "expected a list as [a, b]");
    return {};
  }
  for (const auto& entry : map[name]) {
    if (!entry.IsScalar() || entry.Scalar().empty())
      refuse(name, "expected a list of texts");
    else
      texts.push_back(entry.Scalar());
  }
  return texts;
}

std::vector<Averaging> YamlFields::averagings(const char* name) {
  std::vector<Averaging> windows;
  for (const auto& text : texts(name)) {
    const auto window = parse_averaging(text);
    if (window)
      windows.push_back(*window);
    else
      refuse(name, window.error().detail);
  }
  return windows;
}

void YamlFields::each(const char* name, const std::function<void(const std::string&, YamlFields&)>& take) {
  const YAML::Node& map = node_->yaml;
  if (!map[name] || !map[name].IsMap() || map[name].size() == 0) {
    refuse(name, "expected a mapping");
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : map[name]) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!entry.second.IsMap() || key.empty() || !seen.insert(key).second) {
      refuse(name, "'" + key + "': expected one mapping as {count: 6, above: 1}");
      return;
    }
    YamlFields fields(std::make_unique<Node>(Node{entry.second}), file_);
    take(key, fields);
    if (fields.failed() && !failed_) failed_ = fields.failed();
  }
}

void YamlFields::take_over(const YamlFields& fields) {
  if (fields.failed() && !failed_) failed_ = fields.failed();
}

void YamlFields::entries(const char* name, const std::function<void(YamlFields&)>& take) {
  const YAML::Node& map = node_->yaml;
  if (!map[name]) return;
  if (!map[name].IsSequence() || map[name].size() == 0) return refuse(name, "expected a list with entries");
  for (const auto& entry : map[name]) {
    if (!entry.IsMap()) return refuse(name, "expected entries that are mappings, as {id: ...}");
    YamlFields fields(std::make_unique<Node>(Node{entry}), file_);
    take(fields);
    take_over(fields);
    if (failed_) return;
  }
}

bool YamlFields::is_map(const char* name) const {
  const YAML::Node& map = node_->yaml;
  return map[name] && map[name].IsMap();
}

int YamlFields::line(const char* name) const {
  const YAML::Node& map = node_->yaml;
  const auto mark = name != nullptr && map[name] ? map[name].Mark() : map.Mark();
  return mark.is_null() ? 1 : mark.line + 1;
}

void YamlFields::inner(const char* name, const std::function<void(YamlFields&)>& take) {
  const YAML::Node& map = node_->yaml;
  if (!map[name]) return;
  if (!map[name].IsMap()) return refuse(name, "expected a mapping as {a: b}");
  YamlFields fields(std::make_unique<Node>(Node{map[name]}), file_);
  take(fields);
  take_over(fields);
}

std::vector<YamlFields::Cell> YamlFields::cells(const char* name) {
  const YAML::Node& map = node_->yaml;
  std::vector<Cell> cells;
  if (!map[name]) return cells;
  if (!map[name].IsMap()) {
    refuse(name, "expected a mapping as {a: b}");
    return cells;
  }
  for (const auto& entry : map[name]) {
    const auto wrong = [&](const std::string& reason) {
      if (!failed_) failed_ = Error{Errc::invalid_value, place_of(file_, entry.first.Mark()) + ": " + reason, name};
    };
    Cell cell;
    cell.name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    cell.line = entry.first.Mark().is_null() ? 1 : entry.first.Mark().line + 1;
    cell.is_list = entry.second.IsSequence();
    if (cell.name.empty() || std::ranges::any_of(cells, [&](const Cell& one) { return one.name == cell.name; }))
      wrong(std::string(name) + ": '" + cell.name + "' is blank or there twice");
    if (entry.second.IsScalar()) cell.texts.push_back(entry.second.Scalar());
    for (std::size_t i = 0; cell.is_list && i < entry.second.size(); ++i) {
      if (!entry.second[i].IsScalar())
        wrong(cell.name + ": expected a list of texts");
      else
        cell.texts.push_back(entry.second[i].Scalar());
    }
    if (!entry.second.IsScalar() && !cell.is_list) {
      wrong(cell.name + (entry.second.IsNull() ? ": is empty; a text with a comma in it stands in quotes"
                                               : ": expected a text or a list of texts"));
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

void YamlFields::only(std::span<const char* const> names) {
  std::set<std::string> seen;
  for (const auto& entry : node_->yaml) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(no text)";
    if (std::ranges::none_of(names, [&](const char* name) { return key == name; })) {
      if (!failed_)
        failed_ = Error{Errc::invalid_value,
                        place_of(file_, entry.first.Mark()) + ": there is no field '" + key + "' here", key};
    } else if (!seen.insert(key).second) {
      if (!failed_)
        failed_ = Error{Errc::invalid_value, place_of(file_, entry.first.Mark()) + ": " + key + " is there twice", key};
    }
  }
}

Result<void> read_yaml_map(std::string_view text, const std::string& file,
                           const std::function<void(YamlFields&)>& take) try {
  const YAML::Node document = YAML::Load(std::string(text));
  if (!document.IsMap()) return fail(Errc::malformed, file + ":1: expected a mapping");
  YamlFields fields(std::make_unique<YamlFields::Node>(YamlFields::Node{document}), file);
  take(fields);
  if (fields.failed()) return fail(*fields.failed());
  return {};
} catch (const YAML::Exception& error) {
  return fail(Errc::malformed, place_of(file, error.mark) + ": " + error.msg);
}

Result<void> read_yaml_lists(std::string_view text, const std::string& file, std::span<const YamlList> lists) try {
  const YAML::Node document = YAML::Load(std::string(text));
  std::string expected;
  for (const auto& list : lists) expected += (expected.empty() ? "'" : ", '") + std::string(list.name) + ":'";
  const bool complete =
      document.IsMap() && document.size() == lists.size() && std::ranges::all_of(lists, [&](const auto& list) {
        return document[list.name] && document[list.name].IsSequence() && document[list.name].size() > 0;
      });
  if (!complete)
    return fail(Errc::malformed, file + ": expected " + (lists.size() == 1 ? "one list " : "the lists ") + expected +
                                     " with entries, and nothing else");
  for (const auto& list : lists) {
    for (const auto& entry : document[list.name]) {
      if (!entry.IsMap())
        return fail(Errc::malformed, place_of(file, entry.Mark()) + ": expected a mapping with an id");
      YamlFields fields(std::make_unique<YamlFields::Node>(YamlFields::Node{entry}), file);
      list.take(fields);
      if (fields.failed()) return fail(*fields.failed());
    }
  }
  return {};
} catch (const YAML::Exception& error) {
  return fail(Errc::malformed, place_of(file, error.mark) + ": " + error.msg);
}

Result<void> read_yaml_list(std::string_view text, const std::string& file, const char* list,
                            const std::function<void(YamlFields&)>& take) {
  const YamlList one{list, take};
  return read_yaml_lists(text, file, {&one, 1});
}

Result<std::string> read_pack(const std::filesystem::path& pack) {
  std::error_code error;
  const auto size = std::filesystem::file_size(pack, error);
  std::ifstream file(pack, std::ios::binary);
  if (error || !file) return fail(Errc::not_found, pack.string() + ": cannot be opened");
  if (size > pack_bytes_max)
    return fail(Errc::too_large, pack.string() + ": has more than 4 MiB; this is no rule pack");
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

bool is_trust(std::string_view word) {
  static constexpr std::array<std::string_view, 4> words = {"verified", "secondary", "memory", "design"};
  return std::ranges::find(words, word) != words.end();
}

std::string fill(std::string_view words, std::initializer_list<Filling> fillings) {
  std::string text;
  while (!words.empty()) {
    const auto open = words.find('{');
    text += words.substr(0, open);
    if (open == std::string_view::npos) break;
    words.remove_prefix(open);
    const auto close = words.find('}');
    const auto name = close == std::string_view::npos ? std::string_view() : words.substr(1, close - 1);
    const auto* const found = std::ranges::find(fillings, name, &Filling::name);
    const std::size_t taken = close == std::string_view::npos ? 1 : close + 1;
    if (found != fillings.end())
      text += found->text;
    else
      text += words.substr(0, taken);
    words.remove_prefix(taken);
  }
  return text;
}

std::vector<std::string> blanks_of(std::string_view words) {
  std::vector<std::string> names;
  for (std::size_t open = words.find('{'); open != std::string_view::npos; open = words.find('{', open + 1)) {
    names.emplace_back(words.substr(open + 1, words.find('}', open) - open - 1));
  }
  return names;
}

std::string number_text(double value) { return fmt::format("{:.6g}", value); }

}  // namespace celadon
