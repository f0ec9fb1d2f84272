#include "cli/registers.hpp"

#include "cli/command.hpp"
#include "core/yaml_fields.hpp"
#include "registry/record_seed.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace celadon::cli {
namespace {

constexpr std::chrono::seconds tick_every{60};

/// Deadlines that end, escalations, look-backs: at once, then every minute until it is asked to stop.
void keep_time(registry::RecordDesk& desk, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    if (const auto done = desk.tick(); !done) report(done.error());
    waiting.wait_for(lock, stop, tick_every, [] { return false; });
  }
}

}  // namespace

Result<std::unique_ptr<Registers>> open_registers(const std::filesystem::path& packs, const std::filesystem::path& data,
                                                  CityData& city, ledger::Audit& audit,
                                                  const std::filesystem::path& demo) {
  auto open = std::make_unique<Registers>(packs, data);
  auto calendar = parse_pack(packs / "calendar.csv", [](std::string_view text, const std::string& name) {
    return systems::WorkCalendar::parse(text, name);
  });
  if (!calendar) return fail(calendar.error());
  open->calendar = std::move(*calendar);
  auto catalogue = open->shelf.read();
  if (!catalogue) return fail(catalogue.error());
  open->records.emplace(*city.ledger);
  open->attachments.emplace(*city.ledger, data / "attachments");
  const registry::Parts parts{std::move(*catalogue), open->calendar, *city.ledger, *open->records,
                              *open->attachments,    audit,          *city.archive};
  open->desk.emplace(parts);
  registry::RecordDesk& desk = *open->desk;
  if (auto ready = desk.prepare(); !ready) return fail(ready.error());
  if (!demo.empty()) {
    const auto seeded = registry::seed_records(parts, demo / "registers", "demo", "示例");
    if (!seeded) return fail(seeded.error());
  }
  open->events = city.stream->subscribe([&desk](const watch::Published& published) {
    for (const auto& event : published.events) {
      if (const auto taken = desk.take_event(event); !taken) report(taken.error());
    }
  });
  open->clock = std::jthread([&desk](const std::stop_token& stop) { keep_time(desk, stop); });
  return open;
}

}  // namespace celadon::cli
