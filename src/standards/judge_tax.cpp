#include "standards/judge_emission.hpp"

#include <algorithm>
#include <cmath>

namespace celadon::standards {
namespace {

constexpr const char* law = "环境保护税法";

/// "化学需氧量" is "化学需氧量(CODcr)" in the annex, and 氨氮 is NH3-N of the packs.
bool is_called(const std::string& annex, const std::string& name) {
  if (annex == name) return true;
  if (!annex.starts_with(name)) return false;
  const std::string_view rest = std::string_view(annex).substr(name.size());
  return rest.starts_with("(") || rest.starts_with("（");
}

/// Row of an input in the groups of a medium; rows.size() where there is none.
std::size_t row_of(const Library& library, TaxedMedium medium, const std::string& input) {
  const EquivalentTable& table = library.annexes.equivalents;
  const Property* property = library.property_of_input(input);
  const std::string& name = property == nullptr ? input : property->name_zh;
  if (name.empty()) return table.rows.size();
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const bool air = table.rows[i].group == EquivalentGroup::air;
    if (air == (medium == TaxedMedium::air) && is_called(table.rows[i].name_zh, name)) return i;
  }
  return table.rows.size();
}

const char* group_zh(EquivalentGroup group) {
  return group == EquivalentGroup::air            ? "大气污染物"
         : group == EquivalentGroup::water_class1 ? "第一类水污染物"
                                                  : "其他类水污染物";
}
const char* group_en(EquivalentGroup group) {
  return group == EquivalentGroup::air            ? "air"
         : group == EquivalentGroup::water_class1 ? "water, class 1"
                                                  : "other of water";
}

void put_taxed_pollutant(const EquivalentTable& table, const TaxedPollutant& one, double kg, JudgedInput& input,
                         Judgement& judgement) {
  const EquivalentRow& row = table.rows[one.row];
  input.class_name = one.taxed ? "taxed" : "not-taxed";
  if (one.taxed) judgement.deciding.push_back(input.property);
  const double equivalents = tidy(one.equivalents);
  add_number(judgement, input.property + " equivalents", row.name_zh + " 污染当量数", row.name_zh + ", equivalents",
             equivalents, "1");
  const std::string sum = plain(kg) + " kg / " + plain(row.kg_per_equivalent) + " kg = " + plain(equivalents);
  const std::string first = std::to_string(table.taxed_first[static_cast<std::size_t>(row.group)]);
  const std::string rank = std::to_string(one.rank);
  const std::string why_zh = one.rank == 0
                                 ? "同组中另一项当量数更大，只对一项征税"
                                 : std::string(group_zh(row.group)) + "第 " + rank + " 位，前 " + first + " 位征税";
  const std::string why_en =
      one.rank == 0 ? "another of its set has more, and only one of the set is taxed"
                    : "no. " + rank + " of " + group_en(row.group) + ", of which the first " + first + " are taxed";
  add_step(judgement, input.property, row.name_zh + "：" + sum + "；" + why_zh + (one.taxed ? "，应税" : "，不征税"),
           row.name_zh + ": " + sum + "; " + why_en + (one.taxed ? ": taxed" : ": not taxed"),
           std::string(law) + " art. 8, 9; " + row.source + " no. " + std::to_string(row.no), row.trust);
}

/// What each input is in the annex; those that are none are left out.
std::vector<OutletEmission> emissions_of(const Library& library, const JudgeRequest& request, TaxedMedium medium,
                                         std::vector<std::size_t>& place, Judgement& judgement) {
  const EquivalentTable& table = library.annexes.equivalents;
  std::vector<OutletEmission> emissions;
  for (const auto& input : request.inputs) {
    const std::size_t row = row_of(library, medium, input.property);
    const JudgeInput mass{input.property,
                          input.value,
                          input.voided_zh,
                          input.voided_en,
                          input.members,
                          input.unit.empty() ? "kg" : input.unit,
                          {},
                          input.below_detection};
    const double kg = take_value(library, mass, "kg", Sign::not_negative, judgement);
    if (row == table.rows.size()) {
      leave_out(judgement, input.property, "附表二中没有此污染物", "annex 2 has no such pollutant in that medium");
      continue;
    }
    place.push_back(judgement.inputs.size() - 1);
    emissions.push_back({row, kg});
  }
  return emissions;
}

}  // namespace

Result<Judgement> judge_tax_equivalents(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  if (begin_by_annex(library, request, "pollutant-equivalents", judgement) == nullptr) return judgement;
  const auto medium = given_word(request, "medium", {"air", "water"}, "");
  if (!medium) return fail(medium.error());
  const auto unit_tax = given_between(request, "unit_tax_cny", 0, 1e6);
  if (!unit_tax) return fail(unit_tax.error());
  if (medium->empty()) {
    not_judged(judgement, "未给出介质（medium）：air 或 water", "medium is not given: air or water");
    return finished(std::move(judgement), request);
  }
  const EquivalentTable& table = library.annexes.equivalents;
  const TaxedMedium into = *medium == "air" ? TaxedMedium::air : TaxedMedium::water;
  std::vector<std::size_t> place;
  const auto emissions = emissions_of(library, request, into, place, judgement);
  const auto outlet = equivalents_of_outlet(table, into, emissions);
  if (!outlet) return fail(outlet.error().code, outlet.error().detail, "inputs");
  if (outlet->missing == outlet->pollutants.size()) {
    not_judged(judgement, "没有可计税的排放量", "there is no amount that can be taxed");
    return finished(std::move(judgement), request);
  }
  for (std::size_t i = 0; i < outlet->pollutants.size(); ++i) {
    if (std::isnan(outlet->pollutants[i].equivalents)) continue;
    put_taxed_pollutant(table, outlet->pollutants[i], emissions[i].kg, judgement.inputs[place[i]], judgement);
  }
  const double taxed = tidy(outlet->taxed);
  judgement.value = taxed;
  const std::string missing = std::to_string(outlet->missing);
  add_number(judgement, "taxed equivalents", "应税当量数", "taxed equivalents", taxed, "1");
  add_step(
      judgement, "equivalents",
      "应税当量数合计 " + plain(taxed) + (outlet->missing == 0 ? "" : "；" + missing + " 项排放量不明，合计可能偏低"),
      "taxed equivalents: " + plain(taxed) +
          (outlet->missing == 0 ? "" : "; the amount of " + missing + " is not known, the sum may be too low"),
      std::string(law) + " art. 9", "verified");
  if (!std::isnan(*unit_tax)) {
    const double tax = tidy(pollution_tax_cny(outlet->taxed, *unit_tax));
    add_number(judgement, "tax", "应纳税额（未计减免）", "tax, without reliefs", tax, "CNY");
    add_step(judgement, "tax", plain(taxed) + " × " + plain(*unit_tax) + " 元 = " + plain(tax) + " 元（未计减免）",
             plain(taxed) + " x " + plain(*unit_tax) + " CNY = " + plain(tax) +
                 " CNY, without the reliefs of art. 12 and 13",
             std::string(law) + " art. 11", "verified");
  }
  judgement.judged = true;
  judgement.name_zh = "应税当量数";
  judgement.name_en = "Taxed equivalents";
  return finished(std::move(judgement), request);
}

}  // namespace celadon::standards
