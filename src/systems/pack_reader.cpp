#include "systems/pack_reader.hpp"

#include "core/yaml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace celadon::systems {
namespace {

constexpr std::size_t text_bytes_max = 2000;
constexpr std::size_t id_bytes_max = 40;
constexpr std::size_t entries_max = 5000;

bool is_id(std::string_view text, IdKind kind) {
  if (text.empty() || text.size() > id_bytes_max || text[0] < 'a' || text[0] > 'z') return false;
  const char joint = kind == IdKind::field ? '_' : '-';
  return std::ranges::all_of(
      text, [joint](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == joint; });
}

int line_of(const YAML::Node& node) { return node.Mark().is_null() ? 1 : node.Mark().line + 1; }

}  // namespace

void Reading::refuse(int line, const std::string& field, const std::string& reason, Errc code) {
  if (failed) return;
  failed = Error{code, fmt::format("{}:{}: {}{}", file, line, field.empty() ? "" : field + ": ", reason), field};
}

YAML::Node PackMap::get(const char* name) const {
  const YAML::Node& map = node_;  // const: asking must not make the field
  return map[name];
}

bool PackMap::has(const char* name) const {
  const auto node = get(name);
  return node.IsDefined() && !node.IsNull();
}

int PackMap::line(const char* name) const { return name != nullptr && has(name) ? line_of(get(name)) : line_of(node_); }

void PackMap::refuse(const char* name, const std::string& reason) const {
  reading_->refuse(line(name), name == nullptr ? "" : name, reason);
}

void PackMap::only(std::initializer_list<const char*> names) const {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(no text)";
    if (std::ranges::none_of(names, [&](const char* name) { return key == name; })) {
      std::string known;
      for (const char* name : names) known += (known.empty() ? "" : ", ") + std::string(name);
      reading_->refuse(line_of(entry.first), key.substr(0, 40),
                       entry.second.IsNull() ? "is not known here; a text with a comma in it stands in quotes"
                                             : "is not known here; known are " + known);
    } else if (!seen.insert(key).second) {
      reading_->refuse(line_of(entry.first), key, "is there twice");
    } else if (entry.second.IsNull()) {
      reading_->refuse(line_of(entry.first), key, "is empty");
    }
  }
}

std::string PackMap::text(const char* name) const {
  if (!has(name)) {
    refuse(name, "is needed");
    return "";
  }
  const auto node = get(name);
  if (!node.IsScalar()) {
    refuse(name, "expected a text");
    return "";
  }
  const std::string& text = node.Scalar();
  if (text.empty()) refuse(name, "is blank");
  if (text.size() > text_bytes_max) refuse(name, fmt::format("has more than {} bytes", text_bytes_max));
  return text;
}

std::string PackMap::text_or(const char* name, std::string otherwise) const {
  return has(name) ? text(name) : otherwise;
}

std::string PackMap::id(const char* name, IdKind kind) const {
  auto id = text(name);
  if (!failed() && !is_id(id, kind))
    refuse(name,
           fmt::format("'{}' must be lower-case letters, digits and '{}', begin with a letter and have at most 40",
                       id.substr(0, 60), kind == IdKind::field ? '_' : '-'));
  return id;
}

bool PackMap::flag(const char* name) const {
  if (!has(name)) return false;
  bool value = false;
  const auto node = get(name);
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) refuse(name, "expected true or false");
  return value;
}

int PackMap::count(const char* name, int min, int max) const {
  int value = min;
  if (!has(name)) {
    refuse(name, "is needed");
    return min;
  }
  const auto node = get(name);
  if (!node.IsScalar() || !YAML::convert<int>::decode(node, value))
    refuse(name, "expected a whole number");
  else if (value < min || value > max)
    refuse(name, fmt::format("{} is not within {} to {}", value, min, max));
  return failed() ? min : value;
}

int PackMap::count_or(const char* name, int min, int max, int otherwise) const {
  return has(name) ? count(name, min, max) : otherwise;
}

std::optional<double> PackMap::number(const char* name) const {
  if (!has(name)) return std::nullopt;
  double value = 0;
  const auto node = get(name);
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value))
    refuse(name, "expected a number");
  return value;
}

std::vector<std::string> PackMap::texts(const char* name) const {
  std::vector<std::string> texts;
  if (!has(name)) return texts;
  const auto list = get(name);
  if (!list.IsSequence() || list.size() > entries_max) {
    refuse(name, "expected a list as [a, b]");
    return texts;
  }
  for (const auto& entry : list) {
    if (!entry.IsScalar() || entry.Scalar().empty() || entry.Scalar().size() > text_bytes_max) {
      reading_->refuse(line_of(entry), name, "expected a list of texts as [a, b]");
    } else if (std::ranges::find(texts, entry.Scalar()) != texts.end()) {
      reading_->refuse(line_of(entry), name, "'" + entry.Scalar() + "' is there twice");
    } else {
      texts.push_back(entry.Scalar());
    }
  }
  return texts;
}

std::vector<std::string> PackMap::texts_needed(const char* name) const {
  auto list = texts(name);
  if (list.empty()) refuse(name, "is needed: a list as [a, b]");
  return list;
}

std::shared_ptr<const Expression> PackMap::expression(const char* name) const {
  if (!has(name)) return nullptr;
  const auto node = get(name);
  if (!node.IsScalar()) {
    refuse(name, "expected an expression in quotes");
    return nullptr;
  }
  auto parsed = parse_expression(node.Scalar(), line(name));
  if (!parsed) {
    refuse(name, parsed.error().detail);
    return nullptr;
  }
  return std::move(*parsed);
}

std::size_t PackMap::word(const char* name, std::span<const std::string_view> words) const {
  if (!has(name)) return 0;
  const auto text = this->text(name);
  const auto found = std::ranges::find(words, text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string known;
  for (const auto word : words) known += (known.empty() ? "" : ", ") + std::string(word);
  refuse(name, fmt::format("'{}' is not known; expected one of {}", text.substr(0, 40), known));
  return 0;
}

Words PackMap::zh_en() const {
  Words words;
  words.zh = text("zh");
  words.en = text("en");
  return words;
}

Words PackMap::words_in(const char* name) const {
  const auto inner = map(name);
  if (!inner) {
    refuse(name, "is needed as {zh: ..., en: ...}");
    return {};
  }
  inner->only({"zh", "en"});
  return inner->zh_en();
}

Source PackMap::source(const Source& above) const {
  Source source = above;
  source.text = text_or("source", above.text);
  source.trust = text_or("trust", above.trust);
  if (has("trust") && !is_trust(source.trust))
    refuse("trust", "'" + source.trust.substr(0, 40) + "' is not one of verified, secondary, memory, design");
  return source;
}

void PackMap::each(const char* name, const std::function<void(PackMap&)>& take) const {
  if (!has(name)) return;
  const auto list = get(name);
  if (!list.IsSequence() || list.size() == 0) {
    refuse(name, "expected a list with entries");
    return;
  }
  if (list.size() > entries_max) {
    refuse(name, fmt::format("has more than {} entries", entries_max));
    return;
  }
  for (const auto& entry : list) {
    if (!entry.IsMap()) {
      reading_->refuse(line_of(entry), name, "expected entries as {id: ..., ...}");
      return;
    }
    PackMap map(*reading_, entry);
    take(map);
    if (failed()) return;
  }
}

std::optional<PackMap> PackMap::map(const char* name) const {
  if (!has(name)) return std::nullopt;
  auto node = get(name);
  if (!node.IsMap()) {
    refuse(name, "expected a mapping as {a: b}");
    return std::nullopt;
  }
  return PackMap(*reading_, std::move(node));
}

std::vector<std::pair<std::string, std::string>> PackMap::pairs(const char* name) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto inner = map(name);
  if (!inner) return pairs;
  for (const auto& entry : inner->node_) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
      reading_->refuse(line_of(entry.first), name, "expected a mapping as {a: b}");
      return pairs;
    }
    const std::string& key = entry.first.Scalar();
    if (std::ranges::any_of(pairs, [&](const auto& pair) { return pair.first == key; }))
      reading_->refuse(line_of(entry.first), name, "'" + key.substr(0, 40) + "' is there twice");
    pairs.emplace_back(key, entry.second.Scalar());
  }
  return pairs;
}

}  // namespace celadon::systems
