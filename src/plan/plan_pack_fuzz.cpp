#include "plan/plan_pack.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes as a plan and, behind a line of dashes, as its table: read, or refused for a reason with the file's name.

int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  static const auto catalogue = systems::make_catalogue({}).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find("\n---\n");
  const std::string table(cut == std::string_view::npos ? text : text.substr(cut + 5));
  const systems::TableReader reader = [&table](const std::string&) -> Result<std::string> { return table; };
  const auto named = [](const auto& read, std::string_view file) {
    return read || read.error().detail.starts_with(file);
  };
  const auto plan = plan::parse_plan(text.substr(0, cut), "fuzz.yaml", reader, *catalogue);
  if (!named(plan, "fuzz.yaml") && !named(plan, "t.csv")) std::abort();
  const auto begun = plan::new_plan(table, "t.csv", "fuzz");
  if (!named(begun, "t.csv")) std::abort();
  if (begun && !plan::parse_plan(*begun, "begun.yaml", reader, *catalogue)) std::abort();
  return 0;
}
