#pragma once

#include "core/result.hpp"
#include "core/text_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace celadon::intake {

/// A deviation from the standard: what it costs and what the maintainer should change.
struct DeviationMeaning {
  std::string name;
  int weight = 0;  ///< points that a message with it loses, of 100; ours
  std::string name_zh, name_en, fix_zh, fix_en;
  std::string clause;         ///< that is not kept
  std::string source, trust;  ///< of the clause
};

/// Number of a deviation in the pack, from 0.
using DeviationId = std::uint16_t;

/// Everything a device can do against the standard, by name (packs/standards/hj212_deviations.csv), in the order of the
/// pack.
class DeviationTable {
 public:
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const DeviationMeaning& operator[](std::size_t id) const { return all_[id]; }
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  /// Nothing for a name that the pack does not have. Allocates nothing.
  [[nodiscard]] std::optional<DeviationId> id(std::string_view name) const;
  [[nodiscard]] const DeviationMeaning* find(std::string_view name) const;

 private:
  friend Result<DeviationTable> read_deviations(const std::filesystem::path&);
  std::vector<DeviationMeaning> all_;
  std::unordered_map<std::string, DeviationId, TextHash, std::equal_to<>> by_name_;
};

/// Errors   not_found, malformed naming file, line and reason.
[[nodiscard]] Result<DeviationTable> read_deviations(const std::filesystem::path& packs);

/// "verified", "secondary" or "memory": how far a row of a pack can be relied on.
[[nodiscard]] bool is_trust(std::string_view word);

}  // namespace celadon::intake
