#pragma once

#include "core/json_writer.hpp"
#include "service/import_jobs.hpp"
#include "service/kept_body.hpp"
#include "service/record_imports.hpp"
#include "service/review_imports.hpp"
#include "service/service.hpp"

namespace celadon::service {

struct TileDesk;
class PlanDesk;

// Routes by topic; each adds its own. `parts` must outlive the router.

void add_city_routes(Router& router, const Parts& parts);
void add_observation_routes(Router& router, const Parts& parts);
void add_analysis_routes(Router& router, const Parts& parts);
void add_judgement_routes(Router& router, const Parts& parts);
void add_standard_routes(Router& router, const Parts& parts);
void add_case_routes(Router& router, const Parts& parts);
void add_duty_routes(Router& router, const Parts& parts);
void add_alarm_routes(Router& router, const Parts& parts);
void add_review_routes(Router& router, const Parts& parts);
void add_review_import_routes(Router& router, ReviewImports& jobs);
void add_errata_routes(Router& router, const Parts& parts);
void add_report_routes(Router& router, const Parts& parts);
void add_device_routes(Router& router, const Parts& parts);
void add_device_request_routes(Router& router, const Parts& parts);
void add_hj212_routes(Router& router, const Parts& parts);
void add_frame_routes(Router& router, const Parts& parts);
void add_upstream_routes(Router& router, const Parts& parts);
void add_import_routes(Router& router, ImportJobs& jobs);
void add_tile_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk);
void add_layer_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk);
void add_raster_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk);
void add_moment_routes(Router& router, const Parts& parts);
void add_people_routes(Router& router, const Parts& parts);
void add_oidc_routes(Router& router, const Parts& parts);
void add_register_routes(Router& router, const Parts& parts);
void add_record_change_routes(Router& router, const Parts& parts);
void add_record_file_routes(Router& router, const Parts& parts, RecordImports& jobs);
void add_record_tile_routes(Router& router, const Parts& parts, const std::shared_ptr<TileDesk>& desk);
void add_attachment_routes(Router& router, const Parts& parts);
void add_pack_routes(Router& router, const Parts& parts);
void add_plan_system_routes(Router& router, const Parts& parts);
void add_near_routes(Router& router, const Parts& parts);
void add_public_routes(Router& router, const Parts& parts);
void add_open_data_routes(Router& router, const Parts& parts);
void add_plan_routes(Router& router, const Parts& parts, const std::shared_ptr<PlanDesk>& desk);

/// Whether the city has a key to Tianditu, so that the page may ask it for tiles.
[[nodiscard]] bool asks_tianditu(const ledger::Ledger& ledger);

/// The files of the page; index.html for addresses of the page's own making. Assets, whose names change with their
/// content, are read and packed once and stay in `kept`.
[[nodiscard]] Response static_file(const std::filesystem::path& root, const Request& request, BodyCache& kept);

/// The cookie that hands a browser the secret of its session, or takes it back where it is empty.
[[nodiscard]] std::string session_cookie(const Request& request, const std::string& secret, std::int64_t seconds);

// Pieces of JSON that several answers share.

void put_quality(JsonWriter& json, const std::vector<QualityFlag>& flags);
void put_series(JsonWriter& json, const Parts& parts, const ledger::Series& series);
void put_case(JsonWriter& json, const ledger::Case& one);
void put_event(JsonWriter& json, const ledger::Event& event);
/// Bytes as text: what is no UTF-8 or does not print as \xNN.
[[nodiscard]] std::string printable(std::string_view bytes);
[[nodiscard]] std::string flag_text(DeviceFlag flag);
[[nodiscard]] std::string unit_of(const Parts& parts, const std::string& property);

/// Which of a property's series is asked for.
struct AskedSeries {
  std::optional<Averaging> averaging;  ///< none: any, or what is usual
  Statistic statistic = Statistic::mean;
  Stage stage = Stage::raw;
};
/// By `averaging`, `statistic` (mean when absent) and `stage` (raw when absent). Errors   malformed or unknown_code with the field.
[[nodiscard]] Result<AskedSeries> asked_series(const Request& request);

/// The site of that id. Errors   not_found with the field.
[[nodiscard]] Result<ledger::Site> find_site(const Parts& parts, const std::string& id);

}  // namespace celadon::service
