#pragma once

#include "registry/record_desk.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::registry {

/// Where facts are read, and how far.
struct FactSource {
  const Parts& parts;
  const systems::Catalogue& catalogue;
  Instant now;
  ledger::RowScope scope;                                   ///< of records that are counted
  std::function<bool(const systems::Register&)> may_count;  ///< empty: every register
};

/// What expressions ask of a record: its values; `id`, `state`, `title`, `today`, `now`, `opened` (a day),
/// `since_state` (days), `overdue`, `due` (a day) where it has no field of that name; the records it refers to; other
/// records; and observations that count. The body of a stored record is read when something beyond id and state is
/// asked.
class RecordFacts final : public systems::Facts {
 public:
  /// A record as it would be. Where records of its register are counted it stands for its stored version. `matter` must
  /// outlive the facts.
  RecordFacts(const FactSource& source, const systems::Register& type, const Matter& matter);
  /// A stored record.
  RecordFacts(const FactSource& source, const systems::Register& type, ledger::Record row);

  /// From here on `values` speak for the record; they must outlive the facts.
  void look_at(const systems::Values& values) { values_ = &values; }

  [[nodiscard]] Result<systems::Value> field(std::string_view name) const override;
  [[nodiscard]] Result<systems::Value> follow(std::string_view reference, std::string_view field) const override;
  [[nodiscard]] Result<void> each(std::string_view register_id,
                                  const std::vector<std::pair<std::string, systems::Value>>& where_equal,
                                  const std::function<Result<void>(const Facts&)>& take) const override;
  [[nodiscard]] Result<std::optional<Totals>> totals(std::string_view register_id, const std::vector<Term>& terms,
                                                     std::string_view field) const override;
  [[nodiscard]] Result<systems::Value> measured(Statistic statistic, std::string_view site, std::string_view property,
                                                double limit, LegalDay from, LegalDay to) const override;
  [[nodiscard]] LegalDay today() const override { return legal_day_of(source_.now); }
  [[nodiscard]] const systems::WorkCalendar& calendar() const override { return source_.parts.calendar; }

 private:
  [[nodiscard]] Result<const Matter*> matter() const;
  [[nodiscard]] systems::Value own(const Matter& matter, std::string_view name) const;

  const FactSource& source_;
  const systems::Register& type_;
  const Matter* given_ = nullptr;
  const systems::Values* values_ = nullptr;
  std::optional<ledger::Record> row_;
  mutable std::optional<Matter> read_;
};

/// Values that count of a property at a site in (after, until]: of the raw series of means (hours where there are any,
/// else four hours, else days, else the shortest window), what people decided of a value before what came, and without
/// those that quality voids. A truncated read is an error, not a smaller answer.
[[nodiscard]] Result<std::vector<double>> counting_values(const archive::Archive& archive,
                                                          const ledger::Ledger& ledger, std::string_view site,
                                                          std::string_view property, Instant after, Instant until);
/// A statistic over them, from day to day; none where there are none. As Facts::measured.
[[nodiscard]] Result<systems::Value> measured_value(const archive::Archive& archive, const ledger::Ledger& ledger,
                                                    systems::Facts::Statistic statistic, std::string_view site,
                                                    std::string_view property, double limit, LegalDay from,
                                                    LegalDay to);

/// Calls `take` for every record of a query, page by page; stops at the first failure.
[[nodiscard]] Result<void> each_record(const ledger::Records& records, ledger::RecordQuery query,
                                       const std::function<Result<void>(ledger::Record&)>& take);

}  // namespace celadon::registry
