#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon {

/// One mapping of a rule pack, read field by field; the first thing wrong is kept with file and line. yaml-cpp stays
/// behind.
///
/// A field that is asked for and wrong gives an empty value; failed() tells at the end.
class YamlFields {
 public:
  struct Node;
  YamlFields(std::unique_ptr<Node> node, std::string file);
  YamlFields(YamlFields&&) noexcept;
  ~YamlFields();

  [[nodiscard]] std::string text(const char* name);  ///< needed, not blank
  [[nodiscard]] std::string text_or(const char* name, std::string otherwise);
  /// Needed; its {blanks} are among these.
  [[nodiscard]] std::string words(const char* name, std::span<const std::string_view> blanks);
  /// The field `trust`, how far what the mapping says can be relied on. Needed.
  std::string trust();
  [[nodiscard]] double number(const char* name);  ///< needed, finite
  [[nodiscard]] double number_or(const char* name, double otherwise);
  [[nodiscard]] int count(const char* name, int min, int max);        ///< needed
  [[nodiscard]] bool boolean(const char* name);                       ///< needed
  [[nodiscard]] std::int64_t duration_us(const char* name);           ///< needed, "PT24H"
  [[nodiscard]] std::vector<std::string> texts(const char* name);     ///< may be absent
  [[nodiscard]] std::vector<Averaging> averagings(const char* name);  ///< may be absent
  [[nodiscard]] bool has(const char* name) const;
  /// Each entry of a mapping of mappings, in the order of the file; the key is handed over. Needed.
  void each(const char* name, const std::function<void(const std::string& key, YamlFields& fields)>& take);
  /// Each entry of a list of mappings, in the order of the file. May be absent.
  void entries(const char* name, const std::function<void(YamlFields& fields)>& take);
  /// The mapping of this name. May be absent.
  void inner(const char* name, const std::function<void(YamlFields& fields)>& take);
  /// One field of a mapping whose names are not known beforehand.
  struct Cell {
    std::string name;
    std::vector<std::string> texts;  ///< one, or those of a list
    bool is_list = false;
    int line = 0;
  };
  /// What the mapping of this name holds, each a text or a list of texts, in the order of the file. May be absent.
  [[nodiscard]] std::vector<Cell> cells(const char* name);
  /// Whether the field is a mapping, and not a text or list.
  [[nodiscard]] bool is_map(const char* name) const;
  /// Refuses fields other than these: a misspelt field must not be passed over.
  void only(std::span<const char* const> names);
  /// Notes that a field, or the whole mapping where the field is nullptr, is wrong.
  void refuse(const char* name, const std::string& reason);

  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
  [[nodiscard]] std::string place() const;  ///< "rules.yaml:12"
  /// Of a field that is there, else of the mapping.
  [[nodiscard]] int line(const char* name = nullptr) const;

 private:
  void take_over(const YamlFields& fields);  ///< what was wrong in a part
  template <class T>
  std::optional<T> as(const char* name, const char* expected);
  std::unique_ptr<Node> node_;
  std::string file_;
  std::optional<Error> failed_;
};

/// Reads a document that is one mapping and hands it over.
/// Errors   malformed or invalid_value: "file:line: reason", the first thing wrong.
[[nodiscard]] Result<void> read_yaml_map(std::string_view text, const std::string& file,
                                         const std::function<void(YamlFields& fields)>& take);

/// A list of mappings by name, and who takes each.
struct YamlList {
  const char* name;
  std::function<void(YamlFields& fields)> take;
};
/// Reads a document whose fields are these lists, all of them and no other, in this order.
/// Errors   malformed or invalid_value: "file:line: reason"; the first one ends the reading.
[[nodiscard]] Result<void> read_yaml_lists(std::string_view text, const std::string& file,
                                           std::span<const YamlList> lists);
/// Reads a document whose one field `list` is a list of mappings and hands each over.
/// Errors   malformed or invalid_value: "file:line: reason"; the first one ends the reading.
[[nodiscard]] Result<void> read_yaml_list(std::string_view text, const std::string& file, const char* list,
                                          const std::function<void(YamlFields& fields)>& take);

/// The whole of a pack file. Errors: not_found, too_large (over 4 MiB).
[[nodiscard]] Result<std::string> read_pack(const std::filesystem::path& pack);

[[nodiscard]] bool is_trust(std::string_view word);

/// Fills "{name}" in words. Names that are not given stay as they are.
struct Filling {
  std::string_view name;
  std::string text;
};
[[nodiscard]] std::string fill(std::string_view words, std::initializer_list<Filling> fillings);
/// The names in braces.
[[nodiscard]] std::vector<std::string> blanks_of(std::string_view words);
/// As people read it: at most six digits that count.
[[nodiscard]] std::string number_text(double value);

/// A document of one list `rules:`, each entry by `read_rule(fields)`; refuses an id that is there twice.
/// Errors   as read_yaml_list.
template <class ReadRule>
[[nodiscard]] auto parse_rule_list(std::string_view text, const std::string& name, ReadRule read_rule)
    -> Result<std::vector<decltype(read_rule(std::declval<YamlFields&>()))>> {
  std::vector<decltype(read_rule(std::declval<YamlFields&>()))> rules;
  std::set<std::string> ids;
  const auto read = read_yaml_list(text, name, "rules", [&](YamlFields& fields) {
    rules.push_back(read_rule(fields));
    if (!ids.insert(rules.back().id).second) fields.refuse("id", "'" + rules.back().id + "' is there twice");
  });
  if (!read) return fail(read.error());
  return rules;
}

/// The text of a pack by `parse(text, name)`; errors call the pack by the name of its file.
template <class Parse>
[[nodiscard]] auto parse_pack(const std::filesystem::path& pack, Parse parse)
    -> decltype(parse(std::string_view{}, std::string{})) {
  const auto text = read_pack(pack);
  if (!text) return fail(text.error());
  return parse(*text, pack.filename().string());
}

}  // namespace celadon
