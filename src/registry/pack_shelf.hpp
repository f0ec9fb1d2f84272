#pragma once

#include "core/result.hpp"
#include "systems/system.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

namespace celadon::registry {

/// The packs of systems: those that came with the program, and those of the city in its data folder. Any thread.
class PackShelf {
 public:
  static constexpr std::size_t bytes_max = 1 << 20;

  PackShelf(std::filesystem::path shipped, std::filesystem::path own)
      : shipped_(std::move(shipped)), own_(std::move(own)) {}

  /// All of them together. A city's own pack never stands for one that came with the program.
  /// Errors   those of the packs, naming file, line, field and reason.
  [[nodiscard]] Result<std::shared_ptr<const systems::Catalogue>> read() const;

  /// What a text would be beside the packs that are there, in place of the one of its name.
  struct Tried {
    std::shared_ptr<const systems::Catalogue> catalogue;
    std::string system;
  };
  /// Errors   malformed, invalid_value or too_large: "file:line: field: reason".
  [[nodiscard]] Result<Tried> try_out(const std::string& text) const;
  /// Stores a text as the city's pack `system`; durable on return. Errors   as try_out; refused for the name of a pack
  /// that came with the program; io_failed.
  [[nodiscard]] Result<Tried> store(const std::string& system, const std::string& text);

 private:
  std::filesystem::path shipped_, own_;
  std::mutex storing_;
};

}  // namespace celadon::registry
