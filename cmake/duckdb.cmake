# The prebuilt DuckDB library, brought by npm and pinned by hash (third_party/duckdb/package-lock.json).
# It is copied beside the program, so that build/<preset>/ can be moved as one folder.
set(duckdb_npm ${PROJECT_SOURCE_DIR}/third_party/duckdb/node_modules)
set(duckdb_header ${duckdb_npm}/duckdb/src/duckdb/src/include/duckdb.h)
set(duckdb_library ${duckdb_npm}/@duckdb/node-bindings-linux-x64/libduckdb.so)
foreach(file ${duckdb_header} ${duckdb_library})
  if(NOT EXISTS ${file})
    message(FATAL_ERROR "${file} is missing: run ./run --build-only, which installs it")
  endif()
endforeach()

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/duckdb/include)
configure_file(${duckdb_header} ${CMAKE_BINARY_DIR}/duckdb/include/duckdb.h COPYONLY)
configure_file(${duckdb_library} ${CMAKE_BINARY_DIR}/libduckdb.so COPYONLY)

add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_BINARY_DIR}/duckdb/include)
