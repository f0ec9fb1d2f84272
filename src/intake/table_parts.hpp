#pragma once

#include "intake/table_file.hpp"

#include <string>
#include <utility>
#include <vector>

namespace celadon::intake {

/// Puts rows together to a Table: the first row with text is the head; limits are kept.
class TableBuilder {
 public:
  TableBuilder(std::string name, const TableLimits& limits) : name_(std::move(name)), limits_(limits) {}

  [[nodiscard]] Result<void> add(TableRow row);
  /// Errors   malformed where there is no head.
  [[nodiscard]] Result<Table> finish();
  [[nodiscard]] bool has_head() const { return !table_.head.empty(); }

 private:
  std::string name_;
  const TableLimits& limits_;
  Table table_;
};

}  // namespace celadon::intake
