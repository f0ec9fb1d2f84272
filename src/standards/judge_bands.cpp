#include "core/decimal.hpp"
#include "core/units.hpp"
#include "standards/judge_parts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace celadon::standards {
namespace {

/// The circumstances of one request, checked against the head of the table.
struct Circumstances {
  std::vector<std::string> words;  ///< one a given; empty where it was not given
  std::vector<double> numbers;     ///< NaN where it was not given
};

Result<Circumstances> read_circumstances(const BandTable& table, const JudgeRequest& request) {
  Circumstances all;
  for (const auto& given : table.given) {
    const auto it = request.given.find(given.name);
    const std::string text = it == request.given.end() ? given.otherwise : it->second;
    all.words.push_back(text);
    all.numbers.push_back(std::nan(""));
    if (text.empty()) continue;
    if (given.number) {
      char* end = nullptr;
      all.numbers.back() = std::strtod(text.c_str(), &end);
      if (*end != '\0') return fail(Errc::invalid_value, given.name + " '" + text + "' is not a number", given.name);
    } else if (std::find(given.choices.begin(), given.choices.end(), text) == given.choices.end()) {
      std::string known;
      for (const auto& choice : given.choices) known += (known.empty() ? "" : ", ") + choice;
      return fail(Errc::invalid_value, given.name + " is '" + text.substr(0, 40) + "', not one of " + known,
                  given.name);
    }
  }
  return all;
}

bool lists(const std::string& cell, const std::string& word) {
  for (std::size_t at = 0; at <= cell.size();) {
    const std::size_t cut = std::min(cell.find('|', at), cell.size());
    if (cell.compare(at, cut - at, word) == 0 && cut - at == word.size()) return true;
    at = cut + 1;
  }
  return false;
}

/// Whether the rows of `item` hold here; `lacking` names a circumstance that decides it and was not given.
bool holds_here(const BandTable& table, const BandItem& item, const Circumstances& here, std::string& lacking) {
  for (std::size_t k = 0; k < table.given.size(); ++k) {
    if (item.words[k].empty()) continue;
    const bool absent = table.given[k].number ? std::isnan(here.numbers[k]) : here.words[k].empty();
    if (absent) {
      lacking = table.given[k].name;
      return false;
    }
    if (table.given[k].number ? !item.numbers[k]->holds(here.numbers[k]) : !lists(item.words[k], here.words[k]))
      return false;
  }
  return true;
}

/// Below zero only where the table itself goes there, and for levels and temperatures.
bool band_goes_below_zero(const BandItem& item) {
  if (item.unit == "dB" || item.unit == "Cel") return true;
  for (const auto& band : item.bands) {
    for (const auto& interval : band.holds.intervals()) {
      if ((interval.low < 0 && !std::isinf(interval.low)) || interval.high < 0) return true;
    }
  }
  return false;
}

/// The rows that judge an input here, or null and why there are none.
const BandItem* find_rows(const Library& library, const BandTable& table, const Circumstances& here,
                          JudgedInput& input) {
  auto named = table.named(input.property);
  if (named.empty()) {
    if (const Property* property = library.property_of_input(input.property)) {
      named = table.named(property->id);
      if (named.empty()) named = table.named(property->name_zh);
    }
  }
  if (named.empty()) {
    input.reason_zh = table.standard + " 没有此项目";
    input.reason_en = table.standard + " has no such item";
    return nullptr;
  }
  input.property = named.front()->item;
  std::string lacking;
  for (const BandItem* item : named) {
    if (holds_here(table, *item, here, lacking)) return item;
  }
  if (!lacking.empty()) {
    input.reason_zh = "缺少条件“" + lacking + "”，无法确定限值";
    input.reason_en = "its limits depend on '" + lacking + "', which is not given";
  } else {
    input.reason_zh = "在此条件下没有限值";
    input.reason_en = "there is no limit under these circumstances";
  }
  return nullptr;
}

/// Value in the unit of the table, or the reason why not.
bool to_unit_of(const BandItem& item, const JudgeInput& given, JudgedInput& judged) {
  judged.unit = item.unit;
  if (given.unit.empty()) return true;
  const auto way = conversion(given.unit, item.unit);
  if (way) {
    judged.value = (*way)(judged.value);
    return true;
  }
  judged.used = false;
  judged.reason_zh = "单位“" + given.unit + "”不能换算为 " + item.unit;
  judged.reason_en = way.error().detail;
  return false;
}

void explain(Judgement& judgement, const BandTable& table, const BandItem& item, const JudgedInput& input,
             const Band* band, const BandClass& of) {
  const std::string value = plain(input.value) + " " + item.unit;
  const std::string& name_en = item.name_en.empty() ? item.item : item.name_en;
  if (item.decimals) {
    judgement.why.push_back({input.property, item.name_zh + " " + value + "，修约为 " + plain(*input.rounded),
                             name_en + " " + value + ", rounded half to even to " + plain(*input.rounded),
                             table.rounding.text, table.rounding.trust});
  }
  const Band& shown = band != nullptr ? *band : item.bands.back();
  const std::string held = plain(*input.rounded) + " " + item.unit;
  const std::string place = table.standard + " " + shown.source;
  const std::string note = shown.note.empty() ? "" : " (" + shown.note + ")";
  if (band != nullptr) {
    judgement.why.push_back(
        {input.property, item.name_zh + " " + held + " 符合“" + shown.holds.text() + "”：" + of.label + note,
         name_en + " " + held + " is " + shown.holds.text() + ": " + of.name + note, place, shown.trust});
  } else {
    judgement.why.push_back(
        {input.property, item.name_zh + " " + held + " 不符合最后一档“" + shown.holds.text() + "”：" + of.label + note,
         name_en + " " + held + " is not " + shown.holds.text() + ", the last row: " + of.name + note, place,
         shown.trust});
  }
}

/// Class of one input; what it is held against is told in the why.
int judge_one(Judgement& judgement, const BandTable& table, const BandItem& item, const JudgeInput& given,
              JudgedInput& judged) {
  if (given.below_detection) {
    const double half = judged.value / 2;
    judgement.why.push_back({judged.property,
                             table.non_detect_meets ? "未检出，按检出限 " + plain(judged.value) + " 所能证明的类别评价"
                                                    : "未检出，按检出限的一半 " + plain(half) + " 评价",
                             table.non_detect_meets
                                 ? "not detected: of the class its detection limit " + plain(judged.value) + " proves"
                                 : "not detected: half the detection limit, " + plain(half) + ", is judged",
                             table.rounding.text, table.rounding.trust});
    if (!table.non_detect_meets) judged.value = half;
  }
  judged.rounded = item.decimals ? round_gb8170(judged.value, *item.decimals) : judged.value;
  std::int8_t rank = -1;
  band_rank(table, item, {&*judged.rounded, 1}, {&rank, 1});
  const BandClass& of = table.classes[static_cast<std::size_t>(rank)];
  judged.class_name = of.name;
  const Band* met = nullptr;
  for (const auto& band : item.bands) {
    if (band.rank == rank && band.holds.holds(*judged.rounded)) met = &band;
  }
  const int reference = table.multiple_over.empty() ? -1 : table.rank_of(table.multiple_over);
  for (const auto& band : item.bands) {
    const double limit = band.holds.limit();
    const bool upper = !std::isinf(band.holds.intervals().front().high);
    if (band.rank == reference && rank > reference && upper && limit > 0)
      judged.multiple = told_multiple((*judged.rounded - limit) / limit);
  }
  explain(judgement, table, item, judged, met, of);
  return rank;
}

void conclude_bands(Judgement& judgement, const BandTable& table, int worst, std::size_t used) {
  if (worst < 0) {
    std::string zh = "没有可评价的项目";
    std::string en = "no item can be judged";
    for (const auto& input : judgement.inputs) {
      zh += "；" + input.property + "：" + input.reason_zh;
      en += "; " + input.property + ": " + input.reason_en;
    }
    not_judged(judgement, zh, en);
    return;
  }
  const BandClass& of = table.classes[static_cast<std::size_t>(worst)];
  judgement.judged = true;
  judgement.level = worst + 1;
  judgement.attains = of.attains;
  judgement.class_name = of.name;
  judgement.class_label = of.label;
  judgement.name_zh = of.name_zh;
  judgement.name_en = of.name_en;
  judgement.colour = of.colour;
  judgement.text_colour = of.text_colour;
  std::string names;
  for (const auto& name : judgement.deciding) names += (names.empty() ? "" : ", ") + name;
  judgement.why.push_back({"class", std::to_string(used) + " 项中最差的决定：" + of.label + "（" + names + "）",
                           "the worst of " + std::to_string(used) + " decides: " + of.name + " (" + names + ")",
                           table.combine.text, table.combine.trust});
  if (!of.attains) judgement.primary = judgement.deciding;
}

}  // namespace

Result<Judgement> judge_bands(const Library& library, const JudgeRequest& request) {
  Judgement judgement = begin_judgement(request);
  const LegalDay day = legal_day_of_hour_ending(request.date);
  const auto chosen = library.band_table(request.rule, day, request.edition);
  if (!chosen) return no_edition(std::move(judgement), chosen.error());
  const BandTable& table = **chosen;
  judgement.edition = table.standard;
  const auto here = read_circumstances(table, request);
  if (!here) return fail(here.error());
  add_edition_step(judgement, table.standard, table.valid_trust, table.valid_from, day);
  for (std::size_t k = 0; k < table.given.size(); ++k) {
    if (here->words[k].empty()) continue;
    judgement.why.push_back({table.given[k].name, table.given[k].about_zh + "：" + here->words[k],
                             table.given[k].about_en + ": " + here->words[k], table.standard, table.trust});
  }

  int worst = -1;
  std::size_t used = 0;
  for (const auto& given : request.inputs) {
    JudgedInput judged = begin_any_input(given);
    const BandItem* item = judged.used || judged.reason_en.empty() ? find_rows(library, table, *here, judged) : nullptr;
    if (item == nullptr) {
      judged.used = false;
    } else if (to_unit_of(*item, given, judged) &&
               (!std::isfinite(judged.value) || (judged.value < 0 && !band_goes_below_zero(*item)))) {
      leave_out_impossible(judged);
    } else if (judged.used) {
      if (item->reference_oxygen_percent)
        convert_oxygen(library, request, *item->reference_oxygen_percent, judgement, judged);
      if (judged.used && !std::isfinite(judged.value)) leave_out_impossible(judged);
      if (judged.used) {
        const int rank = judge_one(judgement, table, *item, given, judged);
        ++used;
        if (rank > worst) judgement.deciding.clear();
        if (rank >= worst) judgement.deciding.push_back(judged.property);
        worst = std::max(worst, rank);
        if (!table.classes[static_cast<std::size_t>(rank)].attains) judgement.over_limit.push_back(judged.property);
      }
    }
    if (!judged.used) add_left_out(judgement, judged);
    judgement.inputs.push_back(std::move(judged));
  }
  conclude_bands(judgement, table, worst, used);
  if (!request.want_why) judgement.why.clear();
  return judgement;
}

}  // namespace celadon::standards
