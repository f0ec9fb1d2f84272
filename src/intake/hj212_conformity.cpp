#include "intake/hj212_conformity.hpp"

#include <algorithm>

namespace celadon::intake {
namespace {

constexpr std::uint64_t full_points = 100;

}  // namespace

Conformity::Hour* Conformity::hour_of(Instant time) {
  const std::int64_t number = time.us / us_per_hour;
  Hour& hour = hours_[static_cast<std::size_t>(number) % hours_.size()];
  if (number < hour.number) return nullptr;
  if (hour.number != number) {
    hour.number = number;
    hour.messages = hour.points = 0;
    hour.rows.clear();
  }
  return &hour;
}

std::uint64_t Conformity::count(Hour& hour, std::span<const std::string_view> found, const DeviationTable& meanings,
                                Instant time) {
  std::uint64_t lost = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto before = found.first(i);
    if (std::ranges::find(before, found[i]) != before.end()) continue;
    const auto id = meanings.id(found[i]);
    if (!id) continue;
    lost += static_cast<std::uint64_t>(meanings[*id].weight);
    auto row = std::ranges::find(hour.rows, *id, &Row::id);
    if (row == hour.rows.end()) row = hour.rows.insert(row, Row{*id, 0, time});
    ++row->count;
    row->last = std::max(row->last, time);
  }
  return lost;
}

void Conformity::note(std::span<const std::string_view> found, const DeviationTable& meanings, Instant time) {
  Hour* hour = hour_of(time);
  if (hour == nullptr) return;
  ++hour->messages;
  hour->points += full_points - std::min(full_points, count(*hour, found, meanings, time));
}

void Conformity::note_besides(std::span<const std::string_view> found, const DeviationTable& meanings, Instant time) {
  Hour* hour = hour_of(time);
  if (hour != nullptr) hour->points -= std::min(hour->points, count(*hour, found, meanings, time));
}

Conformity::Report Conformity::report(const DeviationTable& meanings, Instant time) const {
  Report report;
  const std::int64_t now = time.us / us_per_hour;
  std::uint64_t points = 0;
  std::vector<Finding> by_id(meanings.size());
  for (const Hour& hour : hours_) {
    if (hour.number < 0 || now - hour.number >= static_cast<std::int64_t>(hours_.size())) continue;
    report.messages += hour.messages;
    points += hour.points;
    for (const Row& row : hour.rows) {
      by_id[row.id].count += row.count;
      by_id[row.id].last = std::max(by_id[row.id].last, row.last);
    }
  }
  if (report.messages == 0) return report;
  const auto all = static_cast<double>(report.messages);
  report.score = static_cast<double>(points) / all;
  std::vector<std::size_t> order;
  for (std::size_t id = 0; id < by_id.size(); ++id) {
    if (by_id[id].count > 0) order.push_back(id);
  }
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t id) {
    return static_cast<std::uint64_t>(meanings[id].weight) * by_id[id].count;
  });
  for (const std::size_t id : order) {
    by_id[id].name = meanings[id].name;
    by_id[id].share = static_cast<double>(by_id[id].count) / all;
    report.findings.push_back(std::move(by_id[id]));
  }
  return report;
}

void put_deviation_words(JsonWriter& json, const DeviationMeaning* meaning) {
  const DeviationMeaning none;
  const auto& words = meaning == nullptr ? none : *meaning;
  json.member("name_zh", words.name_zh).member("name_en", words.name_en).member("fix_zh", words.fix_zh);
  json.member("fix_en", words.fix_en).member("clause", words.clause).member("trust", words.trust);
}

void put_conformity(JsonWriter& json, const Conformity::Report& report, const DeviationTable& meanings) {
  json.begin_object().key("score");
  if (report.score)
    json.put(*report.score);
  else
    json.null();
  json.member("messages", report.messages).key("findings").begin_array();
  for (const auto& finding : report.findings) {
    const auto* meaning = meanings.find(finding.name);
    json.begin_object().member("name", finding.name).member("count", finding.count).member("share", finding.share);
    json.member("last", finding.last).member("weight", meaning == nullptr ? 0 : meaning->weight);
    put_deviation_words(json, meaning);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace celadon::intake
