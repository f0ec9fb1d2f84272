#pragma once

#include "core/result.hpp"
#include "intake/hj212_message.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::intake {

/// A parameter of a request: "RtdInterval:number[30..3600]", "PolId:factor?".
struct CommandParameter {
  std::string name;
  std::string type;  ///< text number time time17 factor key word6 digits4 digits6
  bool required = true;
  std::int64_t lowest = 0, highest = 0;  ///< of a number, both included; equal where any is good
  std::vector<std::string> one_of;       ///< the values that are allowed; empty: any
};

/// One meaning of a command code (CN). A code may mean another thing in another edition.
struct CommandMeaning {
  std::string code;
  std::string direction;  ///< "host", "field", "both": who sends it
  std::string kind;       ///< "request", "upload", "notice", "answer"
  std::string group;      ///< "setup", "data", "control", "exchange"
  std::vector<Edition212> editions;
  bool sendable = false;      ///< by an operator, with the parameters named
  bool returns_data = false;  ///< messages of the same command between 9011 and 9012
  std::string name_zh, name_en;
  std::vector<CommandParameter> parameters;
  std::string source, trust;
};

/// All commands of HJ 212 (packs/standards/hj212_commands.csv).
class CommandTable {
 public:
  [[nodiscard]] const std::vector<CommandMeaning>& all() const { return all_; }
  /// The meaning in that edition, else in any; null for a code that no edition has.
  [[nodiscard]] const CommandMeaning* find(std::string_view code, Edition212 edition) const;

 private:
  friend Result<CommandTable> read_commands(const std::filesystem::path&);
  std::vector<CommandMeaning> all_;
};

/// Errors   not_found, malformed naming file, line and reason.
[[nodiscard]] Result<CommandTable> read_commands(const std::filesystem::path& packs);

/// Whether an operator may send this.
/// Errors   unknown_code with field cn; invalid_value or malformed with field parameters, naming the parameter.
[[nodiscard]] Result<void> check_request(const CommandTable& table, Edition212 edition, std::string_view cn,
                                         std::span<const std::pair<std::string, std::string>> parameters);

/// "2005", "2017", "2025" or "later".
[[nodiscard]] std::string_view to_text(Edition212 edition);

}  // namespace celadon::intake
