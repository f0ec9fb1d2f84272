#include "cli/command.hpp"
#include "cli/hj212_pack.hpp"
#include "core/json_writer.hpp"
#include "intake/hj212_explain.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

namespace celadon::cli {
namespace {

struct DecodeOptions {
  std::string input = "-";
  bool json = false;
};

void print(const intake::ExplainedItem& item, const char* indent, int width) {
  const std::string words = item.zh.empty() ? "" : item.zh == item.en ? item.zh : item.zh + " (" + item.en + ")";
  std::printf("%s%-*s = %-22s %s%s%s\n", indent, width, item.name.c_str(), item.value.c_str(), words.c_str(),
              item.unit.empty() ? "" : ", ", item.unit.c_str());
}

void print(const intake::Explained& one, const intake::Hj212Tables& tables) {
  if (!one.valid) {
    std::printf("refused: %s (%s)\n  %s\n", one.reason_zh.c_str(), one.reason_en.c_str(), one.raw.c_str());
  } else {
    std::printf("frame of %zu bytes, %s%s\n", one.raw.size(), std::string(intake::to_text(one.edition)).c_str(),
                one.encrypted ? ", enciphered" : "");
  }
  for (const auto& item : one.header) print(item, "  ", 5);
  if (!one.fields.empty()) std::printf("  CP\n");
  for (const auto& item : one.fields) print(item, "    ", 18);
  for (const auto* names : {&one.deviations, &one.repairs}) {
    for (const auto& name : *names) {
      const auto* meaning = tables.deviation(name);
      std::printf("  %s: %s", names == &one.repairs ? "repaired" : "deviation", name.c_str());
      if (meaning != nullptr)
        std::printf(", %s (%s): %s (%s)", meaning->name_zh.c_str(), meaning->name_en.c_str(), meaning->fix_zh.c_str(),
                    meaning->fix_en.c_str());
      std::printf("\n");
    }
  }
}

void put_frame(const intake::Frame& frame, const intake::Message& m) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("valid", true).member("bytes", frame.raw.size());
  for (const auto& [name, value] : {std::pair{"qn", m.qn},
                                    {"st", m.st},
                                    {"cn", m.cn},
                                    {"pw", m.pw},
                                    {"mn", m.mn},
                                    {"flag", m.flag},
                                    {"pnum", m.pnum},
                                    {"pno", m.pno},
                                    {"rf", m.rf}}) {
    if (value.data() != nullptr) json.member(name, value);
  }
  json.key("flag_bits")
      .begin_object()
      .member("version", static_cast<int>(m.edition))
      .member("split", m.packet_bit)
      .member("ack", m.wants_answer)
      .end_object();
  json.key("cp_groups").begin_array();
  for (std::size_t i = 0; i < m.pairs.size(); ++i) {
    if (i == 0 || m.pairs[i].group != m.pairs[i - 1].group) json.begin_array();
    json.begin_array().put(m.pairs[i].key).put(m.pairs[i].value).end_array();
    if (i + 1 == m.pairs.size() || m.pairs[i].group != m.pairs[i + 1].group) json.end_array();
  }
  json.end_array().key("params").begin_object();
  for (const auto& pair : m.pairs) {
    if (pair.key.find('-') == std::string_view::npos) json.member(pair.key, pair.value);
  }
  json.end_object().key("factors").begin_object();
  std::map<std::string, std::map<std::string, std::string>> factors;
  for (const auto& pair : m.pairs) {
    const std::size_t dash = pair.key.rfind('-');
    if (dash != std::string_view::npos)
      factors[std::string(pair.key.substr(0, dash))][std::string(pair.key.substr(dash + 1))] = std::string(pair.value);
  }
  for (const auto& [code, fields] : factors) {
    json.key(code).begin_object();
    for (const auto& [suffix, value] : fields) json.member(suffix, value);
    json.end_object();
  }
  json.end_object().key("deviations").begin_array();
  for (const auto& deviation : m.deviations) json.put(deviation);
  json.end_array().end_object();
  std::puts(out.c_str());
}

/// One JSON object a frame: its parts, for programs.
void put_frames_json(std::string_view bytes, const intake::Hj212Tables& tables) {
  for (const auto& one : intake::explain(bytes, tables)) {
    intake::FrameReader reader;
    reader.feed(one.raw);
    const auto item = reader.next();
    const auto* frame = std::get_if<intake::Frame>(&item);
    intake::Message message;
    if (one.valid && frame != nullptr && intake::parse_message(frame->segment, message)) {
      put_frame(*frame, message);
      continue;
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("valid", false).member("reason", one.reason_en).member("raw", one.raw).end_object();
    std::puts(out.c_str());
  }
}

Result<int> run_decode(const DecodeOptions& options, const Context& context) {
  const auto properties = standards::read_properties(context.packs);
  if (!properties) return fail(properties.error());
  const auto tables = read_hj212_pack(context.packs, *properties);
  if (!tables) return fail(tables.error());
  std::string bytes;
  if (options.input.starts_with("##")) {
    bytes = options.input;
  } else if (options.input == "-") {
    bytes.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(options.input, std::ios::binary);
    if (!file) return fail(Errc::not_found, options.input + ": cannot be opened");
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  if (options.json) put_frames_json(bytes, *tables);
  bool all_valid = true;
  for (const auto& one : intake::explain(bytes, *tables)) {
    all_valid = all_valid && one.valid;
    if (!options.json) print(one, *tables);
  }
  return all_valid ? 0 : face(Errc::malformed).exit_code;
}

}  // namespace

void add_hj212(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("hj212", "Decode, explain and make HJ 212 frames");
  command->require_subcommand(1);
  auto* decode = command->add_subcommand(
      "decode", "Explain every field of the frames of a file, of standard input, or of a pasted frame");
  auto options = std::make_shared<DecodeOptions>();
  decode->add_option("input", options->input, "file, - for standard input, or a frame that begins with ##")
      ->capture_default_str();
  decode->add_flag("--json", options->json, "one JSON object a frame");
  decode->footer(
      "Example:\n  celadon hj212 decode '##0087QN=...;ST=91;CN=9014;...&&3240'\nExit code 65 when a frame was "
      "refused.");
  decode->callback([options, &context] {
    const auto result = run_decode(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
  auto* make = command->add_subcommand("frame", "Put length and checksum around a data segment");
  auto segment = std::make_shared<std::string>();
  make->add_option("segment", *segment, "QN=...;ST=...;CP=&&...&&")->required();
  make->footer(
      "Example:\n  celadon hj212 frame 'ST=22;CN=2011;PW=123456;MN=...;CP=&&DataTime=20261124160000;a34004-Rtd=35&&' | "
      "nc -q 1 127.0.0.1 9212");
  make->callback([segment, &context] {
    if (segment->size() > intake::segment_bytes_max) {
      context.exit_code = report({Errc::too_large, "a data segment has 4096 bytes at most", ""});
      return;
    }
    std::fputs(intake::make_frame(*segment).c_str(), stdout);
  });
}

}  // namespace celadon::cli
