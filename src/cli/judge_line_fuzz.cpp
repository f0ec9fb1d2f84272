#include "cli/judge_line.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any line is judged or refused; what is judged can be written.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  static const auto library = standards::read_library(CELADON_PACKS);
  if (!library) std::abort();
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const char* rule : {"aqi-hourly", "aqi-daily", "water-class"}) {
    if (const auto judgement = cli::judge_line(*library, rule, "", line, true)) {
      std::string out;
      standards::append_json(out, *judgement, true);
      if (out.empty()) std::abort();
    }
  }
  return 0;
}
