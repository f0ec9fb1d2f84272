#include "intake/hj212_forward_frame.hpp"

#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"

#include <algorithm>
#include <charconv>

namespace celadon::intake {
namespace {

/// Replaces what a view into a text covers.
struct Edit {
  std::string_view old_text;
  std::string new_text;
};

std::string edited(std::string_view text, std::vector<Edit> edits) {
  std::ranges::sort(edits, [](const Edit& a, const Edit& b) { return a.old_text.data() < b.old_text.data(); });
  std::string out;
  const char* at = text.data();
  for (const auto& edit : edits) {
    out.append(at, edit.old_text.data());
    out += edit.new_text;
    at = edit.old_text.data() + edit.old_text.size();
  }
  out.append(at, text.data() + text.size());
  return out;
}

/// The segment of the one frame in these bytes; its checksum may be wrong.
Result<std::string> segment_in(std::string_view raw, bool& checksum_holds) {
  FrameReader reader;
  reader.feed(raw);
  const auto item = reader.next();
  if (const auto* frame = std::get_if<Frame>(&item)) {
    checksum_holds = true;
    return std::string(frame->segment);
  }
  checksum_holds = false;
  if (const auto* refusal = std::get_if<Refusal>(&item)) return std::string(refusal->segment);
  return fail(Errc::malformed, "there is no frame in these bytes");
}

/// Whether CP cannot be plain text: it has control characters, or its checksum is that of other bytes and it is not
/// even text. (Plain frames with a wrong checksum are taken from devices whose entry in the register says so.)
bool is_encrypted(std::string_view cp, bool checksum_holds) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n';
  };
  const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::ranges::any_of(cp, control)) return true;
  return !checksum_holds && std::ranges::count_if(cp, high) * 4 > std::ssize(cp);
}

/// The header alone: of an encrypted message nothing else can be read.
Result<void> parse_header_of(std::string_view segment, std::string& copy, Message& message) {
  const std::size_t mark = segment.find("CP=");
  if (mark == std::string_view::npos) return fail(Errc::malformed, "the data segment has no CP");
  copy = std::string(segment.substr(0, mark)) + "CP=&&&&";
  return parse_message(copy, message);
}

}  // namespace

Result<OutgoingFrame> outgoing_frame(std::string_view raw, const UpstreamSettings& settings) {
  bool checksum_holds = false;
  const auto found = segment_in(raw, checksum_holds);
  if (!found) return fail(found.error());
  const std::string& segment = *found;
  Message message;
  std::string copy;
  if (auto parsed = parse_header_of(segment, copy, message); !parsed) return fail(parsed.error());
  const std::size_t open = std::min(segment.find("&&"), segment.size());
  const bool encrypted = is_encrypted(std::string_view(segment).substr(open), checksum_holds);

  OutgoingFrame out;
  out.mn = message.mn;
  out.sent_mn = message.mn;
  out.qn = message.qn;
  out.cn = message.cn;
  out.wants_answer = message.wants_answer;
  if (encrypted) {
    out.bytes = std::string(raw.substr(0, raw.find_last_not_of("\r\n") + 1)) + "\r\n";
    return out;
  }
  std::vector<Edit> edits;
  if (const auto mapped = settings.mn_map.find(out.mn); mapped != settings.mn_map.end() && message.has(message.mn)) {
    out.sent_mn = mapped->second;
    edits.push_back({message.mn, mapped->second});
  }
  if (settings.password && message.has(message.pw)) edits.push_back({message.pw, *settings.password});
  if (settings.ask_answer && !message.wants_answer) {
    unsigned bits = 0;
    const auto read = std::from_chars(message.flag.data(), message.flag.data() + message.flag.size(), bits);
    const bool number = message.has(message.flag) && read.ec == std::errc{} && bits < 256;
    if (number)
      edits.push_back({message.flag, std::to_string(bits | 1U)});
    else if (message.has(message.flag))
      edits.push_back({message.flag, "1"});
    else
      edits.push_back({std::string_view(copy).substr(copy.size() - 7, 0), "Flag=1;"});  // before CP=&&&&
    out.wants_answer = true;
  }
  // The header was read from a copy; what stands behind it follows as it is.
  const std::size_t header = copy.size() - 7;
  const std::string head = edited(std::string_view(copy).substr(0, header), std::move(edits));
  const std::string whole = head + segment.substr(header);
  if (whole.size() > 9999) return fail(Errc::too_large, "the data segment would have more than 9999 bytes");
  out.bytes = make_frame(whole);
  return out;
}

UpstreamWord read_word(std::string_view segment) {
  UpstreamWord word;
  Message message;
  if (!parse_message(segment, message)) return word;
  word.mn = message.mn;
  word.qn = message.has(message.qn) ? message.qn : message.item("QN");
  if (message.cn == "9013" || message.cn == "9014") {
    word.kind = UpstreamWord::Kind::taken;
  } else if (message.cn == "9011") {
    word.code = message.item("QnRtn");
    word.kind = word.code == "1" ? UpstreamWord::Kind::accepted : UpstreamWord::Kind::refused;
  } else if (message.cn != "9012") {
    word.kind = UpstreamWord::Kind::request;
    if (message.wants_answer) word.own_answer = answer_return(message, 2);
  }
  return word;
}

}  // namespace celadon::intake
