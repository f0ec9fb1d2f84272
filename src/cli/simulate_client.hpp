#pragma once

#include "core/result.hpp"
#include "intake/device_simulator.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace celadon::cli {

/// Many simulated field units on connections of their own.
struct SimulateRequest {
  intake::SimulatorPlan plan;
  std::vector<intake::DeviceIdentity> devices;
  std::string host = "127.0.0.1";
  std::uint16_t port = 9212;
  std::optional<double> for_s;   ///< nothing new behind this time on the wall
  double settle_s = 120;         ///< and then so long for the answers that are owed
  double connects_per_s = 2000;  ///< new connections
  std::filesystem::path ledger;  ///< JSON lines, one a value; empty: none
};

struct SimulateSummary {
  std::size_t devices = 0;
  std::size_t connections_open = 0;  ///< at the end
  std::uint64_t connections = 0, reconnections = 0;
  std::uint64_t lost = 0;  ///< connections that ended without the unit's will
  intake::SimulatorTally tally;
  std::uint64_t never_answered = 0;
  double answer_p50_ms = 0, answer_p99_ms = 0, answer_max_ms = 0;
  double seconds = 0;
};

/// Connects every unit and lets it speak until its messages are sent and answered, `for_s` is over or `stop` is set.
/// One thread, one timer, no memory for a connection that waits but its socket and its unit. More connections than one
/// address has ports are spread over 127.0.0.1, 127.0.0.2, ... where the host is one of these.
/// Errors   not_found for a host without an address; io_failed for the ledger or where the system allows fewer open
///          files than connections, with what to do. A gateway that is not there is tried again for ever.
[[nodiscard]] Result<SimulateSummary> simulate(SimulateRequest request, const std::atomic<bool>& stop);

}  // namespace celadon::cli
