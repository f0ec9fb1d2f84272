#include "service/judge_line.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any line is judged or refused by every rule; what is judged can be written.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  static const auto library = standards::read_library(CELADON_PACKS);
  if (!library) std::abort();
  static const auto rules = standards::rule_book(*library);
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const auto& face : rules) {
    const auto request = service::read_judge_line(*library, face, "", line);
    if (!request) continue;
    if (const auto judgement = standards::judge(*library, *request)) {
      std::string out;
      standards::append_json(out, *judgement, true);
      if (out.empty() || (!judgement->judged && judgement->reason_en.empty())) std::abort();
    }
  }
  return 0;
}
