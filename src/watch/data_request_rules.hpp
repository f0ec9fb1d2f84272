#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace celadon::watch {

/// When the data of an ended day are asked for: packs/watch/data_requests.yaml, which says what each field means.
struct DataRequestRules {
  std::int64_t grace_us = 0, device_time_us = 0, quiet_after_us = 0;
  int look_back_days = 0, follow_days = 0, at_most = 0;
  struct Words {
    std::string zh, en;
  };
  Words lacks, asks, arrived, rest, no_device, device_failed;
};

/// Errors   of reading, and malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<DataRequestRules> read_data_request_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<DataRequestRules> parse_data_request_rules(std::string_view text, const std::string& file);

}  // namespace celadon::watch
