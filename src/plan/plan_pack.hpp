#pragma once

#include "core/result.hpp"
#include "systems/system.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a pack of packs/plans says: a plan's promises, and the formula of each (docs/plan.md).

namespace celadon::plan {

using systems::Source;
using systems::Words;

/// A set of editions by which the same data is judged. Empty names: those in force on the day of the data.
struct Edition {
  std::string id;
  Words name;
  std::string air_index = {};   ///< of HJ 633
  std::string air_limits = {};  ///< of the limits a period of air is held against
  std::string water = {};       ///< of GB 3838
};

/// A part of the city that is asked for by itself.
struct Place {
  std::string id;  ///< division code, or a name
  Words name;
  std::string division = {};     ///< how codes of divisions begin
  std::string basin = {}, park = {};  ///< codes of water-body and park: records and sections of them alone
  std::string river = {};        ///< what sections of the basin have as their river
  bool whole = false;       ///< the city itself: what names no division is counted here alone
};

/// A quantity with a name of its own, that formulas may use.
struct Measure {
  std::string id;
  Words name;
  std::string unit;  ///< UCUM
  std::shared_ptr<const systems::Expression> formula;
  Source source;
  int line = 0;
};

enum class Kind : std::uint8_t { baseline, constraining, expected, action };
enum class Sense : std::uint8_t { higher, lower, equal, milestone };
enum class Standing : std::uint8_t { computed, waits, unmeasurable };
enum class Span : std::uint8_t { year, since_start, state };
[[nodiscard]] std::string_view to_text(Kind kind);
[[nodiscard]] std::string_view to_text(Sense sense);
[[nodiscard]] std::string_view to_text(Standing standing);
[[nodiscard]] std::string_view to_text(Span span);

/// One promise: what the plan's text says (the table), and how it is measured (the pack).
struct Promise {
  std::string id;
  std::string chapter, section;
  Words name;
  std::string unit_words;                    ///< as the table prints it
  std::string baseline_text, target_text;    ///< as the table prints them
  int year = 0;                              ///< by whose end it is due
  Kind kind = Kind::action;
  Sense sense = Sense::higher;
  std::string evidence, note;

  Standing standing = Standing::unmeasurable;
  std::shared_ptr<const systems::Expression> formula;  ///< where computed
  std::string own_register;                            ///< whose indicator the formula is; empty: the plan's own
  std::string unit;                                    ///< UCUM, of value, baseline and goal
  Span span = Span::year;
  std::optional<double> baseline, goal;
  bool strict = false;                          ///< the goal itself is not enough
  std::vector<std::pair<int, double>> interim;  ///< by year, rising
  Words reason;                                 ///< why it waits or cannot be measured
  std::string data;                             ///< what it waits for, by name
  std::string owner;                            ///< of the plan's owners
  Source source;
  int line = 0;
};

struct Owner {
  std::string id;
  Words name;
};

struct Plan {
  std::string id;
  Words name;
  int first = 0, last = 0, base = 0;  ///< years
  int history = 0;                    ///< first year whose values trends may rest on
  std::vector<int> evaluations;       ///< years by whose end it is evaluated
  Source source;
  std::vector<Edition> editions;
  std::vector<Place> places;
  std::vector<Owner> owners;
  std::vector<std::pair<std::string, std::string>> words;  ///< of the table in English, and in Chinese
  std::vector<Measure> measures;    ///< each names only those before it
  std::vector<Promise> promises;    ///< in the order of the table
  std::string file, digest;

  [[nodiscard]] const Promise* promise(std::string_view id) const;
  [[nodiscard]] const Measure* measure(std::string_view id) const;
  [[nodiscard]] const Owner* owner(std::string_view id) const;
  /// A unit or target of the table in both languages; the same where the pack has no words for it.
  [[nodiscard]] Words said(const std::string& text) const;
  [[nodiscard]] std::optional<std::size_t> place(std::string_view id) const;
  [[nodiscard]] std::optional<std::size_t> edition(std::string_view id) const;
};

/// The register that formulas stand in, and the names it has: promise, year, place, first_day, last_day, since (first
/// day of the plan), baseline, goal; measures by their id; before.x and base.x, a measure a year before and in the base
/// year.
inline constexpr std::string_view plan_scope = "plan";

/// Reads a plan and the table of its promises, and types every formula against the registers and the tables of
/// observations (tables.hpp). Every row of the table must be in the pack, once, and the other way round.
///
/// `table_of` gives the text of a table by its path under packs/.
/// Errors   malformed or invalid_value: "file:line: field: reason", of formulas with the column; those of `table_of`.
[[nodiscard]] Result<std::shared_ptr<const Plan>> parse_plan(std::string_view text, const std::string& file,
                                                             const systems::TableReader& table_of,
                                                             const systems::Catalogue& catalogue);
/// The same from a file of packs/plans.
[[nodiscard]] Result<std::shared_ptr<const Plan>> read_plan(const std::filesystem::path& packs,
                                                            const std::filesystem::path& file,
                                                            const systems::Catalogue& catalogue);
/// Every *.yaml of packs/plans, by name.
[[nodiscard]] Result<std::vector<std::filesystem::path>> plan_files(const std::filesystem::path& packs);

/// The columns of a table of promises.
[[nodiscard]] std::vector<std::string_view> promise_columns();
/// A beginning of a pack for a table of promises: every row waits until somebody gives it a formula.
/// Errors   those of the table.
[[nodiscard]] Result<std::string> new_plan(std::string_view table, const std::string& table_path,
                                           const std::string& id);

}  // namespace celadon::plan
