#pragma once

#include "core/result.hpp"
#include "intake/device_simulator.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace celadon::cli {

/// What simulated units sent, as JSON lines: one a value, written when its message is answered, when it went out as
/// history, or at the end for what was never answered.
///
/// mn, cn, qn, data_time (as labelled) and end (of its period), both UTC; factor, suffix, value; fault (names joined by
/// +, empty where none struck); sent_at (first sending, by the wall) and sends; answered (null for history, which asks
/// for no answer); refused (QnRtn of the last refusal, 0 where there was none).
class SimulateLedger {
 public:
  /// Errors   io_failed naming the file.
  [[nodiscard]] static Result<std::unique_ptr<SimulateLedger>> open(const std::filesystem::path& file);
  void put(const intake::DeviceSimulator& device, const intake::DeviceMessage& message);
  /// Errors   io_failed where not all could be written.
  [[nodiscard]] Result<void> close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  SimulateLedger(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  std::unique_ptr<std::FILE, Closer> file_;
  std::string name_, line_;
};

}  // namespace celadon::cli
