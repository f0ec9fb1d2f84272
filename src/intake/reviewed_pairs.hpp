#pragma once

#include "core/observation.hpp"
#include "intake/import_file.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::intake {

/// A value before and after a review that was made elsewhere (审核前, 审核后), in the property's canonical unit.
struct ReviewedPair {
  std::uint64_t line = 0;
  std::string site, property;  ///< our ids
  Averaging averaging;
  Instant time;
  double raw = 0, reviewed = 0;  ///< NaN where the cell is blank
  DeviceFlag flag = 0;           ///< of the raw value
  std::string reason, note, reviewer;
};

/// A row that was not taken: what is wrong, and what to do.
struct PairProblem {
  std::uint64_t line = 0;
  std::string field, value;
  std::string zh, en, remedy_zh, remedy_en;
};

/// Problems of a table: all are counted, the first `kept_max` are told.
class PairProblems {
 public:
  static constexpr std::size_t kept_max = 10'000;
  void add(PairProblem problem);
  [[nodiscard]] const std::vector<PairProblem>& kept() const { return kept_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::vector<PairProblem> kept_;
  std::size_t count_ = 0;
};

struct ReviewedPairs {
  std::vector<ReviewedPair> rows;
  PairProblems problems;
  std::uint64_t rows_read = 0;      ///< without the header
  std::vector<std::string> unread;  ///< columns that are not stored
};

/// What the reader asks of the rest of the program.
struct PairPorts {
  /// Id of the site by id, official code or name; the errors of SiteIndex::find.
  std::function<Result<std::optional<std::string>>(const SiteHint&)> site;
  struct Property {
    std::string id, unit;  ///< canonical unit, UCUM
  };
  /// By id or Chinese name; nothing where no pack defines it or several bear the name.
  std::function<std::optional<Property>(const std::string&)> property;
  std::function<void(const ImportProgress&)> progress;  ///< may be empty
  std::function<bool()> cancelled;                      ///< may be empty
};

/// Written limits of a table of pairs (docs/review.md).
struct PairLimits {
  std::size_t unpacked_bytes_max = 64U << 20U;
  std::size_t rows_max = 200'000;
  std::size_t note_bytes_max = 2000;  ///< of reason, note and reviewer each
};

/// Reads a CSV, plain or packed with zstd, UTF-8 or GB18030, one value a row. Heads in English or Chinese:
///
///     site property period time raw reviewed [unit flag reason note reviewer]
///     点位  项目      周期    时间  审核前 审核后   [单位  标记  理由    备注  审核人]
///
/// Times without a zone are Beijing's, of the end of the window. Without a unit a value is in the canonical one.
/// Errors   malformed where a needed column is not there or the text is neither UTF-8 nor GB18030, too_large and
///          too_many over a limit, file_damaged, refused when it was cancelled. Whatever a single row lacks is among
///          `problems`.
[[nodiscard]] Result<ReviewedPairs> read_reviewed_pairs(ByteSource& source, const PairPorts& ports,
                                                        const PairLimits& limits = {});

}  // namespace celadon::intake
