#include "service/public_face.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace celadon::service {
namespace {

constexpr std::array<std::string_view, 5> classes = {"I", "II", "III", "IV", "V"};
constexpr int levels = 6;

PublicWords words_of(YamlFields& fields) {
  PublicWords words;
  words.zh = fields.text("zh");
  words.en = fields.text("en");
  words.source = fields.text("source");
  words.trust = fields.trust();
  return words;
}

std::string class_of(YamlFields& fields, const char* name) {
  auto text = fields.text(name);
  if (std::find(classes.begin(), classes.end(), text) == classes.end()) fields.refuse(name, "expected I, II, III, IV or V");
  return text;
}

AirAdvice advice_of(YamlFields& fields, const PublicFace& face) {
  fields.only(std::array{"level", "groups", "zh", "en", "source", "trust"});
  AirAdvice advice;
  advice.level = fields.count("level", 1, levels);
  advice.groups = fields.texts("groups");
  advice.words = words_of(fields);
  if (advice.groups.empty()) fields.refuse("groups", "is needed: a list as [a, b]");
  for (const auto& group : advice.groups) {
    if (std::none_of(face.groups.begin(), face.groups.end(), [&](const auto& one) { return one.id == group; }))
      fields.refuse("groups", "there is no group '" + group + "'");
    const bool is_twice = std::any_of(face.advice.begin(), face.advice.end(), [&](const AirAdvice& other) {
      return other.level == advice.level &&
             std::find(other.groups.begin(), other.groups.end(), group) != other.groups.end();
    });
    if (is_twice) fields.refuse("groups", "level " + std::to_string(advice.level) + " speaks to '" + group + "' twice");
  }
  return advice;
}

OpenDataSet set_of(YamlFields& fields, const PublicFace& face) {
  fields.only(std::array{"id", "kind", "averaging", "zh", "en", "medium", "licence_id", "licence_zh", "licence_en",
                         "origin", "trust"});
  OpenDataSet set;
  set.id = fields.text("id");
  const bool is_plain = std::all_of(set.id.begin(), set.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!is_plain) fields.refuse("id", "expected small letters, digits and '-': it is part of an address");
  if (face.set(set.id) != nullptr) fields.refuse("id", "'" + set.id + "' is there twice");
  set.kind = fields.text("kind");
  const auto averaging = parse_averaging(fields.text("averaging"));
  if (averaging)
    set.averaging = *averaging;
  else
    fields.refuse("averaging", averaging.error().detail);
  set.zh = fields.text("zh");
  set.en = fields.text("en");
  set.medium = fields.text("medium");
  set.licence_id = fields.text("licence_id");
  set.licence_zh = fields.text("licence_zh");
  set.licence_en = fields.text("licence_en");
  set.origin = fields.text("origin");
  set.trust = fields.trust();
  return set;
}

/// Every level has a word for every group, or the page would be silent just where it matters.
Result<void> check_whole(const PublicFace& face, const std::string& name) {
  for (int level = 1; level <= levels; ++level) {
    for (const auto& group : face.groups) {
      const bool is_told = std::any_of(face.advice.begin(), face.advice.end(), [&](const AirAdvice& one) {
        return one.level == level && std::find(one.groups.begin(), one.groups.end(), group.id) != one.groups.end();
      });
      if (!is_told)
        return fail(Errc::malformed,
                    name + ": air_advice: level " + std::to_string(level) + " says nothing to '" + group.id + "'");
    }
  }
  if (face.climatology.days_min == 0) return fail(Errc::malformed, name + ": climatology: one entry is needed");
  return {};
}

}  // namespace

const OpenDataSet* PublicFace::set(std::string_view id) const {
  const auto found = std::find_if(sets.begin(), sets.end(), [&](const auto& one) { return one.id == id; });
  return found == sets.end() ? nullptr : &*found;
}

Result<void> parse_public_words(std::string_view text, const std::string& name, PublicFace& face) {
  const std::array<YamlList, 5> lists = {
      YamlList{"groups",
               [&](YamlFields& fields) {
                 fields.only(std::array{"id", "zh", "en"});
                 PublicGroup group{fields.text("id"), {fields.text("zh"), fields.text("en"), "", ""}};
                 if (std::any_of(face.groups.begin(), face.groups.end(),
                                 [&](const auto& one) { return one.id == group.id; }))
                   fields.refuse("id", "'" + group.id + "' is there twice");
                 face.groups.push_back(std::move(group));
               }},
      YamlList{"air_advice", [&](YamlFields& fields) { face.advice.push_back(advice_of(fields, face)); }},
      YamlList{"water_uses",
               [&](YamlFields& fields) {
                 fields.only(std::array{"id", "zh", "en", "worst_class", "source", "trust"});
                 WaterUse use;
                 use.id = fields.text("id");
                 use.worst_class = class_of(fields, "worst_class");
                 use.name = words_of(fields);
                 face.uses.push_back(std::move(use));
               }},
      YamlList{"water_notes",
               [&](YamlFields& fields) {
                 fields.only(std::array{"zh", "en", "source", "trust"});
                 face.water_notes.push_back(words_of(fields));
               }},
      YamlList{"climatology",
               [&](YamlFields& fields) {
                 fields.only(std::array{"window_days", "days_min", "source", "trust"});
                 if (face.climatology.days_min != 0) fields.refuse(nullptr, "is there twice");
                 face.climatology.window_days = fields.count("window_days", 0, 45);
                 face.climatology.days_min = fields.count("days_min", 1, 10'000);
                 face.climatology.source = fields.text("source");
                 face.climatology.trust = fields.trust();
               }},
  };
  if (auto read = read_yaml_lists(text, name, lists); !read) return read;
  return check_whole(face, name);
}

Result<void> parse_city_public(std::string_view text, const std::string& name, PublicFace& face) {
  const std::array<YamlList, 4> lists = {
      YamlList{"channels",
               [&](YamlFields& fields) {
                 fields.only(std::array{"id", "zh", "en", "about", "source", "trust"});
                 PublicChannel channel;
                 channel.id = fields.text("id");
                 channel.about = fields.text("about");
                 if (channel.about != "report" && channel.about != "well")
                   fields.refuse("about", "expected report or well");
                 channel.name = words_of(fields);
                 face.channels.push_back(std::move(channel));
               }},
      YamlList{"river_targets",
               [&](YamlFields& fields) {
                 fields.only(std::array{"river", "target", "class", "source", "trust"});
                 RiverTarget target;
                 target.river = fields.text("river");
                 target.target = fields.text("target");
                 target.class_name = class_of(fields, "class");
                 target.source = fields.text("source");
                 target.trust = fields.trust();
                 face.river_targets.push_back(std::move(target));
               }},
      YamlList{"publisher",
               [&](YamlFields& fields) {
                 fields.only(std::array{"zh", "en"});
                 if (!face.publisher.zh.empty()) fields.refuse(nullptr, "there is one publisher");
                 face.publisher.zh = fields.text("zh");
                 face.publisher.en = fields.text("en");
               }},
      YamlList{"open_data", [&](YamlFields& fields) { face.sets.push_back(set_of(fields, face)); }},
  };
  if (auto read = read_yaml_lists(text, name, lists); !read) return read;
  if (!face.sets.empty() && face.publisher.zh.empty())
    return fail(Errc::malformed, name + ": open data need a publisher, whom people cite");
  return {};
}

Result<PublicFace> read_public_face(const std::filesystem::path& packs, const std::string& city) {
  PublicFace face;
  const auto words = read_pack(packs / "standards" / "public_words.yaml");
  if (!words) return fail(words.error());
  if (auto read = parse_public_words(*words, "public_words.yaml", face); !read) return fail(read.error());
  const auto path = packs / "cities" / city / "public.yaml";
  if (!std::filesystem::exists(path)) return face;
  const auto own = read_pack(path);
  if (!own) return fail(own.error());
  if (auto read = parse_city_public(*own, city + "/public.yaml", face); !read) return fail(read.error());
  return face;
}

}  // namespace celadon::service
