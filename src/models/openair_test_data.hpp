#pragma once

#include "models/clock.hpp"

#include <doctest/doctest.h>
#include <zstd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

// mydata and the tables that openair made of it (tests/reference/openair).

namespace celadon::models::test {

inline const std::string folder = CELADON_SOURCE "/tests/reference/openair/";

inline std::string file_text(const std::string& name) {
  std::ifstream file(folder + name, std::ios::binary);
  REQUIRE_MESSAGE(file, name);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!name.ends_with(".zst")) return bytes;
  std::string text(16 << 20, '\0');
  const std::size_t size = ZSTD_decompress(text.data(), text.size(), bytes.data(), bytes.size());
  REQUIRE(ZSTD_isError(size) == 0);
  text.resize(size);
  return text;
}

/// A table of numbers by column; cells that are none are NaN, and so are empty ones. `words` keeps the text.
struct Sheet {
  std::map<std::string, std::vector<double>> numbers;
  std::map<std::string, std::vector<std::string>> words;
  std::size_t rows = 0;
  const std::vector<double>& operator[](const std::string& name) const {
    REQUIRE_MESSAGE(numbers.contains(name), name);
    return numbers.at(name);
  }
};

inline std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) {
    if (cell.size() >= 2 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
    all.push_back(cell);
  }
  return all;
}

inline Sheet sheet(const std::string& name) {
  std::stringstream text(file_text(name));
  std::string line;
  std::getline(text, line);
  const auto header = cells(line);
  Sheet table;
  while (std::getline(text, line)) {
    auto row = cells(line);
    row.resize(header.size());
    for (std::size_t c = 0; c < header.size(); ++c) {
      char* end = nullptr;
      const double value = std::strtod(row[c].c_str(), &end);
      const bool whole = !row[c].empty() && *end == '\0';
      table.numbers[header[c]].push_back(whole ? value : std::numeric_limits<double>::quiet_NaN());
      table.words[header[c]].push_back(row[c]);
    }
    ++table.rows;
  }
  return table;
}

inline WallSeconds moment(const std::string& text) {
  Date date{std::stoi(text.substr(0, 4)), std::stoi(text.substr(5, 2)), std::stoi(text.substr(8, 2))};
  const int minutes = text.size() >= 16 ? std::stoi(text.substr(11, 2)) * 60 + std::stoi(text.substr(14, 2)) : 0;
  return first_second_of(date) + 60LL * minutes;
}

/// mydata, read once: hours are labelled by their begin.
struct Mydata {
  Sheet sheet = test::sheet("mydata.csv.zst");
  std::vector<WallSeconds> begin;
  Mydata() {
    for (const auto& text : sheet.words["date"]) begin.push_back(moment(text));
    REQUIRE(begin.size() == 52584);
  }
  const std::vector<double>& operator[](const std::string& name) const { return sheet[name]; }
};
inline const Mydata& mydata() {
  static const Mydata one;
  return one;
}

/// Equal to `share` of the reference; NaN only where it is NaN.
inline bool near(double value, double reference, double share) {
  if (std::isnan(value) || std::isnan(reference)) return std::isnan(value) && std::isnan(reference);
  return std::abs(value - reference) <= share * std::max(1.0, std::abs(reference));
}

/// Counts where it is not, and keeps the first for the message.
class Differences {
 public:
  explicit Differences(double share) : share_(share) {}
  void compare(double value, double reference, const std::string& where) {
    ++compared_;
    if (!std::isnan(value) && !std::isnan(reference))
      largest_ = std::max(largest_, std::abs(value - reference) / std::max(1.0, std::abs(reference)));
    if (near(value, reference, share_)) return;
    if (++count_ == 1) first_ = where + ": " + std::to_string(value) + " and not " + std::to_string(reference);
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t compared() const { return compared_; }
  [[nodiscard]] const std::string& first() const { return first_; }
  [[nodiscard]] double largest() const { return largest_; }

 private:
  double share_;
  double largest_ = 0;
  std::size_t count_ = 0, compared_ = 0;
  std::string first_;
};

}  // namespace celadon::models::test
