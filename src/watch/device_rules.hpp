#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace celadon::watch {

/// When a field unit is silent, and how its gaps are filled: packs/watch/devices.yaml.
struct DeviceRules {
  std::int64_t silent_after_us = 0;
  bool opens_case = false;
  std::string zh, en;  ///< blanks {site} {mn} {time} {hours}

  bool back_fill = false;
  std::int64_t look_back_us = 0, settle_us = 0, pause_us = 0, retry_us = 0;
  int at_once = 0, give_up_after = 0, tries = 0;
  std::array<int, 3> periods{};  ///< of one request: 2051, 2061, 2031
};

/// Commands whose history can be called back, in the order of DeviceRules::periods.
inline constexpr std::array<std::string_view, 3> history_commands = {"2051", "2061", "2031"};

/// Errors   of reading, and malformed or invalid_value naming file, line and reason.
[[nodiscard]] Result<DeviceRules> read_device_rules(const std::filesystem::path& pack);
[[nodiscard]] Result<DeviceRules> parse_device_rules(std::string_view text, const std::string& file);

}  // namespace celadon::watch
