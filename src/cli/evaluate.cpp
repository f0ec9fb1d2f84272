#include "cli/city_data.hpp"
#include "cli/command.hpp"
#include "core/json_writer.hpp"
#include "watch/evaluation.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

namespace celadon::cli {
namespace {

struct EvaluateOptions {
  std::string rule, data = "data", city = "jingdezhen", from, to, region, edition, out, as_known_at;
  std::vector<std::string> sites;
  unsigned threads = 0;
  bool dry = false, no_why = false;
};

Result<watch::EvaluationRequest> request_of(const EvaluateOptions& options) {
  watch::EvaluationRequest request;
  request.rule = options.rule;
  const auto from = parse_legal_day(options.from);
  if (!from) return fail(from.error().code, "--from: " + from.error().detail);
  const auto to = parse_legal_day(options.to);
  if (!to) return fail(to.error().code, "--to: " + to.error().detail);
  request.from = *from;
  request.to = *to;
  if (!options.as_known_at.empty()) {
    const auto known = parse_instant(options.as_known_at);
    if (!known) return fail(known.error().code, "--as-known-at: " + known.error().detail);
    request.as_known_at = *known;
  }
  request.region = options.region;
  request.sites = options.sites;
  request.edition = options.edition;
  request.threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  request.store = !options.dry;
  return request;
}

/// One JSON line a site: days, good days, and the judgement of the period.
Result<void> write_sites(const EvaluateOptions& options, const watch::EvaluationSummary& summary) {
  if (options.out.empty()) return {};
  std::ofstream out(options.out, std::ios::trunc);
  for (const auto& site : summary.sites) {
    std::string members;
    JsonWriter json(members);
    json.member("site", site.site).member("days", site.days).member("days_valid", site.days_valid);
    json.key("good_day_percent");
    if (site.good_day_percent)
      json.put(*site.good_day_percent);
    else
      json.null();
    std::string line;
    standards::append_json(line, site.period, !options.no_why, members);
    out << line << '\n';
  }
  out.flush();
  if (!out) return fail(Errc::io_failed, options.out + ": cannot be written");
  return {};
}

Result<void> run_evaluate(const EvaluateOptions& options, const Context& context) {
  const auto request = request_of(options);
  if (!request) return fail(request.error());
  auto data = open_city_data(context.packs, options.city, options.data);
  if (!data) return fail(data.error());
  watch::EvaluationProgress progress;
  if (isatty(2) != 0) {
    progress = [](std::size_t done, std::size_t all) { std::fprintf(stderr, "\r%zu of %zu stations ", done, all); };
  }
  const auto summary = watch::evaluate(*(*data)->archive, *(*data)->ledger, (*data)->library, *request, progress);
  if (progress) std::fputs("\r\033[K", stderr);
  if (!summary) return fail(summary.error());
  std::size_t judged = 0;
  std::size_t attained = 0;
  for (const auto& site : summary->sites) {
    judged += site.period.judged ? 1 : 0;
    attained += site.period.judged && site.period.attains.value_or(false) ? 1 : 0;
  }
  std::printf("%zu sites, %zu values looked at; the period is judged at %zu, attained at %zu; %zu derived values %s\n",
              summary->sites.size(), summary->values_read, judged, attained, summary->derived_new,
              options.dry ? "would be new" : "are new");
  return write_sites(options, *summary);
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("evaluate", "Make days, months and years of the stored hours, and judge them");
  auto options = std::make_shared<EvaluateOptions>();
  command->add_option("rule", options->rule, "air")->required();
  command->add_option("--from", options->from, "first day, for example 2020-01-01")->required();
  command->add_option("--to", options->to, "last day")->required();
  command->add_option("--region", options->region, "how the division code of a site begins: 3602, 360222");
  command->add_option("--site", options->sites, "only these sites");
  command->add_option("--edition", options->edition, "hold the period against these limits: 'GB 3095-2026/final'");
  command->add_option("--as-known-at", options->as_known_at, "from values as known then");
  command->add_option("--threads", options->threads, "working threads; as many as the machine has when absent");
  command->add_option("--out", options->out, "write the judgement of each site to this file, one JSON line each");
  command->add_flag("--no-why", options->no_why, "with --out: leave the reasoning out");
  command->add_flag("--dry", options->dry, "store nothing");
  command->add_option("--data", options->data, "data folder")->capture_default_str();
  command->add_option("--city", options->city, "city pack")->capture_default_str();
  command->footer(
      "Example:\n  celadon evaluate air --from 2020-01-01 --to 2020-12-31 --out 2020.jsonl\n"
      "What it makes is stored as series of stage 'derived' (P1D; P1M or P1Y for a calendar month or year); a second "
      "run "
      "stores\nonly what came out otherwise. The folder must not be held by a server. docs/judge.md says what is "
      "made.");
  command->callback([options, &context] {
    const auto done = run_evaluate(*options, context);
    context.exit_code = done ? 0 : report(done.error());
  });
}

}  // namespace celadon::cli
