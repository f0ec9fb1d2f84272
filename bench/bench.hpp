#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

/// Seconds of each of `runs` calls, sorted; one call before them is not counted.
template <class Work>
std::vector<double> seconds_of(int runs, const Work& work) {
  std::vector<double> all;
  for (int i = -1; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (i >= 0) all.push_back(s);
  }
  std::sort(all.begin(), all.end());
  return all;
}

inline double median(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

/// One JSON line: what, how many a second at the median, and the spread.
inline void tell(const std::string& what, double count, const char* unit, const std::vector<double>& seconds) {
  std::printf("{\"what\": \"%s\", \"median\": %.4g, \"slowest\": %.4g, \"fastest\": %.4g, \"unit\": \"%s\"}\n",
              what.c_str(), count / median(seconds), count / seconds.back(), count / seconds.front(), unit);
  std::fflush(stdout);
}
