#pragma once

#include "ledger/records.hpp"
#include "ledger/sqlite.hpp"

#include <cstdint>
#include <set>

// The tables records are found by, as one writer keeps them; see schema.cpp. For the .cpp files of this room.

namespace celadon::ledger {

inline constexpr std::int64_t end_of_time_us = INT64_MAX;
enum class Standing : std::uint8_t { in_force = 0, withdrawn = 1, replaced = 2 };

/// The number of a kind; 0 where the tables do not know it.
[[nodiscard]] Result<std::int64_t> find_kind(Database& database, const std::string& kind);
[[nodiscard]] Result<std::int64_t> kind_number(Database& database, const std::string& kind);  ///< made where new
[[nodiscard]] Result<std::int64_t> find_field(Database& database, std::int64_t kind, const std::string& field);

/// What a change does to the tables of words and places, and to the stamps of blocks. It is done at the end of the
/// change: every statement in between that could fail half way would make FTS5 write out what it holds.
struct FoundBy {
  struct Come {
    std::int64_t row;
    std::string tokens;
    std::optional<Bounds> place;
    std::int64_t kind;
  };
  std::vector<std::int64_t> gone;
  std::vector<Come> come;
  std::set<std::int64_t> blocks;  ///< those with a row that was added, changed or taken away
  void retire(std::int64_t row);
};
[[nodiscard]] Result<void> finish(Database& database, const FoundBy& found_by);

/// The rows of a revision. `known_to_us` of the newest is end_of_time_us.
[[nodiscard]] Result<void> add_version(Database& database, std::int64_t kind, const Revision& revision,
                                       const RecordFace& face, std::int64_t known_to_us, FoundBy& found_by);
/// What was the newest is so no more from `known_to_us` on.
[[nodiscard]] Result<void> retire_version(Database& database, std::int64_t kind, const std::string& id,
                                          std::int64_t known_to_us, FoundBy& found_by);
/// Takes all rows of a record away, to be made anew.
[[nodiscard]] Result<void> remove_versions(Database& database, std::int64_t kind, const std::string& id,
                                           FoundBy& found_by);
/// The revision the rows in force are of; 0 where there are none.
[[nodiscard]] Result<std::int64_t> version_of_record(Database& database, std::int64_t kind, const std::string& id);

}  // namespace celadon::ledger
