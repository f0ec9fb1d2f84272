#include "cli/judge_line.hpp"

#include "core/units.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace celadon::cli {
namespace {

namespace json = boost::json;

std::string text_or(const json::object& object, const char* name, const char* otherwise) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : otherwise;
}

/// A bare number in the canonical unit, null, or {"value", "unit", "void"}.
Result<standards::JudgeInput> input_of(const standards::Property& property, const std::string& name,
                                       const json::value& given) {
  standards::JudgeInput input;
  input.property = property.id;
  input.value = std::nan("");
  const json::value* value = &given;
  std::string unit;
  if (given.is_object()) {
    const auto& object = given.get_object();
    value = object.if_contains("value");
    unit = text_or(object, "unit", "");
    input.voided_en = input.voided_zh = text_or(object, "void", "");
    for (const auto& member : object) {
      if (member.key() != "value" && member.key() != "unit" && member.key() != "void") {
        return fail(Errc::malformed,
                    name + " has a member '" + std::string(member.key()) + "'; it may have value, unit, void",
                    "inputs." + name);
      }
    }
  }
  if (value == nullptr || value->is_null()) return input;
  if (value->is_string() && (value->get_string() == "NaN" || value->get_string() == "nan")) return input;
  if (!value->is_number())
    return fail(Errc::malformed, name + " is no number; a missing value is null", "inputs." + name);
  input.value = value->to_number<double>();
  if (!unit.empty()) {
    const auto way = conversion(unit, property.unit);
    if (!way) return fail(way.error().code, name + ": " + way.error().detail, "inputs." + name);
    input.value = (*way)(input.value);
  }
  return input;
}

}  // namespace

Result<standards::Judgement> judge_line(const standards::Library& library, const std::string& rule,
                                        const std::string& edition, std::string_view line, bool why) try {
  json::error_code error;
  const json::value parsed = json::parse({line.data(), line.size()}, error);
  if (error || !parsed.is_object())
    return fail(Errc::malformed, "not a JSON object: " + (error ? error.message() : std::string("something else")));
  const json::object& object = parsed.get_object();
  for (const auto& member : object) {
    const auto key = member.key();
    if (key != "date" && key != "inputs" && key != "edition" && key != "water_body" && key != "rounding" &&
        key != "id") {
      return fail(
          Errc::malformed,
          "there is no field '" + std::string(key) + "'; there are date, inputs, edition, water_body, rounding, id",
          std::string(key));
    }
  }
  standards::JudgeRequest request;
  request.rule = rule;
  request.edition = text_or(object, "edition", edition.c_str());
  request.want_why = why;
  const auto date = parse_instant(text_or(object, "date", ""));
  if (!date) return fail(Errc::malformed, "date: " + date.error().detail, "date");
  request.date = *date;
  // A date alone names a day: its last hour ends at the next midnight.
  if (text_or(object, "date", "").size() == 10) request.date.us += us_per_day;

  const std::string body = text_or(object, "water_body", "river");
  if (body != "river" && body != "lake")
    return fail(Errc::invalid_value, "water_body is '" + body + "', not river or lake", "water_body");
  request.body = body == "lake" ? standards::WaterBody::lake : standards::WaterBody::river;
  const std::string rounding = text_or(object, "rounding", "reading");
  if (rounding != "reading" && rounding != "assessment") {
    return fail(Errc::invalid_value, "rounding is '" + rounding + "', not reading or assessment", "rounding");
  }
  request.rounding = rounding == "reading" ? standards::WaterRounding::reading : standards::WaterRounding::assessment;

  const auto* inputs = object.if_contains("inputs");
  if (inputs == nullptr || !inputs->is_object())
    return fail(Errc::malformed, "inputs must be an object of properties", "inputs");
  for (const auto& member : inputs->get_object()) {
    const std::string name(member.key());
    const standards::Property* property = library.property_of_input(name);
    if (property == nullptr)
      return fail(Errc::unknown_code, "property '" + name.substr(0, 40) + "' is not known",
                  "inputs." + name.substr(0, 40));
    auto input = input_of(*property, name, member.value());
    if (!input) return fail(input.error());
    request.inputs.push_back(std::move(*input));
  }
  auto judgement = standards::judge(library, request);
  return judgement;
} catch (const std::exception& error) {
  return fail(Errc::malformed, error.what());
}

}  // namespace celadon::cli
