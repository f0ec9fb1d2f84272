#include "service/point_index.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_set>

namespace celadon::service {
namespace {

constexpr std::size_t single_points_max = 400;  ///< of a tile; more are gathered
constexpr std::size_t stack_singles_max = 50;   ///< at one place; more are gathered
constexpr int cell_levels = 4;                  ///< a tile has 16 cells a side
constexpr std::int64_t soon_us = 3 * us_per_day;
constexpr std::array<std::string_view, 3> case_levels = {"running", "soon", "overdue"};  ///< the worst last
constexpr std::size_t names_bytes_max = 400;    ///< of an id or title in a tile

/// The bits of a number with a zero between each two.
std::uint64_t spread(std::uint32_t number) {
  std::uint64_t x = number;
  x = (x | x << 16U) & 0x0000FFFF0000FFFFULL;
  x = (x | x << 8U) & 0x00FF00FF00FF00FFULL;
  x = (x | x << 4U) & 0x0F0F0F0F0F0F0F0FULL;
  x = (x | x << 2U) & 0x3333333333333333ULL;
  return (x | x << 1U) & 0x5555555555555555ULL;
}
std::uint32_t gather(std::uint64_t x) {
  x &= 0x5555555555555555ULL;
  x = (x | x >> 1U) & 0x3333333333333333ULL;
  x = (x | x >> 2U) & 0x0F0F0F0F0F0F0F0FULL;
  x = (x | x >> 4U) & 0x00FF00FF00FF00FFULL;
  x = (x | x >> 8U) & 0x0000FFFF0000FFFFULL;
  return static_cast<std::uint32_t>(x | x >> 16U);
}

std::uint64_t key_of(const LonLat& at) {
  const WorldPoint world = to_world(at);
  const auto whole = [](double share) {
    return static_cast<std::uint32_t>(std::clamp(share * 4294967296.0, 0.0, 4294967295.0));
  };
  return spread(whole(world.x)) | spread(whole(world.y)) << 1U;
}

std::string_view cut(std::string_view text) {
  if (text.size() <= names_bytes_max) return text;
  std::size_t end = names_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// A small number of an id, of its last letters.
std::size_t mark_of(std::string_view id) {
  std::size_t mark = id.size();
  for (std::size_t i = id.size() < 4 ? 0 : id.size() - 4; i < id.size(); ++i)
    mark = mark * 31 + static_cast<unsigned char>(id[i]);
  return mark & 0xFFFFU;
}

template <class Number, class T>
Number number_in(std::map<T, std::size_t>& known, std::vector<T>& all, const T& what) {
  const auto [at, fresh] = known.try_emplace(what, all.size());
  if (fresh) all.push_back(what);
  // What does not fit is shown as the first one; a register has some ten states and colours.
  return at->second <= std::numeric_limits<Number>::max() ? static_cast<Number>(at->second) : Number{0};
}

}  // namespace

/// Which points an asker sees.
class PointIndex::Filter {
 public:
  Filter(const PointIndex& index, const PointAsk& ask) : index_(index) {
    const auto& scope = ask.scope;
    for (const auto& owner : index.owners_) {
      const bool of_division =
          scope.divisions.empty() || owner.division.empty() ||
          std::any_of(scope.divisions.begin(), scope.divisions.end(),
                      [&](const std::string& prefix) { return owner.division.starts_with(prefix); });
      const bool of_enterprise = scope.enterprise.empty() || scope.enterprise == owner.enterprise;
      owners_.push_back(!scope.nothing && of_division && of_enterprise);
    }
    for (const auto& state : index.states_) {
      states_.push_back(ask.states.empty() ||
                        std::find(ask.states.begin(), ask.states.end(), state) != ask.states.end());
    }
    const auto holds = [](char one) { return one != 0; };
    all_ = std::all_of(owners_.begin(), owners_.end(), holds) && std::all_of(states_.begin(), states_.end(), holds);
  }
  [[nodiscard]] bool operator()(std::size_t at) const {
    return all_ || (owners_[index_.owners_of_[at]] != 0 && states_[index_.states_of_[at]] != 0);
  }
  [[nodiscard]] bool all() const { return all_; }

 private:
  const PointIndex& index_;
  std::vector<char> owners_, states_;
  bool all_ = true;
};

PointIndex::PointIndex(const std::vector<ledger::PlacedRecord>& records) {
  reserve(records.size());
  append(records);
  sort(0);
}

void PointIndex::append(std::span<const ledger::PlacedRecord> records) {
  std::map<Owner, std::size_t> owner_numbers;
  std::map<std::string, std::size_t> state_numbers, colour_numbers;
  for (std::size_t i = 0; i < owners_.size(); ++i) owner_numbers.emplace(owners_[i], i);
  for (std::size_t i = 0; i < states_.size(); ++i) state_numbers.emplace(states_[i], i);
  for (std::size_t i = 0; i < colours_.size(); ++i) colour_numbers.emplace(colours_[i], i);
  for (const auto& record : records) {
    if (!(std::abs(record.anchor.lat_deg) <= tile_latitude_max_deg)) continue;
    const std::string_view id = cut(record.id);
    const std::string_view title = cut(record.title);
    keys_.push_back(key_of(record.anchor));
    names_.push_back({static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint16_t>(id.size()),
                      static_cast<std::uint16_t>(title.size())});
    texts_.append(id).append(title);
    CELADON_ASSERT(texts_.size() < std::numeric_limits<std::uint32_t>::max());
    owners_of_.push_back(number_in<std::uint32_t>(owner_numbers, owners_, Owner{record.division, record.enterprise}));
    states_of_.push_back(number_in<std::uint16_t>(state_numbers, states_, record.state));
    colours_of_.push_back(number_in<std::uint16_t>(colour_numbers, colours_, record.colour_value));
    dues_us_.push_back(record.due ? record.due->us : INT64_MAX);
  }
}

void PointIndex::sort(std::size_t sorted) {
  std::vector<std::uint32_t> order(keys_.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return keys_[a] != keys_[b] ? keys_[a] < keys_[b] : id_of(a) < id_of(b);
  };
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::sort(middle, order.end(), before);
  std::inplace_merge(order.begin(), middle, order.end(), before);
  const auto arrange = [&](auto& column) {
    std::remove_reference_t<decltype(column)> arranged(column.size());
    for (std::size_t i = 0; i < order.size(); ++i) arranged[i] = column[order[i]];
    column = std::move(arranged);
  };
  arrange(names_);
  arrange(owners_of_);
  arrange(states_of_);
  arrange(colours_of_);
  arrange(dues_us_);
  arrange(keys_);
}

PointIndex PointIndex::with(std::span<const std::string> ids, const std::vector<ledger::PlacedRecord>& records) const {
  std::unordered_set<std::string_view> gone;
  std::vector<bool> perhaps(1U << 16U, false);  // most ids are told apart without a look into the set
  for (const auto& id : ids) {
    gone.insert(cut(id));
    perhaps[mark_of(cut(id))] = true;
  }
  PointIndex next;
  next.owners_ = owners_;
  next.states_ = states_;
  next.colours_ = colours_;
  next.wasted_bytes_ = wasted_bytes_;
  const bool tidies = wasted_bytes_ > texts_.size() / 2;
  if (tidies)
    next.wasted_bytes_ = 0;
  else
    next.texts_ = texts_;
  next.reserve(keys_.size() + records.size());
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::string_view id = id_of(i);
    if (perhaps[mark_of(id)] && gone.contains(id)) {
      next.wasted_bytes_ += tidies ? 0 : names_[i].id_bytes + names_[i].title_bytes;
      continue;
    }
    next.keys_.push_back(keys_[i]);
    next.names_.push_back(names_[i]);
    if (tidies) {
      next.names_.back().begin = static_cast<std::uint32_t>(next.texts_.size());
      next.texts_.append(id).append(title_of(i));
    }
    next.owners_of_.push_back(owners_of_[i]);
    next.states_of_.push_back(states_of_[i]);
    next.colours_of_.push_back(colours_of_[i]);
    next.dues_us_.push_back(dues_us_[i]);
  }
  const std::size_t kept = next.keys_.size();
  next.append(records);
  next.sort(kept);
  return next;
}

void PointIndex::reserve(std::size_t count) {
  keys_.reserve(count);
  names_.reserve(count);
  owners_of_.reserve(count);
  states_of_.reserve(count);
  colours_of_.reserve(count);
  dues_us_.reserve(count);
}

std::string_view PointIndex::id_of(std::size_t at) const {
  return std::string_view(texts_).substr(names_[at].begin, names_[at].id_bytes);
}
std::string_view PointIndex::title_of(std::size_t at) const {
  return std::string_view(texts_).substr(names_[at].begin + names_[at].id_bytes, names_[at].title_bytes);
}
LonLat PointIndex::place_of(std::size_t at) const {
  const auto share = [](std::uint32_t whole) { return (whole + 0.5) / 4294967296.0; };
  return from_world({share(gather(keys_[at])), share(gather(keys_[at] >> 1U))});
}

std::pair<std::size_t, std::size_t> PointIndex::run_of(const TileAddress& tile) const {
  const auto free_bits = static_cast<unsigned>(64 - 2 * tile.z);
  const std::uint64_t place = spread(tile.x) | spread(tile.y) << 1U;
  const std::uint64_t first = tile.z == 0 ? 0 : place << free_bits;
  const std::uint64_t last = tile.z == 0 ? ~0ULL : first | ((1ULL << free_bits) - 1);
  const auto begin = std::lower_bound(keys_.begin(), keys_.end(), first);
  const auto end = std::upper_bound(begin, keys_.end(), last);
  return {static_cast<std::size_t>(begin - keys_.begin()), static_cast<std::size_t>(end - keys_.begin())};
}

PointIndex::Extent PointIndex::extent(const PointAsk& ask) const {
  const Filter sees(*this, ask);
  Extent found;
  std::uint32_t west = ~0U, north = ~0U, east = 0, south = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (!sees(i)) continue;
    ++found.count;
    const std::uint32_t x = gather(keys_[i]);
    const std::uint32_t y = gather(keys_[i] >> 1U);
    west = std::min(west, x);
    east = std::max(east, x);
    north = std::min(north, y);
    south = std::max(south, y);
  }
  if (found.count == 0) return found;
  const auto share = [](double whole) { return whole / 4294967296.0; };
  found.bounds.include(from_world({share(west), share(north)}));
  found.bounds.include(from_world({share(east + 1.0), share(south + 1.0)}));
  return found;
}

/// Writes the points of one tile.
class PointIndex::Gatherer {
 public:
  Gatherer(const PointIndex& index, std::string_view layer, const TileAddress& tile, const PointAsk& ask)
      : index_(index), tile_(tile), ask_(ask), sees_(index, ask), writer_(layer), counts_(index.colours_.size()) {}

  std::string make() {
    const auto [begin, end] = index_.run_of(tile_);
    std::size_t count = 0;
    if (sees_.all()) {
      count = end - begin;
    } else {
      for (std::size_t i = begin; i < end && count <= single_points_max; ++i) count += sees_(i) ? 1 : 0;
    }
    if (count <= single_points_max)
      add_runs(begin, end, 64);
    else
      add_runs(begin, end, static_cast<unsigned>(2 * (tile_.z + cell_levels)));
    return writer_.finish();
  }

 private:
  /// Each run of points whose keys begin with the same `bits`.
  void add_runs(std::size_t begin, std::size_t end, unsigned bits) {
    const auto cell_of = [&](std::size_t at) { return bits == 64 ? index_.keys_[at] : index_.keys_[at] >> (64 - bits); };
    for (std::size_t i = begin; i < end;) {
      std::size_t stop = i + 1;
      while (stop < end && cell_of(stop) == cell_of(i)) ++stop;
      seen_.clear();
      for (std::size_t k = i; k < stop; ++k) {
        if (sees_(k)) seen_.push_back(static_cast<std::uint32_t>(k));
      }
      if (!seen_.empty()) add_seen(bits == 64);
      i = stop;
    }
  }

  void add_seen(bool is_place) {
    if (seen_.size() == 1) {
      add_point(seen_.front(), 1, 0);
    } else if (is_place && seen_.size() <= stack_singles_max) {
      for (std::size_t k = 0; k < seen_.size(); ++k) add_point(seen_[k], seen_.size(), k);
    } else {
      add_cluster();
    }
  }

  void add_point(std::size_t at, std::size_t stack, std::size_t nth) {
    tags_.clear();
    if (ask_.cases) {
      tag_case(at);
    } else {
      tag_record(at);
    }
    if (stack > 1) {
      tag("stack", writer_.whole(static_cast<std::int64_t>(stack)));
      tag("nth", writer_.whole(static_cast<std::int64_t>(nth)));
    }
    const std::uint64_t key = index_.keys_[at];
    put(gather(key), gather(key >> 1U));
  }

  void tag_record(std::size_t at) {
    tag("id", writer_.text(index_.id_of(at)));
    tag("title", writer_.text(ask_.with_title ? index_.title_of(at) : index_.id_of(at)));
    tag("state", writer_.text(ask_.with_state ? index_.states_[index_.states_of_[at]] : std::string()));
    tag("colour", writer_.text(ask_.with_colour ? index_.colours_[index_.colours_of_[at]] : std::string()));
  }

  void tag_case(std::size_t at) {
    const std::string_view id = index_.id_of(at);
    const std::size_t cut_at = id.find(case_separator);
    tag("register", writer_.text(id.substr(0, cut_at)));
    tag("id", writer_.text(id.substr(cut_at + 1)));
    tag("title", writer_.text(index_.title_of(at)));
    const std::string_view state = index_.states_[index_.states_of_[at]];
    tag("state", writer_.text(state.substr(state.find(case_separator) + 1)));
    if (index_.dues_us_[at] != INT64_MAX) tag("due", writer_.text(to_iso_utc({index_.dues_us_[at]})));
    tag_level(level_of(index_.dues_us_[at]));
  }
  /// Into case_levels.
  [[nodiscard]] std::size_t level_of(std::int64_t due_us) const {
    if (due_us == INT64_MAX || due_us - ask_.cases->now.us > soon_us) return 0;
    return due_us >= ask_.cases->now.us ? 1 : 2;
  }
  void tag_level(std::size_t level) {
    tag("level", writer_.text(case_levels[level]));
    const auto colour = ask_.cases->colours.find(case_levels[level]);
    tag("colour", writer_.text(colour == ask_.cases->colours.end() ? std::string() : colour->second));
  }

  void add_cluster() {
    double x_sum = 0, y_sum = 0;
    std::size_t worst = 0;
    std::uint32_t west = ~0U, north = ~0U, east = 0, south = 0;
    for (const std::uint32_t at : seen_) {
      const std::uint32_t x = gather(index_.keys_[at]);
      const std::uint32_t y = gather(index_.keys_[at] >> 1U);
      x_sum += x;
      y_sum += y;
      west = std::min(west, x);
      east = std::max(east, x);
      north = std::min(north, y);
      south = std::max(south, y);
      ++counts_[index_.colours_of_[at]];
      if (ask_.cases) worst = std::max(worst, level_of(index_.dues_us_[at]));
    }
    std::size_t most = 0;
    for (std::size_t c = 0; c < counts_.size(); ++c) {
      if (counts_[c] > counts_[most]) most = c;
    }
    std::fill(counts_.begin(), counts_.end(), 0U);
    const auto count = static_cast<std::int64_t>(seen_.size());
    tags_.clear();
    tag("count", writer_.whole(count));
    if (ask_.cases)
      tag_level(worst);
    else
      tag("colour", writer_.text(ask_.with_colour ? index_.colours_[most] : std::string()));
    const std::uint64_t apart = index_.keys_[seen_.front()] ^ index_.keys_[seen_.back()];
    if (apart == 0) {
      tag("stack", writer_.whole(count));
    } else {
      // The first level at which first and last are in different cells.
      const int level = std::countl_zero(apart) / 2 + 1;
      tag("zoom", writer_.whole(std::clamp(level - cell_levels, tile_.z + 1, tile_zoom_max + 1)));
    }
    tag("bounds", writer_.text(bounds_text(west, north, east, south)));
    put(x_sum / static_cast<double>(count), y_sum / static_cast<double>(count));
  }

  static std::string bounds_text(std::uint32_t west, std::uint32_t north, std::uint32_t east, std::uint32_t south) {
    const auto share = [](double whole) { return whole / 4294967296.0; };
    const LonLat first = from_world({share(west), share(north)});
    const LonLat last = from_world({share(east + 1.0), share(south + 1.0)});
    std::string text;
    for (const double degrees : {first.lon_deg, last.lat_deg, last.lon_deg, first.lat_deg}) {
      char digits[32];
      text.append(text.empty() ? "" : ",").append(digits, std::to_chars(digits, digits + sizeof digits, degrees).ptr);
    }
    return text;
  }

  void tag(std::string_view key, std::uint32_t value) {
    tags_.push_back(writer_.key(key));
    tags_.push_back(value);
  }
  void put(double x, double y) {
    const double scale = std::ldexp(tile_extent, tile_.z - 32);
    const TilePoint at[] = {{x * scale - tile_.x * tile_extent, y * scale - tile_.y * tile_extent}};
    geometry_.clear();
    geometry_.points(at);
    writer_.add(tags_, TileShape::points, geometry_);
  }

  const PointIndex& index_;
  const TileAddress& tile_;
  const PointAsk& ask_;
  const Filter sees_;
  TileWriter writer_;
  TileGeometry geometry_;
  std::vector<std::uint32_t> counts_;  ///< by colour
  std::vector<std::uint32_t> seen_, tags_;
};

std::string PointIndex::tile(std::string_view layer, const TileAddress& tile, const PointAsk& ask) const {
  CELADON_ASSERT(is_valid(tile));
  return Gatherer(*this, layer, tile, ask).make();
}

}  // namespace celadon::service
