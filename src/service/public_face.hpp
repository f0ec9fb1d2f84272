#pragma once

#include "core/observation.hpp"
#include "core/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::service {

/// Words in both languages, with where they come from.
struct PublicWords {
  std::string zh, en, source, trust;
};

struct PublicGroup {
  std::string id;
  PublicWords name;
};
/// What a group of people should do at a level of the air.
struct AirAdvice {
  int level = 0;
  std::vector<std::string> groups;
  PublicWords words;
};
/// A use of water and the worst class that is meant for it.
struct WaterUse {
  std::string id, worst_class;
  PublicWords name;
};
/// How a date is looked up in past years.
struct ClimatologyRule {
  int window_days = 0;  ///< to either side of the date
  int days_min = 0;     ///< judged days below which nothing is said
  std::string source, trust;
};
struct PublicChannel {
  std::string id, about;  ///< report or well
  PublicWords name;
};
struct RiverTarget {
  std::string river, target, class_name, source, trust;
};
/// Observations of one kind of site over one averaging time, open to everybody.
struct OpenDataSet {
  std::string id, kind, medium;
  Averaging averaging;
  std::string zh, en, licence_id, licence_zh, licence_en, origin, trust;
};

/// What the packs say to everybody: packs/standards/public_words.yaml, and public.yaml of the city where it has one.
struct PublicFace {
  std::vector<PublicGroup> groups;
  std::vector<AirAdvice> advice;
  std::vector<WaterUse> uses;
  std::vector<PublicWords> water_notes;
  ClimatologyRule climatology;
  std::vector<PublicChannel> channels;
  std::vector<RiverTarget> river_targets;
  PublicWords publisher;
  std::vector<OpenDataSet> sets;

  [[nodiscard]] const OpenDataSet* set(std::string_view id) const;
};

/// Errors   malformed or invalid_value: "file:line: reason".
[[nodiscard]] Result<void> parse_public_words(std::string_view text, const std::string& name, PublicFace& face);
[[nodiscard]] Result<void> parse_city_public(std::string_view text, const std::string& name, PublicFace& face);
/// Both files; a city without one publishes nothing.
[[nodiscard]] Result<PublicFace> read_public_face(const std::filesystem::path& packs, const std::string& city);

}  // namespace celadon::service
