#pragma once

#include "archive/archive.hpp"
#include "intake/city_pack.hpp"
#include "intake/device_status.hpp"
#include "intake/hj212_conformity.hpp"
#include "intake/hj212_tables.hpp"
#include "intake/import_feeds.hpp"
#include "intake/site_index.hpp"
#include "ledger/attachments.hpp"
#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"
#include "models/method_book.hpp"
#include "people/people.hpp"
#include "registry/pack_shelf.hpp"
#include "registry/record_desk.hpp"
#include "service/event_hub.hpp"
#include "service/http.hpp"
#include "service/http_server.hpp"
#include "service/public_face.hpp"
#include "service/map_pack.hpp"
#include "service/raster_shelf.hpp"
#include "standards/library.hpp"
#include "systems/calendar.hpp"
#include "watch/derivation_desk.hpp"
#include "watch/device_desk.hpp"
#include "watch/duty.hpp"
#include "watch/forward_desk.hpp"
#include "watch/judging.hpp"
#include "watch/review_desk.hpp"
#include "watch/stream.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace celadon::service {

struct ReplayState {
  bool active = false;
  std::optional<LegalDay> data_day;
  bool operator==(const ReplayState&) const = default;
};

class PlanDesk;

/// What the interface needs of the rest; all of it must outlive the Service.
struct Parts {
  archive::Archive& archive;
  ledger::Ledger& ledger;
  watch::Stream& stream;
  const standards::Library& library;
  const intake::CityPack& city;
  const intake::SiteIndex& sites;
  const std::vector<intake::FeedColumn>& feeds;
  watch::DeviceDesk& desk;
  watch::ForwardDesk& forwarding;
  watch::DerivationDesk& derivation;
  watch::ReviewDesk& review;
  people::People& people;
  const people::RouteRights& rights;
  ledger::Audit& audit;
  registry::RecordDesk& registers;
  ledger::Attachments& attachments;
  registry::PackShelf& packs;
  const intake::Hj212Tables& hj212;
  const PublicFace& open;  ///< what the city says to everybody
  const MapPack& map;
  RasterShelf& rasters;
  std::function<std::vector<intake::DeviceStatus>()> devices;
  std::function<std::optional<intake::DeviceStatus>(std::string_view mn)> device;
  std::function<intake::Conformity::Report(std::string_view mn)> conformity;
  std::function<ReplayState()> replay;
  std::function<std::string()> gateway_metrics;
  std::filesystem::path web_root;               ///< the built page
  std::filesystem::path data;                   ///< temporary files of imports and exports, error sheets
  std::function<std::string()> public_address;  ///< under which people reach the page, for QR codes; no '/' at its end
  std::function<Instant()> clock = now;
  watch::DutyRules duty = {};
  std::filesystem::path report_packs = {};  ///< templates of reports (docs/reports.md), read when one is asked for
  const models::MethodBook* methods = nullptr;  ///< of figures; needed
  std::filesystem::path pack_folder = {};           ///< packs/plans in it is the plan
  const systems::WorkCalendar* calendar = nullptr;  ///< needed
  PlanDesk* plan = nullptr;  ///< the service's own, which sets it
  std::function<void(const Error&)> trouble = [](const Error&) {};  ///< what goes wrong where nobody asked
};

/// The HTTP interface: API, live stream, tiles, the page (docs/api.md).
class Service {
 public:
  Service(boost::asio::io_context& io, boost::asio::thread_pool& workers, Parts parts);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] Result<void> start(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const;
  void stop();
  /// For tests: all routes.
  [[nodiscard]] const Router& router() const;
  /// For tests: the answer to a request, without a socket.
  [[nodiscard]] Response answer(Request request) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::service
