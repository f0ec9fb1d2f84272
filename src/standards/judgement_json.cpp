#include "core/json_writer.hpp"
#include "standards/judge.hpp"

namespace celadon::standards {
namespace {

void put_words(JsonWriter& json, const char* key, const std::vector<std::string>& words) {
  json.key(key).begin_array();
  for (const auto& word : words) json.put(word);
  json.end_array();
}

void put_judged_input(JsonWriter& json, const JudgedInput& input) {
  json.begin_object().member("property", input.property).member("value", input.value).member("unit", input.unit);
  if (input.rounded) json.member("rounded", *input.rounded);
  json.key("index");
  if (input.index)
    json.put(*input.index);
  else
    json.null();
  json.key("class");
  if (!input.class_name.empty())
    json.put(input.class_name);
  else
    json.null();
  if (input.multiple) json.member("multiple", *input.multiple);
  json.member("used", input.used);
  if (!input.reason_zh.empty()) json.member("reason_zh", input.reason_zh).member("reason_en", input.reason_en);
  if (!input.members.empty()) json.raw(input.members);
  json.end_object();
}

void put_judged_number(JsonWriter& json, const JudgedNumber& number) {
  json.begin_object().member("name", number.name).member("value", number.value).member("unit", number.unit);
  json.member("text_zh", number.text_zh).member("text_en", number.text_en);
  if (!number.reason_en.empty()) json.member("reason_zh", number.reason_zh).member("reason_en", number.reason_en);
  json.end_object();
}

}  // namespace

void append_json(std::string& out, const Judgement& j, bool with_why, std::string_view members) {
  JsonWriter json(out);
  json.begin_object();
  if (!members.empty()) json.raw(members);
  json.member("rule", j.rule)
      .member("edition", j.edition)
      .member("edition_by", j.edition_asked ? "asked" : "data-date");
  json.member("time", j.time);
  json.key("verdict").begin_object().member("status", j.judged ? "judged" : "not-judged");
  if (!j.judged) json.member("reason_zh", j.reason_zh).member("reason_en", j.reason_en);
  json.key("value");
  if (j.value)
    json.put(*j.value);
  else
    json.null();
  json.key("level");
  if (j.level > 0)
    json.put(j.level);
  else
    json.null();
  if (!j.class_name.empty()) json.member("class", j.class_name).member("class_label", j.class_label);
  if (j.judged) {
    json.member("name_zh", j.name_zh)
        .member("name_en", j.name_en)
        .member("colour", j.colour)
        .member("text_colour", j.text_colour);
    if (!j.advice_zh.empty()) json.member("advice_zh", j.advice_zh).member("advice_en", j.advice_en);
  }
  if (j.attains) json.member("attains", *j.attains);
  put_words(json, "primary", j.primary);
  put_words(json, "over_limit", j.over_limit);
  put_words(json, "deciding", j.deciding);
  json.end_object();
  if (!j.numbers.empty()) {
    json.key("numbers").begin_array();
    for (const auto& number : j.numbers) put_judged_number(json, number);
    json.end_array();
  }
  json.key("inputs").begin_array();
  for (const auto& input : j.inputs) put_judged_input(json, input);
  json.end_array();
  if (with_why) {
    json.key("why").begin_array();
    for (const auto& step : j.why) {
      json.begin_object()
          .member("subject", step.subject)
          .member("text_zh", step.text_zh)
          .member("text_en", step.text_en);
      json.member("clause", step.clause).member("trust", step.trust).end_object();
    }
    json.end_array();
  }
  json.end_object();
}

}  // namespace celadon::standards
