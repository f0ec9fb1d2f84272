#include "registry/registry_test_world.hpp"

using namespace celadon;
using namespace celadon::registry;
using namespace celadon::registry::test;

namespace {

double moved_t(const World& world, const std::string& id) {
  const auto matter = world.desk->get(world.enforcer, "container", id);
  if (!matter) FAIL(matter.error().detail);
  const auto found = matter->values.find("moved_t");
  return found == matter->values.end() ? -1 : std::get<double>(found->second);
}

}  // namespace

TEST_CASE("a sum over other records follows when one is added, corrected, moved elsewhere or withdrawn") {
  World world;
  world.enterprise("A123", "360203");
  const auto container = [&](const char* name) {
    return world
        .good(world.save(world.enforcer, "container",
                         {{"name", name}, {"division", "360203"}, {"owner", "A123"}, {"capacity_t", 90.0}}))
        .id;
  };
  const std::string first = container("甲"), second = container("乙");
  CHECK(moved_t(world, first) == 0);
  const auto movement = [&](double gross_t) {
    return world.good(world.save(world.enforcer, "movement",
                                 {{"container", first}, {"owner", "A123"}, {"gross_t", gross_t}, {"tare_t", 1.0}}));
  };
  const auto one = movement(11);
  const auto two = movement(21);
  CHECK(moved_t(world, first) == 30);
  const auto corrected = world.good(world.save(world.enforcer, "movement", {{"gross_t", 16.0}}, one.id, one.revision));
  CHECK(moved_t(world, first) == 35);
  world.good(world.save(world.enforcer, "movement", {{"container", second}}, corrected.id, corrected.revision));
  CHECK(moved_t(world, first) == 20);
  CHECK(moved_t(world, second) == 15);
  REQUIRE(world.desk->withdraw(world.enforcer, "movement", two.id, two.revision, "twice in the book"));
  CHECK(moved_t(world, first) == 0);
  CHECK(moved_t(world, second) == 15);

  const auto history = world.desk->history(world.enforcer, "container", first);
  REQUIRE(history);
  CHECK(history->back().who == "platform");
  CHECK(history->back().why == "follows movement/" + two.id);
  const auto unmoved = history->size();
  world.good(world.save(world.enforcer, "movement",
                        {{"container", second}, {"owner", "A123"}, {"gross_t", 2.0}, {"tare_t", 1.0}}));
  CHECK(world.desk->history(world.enforcer, "container", first)->size() == unmoved);
}
