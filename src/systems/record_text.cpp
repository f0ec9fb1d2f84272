#include "systems/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace celadon::systems {
namespace {

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view wide = "\u3000";
  for (bool found = true; found;) {
    found = false;
    while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    if (text.starts_with(wide)) text.remove_prefix(wide.size()), found = true;
    if (text.ends_with(wide)) text.remove_suffix(wide.size()), found = true;
  }
  return text;
}

Unexpected<Error> bad(const Field& field, const std::string& zh, const std::string& en, std::string_view text) {
  // What is personal does not go into messages, which may be logged.
  const std::string given = field.personal ? "" : " '" + std::string(text.substr(0, 60)) + "'";
  return fail(Errc::invalid_value,
              fmt::format("“{}”{}{} / {}: {}{}", field.name.zh, zh, given, field.name.en, en, given), field.id);
}

std::vector<std::string_view> split(std::string_view text, std::string_view mark) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(mark);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + mark.size());
  }
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<Value> number_from(const Field& field, std::string_view text) {
  const auto number = number_of(text);
  if (!number) {
    if (text.find(',') != std::string_view::npos || text.find("，") != std::string_view::npos)
      return bad(field, "不是数字：不要千分位逗号", "no number: leave out the marks of thousands", text);
    return bad(field, "不是数字：只填数字，单位由字段决定", "no number: digits alone, the unit is the field's", text);
  }
  if (field.type == FieldType::whole && *number != std::floor(*number))
    return bad(field, "应为整数", "expected a whole number", text);
  return Value(*number);
}

/// 2026-06-01, 2026/6/1 or 2026年6月1日.
Result<Value> day_from(const Field& field, std::string_view text) {
  std::string plain(text);
  for (const std::string_view mark : {"年", "月", "/", "."}) {
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark))
      plain.replace(at, mark.size(), "-");
  }
  if (plain.ends_with("日")) plain.resize(plain.size() - std::string_view("日").size());
  const auto parts = split(plain, "-");
  if (parts.size() == 3 && parts[0].size() == 4 && !parts[1].empty() && parts[1].size() <= 2 && !parts[2].empty() &&
      parts[2].size() <= 2) {
    const auto day = parse_legal_day(fmt::format("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]));
    if (day) return Value(*day);
  }
  return bad(field, "不是日期，应如2026-06-01", "no date, expected for example 2026-06-01", text);
}

Result<Value> flag_from(const Field& field, std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (low == "是" || low == "yes" || low == "true") return Value(true);
  if (low == "否" || low == "no" || low == "false") return Value(false);
  return bad(field, "应为是或否", "expected 是 or 否, yes or no, true or false", text);
}

Result<std::string> code_from(const Field& field, const CodeList* codes, std::string_view text) {
  if (codes == nullptr) return std::string(text);
  if (const auto* code = codes->find(text)) return code->code;
  const Code* named = nullptr;
  for (const auto& code : codes->codes) {
    if (code.name.zh != text && code.name.en != text) continue;
    if (named != nullptr)
      return bad(field, "有几个代码同名，请填代码", "several codes have this name, give the code", text);
    named = &code;
  }
  if (named != nullptr) return named->code;
  return bad(field, "不在代码表“" + field.of + "”中", "is neither a code nor a name in the list " + field.of, text);
}

/// "lon,lat lon,lat"; parts by ';'.
Result<Value> geometry_from(const Field& field, std::string_view text) {
  Geometry geometry;
  geometry.kind = field.type == FieldType::point  ? Geometry::Kind::point
                  : field.type == FieldType::line ? Geometry::Kind::line
                                                  : Geometry::Kind::area;
  for (const auto part : split(text, ";")) {
    geometry.parts.emplace_back();
    for (const auto pair : split(trimmed(part), " ")) {
      if (pair.empty()) continue;
      auto numbers = split(pair, ",");
      if (numbers.size() == 1) numbers = split(pair, "，");
      const auto lon = number_of(numbers[0]);
      const auto lat = numbers.size() == 2 ? number_of(numbers[1]) : std::nullopt;
      if (!lon || !lat)
        return bad(field, "不是坐标，应如117.2,29.3（经度在前）",
                   "no place, expected for example 117.2,29.3, longitude first", text);
      geometry.parts.back().push_back({*lon, *lat});
    }
  }
  if (geometry.kind == Geometry::Kind::point && (geometry.parts.size() != 1 || geometry.parts[0].size() != 1))
    return bad(field, "应为一个点，如117.2,29.3", "expected one point as 117.2,29.3", text);
  return Value(std::move(geometry));
}

Result<Value> list_from(const Field& field, const CodeList* codes, std::string_view text) {
  std::string plain(text);
  for (auto at = plain.find("；"); at != std::string::npos; at = plain.find("；"))
    plain.replace(at, std::string_view("；").size(), ";");
  std::vector<std::string> list;
  for (const auto part : split(plain, ";")) {
    const auto item = trimmed(part);
    if (item.empty()) continue;
    if (field.type == FieldType::code) {
      auto code = code_from(field, codes, item);
      if (!code) return fail(code.error());
      list.push_back(std::move(*code));
    } else {
      list.emplace_back(item);
    }
  }
  return list.empty() ? Value() : Value(std::move(list));
}

std::string text_of(const Geometry& geometry) {
  std::string text;
  for (std::size_t i = 0; i < geometry.parts.size(); ++i) {
    if (i > 0) text += ';';
    for (std::size_t k = 0; k < geometry.parts[i].size(); ++k)
      text += fmt::format("{}{},{}", k > 0 ? " " : "", geometry.parts[i][k].lon_deg, geometry.parts[i][k].lat_deg);
  }
  return text;
}

}  // namespace

Result<Value> value_from_text(const Field& field, const CodeList* codes, std::string_view text) {
  const auto inner = trimmed(text);
  if (inner.empty()) return Value();
  if (field.is_list()) return list_from(field, codes, inner);
  switch (field.type) {
    case FieldType::text: return Value(std::string(text));
    case FieldType::number:
    case FieldType::whole: return number_from(field, inner);
    case FieldType::yes_no: return flag_from(field, inner);
    case FieldType::date: return day_from(field, inner);
    case FieldType::time: {
      const auto time = parse_instant(inner);
      if (time) return Value(*time);
      return bad(field, "不是时间，应如2026-06-01 08:30", "no time, expected for example 2026-06-01 08:30", inner);
    }
    case FieldType::code: {
      auto code = code_from(field, codes, inner);
      if (!code) return fail(code.error());
      return Value(std::move(*code));
    }
    case FieldType::reference:
    case FieldType::site: return Value(std::string(inner));
    case FieldType::point:
    case FieldType::line:
    case FieldType::area: return geometry_from(field, inner);
    case FieldType::files: break;
  }
  return Value();
}

std::string value_to_text(const Field& field, const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    // A whole number is written out; what it is is read by people too.
    if (*number == std::floor(*number) && std::abs(*number) < 1e15) return fmt::format("{:.0f}", *number + 0.0);
    return fmt::format("{}", *number);
  }
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "是" : "否";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* day = std::get_if<LegalDay>(&value)) return to_string(*day);
  if (const auto* time = std::get_if<Instant>(&value)) return to_iso_beijing(*time);
  if (const auto* geometry = std::get_if<Geometry>(&value)) return text_of(*geometry);
  const auto* const list = std::get_if<std::vector<std::string>>(&value);
  std::string text;
  if (list == nullptr) return text;
  for (const auto& item : *list) text += (text.empty() ? "" : ";") + item;
  static_cast<void>(field);
  return text;
}

}  // namespace celadon::systems
