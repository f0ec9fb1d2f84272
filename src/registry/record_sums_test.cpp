#include "registry/record_facts.hpp"
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

/// Facts that tell how often an index answered, or know none: then every record is looked at.
class Counting final : public systems::Facts {
 public:
  Counting(const RecordFacts& facts, bool by_index) : facts_(facts), by_index_(by_index) {}
  Result<systems::Value> field(std::string_view name) const override { return facts_.field(name); }
  Result<systems::Value> follow(std::string_view reference, std::string_view field) const override {
    return facts_.follow(reference, field);
  }
  Result<void> each(std::string_view register_id,
                    const std::vector<std::pair<std::string, systems::Value>>& where_equal,
                    const std::function<Result<void>(const Facts&)>& take) const override {
    return facts_.each(register_id, where_equal, take);
  }
  Result<std::optional<Totals>> totals(std::string_view register_id, const std::vector<Term>& terms,
                                       std::string_view field) const override {
    if (!by_index_) return std::optional<Totals>();
    auto told = facts_.totals(register_id, terms, field);
    if (told && *told) ++answered;
    return told;
  }
  Result<systems::Value> measured(Statistic statistic, std::string_view site, std::string_view property, double limit,
                                  LegalDay from, LegalDay to) const override {
    return facts_.measured(statistic, site, property, limit, from, to);
  }
  LegalDay today() const override { return facts_.today(); }
  const systems::WorkCalendar& calendar() const override { return facts_.calendar(); }
  mutable int answered = 0;

 private:
  const RecordFacts& facts_;
  bool by_index_;
};

}  // namespace

TEST_CASE("what an index says of other records is what looking at each of them says") {
  World world;
  world.enterprise("A123", "360203");
  world.enterprise("B123", "360222");
  int number = 0;
  for (const char* owner : {"A123", "B123"}) {
    for (const double capacity_t : {0.0, 20.0, 49.9, 50.0, 50.00000000001, 90.0}) {
      systems::Values values = {{"name", "桶" + std::to_string(++number)},
                                {"division", number % 3 == 0 ? "360222" : "360203"},
                                {"owner", owner},
                                {"capacity_t", capacity_t}};
      if (number % 4 == 0) values.erase("capacity_t");
      if (number % 2 == 0) values.emplace("test_by", *parse_legal_day(number % 5 < 2 ? "2026-09-01" : "2026-12-01"));
      world.good(world.save(world.enforcer, "container", std::move(values)));
    }
  }
  const auto complaint = world.complaint();
  world.complaint();
  world.good(world.step(world.enforcer, complaint, "accept", {{"owner", "zhang"}}));
  const FactSource source{*world.parts, *world.catalogue, world.now(), {}, {}};
  const Matter nobody;
  const auto* type = world.catalogue->find("container");
  const auto check = [&](const std::string& text, bool by_index) {
    CAPTURE(text);
    const auto expression = systems::parse_expression(text);
    REQUIRE(expression.has_value());
    const RecordFacts facts(source, *type, nobody);
    const Counting counting(facts, true);
    const auto fast = (*expression)->evaluate(counting);
    const auto slow = (*expression)->evaluate(Counting(facts, false));
    REQUIRE(fast.has_value());
    REQUIRE(slow.has_value());
    const auto* const told = std::get_if<double>(&*slow);
    if (told != nullptr && std::holds_alternative<double>(*fast))
      CHECK(std::get<double>(*fast) == doctest::Approx(*told).epsilon(1e-9));  // of those all but equal either is least
    else
      CHECK(*fast == *slow);
    CHECK((counting.answered > 0) == by_index);
  };
  for (const char* where :
       {"capacity_t > 50", "capacity_t >= 50", "capacity_t < 50", "capacity_t <= 50", "capacity_t = 50",
        "50 < capacity_t", "50 >= capacity_t", "not (capacity_t < 50)", "not (capacity_t >= 50)", "division = '360203'",
        "division != '360203'", "not (division = '360203')", "division in ['360203', '360200']",
        "division not in ['360203']", "not (division in ['360203'])", "owner = 'A123' and capacity_t > 20",
        "test_by is none", "test_by is not none", "not (test_by is none)", "test_by < today", "test_by >= today",
        "late", "not late", "late = false", "late = true and owner = 'B123'"}) {
    const std::string condition = where;
    check("count(where " + condition + ")", true);
    check("sum(capacity_t where " + condition + ")", true);
    check("avg(container.capacity_t where " + condition + ")", true);
    check("least(capacity_t where " + condition + ") ", true);
    check("most(capacity_t where " + condition + ")", true);
  }
  check("count()", true);
  check("count(complaint where state = 'open')", true);
  check("count(complaint where state != 'open')", true);
  check("count(complaint where state in ['open', 'working'])", true);
  check("count(complaint where not (state in ['open', 'closed']))", true);
  check("count(where capacity_t != 50)", false);
  check("count(where capacity_t > 20 or late)", false);
  check("count(where owner.division = '360203')", false);
  check("count(where name = '桶1')", true);
  check("least(test_by)", false);
}

TEST_CASE("a formula that asks the day follows it, once, as a revision by the platform") {
  World world;
  world.enterprise("A123", "360203");
  const auto made = world.good(world.save(world.enforcer, "container",
                                          {{"name", "甲"},
                                           {"division", "360203"},
                                           {"owner", "A123"},
                                           {"test_by", *parse_legal_day("2026-09-25")}}));
  const auto late = [&] {
    const auto matter = world.desk->get(world.enforcer, "container", made.id);
    REQUIRE(matter.has_value());
    return std::get<bool>(matter->values.find("late")->second);
  };
  const auto listed = [&] {
    ledger::RecordQuery query;
    query.kind = "container";
    query.where = {{"late", ledger::Condition::Test::equal, {std::string("true")}}};
    return world.desk->find(world.enforcer, query, "")->items.size();
  };
  REQUIRE(world.desk->tick());
  CHECK_FALSE(late());
  world.at("2026-09-25T23:59:00+08:00");
  REQUIRE(world.desk->tick());
  CHECK_FALSE(late());
  CHECK(listed() == 0);
  world.at("2026-09-26T00:00:30+08:00");
  REQUIRE(world.desk->tick());
  CHECK(late());
  CHECK(listed() == 1);
  world.at("2026-09-30T00:00:30+08:00");
  REQUIRE(world.desk->tick());
  const auto history = world.desk->history(world.enforcer, "container", made.id);
  REQUIRE(history.has_value());
  REQUIRE(history->size() == 2);
  CHECK(history->back().who == "platform");
  CHECK(history->back().why == "the day is 2026-09-26");
}

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
