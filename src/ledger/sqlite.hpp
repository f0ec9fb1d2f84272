#pragma once

#include "core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;

// SQLite as this room uses it; nobody outside the room includes this file.

namespace celadon::ledger {

class Query;

/// One connection. Not for two threads at once.
class Database {
 public:
  enum class Mode : std::uint8_t { write, read_only };
  /// Opens with WAL, synchronous=FULL, foreign keys and a busy timeout of 10 s.
  /// Errors   io_failed (disk, rights) or file_damaged (not a database), naming the file and the remedy.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Mode mode);

  /// Runs statements that give no rows.
  [[nodiscard]] Result<void> execute(const char* sql);
  /// Presses onto the disk what was committed with synchronous=NORMAL: the write-ahead log holds it, or a checkpoint
  /// has synced it already. Errors   io_failed naming the file.
  [[nodiscard]] Result<void> sync() const;
  /// A use of a prepared statement; the statement is compiled once a connection. `sql` must be a literal.
  [[nodiscard]] Query query(const char* sql);
  /// A statement made for this one use.
  using Value = std::variant<std::int64_t, double, std::string>;
  [[nodiscard]] Query query_once(const std::string& sql, std::span<const Value> values);
  [[nodiscard]] std::int64_t last_insert_id() const;
  /// Makes the statement that runs now fail. Any thread, while the connection is open.
  void interrupt() const;
  /// The error SQLite is in now, as ours.
  [[nodiscard]] Error error() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// One run of a statement: bind in the order of the question marks, step, read columns from 0. Gives the statement
/// back when it goes.
///
/// Errors   kept: after one, next() is false and failed() tells.
class Query {
 public:
  enum class After : std::uint8_t { keep, finalize };
  Query(Database& database, sqlite3_stmt* statement, After after = After::keep,
        std::span<const std::variant<std::int64_t, double, std::string>> values = {});
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(double value);  ///< NaN is stored as NULL
  Query& bind(std::string_view text);
  Query& bind(std::nullopt_t);
  Query& bind(const std::variant<std::int64_t, double, std::string>& value);

  [[nodiscard]] bool next();  ///< true on a row; false at the end and after an error
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
  /// Runs to the end.
  [[nodiscard]] Result<void> run();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double number(int column) const;  ///< NULL is NaN
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_number(int column) const;
  [[nodiscard]] bool is_text(int column) const;

 private:
  void note(int code);
  Database& database_;
  sqlite3_stmt* statement_;
  After after_;
  int bound_ = 0;
  std::optional<Error> failed_;
};

/// All or nothing: rolled back unless commit() succeeded.
class Transaction {
 public:
  enum class Kind : std::uint8_t { write, read };
  [[nodiscard]] static Result<std::unique_ptr<Transaction>> begin(Database& database, Kind kind = Kind::write);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(database) {}
  Database& database_;
  bool open_ = true;
};

}  // namespace celadon::ledger
