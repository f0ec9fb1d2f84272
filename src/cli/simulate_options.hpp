#pragma once

#include "cli/simulate_client.hpp"
#include "cli/simulate_register.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace celadon::cli {

/// The command line of celadon simulate devices, as text.
struct SimulateOptions {
  std::size_t devices = 1;
  std::string to = "127.0.0.1:9212", mn_prefix = "CE1AD0", password = "123456";
  std::string editions = "2017", systems = "32", factors, kinds = "2011", faults, sm4_key;
  std::vector<std::string> outages;
  int interval_s = 30, minute_min = 10, heartbeat_s = 120, clock_request_s = 0;
  double answer_wait_s = 10, control_s = 2, for_s = 0, settle_s = 120, connects_per_s = 2000;
  int repeats = 3;
  std::uint64_t seed = 1, messages = 0;
  std::string speed, from, near;
  bool now = false;
  std::size_t window = 1;
  std::string ledger, devices_out, register_at;
  bool dry_run = false, json = false;
};

/// Factors of each system code; identities point into it.
using FactorShelf = std::map<std::string, std::vector<intake::SimulatedFactor>>;

/// Errors   malformed, invalid_value, unknown_code with the option as field, and what was expected.
[[nodiscard]] Result<SimulateRequest> read_options(const SimulateOptions& options, const std::filesystem::path& packs,
                                                   FactorShelf& shelf);
/// "117.2,29.3"; nothing for an empty text.
[[nodiscard]] Result<std::optional<Place>> read_place(const std::string& text);

}  // namespace celadon::cli
