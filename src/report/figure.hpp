#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace celadon::report {

/// The same said in both languages.
struct Words {
  std::string zh, en;
  [[nodiscard]] const std::string& in(std::string_view lang) const { return lang == "en" ? en : zh; }
};

/// What a figure rests on: enough to open it on the page, and to find it again without the page.
struct Evidence {
  enum class Kind : std::uint8_t {
    series,     ///< one stored value: `key` at `time`
    judgement,  ///< worked out for the report of stored values, by `how`
    records,    ///< counted among entries of the ledger
  };
  Kind kind = Kind::series;
  SeriesKey key;  ///< of a judgement: the series it is mainly made of
  Instant time;   ///< end of the window
  std::string edition;
  Words how;  ///< the way it was made, with the clause
  std::optional<Instant> result_time;
  std::string link;  ///< address within the page: "#/reports?..."
};

/// A number, or a word that stands for one (a level, a class), that the engine may print.
struct Figure {
  std::string ref;  ///< "air.2342A/AQI": unique within a report, the same when it is made again
  Words name;
  std::string unit;  ///< as people write it; empty for none
  double value = 0;  ///< NaN: there is none, and the report says so
  int decimals = 0;
  std::optional<Words> word;        ///< printed instead of the number
  std::string colour, text_colour;  ///< of its level, "#rrggbb"; empty for none
  Words missing;                    ///< why there is none
  Evidence evidence;

  [[nodiscard]] bool is_missing() const;
};

struct Record;
/// What a template can ask for.
struct Value {
  std::variant<Words, LegalDay, Instant, Figure, std::vector<Record>> of;
};
/// Values by dotted name: "city.aqi". A list's records have names of their own.
struct Record {
  std::map<std::string, Value, std::less<>> members;

  void put(const std::string& name, Words words) { members[name] = {std::move(words)}; }
  void put(const std::string& name, LegalDay day) { members[name] = {day}; }
  void put(const std::string& name, Instant moment) { members[name] = {moment}; }
  void put(const std::string& name, Figure figure) { members[name] = {std::move(figure)}; }
  void put(const std::string& name, std::vector<Record> list) { members[name] = {std::move(list)}; }
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] const Figure* figure(std::string_view name) const;
};

/// The figure as it is printed: rounded half to even (GB/T 8170) at its decimals, or its word; "—" where there is none.
[[nodiscard]] std::string printed(const Figure& figure, std::string_view lang);
/// A number with so many decimals, rounded half to even.
[[nodiscard]] std::string printed(double value, int decimals);

// ---- the catalogue: which names a set of values has

enum class Kind : std::uint8_t { words, day, moment, figure, list };
struct Entry {
  std::string path;  ///< "air.stations[].aqi": of each record of the list air.stations
  Kind kind = Kind::figure;
  Words about;
};
struct ValueSet {
  std::string id;  ///< "air-days", as a template's `values` names it
  Words about;
  std::vector<Entry> entries;
};
/// Every set there is. `base` is always there.
[[nodiscard]] std::span<const ValueSet> catalogue();
[[nodiscard]] const ValueSet* find_set(std::string_view id);

}  // namespace celadon::report
