#include "ledger/record_search.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any `after` is a place or refused; a place is the same when it has been a cursor, and no cursor of another order or
/// with a digit changed is taken.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  using namespace celadon::ledger;
  RecordQuery query;
  query.kind = "fume-unit";
  query.after.assign(reinterpret_cast<const char*>(data), size);
  if (const auto taken = parse_cursor(query); !taken && taken.error().field != "after") std::abort();
  const auto place = parse_place(query.after);
  if (!place) return 0;
  query.after = to_cursor(*place, query);
  const auto again = parse_cursor(query);
  if (!again || again->without_key != place->without_key || again->id != place->id) std::abort();
  const auto* number = std::get_if<double>(&place->key);
  if (again->key.index() != place->key.index() || (number == nullptr && again->key != place->key)) std::abort();
  RecordQuery other = query;
  other.falling = true;
  if (parse_cursor(other)) std::abort();
  char& digit = query.after[size % query.after.size()];
  digit = digit == '1' ? '2' : '1';
  if (parse_cursor(query)) std::abort();
  return 0;
}
