#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "intake/city_pack.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::cli {

/// A file of observations, to be sent as the city's stations would have sent them.
struct ReplayRequest {
  std::filesystem::path packs, file;
  std::string city = "jingdezhen";
  std::string host = "127.0.0.1";
  std::uint16_t port = 9212;
  double speed = 0;          ///< times faster than life; 0: as fast as the answers come
  std::size_t window = 1;    ///< messages a device may have unanswered; the standard's devices wait for each answer
  bool keep_trying = false;  ///< connect again after a lost connection, for ever
  std::optional<Instant> from, until;  ///< only windows that end after `from`, at or before `until`
  std::filesystem::path answered;      ///< JSON lines of the observations whose message was answered; empty: none
};

struct ReplaySummary {
  std::size_t devices = 0, messages = 0, answered = 0, refused = 0, observations = 0, reconnections = 0;
};

/// Speaks HJ 212-2017 as the devices of the city pack: for each station and time one message of hour (2061), day (2031)
/// or real-time (2011) data, one connection a device. The messages carry the clock of the data, so that a gateway can
/// tell a replay. Errors   of the packs and of the file; not_found when the file holds nothing a device of the city
/// sends; io_failed when the gateway
///          cannot be reached.
[[nodiscard]] Result<ReplaySummary> replay(const ReplayRequest& request, const std::atomic<bool>& stop);

}  // namespace celadon::cli
