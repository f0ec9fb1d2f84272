// Any bytes as a file to be assessed: the answer is tables that hold together, or one line naming the file.
#include "intake/site_table.hpp"

#include <cstdlib>

int fuzz(const std::uint8_t* data, std::size_t size);

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::intake;
  static const auto packs = read_site_table_packs(CELADON_PACKS);
  if (!packs) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* format : {"nerrs", "daily", "wide", "generic"}) {
    SiteTableLayout layout;
    layout.format = format;
    layout.site = "s";
    layout.columns["x"] = "DO";
    const auto tables = parse_site_tables(text, "file.csv", layout, *packs);
    if (!tables) {
      if (tables.error().detail.empty()) std::abort();
      continue;
    }
    for (const auto& table : *tables) {
      for (std::size_t i = 1; i < table.time.size(); ++i) {
        if (table.time[i] <= table.time[i - 1]) std::abort();
      }
      if (table.value.size() != table.properties.size() || table.mark.size() != table.properties.size()) std::abort();
      for (const auto& one : table.value) {
        if (one.size() != table.time.size()) std::abort();
      }
      for (const auto& one : table.mark) {
        if (one.size() != table.time.size()) std::abort();
      }
    }
  }
  return 0;
}
