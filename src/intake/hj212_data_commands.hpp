#pragma once

#include "core/observation.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Which messages carry observations, and what their fields are (HJ 212-2017 table 4 and annex C; HJ 212-2025 as public
// programs quote it). Two tables; hj212_observations.cpp is the loop over them.

namespace celadon::intake {

/// What DataTime names, and how long a value lasts.
enum class Period212 : std::uint8_t {
  moment,             ///< DataTime is the moment itself
  minutes_of_device,  ///< DataTime is the begin of the period, as in all that follow
  five_minutes,
  hour,
  day,
  sample,  ///< a moment: x-CompleteTime of the item where it is there, else DataTime
};

struct DataCommand212 {
  std::string_view cn;
  Period212 period;
};

inline constexpr std::array data_commands = {
    DataCommand212{"2011", Period212::moment},             // real-time data
    DataCommand212{"2051", Period212::minutes_of_device},  // minute data
    DataCommand212{"2061", Period212::hour},               // hour data
    DataCommand212{"2031", Period212::day},                // day data
    DataCommand212{"2021", Period212::moment},             // states of treatment facilities
    DataCommand212{"2041", Period212::day},                // their running hours in the day
    DataCommand212{"2052", Period212::moment},             // one noise measurement
    // Begin of the five minutes: ours, by the rule for all other periods; the 2025 text was not seen.
    DataCommand212{"2111", Period212::five_minutes},  // furnace temperature
    DataCommand212{"2013", Period212::sample},        // raw data of periodic analysers
    DataCommand212{"2062", Period212::moment},        // standard check
};
inline constexpr std::size_t no_data_command = data_commands.size();

/// Place in `data_commands`; no_data_command where the command carries no observations.
[[nodiscard]] constexpr std::size_t data_command_of(std::string_view cn) {
  for (std::size_t i = 0; i < data_commands.size(); ++i) {
    if (data_commands[i].cn == cn) return i;
  }
  return no_data_command;
}

/// What a field code-Suffix is for its factor.
enum class FieldRole212 : std::uint8_t {
  value,      ///< of the factor's property
  own_value,  ///< of a property of its own, which packs/standards/hj212_properties.csv names by code and suffix
  flag,
  converted_flag,  ///< of the converted values alone
  attendant,       ///< known, and no value of the factor
};

struct Suffix212 {
  std::string_view name;
  FieldRole212 role;
  Statistic statistic = Statistic::mean;
  std::string_view pack_name = name;  ///< of an own value: what the pack calls the field
};

inline constexpr std::array suffixes = {
    Suffix212{"Rtd", FieldRole212::value},
    Suffix212{"Avg", FieldRole212::value},
    Suffix212{"Min", FieldRole212::value, Statistic::minimum},
    Suffix212{"Max", FieldRole212::value, Statistic::maximum},
    Suffix212{"Flag", FieldRole212::flag},
    Suffix212{"Cou", FieldRole212::own_value, Statistic::total},  // a mass or a volume, not a concentration or a flow
    Suffix212{"ZsRtd", FieldRole212::value, Statistic::converted_mean},
    Suffix212{"ZsAvg", FieldRole212::value, Statistic::converted_mean},
    Suffix212{"ZsMin", FieldRole212::value, Statistic::converted_minimum},
    Suffix212{"ZsMax", FieldRole212::value, Statistic::converted_maximum},
    Suffix212{"ZsCou", FieldRole212::own_value, Statistic::converted_total, "Cou"},  // of makers
    Suffix212{"ZsFlag", FieldRole212::converted_flag},                               // of makers
    Suffix212{"Data", FieldRole212::value},                                          // noise of the period
    Suffix212{"DayData", FieldRole212::own_value},                                   // noise of 6 to 22 o'clock
    Suffix212{"NightData", FieldRole212::own_value},
    Suffix212{"RS", FieldRole212::own_value},                    // state of a facility: SB1-RS
    Suffix212{"RT", FieldRole212::own_value, Statistic::total},  // its running hours
    Suffix212{"SampleRd", FieldRole212::own_value},              // a standard sample is not the medium
    Suffix212{"StandardValue", FieldRole212::own_value},
    Suffix212{"ResultType", FieldRole212::own_value},
    Suffix212{"EFlag", FieldRole212::attendant},
    Suffix212{"SampleTime", FieldRole212::attendant},
    Suffix212{"CompleteTime", FieldRole212::attendant},
    Suffix212{"SampleType", FieldRole212::attendant},
    Suffix212{"RawAvg", FieldRole212::attendant},
    Suffix212{"Info", FieldRole212::attendant},
    Suffix212{"SN", FieldRole212::attendant},
    Suffix212{"Ala", FieldRole212::attendant},
    Suffix212{"UpValue", FieldRole212::attendant},
    Suffix212{"LowValue", FieldRole212::attendant},
};

/// Null for a suffix that is not one of HJ 212.
[[nodiscard]] constexpr const Suffix212* suffix_of(std::string_view name) {
  for (const auto& suffix : suffixes) {
    if (suffix.name == name) return &suffix;
  }
  return nullptr;
}

/// Whether a value is one of the converted (Zs) ones, to which x-ZsFlag belongs.
[[nodiscard]] constexpr bool is_converted(Statistic statistic) {
  return statistic == Statistic::converted_mean || statistic == Statistic::converted_minimum ||
         statistic == Statistic::converted_maximum || statistic == Statistic::converted_total;
}

}  // namespace celadon::intake
