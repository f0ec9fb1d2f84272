#pragma once

#include "core/result.hpp"

#include <atomic>
#include <filesystem>
#include <string>

namespace CLI {
class App;
}
namespace celadon::intake {
struct TlsFiles;
}

namespace celadon::cli {

/// What every subcommand shares.
struct Context {
  std::filesystem::path packs;  ///< folder packs/, found beside the program or named by --packs
  int exit_code = 0;            ///< set by the subcommand that ran
};

/// Prints one line "celadon: what, where, what to do" to stderr and gives the exit code of the error's face.
int report(const Error& error);

/// Becomes true when the program is told to end (SIGINT, SIGTERM); from the first call on it no longer dies of them.
[[nodiscard]] const std::atomic<bool>& told_to_end();

/// Writes a new file of a pack, its folder too. Errors   conflict where it is there already; io_failed.
[[nodiscard]] Result<void> write_beginning(const std::filesystem::path& file, const std::string& text);

/// --tls-cert and --tls-key, which need each other, and --tls-client-ca: of a port for devices. Left empty where they
/// are not given.
void add_tls_options(CLI::App& command, intake::TlsFiles& files);

/// Each adds one subcommand with its options, help and examples; when chosen it runs and sets context.exit_code.
void add_serve(CLI::App& app, Context& context);
void add_import(CLI::App& app, Context& context);
void add_judge(CLI::App& app, Context& context);
void add_standards(CLI::App& app, Context& context);
void add_evaluate(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_replay(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_hj212(CLI::App& app, Context& context);
void add_front(CLI::App& app, Context& context);
void add_devices(CLI::App& app, Context& context);
void add_simulate(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_analyse(CLI::App& app, Context& context);
void add_quality(CLI::App& app, Context& context);
void add_screen(CLI::App& app, Context& context);
void add_pack(CLI::App& app, Context& context);
void add_raster(CLI::App& app, Context& context);
void add_people(CLI::App& app, Context& context);
void add_plan(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);

}  // namespace celadon::cli
