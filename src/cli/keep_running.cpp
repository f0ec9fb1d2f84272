#include "cli/keep_running.hpp"

#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace celadon::cli {
namespace {

std::atomic<pid_t> child_pid{0};
std::atomic<bool> asked_to_stop{false};

void hand_on(int signal) {
  asked_to_stop = true;
  const pid_t pid = child_pid;
  if (pid > 0) kill(pid, signal);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

int keep_running(const std::function<int()>& serve) {
  constexpr int quick_deaths_max = 5;
  constexpr auto quick = std::chrono::seconds(2);
  int quick_deaths = 0;

  while (true) {
    const auto begin = std::chrono::steady_clock::now();
    const pid_t pid = fork();
    if (pid < 0) {
      std::perror("celadon: cannot start the server process");
      return 71;
    }
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // the server does not outlive the one who asked for it
      _exit(serve());
    }
    child_pid = pid;
    struct sigaction action {};
    action.sa_handler = hand_on;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);

    const int status = wait_for(pid);
    child_pid = 0;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (asked_to_stop) return 128 + WTERMSIG(status);

    const bool own_fault = WTERMSIG(status) != SIGKILL;  // a kill -9 is somebody else's deed
    const bool soon = std::chrono::steady_clock::now() - begin < quick;
    quick_deaths = own_fault && soon ? quick_deaths + 1 : 0;
    if (quick_deaths >= quick_deaths_max) {
      std::fprintf(
          stderr,
          "celadon: the server died %d times within seconds of its start (last by signal %d); not started again\n",
          quick_deaths, WTERMSIG(status));
      return 70;
    }
    std::fprintf(stderr, "celadon: the server was ended by signal %d; starting it again\n", WTERMSIG(status));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace celadon::cli
