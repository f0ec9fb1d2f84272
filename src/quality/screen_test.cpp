#include "quality/screen.hpp"

#include "core/yaml_fields.hpp"
#include "quality/screen_statistics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

// Inside, as its Rule and read_rules() are others than those of the room.
namespace celadon::quality::screen {
namespace {

/// A year that wanders with a daily course and noise, written to one decimal.
std::vector<double> honest(unsigned seed, std::size_t hours = 8760) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values(hours);
  double level = 0;
  for (std::size_t i = 0; i < hours; ++i) {
    level = 0.95 * level + 2 * normal(engine);
    const double course = 5 * std::sin(6.2831853 * static_cast<double>(i) / 24);
    values[i] = std::round(std::fmax(40 + 3 * level + course + 2 * normal(engine), 0.1) * 10) / 10;
  }
  return values;
}

Outlet outlet_of(std::string name, std::vector<double> values) {
  Outlet outlet;
  outlet.name = std::move(name);
  outlet.values.emplace_back("SO2", std::move(values));
  outlet.limit = 60;
  return outlet;
}

const std::vector<Rule>& rules() {
  static const auto read = read_rules(CELADON_PACKS "/quality/screening.yaml");
  REQUIRE_MESSAGE(read.has_value(), (read ? std::string() : read.error().detail));
  return *read;
}

bool found(const std::vector<Finding>& findings, std::string_view rule, std::size_t outlet = 0) {
  return std::ranges::any_of(findings, [&](const Finding& f) { return f.rule->id == rule && f.outlet == outlet; });
}

std::vector<Finding> screened(std::vector<double> values) {
  return screen(std::vector{outlet_of("one", std::move(values))}, rules());
}

}  // namespace

TEST_CASE("honest noise has findings no more often than the rules allow") {
  std::size_t findings = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) findings += screened(honest(seed)).size();
  // Seven rules that apply, each with at most 1 % a run: two are expected in 30 runs, seven would be a chance of 1 in
  // 200.
  CHECK(findings <= 6);
}

TEST_CASE("a value that stays for a day is a flat line; one that stays for four hours is not") {
  auto values = honest(2);
  std::fill_n(values.begin() + 1000, 4, values[1000]);
  CHECK_FALSE(found(screened(values), "flat-line"));
  std::fill_n(values.begin() + 1000, 24, values[1000]);
  CHECK(found(screened(values), "flat-line"));
}

TEST_CASE("a copied stretch is found in the same series, with a constant added, and at another outlet") {
  auto values = honest(3);
  std::copy_n(values.begin() + 500, 36, values.begin() + 5300);
  CHECK(found(screened(values), "copied-block"));
  for (std::size_t i = 5300; i < 5336; ++i) values[i] = std::round((values[i] + 3) * 10) / 10;
  CHECK(found(screened(values), "copied-block"));
  auto other = honest(4);
  std::copy_n(other.begin() + 500, 36, values.begin() + 5300);
  const std::vector outlets = {outlet_of("one", values), outlet_of("two", other)};
  const auto findings = screen(outlets, rules());
  REQUIRE(found(findings, "copied-block"));
  for (const auto& finding : findings) {
    if (finding.rule->id != "copied-block") continue;
    CHECK(finding.test.begin == 5300);
    CHECK(finding.test.end == 5336);
    CHECK(finding.test.other_begin == 500);
    CHECK(finding.other_outlet == 1);
  }
}

TEST_CASE("missing values are no values: gaps, a whole empty series and a short one are survived without a finding") {
  auto values = honest(5);
  for (std::size_t i = 0; i < values.size(); i += 7) values[i] = std::nan("");
  std::fill_n(values.begin() + 2000, 500, std::nan(""));
  for (const auto& finding : screened(values)) CHECK(std::isfinite(finding.test.p));
  CHECK(screened(std::vector<double>(5000, std::nan(""))).empty());
  CHECK(screened({}).empty());
  CHECK(screened({1}).empty());
  CHECK(screened(honest(6, 30)).empty());
}

TEST_CASE("neither the order of outlets nor a further outlet changes a statistic; p lies within 0 and 1") {
  auto first = honest(7);
  std::fill_n(first.begin() + 1000, 30, first[1000]);
  std::copy_n(first.begin() + 3000, 40, first.begin() + 7000);
  const std::vector forward = {outlet_of("one", first), outlet_of("two", honest(8))};
  const std::vector backward = {forward[1], forward[0]};
  const auto alone = screen(std::span(forward).first(1), rules());
  const auto both = screen(forward, rules());
  const auto turned = screen(backward, rules());
  CHECK(both.size() == turned.size());
  for (const auto& finding : both) {
    CHECK(finding.test.p >= 0);
    CHECK(finding.adjusted_p >= finding.test.p);
    CHECK(finding.adjusted_p <= 1);
    const auto same = [&](const Finding& other, std::size_t outlet) {
      return other.rule == finding.rule && other.outlet == outlet && other.test.begin == finding.test.begin &&
             other.test.statistic == finding.test.statistic;
    };
    CHECK(std::ranges::any_of(turned, [&](const Finding& f) { return same(f, 1 - finding.outlet); }));
    if (finding.outlet == 0 && finding.rule->kind != Kind::copies) {
      CHECK(std::ranges::any_of(alone, [&](const Finding& f) { return same(f, 0) && f.test.p == finding.test.p; }));
    }
  }
}

TEST_CASE("a reason is filled in both languages") {
  auto values = honest(9);
  std::fill_n(values.begin() + 1000, 24, values[1000]);
  const std::vector outlets = {outlet_of("one", values)};
  for (const auto& finding : screen(outlets, rules())) {
    for (const bool chinese : {true, false})
      CHECK(reason(finding, outlets, {0}, chinese).find('{') == std::string::npos);
  }
}

TEST_CASE("tails agree with printed tables") {
  CHECK(normal_upper(1.959964) == doctest::Approx(0.025).epsilon(1e-5));
  CHECK(chi_square_upper(16.919, 9) == doctest::Approx(0.05).epsilon(1e-4));
  CHECK(chi_square_upper(2.088, 9) == doctest::Approx(0.99).epsilon(1e-3));
  CHECK(student_upper(2.228, 10) == doctest::Approx(0.025).epsilon(1e-3));
  CHECK(student_upper(-2.228, 10) == doctest::Approx(0.975).epsilon(1e-3));
  CHECK(binomial_upper(5, 10, 0.5) == doctest::Approx(638.0 / 1024));
  CHECK(binomial_upper(0, 10, 0.5) == 1);
  CHECK(binomial_upper(11, 10, 0.5) == 0);
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  CHECK(benjamini_hochberg(p, 4)[0] == doctest::Approx(0.02));
  CHECK(benjamini_hochberg(p, 4)[1] == doctest::Approx(0.04));
  CHECK(bonferroni(p, 4)[3] == doctest::Approx(0.02));
  CHECK(resolution(std::vector<double>{1.5, 2.25, std::nan(""), 3}) == doctest::Approx(0.01));
  CHECK(resolution(std::vector<double>{100, 300, 1200}) == 100);
}

TEST_CASE("a misprint in the screening pack is told with its line") {
  const auto pack = read_pack(CELADON_PACKS "/quality/screening.yaml");
  REQUIRE(pack.has_value());
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& reason) {
    std::string text = *pack;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    const auto read = parse_rules(text.replace(at, from.size(), to), "screening.yaml");
    REQUIRE_FALSE(read.has_value());
    CHECK_MESSAGE(read.error().detail.starts_with("screening.yaml:" + std::to_string(line) + ": " + reason),
                  read.error().detail);
  };
  refused("length_min: 8", "length_min: 8.5", "length_min: expected a whole number");
  refused("tail_share: 0.1", "tail_share: 0.9", "tail_share: expected a number from 0.01 to 0.5");
  refused("correction: bonferroni", "correction: none", "correction: expected bonferroni");
  refused("alpha: 0.001", "alpha: 0", "alpha: expected a number above 0");
  refused("kind: capped", "kind: capt", "kind: 'capt' is not a kind");
  refused("trust: design", "trust: sure", "trust: expected verified");
  refused("标准差仅 {value}", "标准差仅 {vale}", "reason_zh: {vale} is not known");
}

}  // namespace celadon::quality::screen
