#include "service/judge_line.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon;

const standards::Library& library() {
  static const auto read = standards::read_library(CELADON_PACKS);
  if (!read) std::abort();
  return *read;
}

const std::vector<standards::RuleFace>& rules() {
  static const auto book = standards::rule_book(library());
  return book;
}

/// What is judged can be written, and what is not says why.
void judge_and_write(const standards::JudgeRequest& request) {
  const auto judgement = standards::judge(library(), request);
  if (!judgement) {
    if (judgement.error().detail.empty()) std::abort();
    return;
  }
  std::string out;
  standards::append_json(out, *judgement, true);
  if (out.empty() || (!judgement->judged && judgement->reason_en.empty())) std::abort();
}

/// The words a rule's inputs may be called by: those of its own description, its table's items, and some properties.
std::vector<std::string> names_of(const standards::RuleFace& rule) {
  std::vector<std::string> names;
  std::string word;
  for (const char c : rule.inputs_en + " ") {
    const bool part = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == ':' || c == '_';
    if (part) word += c;
    if (part || word.empty()) continue;
    if (word.back() == ':' || word.back() == '.') word.pop_back();
    names.push_back(word);
    word.clear();
  }
  for (const auto& table : library().bands) {
    if (table.rule != rule.id) continue;
    for (const auto& item : table.items) names.push_back(item.item);
  }
  for (const char* one : {"PM2.5", "O3", "O3-MDA8", "CO", "TP", "pH", "DO", "CODMn", "NH3-N", "Leq", "nothing"})
    names.emplace_back(one);
  return names;
}

/// A request of the rule's own form with numbers that try every edge.
standards::JudgeRequest request_of(const standards::RuleFace& rule, std::mt19937_64& random) {
  constexpr std::array<double, 18> edges = {0,     -0.0, 1,  2,     6,     0.5,    7,    10, 35,
                                            100.5, 1e6,  -1, 1e-12, 1e308, -1e300, 1e15, 24, 8784};
  constexpr std::array<std::size_t, 10> lengths = {1, 2, 3, 5, 12, 24, 30, 60, 366, 8760};
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  const auto number_of = [&]() -> double {
    if (pick(8) == 0) return std::nan("");
    if (pick(3) == 0) return edges[pick(edges.size())];
    return static_cast<double>(pick(20'000)) / 100;
  };
  standards::JudgeRequest request;
  request.rule = rule.id;
  constexpr std::int64_t day_us = 86'400'000'000;
  request.date = {static_cast<std::int64_t>(pick(30'000)) * day_us};
  for (const auto& field : rule.fields) {
    if (pick(4) == 0) continue;
    const double number = number_of();
    request.given[field.name] = !field.choices.empty() && pick(8) != 0 ? field.choices[pick(field.choices.size())]
                                : pick(12) == 0                        ? std::string("2020-02-30")
                                                                       : std::to_string(number);
  }
  const auto names = names_of(rule);
  const std::size_t length = lengths[pick(pick(20) == 0 ? lengths.size() : lengths.size() - 2)];
  const bool series = pick(2) == 0;
  for (std::size_t i = 0, count = pick(names.size() + 1); i < count; ++i) {
    standards::JudgeInput input;
    input.property = names[pick(names.size())];
    input.value = series ? std::nan("") : number_of();
    input.below_detection = pick(10) == 0;
    if (pick(12) == 0) input.unit = pick(2) == 0 ? "mg/L" : "nonsense";
    if (pick(20) == 0) input.voided_zh = input.voided_en = "void";
    const std::size_t own_length = pick(12) == 0 ? lengths[pick(8)] : length;
    for (std::size_t k = 0; series && k < own_length; ++k) input.series.push_back(number_of());
    request.inputs.push_back(std::move(input));
  }
  return request;
}

}  // namespace

/// Any line is judged or refused by every rule; and, with the bytes as a seed, so is a request of each rule's own form.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const auto& face : rules()) {
    if (const auto request = service::read_judge_line(library(), face, "", line)) judge_and_write(*request);
  }
  std::mt19937_64 random(std::hash<std::string_view>{}(line));
  for (int i = 0; i < 4; ++i) judge_and_write(request_of(rules()[random() % rules().size()], random));
  return 0;
}
