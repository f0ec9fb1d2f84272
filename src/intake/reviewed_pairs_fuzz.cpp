#include "intake/reviewed_pairs.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Any bytes: an error with words, or rows that name a known site and property and values that are numbers or blank,
/// and problems that say what to do.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon;
  using namespace celadon::intake;
  PairPorts ports;
  ports.site = [](const SiteHint& hint) -> Result<std::optional<std::string>> {
    if (hint.id.starts_with('a')) return std::optional<std::string>("air.1");
    return fail(Errc::not_found, "no such site", "site");
  };
  ports.property = [](const std::string& name) -> std::optional<PairPorts::Property> {
    if (name.starts_with('P')) return PairPorts::Property{"PM10", "ug/m3"};
    return std::nullopt;
  };
  const PairLimits limits{1U << 20U, 500, 100};
  auto source = ByteSource::memory({reinterpret_cast<const char*>(data), size}, "fuzz");
  const auto pairs = read_reviewed_pairs(source, ports, limits);
  if (!pairs) {
    if (pairs.error().detail.empty()) std::abort();
    return 0;
  }
  if (pairs->rows.size() + pairs->problems.count() != pairs->rows_read || pairs->rows_read > limits.rows_max)
    std::abort();
  for (const auto& row : pairs->rows) {
    if (row.site != "air.1" || row.property != "PM10" || std::isinf(row.raw) || std::isinf(row.reviewed) ||
        row.note.size() > limits.note_bytes_max)
      std::abort();
  }
  for (const auto& one : pairs->problems.kept()) {
    if (one.line == 0 || one.zh.empty() || one.en.empty() || one.remedy_zh.empty() || one.remedy_en.empty())
      std::abort();
  }
  return 0;
}
