#include "report/figure.hpp"

#include "core/decimal.hpp"

#include <cmath>
#include <cstdio>

namespace celadon::report {

bool Figure::is_missing() const { return !word && std::isnan(value); }

const Value* Record::find(std::string_view name) const {
  const auto found = members.find(name);
  return found == members.end() ? nullptr : &found->second;
}

const Figure* Record::figure(std::string_view name) const {
  const Value* value = find(name);
  return value == nullptr ? nullptr : std::get_if<Figure>(&value->of);
}

std::string printed(double value, int decimals) {
  if (!std::isfinite(value)) return "—";
  double rounded = round_gb8170(value, decimals);
  if (rounded == 0) rounded = 0;  // no "-0.0"
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, rounded);
  return text;
}

std::string printed(const Figure& figure, std::string_view lang) {
  return figure.word ? figure.word->in(lang) : printed(figure.value, figure.decimals);
}

const ValueSet* find_set(std::string_view id) {
  for (const auto& set : catalogue()) {
    if (set.id == id) return &set;
  }
  return nullptr;
}

}  // namespace celadon::report
