#include "cli/quality_scoring.hpp"
#include "core/csv_table.hpp"
#include "intake/text_source.hpp"
#include "quality/scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace celadon::cli {
namespace {

/// Fixed limits of packs/quality/baseline.csv.
struct BaselineLimits {
  double min = 0, max = 0, spike = 0;
  std::size_t repeats = 0;
};

Result<std::map<std::string, BaselineLimits>> read_baseline(const std::filesystem::path& packs) {
  constexpr std::array<std::string_view, 7> columns = {"property", "min", "max", "spike", "repeats", "source", "trust"};
  auto source = intake::ByteSource::open(packs / "quality" / "baseline.csv");
  if (!source) return fail(source.error());
  const auto text = intake::read_all(*source, 1U << 20);
  if (!text) return fail(text.error());
  const auto table = celadon::parse_csv_table(*text, "baseline.csv", columns);
  if (!table) return fail(table.error());
  std::map<std::string, BaselineLimits> all;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    std::array<double, 4> numbers{};
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      char* end = nullptr;
      numbers[k] = std::strtod(row[k + 1].c_str(), &end);
      if (row[k + 1].empty() || *end != '\0' || !std::isfinite(numbers[k]) || (k == 3 && numbers[k] < 2))
        return fail(Errc::invalid_value, "baseline.csv:" + std::to_string(table->lines[i]) + ": " +
                                             std::string(columns[k + 1]) + ": expected a number");
    }
    all[row[0]] = {numbers[0], numbers[1], numbers[2], static_cast<std::size_t>(numbers[3])};
  }
  return all;
}

/// How many of the three tests a value fails.
std::vector<float> baseline_of(const BaselineLimits& limits, std::span<const double> value) {
  std::vector<float> failed(value.size(), std::nanf(""));
  std::size_t run = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    run = i > 0 && value[i] == value[i - 1] ? run + 1 : 1;
    if (std::isnan(value[i])) continue;
    failed[i] = value[i] < limits.min || value[i] > limits.max ? 1.0F : 0.0F;
    if (i > 0 && i + 1 < value.size()) {
      const double off =
          std::fabs(value[i] - 0.5 * (value[i - 1] + value[i + 1])) - 0.5 * std::fabs(value[i - 1] - value[i + 1]);
      failed[i] += off > limits.spike ? 1.0F : 0.0F;
    }
    for (std::size_t k = i + 1 - run; run == limits.repeats && k < i; ++k) failed[k] += 1;
    failed[i] += run >= limits.repeats ? 1.0F : 0.0F;
  }
  return failed;
}

/// All values of one property, or of all.
struct Tally {
  std::vector<std::uint8_t> marked, rejected;
  std::vector<float> probability, probability_voided, baseline;
  std::size_t proposed_marked = 0, proposed_voided = 0, right_marked = 0, right_voided = 0;

  void add(int level, float p, float pv, float base, quality::Proposal proposal) {
    marked.push_back(level > 0 ? 1 : 0);
    rejected.push_back(level > 1 ? 1 : 0);
    probability.push_back(p);
    probability_voided.push_back(pv);
    baseline.push_back(base);
    const bool suspect = proposal != quality::Proposal::valid;
    const bool voided = proposal == quality::Proposal::voided;
    proposed_marked += suspect ? 1 : 0;
    proposed_voided += voided ? 1 : 0;
    right_marked += suspect && level > 0 ? 1 : 0;
    right_voided += voided && level > 1 ? 1 : 0;
  }
};

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? std::nan("") : static_cast<double>(part) / static_cast<double>(whole);
}
std::size_t count(const std::vector<std::uint8_t>& marks) {
  return static_cast<std::size_t>(std::ranges::count(marks, std::uint8_t{1}));
}

void put_tally(const std::string& name, const Tally& tally) {
  using quality::precision_area;
  using quality::roc_area;
  for (const bool voided : {false, true}) {
    const auto& truth = voided ? tally.rejected : tally.marked;
    const auto& ours = voided ? tally.probability_voided : tally.probability;
    const auto base = quality::counts_at(tally.baseline, truth, 1);
    const std::size_t proposed = voided ? tally.proposed_voided : tally.proposed_marked;
    const std::size_t right = voided ? tally.right_voided : tally.right_marked;
    std::printf("| %s | %s | %zu | %zu | %.4f | %.4f | %.3f | %.3f | %.4f | %.4f | %.3f | %.3f |\n", name.c_str(),
                voided ? "rejected" : "marked", truth.size(), count(truth), roc_area(ours, truth),
                precision_area(ours, truth), share(right, proposed), share(right, count(truth)),
                roc_area(tally.baseline, truth), precision_area(tally.baseline, truth), base.precision(),
                base.recall());
  }
}

/// Values of one kind of fault against all good ones.
struct Fault {
  std::vector<float> probability, probability_voided, baseline;
  std::size_t suspect = 0, voided = 0;
};

struct Board {
  std::map<std::string, Tally> by_property;
  Tally all;
  std::map<std::string, Fault> faults;
  Fault good;
  std::map<std::string, std::vector<float>> by_rule;  ///< in the order of `all`
};

void take_column(const std::vector<quality::CheckRule>& rules, const intake::SiteTable& table,
                 const std::map<std::string, BaselineLimits>& baseline, const quality::ColumnAssessment& column,
                 Board& board) {
  const std::size_t k = table.number_of(column.property);
  const auto limits = baseline.find(column.property);
  const auto base =
      limits == baseline.end() ? std::vector<float>(table.time.size(), 0) : baseline_of(limits->second, table.value[k]);
  for (std::size_t i = 0; i < table.time.size(); ++i) {
    if (std::isnan(table.value[k][i])) continue;
    const auto mark = read_mark(table.mark[k][i]);
    for (auto* tally : {&board.all, &board.by_property[column.property]})
      tally->add(mark.level, column.probability[i], column.probability_voided[i], base[i], column.proposal[i]);
    Fault& fault = mark.level == 0 ? board.good : board.faults[mark.fault];
    fault.probability.push_back(column.probability[i]);
    fault.probability_voided.push_back(column.probability_voided[i]);
    fault.baseline.push_back(base[i]);
    fault.suspect += column.proposal[i] != quality::Proposal::valid ? 1 : 0;
    fault.voided += column.proposal[i] == quality::Proposal::voided ? 1 : 0;
    for (const auto& asked : column.rules) {
      auto& scores = board.by_rule[rules[asked.rule].id];
      scores.resize(board.all.marked.size() - 1, 0);
      scores.push_back(std::isnan(asked.strength[i]) ? 0 : asked.strength[i]);
    }
  }
}

double fault_area(const std::vector<float>& bad, const std::vector<float>& good) {
  std::vector<float> all = good;
  std::vector<std::uint8_t> marks(good.size(), 0);
  all.insert(all.end(), bad.begin(), bad.end());
  marks.resize(all.size(), 1);
  return quality::roc_area(all, marks);
}

void put_board(const std::vector<quality::CheckRule>& rules, Board& board) {
  std::printf(
      "| property | question | values | so marked | ROC area | precision area | precision | recall | baseline ROC area "
      "| its precision area | its precision | its recall |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  put_tally("all", board.all);
  for (const auto& [property, tally] : board.by_property) put_tally(property, tally);
  std::printf(
      "\n| fault (reviewer's code) | values | proposed suspect or void | proposed void | ROC area against good values "
      "| baseline found | its ROC area "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const auto& [name, fault] : board.faults) {
    const auto n = fault.baseline.size();
    const auto hits =
        static_cast<std::size_t>(std::ranges::count_if(fault.baseline, [](float one) { return one >= 1; }));
    std::printf("| %s | %zu | %.3f | %.3f | %.4f | %.3f | %.4f |\n", name.c_str(), n, share(fault.suspect, n),
                share(fault.voided, n), fault_area(fault.probability, board.good.probability), share(hits, n),
                fault_area(fault.baseline, board.good.baseline));
  }
  const auto n = board.good.baseline.size();
  const auto alarms =
      static_cast<std::size_t>(std::ranges::count_if(board.good.baseline, [](float one) { return one >= 1; }));
  std::printf("| good | %zu | %.4f | %.4f | | %.4f | |\n", n, share(board.good.suspect, n), share(board.good.voided, n),
              share(alarms, n));
  std::printf("\n| rule alone | ROC area, rejected | at its limit: precision | recall |\n|---|---|---|---|\n");
  for (const auto& rule : rules) {
    const auto found = board.by_rule.find(rule.id);
    if (found == board.by_rule.end()) continue;
    found->second.resize(board.all.rejected.size(), 0);
    const auto counts = quality::counts_at(found->second, board.all.rejected, rule.at);
    std::printf("| %s | %.4f | %.3f | %.3f |\n", rule.id.c_str(), quality::roc_area(found->second, board.all.rejected),
                counts.precision(), counts.recall());
  }
}

/// Every section of a daily file; a value next to a suppressed one is marked.
Result<std::vector<std::unique_ptr<OwnedStretch>>> daily_stretches(const ScoreRequest& request,
                                                                   const std::filesystem::path& packs) {
  const auto known = intake::read_site_table_packs(packs);
  if (!known) return fail(known.error());
  intake::SiteTableLayout layout;
  layout.format = "daily";
  auto tables = intake::read_site_tables(request.daily, layout, *known);
  if (!tables) return fail(tables.error());
  std::vector<std::unique_ptr<OwnedStretch>> all;
  for (const auto& whole : *tables) {
    auto table = whole.between(request.runs.from, request.runs.until);
    for (auto& mark : table.mark) {
      const auto suppressed = mark;
      for (std::size_t i = 0; i < mark.size(); ++i) {
        const bool before = i > 0 && !suppressed[i - 1].empty();
        const bool after = i + 1 < mark.size() && !suppressed[i + 1].empty();
        mark[i] = after ? "<1> [day before one suppressed]" : before ? "<1> [day after one suppressed]" : "";
      }
    }
    if (!table.time.empty()) all.push_back(stretch_of(std::move(table), {}));
  }
  if (all.empty()) return fail(Errc::not_found, request.daily.string() + ": holds no value in that span");
  return all;
}

}  // namespace

Result<int> score_quality(const ScoreRequest& request, const std::filesystem::path& packs) {
  const auto rules = quality::read_assessment(packs / "quality" / "assessment.yaml");
  if (!rules) return fail(rules.error());
  const auto file = request.combination.empty() ? packs / "quality" / "combination.csv" : request.combination;
  const auto combination = quality::Combination::read(file, quality::feature_names());
  if (!combination) return fail(combination.error());
  const auto baseline = read_baseline(packs);
  if (!baseline) return fail(baseline.error());
  const auto stretches = request.daily.empty() ? stretches_of(request.runs, packs) : daily_stretches(request, packs);
  if (!stretches) return fail(stretches.error());
  Board board;
  for (const auto& owned : *stretches) {
    const auto assessed = quality::assess(*rules, *combination, owned->stretch);
    if (!assessed) return fail(assessed.error());
    for (const auto& column : *assessed) take_column(*rules, owned->table, *baseline, column, board);
  }
  put_board(*rules, board);
  return 0;
}

}  // namespace celadon::cli
