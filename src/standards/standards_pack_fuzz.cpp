#include "standards/air_index.hpp"
#include "standards/water_class.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any text is a pack or a named misprint; a pack that is accepted judges every value without surprise.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::standards;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto rules = parse_index_rules(text, "fuzz")) {
    for (const auto& table : rules->tables) {
      for (const double value : {0.0, 35.5, 1e9}) {
        const int index = sub_index_by_formula(table, value);
        if (index != no_index && (index < 0 || index > table.index.back())) std::abort();
      }
    }
  }
  static_cast<void>(parse_water_rules(text, "fuzz"));
  return 0;
}
