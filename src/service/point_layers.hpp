#pragma once

#include "service/point_index.hpp"
#include "service/service.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace celadon::service {

/// The points of one register, or of all open cases, as of some moment.
struct PointLayer {
  PointIndex points;
  std::uint64_t version = 0;  ///< equal layers have equal tiles
};

/// The points of registers in memory: read when first asked for, then kept true by what the registers tell. Any thread.
///
/// Speed    a change costs a look at the record and one pass over the points of its register. Where that pass takes
///          longer than 5 ms (from some 100,000 points on) the next waits ten times as long, so that a stream of changes
///          does not hold up the map; a tile is then behind by so much.
class PointLayers {
 public:
  explicit PointLayers(const Parts& parts);
  /// Every record in force with a place; coloured by the register's field. The type must be of the desk's catalogue.
  [[nodiscard]] Result<std::shared_ptr<const PointLayer>> of(const systems::Register& type);
  /// Cases of all registers that have a place, also closed ones: ids and states with their register before them.
  [[nodiscard]] Result<std::shared_ptr<const PointLayer>> cases();
  /// How many changes any register has told of.
  [[nodiscard]] std::uint64_t changes() const { return told_->changes; }

 private:
  struct Entry {
    std::mutex making;  ///< one makes, the others wait for it
    std::shared_ptr<const PointLayer> layer;
    const systems::Catalogue* read_by = nullptr;
    std::int64_t patched_us = 0, patch_us = 0;  ///< by a clock that only rises: when, and how long it took
  };
  /// What the registers tell; they outlive this.
  struct Told {
    std::mutex mutex;
    std::map<std::string, std::set<std::string>> changed;  ///< ids by register, of entries that are kept
    std::atomic<std::uint64_t> changes = 0;
  };
  using Changed = std::map<std::string, std::set<std::string>>;

  [[nodiscard]] std::shared_ptr<Entry> entry(const std::string& name);
  [[nodiscard]] Result<std::shared_ptr<const PointLayer>> current(
      const std::string& name, const std::vector<const systems::Register*>& types, bool are_cases);
  [[nodiscard]] Result<std::vector<ledger::PlacedRecord>> read(const systems::Register& type, bool is_case,
                                                               const std::vector<std::string>* ids) const;
  [[nodiscard]] Changed take_changed(const std::string& name, const std::vector<const systems::Register*>& types);

  const Parts& parts_;
  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::atomic<std::uint64_t> versions_ = 0;
};

}  // namespace celadon::service
