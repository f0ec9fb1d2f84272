#include "cli/command.hpp"

#include <csignal>
#include <cstdio>

namespace celadon::cli {

int report(const Error& error) {
  std::fprintf(stderr, "celadon: %s\n", error.detail.c_str());
  return face(error.code).exit_code;
}

const std::atomic<bool>& told_to_end() {
  static std::atomic<bool> told{false};
  std::signal(SIGINT, [](int) { told = true; });
  std::signal(SIGTERM, [](int) { told = true; });
  return told;
}

}  // namespace celadon::cli
