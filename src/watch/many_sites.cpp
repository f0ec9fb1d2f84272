#include "watch/many_sites.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace celadon::watch {
namespace {

/// Series that are looked at together, and how old their values may be.
struct SeriesGroup {
  std::vector<SeriesId> ids;
  std::int64_t age_max_us = 0;
};

/// The rows of a group at the newest time at which any of its series has one; none where that is too old.
struct Newest {
  Instant time{INT64_MIN};
  archive::Columns columns;
};

void take(Newest& into, SeriesId id, Instant end, Instant result_time, double value, DeviceFlag flag,
          std::int64_t batch, std::vector<QualityFlag> flags) {
  if (end < into.time) return;
  if (end > into.time) into = {end, {}};
  into.columns.rows.push_back(id, end, value, flag);
  into.columns.result_time.push_back(result_time);
  into.columns.batch.push_back(batch);
  into.columns.flags.push_back(std::move(flags));
}

/// From the latest-value table where nothing is newer than `at`; the others by one query.
Result<std::vector<Newest>> newest_of(const archive::Archive& archive, std::span<const SeriesGroup> groups,
                                      std::optional<Instant> at) {
  std::vector<Newest> all(groups.size());
  std::unordered_map<std::int32_t, std::size_t> asked;  // group of a series that must be looked up
  archive::Query query;
  std::int64_t age_max_us = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto latest = archive.latest(groups[g].ids);
    const bool later =
        at && std::any_of(latest.begin(), latest.end(), [&](const auto& one) { return one.phenomenon_end > *at; });
    if (later) {
      for (const SeriesId id : groups[g].ids) asked.emplace(number(id), g);
      query.series.insert(query.series.end(), groups[g].ids.begin(), groups[g].ids.end());
      age_max_us = std::max(age_max_us, groups[g].age_max_us);
      continue;
    }
    for (auto& one : latest) {
      take(all[g], one.series, one.phenomenon_end, one.result_time, one.value, one.device_flag, one.batch,
           std::move(one.flags));
    }
  }
  if (!query.series.empty()) {
    query.from = {at->us - age_max_us};
    query.to = *at;
    auto read = archive.read(query);
    if (!read) return fail(read.error());
    for (std::size_t i = 0; i < read->rows.size(); ++i) {
      const SeriesId id = read->rows.series[i];
      take(all[asked.at(number(id))], id, read->rows.phenomenon_end[i], read->result_time[i], read->rows.value[i],
           read->rows.device_flag[i], read->batch[i], std::move(read->flags[i]));
    }
  }
  for (std::size_t g = 0; at && g < groups.size(); ++g) {
    if (all[g].time.us != INT64_MIN && at->us - all[g].time.us > groups[g].age_max_us) all[g] = {};
  }
  return all;
}

/// What people decided of the rows found.
Result<Settlements> decided_of(const Judges& judges, std::span<const Newest> found) {
  std::vector<SeriesId> ids;
  Instant first{INT64_MAX};
  Instant last{INT64_MIN};
  for (const auto& one : found) {
    if (one.columns.rows.empty()) continue;
    ids.insert(ids.end(), one.columns.rows.series.begin(), one.columns.rows.series.end());
    first = std::min(first, one.time);
    last = std::max(last, one.time);
  }
  if (ids.empty()) return Settlements{};
  return settlements(judges.archive, judges.ledger, ids, first, last);
}

const Settled* settled_at(const Settlements& decided, SeriesId id, Instant time) {
  const auto found = decided.find({id, time});
  return found == decided.end() ? nullptr : &found->second;
}

std::optional<standards::ScaleStep> step_of(const standards::Library& library, const ledger::Site& site,
                                            const std::string& property, const Averaging& averaging,
                                            const SiteValue& value, const std::string& edition) {
  const LegalDay day = legal_day_of_hour_ending(value.phenomenon_end);
  const double one[] = {value.value};
  std::int8_t rank = -1;
  if (rule_of(site) == "water-class") {
    const auto rules = library.water_rules(day, edition);
    const auto body = site.water_body == "lake" ? standards::WaterBody::lake : standards::WaterBody::river;
    const auto* item = rules ? (*rules)->find(property, body) : nullptr;
    if (item == nullptr) return {};
    standards::item_class(*item, one, standards::rounding_of(averaging), {&rank, 1});
    if (rank == standards::no_class) return {};
    return standards::scale_of(**rules, *item)[static_cast<std::size_t>(rank - 1)];
  }
  const auto rules = library.air_rules(day, edition);
  const auto* item = rules ? standards::item_of(**rules, property, averaging) : nullptr;
  if (item == nullptr) return {};
  standards::steps_of(**rules, *item, one, {&rank, 1});
  if (rank < 0) return {};
  return standards::scale_of(**rules, *item)[static_cast<std::size_t>(rank)];
}

}  // namespace

Result<std::vector<std::optional<SiteJudgement>>> judge_many(const Judges& judges, std::span<const ledger::Site> sites,
                                                             std::optional<Instant> at, const JudgeOptions& options) {
  std::vector<SeriesGroup> groups(sites.size());
  std::vector<std::string> rules(sites.size());
  std::unordered_map<std::int32_t, std::string> property_of;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    rules[s] = options.rule.empty() ? rule_of(sites[s]) : options.rule;
    if (rules[s].empty()) continue;
    groups[s].age_max_us = age_max_us(sites[s]);
    for (auto& one : judged_series(judges.ledger, sites[s], averaging_of(rules[s]))) {
      groups[s].ids.push_back(one.id);
      property_of.emplace(number(one.id), std::move(one.property));
    }
    std::ranges::sort(groups[s].ids, {}, [](SeriesId id) { return number(id); });  // as the archive gives them
  }
  const auto found = newest_of(judges.archive, groups, at);
  if (!found) return fail(found.error());
  const auto decided = decided_of(judges, *found);
  if (!decided) return fail(decided.error());
  InputMembers members(judges.archive);
  std::map<std::string, std::string> edition_of;  // by rule
  std::vector<std::optional<SiteJudgement>> all(sites.size());
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const auto& [time, columns] = (*found)[s];
    if (columns.rows.empty()) continue;
    standards::JudgeRequest request;
    request.rule = rules[s];
    const auto [edition, is_new] = edition_of.try_emplace(rules[s]);
    if (is_new) edition->second = edition_for(judges.library, rules[s], options.edition);
    request.edition = edition->second;
    request.date = time;
    request.body = sites[s].water_body == "lake" ? standards::WaterBody::lake : standards::WaterBody::river;
    request.want_why = false;
    bool voided = false;
    for (std::size_t i = 0; i < columns.rows.size(); ++i) {
      const SeriesId id = columns.rows.series[i];
      const Settled* const settled = settled_at(*decided, id, time);
      auto& input = request.inputs.emplace_back(judge_input(columns, i, property_of.at(number(id)), settled));
      const bool is_voided = !input.voided_en.empty();
      if (options.members) input.members = members.of(columns, i, is_voided, settled);
      voided = voided || is_voided;
    }
    auto judgement = standards::judge(judges.library, request);
    if (!judgement) return fail(judgement.error());
    all[s] = SiteJudgement{sites[s].id, sites[s].kind, averaging_of(rules[s]), std::move(*judgement), voided};
  }
  return all;
}

Result<std::vector<std::optional<SiteValue>>> values_many(const Judges& judges, std::span<const ledger::Site> sites,
                                                          const std::string& property, const Averaging& averaging,
                                                          std::optional<Instant> at, const std::string& edition) {
  std::vector<SeriesGroup> groups(sites.size());
  for (std::size_t s = 0; s < sites.size(); ++s) {
    groups[s].age_max_us = std::max(age_max_us(sites[s]), averaging.length_us);
    for (const Stage stage : {Stage::raw, Stage::derived}) {
      const auto id = judges.ledger.find_series({sites[s].id, property, averaging, Statistic::mean, stage});
      if (!id) continue;
      groups[s].ids = {*id};
      break;
    }
  }
  const auto found = newest_of(judges.archive, groups, at);
  if (!found) return fail(found.error());
  const auto decided = decided_of(judges, *found);
  if (!decided) return fail(decided.error());
  std::vector<std::optional<SiteValue>> all(sites.size());
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const auto& [time, columns] = (*found)[s];
    if (columns.rows.empty()) continue;
    const auto input = judge_input(columns, 0, property, settled_at(*decided, columns.rows.series[0], time));
    all[s] = SiteValue{time, input.value, !input.voided_en.empty(), {}};
    if (!all[s]->voided) all[s]->step = step_of(judges.library, sites[s], property, averaging, *all[s], edition);
  }
  return all;
}

}  // namespace celadon::watch
