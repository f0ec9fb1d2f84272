#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace celadon::quality {

/// What the devices' own marks mean. One letter may mean different things in different editions of the protocol; a
/// stored value does not say which edition its device spoke, so the words then name all.
class DeviceFlags {
 public:
  enum class Kind : std::uint8_t { normal, noted, voids, unknown };
  struct Meaning {
    Kind kind = Kind::unknown;
    std::string zh = "协议未定义";
    std::string en = "not defined by the protocol";
  };
  /// Character 0 (no mark came) is normal.
  [[nodiscard]] const Meaning& of(DeviceFlag flag) const { return meanings_[static_cast<unsigned char>(flag)]; }
  [[nodiscard]] bool is_normal(DeviceFlag flag) const { return of(flag).kind == Kind::normal; }

  /// Reads packs/quality/device_flags.csv.
  /// Errors   not_found; malformed or invalid_value with file, line and reason.
  [[nodiscard]] static Result<DeviceFlags> read(const std::filesystem::path& pack);
  /// The same from text; `name` stands for the file in errors.
  [[nodiscard]] static Result<DeviceFlags> parse(std::string_view text, const std::string& name);

 private:
  std::array<Meaning, 256> meanings_;
};

}  // namespace celadon::quality
