#include "intake/hj212_crc.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "intake/hj212_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon::intake;

void must(bool holds) {
  if (!holds) std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
  return part.data() == nullptr ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Deviations but for those that writing mends; and whether there were others.
std::vector<std::string_view> kept(const Message& m) {
  std::vector<std::string_view> names;
  for (const auto name : m.deviations) {
    if (name != "cp_spaces" && name != "header_spaces" && name != "header_semicolon_missing" &&
        name != "text_behind_cp") {
      names.push_back(name);
    }
  }
  return names;
}

bool same(const Message& a, const Message& b) {
  return a.qn == b.qn && a.st == b.st && a.cn == b.cn && a.pw == b.pw && a.mn == b.mn && a.flag == b.flag &&
         a.pnum == b.pnum && a.pno == b.pno && a.rf == b.rf && a.edition == b.edition && a.layout == b.layout &&
         a.packet_bit == b.packet_bit && a.wants_answer == b.wants_answer &&
         std::equal(a.header.begin(), a.header.end(), b.header.begin(), b.header.end(),
                    [](const auto& x, const auto& y) { return x.field == y.field; }) &&
         std::equal(a.pairs.begin(), a.pairs.end(), b.pairs.begin(), b.pairs.end(), [](const auto& x, const auto& y) {
           return x.key == y.key && x.value == y.value && x.group == y.group && x.has_equals == y.has_equals;
         });
}

}  // namespace

/// Any bytes as a data segment: every view lies inside it, the lists are bounded by its length, and what was decoded
/// is encoded and decoded alike, byte for byte where the message promises so; answers are good frames.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view segment(reinterpret_cast<const char*>(data), size);
  must(hj212_crc(segment) == hj212_crc_by_bits(segment));
  Message m;
  if (!parse_message(segment, m)) return 0;
  must(inside(m.cp, segment) && inside(m.mn, segment) && inside(m.rf, segment));
  for (const auto& pair : m.pairs) must(inside(pair.key, m.cp) && inside(pair.value, m.cp));
  for (const auto& item : m.header) must(inside(item.text, segment));
  must(m.pairs.size() + m.header.size() <= size && m.layout.size() <= 2 * size);
  must(std::find(m.deviations.begin(), m.deviations.end(), "text_not_utf8") != m.deviations.end() || is_utf8(m.cp));

  const std::string written = make_segment(m);
  Message again;
  must(parse_message(written, again).has_value());
  must(same(m, again));
  must(kept(m) == kept(again));
  if (kept(m).size() == m.deviations.size()) must(written == segment);

  if (m.mn.size() + m.pw.size() + m.qn.size() + m.cn.size() > 1000) return 0;  // an answer would pass a frame
  for (const std::string& answer : {answer_data(m), answer_notice(m), answer_return(m, 9)}) {
    FrameReader reader;
    reader.feed(answer);
    const auto item = reader.next();
    must(std::holds_alternative<Frame>(item) && std::get<Frame>(item).raw.size() + 2 == answer.size());
  }
  return 0;
}
