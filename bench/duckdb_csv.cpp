// Reads a CSV file into a fresh DuckDB file, the peer of celadon import:  bench_duckdb_csv FILE.csv OUT.duckdb

#include "archive/duckdb_handle.hpp"

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  duckdb_database database = nullptr;
  if (duckdb_open(argv[2], &database) != DuckDBSuccess) return 74;
  {
    celadon::archive::Connection connection(database);
    const auto done =
        connection.run(std::string("CREATE TABLE t AS SELECT * FROM read_csv('") + argv[1] + "'); CHECKPOINT");
    if (!done) {
      std::fprintf(stderr, "%s\n", done.error().detail.c_str());
      return 65;
    }
  }
  duckdb_close(&database);
  return 0;
}
