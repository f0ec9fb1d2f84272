#include "service/point_layers.hpp"

#include <chrono>

namespace celadon::service {
namespace {

constexpr std::int64_t quick_us = 5'000;
constexpr std::int64_t pause_times = 10;
constexpr std::size_t changed_max = 20'000;  ///< more are read with all the others
constexpr const char* all_cases = "cases ";  ///< no register is called so

/// The name under which the changes of a register wait for an entry.
std::string waiting(const std::string& entry, const std::string& register_id) { return entry + "/" + register_id; }

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

PointLayers::PointLayers(const Parts& parts) : parts_(parts) {
  parts.registers.on_change([told = told_](const registry::Matter& matter) {
    ++told->changes;
    const std::lock_guard lock(told->mutex);
    for (const auto& name : {waiting(matter.register_id, matter.register_id), waiting(all_cases, matter.register_id)}) {
      const auto found = told->changed.find(name);
      if (found != told->changed.end()) found->second.insert(matter.id);
    }
  });
}

std::shared_ptr<PointLayers::Entry> PointLayers::entry(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& one = entries_[name];
  if (!one) one = std::make_shared<Entry>();
  return one;
}

PointLayers::Changed PointLayers::take_changed(const std::string& name,
                                               const std::vector<const systems::Register*>& types) {
  Changed all;
  const std::lock_guard lock(told_->mutex);
  for (const auto* type : types) {
    auto& ids = told_->changed[waiting(name, type->id)];  // from here on its changes are noted
    if (!ids.empty()) all[type->id] = std::move(ids);
    ids.clear();
  }
  return all;
}

Result<std::vector<ledger::PlacedRecord>> PointLayers::read(const systems::Register& type, bool is_case,
                                                            const std::vector<std::string>* ids) const {
  const std::string colour_by = is_case ? std::string() : type.map.colour_by;
  auto records = ids == nullptr ? ledger::placed_records(parts_.ledger, type.id, colour_by)
                                : ledger::placed_records(parts_.ledger, type.id, colour_by, *ids);
  if (!records || !is_case) return records;
  for (auto& record : *records) {
    record.id.insert(0, type.id + case_separator);
    record.state.insert(0, type.id + case_separator);
  }
  return records;
}

Result<std::shared_ptr<const PointLayer>> PointLayers::current(const std::string& name,
                                                               const std::vector<const systems::Register*>& types,
                                                               bool are_cases) {
  const auto kept = entry(name);
  const std::lock_guard making(kept->making);
  const std::int64_t begin_us = steady_us();
  const bool rests = kept->patch_us > quick_us && begin_us - kept->patched_us < pause_times * kept->patch_us;
  const bool is_of_now = kept->layer != nullptr && kept->read_by == &parts_.registers.catalogue();
  if (is_of_now && rests) return kept->layer;
  const auto changed = take_changed(name, types);
  if (is_of_now && changed.empty()) return kept->layer;
  std::size_t count = 0;
  for (const auto& [of, ids] : changed) count += ids.size();
  auto next = std::make_shared<PointLayer>();
  if (is_of_now && count <= changed_max) {
    std::vector<std::string> gone;
    std::vector<ledger::PlacedRecord> come;
    for (const auto* type : types) {
      const auto of = changed.find(type->id);
      if (of == changed.end()) continue;
      const std::vector<std::string> ids(of->second.begin(), of->second.end());
      auto records = read(*type, are_cases, &ids);
      if (!records) return fail(records.error());
      for (const auto& id : ids) gone.push_back(are_cases ? type->id + case_separator + id : id);
      std::move(records->begin(), records->end(), std::back_inserter(come));
    }
    next->points = kept->layer->points.with(gone, come);
  } else {
    std::vector<ledger::PlacedRecord> all;
    for (const auto* type : types) {
      auto records = read(*type, are_cases, nullptr);
      if (!records) return fail(records.error());
      std::move(records->begin(), records->end(), std::back_inserter(all));
    }
    next->points = PointIndex(all);
  }
  next->version = ++versions_;
  kept->layer = std::move(next);
  kept->read_by = &parts_.registers.catalogue();
  kept->patched_us = steady_us();
  kept->patch_us = is_of_now ? kept->patched_us - begin_us : 0;  // the first reading tells nothing of a patch
  return kept->layer;
}

Result<std::shared_ptr<const PointLayer>> PointLayers::of(const systems::Register& type) {
  return current(type.id, {&type}, false);
}

Result<std::shared_ptr<const PointLayer>> PointLayers::cases() {
  std::vector<const systems::Register*> types;
  for (const auto& system : parts_.registers.catalogue().systems()) {
    for (const auto& type : system.registers) {
      if (type.kind == systems::RegisterKind::matter && !type.map.geometry.empty() && type.lifecycle)
        types.push_back(&type);
    }
  }
  return current(all_cases, types, true);
}

}  // namespace celadon::service
