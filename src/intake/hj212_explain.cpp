#include "intake/hj212_explain.hpp"

#include "intake/hj212_data_commands.hpp"
#include "intake/hj212_frame.hpp"

#include <algorithm>
#include <cstdio>

namespace celadon::intake {
namespace {

constexpr std::size_t raw_kept = 8192;

struct Said {
  std::string zh, en;
};

Said said(const Words212* words) { return words == nullptr ? Said{} : Said{words->zh, words->en}; }

Said joined(const Said& a, const char* between, const Said& b) {
  if (b.zh.empty()) return a;
  if (a.zh.empty()) return b;
  return {a.zh + between + b.zh, a.en + between + b.en};
}

/// A time as people read it; empty where it is none.
Said time_words(std::string_view text) {
  const auto time = parse_time212(text);
  if (!time) return {};
  const std::string words = to_iso_beijing(*time).substr(0, 19);
  return {words, words};
}

class Explainer {
 public:
  Explainer(const Hj212Tables& tables, Explained& out) : tables_(tables), out_(out) {}

  void explain(const Message& m) {
    out_.edition = m.edition;
    out_.wants_answer = m.wants_answer;
    out_.packet_bit = m.packet_bit;
    for (const auto& name : m.deviations) out_.deviations.emplace_back(name);
    const auto* command = tables_.commands.find(m.cn, m.edition);
    const Words212* system = tables_.code("st", m.st, m.edition);
    header("QN", m.qn, joined(header_name("QN"), " ", time_words(m.qn)));
    header("ST", m.st, system == nullptr ? Said{"未知系统编码", "unknown system code"} : said(system));
    header("CN", m.cn,
           command == nullptr ? Said{"未知命令", "unknown command"} : Said{command->name_zh, command->name_en});
    header("PW", m.pw, header_name("PW"));
    header("MN", m.mn, header_name("MN"));
    header("Flag", m.flag, flag_words(m));
    header("PNUM", m.pnum, header_name("PNUM"));
    header("PNO", m.pno, header_name("PNO"));
    header("RF", m.rf, header_name("RF"));
    for (const auto& pair : m.pairs) field(m, pair);
    if (command == nullptr && !m.cn.empty()) deviates("unknown_command");
  }

 private:
  void deviates(std::string_view name) {
    if (std::ranges::find(out_.deviations, name) == out_.deviations.end()) out_.deviations.emplace_back(name);
  }

  [[nodiscard]] Said header_name(const char* name) const { return said(tables_.code("header", name)); }

  void header(const char* name, std::string_view value, const Said& words) {
    if (value.data() == nullptr) return;
    out_.header.push_back({0, name, std::string(value), words.zh, words.en, ""});
  }

  static Said flag_words(const Message& m) {
    constexpr const char* editions[] = {"HJ/T 212-2005", "HJ 212-2017", "HJ 212-2025", "?"};
    const std::string edition = editions[static_cast<std::size_t>(m.edition)];
    return {edition + (m.wants_answer ? "，要求应答" : "，不要求应答") + (m.packet_bit ? "，拆分包" : ""),
            edition + (m.wants_answer ? ", wants an answer" : ", no answer") + (m.packet_bit ? ", split" : "")};
  }

  void field(const Message& m, const Pair212& pair) {
    ExplainedItem item{pair.group, std::string(pair.key), std::string(pair.value), "", "", ""};
    const std::size_t dash = pair.key.rfind('-');
    const Said words = dash == std::string_view::npos ? plain_field(m, pair)
                                                      : factor_field(m, pair.key.substr(0, dash),
                                                                     pair.key.substr(dash + 1), pair.value, item.unit);
    item.zh = words.zh;
    item.en = words.en;
    out_.fields.push_back(std::move(item));
  }

  Said plain_field(const Message& m, const Pair212& pair) {
    const Said name = said(tables_.code("field", pair.key, m.edition));
    if (pair.key == "PolId" || pair.key == "PolID") return joined(name, ": ", factor_name(m.st, pair.value));
    if (pair.key == "InfoId") return joined(name, ": ", factor_name(m.st, pair.value));
    // A field whose values are codes has a kind of its own name in the pack: QnRtn, ExeRtn, AlarmType ...
    if (const auto* value = tables_.code(pair.key, pair.value, m.edition)) return joined(name, ": ", said(value));
    return joined(name, " ", time_words(pair.value));
  }

  Said factor_field(const Message& m, std::string_view code, std::string_view suffix, std::string_view value,
                    std::string& unit) {
    const Words212* known = tables_.code("suffix", suffix, m.edition);
    if (known == nullptr) deviates("unknown_suffix");
    const Said field = known == nullptr ? Said{"未知字段", "unknown field"} : said(known);
    const Suffix212* role = suffix_of(suffix);
    const FactorMapping* own = tables_.factors.find_own(m.st, code, role == nullptr ? suffix : role->pack_name);
    if (own != nullptr && code.starts_with("SB")) {
      const std::string number(code.substr(2));
      unit = shown_unit(own->wire_unit);
      return joined(joined({"治理设施 " + number, "facility " + number}, ", ", field), ": ",
                    said(tables_.code(suffix, value, m.edition)));
    }
    const Said words = joined(factor_name(m.st, code), ", ", field);
    if (suffix == "Flag" || suffix == "ZsFlag")
      return joined(words, ": ", said(tables_.code("flag", value, m.edition)));
    if (suffix == "Info") return joined(words, ": ", said(tables_.code(code, value, m.edition)));
    if (suffix == "SampleTime" || suffix == "CompleteTime") return joined(words, " ", time_words(value));
    if (const auto* meaning = tables_.code(suffix, value, m.edition)) return joined(words, ": ", said(meaning));
    const bool is_value = role != nullptr && role->role == FieldRole212::value;
    const FactorMapping* factor = own != nullptr ? own : is_value ? tables_.factors.find(m.st, code) : nullptr;
    if (factor != nullptr) unit = shown_unit(factor->wire_unit);
    return words;
  }

  /// The unit one has none to show.
  static std::string shown_unit(const std::string& unit) { return unit == "1" ? std::string() : unit; }

  Said factor_name(std::string_view st, std::string_view code) {
    const auto* factor = tables_.factors.find(st, code);
    const auto name = factor == nullptr || !tables_.property_names ? std::nullopt
                                                                   : tables_.property_names(property_of(*factor, code));
    if (name) return {name->first, name->second};
    if (const auto* listed = tables_.factor_names.find(code)) return {listed->name_zh, listed->name_en};
    deviates("unknown_factor");
    return {"未知因子", "unknown factor"};
  }

  const Hj212Tables& tables_;
  Explained& out_;
};

void refuse(Explained& out, const Hj212Tables& tables, std::string_view fault, const std::string& more_zh,
            const std::string& more_en) {
  const auto* meaning = tables.deviation(fault);
  out.reason_zh = (meaning == nullptr ? std::string(fault) : meaning->name_zh) + more_zh;
  out.reason_en = (meaning == nullptr ? std::string(fault) : meaning->name_en) + more_en;
  out.deviations.emplace_back(fault);
}

Explained of_frame(const Frame& frame, const Hj212Tables& tables) {
  Explained out;
  out.raw = frame.raw;
  out.encrypted = frame.encrypted;
  for (const auto name : frame.repairs) out.repairs.emplace_back(name);
  Message message;
  if (const auto parsed = parse_message(frame.segment, message); !parsed) {
    out.reason_zh = "数据段不完整：" + parsed.error().detail;
    out.reason_en = parsed.error().detail;
    return out;
  }
  out.valid = true;
  Explainer(tables, out).explain(message);
  return out;
}

Explained of_refusal(const Refusal& refusal, const Hj212Tables& tables) {
  Explained out;
  out.raw = refusal.raw;
  char expected[8];
  std::snprintf(expected, sizeof expected, "%04X", refusal.expected);
  const std::string code(expected);
  refuse(out, tables, name_of(refusal.fault), "；按此长度校验码应为 " + code,
         "; for this length the checksum is " + code);
  Message message;  // what a lenient reader would still see
  if (parse_message(refusal.segment, message)) Explainer(tables, out).explain(message);
  return out;
}

}  // namespace

std::vector<Explained> explain(std::string_view bytes, const Hj212Tables& tables) {
  std::vector<Explained> all;
  FrameReader reader;
  const bool bare = bytes.starts_with("QN=") || bytes.starts_with("ST=");
  while (bare && (bytes.ends_with('\n') || bytes.ends_with('\r'))) bytes.remove_suffix(1);
  const std::string framed = bare && bytes.size() <= segment_bytes_max ? make_frame(bytes) : std::string();
  reader.feed(framed.empty() ? bytes : std::string_view(framed));
  while (true) {
    const auto item = reader.next();
    if (const auto fault = reader.line_end_fault(); fault && !all.empty())
      all.back().repairs.emplace_back(name_of(*fault));
    if (const auto* frame = std::get_if<Frame>(&item)) {
      all.push_back(of_frame(*frame, tables));
    } else if (const auto* refusal = std::get_if<Refusal>(&item)) {
      all.push_back(of_refusal(*refusal, tables));
    } else if (reader.waiting()) {
      reader.give_up();
    } else {
      break;
    }
  }
  if (all.empty()) {
    Explained none;
    none.raw = bytes.substr(0, raw_kept);
    none.reason_zh = "没有找到报文：报文以 ## 和四位长度开头";
    none.reason_en = "no frame found; a frame begins with ## and four digits";
    all.push_back(std::move(none));
  }
  return all;
}

}  // namespace celadon::intake
