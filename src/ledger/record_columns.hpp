#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "ledger/sqlite.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

// What records are counted and summed by where most rows fit, as columns in memory. For the .cpp files of this room.

namespace celadon::ledger {

inline constexpr std::int64_t rows_a_block = 4096;
[[nodiscard]] constexpr std::int64_t block_of(std::int64_t row) { return row / rows_a_block; }

/// A text for each row, the different ones kept once, in order.
struct TextColumn {
  std::vector<std::uint16_t> at;  ///< place in `texts`, by the offset of the row in its block
  std::vector<std::string> texts;
};

/// The rows of record_version of one block by their offset; `kind` is 0 where there is no such row.
struct RowColumns {
  std::vector<std::int32_t> kind;
  std::vector<std::uint8_t> standing, gone;
  TextColumn division, state, enterprise;
  std::vector<std::int64_t> due_us;  ///< INT64_MAX: none
  std::vector<std::int64_t> known_from_us, known_to_us;
  std::vector<Bounds> place;  ///< NaN: none
};

/// The values of one field in one block, in order of row; a row may have several.
struct ValueColumn {
  static constexpr std::uint32_t no_text = UINT32_MAX;
  std::vector<std::uint16_t> offset;  ///< of the row in its block
  std::vector<double> number;         ///< NaN where it is a text
  std::vector<std::uint32_t> text;    ///< place in `texts`; no_text where it is a number
  std::vector<std::uint8_t> is_first;
  std::vector<std::string> texts;  ///< the different ones, in order
};

/// Blocks of columns, read when they are first asked for and again when their stamp in record_block has moved: what
/// they answer is what the tables say in the reader's transaction. Any thread.
class RecordColumns {
 public:
  struct Block {
    std::int64_t first_row = 0;
    std::shared_ptr<const RowColumns> rows;
    std::vector<std::shared_ptr<const ValueColumn>> values;  ///< in step with the fields asked for
  };
  /// All blocks there are in the transaction that `reader` is in, with the values of these fields.
  [[nodiscard]] Result<std::vector<Block>> blocks(Database& reader, std::span<const std::int64_t> fields);

 private:
  struct Kept {
    std::int64_t stamp = -1;
    std::shared_ptr<const RowColumns> rows;
    std::map<std::int64_t, std::shared_ptr<const ValueColumn>> values;
  };
  using Stamps = std::vector<std::int64_t>;
  [[nodiscard]] bool take_known(const Stamps& stamps, std::span<const std::int64_t> fields, std::vector<Block>& blocks);
  void keep(std::int64_t block, std::int64_t stamp, const Block& read, std::span<const std::int64_t> fields);

  std::mutex reading_;  ///< one thread at a time reads what is missing
  std::mutex kept_lock_;
  std::map<std::int64_t, Kept> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace celadon::ledger
