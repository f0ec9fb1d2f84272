#include "systems/pattern.hpp"
#include "systems/system.hpp"
#include "systems/systems_test_world.hpp"

#include <cstdint>
#include <cstdlib>

// Whatever the bytes are: a system, or a reason that names file and line; what is a system can be put into a catalogue
// or not, for a reason of the same form. As a holiday table and as a pattern they are read too.

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  using namespace celadon::systems;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const TableReader table = [&](const std::string&) -> Result<std::string> { return std::string(text); };
  auto system = parse_system(text, "fuzz.yaml", table);
  if (!system && !system.error().detail.starts_with("fuzz.yaml:")) std::abort();
  if (system) {
    std::vector<System> systems;
    systems.push_back(std::move(*system));
    const auto catalogue = make_catalogue(std::move(systems));
    if (!catalogue && !catalogue.error().detail.starts_with("fuzz.yaml:")) std::abort();
  }
  const auto calendar = WorkCalendar::parse(text, "calendar.csv");
  if (!calendar && !calendar.error().detail.starts_with("calendar.csv:")) std::abort();
  const auto pattern = Pattern::parse(text.substr(0, text.find('\n')));
  if (pattern && pattern->matches(text.substr(0, 200)) && text.empty()) std::abort();
  return 0;
}
