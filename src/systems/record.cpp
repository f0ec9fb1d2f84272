#include "systems/record.hpp"

#include "core/rounding.hpp"
#include "systems/code_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace celadon::systems {
namespace {

constexpr double whole_max = 9'007'199'254'740'992.0;  // 2^53: beyond, a double skips whole numbers
constexpr std::size_t points_max = 100'000;

std::string shown(double number) { return fmt::format("{}", number); }

struct Collector {
  std::vector<Finding>& findings;
  const Field& field;
  void add(const char* check, const std::string& zh, const std::string& en) const {
    findings.push_back({field.id, check, true, {"“" + field.name.zh + "”" + zh, field.name.en + ": " + en}});
  }
};

bool holds_type(const Field& field, const Value& value) {
  if (field.is_list()) return std::holds_alternative<std::vector<std::string>>(value);
  switch (field.type) {
    case FieldType::text:
    case FieldType::code:
    case FieldType::reference:
    case FieldType::site: return std::holds_alternative<std::string>(value);
    case FieldType::number:
    case FieldType::whole: return std::holds_alternative<double>(value);
    case FieldType::yes_no: return std::holds_alternative<bool>(value);
    case FieldType::date: return std::holds_alternative<LegalDay>(value);
    case FieldType::time: return std::holds_alternative<Instant>(value);
    case FieldType::point:
    case FieldType::line:
    case FieldType::area: return std::holds_alternative<Geometry>(value);
    case FieldType::files: return true;
  }
  return false;
}

Words form_of(const Field& field) {
  if (field.is_list()) return {"应为若干值", "expected several values"};
  switch (field.type) {
    case FieldType::number: return {"应为数字", "expected a number"};
    case FieldType::whole: return {"应为整数", "expected a whole number"};
    case FieldType::yes_no: return {"应为是或否", "expected yes or no"};
    case FieldType::date: return {"应为日期，如2026-06-01", "expected a date as 2026-06-01"};
    case FieldType::time: return {"应为时间，如2026-06-01 08:30", "expected a time as 2026-06-01 08:30"};
    case FieldType::point: return {"应为点位，如117.2,29.3", "expected a point as 117.2,29.3"};
    case FieldType::line: return {"应为线", "expected a line"};
    case FieldType::area: return {"应为面", "expected an area"};
    default: return {"应为文字", "expected a text"};
  }
}

void check_text(const Collector& found, const std::string& text) {
  const Field& field = found.field;
  const std::size_t length = count_code_points(text);
  if (length > field.length_max)
    found.add("range", fmt::format("最多{}个字，现有{}个", field.length_max, length),
              fmt::format("at most {} characters, there are {}", field.length_max, length));
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    found.add("type", "不能只有空格", "is nothing but blanks");
  if (field.shape && length <= field.length_max && !field.shape->matches(text))
    return found.add("pattern", "格式不符，应符合 " + field.pattern, "is not of the form " + field.pattern);
  if (field.code_check == "gb32100" && !holds_gb32100(text))
    found.add("code-check", "校验码不符（GB 32100-2015），请与营业执照逐位核对",
              "its check character does not fit (GB 32100-2015); compare it with the business licence, sign by sign");
}

void check_number(const Collector& found, double number) {
  const Field& field = found.field;
  const std::string unit = field.unit.empty() || field.unit == "1" ? "" : " " + field.unit;
  if (!std::isfinite(number)) return found.add("type", "应为有限的数字", "expected a finite number");
  if (field.min && number < *field.min)
    found.add("range", "不得小于" + shown(*field.min) + unit, "must be at least " + shown(*field.min) + unit);
  if (field.max && number > *field.max)
    found.add("range", "不得大于" + shown(*field.max) + unit, "must be at most " + shown(*field.max) + unit);
  if (field.type == FieldType::whole && (number != std::floor(number) || std::abs(number) > whole_max))
    return found.add("type", "应为整数", "expected a whole number");
  if (field.type != FieldType::number || field.decimals < 0) return;
  const double scaled = number * std::pow(10.0, field.decimals);
  if (std::abs(scaled) < 1e15 && std::abs(scaled - std::round(scaled)) > 1e-6)
    found.add("range", fmt::format("最多{}位小数", field.decimals), fmt::format("at most {} decimals", field.decimals));
}

void check_geometry(const Collector& found, const Geometry& geometry) {
  using Kind = Geometry::Kind;
  const FieldType type = found.field.type;
  const Kind wanted = type == FieldType::point ? Kind::point : type == FieldType::line ? Kind::line : Kind::area;
  if (geometry.kind != wanted) {
    const auto form = form_of(found.field);
    return found.add("type", form.zh, form.en);
  }
  std::size_t points = 0;
  for (const auto& part : geometry.parts) {
    points += part.size();
    for (const auto& point : part) {
      if (!(std::abs(point.lon_deg) <= 180 && std::abs(point.lat_deg) <= 90))
        return found.add("range", "坐标超出范围：经度在前，-180至180；纬度在后，-90至90",
                         "longitude first, within -180 to 180, then latitude, within -90 to 90");
    }
    if (wanted == Kind::line && part.size() < 2) return found.add("type", "至少两个点", "needs two points at least");
    if (wanted == Kind::area && (part.size() < 4 || !(part.front() == part.back())))
      return found.add("type", "每个环至少四个点且首尾相同",
                       "each ring needs four points at least, the last one equal to the first");
  }
  if (geometry.parts.empty() || points == 0 || (wanted != Kind::area && geometry.parts.size() != 1) ||
      (wanted == Kind::point && points != 1))
    return found.add("type", "图形不完整", "is not complete");
  if (points > points_max)
    found.add("range", fmt::format("最多{}个点", points_max), fmt::format("at most {} points", points_max));
}

void check_code(const Collector& found, const CodeList* codes, const std::string& code) {
  if (codes != nullptr && codes->find(code) != nullptr) return;
  const std::string which = found.field.personal ? "" : " '" + code + "'";
  found.add("unknown-code", "的代码" + which + "不在代码表“" + found.field.of + "”中",
            "code" + which + " is not in the list " + found.field.of);
}

void check_value(const Register& type, const Collector& found, const CodeList* codes, const Value& value,
                 LegalDay today, Instant now) {
  const Field& field = found.field;
  if (!holds_type(field, value)) {
    const auto form = form_of(field);
    return found.add("type", form.zh, form.en);
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    if (list->size() > field.count_max)
      found.add("range", fmt::format("最多{}个，现有{}个", field.count_max, list->size()),
                fmt::format("at most {}, there are {}", field.count_max, list->size()));
    for (const auto& item : *list) {
      if (item.empty() || item.find(';') != std::string::npos)
        return found.add("type", "其中有空值或含分号的值", "one of the values is blank or has a ';' in it");
      if (field.type == FieldType::code) check_code(found, codes, item);
    }
    return;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (field.type == FieldType::code) return check_code(found, codes, *text);
    check_text(found, *text);
    if (field.id == type.key && text->find_first_of("; \t\r\n") != std::string::npos)
      found.add("pattern", "用作编号，不能有分号和空格", "is the id of the record: no ';' or blank in it");
  } else if (const auto* number = std::get_if<double>(&value)) {
    check_number(found, *number);
  } else if (const auto* geometry = std::get_if<Geometry>(&value)) {
    check_geometry(found, *geometry);
  } else if (const auto* day = std::get_if<LegalDay>(&value)) {
    if (field.not_after_now && *day > today) found.add("range", "不得晚于今天", "must not be after today");
  } else if (const auto* time = std::get_if<Instant>(&value)) {
    if (field.not_after_now && *time > now) found.add("range", "不得晚于现在", "must not be after now");
  }
}

}  // namespace

bool any_error(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& one) { return one.is_error; });
}

std::vector<Finding> check_fields(const Register& type, const Catalogue& catalogue, const Values& values,
                                  LegalDay today, Instant now) {
  std::vector<Finding> findings;
  for (const auto& field : type.fields) {
    const Collector found{findings, field};
    const auto value = values.find(field.id);
    const bool absent = value == values.end() || is_none(value->second);
    const auto* const list = absent ? nullptr : std::get_if<std::vector<std::string>>(&value->second);
    const auto* const text = absent ? nullptr : std::get_if<std::string>(&value->second);
    if (absent || (list != nullptr && list->empty()) || (text != nullptr && text->empty())) {
      if (field.needed) found.add("needed", "须填写", "is needed");
      continue;
    }
    const CodeList* const codes = field.codes != nullptr ? field.codes : catalogue.codes(field.of);
    check_value(type, found, codes, value->second, today, now);
  }
  for (const auto& [name, value] : values) {
    if (type.field(name) == nullptr)
      findings.push_back(
          {name, "unknown-field", true, {"没有“" + name + "”这一项", "there is no field '" + name + "'"}});
  }
  return findings;
}

namespace {

/// As people read a value.
std::string shown_value(const Field& field, const CodeList* codes, const Value& value, bool english) {
  const auto of_code = [&](const std::string& code) {
    const auto* const known = codes == nullptr ? nullptr : codes->find(code);
    return known == nullptr ? code : english ? known->name.en : known->name.zh;
  };
  if (const auto* text = std::get_if<std::string>(&value))
    return field.type == FieldType::code ? of_code(*text) : *text;
  if (const auto* flag = std::get_if<bool>(&value)) return english ? (*flag ? "yes" : "no") : (*flag ? "是" : "否");
  if (const auto* time = std::get_if<Instant>(&value)) return to_beijing_minute(*time);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    std::string text;
    for (const auto& item : *list)
      text += (text.empty() ? "" : english ? ", " : "、") + (field.type == FieldType::code ? of_code(item) : item);
    return text;
  }
  return value_to_text(field, value);
}

/// The pattern with each {name} replaced by what `of` gives for it.
template <class Of>
std::string filled(std::string_view pattern, Of of) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
    text += pattern.substr(0, close == std::string_view::npos ? pattern.size() : open);
    if (close == std::string_view::npos) break;
    text += of(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
  return text;
}

}  // namespace

Result<std::vector<Finding>> run_checks(const Register& type, const Facts& facts) {
  std::vector<Finding> findings;
  for (const auto& check : type.checks) {
    if (check.when) {
      const auto speaks = check.when->holds(facts);
      if (!speaks) return fail(speaks.error());
      if (!*speaks) continue;
    }
    const auto met = check.must->holds(facts);
    if (!met) return fail(met.error());
    if (*met) continue;
    std::optional<Error> failed;
    const auto words = [&](const std::string& pattern, bool english) {
      return filled(pattern, [&](std::string_view name) -> std::string {
        const auto* const field = type.field(name);
        if (field == nullptr) return "";
        const auto value = facts.field(name);
        if (!value) failed = value.error();
        return value ? shown_value(*field, field->codes, *value, english) : "";
      });
    };
    Finding finding{check.field, check.id, check.is_error, {words(check.words.zh, false), words(check.words.en, true)}};
    if (failed) return fail(*failed);
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<void> compute(const Register& type, const std::function<const Facts&(const Values&)>& facts_of, Values& values) {
  for (const std::size_t i : type.computed) {
    const Field& field = type.fields[i];
    values.erase(field.id);
    auto value = field.formula->evaluate(facts_of(values));
    if (!value) return fail(value.error().code, field.id + ": " + value.error().detail, field.id);
    if (is_none(*value)) continue;
    const int decimals = field.type == FieldType::whole ? 0 : field.decimals;
    if (auto* number = std::get_if<double>(&*value); number != nullptr && decimals >= 0) {
      const double power = std::pow(10.0, decimals);
      *number = nearest_even(*number * power) / power;
    }
    values[field.id] = std::move(*value);
  }
  return {};
}

std::string fill_blanks(const Register& type, const Catalogue& catalogue, std::string_view pattern,
                        const Values& values, bool english) {
  return filled(pattern, [&](std::string_view name) -> std::string {
    const auto* const field = type.field(name);
    const auto value = values.find(name);
    if (field == nullptr || value == values.end()) return "";
    const CodeList* const codes = field->codes != nullptr ? field->codes : catalogue.codes(field->of);
    return shown_value(*field, codes, value->second, english);
  });
}

std::optional<LegalDay> ends_on(const Deadline& deadline, LegalDay opened, LegalDay since_state, const Values& values,
                                const WorkCalendar& calendar) {
  LegalDay start = deadline.from == "state" ? since_state : opened;
  if (deadline.from != "state" && deadline.from != "opened") {
    const auto value = values.find(deadline.from);
    if (value == values.end()) return std::nullopt;
    if (const auto* day = std::get_if<LegalDay>(&value->second))
      start = *day;
    else if (const auto* time = std::get_if<Instant>(&value->second))
      start = legal_day_of(*time);
    else
      return std::nullopt;
  }
  LegalDay end = start;
  switch (deadline.count) {
    case Deadline::Count::days: end.days += deadline.length; break;
    case Deadline::Count::working_days: return calendar.add_working_days(start, deadline.length);
    case Deadline::Count::months: end = add_months(start, deadline.length); break;
  }
  return deadline.moves_to_workday ? calendar.working_day_from(end) : end;
}

LegalDay look_back_day(const LookBack& rule, LegalDay begin, LegalDay like, const WorkCalendar& calendar) {
  constexpr int days_tried = 28;
  const LegalDay first{begin.days + rule.after_days};
  if (!rule.same_weekday) return first;
  const bool working = calendar.is_working(like);
  for (LegalDay day = first; day.days < first.days + days_tried; ++day.days) {
    if ((day.days - like.days) % 7 == 0 && calendar.is_working(day) == working) return day;
  }
  LegalDay day = first;
  while (calendar.is_working(day) != working) ++day.days;
  return day;
}

}  // namespace celadon::systems
