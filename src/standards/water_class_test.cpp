#include "standards/library.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace celadon;
using namespace celadon::standards;

namespace {

const WaterRules& surface_water() {
  static const WaterRules one = read_water_rules(std::string(CELADON_PACKS) + "/standards/gb3838-2002.yaml").value();
  return one;
}

int class_of(const char* property, double value, WaterBody body = WaterBody::river,
             WaterRounding rounding = WaterRounding::reading) {
  const WaterItem* item = surface_water().find(property, body);
  REQUIRE(item != nullptr);
  std::int8_t result = 0;
  item_class(*item, {&value, 1}, rounding, {&result, 1});
  return result;
}

}  // namespace

TEST_CASE("a value on a limit still meets the class, one step further it does not") {
  for (const auto& item : surface_water().items) {
    if (item.sense == LimitSense::between) continue;
    const double step = std::pow(10.0, -item.decimals[0]) * (item.sense == LimitSense::at_most ? 1 : -1);
    for (std::size_t k = 0; k < 5; ++k) {
      if (k < 4 && item.limits[k] == item.limits[k + 1]) continue;
      CAPTURE(item.property);
      CAPTURE(item.limits[k]);
      std::int8_t result = 0;
      const double on = item.limits[k];
      const double past = item.limits[k] + step;
      item_class(item, {&on, 1}, WaterRounding::reading, {&result, 1});
      CHECK(result <= static_cast<int>(k + 1));
      item_class(item, {&past, 1}, WaterRounding::reading, {&result, 1});
      CHECK(result > static_cast<int>(k + 1));
    }
  }
}

TEST_CASE("rivers and lakes have their own phosphorus limits, and nitrogen is for lakes") {
  CHECK(class_of("TP", 0.2) == 3);
  CHECK(class_of("TP", 0.2, WaterBody::lake) == 5);
  CHECK(class_of("TP", 0.05, WaterBody::lake) == 3);
  CHECK(surface_water().find("TN", WaterBody::river) == nullptr);
  CHECK(class_of("TN", 1.0, WaterBody::lake) == 3);
}

TEST_CASE("pH is good or worse than V, nothing between") {
  CHECK(class_of("pH", 6) == 1);
  CHECK(class_of("pH", 9) == 1);
  CHECK(class_of("pH", 5.99) == worse_than_five);
  CHECK(class_of("pH", 9.01) == worse_than_five);
}

TEST_CASE("the rounding of assessments is coarser than that of readings") {
  CHECK(class_of("CODMn", 6.04) == 4);
  CHECK(class_of("CODMn", 6.04, WaterBody::river, WaterRounding::assessment) == 3);
  CHECK(class_of("DO", 4.96) == 4);
  CHECK(class_of("DO", 4.96, WaterBody::river, WaterRounding::assessment) == 3);
  CHECK(class_of("TP", 0.2005) == 3);  // half to even, in decimal
}

TEST_CASE("a positive value never rounds to nothing") {
  const WaterItem& mercury = *surface_water().find("Hg", WaterBody::river);
  CHECK(rounded_for(mercury, 0.0000004, WaterRounding::assessment) == doctest::Approx(0.0000004));
  CHECK(rounded_for(mercury, 0.0, WaterRounding::assessment) == 0);
}

TEST_CASE("missing and impossible values have no class") {
  CHECK(class_of("TP", std::nan("")) == no_class);
  CHECK(class_of("TP", -0.1) == no_class);
  CHECK(class_of("TP", INFINITY) == no_class);
}

TEST_CASE("a section is never better when one item is worse") {
  std::vector<const WaterItem*> items;
  for (const auto& item : surface_water().items) {
    if (item.in_rivers) items.push_back(&item);
  }
  std::mt19937_64 random(9);
  for (int run = 0; run < 3000; ++run) {
    std::vector<double> values;
    for (const auto* item : items) values.push_back(item->limits.back() * static_cast<double>(random() % 1500) / 1000);
    const auto worst = [&] {
      std::vector<std::span<const double>> columns;
      for (const double& value : values) columns.emplace_back(&value, 1);
      std::int8_t result = 0;
      section_class(items, columns, WaterRounding::reading, {&result, 1});
      return result;
    };
    const auto before = worst();
    const std::size_t k = random() % items.size();
    if (items[k]->sense == LimitSense::between) continue;
    values[k] *= items[k]->sense == LimitSense::at_most ? 1.5 : 0.5;
    REQUIRE(worst() >= before);
  }
}

TEST_CASE("a misprint in a water pack is named") {
  const auto bad = parse_water_rules("standard: X\ntitle_zh: a\n", "w.yaml");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().detail.find("w.yaml:1: pack: 'title_en' is missing") == 0);
}
