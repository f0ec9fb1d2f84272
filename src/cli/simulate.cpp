#include "cli/command.hpp"
#include "cli/simulate_options.hpp"
#include "core/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

void print_summary(const SimulateSummary& all, bool as_json) {
  const auto& tally = all.tally;
  if (as_json) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("devices", all.devices).member("connections_open", all.connections_open);
    json.member("connections", all.connections).member("reconnections", all.reconnections).member("lost", all.lost);
    json.member("messages", tally.messages).member("sendings", tally.sendings).member("repeats", tally.repeats);
    json.member("answered", tally.answered).member("refused", tally.refused).member("given_up", tally.given_up);
    json.member("requests", tally.requests).member("history", tally.history);
    json.member("never_answered", all.never_answered).member("answer_p50_ms", all.answer_p50_ms);
    json.member("answer_p99_ms", all.answer_p99_ms).member("answer_max_ms", all.answer_max_ms);
    json.member("seconds", all.seconds).end_object();
    std::puts(out.c_str());
    return;
  }
  using ull = unsigned long long;
  std::printf("%zu devices, %zu connections open, %llu connections made, %llu reconnections, %llu lost\n", all.devices,
              all.connections_open, ull{all.connections}, ull{all.reconnections}, ull{all.lost});
  std::printf("%llu messages, %llu answered, %llu never answered, %llu repeats, %llu refusals\n", ull{tally.messages},
              ull{tally.answered}, ull{all.never_answered}, ull{tally.repeats}, ull{tally.refused});
  std::printf("%llu requests of the host, %llu history messages\n", ull{tally.requests}, ull{tally.history});
  std::printf("answer time p50 %.1f ms, p99 %.1f ms, max %.1f ms; %.1f s\n", all.answer_p50_ms, all.answer_p99_ms,
              all.answer_max_ms, all.seconds);
}

Result<int> run_simulate(const SimulateOptions& options, const Context& context) {
  FactorShelf shelf;
  auto request = read_options(options, context.packs, shelf);
  if (!request) return fail(request.error());
  auto near = read_place(options.near);
  if (!near) return fail(near.error());
  if (!options.devices_out.empty()) {
    if (auto written =
            write_devices(options.devices_out, request->devices, options.minute_min, near->value_or(Place{}));
        !written)
      return fail(written.error());
  }
  if (!options.register_at.empty()) {
    const auto fresh = register_devices(options.register_at, request->devices, options.minute_min, *near);
    if (!fresh) return fail(fresh.error());
    std::fprintf(stderr, "celadon: %zu of %zu devices registered at %s\n", *fresh, request->devices.size(),
                 options.register_at.c_str());
  }
  if (options.dry_run) return 0;
  const auto summary = simulate(std::move(*request), told_to_end());
  if (!summary) return fail(summary.error());
  print_summary(*summary, options.json);
  return summary->never_answered > 0 ? 1 : 0;
}

void add_device_options(CLI::App& command, SimulateOptions& o) {
  command.add_option("--devices", o.devices, "field units, each on its own connection")->capture_default_str();
  command.add_option("--mn-prefix", o.mn_prefix, "beginning of every MN, 0-9 A-F")->capture_default_str();
  command.add_option("--password", o.password, "PW of every unit")->capture_default_str();
  command.add_option("--editions", o.editions, "editions and their shares: 2005=0.2,2017=0.7,2025=0.1")
      ->capture_default_str();
  command.add_option("--system", o.systems, "system codes in turn: 31, 32, 22, 21")->capture_default_str();
  command.add_option("--factors", o.factors, "factor codes; all that packs/simulator/factors.csv has when absent");
  command.add_option("--sm4-key", o.sm4_key, "units of 2025 encrypt their data: 32 hexadecimal digits");
  command.add_option("--devices-out", o.devices_out, "write the register's entries to this .json or .csv");
  command.add_option("--register", o.register_at,
                     "register the units at this server, for example http://127.0.0.1:8080");
  command.add_option("--near", o.near, "lon,lat around which their sites lie; the server's city center when absent");
  command.add_flag("--dry-run", o.dry_run, "only --devices-out and --register; send nothing");
}

void add_time_options(CLI::App& command, SimulateOptions& o) {
  command.add_option("--kinds", o.kinds, "data sent by themselves: 2011 2021 2031 2041 2051 2061 2081")
      ->capture_default_str();
  command.add_option("--interval-s", o.interval_s, "of 2011 and 2021")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command.add_option("--minute-min", o.minute_min, "minutes of 2051")
      ->check(CLI::IsMember({1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30}))
      ->capture_default_str();
  command.add_option("--heartbeat-s", o.heartbeat_s, "9015 of units of 2025; 0 for none")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command.add_option("--ask-clock-s", o.clock_request_s, "1013 of units of 2017 and 2025; 0 for none")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command.add_option("--from", o.from, "first data time; now when absent. What lies before now is sent at once");
  command.add_option("--speed", o.speed,
                     "with --from: the clock begins there and runs this many times faster than life");
  command.add_flag("--now", o.now, "the clock of the wall (so it is without --speed)");
  command.add_option("--for-s", o.for_s, "nothing new after this many seconds; until Ctrl-C when absent")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--messages", o.messages, "data messages of each unit; without end when absent");
  command.add_option("--outage", o.outages, "from/to: data times that are measured and not sent; may be repeated");
}

void add_line_options(CLI::App& command, SimulateOptions& o) {
  command.add_option("--to", o.to, "gateway, host:port")->capture_default_str();
  command.add_option("--window", o.window, "messages a unit may have unanswered")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--answer-wait-s", o.answer_wait_s, "before a message is repeated")
      ->check(CLI::Range(0.05, 3600.0))
      ->capture_default_str();
  command.add_option("--repeats", o.repeats, "before a unit connects again")
      ->check(CLI::Range(0, 99))
      ->capture_default_str();
  command.add_option("--settle-s", o.settle_s, "time at the end for answers that are owed")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  command.add_option("--connects-per-s", o.connects_per_s, "new connections a second at most")
      ->check(CLI::Range(1.0, 100'000.0))
      ->capture_default_str();
  command.add_option("--control-s", o.control_s, "time that 3011-3014, 3022 and 3024 take")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command.add_option("--faults", o.faults, "name=amount,...; the list is below");
  command.add_option("--seed", o.seed, "the same seed sends the same bytes")->capture_default_str();
  command.add_option("--ledger", o.ledger, "write every value sent to this file, as JSON lines");
  command.add_flag("--json", o.json, "the summary as one JSON object");
}

std::string footer() {
  std::string text = "Faults:\n";
  for (const auto& one : intake::device_fault_meanings()) {
    std::string name(one.name);
    name.resize(17, ' ');
    text += "  " + name + std::string(one.meaning) + " (" + std::string(one.amount) + ")\n";
  }
  return text +
         "\nExample: a thousand units of all editions, on a bad line, for ten minutes:\n"
         "  celadon simulate devices --devices 1000 --editions 2005=0.2,2017=0.6,2025=0.2 --register "
         "http://127.0.0.1:8080 \\\n"
         "    --kinds 2011,2051 --faults corrupt=0.01,duplicate=0.02,disconnect=0.005 --for-s 600 --ledger sent.jsonl\n"
         "Exit code 1 when a message was never answered. docs/simulate.md says more.";
}

}  // namespace

void add_simulate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("simulate", "Field units that are not there");
  command->require_subcommand(1);
  auto* devices = command->add_subcommand(
      "devices", "Field units that speak HJ 212 with a gateway: data, repeats, history, requests, faults by name");
  auto options = std::make_shared<SimulateOptions>();
  add_device_options(*devices, *options);
  add_time_options(*devices, *options);
  add_line_options(*devices, *options);
  devices->footer(footer());
  devices->callback([options, &context] {
    const auto result = run_simulate(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
