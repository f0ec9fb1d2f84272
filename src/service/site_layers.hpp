#pragma once

#include "service/service.hpp"
#include "service/shape_index.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace celadon::service {

/// What of the sites is asked for.
struct SitesAsk {
  bool with_values = false;   ///< else the sites alone
  std::optional<Instant> at;  ///< nothing: the latest
  std::string property;       ///< empty: each site by the rule of its kind
  std::string edition;        ///< empty: by the date of the data
};

/// The sites as one layer of points.
struct SitesLayer {
  ShapeIndex shapes;
  std::uint64_t version = 0;  ///< equal layers have equal tiles
};

/// Layers of sites made lately, each good until something changes that it rests on: the sites, or values and decisions
/// of the days it looks at. Any thread.
class SiteLayers {
 public:
  explicit SiteLayers(const Parts& parts) : parts_(parts) {}
  /// Points with id, kind, name_zh, name_en, code; with values also phenomenon_end, voided and, where there is a verdict,
  /// judged (index, name of the class, or value), level, colour. Of a property only sites that have it. Cities are left
  /// out.
  /// Errors   unknown_code with field property or edition; not_found; those of the archive and ledger.
  [[nodiscard]] Result<std::shared_ptr<const SitesLayer>> get(const SitesAsk& ask);

 private:
  struct Kept {
    std::string key;
    std::shared_ptr<const SitesLayer> layer;
    std::uint64_t site_changes = 0;
    Instant known;  ///< what the archive had learnt
  };
  [[nodiscard]] Result<bool> still_holds(Kept& kept, const SitesAsk& ask) const;
  [[nodiscard]] Result<std::vector<TileFeature>> features_of(const SitesAsk& ask) const;

  const Parts& parts_;
  std::mutex mutex_;
  std::list<Kept> kept_;  ///< the last used first
  std::uint64_t versions_ = 0;
};

}  // namespace celadon::service
