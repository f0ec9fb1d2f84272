#include "service/judge_line.hpp"

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

using namespace celadon;
namespace json = boost::json;

namespace {

const standards::Library& library() {
  static const standards::Library one = standards::read_library(CELADON_PACKS).value();
  return one;
}

bool near(double a, double b, double tolerance) {
  return std::isnan(a) ? std::isnan(b) : std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

/// What differs from the expectation; empty where nothing does.
std::string differences(const standards::Judgement& j, const json::object& expect) {
  std::string all;
  const auto want = [&](const char* name, const auto& got, const auto& wanted) {
    if (got != wanted)
      all += std::string(name) + " is " + json::serialize(json::value_from(got)) + ", not " +
             json::serialize(json::value_from(wanted)) + "; ";
  };
  const double tolerance = expect.contains("tolerance") ? expect.at("tolerance").to_number<double>() : 1e-9;
  for (const auto& member : expect) {
    const auto key = member.key();
    const auto& value = member.value();
    if (key == "status") {
      want("status", std::string(j.judged ? "judged" : "not-judged"), std::string(value.as_string()));
    } else if (key == "class") {
      want("class", j.class_name, std::string(value.as_string()));
    } else if (key == "edition") {
      want("edition", j.edition, std::string(value.as_string()));
    } else if (key == "level") {
      want("level", static_cast<std::int64_t>(j.level), value.to_number<std::int64_t>());
    } else if (key == "attains") {
      want("attains", j.attains.value_or(false), value.as_bool());
    } else if (key == "value") {
      if (!near(j.value.value_or(std::nan("")), value.to_number<double>(), tolerance))
        all += "value is " + std::to_string(j.value.value_or(std::nan(""))) + "; ";
    } else if (key == "deciding") {
      for (const auto& item : value.as_array()) {
        if (std::find(j.deciding.begin(), j.deciding.end(), std::string(item.as_string())) == j.deciding.end())
          all += std::string(item.as_string()) + " does not decide; ";
      }
    } else if (key == "numbers") {
      for (const auto& number : value.as_object()) {
        const auto found = std::find_if(j.numbers.begin(), j.numbers.end(),
                                        [&](const auto& one) { return one.name == std::string(number.key()); });
        const double wanted = number.value().is_null() ? std::nan("") : number.value().to_number<double>();
        if (found == j.numbers.end())
          all += "there is no number '" + std::string(number.key()) + "'; ";
        else if (!near(found->value, wanted, tolerance))
          all += std::string(number.key()) + " is " + std::to_string(found->value) + ", not " + std::to_string(wanted) +
                 "; ";
      }
    } else {
      REQUIRE_MESSAGE(key == "tolerance", "unknown expectation " << std::string(key));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every reference case, by the way of `celadon judge`, gives what its source says") {
  const auto rules = standards::rule_book(library());
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CELADON_SOURCE "/tests/reference/standards")) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream file(entry.path());
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      ++cases;
      const json::value parsed = json::parse(line);
      const auto& one = parsed.as_object();
      const std::string where = entry.path().filename().string() + ":" + std::to_string(number) + " " +
                                std::string(one.at("case").as_string());
      REQUIRE_MESSAGE(!one.at("source").as_string().empty(), where);
      const std::string id(one.at("rule").as_string());
      const auto face = std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.id == id; });
      REQUIRE_MESSAGE(face != rules.end(), where << ": no rule " << id);
      const std::string edition = one.contains("edition") ? std::string(one.at("edition").as_string()) : std::string();
      const auto request = service::read_judge_line(library(), *face, edition, json::serialize(one.at("request")));
      REQUIRE_MESSAGE(request, where << ": " << request.error().detail);
      const auto judgement = standards::judge(library(), *request);
      REQUIRE_MESSAGE(judgement, where << ": " << judgement.error().detail);
      const std::string differing = differences(*judgement, one.at("expect").as_object());
      CHECK_MESSAGE(differing.empty(), where << ": " << differing << judgement->reason_en);
    }
  }
  MESSAGE(cases << " reference cases");
  CHECK(cases > 3000);
}
