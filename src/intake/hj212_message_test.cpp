#include "intake/hj212_message.hpp"

#include "intake/hj212_scan.hpp"
#include "intake/hj212_test_data.hpp"

#include <random>
#include <set>

using namespace celadon;
using namespace celadon::intake;

namespace {

using DeviationNames = std::vector<std::string>;

constexpr std::string_view header = "QN=20240601085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;";

Message parsed(const std::string& segment) {
  static std::vector<std::string> kept;  // the views of the message point there
  kept.reserve(100'000);
  kept.push_back(segment);
  Message m;
  const auto done = parse_message(kept.back(), m);
  if (!done) FAIL_CHECK(done.error().detail);
  return m;
}

DeviationNames deviations(const std::string& segment) {
  const Message m = parsed(segment);
  return {m.deviations.begin(), m.deviations.end()};
}

DeviationNames of_area(const std::string& area) { return deviations(std::string(header) + "CP=&&" + area + "&&"); }

DeviationNames of_header(const std::string& items) { return deviations(items + "CP=&&&&"); }

std::vector<std::string> pairs_of(const std::string& area) {
  std::vector<std::string> all;
  for (const auto& pair : parsed(std::string(header) + "CP=&&" + area + "&&").pairs) {
    all.push_back(std::to_string(pair.group) + " " + std::string(pair.key) + (pair.has_equals ? "=" : "") +
                  std::string(pair.value));
  }
  return all;
}

bool mended_when_written(std::string_view name) {
  return name == "cp_spaces" || name == "header_spaces" || name == "header_semicolon_missing" ||
         name == "text_behind_cp";
}

/// The promise of make_segment().
void decodes_to_itself(const std::string& segment) {
  CAPTURE(segment);
  Message m;
  Message again;
  REQUIRE(parse_message(segment, m));
  const std::string written = make_segment(m);
  CAPTURE(written);
  REQUIRE(parse_message(written, again));
  const std::vector<std::string_view> a = {m.qn, m.st, m.cn, m.pw, m.mn, m.flag, m.pnum, m.pno, m.rf};
  const std::vector<std::string_view> b = {again.qn,   again.st,   again.cn,  again.pw, again.mn,
                                           again.flag, again.pnum, again.pno, again.rf};
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i] == b[i]);
    REQUIRE((a[i].data() == nullptr) == (b[i].data() == nullptr));
  }
  REQUIRE(m.pairs.size() == again.pairs.size());
  for (std::size_t i = 0; i < m.pairs.size(); ++i) {
    REQUIRE(m.pairs[i].key == again.pairs[i].key);
    REQUIRE(m.pairs[i].value == again.pairs[i].value);
    REQUIRE(m.pairs[i].group == again.pairs[i].group);
    REQUIRE(m.pairs[i].has_equals == again.pairs[i].has_equals);
  }
  REQUIRE(m.header.size() == again.header.size());
  for (std::size_t i = 0; i < m.header.size(); ++i) REQUIRE(m.header[i].field == again.header[i].field);
  REQUIRE(m.layout == again.layout);
  bool as_written = true;
  DeviationNames kept;
  DeviationNames kept_again;
  for (const auto name : m.deviations) {
    as_written = as_written && !mended_when_written(name);
    if (!mended_when_written(name)) kept.emplace_back(name);
  }
  for (const auto name : again.deviations) {
    if (!mended_when_written(name)) kept_again.emplace_back(name);
  }
  REQUIRE(kept == kept_again);
  if (as_written) REQUIRE(written == segment);
  REQUIRE(make_segment(again) == written);
}

/// Segments that a device may send, and some that none should.
class Grammar {
 public:
  explicit Grammar(std::uint64_t seed) : random_(seed) {}

  std::string segment() {
    std::vector<std::string> items = {"QN=20240601085857223",        "ST=31", "CN=2011", "PW=123456",
                                      "MN=010000A8900016F000169DC0", "Flag=5"};
    if (one_in(5)) items.emplace_back("PNUM=2");
    if (one_in(5)) items.emplace_back("PNO=1");
    if (one_in(8)) items.emplace_back("RF=1");
    if (one_in(8)) items.emplace_back("X=" + text(5));
    if (one_in(8)) items.emplace_back(text(4));
    if (one_in(8)) items.emplace_back("");
    if (one_in(8)) items.emplace_back("PW=" + text(8));
    if (one_in(8)) items.emplace_back("FLAG=" + std::to_string(pick(14)));
    if (one_in(8)) items.emplace_back(" MN= " + text(3) + " ");
    if (one_in(4)) std::shuffle(items.begin(), items.end(), random_);
    while (one_in(3) && !items.empty()) items.erase(items.begin() + static_cast<std::ptrdiff_t>(pick(items.size())));
    std::string all;
    for (const auto& item : items) all += item + ";";
    if (one_in(10) && !all.empty() && items.back().find('=') != std::string::npos) all.pop_back();
    all += one_in(10) ? "CP= &&" : "CP=&&";
    for (std::size_t n = pick(12); n > 0; --n) all += item() + (one_in(2) ? ',' : ';');
    if (!one_in(4) && (all.ends_with(',') || all.ends_with(';'))) all.pop_back();
    all += "&&";
    if (one_in(12)) all += text(6);
    return all;
  }

 private:
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  bool one_in(std::size_t count) { return pick(count) == 0; }
  std::string text(std::size_t longest) {
    static const std::vector<std::string> atoms = {"a", "7", ".", "-", "/", "//", " ", "&", "QN", "CP", "清"};
    std::string all;
    for (std::size_t n = pick(longest + 1); n > 0; --n) all += atoms[pick(atoms.size())];
    return all;
  }
  std::string item() {
    static const std::vector<std::string> keys = {"DataTime", "a21026-Rtd", "a21026-Flag", "01-ZsRtd",
                                                  "EndTime",  "PolId",      "LA-Rtd",      ""};
    switch (pick(12)) {
      case 0: return "";
      case 1: return text(4);
      case 2: return " " + keys[pick(keys.size())] + " = " + text(3) + " ";
      case 3: return "i11001-Info=//" + text(3) + ";x=1,=&&" + text(3) + "//";
      case 4: return "i11001-Info=//" + text(3);
      case 5: return "a=b=" + text(3);
      default: return keys[pick(keys.size())] + "=" + std::to_string(pick(100000));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("names are unique and their number is that of the list") {
  const auto& names = all_deviation_names();
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
  CHECK(name_of(Deviation212::crlf_missing) == "crlf_missing");
  CHECK(name_of(Deviation212::encrypted_without_key) == "encrypted_without_key");
  CHECK(name_of(Deviation212::cp_key_twice) == "cp_key_twice");
  CHECK(name_of(Deviation212::mn_not_hex) == "mn_not_hex");
}

TEST_CASE("a message as the standard has it deviates in nothing") {
  CHECK(of_area("").empty());
  CHECK(of_area("DataTime=20240601085800;a21026-Rtd=18.52,a21026-Flag=N;a01013-Rtd=-0.121").empty());
  CHECK(of_area("PolId=w01018;i11001-Info=//清洗,管路;a=b//").empty());
  CHECK(of_area("BeginTime=20240601000000;EndTime=20240601010000").empty());
  CHECK(of_header("QN=20240601085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=1;")
            .empty());
  CHECK(of_header("QN=20240601085857223;ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=1;").empty());
  CHECK(of_header("QN=20240601085857223;PNUM=2;PNO=1;ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=3;").empty());
  CHECK(of_header("QN=20260601085857223;ST=31;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=9;RF=1;").empty());
}

TEST_CASE("what is wrong in a header is named") {
  CHECK(of_header("") == DeviationNames{"no_qn", "no_st", "no_cn", "no_pw", "no_mn", "no_flag"});
  const auto with = [](const std::string& from, const std::string& to) {
    std::string items(header);
    items.replace(items.find(from), from.size(), to);
    return of_header(items);
  };
  CHECK(with("QN=20240601085857223", "QN=1617937160672") == DeviationNames{"qn_length"});
  CHECK(with("QN=20240601085857223", "QN=2024060108585722x") == DeviationNames{"qn_length"});
  CHECK(with("ST=31", "ST=101") == DeviationNames{"st_length"});
  CHECK(with("CN=2011", "CN=") == DeviationNames{"cn_length"});
  CHECK(with("PW=123456", "PW=1234567") == DeviationNames{"pw_length"});
  CHECK(with("MN=010000A8900016F000169DC0", "MN=88888880000001") == DeviationNames{"mn_length"});
  CHECK(with("MN=010000A8900016F000169DC0", "MN=010000a8900016F000169DC0") == DeviationNames{"mn_not_hex"});
  CHECK(with("MN=010000A8900016F000169DC0", "MN=010000A8900016F000169DG0") == DeviationNames{"mn_not_hex"});
  CHECK(with("Flag=5", "FLAG=5") == DeviationNames{"flag_upper_case"});
  CHECK(with("Flag=5", "Flag=4x") == DeviationNames{"flag_invalid", "mn_length"});
  CHECK(with("Flag=5", "Flag=256") == DeviationNames{"flag_invalid", "mn_length"});
  CHECK(with("Flag=5", "Flag=7") == DeviationNames{"flag_without_packet"});
  CHECK(with("Flag=5", "Flag=7;PNUM=2") == DeviationNames{"flag_without_packet"});
  CHECK(with("Flag=5", "Flag=5;PNUM=2;PNO=1") == DeviationNames{"packet_without_flag"});
  CHECK(with("Flag=5", "Flag=7;PNO=1;PNUM=2") == DeviationNames{"header_order"});
  CHECK(with("PW=123456;", "PW=123456;PW=123456;") == DeviationNames{"header_twice"});
  CHECK(with("PW=123456;", "PW=123456;Cou=1;") == DeviationNames{"header_unknown"});
  CHECK(with("PW=123456;", "PW=123456;;") == DeviationNames{"header_unknown"});
  CHECK(with("PW=123456;", "PW=123456;C11;") == DeviationNames{"header_item_without_equals"});
  CHECK(with("PW=123456;", "PW= 123456;") == DeviationNames{"header_spaces"});
  CHECK(with("PW=123456;", "").front() == "no_pw");
  CHECK(with("ST=31;CN=2011;", "CN=2011;ST=31;") == DeviationNames{"header_order"});
  CHECK(with("Flag=5;", "Flag=5") == DeviationNames{"header_semicolon_missing"});
}

TEST_CASE("what is wrong in a data area is named") {
  CHECK(of_area("DataTime=20240601085800000") == DeviationNames{"time_17_digits"});
  CHECK(of_area("DataTime=2024060108580") == DeviationNames{"time_malformed"});
  CHECK(of_area("a=1;DataTime=2024060108580x") == DeviationNames{"time_malformed"});
  CHECK(of_area("OverTime=5;CstartTime=000000").empty());
  CHECK(of_area("BeginTime=20240601000000,EndTime=20240601010000") == DeviationNames{"comma_between_items"});
  CHECK(of_area("a-Rtd=1; b-Rtd=2") == DeviationNames{"cp_spaces"});
  CHECK(of_area("a-Rtd= 1") == DeviationNames{"cp_spaces"});
  CHECK(of_area("a=1;") == DeviationNames{"cp_trailing_semicolon"});
  CHECK(of_area("a=1;;b=2") == DeviationNames{"cp_empty_group"});
  CHECK(of_area("a=1,,b=2") == DeviationNames{"cp_empty_item"});
  CHECK(of_area("a-Rtd=1;a-Rtd=1") == DeviationNames{"cp_key_twice"});
  CHECK(of_area("01-Rtd=1,01-Flag=N;01-ZsRtd=1,01-Flag=N") == DeviationNames{"cp_key_twice"});
  CHECK(of_area("=1,=2") == DeviationNames{"cp_key_twice"});
  CHECK(of_area("B01-Cou=1,011-Avg=2") == DeviationNames{"cp_group_mixed"});
  CHECK(of_area("a21026-Rtd=1,a21027-Rtd=2") == DeviationNames{"cp_group_mixed"});
  CHECK(of_area("e3010101-Rtd=1,e3010102-Rtd=2") == DeviationNames{"cp_group_mixed"});
  CHECK(of_area("e3010101-Rtd=1,e3010101-Flag=N").empty());
  CHECK(of_area("a21026-Rtd=1,a21026-ZsRtd=2,Sample=3").empty());
  CHECK(of_area("S03-FlN") == DeviationNames{"cp_item_without_equals"});
  CHECK(of_area("i11001-Info=//\xC7\xE5\xCF\xB4//") == DeviationNames{"text_not_utf8"});
  CHECK(deviations(std::string(header) + "CP=&&a=1&&x") == DeviationNames{"text_behind_cp"});
  CHECK(deviations(std::string(header) + "CP= &&a=1&&") == DeviationNames{"cp_spaces"});
}

TEST_CASE("groups, empty values and log texts come out as they stand") {
  CHECK(pairs_of("a=1,b=2;c=3") == std::vector<std::string>{"0 a=1", "0 b=2", "1 c=3"});
  CHECK(pairs_of(";a=1;;b=;,c") == std::vector<std::string>{"0 a=1", "1 b=", "2 c"});
  CHECK(pairs_of("i=//a;b,c=d&&//,x=1") == std::vector<std::string>{"0 i=//a;b,c=d&&//", "0 x=1"});
  CHECK(pairs_of("i=//see http://host;x//;y=1") == std::vector<std::string>{"0 i=//see http://host;x//", "1 y=1"});
  CHECK(pairs_of("i=////;y=1") == std::vector<std::string>{"0 i=////", "1 y=1"});
  CHECK(pairs_of("i=//never closed;y=1") == std::vector<std::string>{"0 i=//never closed;y=1"});
  CHECK(pairs_of(" a = 1 ,b=2 ") == std::vector<std::string>{"0 a=1", "0 b=2"});
}

TEST_CASE("a data segment without CP=&&...&& or with an encrypted CP is refused") {
  Message m;
  for (const char* text : {"", "QN=1;ST=32", "QN=1;CP=a=1", "QN=1;CP=&&", "QN=1;CP=&&&", "CP=&", "CP=", "CP"}) {
    CAPTURE(text);
    const auto done = parse_message(text, m);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::malformed);
  }
  const auto done = parse_message("QN=1;CP=&&\x01\x02&&", m);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::refused);
}

TEST_CASE("a message that is changed is written as changed") {
  Message m = parsed("ST=31;QN=20240601085857223;MN=A;X=1;CP=&&a=1;&&");
  m.mn = "B";
  m.pw = "654321";
  m.st = {};
  CHECK(make_segment(m) == "QN=20240601085857223;MN=B;X=1;PW=654321;CP=&&a=1;&&");
  m.pairs.push_back({"b", "2", 0});
  CHECK(make_segment(m) == "QN=20240601085857223;MN=B;X=1;PW=654321;CP=&&a=1,b=2&&");
  Message made;
  made.cn = "2011";
  made.qn = "1";
  made.pairs = {{"PolId", "w01018", 0}, {"SystemTime", "20240601085800", 1}};
  CHECK(make_segment(made) == "QN=1;CN=2011;CP=&&PolId=w01018;SystemTime=20240601085800&&");
}

TEST_CASE("decoding what was encoded gives the same, for segments made at random") {
  Grammar grammar(17);
  for (int run = 0; run < 20'000; ++run) decodes_to_itself(grammar.segment());
}

TEST_CASE("separators and odd bytes are the same by words and by whatever this machine has") {
  std::mt19937_64 random(4);
  for (int run = 0; run < 20'000; ++run) {
    std::string bytes(64 + random() % 100, 'x');
    for (char& c : bytes) {
      if (random() % 4 == 0) c = ",;=<:-\x2D\xAC\xBB\xBD "[random() % 10];
      if (random() % 200 == 0) c = static_cast<char>(random());
    }
    std::uint64_t expected = 0;
    for (unsigned i = 0; i < 64; ++i) {
      if (bytes[i] == ',' || bytes[i] == ';' || bytes[i] == '=') expected |= std::uint64_t{1} << i;
    }
    REQUIRE(scan::separators(bytes.data()) == expected);
    REQUIRE(scan::separators_by_words(bytes.data()) == expected);
    const bool odd = std::any_of(bytes.begin(), bytes.end(), [](char c) { return c <= ' '; });  // char is signed
    REQUIRE(scan::has_odd_byte(bytes) == odd);
    REQUIRE(scan::has_odd_byte_by_words(bytes) == odd);
    std::vector<std::size_t> places;
    scan::Separators scanner(bytes);
    for (std::size_t at = scanner.next(); at < bytes.size(); at = scanner.next()) places.push_back(at);
    std::vector<std::size_t> plain;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == ',' || bytes[i] == ';' || bytes[i] == '=') plain.push_back(i);
    }
    REQUIRE(places == plain);
  }
}

TEST_CASE("eight bytes are digits, or hexadecimal digits, or not") {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::string bytes = "01234567";
      bytes[at] = static_cast<char>(c);
      CHECK(scan::all_digits(scan::load8(bytes.data())) == (c >= '0' && c <= '9'));
      CHECK(scan::all_hex(scan::load8(bytes.data())) == ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')));
    }
  }
}
