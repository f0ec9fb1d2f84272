#pragma once

#include "core/time.hpp"
#include "intake/hj212_message.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace celadon::intake {

/// What the gateway knows of a field unit that has spoken since the start.
struct DeviceStatus {
  std::string mn, site;
  bool online = false;
  std::optional<Edition212> edition;  ///< of its newest message
  std::string peer;                   ///< of its newest connection
  Instant connected_since;
  Instant last_seen;
  std::uint64_t frames = 0, answered = 0, observations = 0, takeovers = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by reason
  std::string last_words;                        ///< why the last one was refused
  double clock_offset_s = 0;                     ///< its clock less ours
};

/// What the gateway knows of a field unit that nobody has registered. Its messages are held, bounded, until a person
/// takes it in or turns it away.
struct WaitingDevice {
  std::string mn, system_code, password;
  Edition212 edition = Edition212::of_2005;
  Instant first_seen, last_seen;
  std::uint64_t frames = 0, held_frames = 0, held_bytes = 0, dropped_frames = 0;
  std::vector<std::string> peers;  ///< addresses without ports, the first few
  std::map<std::string, std::uint64_t> commands;
  std::string sample;  ///< its newest frame
};

}  // namespace celadon::intake
