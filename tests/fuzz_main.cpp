// Drives a fuzz target without a coverage engine: every file of the corpus, then seeded mutations of them.
// A failure prints the run's number; `--runs 1 --seed <that>` replays it. With `--minutes N` it runs that long instead.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<Bytes> seeds = {{}};
  if (!std::filesystem::is_directory(folder)) return seeds;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

Bytes mutate(const std::vector<Bytes>& seeds, std::mt19937_64& random) {
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  Bytes bytes = seeds[pick(seeds.size())];
  const std::size_t changes = 1 + pick(8);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t place = bytes.empty() ? 0 : pick(bytes.size());
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place);
    const auto byte = static_cast<std::uint8_t>(random());
    switch (pick(6)) {
      case 0: bytes.insert(at, byte); break;
      case 1:
        if (!bytes.empty()) *at = byte;
        break;
      case 2:
        if (!bytes.empty()) *at = static_cast<std::uint8_t>(*at ^ (1U << pick(8)));
        break;
      case 3:
        if (!bytes.empty()) bytes.erase(at, at + static_cast<std::ptrdiff_t>(1 + pick(bytes.size() - place)));
        break;
      case 4: bytes.resize(place); break;
      default: {
        const Bytes& other = seeds[pick(seeds.size())];
        if (!other.empty())
          bytes.insert(at, other.begin() + static_cast<std::ptrdiff_t>(pick(other.size())), other.end());
      }
    }
    if (bytes.size() > 65536) bytes.resize(65536);
  }
  return bytes;
}

std::uint64_t running = 0;

void tell_run(int signal) {
  std::fprintf(stderr, "fuzz: failed in run %llu\n", static_cast<unsigned long long>(running));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 1000;
  std::uint64_t seed = 1;
  std::chrono::minutes minutes{0};
  std::vector<Bytes> seeds = {{}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--runs" && i + 1 < argc)
      runs = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--seed" && i + 1 < argc)
      seed = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--minutes" && i + 1 < argc)
      minutes = std::chrono::minutes(std::strtoull(argv[++i], nullptr, 10));
    else
      seeds = read_corpus(argv[i]);
  }
  std::signal(SIGABRT, tell_run);
  std::signal(SIGSEGV, tell_run);
  for (const auto& bytes : seeds) fuzz(bytes.data(), bytes.size());
  const auto until = std::chrono::steady_clock::now() + minutes;
  const auto is_due = [&] { return minutes.count() > 0 ? std::chrono::steady_clock::now() < until : running < seed + runs; };
  for (running = seed; is_due(); ++running) {
    std::mt19937_64 random(running);
    const Bytes bytes = mutate(seeds, random);
    fuzz(bytes.data(), bytes.size());
  }
  std::printf("%llu inputs, no finding\n", static_cast<unsigned long long>(running - seed + seeds.size()));
  return 0;
}
