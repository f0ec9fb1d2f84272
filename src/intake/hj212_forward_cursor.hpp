#pragma once

#include "intake/hj212_forward.hpp"

#include <filesystem>

namespace celadon::intake {

// The cursor of an upstream changes with every answer and only its newest value matters, so that it is no register with
// revisions but one small file an upstream, written beside the old one, synced, and renamed over it.

/// Errors   io_failed naming the file.
[[nodiscard]] Result<void> write_cursor(const std::filesystem::path& file, const ForwardCursor& cursor);
/// Nothing where there is no file. Errors   file_damaged or io_failed naming the file and the remedy.
[[nodiscard]] Result<std::optional<ForwardCursor>> read_cursor(const std::filesystem::path& file);

}  // namespace celadon::intake
