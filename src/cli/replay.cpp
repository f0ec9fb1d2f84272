#include "cli/command.hpp"
#include "cli/replay_client.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct ReplayOptions {
  ReplayRequest request;
  std::string to = "127.0.0.1:9212", speed = "max", from, until;
};

Result<int> run_replay(ReplayOptions& options, const Context& context) {
  ReplayRequest& request = options.request;
  request.packs = context.packs;
  const std::size_t colon = options.to.rfind(':');
  const int port = colon == std::string::npos ? 0 : std::atoi(options.to.c_str() + colon + 1);
  if (port <= 0 || port > 65535) return fail(Errc::malformed, "--to is '" + options.to + "'; expected host:port");
  request.host = options.to.substr(0, colon);
  request.port = static_cast<std::uint16_t>(port);
  if (options.speed != "max") {
    request.speed = std::atof(options.speed.c_str());
    if (request.speed <= 0)
      return fail(Errc::malformed, "--speed is '" + options.speed + "'; expected a number above 0, or max");
  }
  for (const auto& [text, time] : {std::pair{&options.from, &request.from}, {&options.until, &request.until}}) {
    if (text->empty()) continue;
    const auto parsed = parse_instant(*text);
    if (!parsed) return fail(parsed.error());
    *time = *parsed;
  }
  const auto summary = replay(request, told_to_end());
  if (!summary) return fail(summary.error());
  std::printf("%zu devices, %zu messages, %zu answered, %zu refused, %zu observations, %zu reconnections\n",
              summary->devices, summary->messages, summary->answered, summary->refused, summary->observations,
              summary->reconnections);
  return summary->refused > 0 ? 1 : 0;
}

}  // namespace

void add_replay(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("replay", "Send a file's observations to a HJ 212 gateway as the stations would");
  auto options = std::make_shared<ReplayOptions>();
  command->add_option("file", options->request.file, "any file that celadon import reads")->required();
  command->add_option("--to", options->to, "gateway, host:port")->capture_default_str();
  command->add_option("--speed", options->speed, "times faster than life, or max")->capture_default_str();
  command->add_option("--window", options->request.window, "messages a device may have unanswered")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--from", options->from, "leave out windows that end at or before this time");
  command->add_option("--until", options->until, "leave out windows that end after this time");
  command->add_option("--city", options->request.city, "city pack with the devices")->capture_default_str();
  command->add_option("--answered", options->request.answered,
                      "write the observations that were answered to this file, as JSON lines");
  command->add_flag("--keep-trying", options->request.keep_trying, "connect again after a lost connection");
  command->footer(
      "Example:\n  celadon replay demo/air-station-hourly-2020/jingdezhen_hourly.csv --from '2020-04-03 00:00' --speed "
      "1200");
  command->callback([options, &context] {
    const auto result = run_replay(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
