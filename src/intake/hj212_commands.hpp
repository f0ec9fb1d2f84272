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

/// A parameter of CP. In the pack: name:type, then what is allowed, then how often.
///
///     RtdInterval:number[30..3600]    a whole number in a range; of text: its length in bytes
///     MinInterval:number{1|2|3|5}     one of these
///     PolId:factor?                   may be absent;   CTime:number+   once or more
///     x-LowValue:decimal              of any factor: 101-LowValue
///     i-Info:text                     of any site information: i13004-Info; as i-Info, of the one that InfoId names
///
/// Parameters are parted by ';', or by ',' where both belong to one item (HJ 212-2017 6.3.3).
struct CommandParameter {
  std::string name;
  std::string type;  ///< text number decimal time time17 factor key word6 digits4 digits6
  bool required = true;
  bool repeats = false;
  bool same_item = false;  ///< parted by ',' from the parameter before
  std::int64_t lowest = 0,
               highest = 0;         ///< of a number or the length of a text, both included; equal where any is good
  std::vector<std::string> one_of;  ///< the values that are allowed; empty: any

  /// Whether this is the parameter that a message or a request names so.
  [[nodiscard]] bool is_named(std::string_view given) const;
};

/// One meaning of a command code (CN). A code may mean another thing in another edition.
struct CommandMeaning {
  std::string code;
  std::string direction;             ///< "host", "field", "both": who sends it
  std::string kind;                  ///< "request", "upload", "notice", "answer"
  std::string group;                 ///< "setup", "data", "control", "exchange"
  std::vector<Edition212> editions;  ///< none for a code of makers, which no edition has
  bool sendable = false;             ///< by an operator, with the parameters named
  bool returns_data = false;         ///< messages of the same command between 9011 and 9012
  std::string name_zh, name_en;
  std::vector<CommandParameter> parameters;  ///< of what `kind` says; of uploads of data, which hold factors, none
  std::string source, trust;

  [[nodiscard]] bool is_of(Edition212 edition) const;
};

/// All commands of HJ 212 (packs/standards/hj212_commands.csv).
class CommandTable {
 public:
  [[nodiscard]] const std::vector<CommandMeaning>& all() const { return all_; }
  /// The meaning in that edition, else in any; null for a code that no edition has. What field units send comes before
  /// what only the host does, as the table is mostly asked of what came in. Later editions are read as 2025.
  [[nodiscard]] const CommandMeaning* find(std::string_view code, Edition212 edition) const;
  /// What an operator may send to a device of that edition; null where there is none.
  [[nodiscard]] const CommandMeaning* find_sendable(std::string_view code, Edition212 edition) const;

 private:
  friend Result<CommandTable> read_commands(const std::filesystem::path&);
  std::vector<CommandMeaning> all_;
};

/// Errors   not_found, malformed naming file, line and reason.
[[nodiscard]] Result<CommandTable> read_commands(const std::filesystem::path& packs);

/// Whether an operator may send this.
/// Errors   unknown_code with field cn; invalid_value with field parameters, naming the parameter and what is allowed.
[[nodiscard]] Result<void> check_request(const CommandTable& table, Edition212 edition, std::string_view cn,
                                         std::span<const std::pair<std::string, std::string>> parameters);

/// The data area of a request, its parameters in the order given and parted as the command has it.
[[nodiscard]] std::string request_area(const CommandMeaning& command,
                                       std::span<const std::pair<std::string, std::string>> parameters);

/// "2005", "2017", "2025" or "later".
[[nodiscard]] std::string_view to_text(Edition212 edition);
/// "2005 2017"; an empty text names none. Errors   malformed.
[[nodiscard]] Result<std::vector<Edition212>> parse_editions(std::string_view text);

}  // namespace celadon::intake
