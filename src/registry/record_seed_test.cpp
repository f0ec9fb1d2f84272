#include "registry/record_seed.hpp"

#include "registry/pack_shelf.hpp"
#include "registry/registry_test_world.hpp"

#include "core/yaml_fields.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace celadon;
using namespace celadon::registry;

namespace {

/// The ten packs over an empty ledger, on the day the demo registers speak of.
struct Shipped : test::World {
  Shipped() {
    at("2026-11-29T12:00:00+08:00");
    PackShelf shelf(std::filesystem::path(CELADON_PACKS) / "systems", folder.path() / "own");
    auto read = shelf.read();
    if (!read) FAIL(read.error().detail);
    catalogue = *read;
    auto days = parse_pack(
        std::filesystem::path(CELADON_PACKS) / "calendar.csv",
        [](std::string_view text, const std::string& name) { return systems::WorkCalendar::parse(text, name); });
    REQUIRE(days);
    calendar = std::move(*days);
    start();
  }
  [[nodiscard]] Parts parts() {
    return {catalogue,    calendar, *ledger,  *records,
            *attachments, *audit,   *archive, [us = clock.us] { return Instant{us->load()}; }};
  }
  std::int64_t count(const std::string& type, const std::string& view = "") {
    ledger::RecordQuery query;
    query.kind = type;
    query.count = true;
    query.limit = 1000;
    const auto page = desk->find(test::caller({"admin"}), query, view);
    if (!page) FAIL(page.error().detail);
    return static_cast<std::int64_t>(page->items.size());
  }
  Matter get(const std::string& type, const std::string& id) {
    const auto one = desk->get(test::caller({"admin"}), type, id);
    if (!one) FAIL(one.error().detail);
    return *one;
  }
};

std::filesystem::path demo() { return std::filesystem::path(CELADON_SOURCE) / "demo/registers"; }

std::filesystem::path folder_with(const std::filesystem::path& under, const std::string& file,
                                  const std::string& text) {
  std::filesystem::create_directories(under);
  std::ofstream(under / file, std::ios::binary) << text;
  return under;
}

}  // namespace

TEST_CASE("the demo registers are stored with their states, steps and sums, once") {
  Shipped world;
  const auto seeded = seed_records(world.parts(), demo(), "-", "示例");
  if (!seeded) FAIL(seeded.error().detail);
  CHECK(seeded->records > 1800);
  CHECK(world.count("enterprise") >= 40);
  CHECK(world.count("waste-account", "open") == 1);
  CHECK(world.count("tailings-pond", "owed") >= 2);
  CHECK(world.count("stock-item", "short") >= 5);
  CHECK(world.count("complaint", "overdue") >= 1);

  const auto item = world.get("stock-item", "WZ00001");
  CHECK(std::get<double>(item.values.at("amount")) > 0);  // a sum over movements that were stored after it
  CHECK(world.count("gw-source", "over") == 3);         // by wells whose class is a sum over samples
  const auto outfall = world.get("outfall", "PW00001");
  CHECK(outfall.state == "managed");
  REQUIRE(outfall.steps.size() == 4);
  CHECK(outfall.since_state == outfall.steps.back().at);
  CHECK(to_string(legal_day_of(outfall.opened)) == "2025-03-05");

  const auto again = seed_records(world.parts(), demo(), "-", "示例");
  REQUIRE(again);
  CHECK(again->records == 0);
  CHECK(world.audit->verify());
}

TEST_CASE("a new record takes the first number that none of those brought in has") {
  Shipped world;
  REQUIRE(seed_records(world.parts(), demo(), "-", "示例"));
  int free = 1;
  const auto id_of = [](int number) { return "ZR" + std::to_string(10000 + number).substr(1); };
  while (world.parts().records.get("duty-unit", id_of(free))) ++free;
  const auto made = world.good(world.save(test::caller({"admin"}), "duty-unit",
                                          {{"name", "新单位"}, {"kind", "bureau"}, {"division", "360200"}}));
  CHECK(free > 1);
  CHECK(made.id == id_of(free));
}

TEST_CASE("what is wrong in a folder is told with file, line and field, and nothing of it is stored") {
  Shipped world;
  const auto refused = [&](const std::string& name, const std::string& file, const std::string& text) {
    const auto seeded = seed_records(world.parts(), folder_with(world.folder.path() / name, file, text), "-", "trial");
    REQUIRE_FALSE(seeded);
    return seeded.error().detail;
  };
  CHECK(refused("a", "no-such.csv", "id\n1\n").find("no-such.csv: there is no register") == 0);
  CHECK(refused("b", "duty-unit.csv", "id,name,kind,division\nZR0001,甲,bureau,360200\nZR0002,乙,bureaux,360200\n")
            .find("duty-unit.csv:3: kind:") == 0);
  CHECK(refused("c", "duty-unit.csv", "id,name,kind,division,x\nZR0001,甲,bureau,360200,1\n")
            .find("duty-unit.csv:2: x: is no field") == 0);
  CHECK(
      refused("d", "duty-unit.csv", "name,kind,division\n甲,bureau,360200\n").find("duty-unit.csv:2: id: is needed") ==
      0);
  CHECK(refused("e", "duty-unit.csv", "id,name,kind,division\nZR0001,甲,bureau,360200\nZR0001,乙,bureau,360200\n")
            .find("'ZR0001' is there twice") != std::string::npos);
  const std::string permit =
      "number,enterprise,level,issued_on,valid_from_on,valid_to,state\n91360281MADEM1001R001P,91360281MADEM1001R,key,"
      "2026-01-01,2026-01-01,2030-12-31,";
  CHECK(refused("f", "permit.csv", permit + "in-force\n")
            .find("refers to enterprise '91360281MADEM1001R', which is not there") != std::string::npos);
  CHECK(refused("g", "permit.csv", permit + "expired\n")
            .find("permit.csv:2: state: is 'expired', but its steps lead to 'in-force'") == 0);
  CHECK(refused("h", "steps.csv", "register,id,step,at,who,why\npermit,P1,renew,2026-01-01,-,-\n")
            .find("steps.csv:2: step: renew of P1 does not begin in 'in-force'") == 0);
  CHECK(world.count("duty-unit") == 0);
}
