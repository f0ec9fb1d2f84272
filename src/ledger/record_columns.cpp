#include "ledger/record_columns.hpp"
#include "core/missing.hpp"

#include <algorithm>
#include <unordered_map>

namespace celadon::ledger {
namespace {

constexpr std::size_t bytes_kept_max = 1U << 30;

/// Gives different texts numbers as they come, and at the end their places in order.
class Texts {
 public:
  std::uint32_t add(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  /// The texts in order; `place[number]` says where each went.
  std::vector<std::string> in_order(std::vector<std::uint32_t>& place) && {
    std::vector<std::string> texts;
    texts.reserve(numbers_.size());
    for (const auto& [text, number] : numbers_) texts.push_back(text);
    std::sort(texts.begin(), texts.end());
    place.resize(texts.size());
    for (std::uint32_t at = 0; at < texts.size(); ++at) place[numbers_.at(texts[at])] = at;
    return texts;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

void settle(TextColumn& column, Texts texts) {
  std::vector<std::uint32_t> place;
  column.texts = std::move(texts).in_order(place);
  for (auto& at : column.at)
    if (at < place.size()) at = static_cast<std::uint16_t>(place[at]);
}

Result<std::shared_ptr<const RowColumns>> read_rows(Database& reader, std::int64_t first_row) {
  auto columns = std::make_shared<RowColumns>();
  RowColumns& all = *columns;
  all.kind.resize(rows_a_block);
  all.standing.resize(rows_a_block);
  all.gone.resize(rows_a_block);
  for (auto* text : {&all.division, &all.state, &all.enterprise}) text->at.resize(rows_a_block);
  all.due_us.resize(rows_a_block, INT64_MAX);
  all.known_from_us.resize(rows_a_block);
  all.known_to_us.resize(rows_a_block);
  all.place.resize(rows_a_block, Bounds{missing, missing, missing, missing});
  auto query = reader.query(
      "SELECT row, kind, standing, gone, due_us, known_from_us, known_to_us, west, south, east, north, division, state,"
      " enterprise FROM record_version WHERE row >= ?1 AND row < ?2");
  query.bind(first_row).bind(first_row + rows_a_block);
  Texts divisions, states, enterprises;
  while (query.next()) {
    const auto at = static_cast<std::size_t>(query.integer(0) - first_row);
    all.kind[at] = static_cast<std::int32_t>(query.integer(1));
    all.standing[at] = static_cast<std::uint8_t>(query.integer(2));
    all.gone[at] = static_cast<std::uint8_t>(query.integer(3));
    if (!query.is_null(4)) all.due_us[at] = query.integer(4);
    all.known_from_us[at] = query.integer(5);
    all.known_to_us[at] = query.integer(6);
    all.place[at] = {query.number(7), query.number(8), query.number(9), query.number(10)};
    all.division.at[at] = static_cast<std::uint16_t>(divisions.add(query.text(11)));
    all.state.at[at] = static_cast<std::uint16_t>(states.add(query.text(12)));
    all.enterprise.at[at] = static_cast<std::uint16_t>(enterprises.add(query.text(13)));
  }
  if (query.failed()) return fail(*query.failed());
  settle(all.division, std::move(divisions));
  settle(all.state, std::move(states));
  settle(all.enterprise, std::move(enterprises));
  return std::shared_ptr<const RowColumns>(std::move(columns));
}

Result<std::shared_ptr<const ValueColumn>> read_values(Database& reader, std::int64_t first_row, std::int64_t field) {
  auto column = std::make_shared<ValueColumn>();
  // The plus keeps SQLite at the key, by which the rows of a block lie together, and off the index by values.
  auto query =
      reader.query("SELECT row, value, is_first FROM record_value WHERE row >= ?1 AND row < ?2 AND +field = ?3");
  query.bind(first_row).bind(first_row + rows_a_block).bind(field);
  Texts texts;
  while (query.next()) {
    const bool is_text = query.is_text(1);
    column->offset.push_back(static_cast<std::uint16_t>(query.integer(0) - first_row));
    column->number.push_back(is_text ? missing : query.number(1));
    column->text.push_back(is_text ? texts.add(query.text(1)) : ValueColumn::no_text);
    column->is_first.push_back(static_cast<std::uint8_t>(query.integer(2)));
  }
  if (query.failed()) return fail(*query.failed());
  std::vector<std::uint32_t> place;
  column->texts = std::move(texts).in_order(place);
  for (auto& text : column->text)
    if (text != ValueColumn::no_text) text = place[text];
  return std::shared_ptr<const ValueColumn>(std::move(column));
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = texts.size() * sizeof(std::string);
  for (const auto& text : texts) bytes += text.size();
  return bytes;
}

std::size_t bytes_of(const RowColumns& rows) {
  return static_cast<std::size_t>(rows_a_block) * (3 * sizeof(std::int64_t) + sizeof(Bounds) + 12) +
         bytes_of(rows.division.texts) + bytes_of(rows.state.texts) + bytes_of(rows.enterprise.texts);
}

std::size_t bytes_of(const ValueColumn& column) { return column.offset.size() * 15 + bytes_of(column.texts); }

/// The stamp of every block up to the last row; 0 for one that never changed since there are stamps.
Result<std::vector<std::int64_t>> read_stamps(Database& reader) {
  auto last = reader.query("SELECT coalesce(max(row), -1) FROM record_version");
  const std::int64_t last_row = last.next() ? last.integer(0) : -1;
  if (last.failed()) return fail(*last.failed());
  std::vector<std::int64_t> stamps(last_row < 0 ? 0 : static_cast<std::size_t>(block_of(last_row)) + 1, 0);
  auto query = reader.query("SELECT block, changed FROM record_block");
  while (query.next()) {
    const auto block = static_cast<std::size_t>(query.integer(0));
    if (block < stamps.size()) stamps[block] = query.integer(1);
  }
  if (query.failed()) return fail(*query.failed());
  return stamps;
}

}  // namespace

/// Fills `blocks` with what is known; false where something is missing.
bool RecordColumns::take_known(const Stamps& stamps, std::span<const std::int64_t> fields,
                               std::vector<Block>& blocks) {
  bool complete = true;
  blocks.assign(stamps.size(), {});
  const std::scoped_lock lock(kept_lock_);
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    blocks[i].first_row = static_cast<std::int64_t>(i) * rows_a_block;
    blocks[i].values.resize(fields.size());
    const auto found = kept_.find(static_cast<std::int64_t>(i));
    if (found == kept_.end() || found->second.stamp != stamps[i]) {
      complete = false;
      continue;
    }
    blocks[i].rows = found->second.rows;
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const auto values = found->second.values.find(fields[f]);
      if (values == found->second.values.end())
        complete = false;
      else
        blocks[i].values[f] = values->second;
    }
  }
  return complete;
}

void RecordColumns::keep(std::int64_t block, std::int64_t stamp, const Block& read,
                         std::span<const std::int64_t> fields) {
  const std::scoped_lock lock(kept_lock_);
  if (bytes_ > bytes_kept_max) {
    kept_.clear();
    bytes_ = 0;
  }
  Kept& kept = kept_[block];
  if (kept.stamp > stamp) return;  // another reader is in a later moment
  if (kept.stamp < stamp) {
    if (kept.rows) bytes_ -= std::min(bytes_, bytes_of(*kept.rows));
    for (const auto& [field, values] : kept.values) bytes_ -= std::min(bytes_, bytes_of(*values));
    kept = {stamp, nullptr, {}};
  }
  if (!kept.rows) {
    kept.rows = read.rows;
    bytes_ += bytes_of(*read.rows);
  }
  for (std::size_t f = 0; f < fields.size(); ++f)
    if (kept.values.emplace(fields[f], read.values[f]).second) bytes_ += bytes_of(*read.values[f]);
}

Result<std::vector<RecordColumns::Block>> RecordColumns::blocks(Database& reader,
                                                                std::span<const std::int64_t> fields) {
  auto stamps = read_stamps(reader);
  if (!stamps) return fail(stamps.error());
  std::vector<Block> blocks;
  if (take_known(*stamps, fields, blocks)) return blocks;
  const std::scoped_lock lock(reading_);
  if (take_known(*stamps, fields, blocks)) return blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    bool is_new = false;
    if (!block.rows) {
      auto rows = read_rows(reader, block.first_row);
      if (!rows) return fail(rows.error());
      block.rows = std::move(*rows);
      is_new = true;
    }
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (block.values[f]) continue;
      auto values = read_values(reader, block.first_row, fields[f]);
      if (!values) return fail(values.error());
      block.values[f] = std::move(*values);
      is_new = true;
    }
    if (is_new) keep(static_cast<std::int64_t>(i), (*stamps)[i], block, fields);
  }
  return blocks;
}

}  // namespace celadon::ledger
