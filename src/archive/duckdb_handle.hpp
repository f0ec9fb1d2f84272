#pragma once

#include "core/result.hpp"

#include <duckdb.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::archive {

/// One chunk of a query's answer, column by column. Valid only inside the callback that gets it.
class Chunk {
 public:
  explicit Chunk(duckdb_data_chunk chunk) : chunk_(chunk), size_(duckdb_data_chunk_get_size(chunk)) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  /// The column's values as they lie in memory: int32 for INTEGER, int64 for BIGINT and TIMESTAMP (microseconds), ...
  template <class T>
  [[nodiscard]] const T* column(std::size_t index) const {
    return static_cast<const T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk_, index)));
  }
  /// A bit a row, from the lowest of each word on, that is 0 where the value is null; nullptr where none is.
  [[nodiscard]] const std::uint64_t* validity(std::size_t index) const;
  [[nodiscard]] bool is_null(std::size_t index, std::size_t row) const;
  [[nodiscard]] std::string text(std::size_t index, std::size_t row) const { return std::string(view(index, row)); }
  /// The same without a copy; valid as long as the chunk.
  [[nodiscard]] std::string_view view(std::size_t index, std::size_t row) const;

 private:
  duckdb_data_chunk chunk_;
  std::size_t size_;
};

class Connection {
 public:
  explicit Connection(duckdb_database database);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] duckdb_connection get() const { return connection_; }
  [[nodiscard]] bool good() const { return connection_ != nullptr; }
  /// Runs SQL of our own making. Errors io_failed with the library's words.
  [[nodiscard]] Result<void> run(const std::string& sql);
  /// Runs a query and gives its chunks in order.
  [[nodiscard]] Result<void> each(const std::string& sql, const std::function<void(const Chunk&)>& take);

  /// The same for one query of a great answer, whose chunks come as they are made: it is never held as a whole.
  [[nodiscard]] Result<void> stream(const std::string& sql, const std::function<void(const Chunk&)>& take);

 private:
  duckdb_connection connection_ = nullptr;
};

/// Appends rows to one table through column vectors. Columns are filled in order for each row, then next().
class TableWriter {
 public:
  TableWriter() = default;
  ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  [[nodiscard]] Result<void> open(Connection& connection, const char* table);
  void put(std::int32_t value) { store(value); }
  void put(std::int64_t value) { store(value); }
  void put(std::uint8_t value) { store(value); }
  void put(bool value) { store(value); }
  void put(double value);  ///< NaN is stored as NULL
  void put(std::string_view value);
  void put_blob(std::string_view value) { put(value); }
  [[nodiscard]] Result<void> next();
  [[nodiscard]] Result<void> close();

 private:
  template <class T>
  void store(T value) {
    static_cast<T*>(duckdb_vector_get_data(vectors_[column_++]))[row_] = value;
  }
  [[nodiscard]] Result<void> flush_chunk();
  [[nodiscard]] Result<void> failed();

  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<duckdb_vector> vectors_;
  std::size_t column_ = 0, row_ = 0;
};

}  // namespace celadon::archive
