#include "registry/likeness.hpp"

#include "registry/registry_test_world.hpp"

using namespace celadon;
using namespace celadon::registry;
using test::World;

TEST_CASE("texts are as alike as the pairs of characters they share") {
  CHECK(likeness_of_words("夜间有异味", "夜间有异味") == doctest::Approx(1));
  CHECK(likeness_of_words("夜间异味", "白天噪声") == 0);
  CHECK(likeness_of_words("夜间异味", "夜间噪声") == doctest::Approx(1.0 / 5));
  CHECK(likeness_of_words("", "") == 0);
  CHECK(likeness_of_words("臭", "臭") == doctest::Approx(1));
  CHECK(likeness_of_words("Kiln smoke!", "kiln, SMOKE") == doctest::Approx(1));
  for (const auto& [a, b] : {std::pair{"窑炉冒黑烟", "黑烟从窑炉冒出"}, std::pair{"abc", "bcd"}})
    CHECK(likeness_of_words(a, b) == doctest::Approx(likeness_of_words(b, a)));
}

TEST_CASE("what is near in place, time and words comes first; far, old and foreign matters do not come") {
  World w;
  const auto report = [&](double lon_deg, const std::string& text, const std::string& division = "360203") {
    return w.good(
        w.save(w.enforcer, "complaint",
               {{"kind", "smell"}, {"text", text}, {"division", division}, {"place", test::point(lon_deg, 29.3)}}));
  };
  report(117.2, "夜间有刺鼻气味");
  w.at("2026-09-28T10:00:00+08:00");
  const auto close = report(117.2005, "夜里有刺鼻气味传来");
  const auto other = report(117.205, "机器噪声扰民");
  report(117.25, "夜里有刺鼻气味传来");
  report(117.2, "夜里有刺鼻气味传来", "360222");
  const auto duty = test::caller({"duty"}, {"360203"});
  const systems::Values mine = {{"text", "夜里有刺鼻气味"}, {"place", test::point(117.2, 29.3)}};
  const auto alike = w.desk->alike(duty, "complaint", mine, 10);
  REQUIRE(alike);
  REQUIRE(alike->size() == 2);
  CHECK((*alike)[0].matter.id == close.id);
  CHECK((*alike)[1].matter.id == other.id);
  CHECK((*alike)[0].likeness > 0.7);
  CHECK((*alike)[1].likeness < 0.5);
  CHECK_FALSE((*alike)[0].wind);
  CHECK(w.desk->alike(w.nobody, "complaint", mine, 10)->empty());
}

TEST_CASE("where the wind is known, reports in one line of it are more alike than those across") {
  World w;
  w.measure("wind-direction", w.now(), {90});  // from the east
  w.measure("wind-speed", w.now(), {3});
  const auto report = [&](double lon_deg, double lat_deg) {
    return w.good(w.save(w.enforcer, "complaint",
                         {{"kind", "smell"}, {"text", "异味"}, {"place", test::point(lon_deg, lat_deg)}}));
  };
  const auto along = report(117.21, 29.3);
  const auto across = report(117.2, 29.3 + 0.01 * 0.8721);
  const auto alike =
      w.desk->alike(w.enforcer, "complaint", {{"text", "异味"}, {"place", test::point(117.2, 29.3)}}, 10);
  REQUIRE(alike);
  REQUIRE(alike->size() == 2);
  CHECK((*alike)[0].matter.id == along.id);
  REQUIRE((*alike)[0].wind);
  CHECK(*(*alike)[0].wind == doctest::Approx(1));
  CHECK(*(*alike)[1].wind == doctest::Approx(0));
  CHECK((*alike)[0].likeness > (*alike)[1].likeness + 0.1);
}
