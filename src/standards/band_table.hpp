#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "standards/air_index.hpp"
#include "standards/condition.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::standards {

/// A circumstance that decides which rows of a table hold: the zone, the land use, the pH of the sample.
struct BandGiven {
  std::string name, about_zh, about_en;
  bool number = false;               ///< rows hold a condition; otherwise one of `choices`
  std::vector<std::string> choices;  ///< of a word
  std::string otherwise;             ///< taken when it is not given; empty: it must be given
};

struct BandClass {
  std::string name, label, name_zh, name_en, colour, text_colour;
  bool attains = true;  ///< meets the standard, where it has a "met" and "not met"
};

/// A class and the numbers that are of it.
struct Band {
  std::int8_t rank = 0;  ///< into BandTable::classes
  Condition holds;
  std::string note, source, trust;
  int line = 0;
};

/// One item under one set of circumstances.
struct BandItem {
  std::string item, name_zh, name_en, unit;
  std::vector<std::string> words;                  ///< one a given: "" = any; "a|b" = either; of a number unused
  std::vector<std::optional<Condition>> numbers;   ///< one a given
  std::optional<int> decimals;                     ///< rounded to these before it is compared; none: full value
  std::optional<double> reference_oxygen_percent;  ///< stack gas: converted to this oxygen before it is compared
  std::vector<Band> bands;                         ///< best class first
};

/// One edition of a standard that is a table of items, classes and limits.
struct BandTable {
  std::string rule, standard, title_zh, title_en, medium, trust, valid_trust;
  LegalDay valid_from;
  std::optional<LegalDay> valid_before;
  std::vector<BandGiven> given;
  std::vector<BandClass> classes;  ///< best first; a value that no band holds is of the last
  std::string multiple_over;       ///< class whose limit a multiple refers to; empty: no multiples
  bool non_detect_meets = false;   ///< a value below detection is of the best class its detection limit proves
  Clause single, combine, rounding, multiple;
  std::vector<BandItem> items;

  /// Where `item` is met under any circumstances: by its id, its Chinese or its English name.
  [[nodiscard]] std::vector<const BandItem*> named(std::string_view name) const;
  [[nodiscard]] int rank_of(std::string_view class_name) const;  ///< -1 where there is none
};

/// Reads and checks a pack: `text` is the head (YAML), `rows` its table (CSV): columns item, name_zh, name_en, unit, one
/// for each circumstance, class, holds, decimals, note, source, trust.
///
/// Errors   malformed naming file, line and reason: an unknown class, unit, word or trust; a condition that cannot be
///          read or met; a class told twice; a limit that falls where it should rise; bands out of order.
[[nodiscard]] Result<BandTable> parse_band_table(const std::string& text, const std::string& name,
                                                 std::string_view rows, const std::string& rows_name);
/// The same from `pack` and the file it names beside it.
[[nodiscard]] Result<BandTable> read_band_table(const std::filesystem::path& pack);

/// Class of each value: an index into table.classes, or -1.
///
/// Shapes   value[n], rank[n].
/// Units    value in item.unit, already rounded where the item says so.
/// Missing  NaN and infinities give -1. (A negative value is compared: Leq, redox and correlation may be negative.)
void band_rank(const BandTable& table, const BandItem& item, std::span<const double> value,
               std::span<std::int8_t> rank);

}  // namespace celadon::standards
