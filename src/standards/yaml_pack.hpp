#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/air_index.hpp"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace celadon::standards {

/// A misprint in a pack; thrown by the readers below and caught by the file that reads the pack.
struct Misprint {
  int line;
  std::string reason;
};

/// Reads fields of one map and complains by line.
class PackMap {
 public:
  PackMap(YAML::Node node, std::string what);

  [[nodiscard]] bool has(const char* key) const { return node_[key].IsDefined(); }
  [[nodiscard]] YAML::Node need(const char* key) const;
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] std::string text_or(const char* key, const char* otherwise) const;
  [[nodiscard]] int whole(const char* key) const;
  [[nodiscard]] int whole_from(const char* key, int least, int most) const;
  [[nodiscard]] double number_from(const char* key, double least, double most) const;
  [[nodiscard]] bool yes_or_no(const char* key) const;
  [[nodiscard]] std::string one_of(const char* key, std::initializer_list<std::string_view> words) const;
  [[nodiscard]] std::vector<double> numbers(const char* key) const;
  [[nodiscard]] std::vector<YAML::Node> list(const char* key) const;
  [[nodiscard]] PackMap map(const char* key) const { return {need(key), what_ + ", " + key}; }
  [[nodiscard]] std::string trust() const { return one_of("trust", {"verified", "secondary", "memory"}); }
  [[nodiscard]] Clause clause() const { return {text("clause"), trust()}; }
  [[noreturn]] void misprint(const std::string& reason) const;

 private:
  YAML::Node node_;
  std::string what_;
};

struct Validity {
  LegalDay from;
  std::optional<LegalDay> before;
  std::string trust;  ///< how far the dates themselves were checked
};
[[nodiscard]] Validity read_validity(const PackMap& pack);

/// Runs `read` over the text of a pack; a misprint becomes an error naming file and line.
template <class Reader>
auto parse_pack(const std::string& text, const std::string& name, Reader read)
    -> Result<decltype(read(std::declval<const PackMap&>()))> try {
  return read(PackMap(YAML::Load(text), "pack"));
} catch (const Misprint& misprint) {
  return fail(Errc::malformed, name + ":" + std::to_string(misprint.line) + ": " + misprint.reason);
} catch (const YAML::Exception& error) {
  return fail(Errc::malformed, name + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
}

}  // namespace celadon::standards
