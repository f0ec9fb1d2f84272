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

/// The data segment of the one frame in these bytes; its checksum may be wrong, its data area a cipher.
struct FoundSegment {
  std::string text;
  bool encrypted = false;
};

Result<FoundSegment> segment_in(std::string_view raw) {
  FrameReader reader;
  reader.feed(raw);
  auto item = reader.next();
  if (item.index() == 0) {  // its length says more than there is
    reader.give_up();
    item = reader.next();
  }
  if (const auto* frame = std::get_if<Frame>(&item)) {
    // One cipher text in 256 has the checksum of its plain text.
    const bool cipher =
        std::ranges::any_of(frame->segment, [](char c) { return static_cast<unsigned char>(c) < 0x09; });
    return FoundSegment{std::string(frame->segment), cipher};
  }
  if (const auto* refusal = std::get_if<Refusal>(&item))
    return FoundSegment{std::string(refusal->segment), refusal->fault == Deviation212::encrypted_without_key};
  return fail(Errc::malformed, "there is no frame in these bytes");
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
  const auto found = segment_in(raw);
  if (!found) return fail(found.error());
  const std::string& segment = found->text;
  Message message;
  std::string copy;
  if (auto parsed = parse_header_of(segment, copy, message); !parsed) return fail(parsed.error());

  OutgoingFrame out;
  out.mn = message.mn;
  out.sent_mn = message.mn;
  out.qn = message.qn;
  out.cn = message.cn;
  out.wants_answer = message.wants_answer;
  if (found->encrypted) {
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
