#include "archive/duckdb_handle.hpp"

#include <cmath>

namespace celadon::archive {

bool Chunk::is_null(std::size_t index, std::size_t row) const {
  std::uint64_t* validity = duckdb_vector_get_validity(duckdb_data_chunk_get_vector(chunk_, index));
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

const std::uint64_t* Chunk::validity(std::size_t index) const {
  return duckdb_vector_get_validity(duckdb_data_chunk_get_vector(chunk_, index));
}

std::string_view Chunk::view(std::size_t index, std::size_t row) const {
  if (is_null(index, row)) return {};
  // Short strings stand in the vector itself: the view must not be of a copy of it.
  auto* value = const_cast<duckdb_string_t*>(&column<duckdb_string_t>(index)[row]);
  return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
}

Connection::Connection(duckdb_database database) {
  if (duckdb_connect(database, &connection_) != DuckDBSuccess) connection_ = nullptr;
}

Connection::~Connection() {
  if (connection_ != nullptr) duckdb_disconnect(&connection_);
}

Result<void> Connection::run(const std::string& sql) {
  return each(sql, [](const Chunk&) {});
}

namespace {

Unexpected<Error> failed_query(const char* words) {
  return fail(Errc::io_failed, words != nullptr ? words : "the query failed without a reason");
}

using ResultOwner = std::unique_ptr<duckdb_result, void (*)(duckdb_result*)>;

void take_chunks(duckdb_result& result, const std::function<void(const Chunk&)>& take) {
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
    take(Chunk(chunk));
    duckdb_destroy_data_chunk(&chunk);
  }
}

}  // namespace

Result<void> Connection::each(const std::string& sql, const std::function<void(const Chunk&)>& take) {
  duckdb_result result;
  const bool good = duckdb_query(connection_, sql.c_str(), &result) == DuckDBSuccess;
  const ResultOwner owner(&result, duckdb_destroy_result);
  if (!good) return failed_query(duckdb_result_error(&result));
  take_chunks(result, take);
  return {};
}

Result<void> Connection::stream(const std::string& sql, const std::function<void(const Chunk&)>& take) {
  duckdb_prepared_statement prepared = nullptr;
  const bool ready = duckdb_prepare(connection_, sql.c_str(), &prepared) == DuckDBSuccess;
  const std::unique_ptr<duckdb_prepared_statement, void (*)(duckdb_prepared_statement*)> statement(
      &prepared, duckdb_destroy_prepare);
  if (!ready) return failed_query(duckdb_prepare_error(prepared));
  duckdb_result result;
  const bool good = duckdb_execute_prepared_streaming(prepared, &result) == DuckDBSuccess;
  const ResultOwner owner(&result, duckdb_destroy_result);
  if (!good) return failed_query(duckdb_result_error(&result));
  take_chunks(result, take);
  // A stream may fail between two chunks.
  if (const char* words = duckdb_result_error(&result); words != nullptr) return failed_query(words);
  return {};
}

TableWriter::~TableWriter() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

Result<void> TableWriter::open(Connection& connection, const char* table) {
  if (duckdb_appender_create(connection.get(), nullptr, table, &appender_) != DuckDBSuccess) return failed();
  const std::size_t columns = duckdb_appender_column_count(appender_);
  std::vector<duckdb_logical_type> types;
  for (std::size_t i = 0; i < columns; ++i) types.push_back(duckdb_appender_column_type(appender_, i));
  chunk_ = duckdb_create_data_chunk(types.data(), columns);
  for (auto& type : types) duckdb_destroy_logical_type(&type);
  for (std::size_t i = 0; i < columns; ++i) vectors_.push_back(duckdb_data_chunk_get_vector(chunk_, i));
  return {};
}

void TableWriter::put(double value) {
  if (std::isnan(value)) {
    duckdb_vector_ensure_validity_writable(vectors_[column_]);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vectors_[column_]), row_);
    ++column_;
    return;
  }
  store(value);
}

void TableWriter::put(std::string_view value) {
  duckdb_vector_assign_string_element_len(vectors_[column_++], row_, value.data(), value.size());
}

Result<void> TableWriter::next() {
  column_ = 0;
  if (++row_ < duckdb_vector_size()) return {};
  return flush_chunk();
}

Result<void> TableWriter::flush_chunk() {
  if (row_ == 0) return {};
  duckdb_data_chunk_set_size(chunk_, row_);
  if (duckdb_append_data_chunk(appender_, chunk_) != DuckDBSuccess) return failed();
  duckdb_data_chunk_reset(chunk_);
  for (std::size_t i = 0; i < vectors_.size(); ++i) vectors_[i] = duckdb_data_chunk_get_vector(chunk_, i);
  row_ = 0;
  return {};
}

Result<void> TableWriter::close() {
  if (appender_ == nullptr) return {};
  if (auto flushed = flush_chunk(); !flushed) return flushed;
  if (duckdb_appender_close(appender_) != DuckDBSuccess) return failed();
  duckdb_appender_destroy(&appender_);
  return {};
}

Result<void> TableWriter::failed() {
  const char* words = appender_ != nullptr ? duckdb_appender_error(appender_) : nullptr;
  return fail(Errc::io_failed, words != nullptr ? words : "a table could not be opened for appending");
}

}  // namespace celadon::archive
