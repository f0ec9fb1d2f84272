#include "ledger/audit.hpp"
#include "archive/archive.hpp"
#include "cli/command.hpp"
#include "ledger/ledger.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

/// Goes through the chain. The archive is opened with the ledger because its lock is what keeps a server out.
Result<std::int64_t> verify_audit(const std::filesystem::path& data) {
  std::error_code ignored;
  if (!std::filesystem::exists(data / "ledger" / "ledger.sqlite", ignored))
    return fail(Errc::not_found,
                (data / "ledger" / "ledger.sqlite").string() + ": is not there; name a data folder with --data");
  const auto archive = archive::Archive::open(data / "archive");
  if (!archive) return fail(archive.error());
  auto ledger = ledger::Ledger::open(data / "ledger");
  if (!ledger) return fail(ledger.error());
  return ledger::Audit(**ledger).verify();
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("audit", "The record of who did what, and its proof");
  command->require_subcommand(1);
  auto* verify = command->add_subcommand("verify", "Goes through the hash chain; the server must be stopped");
  auto data = std::make_shared<std::string>("data");
  verify->add_option("--data", *data, "data folder")->capture_default_str();
  verify->footer("Example:\n  celadon audit verify --data data");
  verify->callback([data, &context] {
    const auto entries = verify_audit(*data);
    if (entries) std::printf("%lld entries, none changed, none missing\n", static_cast<long long>(*entries));
    context.exit_code = entries ? 0 : report(entries.error());
  });
}

}  // namespace celadon::cli
