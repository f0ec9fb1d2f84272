#pragma once

#include <string_view>

namespace celadon::standards {

// The words of leak detection, each list in the order of its enumeration; used inside this room only.

inline constexpr std::string_view component_words[] = {"pump",       "compressor",    "agitator", "valve",
                                                       "open-ended", "relief-device", "sampling", "flange",
                                                       "connector",  "other"};
inline constexpr std::string_view medium_words[] = {"gas", "volatile-liquid", "other-liquid"};
inline constexpr std::string_view region_words[] = {"general", "key"};
inline constexpr std::string_view industry_words[] = {"petrochemical", "refinery", "marketing-terminal"};
inline constexpr std::string_view service_words[] = {"gas", "light-liquid", "heavy-liquid"};

}  // namespace celadon::standards
