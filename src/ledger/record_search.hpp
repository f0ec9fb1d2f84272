#pragma once

#include "ledger/ledger_impl.hpp"
#include "ledger/records.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

// How a query over records becomes SQL. For the .cpp files of this room.

namespace celadon::ledger {

/// A piece of SQL with what its question marks stand for.
struct Sql {
  using Value = std::variant<std::int64_t, double, std::string>;
  std::string text;
  std::vector<Value> values;

  Sql& operator<<(std::string_view more) {
    text += more;
    return *this;
  }
  Sql& operator<<(const Sql& more) {
    text += more.text;
    values.insert(values.end(), more.values.begin(), more.values.end());
    return *this;
  }
  /// A question mark for this value.
  Sql& with(Value value) {
    text += '?';
    values.push_back(std::move(value));
    return *this;
  }
  [[nodiscard]] Query on(Database& database) const;
};

inline constexpr std::int64_t groups_max = 1'000;  ///< of a tally
inline constexpr std::string_view last_character = "\xF4\x8F\xBF\xBF";
/// A number as a tally writes it.
[[nodiscard]] std::string text_of(const Query& row, int column);

/// Where a page begins: behind this key and id. Opaque outside, and only of use for the query it was made for.
struct Place {
  bool without_key = false;  ///< among those that have no due date or no such field, which come last
  Sql::Value key = std::int64_t{0};
  std::string id;
};
[[nodiscard]] std::string to_cursor(const Place& place, const RecordQuery& query);
/// Errors   invalid_value with field after.
[[nodiscard]] Result<Place> parse_cursor(const RecordQuery& query);
/// What is behind the check of a cursor; nothing where no cursor holds such bytes. For parse_cursor and its fuzz target.
[[nodiscard]] std::optional<Place> parse_place(std::string_view bytes);

/// One reading of the tables: all its answers are of one moment.
///
/// It is driven from whichever side is narrow. Each condition that an index serves is asked how many rows it has, up to
/// a limit; where one has few, those rows are fetched, tested and sorted. Otherwise most rows fit, and the index of the
/// sort is walked until the page is full.
class Search {
 public:
  /// Errors   invalid_value naming the field of the query.
  [[nodiscard]] static Result<std::unique_ptr<Search>> begin(const Ledger& ledger, const RecordQuery& query);

  [[nodiscard]] Result<RecordPage> page();
  /// How many match; what is more than `exact_max` may come out as any number above it.
  [[nodiscard]] Result<std::int64_t> count_to(std::int64_t exact_max);
  [[nodiscard]] Result<Records::Sum> sum(const std::string& field);
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::int64_t>>> tally(const std::string& field);
  [[nodiscard]] Result<std::vector<RecordPlace>> places(const std::string& colour_by);

 private:
  /// Rows that one condition picks by an index.
  struct Driver {
    enum class Of : std::uint8_t { words, condition, states, due, division, enterprise, within };
    Of of = Of::condition;
    std::size_t condition = 0;
    Sql rows;              ///< SELECT of their row numbers, each once
    std::int64_t few = 0;  ///< how many; more than few_max stands for many
    Sql by_id;             ///< FROM ... WHERE ... of the same rows in order of id, where an index has it so
    std::string id;        ///< the column of the id there
    int rank = 0;          ///< where all have many, the lower one is likely to have fewer
    bool counted = false;
  };
  struct Key {
    std::string column;  ///< what is sorted by; "" for the id alone
    bool may_lack = false;
    std::int64_t field = 0;  ///< of a field's values
  };
  struct Row {
    std::int64_t row;
    Place place;
  };

  Search(const Ledger& ledger, Ledger::Inside::Reader reader, const RecordQuery& query)
      : ledger_(ledger), reader_(std::move(reader)), query_(query) {}

  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> add_drivers();
  [[nodiscard]] Result<void> add_words_driver();
  [[nodiscard]] Result<void> count_drivers();
  void add_value_drivers();
  void add_version_drivers();
  [[nodiscard]] Sql value_rows(std::size_t condition) const;
  [[nodiscard]] bool now() const { return !query_.as_known_at; }

  /// "WHERE"-terms on `v` for all of the query but what `driver` does by itself.
  [[nodiscard]] Sql terms(const Driver* driver) const;
  /// Those of them that ask only for the number of the row.
  [[nodiscard]] Sql row_terms(const Driver* driver, std::string_view row) const;
  /// Whether a row that the driver gives must be looked at for more than its number.
  [[nodiscard]] bool needs_version(const Driver& driver) const;
  [[nodiscard]] Sql condition_term(std::size_t condition, std::string_view row) const;
  [[nodiscard]] Sql scope_terms() const;
  /// The driver with fewest rows, if few.
  [[nodiscard]] const Driver* narrow() const;
  [[nodiscard]] const Driver* any_driver() const;

  /// "FROM ... WHERE ..." with `v`, from the narrowest side, in no order.
  [[nodiscard]] Sql source() const;
  /// The same with the values of a field as `k`.
  [[nodiscard]] Sql values_source(std::int64_t field) const;
  [[nodiscard]] Sql page_sql(const Key& key, bool without_key, const Place* after, std::size_t limit) const;
  [[nodiscard]] Sql page_source(const Key& key, bool without_key, std::string& id_column) const;
  [[nodiscard]] Result<Key> sort_key();
  [[nodiscard]] Result<std::vector<Row>> rows_of_page();
  [[nodiscard]] Result<Record> record_of(std::int64_t row);
  [[nodiscard]] Result<void> count(RecordPage& page);

  // Where most rows fit, by columns in memory: record_search_wide.cpp.
  struct Wide;
  /// Whether more rows must be looked at than an index should be walked for.
  [[nodiscard]] Result<bool> is_wide();
  /// All blocks with the rows that fit marked, and the values of `field` where it is not 0.
  [[nodiscard]] Result<Wide> wide(std::int64_t field);
  [[nodiscard]] Result<std::vector<std::int64_t>> word_rows();
  [[nodiscard]] Result<Records::Sum> wide_sum(std::int64_t field);
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::int64_t>>> wide_tally(std::int64_t field);
  [[nodiscard]] Result<std::int64_t> wide_count();
  [[nodiscard]] Result<std::vector<RecordPlace>> wide_places(std::int64_t field, bool by_state);

  const Ledger& ledger_;
  Ledger::Inside::Reader reader_;
  std::unique_ptr<Transaction> transaction_;  // goes before the reader
  RecordQuery query_;
  std::int64_t kind_ = 0;             ///< 0: the tables know none of this kind
  bool nothing_ = false;              ///< no row can fit
  std::vector<std::int64_t> fields_;  ///< in step with query_.where
  std::string expression_;            ///< of the words
  std::vector<Driver> drivers_;
  std::vector<std::int64_t> word_rows_;  ///< those that words find, where they are not too many
};

}  // namespace celadon::ledger
