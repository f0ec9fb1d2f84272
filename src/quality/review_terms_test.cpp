#include "quality/review_terms.hpp"

#include "quality/quality_test_packs.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::quality;
using celadon::quality::test::with;

namespace {

const std::string good = R"(actions:
  - {id: void, kind: void, zh: 无效, en: void}
reasons:
  - {id: spike, actions: [void], zh: 突变, en: spike}
states:
  - {id: open, open: true, zh: 待审, en: open}
  - {id: locked, zh: 锁定, en: locked}
transitions:
  - {id: lock, from: [open], to: locked, zh: 锁定, en: lock}
)";

void terms_refused(const std::string& text, const std::string& words) {
  const auto terms = parse_review_terms(text, "review.yaml");
  REQUIRE(!terms);
  CHECK_MESSAGE(terms.error().detail.find(words) != std::string::npos, terms.error().detail);
}

}  // namespace

TEST_CASE("the pack of review is read, and every step leads to a state that is there") {
  const auto terms = read_review_terms(std::string(CELADON_PACKS) + "/quality/review.yaml");
  REQUIRE_MESSAGE(terms, terms.error().detail);
  CHECK(terms->states.front().open);
  CHECK(terms->action("drift")->needs == std::vector<std::string>{"from_offset", "to_offset"});
  CHECK(terms->action("replace")->needs == std::vector<std::string>{"value"});
  CHECK(terms->reason("reviewed-elsewhere")->actions == std::vector<std::string>{"void", "accept", "replace"});
  CHECK(terms->transition("lock")->another_person);
  CHECK(terms->action("no such") == nullptr);
  for (const auto& reason : terms->reasons) {
    for (const auto& action : reason.actions) CHECK(terms->action(action) != nullptr);
  }
}

TEST_CASE("a misprint in the pack of review is named with its line") {
  REQUIRE(parse_review_terms(good, "review.yaml"));
  terms_refused(with(good, "kind: void", "kind: vanish"), "review.yaml:2: kind: 'vanish'");
  terms_refused(with(good, "actions: [void]", "actions: [scale]"), "review.yaml:4: actions: 'scale'");
  terms_refused(with(good, "open: true, ", ""), "review.yaml:6: open");
  terms_refused(with(good, "to: locked", "to: lokced"), "review.yaml:9: to: 'lokced'");
  terms_refused(with(good, "id: locked", "id: open"), "review.yaml:7: id: 'open'");
  terms_refused(with(good, "kind: void,", "kind: void, needs: [offset],"), "review.yaml:2: needs");
  terms_refused(with(good, "reasons:", "grounds:"), "'reasons:'");
}
