#include "service/judge_line.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace celadon::service {
namespace {

namespace json = boost::json;

constexpr std::size_t values_a_series_max = 10'000;

std::string text_or(const json::object& object, const char* name, const char* otherwise) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : otherwise;
}

double number_of(const json::value& value) { return value.is_number() ? value.to_number<double>() : std::nan(""); }

bool is_missing(const json::value& value) {
  return value.is_null() || (value.is_string() && (value.get_string() == "NaN" || value.get_string() == "nan"));
}

/// A bare number in the canonical unit, null, a list of them, or {"value" | "series", "unit", "void",
/// "below_detection"}.
Result<standards::JudgeInput> input_of(const std::string& property, const std::string& name, const json::value& given) {
  const auto wrong = [&](const std::string& what) { return fail(Errc::malformed, name + what, "inputs." + name); };
  standards::JudgeInput input;
  input.property = property;
  input.value = std::nan("");
  const json::value* value = &given;
  if (given.is_object()) {
    const auto& object = given.get_object();
    value = object.if_contains("series") != nullptr ? object.if_contains("series") : object.if_contains("value");
    input.unit = text_or(object, "unit", "");
    input.voided_en = input.voided_zh = text_or(object, "void", "");
    const auto* below = object.if_contains("below_detection");
    if (below != nullptr && !below->is_bool()) return wrong(": below_detection must be true or false");
    input.below_detection = below != nullptr && below->get_bool();
    for (const auto& member : object) {
      const auto key = member.key();
      if (key != "value" && key != "series" && key != "unit" && key != "void" && key != "below_detection") {
        return wrong(" has a member '" + std::string(key) +
                     "'; it may have value or series, unit, void, below_detection");
      }
    }
  }
  if (value == nullptr || is_missing(*value)) return input;
  if (value->is_array()) {
    for (const auto& one : value->get_array()) {
      if (!one.is_number() && !is_missing(one))
        return wrong(" holds something that is no number; a missing value is null");
      input.series.push_back(number_of(one));
    }
    if (input.series.size() > values_a_series_max)
      return fail(Errc::too_large, name + " has more than " + std::to_string(values_a_series_max) + " values",
                  "inputs." + name);
    return input;
  }
  if (!value->is_number()) return wrong(" is no number; a missing value is null");
  input.value = number_of(*value);
  return input;
}

/// The circumstances the rule asks for, as text.
Result<void> read_given(const standards::RuleFace& face, const json::object& object, standards::JudgeRequest& request) {
  for (const auto& member : object) {
    const std::string key(member.key());
    if (key == "date" || key == "inputs" || key == "edition" || key == "id") continue;
    const auto field =
        std::find_if(face.fields.begin(), face.fields.end(), [&](const auto& f) { return f.name == key; });
    if (field == face.fields.end()) {
      std::string known = "date, inputs, edition, id";
      for (const auto& one : face.fields) known += ", " + one.name;
      return fail(Errc::malformed, "there is no field '" + key.substr(0, 40) + "'; there are " + known,
                  key.substr(0, 40));
    }
    const auto& value = member.value();
    if (value.is_null()) continue;
    if (value.is_string()) {
      request.given[key] = std::string(value.get_string());
    } else if (value.is_number()) {
      char text[32];
      std::snprintf(text, sizeof text, "%.17g", value.to_number<double>());
      request.given[key] = text;
    } else {
      return fail(Errc::malformed, key + " must be a text or a number", key);
    }
  }
  return {};
}

}  // namespace

Result<standards::JudgeRequest> read_judge_line(const standards::Library& library, const standards::RuleFace& face,
                                                const std::string& edition, std::string_view line) try {
  json::error_code error;
  const json::value parsed = json::parse({line.data(), line.size()}, error);
  if (error || !parsed.is_object())
    return fail(Errc::malformed, "not a JSON object: " + (error ? error.message() : std::string("something else")));
  const json::object& object = parsed.get_object();
  standards::JudgeRequest request;
  request.rule = face.id;
  request.edition = text_or(object, "edition", edition.c_str());
  if (auto read = read_given(face, object, request); !read) return fail(read.error());
  const auto date = parse_instant(text_or(object, "date", ""));
  if (!date) return fail(Errc::malformed, "date: " + date.error().detail, "date");
  request.date = *date;
  // A date alone names a day: its last hour ends at the next midnight.
  if (text_or(object, "date", "").size() == 10) request.date.us += us_per_day;

  const auto* inputs = object.if_contains("inputs");
  if (inputs == nullptr || !inputs->is_object())
    return fail(Errc::malformed, "inputs must be an object of items", "inputs");
  for (const auto& member : inputs->get_object()) {
    const std::string name(member.key().substr(0, 80));
    const standards::Property* property = library.property_of_input(name);
    auto input = input_of(property != nullptr ? property->id : name, name, member.value());
    if (!input) return fail(input.error());
    request.inputs.push_back(std::move(*input));
  }
  return request;
} catch (const std::exception& error) {
  return fail(Errc::malformed, error.what());
}

}  // namespace celadon::service
