#include "models/method_book.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

namespace celadon::models {
namespace {

using Kind = MethodParameter::Kind;
constexpr std::array<std::pair<std::string_view, Kind>, 5> kinds = {{{"number", Kind::number},
                                                                     {"whole", Kind::whole},
                                                                     {"choice", Kind::choice},
                                                                     {"yes-no", Kind::yes_no},
                                                                     {"numbers", Kind::numbers}}};
constexpr std::size_t numbers_max = 20;

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

std::string range_of(const MethodParameter& p) {
  return number_text(p.low) + " to " + number_text(p.high) + (p.unit.empty() ? "" : " " + p.unit);
}

std::string listed(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

/// Empty where the text is a value of the parameter, else why not.
std::string refusal(const MethodParameter& p, const std::string& text) {
  switch (p.kind) {
    case Kind::yes_no: return text == "yes" || text == "no" ? "" : "expected yes or no";
    case Kind::choice:
      return std::ranges::find(p.choices, text) != p.choices.end() ? "" : "expected one of " + listed(p.choices);
    case Kind::number:
    case Kind::whole: {
      const auto value = number_in(text);
      if (!value || *value < p.low || *value > p.high) return "expected a number from " + range_of(p);
      if (p.kind == Kind::whole && *value != std::floor(*value)) return "expected a whole number from " + range_of(p);
      return "";
    }
    case Kind::numbers: {
      const auto parts = pieces(text);
      if (parts.size() > numbers_max) return "expected at most " + std::to_string(numbers_max) + " numbers";
      double before = -std::numeric_limits<double>::infinity();
      for (const auto part : parts) {
        const auto value = number_in(part);
        if (!value || *value < p.low || *value > p.high)
          return "expected numbers from " + range_of(p) + ", separated by commas";
        if (*value <= before) return "expected numbers that rise";
        before = *value;
      }
      return "";
    }
  }
  return "";
}

MethodParameter read_parameter(const std::string& id, YamlFields& fields) {
  static constexpr std::array known = {"label_zh", "label_en", "unit", "kind", "default", "low", "high", "choices"};
  fields.only(known);
  MethodParameter p;
  p.id = id;
  p.label_zh = fields.text("label_zh");
  p.label_en = fields.text("label_en");
  p.unit = fields.text_or("unit", "");
  const std::string kind = fields.text("kind");
  const auto found = std::ranges::find(kinds, kind, [](const auto& pair) { return std::string(pair.first); });
  if (found == kinds.end())
    fields.refuse("kind", "'" + kind + "' is not number, whole, choice, yes-no or numbers");
  else
    p.kind = found->second;
  p.low = fields.number_or("low", 0);
  p.high = fields.number_or("high", 0);
  p.choices = fields.texts("choices");
  p.otherwise = fields.text_or("default", "");
  const bool by_data = p.kind == Kind::numbers && p.otherwise.empty();
  if (const auto reason = by_data ? "" : refusal(p, p.otherwise); !reason.empty()) fields.refuse("default", reason);
  return p;
}

Method read_method(YamlFields& fields) {
  static constexpr std::array known = {"id",         "name_zh", "name_en", "text_zh", "text_en",    "series_min",
                                       "series_max", "needs",   "parameters", "references"};
  static const std::set<std::string> needs = {"wind", "whole-series", "before"};
  fields.only(known);
  Method m;
  m.id = fields.text("id");
  m.name_zh = fields.text("name_zh");
  m.name_en = fields.text("name_en");
  m.text_zh = fields.text("text_zh");
  m.text_en = fields.text("text_en");
  m.series_min = fields.count("series_min", 0, 12);
  m.series_max = fields.count("series_max", m.series_min, 12);
  for (const auto& need : fields.texts("needs")) {
    if (!needs.contains(need)) fields.refuse("needs", "'" + need + "' is not wind, whole-series or before");
    m.wind = m.wind || need == "wind";
    m.whole_series = m.whole_series || need == "whole-series";
    m.before = m.before || need == "before";
  }
  if (fields.has("parameters")) {
    fields.each("parameters",
                [&](const std::string& id, YamlFields& own) { m.parameters.push_back(read_parameter(id, own)); });
  }
  m.references = fields.texts("references");
  if (m.references.empty()) fields.refuse("references", "a method says where it is written");
  return m;
}

}  // namespace

double Settings::number(const std::string& id) const { return number_in(values_.at(id)).value(); }
int Settings::whole(const std::string& id) const { return static_cast<int>(number(id)); }
bool Settings::yes(const std::string& id) const { return values_.at(id) == "yes"; }

std::vector<double> Settings::numbers(const std::string& id) const {
  std::vector<double> all;
  for (const auto part : pieces(values_.at(id))) all.push_back(number_in(part).value());
  return all;
}

Result<Settings> settings_of(const Method& method, const std::map<std::string, std::string>& given) {
  Settings settings;
  for (const auto& [id, _] : given) {
    if (std::ranges::none_of(method.parameters, [&](const auto& p) { return p.id == id; })) {
      return fail(Errc::unknown_code, "the method " + method.id + " has no parameter '" + id.substr(0, 40) + "'", id);
    }
  }
  for (const auto& p : method.parameters) {
    const auto own = given.find(p.id);
    if (own == given.end()) {
      settings.values_[p.id] = p.otherwise;
      continue;
    }
    if (const auto reason = refusal(p, own->second); !reason.empty())
      return fail(Errc::invalid_value, p.id + ": " + reason + ", not '" + own->second.substr(0, 40) + "'", p.id);
    settings.values_[p.id] = own->second;
  }
  return settings;
}

Result<MethodBook> MethodBook::parse(std::string_view text, const std::string& name) {
  MethodBook book;
  std::set<std::string> ids;
  const auto read = read_yaml_list(text, name, "methods", [&](YamlFields& fields) {
    book.methods_.push_back(read_method(fields));
    if (!ids.insert(book.methods_.back().id).second)
      fields.refuse("id", "'" + book.methods_.back().id + "' is there twice");
  });
  if (!read) return fail(read.error());
  return book;
}

const Method* MethodBook::find(std::string_view id) const {
  const auto found = std::ranges::find(methods_, id, &Method::id);
  return found == methods_.end() ? nullptr : &*found;
}

}  // namespace celadon::models
