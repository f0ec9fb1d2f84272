#include "intake/hj212_deviations.hpp"

#include "intake/csv_reader.hpp"

#include <array>
#include <charconv>

namespace celadon::intake {

bool is_trust(std::string_view word) { return word == "verified" || word == "secondary" || word == "memory"; }

std::optional<DeviationId> DeviationTable::id(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? std::nullopt : std::optional(it->second);
}

const DeviationMeaning* DeviationTable::find(std::string_view name) const {
  const auto number = id(name);
  return number ? &all_[*number] : nullptr;
}

Result<DeviationTable> read_deviations(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 9> columns = {"name",   "weight", "name_zh", "name_en", "fix_zh",
                                                       "fix_en", "clause", "source",  "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_deviations.csv", columns);
  if (!csv) return fail(csv.error());
  DeviationTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    int weight = 0;
    const auto [end, error] = std::from_chars(row[1].data(), row[1].data() + row[1].size(), weight);
    if (error != std::errc{} || end != row[1].data() + row[1].size() || weight < 1 || weight > 100)
      return fail(Errc::malformed, place + "weight is a whole number from 1 to 100");
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (row[column].empty()) return fail(Errc::malformed, place + std::string(columns[column]) + " is empty");
    }
    if (!is_trust(row[8])) return fail(Errc::malformed, place + "trust is verified, secondary or memory");
    if (!table.by_name_.emplace(row[0], static_cast<DeviationId>(i)).second)
      return fail(Errc::malformed, place + "'" + row[0] + "' is there twice");
    table.all_.push_back({row[0], weight, row[2], row[3], row[4], row[5], row[6], row[7], row[8]});
  }
  return table;
}

}  // namespace celadon::intake
