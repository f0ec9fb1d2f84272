#include "service/api.hpp"
#include "service/json_body.hpp"

#include "intake/hj212_conformity.hpp"
#include "intake/hj212_explain.hpp"

// What HJ 212 means: its commands, and any pasted frame in words.

namespace celadon::service {
namespace {

constexpr std::size_t text_bytes_max = 64 << 10;

void put_items(JsonWriter& json, const char* key, const std::vector<intake::ExplainedItem>& items, bool of_header) {
  json.key(key).begin_array();
  for (const auto& item : items) {
    json.begin_object();
    if (of_header)
      json.member("name", item.name);
    else
      json.member("group", item.group).member("key", item.name);
    json.member("value", printable(item.value)).member("meaning_zh", item.zh).member("meaning_en", item.en);
    if (!of_header) json.member("unit", item.unit);
    json.end_object();
  }
  json.end_array();
}

void put_names(JsonWriter& json, const Parts& parts, const char* key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const auto& name : names) {
    json.begin_object().member("name", name);
    intake::put_deviation_words(json, parts.hj212.deviation(name));
    json.end_object();
  }
  json.end_array();
}

Result<Response> decode(const Parts& parts, const Request& request) {
  JsonBody body(request.body);
  const std::string text = body.text("text");
  if (text.size() > text_bytes_max) body.refuse("text", "at most 65536 bytes are decoded", Errc::too_large);
  if (body.failed()) return fail(*body.failed());
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& one : intake::explain(text, parts.hj212)) {
    json.begin_object().member("valid", one.valid).member("raw", printable(one.raw)).member("bytes", one.raw.size());
    json.member("reason_zh", one.reason_zh).member("reason_en", one.reason_en);
    json.member("edition", intake::to_text(one.edition)).member("wants_answer", one.wants_answer);
    json.member("split", one.packet_bit).member("encrypted", one.encrypted);
    put_items(json, "header", one.header, true);
    put_items(json, "fields", one.fields, false);
    put_names(json, parts, "deviations", one.deviations);
    put_names(json, parts, "repairs", one.repairs);
    json.end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

/// What a form asks for; `form` says the rest.
const char* kind_of(const intake::CommandParameter& parameter) {
  if (!parameter.one_of.empty()) return "code";
  if (parameter.type == "number" || parameter.type == "decimal") return "number";
  if (parameter.type == "time" || parameter.type == "factor") return parameter.type == "time" ? "time" : "factor";
  return "text";
}

/// The words of a parameter; x- and i- stand for any factor or site information.
const intake::Words212* words_of(const Parts& parts, const std::string& name) {
  if (name.starts_with("x-") || name.starts_with("i-")) return parts.hj212.code("suffix", name.substr(2));
  const auto* words = parts.hj212.code("field", name);
  const std::size_t dash = name.find('-');
  return words != nullptr || dash == std::string::npos ? words : parts.hj212.code("suffix", name.substr(dash + 1));
}

Response list_commands(const Parts& parts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& command : parts.hj212.commands.all()) {
    json.begin_object().member("code", command.code).member("direction", command.direction);
    json.member("kind", command.kind).key("editions").begin_array();
    for (const auto edition : command.editions) json.put(intake::to_text(edition));
    json.end_array().member("name_zh", command.name_zh).member("name_en", command.name_en);
    json.member("group", command.group).key("parameters").begin_array();
    for (const auto& parameter : command.parameters) {
      const auto* words = words_of(parts, parameter.name);
      json.begin_object().member("name", parameter.name).member("form", parameter.type);
      json.member("name_zh", words == nullptr ? parameter.name : words->zh);
      json.member("name_en", words == nullptr ? parameter.name : words->en);
      json.member("type", kind_of(parameter)).member("required", parameter.required);
      json.member("repeats", parameter.repeats);
      if (parameter.lowest < parameter.highest)
        json.member("lowest", parameter.lowest).member("highest", parameter.highest);
      json.key("one_of").begin_array();
      for (const auto& value : parameter.one_of) json.put(value);
      json.end_array().end_object();
    }
    json.end_array().member("sendable", command.sendable).member("returns_data", command.returns_data);
    json.member("source", command.source).member("trust", command.trust).end_object();
  }
  json.end_array().end_object();
  return json_response(std::move(out));
}

}  // namespace

void add_hj212_routes(Router& router, const Parts& parts) {
  router.add({"POST",
              "/api/v1/hj212/decode",
              "Explain every field of the frames in a text",
              {},
              [&parts](const Request& request) { return decode(parts, request); },
              2 * text_bytes_max});
  router.add({"GET",
              "/api/v1/hj212/commands",
              "The commands of HJ 212 with their parameters",
              {},
              [&parts](const Request&) -> Result<Response> { return list_commands(parts); }});
}

}  // namespace celadon::service
