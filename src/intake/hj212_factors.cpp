#include "intake/hj212_factors.hpp"

#include "intake/csv_reader.hpp"

#include <array>
#include <deque>
#include <map>
#include <unordered_map>

namespace celadon::intake {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

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
    if (row[0].size() == 6) table.impl_->by_property.try_emplace({row[1], row[2]}, &mapping);
  }
  return table;
}

}  // namespace celadon::intake
