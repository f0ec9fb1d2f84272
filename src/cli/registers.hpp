#pragma once

#include "cli/city_data.hpp"
#include "ledger/attachments.hpp"
#include "ledger/audit.hpp"
#include "ledger/records.hpp"
#include "registry/pack_shelf.hpp"
#include "registry/record_desk.hpp"
#include "systems/calendar.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

namespace celadon::cli {

/// Registers and cases of one data folder, ready to be served. Members are in the order they need each other.
struct Registers {
  systems::WorkCalendar calendar;
  registry::PackShelf shelf;
  std::optional<ledger::Records> records;
  std::optional<ledger::Attachments> attachments;
  std::optional<registry::RecordDesk> desk;
  watch::Subscription events;  ///< what watch sees may open cases
  std::jthread clock;          ///< deadlines, every minute

  Registers(const std::filesystem::path& packs, const std::filesystem::path& data)
      : shelf(packs / "systems", data / "packs" / "systems") {}
};

/// Reads the packs, makes anew what records are found by where a pack changed, and begins to watch events and
/// deadlines. `demo`, where it is not empty, is a folder whose `registers` fill the registers that have no record yet.
/// Errors   those of the packs and of the demo, naming file, line and reason.
[[nodiscard]] Result<std::unique_ptr<Registers>> open_registers(const std::filesystem::path& packs,
                                                                const std::filesystem::path& data, CityData& city,
                                                                ledger::Audit& audit,
                                                                const std::filesystem::path& demo = {});

}  // namespace celadon::cli
