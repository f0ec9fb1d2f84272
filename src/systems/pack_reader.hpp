#pragma once

#include "core/result.hpp"
#include "systems/expression.hpp"
#include "systems/system.hpp"

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a pack is read: the room's own, for its .cpp files alone.

namespace celadon::systems {

/// What one reading of a file shares: its name, and the first thing that was wrong.
struct Reading {
  std::string file;
  const TableReader* table = nullptr;
  std::optional<Error> failed;

  void refuse(int line, const std::string& field, const std::string& reason, Errc code = Errc::invalid_value);
};

enum class IdKind : std::uint8_t { dashed, field };  ///< registers, states, steps; fields

/// One mapping. What is asked for and wrong gives an empty value; the reading keeps why.
class PackMap {
 public:
  PackMap(Reading& reading, YAML::Node node) : reading_(&reading), node_(std::move(node)) {}

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] int line(const char* name = nullptr) const;
  void only(std::initializer_list<const char*> names) const;
  void refuse(const char* name, const std::string& reason) const;
  [[nodiscard]] bool failed() const { return reading_->failed.has_value(); }
  [[nodiscard]] Reading& reading() const { return *reading_; }

  [[nodiscard]] std::string id(const char* name, IdKind kind) const;
  [[nodiscard]] std::string text(const char* name) const;  ///< needed, not blank, at most 2000 bytes
  [[nodiscard]] std::string text_or(const char* name, std::string otherwise = "") const;
  [[nodiscard]] bool flag(const char* name) const;  ///< false where it is absent
  [[nodiscard]] int count(const char* name, int min, int max) const;
  [[nodiscard]] int count_or(const char* name, int min, int max, int otherwise) const;
  [[nodiscard]] std::optional<double> number(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;                ///< may be absent; not one twice
  [[nodiscard]] std::vector<std::string> texts_needed(const char* name) const;         ///< at least one
  [[nodiscard]] std::shared_ptr<const Expression> expression(const char* name) const;  ///< null where it is absent
  /// One of the words; the first where it is absent.
  [[nodiscard]] std::size_t word(const char* name, std::span<const std::string_view> words) const;
  [[nodiscard]] Words zh_en() const;                       ///< fields zh and en of this mapping
  [[nodiscard]] Words words_in(const char* name) const;    ///< name: {zh: , en: }
  [[nodiscard]] Source source(const Source& above) const;  ///< source and trust, as far as they stand here
  void each(const char* name, const std::function<void(PackMap&)>& take) const;  ///< of a list; may be absent
  [[nodiscard]] std::optional<PackMap> map(const char* name) const;              ///< may be absent
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs(const char* name) const;  ///< {a: b}

 private:
  [[nodiscard]] YAML::Node get(const char* name) const;
  Reading* reading_;
  YAML::Node node_;
};

/// Each reads its part of a register that has its fields already.
/// {field: part of an event}, each field of a type that can hold it.
[[nodiscard]] std::map<std::string, std::string> read_event_parts(const PackMap& entry, const char* name,
                                                                  const Register& type);
void read_lifecycle(const PackMap& map, const Source& above, Register& type);
void read_views(const PackMap& map, Register& type);
/// A code list with its entries, or with the table it names.
[[nodiscard]] CodeList read_codes(PackMap& map, const Source& above);
[[nodiscard]] Field read_field(PackMap& map, const Source& above);

}  // namespace celadon::systems
