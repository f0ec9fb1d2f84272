#pragma once

#include "models/method_book.hpp"

#include <filesystem>

namespace celadon::cli {

/// The methods of figures, packs/analysis/methods.yaml.
[[nodiscard]] Result<models::MethodBook> read_methods(const std::filesystem::path& packs);

}  // namespace celadon::cli
