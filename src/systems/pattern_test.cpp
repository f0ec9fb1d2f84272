#include "systems/pattern.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>

using namespace celadon::systems;

namespace {

bool fits(const char* pattern, const std::string& text) {
  const auto parsed = Pattern::parse(pattern);
  REQUIRE_MESSAGE(parsed.has_value(), pattern);
  return parsed->matches(text);
}

std::string why_no_pattern(const std::string& pattern) {
  const auto parsed = Pattern::parse(pattern);
  return parsed ? "" : parsed.error().detail;
}

}  // namespace

TEST_CASE("a pattern speaks of the whole text") {
  CHECK(fits("[0-9A-HJ-NPQRTUWXY]{18}", "91360200MA35H3XJ0T"));
  CHECK_FALSE(fits("[0-9A-HJ-NPQRTUWXY]{18}", "91360200MA35H3XJ0"));
  CHECK_FALSE(fits("[0-9A-HJ-NPQRTUWXY]{18}", "91360200MA35H3XJ0T1"));
  CHECK_FALSE(fits("[0-9A-HJ-NPQRTUWXY]{18}", "91360200MA35H3XI0T"));  // no I in the code
  CHECK(fits("DA\\d{3}", "DA001"));
  CHECK_FALSE(fits("DA\\d{3}", "xDA001"));
}

TEST_CASE("Chinese letters are one character each") {
  CHECK(fits("赣[A-Z].{5}", "赣H12345"));
  CHECK(fits("[一-龥]{2,4}", "景德镇"));
  CHECK_FALSE(fits("[一-龥]{2,4}", "景"));
  CHECK(fits(".", "镇"));
  CHECK(fits("[^一-龥]*", "abc"));
  CHECK_FALSE(fits("[^一-龥]*", "ab镇"));
}

TEST_CASE("counts take at least and at most what they say") {
  for (int n = 0; n <= 6; ++n) {
    const std::string text(static_cast<std::size_t>(n), 'a');
    CAPTURE(n);
    CHECK(fits("a{2,4}", text) == (n >= 2 && n <= 4));
    CHECK(fits("a{3}", text) == (n == 3));
    CHECK(fits("a{2,}", text) == (n >= 2));
    CHECK(fits("a*", text));
    CHECK(fits("a+", text) == (n >= 1));
    CHECK(fits("a?", text) == (n <= 1));
    CHECK(fits("a{0}", text) == (n == 0));
  }
}

TEST_CASE("patterns answer as the library's do over all short texts") {
  const char* const patterns[] = {
      "a|b",        "ab|a|c",      "(a|b)c",      "(ab)*c", "(a|bc)+",      "a(b|c|)a", "(a?b){2}",     "((a|b)c?)*a",
      "[ab]{1,2}c", "(a|b|c){2,}", "a|(b|c)*|ab", "(a*b)*", "(a|ab)(c|bc)", "[^a]b?",   "((a)(b)?)?c*", "(aa|b{0,2})c"};
  for (const char* pattern : patterns) {
    const std::regex library(pattern);
    std::vector<std::string> texts = {""};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(pattern);
      CAPTURE(texts[i]);
      CHECK(fits(pattern, texts[i]) == std::regex_match(texts[i], library));
      if (texts[i].size() < 5)
        for (const char c : {'a', 'b', 'c'}) texts.push_back(texts[i] + c);
    }
  }
}

TEST_CASE("a pattern that would drive others mad is answered in step with the text") {
  CHECK_FALSE(fits("(a*)*b", std::string(20'000, 'a')));
  CHECK_FALSE(fits("(a|a)*b", std::string(20'000, 'a')));
  CHECK(fits("(a?){100}a{100}", std::string(100, 'a')));
}

TEST_CASE("what is no pattern is refused with the reason") {
  CHECK(why_no_pattern("") == "a pattern is not empty");
  CHECK(why_no_pattern("(a").find("'(' is not closed") != std::string::npos);
  CHECK(why_no_pattern("a)").find("no '(' before it") != std::string::npos);
  CHECK(why_no_pattern("[a").find("'[' is not closed") != std::string::npos);
  CHECK(why_no_pattern("[]") == "[] is empty or not closed");
  CHECK(why_no_pattern("*a").find("nothing stands before") != std::string::npos);
  CHECK(why_no_pattern("a**").find("side by side") != std::string::npos);
  CHECK(why_no_pattern("a{3,2}").find("backwards") != std::string::npos);
  CHECK(why_no_pattern("[z-a]").find("backwards") != std::string::npos);
  CHECK(why_no_pattern("a{201}").find("200") != std::string::npos);
  CHECK(why_no_pattern("((a{200}){200}){200}").find("too much") != std::string::npos);
  CHECK(why_no_pattern("^a$").find("whole text") != std::string::npos);
  CHECK(why_no_pattern("\\p{L}").find("is not known") != std::string::npos);
  CHECK(why_no_pattern("(?=a)").find("'(?'") != std::string::npos);
  CHECK(why_no_pattern(std::string(201, 'a')).find("200 bytes") != std::string::npos);
  CHECK(why_no_pattern(std::string(30, '(')).find("20 deep") != std::string::npos);
}
