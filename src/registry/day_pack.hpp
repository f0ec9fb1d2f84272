#pragma once

#include "core/geometry.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "core/yaml_fields.hpp"
#include "people/people.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A working day of packs/systems/days as it was written (docs/packs.md, A working day); pure.

namespace celadon::registry {

/// What a step of a lifecycle is given as proof.
struct DayEvidence {
  enum class Kind : std::uint8_t { photo, document, measurement };
  std::string id;
  Kind kind = Kind::photo;
  std::string content;  ///< two of one content are one file; empty: a file of its own
  std::optional<Instant> taken;
  std::optional<LonLat> place;
  std::string site, property;  ///< of a measurement
  Instant from, to;
};

/// How a step is to be refused. What is empty is not asked for.
struct DayRefusal {
  std::string check, field, missing;
  bool forbidden = false;
};

struct DayStep {
  enum class Act : std::uint8_t { save, change, at, take, look, withdraw, indicator, list, event };
  Act act = Act::save;
  std::string object;  ///< register, name of a record, step of a lifecycle, register/indicator, or rule of an event
  std::string of;      ///< the record whose step is taken
  std::string by, as, why, view;
  std::string register_id;  ///< in which an event opens the record that is to be named
  Instant at;
  std::vector<YamlFields::Cell> values, expect;
  std::vector<DayEvidence> evidence;
  bool expects_nothing = false;
  std::optional<DayRefusal> refused;
  std::optional<std::string> is;  ///< of an indicator
  std::optional<int> count;       ///< of a list
  int line = 0;
};

struct DayMeasured {
  std::string site, property;
  LonLat place;
  Instant from;
  int every_h = 1;
  std::vector<double> values;
};

struct Day {
  std::string id, name_zh, name_en;
  Instant at;
  std::map<std::string, people::Caller> people;
  std::vector<DayMeasured> measured;
  std::vector<DayStep> steps;
  std::string file;
};

inline constexpr std::string_view day_admin = "admin";  ///< who acts where a step names nobody

/// Reads one day. People, names of records and times are sound; registers and fields are known once it is played.
/// Errors   malformed or invalid_value: "file:line: field: reason", the first thing wrong.
[[nodiscard]] Result<Day> parse_day(std::string_view text, const std::string& file);

/// How many outcomes a day states: fields, hints, refusals, figures and counts.
[[nodiscard]] std::size_t expectations_of(const Day& day);

/// The names in "${boat}" of a text.
[[nodiscard]] std::vector<std::string> names_in(std::string_view text);

}  // namespace celadon::registry
