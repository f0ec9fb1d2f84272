#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace celadon::intake {

/// What the gateway knows of a field unit that has spoken since the start.
struct DeviceStatus {
  std::string mn, site;
  bool online = false;
  Instant last_seen;
  std::uint64_t frames = 0, answered = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by reason
  std::string last_words;                        ///< why the last one was refused
  double clock_offset_s = 0;                     ///< its clock less ours
};

}  // namespace celadon::intake
