#pragma once

#include "core/result.hpp"

#include <filesystem>
#include <string>

namespace celadon::standards {

/// A whole pack file as text. Errors   not_found naming the file; too_large over 8 MiB.
[[nodiscard]] Result<std::string> read_pack_file(const std::filesystem::path& file);

}  // namespace celadon::standards
