#pragma once

#include "archive/archive.hpp"
#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "plan/plan_pack.hpp"
#include "standards/library.hpp"
#include "systems/expression.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Observations and judgements as tables that formulas count and average over, like records of a register.

namespace celadon::plan {

struct Column {
  std::string_view id;
  systems::Type type = systems::Type::number;
  std::string_view unit;  ///< UCUM, of numbers
  std::string_view zh, en;
};
struct TableFace {
  std::string_view id;  ///< "air-day"
  std::string_view zh, en;
  std::span<const Column> columns;
  bool by_edition = false;  ///< what it says depends on the edition
};
/// Every table there is. No register may have the name of one.
[[nodiscard]] std::span<const TableFace> table_faces();
[[nodiscard]] const TableFace* find_table(std::string_view id);

/// What a row was made of: a site's property at a time; empty site: none.
struct Origin {
  std::string site, property;
  Instant time;
};
struct Row {
  std::vector<systems::Value> values;  ///< in step with the columns
  Origin origin;
};
struct Table {
  const TableFace* face = nullptr;
  std::vector<Row> rows;
  double complete = 1;  ///< share of what was due in the period and is there; 0 to 1
};

/// Where values come from. All must outlive whoever asks.
struct Observations {
  const archive::Archive& archive;
  const ledger::Ledger& ledger;
  const standards::Library& library;
  std::string city;  ///< id of the city's site
  /// Values as people decided on them, else as they came: as Archive::read_grid; the series are raw ones.
  std::function<Result<void>(const archive::GridQuery&, std::span<double>)> effective;
};

/// Values of series as known at a moment, read once for all places and editions. Not for two threads at once.
class Readings {
 public:
  Readings(const Observations& from_where, std::optional<Instant> as_known_at)
      : from_(from_where), known_(as_known_at) {}

  /// Of a site's property at first, first + step, ...: derived ones, and where there are none, those that came. NaN
  /// where there is none. Good until the next change of the object. Errors   those of the archive.
  [[nodiscard]] Result<std::span<const double>> of(const std::string& site, const std::string& property,
                                                   const Averaging& averaging, Instant first, std::size_t times);
  [[nodiscard]] Result<const std::vector<ledger::Site>*> sites();
  [[nodiscard]] const Observations& observations() const { return from_; }
  [[nodiscard]] std::optional<Instant> as_known_at() const { return known_; }

 private:
  struct Key {
    std::string site, property;
    std::int64_t step_us;
    Instant first;
    std::size_t times;
    auto operator<=>(const Key&) const = default;
  };
  const Observations& from_;
  std::optional<Instant> known_;
  std::map<Key, std::vector<double>> values_;
  std::optional<std::vector<ledger::Site>> sites_;
};

/// One table over the legal days from..to of a place.
///
/// Missing  a number that is not there is none; a table without data has no rows and complete = 0.
/// Errors   not_found for a table that is not there; those of archive, ledger and standards.
[[nodiscard]] Result<Table> make_table(Readings& readings, std::string_view id, const Place& place,
                                       const Edition& edition, LegalDay from, LegalDay to);

}  // namespace celadon::plan
