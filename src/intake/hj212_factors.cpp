#include "intake/hj212_factors.hpp"

#include "core/text_hash.hpp"
#include "intake/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <unordered_map>

namespace celadon::intake {
namespace {

std::size_t digits_at_end(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[text.size() - 1 - count] >= '0' && text[text.size() - 1 - count] <= '9') ++count;
  return count;
}

/// e30107 with its last two characters as xx.
std::string pattern_of(std::string_view code, std::size_t count) {
  return std::string(code.substr(0, code.size() - count)) + std::string(count, 'x');
}

}  // namespace

struct FactorTable::Impl {
  std::deque<FactorMapping> all;
  /// A code has one or two mappings; the one for any system code stands last.
  std::unordered_map<std::string, std::vector<const FactorMapping*>, TextHash, std::equal_to<>> by_code;
  std::map<std::pair<std::string, std::string>, const FactorMapping*> by_property;  ///< (st, property)
};

FactorTable::FactorTable() : impl_(std::make_unique<Impl>()) {}
FactorTable::~FactorTable() = default;
FactorTable::FactorTable(FactorTable&&) noexcept = default;
FactorTable& FactorTable::operator=(FactorTable&&) noexcept = default;

const FactorMapping* FactorTable::find(std::string_view st, std::string_view code) const {
  const FactorMapping* mapping = find_exact(st, code);
  return mapping != nullptr ? mapping : find_numbered(st, code, {});
}

const FactorMapping* FactorTable::find_own(std::string_view st, std::string_view code, std::string_view suffix) const {
  const FactorMapping* mapping = find_exact(st, std::string(code) + "-" + std::string(suffix));
  return mapping != nullptr ? mapping : find_numbered(st, code, suffix);
}

const FactorMapping* FactorTable::find_numbered(std::string_view st, std::string_view code,
                                                std::string_view suffix) const {
  for (const std::size_t count : {2U, 1U}) {
    if (digits_at_end(code) < count || code.size() == count) continue;
    std::string pattern = pattern_of(code, count);
    if (!suffix.empty()) pattern += "-" + std::string(suffix);
    if (const FactorMapping* mapping = find_exact(st, pattern)) return mapping;
  }
  return nullptr;
}

const FactorMapping* FactorTable::find_exact(std::string_view st, std::string_view code) const {
  const auto it = impl_->by_code.find(code);
  if (it == impl_->by_code.end()) return nullptr;
  for (const FactorMapping* mapping : it->second) {
    if (mapping->st == st || mapping->st == "*") return mapping;
  }
  return nullptr;
}

const FactorMapping* FactorTable::find_property(std::string_view st, std::string_view property) const {
  for (const std::string_view system : {st, std::string_view("*")}) {
    const auto it = impl_->by_property.find({std::string(system), std::string(property)});
    if (it != impl_->by_property.end()) return it->second;
  }
  return nullptr;
}

Result<FactorTable> read_factor_table(const std::filesystem::path& packs,
                                      const std::vector<std::pair<std::string, std::string>>& units) {
  constexpr std::array<std::string_view, 6> columns = {"code", "st", "property", "wire_unit", "source", "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_properties.csv", columns);
  if (!csv) return fail(csv.error());
  std::unordered_map<std::string, std::string> unit_of(units.begin(), units.end());

  FactorTable table;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    const auto unit = unit_of.find(row[2]);
    if (unit == unit_of.end()) {
      return fail(Errc::unknown_code, place + "property '" + row[2] + "' is not in properties.csv");
    }
    auto way = conversion(row[3], unit->second);
    if (!way) return fail(way.error().code, place + way.error().detail);
    if (row[5] != "verified" && row[5] != "secondary" && row[5] != "memory") {
      return fail(Errc::malformed, place + "trust is '" + row[5] + "', not verified, secondary or memory");
    }
    const FactorMapping& mapping = table.impl_->all.emplace_back(FactorMapping{row[0], row[1], row[2], row[3], *way});
    auto& same = table.impl_->by_code[row[0]];
    for (const auto* other : same) {
      if (other->st == row[1])
        return fail(Errc::malformed, place + "code '" + row[0] + "' under '" + row[1] + "' is there twice");
    }
    if (row[1] == "*")
      same.push_back(&mapping);
    else
      same.insert(same.begin(), &mapping);
    if (row[0].size() == 6 && row[0].find('-') == std::string::npos)
      table.impl_->by_property.try_emplace({row[1], row[2]}, &mapping);
  }
  return table;
}

std::string property_of(const FactorMapping& mapping, std::string_view code) {
  const std::string_view pattern = std::string_view(mapping.code).substr(0, mapping.code.find('-'));
  const std::size_t digits = pattern.size() - pattern.find_last_not_of('x') - 1;
  if (digits == 0 || !mapping.property.ends_with("xx") || code.size() < digits) return mapping.property;
  const std::string number(code.substr(code.size() - digits));
  return mapping.property.substr(0, mapping.property.size() - 2) + (digits == 1 ? "0" : "") + number;
}

const FactorName* FactorNames::find(std::string_view code) const {
  if (const auto it = by_code_.find(std::string(code)); it != by_code_.end()) return &it->second;
  for (const std::size_t count : {2U, 1U}) {
    if (digits_at_end(code) < count) continue;
    if (const auto it = by_code_.find(pattern_of(code, count)); it != by_code_.end()) return &it->second;
  }
  return nullptr;
}

Result<FactorNames> read_factor_names(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 9> columns = {"code_2017", "code_2005", "name_zh", "name_en", "unit",
                                                       "medium",    "source",    "trust",   "note"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_factors.csv", columns);
  if (!csv) return fail(csv.error());
  FactorNames names;
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    if (row[0].empty() && row[1].empty()) return fail(Errc::malformed, place + "a factor has a code");
    if (row[2].empty() || row[3].empty()) return fail(Errc::malformed, place + "a name is missing");
    for (const auto& code : {row[0], row[1]}) {
      if (!code.empty()) names.by_code_.try_emplace(code, FactorName{row[2], row[3], row[4], row[5], row[6], row[7]});
    }
  }
  return names;
}

}  // namespace celadon::intake
