#include "standards/pollution_equivalent.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "standards/csv_pack.hpp"
#include "standards/kernel_parts.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr std::size_t groups = 3;
constexpr std::string_view equivalent_columns[] = {"group",       "no",     "name_zh", "equivalent", "unit",
                                                   "taxed_first", "one_of", "source",  "trust"};
constexpr std::string_view group_words[] = {"air", "water_class1", "water_class2"};
constexpr int pollutant_no_max = 1000;

TaxedMedium medium_of(EquivalentGroup group) {
  return group == EquivalentGroup::air ? TaxedMedium::air : TaxedMedium::water;
}

/// Why the cells cannot be the next row; empty where they can, and were taken.
std::string take_pollutant(const std::vector<std::string>& cells, EquivalentTable& table) {
  EquivalentRow row;
  const auto* const word = std::find(std::begin(group_words), std::end(group_words), cells[0]);
  if (word == std::end(group_words)) return "group must be air, water_class1 or water_class2";
  const auto group = static_cast<std::size_t>(word - std::begin(group_words));
  row.group = static_cast<EquivalentGroup>(group);
  if (!read_number(cells[1], row.no) || row.no < 1 || row.no > pollutant_no_max)
    return "no must be a whole number from 1 to " + std::to_string(pollutant_no_max);
  if (cells[2].empty()) return "name_zh must be told";
  row.name_zh = cells[2];
  if (!read_number(cells[3], row.kg_per_equivalent) || !(row.kg_per_equivalent > 0 && row.kg_per_equivalent <= 1e6))
    return "equivalent must be a number above 0 and at most 1000000";
  if (cells[4] != "kg") return "unit must be 'kg'";
  std::size_t first = 0;
  if (!read_number(cells[5], first) || first == 0 || first > static_cast<std::size_t>(pollutant_no_max))
    return "taxed_first must be a whole number from 1 to " + std::to_string(pollutant_no_max);
  if (table.taxed_first[group] != 0 && table.taxed_first[group] != first)
    return "taxed_first differs from the rows of its group above";
  if (!told(cells[7], cells[8])) return not_told;
  for (const EquivalentRow& one : table.rows) {
    if (medium_of(one.group) == medium_of(row.group) && one.no == row.no) return "the number is there twice";
    if (one.group == row.group && one.name_zh == row.name_zh) return "'" + row.name_zh + "' is there twice";
    if (!cells[6].empty() && one.one_of == cells[6] && one.group != row.group)
      return "'" + cells[6] + "' must not span groups";
  }
  row.one_of = cells[6];
  row.source = cells[7];
  row.trust = cells[8];
  table.taxed_first[group] = first;
  table.rows.push_back(std::move(row));
  return {};
}

/// Ranks what a group has, most equivalents first, one of each one_of.
void rank_group(const EquivalentTable& table, EquivalentGroup group, OutletEquivalents& outlet) {
  std::vector<TaxedPollutant*> order;
  for (TaxedPollutant& one : outlet.pollutants) {
    if (table.rows[one.row].group == group && !std::isnan(one.equivalents)) order.push_back(&one);
  }
  std::sort(order.begin(), order.end(), [](const TaxedPollutant* a, const TaxedPollutant* b) {
    return a->equivalents != b->equivalents ? a->equivalents > b->equivalents : a->row < b->row;
  });
  std::vector<std::string_view> had;
  int rank = 0;
  for (TaxedPollutant* const one : order) {
    const std::string& one_of = table.rows[one->row].one_of;
    if (!one_of.empty() && std::find(had.begin(), had.end(), one_of) != had.end()) continue;
    if (!one_of.empty()) had.push_back(one_of);
    one->rank = ++rank;
    one->taxed = static_cast<std::size_t>(rank) <= table.taxed_first[static_cast<std::size_t>(group)];
    if (one->taxed) outlet.taxed += one->equivalents;
  }
}

}  // namespace

std::size_t EquivalentTable::find(EquivalentGroup group, std::string_view name_zh) const {
  const auto found = std::find_if(
      rows.begin(), rows.end(), [&](const EquivalentRow& row) { return row.group == group && row.name_zh == name_zh; });
  return static_cast<std::size_t>(found - rows.begin());
}

Result<EquivalentTable> parse_equivalents(std::string_view text, std::string_view name) {
  const auto csv = parse_csv_table(text, name, equivalent_columns);
  if (!csv) return fail(csv.error());
  EquivalentTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    if (const auto reason = take_pollutant(csv->rows[i], table); !reason.empty())
      return wrong(name, csv->lines[i], reason);
  }
  for (std::size_t group = 0; group < groups; ++group) {
    if (table.taxed_first[group] == 0)
      return wrong(name, csv->lines.empty() ? 1 : csv->lines.back(),
                   "group '" + std::string(group_words[group]) + "' is missing");
  }
  return table;
}

double equivalents_of(const EquivalentRow& row, double kg) {
  if (!is_amount(kg)) return missing;
  const double number = kg / row.kg_per_equivalent;
  return std::isfinite(number) ? number : missing;
}

Result<OutletEquivalents> equivalents_of_outlet(const EquivalentTable& table, TaxedMedium medium,
                                                std::span<const OutletEmission> emissions) {
  OutletEquivalents outlet;
  outlet.pollutants.reserve(emissions.size());
  std::vector<bool> had(table.rows.size());
  for (const OutletEmission& one : emissions) {
    CELADON_ASSERT(one.row < table.rows.size());
    const EquivalentRow& row = table.rows[one.row];
    if (medium_of(row.group) != medium)
      return fail(Errc::invalid_value, row.name_zh + " is not taxed of this medium: give it to an outlet of the other",
                  "row");
    if (had[one.row])
      return fail(Errc::invalid_value, row.name_zh + " is there twice: add its amounts up for the outlet", "row");
    had[one.row] = true;
    outlet.pollutants.push_back({one.row, equivalents_of(row, one.kg), 0, false});
    outlet.missing += std::isnan(outlet.pollutants.back().equivalents) ? 1 : 0;
  }
  for (std::size_t group = 0; group < groups; ++group) rank_group(table, static_cast<EquivalentGroup>(group), outlet);
  return outlet;
}

double pollution_tax_cny(double equivalents, double unit_tax_cny) {
  if (!is_amount(equivalents) || !is_amount(unit_tax_cny)) return missing;
  const double tax = equivalents * unit_tax_cny;
  return std::isfinite(tax) ? tax : missing;
}

}  // namespace celadon::standards
