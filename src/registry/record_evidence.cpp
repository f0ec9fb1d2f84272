#include "registry/record_body.hpp"
#include "registry/record_desk_impl.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace celadon::registry {

using systems::Evidence;
using systems::Finding;

namespace {

Finding about(const Evidence& wanted, const std::string& check, const std::string& zh, const std::string& en) {
  return finding(wanted.id, check, wanted.name.zh + "：" + zh, wanted.name.en + ": " + en);
}

std::optional<Instant> not_before(const Evidence& wanted, const Matter& matter) {
  switch (wanted.taken) {
    case Evidence::Taken::since_opened: return matter.opened;
    case Evidence::Taken::since_state: return matter.since_state;
    case Evidence::Taken::any_time: break;
  }
  return std::nullopt;
}

/// Too far from the record's place, or a place that nobody knows.
void check_near(const systems::Register& type, const Evidence& wanted, const Matter& matter,
                const std::optional<LonLat>& where, std::vector<Finding>& findings) {
  if (wanted.near_m <= 0) return;
  const auto* place = place_of(type, matter.values);
  if (!place) {
    findings.push_back(about(wanted, "evidence-place", "此记录没有位置，无法核对；请先填写位置",
                             "the record has no place to compare with; fill in its place first"));
  } else if (!where) {
    findings.push_back(about(wanted, "evidence-place", "没有拍摄位置；请打开定位后重拍",
                             "it does not say where it was taken; take it again with the position switched on"));
  } else if (const double far_m = distance_to_m(*place, *where); far_m > wanted.near_m) {
    const auto metres = std::to_string(std::llround(far_m)), most = std::to_string(std::llround(wanted.near_m));
    findings.push_back(about(wanted, "evidence-place", "距现场 " + metres + " 米，须在 " + most + " 米以内",
                             "taken " + metres + " m away, must be within " + most + " m"));
  }
}

}  // namespace

Result<std::string> RecordDesk::Impl::user_of_evidence(const std::string& hash, const Matter& matter) const {
  for (const auto& system : catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (!type.lifecycle) continue;
      ledger::RecordQuery query;
      query.kind = type.id;
      query.where.push_back({std::string(face_evidence), ledger::Condition::Test::equal, {hash}});
      query.with_gone = true;
      query.limit = 2;
      const auto page = parts_.records.find(query);
      if (!page) return fail(page.error());
      for (const auto& row : page->items) {
        if (type.id != matter.register_id || row.revision.id != matter.id) return type.id + "/" + row.revision.id;
      }
    }
  }
  return std::string{};
}

Result<void> RecordDesk::Impl::check_file(const systems::Register& type, const Evidence& wanted, const Matter& matter,
                                          Instant now, const Given& given, std::vector<Finding>& findings) const {
  const auto file = parts_.attachments.find(given.file);
  if (!file && file.error().code != Errc::not_found) return fail(file.error());
  if (!file) {
    findings.push_back(
        about(wanted, "evidence-missing", "没有此附件，请先上传", "there is no such attachment; upload it first"));
    return {};
  }
  if (wanted.kind == Evidence::Kind::photo && !file->media_type.starts_with("image/"))
    findings.push_back(about(wanted, "evidence-kind", "须为照片，所交为 " + file->media_type,
                             "must be a photo, this is " + file->media_type));
  if (const auto first = not_before(wanted, matter)) {
    if (!file->taken_at) {
      findings.push_back(about(wanted, "evidence-time", "没有拍摄时间", "it does not say when it was taken"));
    } else if (*file->taken_at < *first) {
      findings.push_back(
          about(wanted, "evidence-time",
                "摄于 " + to_beijing_minute(*file->taken_at) + "，须在 " + to_beijing_minute(*first) + " 之后",
                "taken at " + to_beijing_minute(*file->taken_at) + ", must not be before " + to_beijing_minute(*first) +
                    " Beijing time"));
    } else if (file->taken_at->us > now.us + 5 * us_per_minute) {  // clocks of phones go a little ahead
      findings.push_back(about(wanted, "evidence-time", "拍摄时间在将来", "it claims to be taken in the future"));
    }
  }
  check_near(type, wanted, matter, file->taken_where, findings);
  const auto user = user_of_evidence(given.file, matter);
  if (!user) return fail(user.error());
  if (!user->empty())
    findings.push_back(about(wanted, "evidence-reused", "此文件已是另一案件的证据",
                             "this file is evidence of another matter already"));
  return {};
}

Result<void> RecordDesk::Impl::check_measurement(const systems::Register& type, const Evidence& wanted,
                                                 const Matter& matter, Instant now, Given& given,
                                                 std::vector<Finding>& findings) const {
  const auto site = parts_.ledger.site(given.site);
  if (!site && site.error().code != Errc::not_found) return fail(site.error());
  if (!site) {
    findings.push_back(
        about(wanted, "evidence-missing", "没有监测点位 " + given.site, "there is no measuring site " + given.site));
    return {};
  }
  if (given.from >= given.to || given.to > now)
    findings.push_back(about(wanted, "evidence-time", "时段须先后有序且已经过去",
                             "the period must end after it begins and lie in the past"));
  if (const auto first = not_before(wanted, matter); first && given.from < *first)
    findings.push_back(about(wanted, "evidence-time", "时段须始于 " + to_beijing_minute(*first) + " 之后",
                             "the period must not begin before " + to_beijing_minute(*first) + " Beijing time"));
  check_near(type, wanted, matter, site->position, findings);
  const auto values = counting_values(parts_.archive, parts_.ledger, given.site, given.property, given.from, given.to);
  if (!values) return fail(values.error());
  given.count = static_cast<std::int64_t>(values->size());
  if (values->empty()) {
    findings.push_back(about(wanted, "evidence-missing", "该时段没有有效的监测数据",
                             "no value that counts was measured in the period"));
    return {};
  }
  given.mean = std::accumulate(values->begin(), values->end(), 0.0) / static_cast<double>(values->size());
  given.highest = *std::max_element(values->begin(), values->end());
  return {};
}

Result<void> RecordDesk::Impl::check_evidence(const systems::Register& type, const systems::Step& step,
                                              const Matter& matter, Instant now, std::vector<Given>& given,
                                              std::vector<Finding>& findings) const {
  for (const auto& one : given) {
    if (std::none_of(step.evidence.begin(), step.evidence.end(),
                     [&](const Evidence& wanted) { return wanted.id == one.id; }))
      findings.push_back(
          finding(one.id, "evidence-unknown", "此步骤不需要证据 " + one.id, "the step asks for no evidence " + one.id));
  }
  for (const auto& wanted : step.evidence) {
    std::set<std::string> different;
    for (auto& one : given) {
      if (one.id != wanted.id) continue;
      one.count = 0;
      one.mean = one.highest = 0;
      const bool is_measurement = wanted.kind == Evidence::Kind::measurement;
      if (is_measurement) {
        different.insert(one.site + " " + one.property + " " + to_iso_utc(one.from) + " " + to_iso_utc(one.to));
        one.file.clear();
      } else if (one.file.empty()) {
        continue;
      } else {
        different.insert(one.file);
        one.site.clear();
        one.property.clear();
      }
      auto checked = is_measurement ? check_measurement(type, wanted, matter, now, one, findings)
                                    : check_file(type, wanted, matter, now, one, findings);
      if (!checked) return checked;
    }
    if (different.size() < static_cast<std::size_t>(wanted.count))
      findings.push_back(
          about(wanted, "evidence-missing",
                "须有 " + std::to_string(wanted.count) + " 份，现有 " + std::to_string(different.size()) + " 份",
                std::to_string(wanted.count) + " needed, " + std::to_string(different.size()) + " given"));
  }
  return {};
}

}  // namespace celadon::registry
