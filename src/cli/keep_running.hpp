#pragma once

#include <functional>

namespace celadon::cli {

/// Runs `serve` in a child process and starts it again when it is killed or crashes; a child that ends by itself (also
/// with an error it has explained) is not started again. SIGINT and SIGTERM are handed on to the child.
///
/// A child that crashes within two seconds of its start, five times in a row, is given up; one that was killed from
/// outside (SIGKILL) is always started again.
/// Returns  the exit code of the last child; 70 when it was given up.
int keep_running(const std::function<int()>& serve);

}  // namespace celadon::cli
