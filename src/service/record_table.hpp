#pragma once

#include "core/result.hpp"
#include "intake/table_file.hpp"
#include "registry/record_desk.hpp"
#include "systems/system.hpp"

#include <map>
#include <string>
#include <vector>

// Records as rows of a table and back (docs/api_registers.md, Files).

namespace celadon::service {

/// What a column of a table holds.
struct RecordColumn {
  enum class Kind : std::uint8_t { id, revision, state, field, note };
  Kind kind = Kind::field;
  const systems::Field* field = nullptr;
  std::string head;
};

/// How columns are called: by the field's Chinese or English name, or by its id. A name that two columns would have
/// gives way to the id.
enum class Heads : std::uint8_t { zh, en, id };

/// id (where records are numbered), all fields, state (where there is a lifecycle), revision.
[[nodiscard]] std::vector<RecordColumn> columns_of(const systems::Register& type, Heads heads);
/// The columns of a file by its head: names or ids of fields, a '*' behind them or not; `geometry` is the record's
/// place; row, field and reason in front, as an error sheet has them, are notes.
/// Errors   unknown_code naming a column that the register does not have; malformed where one is there twice.
[[nodiscard]] Result<std::vector<RecordColumn>> read_head(const systems::Register& type,
                                                          const std::vector<std::string>& head);

/// A row as a change; what cannot be read is a finding. Computed fields, state and notes are passed over.
struct RowChange {
  registry::Change change;               ///< of an existing record where the id or key is given
  std::optional<std::int64_t> revision;  ///< that the file was written from
  std::vector<systems::Finding> findings;
};
[[nodiscard]] RowChange change_of_row(const systems::Register& type, const std::vector<RecordColumn>& columns,
                                      const intake::TableRow& row);

/// Codes by their name, where the name leads back to the code; short lists alone.
class CodeNames {
 public:
  explicit CodeNames(const systems::Register& type);
  /// The name of a code, or the code.
  [[nodiscard]] const std::string& shown(const systems::Field& field, const std::string& code) const;
  /// What may be entered, in the order of the pack; empty where the list is long.
  [[nodiscard]] std::vector<std::string> choices(const systems::Field& field) const;

 private:
  std::map<std::string, std::map<std::string, std::string>> names_;  ///< list, code
};

/// A record as cells; codes by their names where `names` is given.
[[nodiscard]] std::vector<intake::TableCell> cells_of(const std::vector<RecordColumn>& columns,
                                                      const registry::Matter& matter, const CodeNames* names);
/// The second sheet: what each field is, its unit, whether it is needed, and its codes.
[[nodiscard]] std::vector<std::vector<std::string>> notes_of(const systems::Register& type,
                                                             const std::vector<RecordColumn>& columns);
/// One feature of GeoJSON; a record without place has the geometry null.
[[nodiscard]] std::string feature_of(const systems::Register& type, const registry::Matter& matter);

}  // namespace celadon::service
