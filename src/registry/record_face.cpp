#include "registry/record_face.hpp"

#include "core/geometry.hpp"
#include "core/sha256.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numbers>

namespace celadon::registry {

using systems::Field;
using systems::FieldType;
using systems::Geometry;
using systems::Value;

namespace {

const Field* place_field(const systems::Register& type) {
  if (!type.map.geometry.empty()) return type.field(type.map.geometry);
  for (const auto& field : type.fields) {
    if (field.type == FieldType::point || field.type == FieldType::line || field.type == FieldType::area) return &field;
  }
  return nullptr;
}

bool is_geometry(FieldType type) {
  return type == FieldType::point || type == FieldType::line || type == FieldType::area;
}

std::string text_of(const systems::Values& values, const std::string& field) {
  const auto found = values.find(field);
  if (found == values.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text ? *text : std::string{};
}

struct Metres {
  double east = 0, north = 0;
};
Metres from(const LonLat& origin, const LonLat& at) {
  return {(at.lon_deg - origin.lon_deg) * m_per_deg * std::cos(origin.lat_deg * std::numbers::pi / 180),
          (at.lat_deg - origin.lat_deg) * m_per_deg};
}

/// From the origin to the stretch between two points.
double to_stretch_m(const Metres& a, const Metres& b) {
  const double east = b.east - a.east, north = b.north - a.north;
  const double length2 = east * east + north * north;
  const double along = length2 > 0 ? std::clamp(-(a.east * east + a.north * north) / length2, 0.0, 1.0) : 0.0;
  return std::hypot(a.east + along * east, a.north + along * north);
}

bool is_inside(const std::vector<LonLat>& ring, const LonLat& at) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto &a = ring[i], &b = ring[j];
    if ((a.lat_deg > at.lat_deg) != (b.lat_deg > at.lat_deg) &&
        at.lon_deg < (b.lon_deg - a.lon_deg) * (at.lat_deg - a.lat_deg) / (b.lat_deg - a.lat_deg) + a.lon_deg)
      inside = !inside;
  }
  return inside;
}

}  // namespace

std::vector<std::variant<double, std::string>> face_value(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return {*number};
  if (const auto* yes = std::get_if<bool>(&value)) return {std::string(*yes ? "true" : "false")};
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  if (const auto* day = std::get_if<LegalDay>(&value)) return {to_string(*day)};
  if (const auto* at = std::get_if<Instant>(&value)) return {to_iso_utc(*at)};
  std::vector<std::variant<double, std::string>> all;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) all.assign(list->begin(), list->end());
  return all;
}

bool is_faced(const systems::Register& type, const Field& field) {
  if (is_geometry(field.type) || field.type == FieldType::files) return false;
  if (field.index || field.unique || field.type == FieldType::code || field.type == FieldType::reference ||
      field.type == FieldType::site || field.type == FieldType::date || field.id == type.key)
    return true;
  return std::any_of(type.views.begin(), type.views.end(), [&](const systems::View& view) {
    return view.sort == field.id || view.sort == "-" + field.id ||
           std::find(view.columns.begin(), view.columns.end(), field.id) != view.columns.end();
  });
}

bool is_kept(const systems::Register& type, const systems::View& view) {
  static constexpr std::array words = {"state", "id",       "overdue", "opened",      "and",     "or",
                                       "not",   "in",       "is",      "none",        "true",    "false",
                                       "if",    "min",      "max",     "abs",         "round",   "year",
                                       "month", "coalesce", "length",  "starts_with", "contains"};
  if (!view.where) return false;
  const std::string& text = view.where->text();
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\'') {
      const auto end = text.find('\'', i + 1);
      if (end == std::string::npos) return false;
      i = end + 1;
    } else if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_') {
      std::size_t end = i;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
      const std::string_view word = std::string_view(text).substr(i, end - i);
      if (end < text.size() && text[end] == '.') return false;  // follows a reference: another record may change
      if (!type.field(word) && std::find(words.begin(), words.end(), word) == words.end()) return false;
      i = end;
    } else {
      ++i;
    }
  }
  return true;
}

Belongs belongs(const systems::Register& type, const std::string& id, const systems::Values& values) {
  Belongs to;
  if (!type.division.empty()) to.division = text_of(values, type.division);
  if (type.enterprise == "id" || (type.enterprise.empty() && type.id == "enterprise")) {
    to.enterprise = id;
  } else if (!type.enterprise.empty()) {
    to.enterprise = type.enterprise == type.key && !id.empty() ? id : text_of(values, type.enterprise);
  }
  return to;
}

const Geometry* place_of(const systems::Register& type, const systems::Values& values) {
  const Field* field = place_field(type);
  if (!field) return nullptr;
  const auto found = values.find(field->id);
  return found == values.end() ? nullptr : std::get_if<Geometry>(&found->second);
}

LonLat anchor_of(const Geometry& geometry) {
  const auto& part = geometry.parts.at(0);
  if (geometry.kind != Geometry::Kind::area) return part.at(part.size() / 2);
  LonLat mean;
  const std::size_t corners = part.size() - 1;  // the last is the first again
  for (std::size_t i = 0; i < corners; ++i) {
    mean.lon_deg += part[i].lon_deg / static_cast<double>(corners);
    mean.lat_deg += part[i].lat_deg / static_cast<double>(corners);
  }
  return mean;
}

double distance_to_m(const Geometry& geometry, const LonLat& point) {
  const auto& first = geometry.parts.at(0);
  if (geometry.kind == Geometry::Kind::point) return distance_m(first.at(0), point);
  if (geometry.kind == Geometry::Kind::area && is_inside(first, point)) return 0;
  double nearest = INFINITY;
  for (std::size_t i = 1; i < first.size(); ++i)
    nearest = std::min(nearest, to_stretch_m(from(point, first[i - 1]), from(point, first[i])));
  return nearest;
}

std::string face_digest(const systems::Register& type) {
  Sha256 sum;
  const auto add = [&](std::string_view text) {
    sum.add(text);
    sum.add("\n");
  };
  add("faces 1");  // raise it when face_of changes
  add(type.title);
  add(type.division);
  add(type.enterprise);
  add(type.map.geometry);
  for (const auto& field : type.fields) {
    add(field.id);
    add(to_text(field.type));
    add(field.search ? "search" : "");
    add(is_faced(type, field) ? "faced" : "");
  }
  for (const auto& view : type.views) {
    add(view.id);
    add(view.where ? view.where->text() : "");
  }
  if (type.lifecycle) {
    for (const auto& deadline : type.lifecycle->deadlines) {
      add(deadline.id);
      add(std::to_string(deadline.warn_days));
      for (const auto& escalation : deadline.escalate) add(std::to_string(escalation.after_days) + escalation.to);
    }
  }
  return sum.finish();
}

ledger::RecordFace face_of(const systems::Register& type, const Matter& matter, const systems::Facts& facts) {
  ledger::RecordFace face;
  face.title = matter.title;
  face.state = matter.state;
  const auto to = belongs(type, matter.id, matter.values);
  face.division = to.division;
  face.enterprise = to.enterprise;
  face.gone = matter.gone;
  face.due = earliest_end(matter);
  if (const auto* place = place_of(type, matter.values)) {
    face.place.emplace();
    for (const auto& part : place->parts) {
      for (const auto& at : part) face.place->include(at);
    }
    face.anchor = anchor_of(*place);
  }
  face.words = matter.title + "\n" + matter.id;
  for (const auto& field : type.fields) {
    const auto found = matter.values.find(field.id);
    if (found == matter.values.end()) continue;
    if (is_faced(type, field)) {
      for (auto& one : face_value(found->second)) face.values.emplace(field.id, std::move(one));
    }
    if (!field.search) continue;
    for (const auto& one : face_value(found->second)) {
      if (const auto* text = std::get_if<std::string>(&one)) face.words += "\n" + *text;
    }
  }
  const auto add = [&](std::string_view name, std::variant<double, std::string> value) {
    face.values.emplace(std::string(name), std::move(value));
  };
  add(face_opened, seconds(matter.opened));
  if (!matter.state.empty()) {
    add(face_state, matter.state);
    add(face_since, seconds(matter.since_state));
  }
  if (!matter.event.empty()) add(face_event, matter.event);
  if (!matter.follow.empty()) add(face_follow, matter.follow);
  if (const auto at = next_mark(type, matter)) add(face_tick, seconds(*at));
  std::vector<std::string> hashes;
  for (const auto& taken : matter.steps) {
    for (const auto& given : taken.evidence) {
      if (!given.file.empty()) hashes.push_back(given.file);
    }
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  for (auto& hash : hashes) add(face_evidence, std::move(hash));
  for (const auto& view : type.views) {
    if (!is_kept(type, view)) continue;
    const auto holds = view.where->holds(facts);
    if (holds && *holds) add(std::string(face_view) + view.id, std::string("true"));
  }
  return face;
}

}  // namespace celadon::registry
