#pragma once

#include "ledger/record_places.hpp"
#include "service/tile.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::service {

/// Stands between register and id, and register and state, in the layer of cases.
inline constexpr char case_separator = '\x1F';

/// How open cases are shown: by their deadline.
struct CaseFace {
  Instant now;
  std::map<std::string, std::string, std::less<>> colours;  ///< of running, soon, overdue
};

/// What of points goes into a tile, and whose.
struct PointAsk {
  ledger::RowScope scope;
  bool with_title = true, with_state = true, with_colour = true;
  std::vector<std::string> states;  ///< only these; empty: all
  std::optional<CaseFace> cases;    ///< of the layer of cases: ids and states have their register before them
};

/// The points of one register in memory, in the order of a curve that halves the world again and again (Morton), so that a
/// tile and each cell of its grid are one run of them. Never changes; with() makes the next one.
///
/// Speed    a tile costs two searches and its points. Owners and states are numbered: whose a point is, is one look.
class PointIndex {
 public:
  PointIndex() = default;
  explicit PointIndex(const std::vector<ledger::PlacedRecord>& records);
  /// The same without the records of `ids`, and with `records`.
  [[nodiscard]] PointIndex with(std::span<const std::string> ids, const std::vector<ledger::PlacedRecord>& records) const;

  /// The points of a tile: each to exactly one tile of a zoom.
  ///
  /// Cases have also register, due, and by their deadline `level` (running, soon: within three days, overdue); a cluster
  /// of them the worst of it. Up to 400 come one by one with id, title, state, colour; of those that share a place each carries `stack`, their
  /// number, and `nth`. More are gathered in 16 x 16 cells, into points with `count`, the colour most have, `bounds` as
  /// "west,south,east,north", and `zoom`, at which they begin to part; and more than 50 at one place into one with
  /// `count` and `stack`, which no zoom parts.
  [[nodiscard]] std::string tile(std::string_view layer, const TileAddress& tile, const PointAsk& ask) const;
  /// Number and bounds of what the asker sees.
  struct Extent {
    std::size_t count = 0;
    Bounds bounds;
  };
  [[nodiscard]] Extent extent(const PointAsk& ask) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Names {
    std::uint32_t begin;
    std::uint16_t id_bytes, title_bytes;
  };
  struct Owner {
    std::string division, enterprise;
    friend auto operator<=>(const Owner&, const Owner&) = default;
  };
  class Filter;
  class Gatherer;

  void append(std::span<const ledger::PlacedRecord> records);
  void reserve(std::size_t count);
  /// Brings the columns into order; the first `sorted` are in it already.
  void sort(std::size_t sorted);
  [[nodiscard]] std::string_view id_of(std::size_t at) const;
  [[nodiscard]] std::string_view title_of(std::size_t at) const;
  [[nodiscard]] LonLat place_of(std::size_t at) const;
  [[nodiscard]] std::pair<std::size_t, std::size_t> run_of(const TileAddress& tile) const;

  std::vector<std::uint64_t> keys_;  ///< bits of x and y of the world square, 32 each, one after the other
  std::vector<Names> names_;
  std::vector<std::uint32_t> owners_of_;
  std::vector<std::uint16_t> states_of_, colours_of_;
  std::vector<std::int64_t> dues_us_;  ///< INT64_MAX: none
  std::string texts_;
  std::size_t wasted_bytes_ = 0;  ///< of texts_, of records that are gone
  std::vector<Owner> owners_;
  std::vector<std::string> states_, colours_;
};

}  // namespace celadon::service
