#include "systems/systems_test_world.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

// Whatever the bytes are: an expression or a reason with its column; what is typed can be reckoned, on facts of the
// right types without an error, and what is not typed is reckoned without a crash all the same.

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  using namespace celadon::systems;
  static const test::City city = [] {
    test::City made;
    made.registers["container"] = {{{"id", std::string("C1")}, {"a", 1.0}}, {{"id", std::string("C2")}, {"a", 2.0}}};
    made.registers["waybill"] = {{{"id", std::string("W1")}, {"container", std::string("C1")}, {"net_t", 0.5}}};
    return made;
  }();
  static const Scope scope = test::scope();
  const auto expression = parse_expression({reinterpret_cast<const char*>(data), size});
  if (!expression) {
    if (!expression.error().detail.starts_with("column ")) std::abort();
    return 0;
  }
  const test::CityFacts facts(city, "container",
                              {{"id", std::string("C1")},
                               {"a", 6.0},
                               {"b", 0.0},
                               {"name", std::string("桶")},
                               {"kind", std::string("acid")},
                               {"kinds", std::vector<std::string>{"oil"}},
                               {"sealed", true},
                               {"filled_on", LegalDay{20'000}},
                               {"seen_at", Instant{1}},
                               {"site", std::string("S1")}});
  const auto typed = (*expression)->check(scope);
  if (!typed && !typed.error().detail.starts_with("column ")) std::abort();
  const auto value = (*expression)->evaluate(facts);
  if (typed && !value) std::abort();
  if (value && std::holds_alternative<double>(*value) && !std::isfinite(std::get<double>(*value))) std::abort();
  const auto again = parse_expression((*expression)->with_brackets());
  if (again && (*again)->with_brackets() != (*expression)->with_brackets()) std::abort();
  return 0;
}
