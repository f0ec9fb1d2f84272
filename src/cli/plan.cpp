#include "cli/command.hpp"
#include "cli/registers.hpp"
#include "core/yaml_fields.hpp"
#include "service/plan_desk.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>

namespace celadon::cli {
namespace {

struct PlanOptions {
  std::string table, id, data = "data", city = "jingdezhen", place, edition, known;
  int year = 0;
  bool timing = false, pending = false;
};

Result<void> check(const Context& context) {
  registry::PackShelf shelf(context.packs / "systems", {});
  const auto catalogue = shelf.read();
  if (!catalogue) return fail(catalogue.error());
  const auto files = plan::plan_files(context.packs);
  if (!files) return fail(files.error());
  for (const auto& file : *files) {
    const auto plan = plan::read_plan(context.packs, file, **catalogue);
    if (!plan) return fail(plan.error());
    std::array<std::size_t, 3> standing{};
    for (const auto& promise : (*plan)->promises) ++standing[static_cast<std::size_t>(promise.standing)];
    std::printf("%s: %zu promises: %zu computed, %zu waiting for named data, %zu unmeasurable\n",
                file.filename().c_str(), (*plan)->promises.size(), standing[0], standing[1], standing[2]);
  }
  return {};
}

Result<void> begin(const PlanOptions& options, const Context& context) {
  const auto relative = std::filesystem::path(options.table).lexically_relative(context.packs);
  if (relative.empty() || *relative.begin() == "..")
    return fail(Errc::invalid_value, options.table + ": a plan's table lies under " + context.packs.string() +
                                         ", so that it goes with the packs: put it into packs/plans/");
  const auto table = read_pack(options.table);
  if (!table) return fail(table.error());
  const auto text = plan::new_plan(*table, relative.string(), options.id);
  if (!text) return fail(text.error());
  const auto file = context.packs / "plans" / (options.id + ".yaml");
  if (auto written = write_beginning(file, *text); !written) return written;
  std::printf("%s: a beginning; give the promises formulas, then: celadon plan check\n", file.c_str());
  return {};
}

std::string shown(const std::optional<double>& value) { return value ? fmt::format("{:.6g}", *value) : ""; }

Result<void> run(const PlanOptions& options, const Context& context) {
  std::optional<Instant> known;
  if (!options.known.empty()) {
    const auto at = parse_instant(options.known);
    if (!at) return fail(at.error().code, "--as-known-at: " + at.error().detail);
    known = *at;
  }
  auto opened = open_city_data(context.packs, options.city, options.data);
  if (!opened) return fail(opened.error());
  CityData& data = **opened;
  ledger::Audit audit(*data.ledger);
  const auto registers = open_registers(context.packs, options.data, data, audit);
  if (!registers) return fail(registers.error());
  service::PlanDesk desk({*data.archive, *data.ledger, data.library, *(*registers)->desk, (*registers)->calendar,
                          "city." + data.city.id, context.packs, now});
  return desk.look(known, [&](const service::PlanDesk::Look& look) -> Result<void> {
    plan::Question question{.year = options.year == 0 ? look.program.last_year() : options.year};
    if (question.year < look.program.first_year() || question.year > look.program.last_year())
      return fail(Errc::invalid_value, fmt::format("--year: expected {} to {}", look.program.first_year(),
                                                   look.program.last_year()));
    const auto place = options.place.empty() ? std::optional<std::size_t>(0) : look.plan.place(options.place);
    const auto edition = options.edition.empty() ? std::optional<std::size_t>(0) : look.plan.edition(options.edition);
    if (!place) return fail(Errc::unknown_code, "--place: the plan has no place '" + options.place + "'");
    if (!edition) return fail(Errc::unknown_code, "--edition: the plan has no edition '" + options.edition + "'");
    question.place = *place;
    question.edition = *edition;
    std::printf("id,name,value,baseline,goal,path,probability,method,status,complete\n");
    std::map<std::string_view, int> statuses;
    for (const auto& promise : look.plan.promises) {
      const auto progress = look.program.progress(promise, question);
      ++statuses[to_text(progress.status)];
      if (options.pending && progress.value) continue;
      std::printf("%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", promise.id.c_str(), promise.name.zh.c_str(),
                  shown(progress.value).c_str(), shown(promise.baseline).c_str(), shown(promise.goal).c_str(),
                  shown(progress.path).c_str(), shown(progress.outlook.probability).c_str(),
                  std::string(to_text(progress.outlook.method)).c_str(), std::string(to_text(progress.status)).c_str(),
                  shown(progress.value ? std::optional(progress.complete) : std::nullopt).c_str());
    }
    for (const auto& [status, count] : statuses)
      std::fprintf(stderr, "%.*s %d\n", static_cast<int>(status.size()), status.data(), count);
    if (options.timing)
      std::fprintf(stderr, "%zu asked (%zu places, %zu editions, %d years), %zu worked out in %.3f s\n", look.run.asked,
                   look.plan.places.size(), look.plan.editions.size(),
                   look.program.last_year() - look.program.first_year() + 1, look.run.worked_out, look.run.seconds);
    return {};
  });
}

}  // namespace

void add_plan(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("plan", "The plan as a program: checked, begun, worked out (docs/plan.md)");
  command->require_subcommand(1);
  auto options = std::make_shared<PlanOptions>();
  const auto finish = [&context](const Result<void>& done) { context.exit_code = done ? 0 : report(done.error()); };
  auto* checking =
      command->add_subcommand("check", "Read packs/plans and say what is wrong, with file, line and column");
  checking->callback([=, &context] { finish(check(context)); });
  auto* beginning = command->add_subcommand("new", "Write a beginning of a plan out of a table of promises");
  beginning->add_option("table", options->table, "CSV under the packs, columns as docs/plan.md says")->required();
  beginning->add_option("id", options->id, "name of the plan, as shangrao-15th")->required();
  beginning->footer("Example:\n  celadon plan new packs/plans/shangrao.csv shangrao-15th");
  beginning->callback([=, &context] { finish(begin(*options, context)); });
  auto* running = command->add_subcommand("run", "Work out every promise of what a data folder holds, as CSV");
  running->add_option("--data", options->data, "data folder; no server may hold it")->capture_default_str();
  running->add_option("--city", options->city, "city pack")->capture_default_str();
  running->add_option("--year", options->year, "current when absent");
  running->add_option("--place", options->place, "a place of the plan; the city when absent");
  running->add_option("--edition", options->edition, "by which standards");
  running->add_option("--as-known-at", options->known, "as it was known then, 2026-07-01T00:00:00+08:00");
  running->add_flag("--pending", options->pending, "only those without a value");
  running->add_flag("--timing", options->timing, "how long it took");
  running->callback([=, &context] { finish(run(*options, context)); });
}

}  // namespace celadon::cli
