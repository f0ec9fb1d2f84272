#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace celadon::cli {

/// docs/systems.md: each system that the plan of a city asks for, with the packs, the rule and the working day that
/// serve it and what it still lacks. Errors   those of the packs, the city and the days.
[[nodiscard]] Result<std::string> systems_page(const std::filesystem::path& packs, const std::string& city);

/// The first line in which two texts differ, from 1.
[[nodiscard]] std::size_t first_line_apart(std::string_view a, std::string_view b);

}  // namespace celadon::cli
