#include "cli/command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>

namespace celadon::cli {
namespace {

/// The folder packs/ of a checkout stands above build/<preset>/; of an installed program, beside it.
std::filesystem::path find_packs() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  for (auto folder = program.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path()) {
    if (std::filesystem::is_directory(folder / "packs" / "standards", ignored)) return folder / "packs";
  }
  return "packs";
}

}  // namespace

}  // namespace celadon::cli

int main(int argc, char** argv) {
  using namespace celadon::cli;
  CLI::App app{"Celadon (青瓷): the open environmental platform of a city", "celadon"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "celadon " CELADON_VERSION);
  app.set_help_all_flag("--help-all", "help of every subcommand");

  Context context;
  context.packs = find_packs();
  app.add_option("--packs", context.packs, "folder with standards, systems and cities")->capture_default_str();

  add_serve(app, context);
  add_import(app, context);
  add_judge(app, context);
  add_standards(app, context);
  add_evaluate(app, context);
  add_verify(app, context);
  add_replay(app, context);
  add_report(app, context);
  add_hj212(app, context);
  add_front(app, context);
  add_devices(app, context);
  add_simulate(app, context);
  add_export(app, context);
  add_analyse(app, context);
  add_quality(app, context);
  add_screen(app, context);
  add_pack(app, context);
  add_raster(app, context);
  add_people(app, context);
  add_plan(app, context);
  add_audit(app, context);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "celadon: %s; see celadon --help\n", error.what());
    return 64;
  }
  return context.exit_code;
}
