#include "intake/csv_reader.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

using celadon::intake::ByteSource;
using celadon::intake::CsvLimits;
using celadon::intake::CsvReader;

namespace {

/// "line:a|b;line!problem;" so that a whole file is one comparison.
std::string records_of(std::string_view bytes, CsvLimits limits = {}) {
  auto source = ByteSource::memory(bytes, "m");
  CsvReader reader(source, limits);
  std::string text;
  while (true) {
    auto step = reader.next();
    if (!step) return text + "error";
    if (*step == CsvReader::Step::end) return text;
    text += std::to_string(reader.line());
    if (*step == CsvReader::Step::bad_record) {
      text += "!" + reader.problem() + ";";
      continue;
    }
    text += ":";
    for (std::size_t i = 0; i < reader.fields().size(); ++i)
      text += (i == 0 ? "" : "|") + std::string(reader.fields()[i]);
    text += ";";
  }
}

std::string zstd_packed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* packer = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(packer, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(packer, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(packer);
  return out;
}

}  // namespace

TEST_CASE("records come with their fields and the line they begin on") {
  CHECK(records_of("a,b\n1,2\n") == "1:a|b;2:1|2;");
  CHECK(records_of("a,b\r\n1,2\r\n") == "1:a|b;2:1|2;");
  CHECK(records_of("a,b\n1,2") == "1:a|b;2:1|2;");
  CHECK(records_of("a,,\n,\n") == "1:a||;2:|;");
  CHECK(records_of("a\n\n\r\nb\n") == "1:a;4:b;");
  CHECK(records_of("") == "");
  CHECK(records_of("\n\n") == "");
}

TEST_CASE("a byte order mark is no part of the first name, quoted or not") {
  CHECK(records_of("\xef\xbb\xbf"
                   "site,x\n") == "1:site|x;");
  CHECK(records_of("\xef\xbb\xbf"
                   "\"si,te\",x\n") == "1:si,te|x;");
}

TEST_CASE("quoted fields hold commas, quotes and line breaks, and lines are counted on") {
  CHECK(records_of("\"a,b\",c\n") == "1:a,b|c;");
  CHECK(records_of("\"a\"\"b\",\"\"\n") == "1:a\"b|;");
  CHECK(records_of("\"a\nb\",c\nd,e\n") == "1:a\nb|c;3:d|e;");
  CHECK(records_of("5\"\" pipe,b\nc,d\n") == "1:5\"\" pipe|b;2:c|d;");
}

TEST_CASE("a record that is wrong is told, and the next one is read") {
  CHECK(records_of("\"a\"x,b\nc,d\n") == "1!text follows a closing quote;2:c|d;");
  CHECK(records_of("\"a,b\nc,\"d\"\ne,f\n") == "1!text follows a closing quote;2:c|d;3:e|f;");
  CHECK(records_of("\"a\"\"\"\"b\nc,\"d\"\ne,f\n") == "1!text follows a closing quote;2:c|d;3:e|f;");
  CHECK(records_of("\"a,b\nc,d\n") == "1!a quote is opened and not closed;2:c|d;");
  CHECK(records_of("c,d\n\"a,b") == "1:c|d;2!a quote is opened and not closed;");
  const CsvLimits small{20, 3, 2};
  CHECK(records_of("a,b,c,d\ne\n", small) == "1!more than 3 fields;2:e;");
  CHECK(records_of("01234567890123456789\nb\n", small) == "1:01234567890123456789;2:b;");
  CHECK(records_of("012345678901234567890\nb\n", small) == "1!longer than 20 bytes;2:b;");
  const std::string huge(2'000'000, 'x');
  CHECK(records_of(huge + "\nb\n") == "1!longer than 262144 bytes;2:b;");
  CHECK(records_of("\"a\n\n\n\nb,c\n", small) == "1!a quote is opened and not closed;5:b|c;");
}

TEST_CASE("a file that opens a quote on every line is still read in one pass's time") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "\"x\n";
  auto source = ByteSource::memory(text, "m");
  CsvReader reader(source);
  std::size_t bad = 0, good = 0;
  while (true) {
    auto step = reader.next();
    REQUIRE(step);
    if (*step == CsvReader::Step::end) break;
    (*step == CsvReader::Step::record ? good : bad) += 1;
  }
  CHECK(bad + good > 0);
  CHECK(reader.line() <= 200'000);
}

TEST_CASE("a packed source gives what was packed, frame after frame, and says how far it is") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",b\n";
  const std::string bytes = zstd_packed(text) + zstd_packed("end,b\n");
  auto source = ByteSource::memory(bytes, "m.zst");
  auto all = celadon::intake::read_all(source, 10'000'000);
  REQUIRE(all);
  CHECK(*all == text + "end,b\n");
  CHECK(source.bytes_read() == bytes.size());
  CHECK(source.bytes_total() == bytes.size());
}

TEST_CASE("a damaged packed source gives what came before, then the file and the place") {
  std::string text;
  for (std::int64_t i = 0; i < 400'000; ++i) text += std::to_string(i * 7919 % 1'000'003) + ",b\n";
  std::string bytes = zstd_packed(text);
  for (std::size_t i = 0; i < 300; ++i) bytes[bytes.size() / 2 + i] = '\xFF';
  for (const std::string& damaged : {bytes, zstd_packed(text).substr(0, bytes.size() / 2)}) {
    auto source = ByteSource::memory(damaged, "damaged.zst");
    CsvReader reader(source);
    std::size_t rows = 0;
    while (true) {
      auto step = reader.next();
      if (!step) {
        CHECK(step.error().code == celadon::Errc::file_damaged);
        CHECK(step.error().detail.find("damaged.zst: damaged near byte ") == 0);
        break;
      }
      REQUIRE(*step != CsvReader::Step::end);
      if (*step == CsvReader::Step::record) ++rows;  // damage may show as nonsense before it shows as damage
    }
    CHECK(rows > 50'000);
  }
}

TEST_CASE("a document over the limit is refused") {
  auto source = ByteSource::memory("12345678", "m");
  CHECK(celadon::intake::read_all(source, 7).error().code == celadon::Errc::too_large);
}

TEST_CASE("a file that is not there, and a folder, are said to be so") {
  CHECK(ByteSource::open("/no/such/file.csv").error().code == celadon::Errc::not_found);
  CHECK(ByteSource::open("/tmp").error().detail.find("is a folder") != std::string::npos);
}

TEST_CASE("a field is quoted where it must be and read back the same") {
  for (const std::string field : {"a", "a,b", "a\"b", "a\nb", "\"", ""}) {
    CHECK(records_of("x," + celadon::intake::csv_field(field) + "\n") == "1:x|" + field + ";");
  }
}
