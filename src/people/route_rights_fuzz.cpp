#include "people/people.hpp"

#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Whatever is read stays findable, and lets nobody in that it does not name.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::people;
  const auto rights = RouteRights::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!rights) return 0;
  for (const auto& entry : rights->entries()) {
    if (rights->find(entry.method, entry.pattern) != &entry) std::abort();
    bool open = false;
    for (const auto& role : entry.roles) open = open || role == "anybody";
    if (rights->allows(entry, Caller{}) != open) std::abort();
  }
  return 0;
}
