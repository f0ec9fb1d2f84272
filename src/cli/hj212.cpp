#include "cli/command.hpp"
#include "core/csv_table.hpp"
#include "core/json_writer.hpp"
#include "intake/hj212_factors.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "standards/pack_file.hpp"
#include "standards/properties.hpp"

#include <CLI/CLI.hpp>

#include <array>
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

/// What codes mean, for people: packs/standards/hj212_codes.csv.
struct Meanings {
  std::map<std::pair<std::string, std::string>, std::string> words;
  intake::FactorTable factors;
  standards::Properties properties;
  [[nodiscard]] std::string of(const char* kind, std::string_view code) const {
    const auto it = words.find({kind, std::string(code)});
    return it == words.end() ? std::string() : it->second;
  }
};

Result<Meanings> read_meanings(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 6> columns = {"kind", "code", "name_zh", "name_en", "source", "trust"};
  const auto text = standards::read_pack_file(packs / "standards" / "hj212_codes.csv");
  if (!text) return fail(text.error());
  const auto table = parse_csv_table(*text, "hj212_codes.csv", columns);
  if (!table) return fail(table.error());
  Meanings meanings;
  for (const auto& row : table->rows) meanings.words[{row[0], row[1]}] = row[2] + " (" + row[3] + ")";
  auto properties = standards::read_properties(packs);
  if (!properties) return fail(properties.error());
  meanings.properties = std::move(*properties);
  std::vector<std::pair<std::string, std::string>> units;
  for (const auto& property : meanings.properties.all()) units.emplace_back(property.id, property.unit);
  auto factors = intake::read_factor_table(packs, units);
  if (!factors) return fail(factors.error());
  meanings.factors = std::move(*factors);
  return meanings;
}

void explain_pair(const Meanings& meanings, const intake::Message& m, const intake::Pair212& pair) {
  const std::size_t dash = pair.key.rfind('-');
  std::string words;
  if (dash == std::string_view::npos) {
    words = meanings.of("field", pair.key);
  } else {
    const auto* factor = meanings.factors.find(m.st, pair.key.substr(0, dash));
    const auto* property = factor == nullptr ? nullptr : meanings.properties.find(factor->property);
    const std::string_view suffix = pair.key.substr(dash + 1);
    words = property == nullptr ? "unknown factor" : property->name_zh + " (" + property->name_en + ")";
    words += ", " + meanings.of("suffix", suffix);
    if (suffix == "Flag")
      words += ": " + meanings.of("flag", pair.value);
    else if (factor != nullptr)
      words += ", " + factor->wire_unit;
  }
  std::printf("    %-18s = %-18s %s\n", std::string(pair.key).c_str(), std::string(pair.value).c_str(), words.c_str());
}

void explain(const Meanings& meanings, const intake::Frame& frame, const intake::Message& m) {
  std::printf("frame of %zu bytes, data segment of %zu, checksum right%s\n", frame.raw.size(), frame.segment.size(),
              frame.lower_case_crc ? " (lower case)" : "");
  const auto line = [](const char* name, std::string_view value, const std::string& words) {
    if (value.data() != nullptr) std::printf("  %-5s %-26s %s\n", name, std::string(value).c_str(), words.c_str());
  };
  const auto clock = intake::parse_time212(m.qn);
  line("QN", m.qn,
       clock ? "请求编码 (request number), device clock " + to_beijing_minute(*clock) : "请求编码 (request number)");
  line("ST", m.st, meanings.of("st", m.st));
  line("CN", m.cn, meanings.of("cn", m.cn));
  line("PW", m.pw, "访问密码 (password)");
  line("MN", m.mn, "设备唯一标识 (device)");
  constexpr const char* editions[] = {"HJ/T 212-2005", "HJ 212-2017", "HJ 212-2025", "later than 2025"};
  line("Flag", m.flag,
       std::string(editions[static_cast<std::size_t>(m.edition)]) +
           (m.wants_answer ? ", wants an answer" : ", no answer") + (m.packet_bit ? ", split" : ""));
  line("PNUM", m.pnum, "总包数 (packets)");
  line("PNO", m.pno, "包号 (packet)");
  line("RF", m.rf, "补传 (sent again)");
  std::printf("  CP\n");
  for (const auto& pair : m.pairs) explain_pair(meanings, m, pair);
  for (const auto& deviation : m.deviations) std::printf("  deviation: %s\n", std::string(deviation).c_str());
}

void put_json(const intake::Frame& frame, const intake::Message& m) {
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

Result<int> run_decode(const DecodeOptions& options, const Context& context) {
  const auto meanings = read_meanings(context.packs);
  if (!meanings) return fail(meanings.error());
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
  intake::FrameReader reader;
  reader.feed(bytes);
  std::size_t good = 0;
  std::size_t bad = 0;
  const auto complain = [&](std::string_view raw, const std::string& words) {
    ++bad;
    if (options.json) {
      std::string out;
      JsonWriter(out).begin_object().member("valid", false).member("reason", words).member("raw", raw).end_object();
      std::puts(out.c_str());
    } else {
      std::printf("refused: %s\n  %s\n", words.c_str(), std::string(raw).c_str());
    }
  };
  intake::Message message;
  while (true) {
    const auto item = reader.next();
    if (item.index() == 0) {
      if (!reader.waiting()) break;
      reader.give_up();
      continue;
    }
    if (const auto* refusal = std::get_if<intake::Refusal>(&item)) {
      char expected[8];
      std::snprintf(expected, sizeof expected, "%04X", refusal->expected);
      complain(refusal->raw,
               refusal->modbus_crc
                   ? "the checksum is Modbus, not HJ 212 annex A; expected " + std::string(expected)
                   : "length or checksum is wrong; for this length the checksum is " + std::string(expected));
      continue;
    }
    const auto& frame = std::get<intake::Frame>(item);
    if (const auto parsed = intake::parse_message(frame.segment, message); !parsed) {
      complain(frame.raw, parsed.error().detail);
      continue;
    }
    ++good;
    if (options.json)
      put_json(frame, message);
    else
      explain(*meanings, frame, message);
  }
  if (good + bad == 0)
    complain(std::string_view(bytes).substr(0, 200), "no frame found; a frame begins with ## and four digits");
  return bad == 0 ? 0 : face(Errc::malformed).exit_code;
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
