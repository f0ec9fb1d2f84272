#include "ledger/sqlite.hpp"

#include "core/assert.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

namespace celadon::ledger {
namespace {

constexpr int busy_ms = 10'000;

Error error_of(int code, const std::string& text, const std::filesystem::path& file) {
  const std::string where = file.string() + ": " + text;
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Errc::file_damaged, where + "; stop the program and put back the newest copy of this file", {}};
    case SQLITE_FULL: return {Errc::io_failed, where + "; make room on the disk", {}};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return {Errc::io_failed, where + "; the file and its folder must be there and writable for this user", {}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Errc::timed_out, where + "; another program holds the file, stop it or try again", {}};
    case SQLITE_CONSTRAINT: return {Errc::refused, where, {}};
    default: return {Errc::io_failed, where, {}};
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
  Database database;
  database.file_ = file;
  sqlite3* raw = nullptr;
  const int flags = (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  database.connection_.reset(raw);
  if (code != SQLITE_OK) {
    return fail(raw == nullptr ? Error{Errc::io_failed, file.string() + ": out of memory", {}} : database.error());
  }
  sqlite3_busy_timeout(raw, busy_ms);
  // Triggers must also see the rows that INSERT OR REPLACE would take away.
  const char* const settings =
      mode == Mode::write ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                            "PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                            "PRAGMA cache_size=-131072; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000"
                          : "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY";
  if (auto set = database.execute(settings); !set) return fail(set.error());
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail(error());
  return {};
}

Result<void> Database::sync() const {
  const std::string log = file_.string() + "-wal";
  const int fd = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = fd >= 0 ? ::fdatasync(fd) == 0 : errno == ENOENT;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (good) return {};
  return fail(Errc::io_failed, log + ": cannot be written to the disk: " + std::strerror(why));
}

Query Database::query(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) {
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    statement.reset(raw);
  }
  return {*this, statement.get()};
}

Query Database::query_once(const std::string& sql, std::span<const Value> values) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()), 0, &raw, nullptr);
  return {*this, raw, Query::After::finalize, values};
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

void Database::interrupt() const { sqlite3_interrupt(connection_.get()); }

Error Database::error() const {
  return error_of(sqlite3_extended_errcode(connection_.get()), sqlite3_errmsg(connection_.get()), file_);
}

Query::Query(Database& database, sqlite3_stmt* statement, After after, std::span<const Database::Value> values)
    : database_(database), statement_(statement), after_(after) {
  if (statement_ == nullptr) failed_ = database.error();
  for (const Database::Value& value : values) bind(value);
}

Query::~Query() {
  if (statement_ == nullptr) return;
  if (after_ == After::finalize) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::note(int code) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE && !failed_) failed_ = database_.error();
}

Query& Query::bind(std::int64_t value) {
  if (statement_ != nullptr) note(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}
Query& Query::bind(double value) {
  if (std::isnan(value)) return bind(std::nullopt);
  if (statement_ != nullptr) note(sqlite3_bind_double(statement_, ++bound_, value));
  return *this;
}
Query& Query::bind(std::string_view text) {
  // The text must live until the statement is reset only if it is not copied; it is.
  if (statement_ != nullptr) {
    note(sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(), text.size(),
                             SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  return *this;
}
Query& Query::bind(std::nullopt_t) {
  if (statement_ != nullptr) note(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

Query& Query::bind(const Database::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return bind(*whole);
  if (const auto* number = std::get_if<double>(&value)) return bind(*number);
  return bind(std::string_view(std::get<std::string>(value)));
}

bool Query::next() {
  if (failed_) return false;
  CELADON_ASSERT(bound_ == sqlite3_bind_parameter_count(statement_));
  const int code = sqlite3_step(statement_);
  note(code);
  return code == SQLITE_ROW;
}

Result<void> Query::run() {
  while (next()) {
  }
  if (failed_) return fail(*failed_);
  return {};
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::number(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(statement_, column);
}
std::string Query::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}
bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
bool Query::is_number(int column) const {
  const int type = sqlite3_column_type(statement_, column);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}
bool Query::is_text(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_TEXT; }

Result<std::unique_ptr<Transaction>> Transaction::begin(Database& database, Kind kind) {
  auto begun = database.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return fail(begun.error());
  return std::unique_ptr<Transaction>(new Transaction(database));
}

Transaction::~Transaction() {
  // Nothing is left to tell: what failed was told where it failed, and an unfinished transaction is void anyway.
  if (open_) (void)database_.execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto done = database_.execute("COMMIT");
  if (!done) return done;
  open_ = false;
  return {};
}

}  // namespace celadon::ledger
