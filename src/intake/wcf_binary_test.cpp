#include "intake/wcf_binary.hpp"

#include <doctest/doctest.h>

using celadon::Result;
using celadon::intake::decode_wcf;
using celadon::intake::WcfEvent;

namespace {

/// "<a>text</>" or the error's text.
std::string elements_of(std::string_view bytes) {
  std::string text;
  auto done = decode_wcf(bytes, [&](const WcfEvent& event) -> Result<void> {
    if (event.kind == WcfEvent::Kind::start) text += "<" + std::string(event.name) + ">";
    if (event.kind == WcfEvent::Kind::text) text += event.text;
    if (event.kind == WcfEvent::Kind::end) text += "</>";
    return {};
  });
  return done ? text : text + "!" + done.error().detail;
}

/// Bytes with zeros in them.
template <std::size_t n>
std::string bytes(const char (&text)[n]) {
  return std::string(text, n - 1);
}

}  // namespace

TEST_CASE("elements with and without prefix, dictionary names and attributes are read") {
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x01")) == "<a></>");
  CHECK(elements_of(bytes("\x41\x01"
                          "p\x01"
                          "a\x01")) == "<a></>");
  CHECK(elements_of(bytes("\x42\x06\x01")) == "<#6></>");
  CHECK(elements_of(bytes("\x5f\x02"
                          "CO\x99\x03"
                          "2.7")) == "<CO>2.7</>");
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x08\x03urn\x04\x01"
                          "k\x98\x01"
                          "v\x09\x01"
                          "b\x03urn\x81")) == "<a>0</>");
}

TEST_CASE("every kind of number and text comes as text") {
  const auto value = [](const std::string& record) {
    return elements_of(bytes("\x40\x01"
                             "a") +
                       record + "\x01");
  };
  CHECK(value(bytes("\x82")) == "<a>1</>");
  CHECK(value(bytes("\x86")) == "<a>true</>");
  CHECK(value(bytes("\x88\xff")) == "<a>-1</>");
  CHECK(value(bytes("\x8a\x00\x80")) == "<a>-32768</>");
  CHECK(value(bytes("\x8c\x01\x00\x00\x00")) == "<a>1</>");
  CHECK(value(bytes("\x92\x00\x00\x00\x00\x00\x00\xf8\x3f")) == "<a>1.5</>");
  CHECK(value(bytes("\x94\x00\x00\x02\x80\x00\x00\x00\x00\x7b\x00\x00\x00\x00\x00\x00\x00")) == "<a>-1.23</>");
  CHECK(value(bytes("\xb6\x04\x17\x53\xac\x4e")) == "<a>北京</>");
  CHECK(value(bytes("\xb6\x04\x3d\xd8\x00\xde")) == "<a>😀</>");
  CHECK(value(bytes("\xa8")) == "<a></>");
  CHECK(value(bytes("\x96\x00\x00\x56\xa5\x75\x1c\xd3\x08")) == "<a>2016-01-14T00:00:00</>");
}

TEST_CASE("a moment says Z only where the sender said UTC") {
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x97\x00\x00\x56\xa5\x75\x1c\xd3\x48")) == "<a>2016-01-14T00:00:00Z</>");
}

TEST_CASE("a broken document is told with its byte, after what was good") {
  CHECK(elements_of("") == "!binary XML, byte 0: the document is empty");
  CHECK(elements_of(bytes("\x40\x01"
                          "a"))
            .find("ends inside 1 open elements") != std::string::npos);
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x98\x09"
                          "bc")) == "<a>!binary XML, byte 5: a length of 9 bytes reaches behind the end");
  CHECK(elements_of(bytes("\x40\xff\xff\xff\xff\x0f")).find("a number over 31 bits") != std::string::npos);
  CHECK(elements_of(bytes("\x01")).find("an end without a start") != std::string::npos);
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x01\x01"))
            .find("bytes follow the end") != std::string::npos);
  CHECK(elements_of(bytes("\x40\x01"
                          "a\x9f"))
            .find("!binary XML") != std::string::npos);
  CHECK(elements_of(bytes("\x03")).find("array") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 100; ++i)
    deep += bytes(
        "\x40\x01"
        "a");
  CHECK(elements_of(deep).find("nest deeper than 64") != std::string::npos);
}
