#include "core/decimal.hpp"
#include "ledger/record_rows.hpp"
#include "ledger/record_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <type_traits>

// A query that most rows fit, answered by columns in memory: block by block each condition strikes out the rows that do
// not fit. What it gives is what the SQL of record_search.cpp would.

namespace celadon::ledger {
namespace {

using Fits = std::array<std::uint8_t, static_cast<std::size_t>(rows_a_block)>;
using Test = Condition::Test;

bool is_within(std::string_view code, const std::vector<std::string>& divisions) {
  return code.empty() || std::any_of(divisions.begin(), divisions.end(),
                                     [&](const std::string& prefix) { return code.starts_with(prefix); });
}

/// Strikes out the rows whose text does not hold; asked once a text, not once a row.
template <class Holds>
void keep_texts(Fits& fits, const TextColumn& column, const Holds& holds) {
  std::vector<std::uint8_t> good(column.texts.size() + 1, 0);
  std::transform(column.texts.begin(), column.texts.end(), good.begin(),
                 [&](const std::string& text) { return static_cast<std::uint8_t>(holds(text)); });
  for (std::size_t i = 0; i < fits.size(); ++i) fits[i] &= good[column.at[i]];
}

/// Whether a value, a number or a text, is what the condition asks for; one of the other sort never is.
template <class T>
bool holds(const Condition& condition, const T& value) {
  const auto equals = [&](const auto& other) {
    const auto* same = std::get_if<T>(&other);
    return same != nullptr && *same == value;
  };
  const auto* first = condition.values.empty() ? nullptr : std::get_if<T>(&condition.values.front());
  switch (condition.test) {
    case Test::equal:
    case Test::any_of: return std::any_of(condition.values.begin(), condition.values.end(), equals);
    case Test::none_of: return std::none_of(condition.values.begin(), condition.values.end(), equals);
    case Test::at_least: return first != nullptr && value >= *first;
    case Test::at_most: return first != nullptr && value <= *first;
    case Test::more: return first != nullptr && value > *first;
    case Test::less: return first != nullptr && value < *first;
    case Test::begins:
      if constexpr (std::is_same_v<T, std::string>)
        return first != nullptr && value.starts_with(*first);
      else
        return false;
    case Test::present:
    case Test::absent: break;
  }
  return true;
}

/// A row fits where any of its values holds; "absent" where it has none.
void keep_values(Fits& fits, const ValueColumn& column, const Condition& condition) {
  std::vector<std::uint8_t> good(column.texts.size());
  std::transform(column.texts.begin(), column.texts.end(), good.begin(),
                 [&](const std::string& text) { return static_cast<std::uint8_t>(holds(condition, text)); });
  Fits any{};
  for (std::size_t i = 0; i < column.offset.size(); ++i) {
    const bool is_text = column.text[i] != ValueColumn::no_text;
    any[column.offset[i]] |=
        is_text ? good[column.text[i]] : static_cast<std::uint8_t>(holds(condition, column.number[i]));
  }
  const std::uint8_t wanted = condition.test == Test::absent ? 0 : 1;
  for (std::size_t i = 0; i < fits.size(); ++i) fits[i] &= static_cast<std::uint8_t>(any[i] == wanted);
}

/// Sums long columns without losing small values beside large ones (Neumaier).
class Total {
 public:
  void add(double value) {
    const double next = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return std::isfinite(lost_) ? sum_ + lost_ : sum_; }

 private:
  double sum_ = 0, lost_ = 0;
};

}  // namespace

struct Search::Wide {
  std::vector<RecordColumns::Block> blocks;  ///< the values asked for are the last of each
  std::vector<Fits> fits;

  template <class Work>
  void each_value(const Work& work) const {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const ValueColumn& column = *blocks[b].values.back();
      for (std::size_t i = 0; i < column.offset.size(); ++i)
        if (fits[b][column.offset[i]] != 0) work(column, i);
    }
  }
};

Result<bool> Search::is_wide() {
  const std::int64_t walked_max = Ledger::Inside::of(ledger_).rows_walked_max();
  for (const Driver& driver : drivers_)
    if (driver.few <= walked_max) return false;
  if (!drivers_.empty()) return true;
  Sql sql;
  sql << "SELECT count(*) FROM (SELECT 1 FROM record_version v INDEXED BY " << (now() ? "now_by_id" : "version_by_id");
  (sql << " WHERE v.kind = ").with(kind_) << (now() ? " AND v.standing < 2 LIMIT " : " LIMIT ");
  auto query = (sql.with(walked_max + 1) << ")").on(*reader_);
  const bool many = query.next() && query.integer(0) > walked_max;
  if (query.failed()) return fail(*query.failed());
  return many;
}

Result<std::vector<std::int64_t>> Search::word_rows() {
  if (!word_rows_.empty()) return word_rows_;
  const auto words =
      std::find_if(drivers_.begin(), drivers_.end(), [](const Driver& one) { return one.of == Driver::Of::words; });
  std::vector<std::int64_t> rows;
  auto query = words->rows.on(*reader_);
  while (query.next()) rows.push_back(query.integer(0));
  if (query.failed()) return fail(*query.failed());
  return rows;
}

Result<Search::Wide> Search::wide(std::int64_t field) {
  std::vector<std::int64_t> fields;
  for (const std::int64_t one : fields_)
    if (one != 0) fields.push_back(one);
  if (field != 0) fields.push_back(field);
  auto blocks = Ledger::Inside::of(ledger_).columns().blocks(*reader_, fields);
  if (!blocks) return fail(blocks.error());
  Wide wide{std::move(*blocks), {}};
  wide.fits.resize(wide.blocks.size());
  std::vector<Fits> found_by_words;
  if (!expression_.empty()) {
    auto rows = word_rows();
    if (!rows) return fail(rows.error());
    found_by_words.resize(wide.blocks.size());
    for (const std::int64_t row : *rows)
      found_by_words[static_cast<std::size_t>(block_of(row))][static_cast<std::size_t>(row % rows_a_block)] = 1;
  }
  for (std::size_t b = 0; b < wide.blocks.size(); ++b) {
    const auto& [first_row, rows, values] = wide.blocks[b];
    Fits& fits = wide.fits[b];
    const std::int64_t at_us = now() ? 0 : query_.as_known_at->us;
    for (std::size_t i = 0; i < fits.size(); ++i) {
      bool good = rows->kind[i] == kind_ && (query_.with_gone || rows->gone[i] == 0);
      good = good && (now() ? rows->standing[i] < 2 : rows->known_from_us[i] <= at_us && rows->known_to_us[i] > at_us);
      fits[i] = static_cast<std::uint8_t>(good);
    }
    if (!query_.states.empty())
      keep_texts(fits, rows->state, [&](const std::string& state) {
        return std::find(query_.states.begin(), query_.states.end(), state) != query_.states.end();
      });
    if (!query_.scope.enterprise.empty())
      keep_texts(fits, rows->enterprise, [&](const std::string& id) { return id == query_.scope.enterprise; });
    if (!query_.scope.divisions.empty())
      keep_texts(fits, rows->division,
                 [&](const std::string& code) { return is_within(code, query_.scope.divisions); });
    if (query_.due_until) {
      const std::int64_t until_us = query_.due_until->us;
      for (std::size_t i = 0; i < fits.size(); ++i)
        fits[i] &= static_cast<std::uint8_t>(rows->due_us[i] <= until_us && rows->due_us[i] != INT64_MAX);
    }
    if (query_.within) {
      const Bounds& box = *query_.within;
      for (std::size_t i = 0; i < fits.size(); ++i) {
        const Bounds& place = rows->place[i];
        fits[i] &= static_cast<std::uint8_t>(place.west_deg <= box.east_deg && place.east_deg >= box.west_deg &&
                                             place.south_deg <= box.north_deg && place.north_deg >= box.south_deg);
      }
    }
    std::size_t column = 0;
    for (std::size_t i = 0; i < query_.where.size(); ++i)
      if (fields_[i] != 0) keep_values(fits, *values[column++], query_.where[i]);
    if (!found_by_words.empty())
      for (std::size_t i = 0; i < fits.size(); ++i) fits[i] &= found_by_words[b][i];
  }
  return wide;
}

Result<std::int64_t> Search::wide_count() {
  auto wide = this->wide(0);
  if (!wide) return fail(wide.error());
  std::int64_t total = 0;
  for (const Fits& fits : wide->fits) total += std::count(fits.begin(), fits.end(), 1);
  return total;
}

Result<Records::Sum> Search::wide_sum(std::int64_t field) {
  auto wide = this->wide(field);
  if (!wide) return fail(wide.error());
  Records::Sum sum;
  Total total;
  wide->each_value([&](const ValueColumn& column, std::size_t i) {
    const double value = column.number[i];
    if (std::isnan(value)) return;
    total.add(value);
    sum.least = sum.count == 0 ? value : std::min(sum.least, value);
    sum.most = sum.count == 0 ? value : std::max(sum.most, value);
    ++sum.count;
  });
  sum.sum = total.value();
  return sum;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Search::wide_tally(std::int64_t field) {
  auto wide = this->wide(field);
  if (!wide) return fail(wide.error());
  // In the order of SQLite: numbers before texts.
  std::map<std::variant<double, std::string>, std::int64_t> times;
  std::vector<std::int64_t> of_text;
  for (std::size_t b = 0; b < wide->blocks.size(); ++b) {
    const ValueColumn& column = *wide->blocks[b].values.back();
    of_text.assign(column.texts.size(), 0);
    for (std::size_t i = 0; i < column.offset.size(); ++i) {
      if (wide->fits[b][column.offset[i]] == 0) continue;
      if (column.text[i] != ValueColumn::no_text)
        ++of_text[column.text[i]];
      else
        ++times[column.number[i]];
    }
    for (std::size_t t = 0; t < of_text.size(); ++t)
      if (of_text[t] != 0) times[column.texts[t]] += of_text[t];
  }
  using Group = std::pair<std::variant<double, std::string>, std::int64_t>;
  std::vector<Group> groups(times.begin(), times.end());
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.second > b.second; });
  if (groups.size() > static_cast<std::size_t>(groups_max)) groups.resize(static_cast<std::size_t>(groups_max));
  std::vector<std::pair<std::string, std::int64_t>> all;
  all.reserve(groups.size());
  for (const auto& [what, count] : groups) {
    const auto* number = std::get_if<double>(&what);
    all.emplace_back(number != nullptr ? shortest_text(*number) : std::get<std::string>(what), count);
  }
  return all;
}

Result<std::vector<RecordPlace>> Search::wide_places(std::int64_t field, bool by_state) {
  auto wide = this->wide(field);
  if (!wide) return fail(wide.error());
  std::vector<RecordPlace> all;
  for (std::size_t b = 0; b < wide->blocks.size(); ++b) {
    const auto& block = wide->blocks[b];
    std::array<std::uint32_t, static_cast<std::size_t>(rows_a_block)> colour;  // place in the column, and one more
    colour.fill(0);
    if (field != 0) {
      const ValueColumn& column = *block.values.back();
      for (std::size_t i = 0; i < column.offset.size(); ++i)
        if (column.is_first[i] != 0) colour[column.offset[i]] = static_cast<std::uint32_t>(i) + 1;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows_a_block); ++i) {
      if (wide->fits[b][i] == 0 || std::isnan(block.rows->place[i].west_deg)) continue;
      if (all.size() == query_.limit) return all;
      auto query = (*reader_).query("SELECT id, title, state, lon, lat FROM record_version WHERE row = ?");
      query.bind(block.first_row + static_cast<std::int64_t>(i));
      if (!query.next()) {
        if (query.failed()) return fail(*query.failed());
        continue;
      }
      RecordPlace place{query.text(0), query.text(1), query.text(2), {query.number(3), query.number(4)}, {}};
      if (by_state) place.colour_value = place.state;
      if (colour[i] != 0) {
        const ValueColumn& column = *block.values.back();
        const std::size_t at = colour[i] - 1;
        place.colour_value =
            column.text[at] != ValueColumn::no_text ? column.texts[column.text[at]] : shortest_text(column.number[at]);
      }
      all.push_back(std::move(place));
    }
  }
  return all;
}

}  // namespace celadon::ledger
