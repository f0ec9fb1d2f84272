#include "standards/properties.hpp"

#include "core/csv_table.hpp"
#include "core/units.hpp"
#include "standards/pack_file.hpp"

#include <array>
#include <cmath>
#include <cstdlib>

namespace celadon::standards {
namespace {

Result<double> number_or_nan(const std::string& text, const std::string& place) {
  if (text.empty()) return std::nan("");
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0') return fail(Errc::malformed, place + "'" + text + "' is not a number");
  return value;
}

bool ends_in_number(std::string_view id) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return id.size() > 2 && is_digit(id[id.size() - 1]) && is_digit(id[id.size() - 2]);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> Properties::units() const {
  std::vector<std::pair<std::string, std::string>> units;
  units.reserve(all_.size());
  for (const auto& property : all_) units.emplace_back(property.id, property.unit);
  return units;
}

const Property* Properties::find(std::string_view id) const {
  std::string wanted(id);
  auto it = by_id_.find(wanted);
  if (it == by_id_.end() && ends_in_number(id)) it = by_id_.find(wanted.replace(wanted.size() - 2, 2, "xx"));
  return it == by_id_.end() ? nullptr : &all_[it->second];
}

Result<Properties> read_properties(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 11> columns = {"id",         "name_zh",  "name_en", "unit",
                                                        "unit_label", "decimals", "medium",  "valid_min",
                                                        "valid_max",  "source",   "trust"};
  const auto file = packs / "properties.csv";
  const auto text = read_pack_file(file);
  if (!text) return fail(text.error());
  const auto table = parse_csv_table(*text, file.filename().string(), columns);
  if (!table) return fail(table.error());

  Properties properties;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const std::string place = "properties.csv:" + std::to_string(table->lines[i]) + ": ";
    if (row[0].empty()) return fail(Errc::malformed, place + "id is empty");
    if (const auto unit = parse_unit(row[3]); !unit) return fail(unit.error().code, place + unit.error().detail);
    if (row[5].size() != 1 || row[5][0] < '0' || row[5][0] > '9') {
      return fail(Errc::malformed, place + "decimals is '" + row[5] + "', expected 0 to 9");
    }
    if (row[10] != "verified" && row[10] != "secondary" && row[10] != "memory") {
      return fail(Errc::malformed, place + "trust is '" + row[10] + "', not verified, secondary or memory");
    }
    const auto lowest = number_or_nan(row[7], place);
    const auto highest = number_or_nan(row[8], place);
    if (!lowest) return fail(lowest.error());
    if (!highest) return fail(highest.error());
    if (!properties.by_id_.emplace(row[0], properties.all_.size()).second) {
      return fail(Errc::malformed, place + "'" + row[0] + "' is there twice");
    }
    properties.all_.push_back(
        {row[0], row[1], row[2], row[3], row[4], row[5][0] - '0', row[6], *lowest, *highest, row[10]});
  }
  return properties;
}

}  // namespace celadon::standards
