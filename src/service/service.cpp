#include "service/service.hpp"

#include "intake/hj212_gateway.hpp"
#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/plan_desk.hpp"
#include "service/tile_desk.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <map>
#include <mutex>
#include <set>

namespace celadon::service {
namespace {

constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "connect-src 'self'";
constexpr const char* policy_with_tianditu =
    "default-src 'self'; img-src 'self' data: blob: https://*.tianditu.gov.cn; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self' https://*.tianditu.gov.cn";
constexpr std::size_t page_bytes_max = 32U << 20U;  ///< of the page's files kept in memory: several times all of them

std::string observations_json(const Parts& parts, const watch::Published& published) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  const auto& rows = published.rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto series = parts.ledger.series(rows.series[i]);
    if (!series) continue;
    std::vector<QualityFlag> flags;
    for (const auto& flag : published.flags) {
      if (flag.series == rows.series[i] && flag.phenomenon_end == rows.phenomenon_end[i]) flags.push_back(flag);
    }
    json.begin_object().member("site", series->key.site).member("property", series->key.property);
    json.member("averaging", to_iso(series->key.averaging)).member("statistic", to_text(series->key.statistic));
    json.member("phenomenon_end", rows.phenomenon_end[i])
        .member("value", rows.value[i])
        .member("unit", unit_of(parts, series->key.property));
    json.member("device_flag", flag_text(rows.device_flag[i])).key("quality");
    put_quality(json, flags);
    json.member("result_time", published.result_time).member("source", published.source.name).end_object();
  }
  json.end_array().end_object();
  return out;
}

/// Who is inside may be another after it.
bool changes_people(std::string_view path) {
  for (const std::string_view begin : {"/api/v1/session", "/api/v1/people", "/api/v1/tokens"}) {
    if (path.starts_with(begin)) return true;
  }
  return false;
}

}  // namespace

class Service::Impl {
 public:
  Impl(boost::asio::io_context& io, boost::asio::thread_pool& workers, Parts parts)
      : parts_(std::move(parts)),
        gate_(parts_.people, parts_.rights, parts_.audit),
        jobs_(parts_),
        record_imports_(parts_),
        review_imports_(parts_),
        plan_(std::make_shared<PlanDesk>(PlanParts{parts_.archive, parts_.ledger, parts_.library, parts_.registers,
                                                   *parts_.calendar, "city." + parts_.city.id, parts_.pack_folder,
                                                   parts_.clock})),
        server_(
            io, workers, hub_,
            {[this](Request request) { return answer(std::move(request)); },
             [this](std::string_view method, std::string_view path) { return router_.body_bytes_max(method, path); },
             "/api/v1/stream", [this](const Request& request) { return gate_.is_inside(request); },
             content_security_policy}) {
    parts_.plan = plan_.get();
    add_city_routes(router_, parts_);
    add_observation_routes(router_, parts_);
    add_analysis_routes(router_, parts_);
    add_judgement_routes(router_, parts_);
    add_standard_routes(router_, parts_);
    add_case_routes(router_, parts_);
    add_duty_routes(router_, parts_);
    add_review_routes(router_, parts_);
    add_review_import_routes(router_, review_imports_);
    add_errata_routes(router_, parts_);
    add_report_routes(router_, parts_);
    add_device_routes(router_, parts_);
    add_device_request_routes(router_, parts_);
    add_frame_routes(router_, parts_);
    add_upstream_routes(router_, parts_);
    add_hj212_routes(router_, parts_);
    add_import_routes(router_, jobs_);
    const auto tiles = std::make_shared<TileDesk>(parts_);
    add_record_tile_routes(router_, parts_, tiles);  // before those of any layer: cases have a name of their own
    add_tile_routes(router_, parts_, tiles);
    add_raster_routes(router_, parts_, tiles);
    add_layer_routes(router_, parts_, tiles);
    add_moment_routes(router_, parts_);
    add_people_routes(router_, parts_);
    add_oidc_routes(router_, parts_);
    add_registers();
    add_plan_routes(router_, parts_, plan_);
    router_.add({"GET",
                 "/api/v1/stream",
                 "Server-sent events: observations, judgement, case, record, erratum, replay",
                 {},
                 [](const Request&) -> Result<Response> {
                   return fail(Errc::malformed, "the live stream is asked for with GET over HTTP/1.1");
                 }});
    router_.add({"GET", "/healthz", "Whether the archive stores and the ledger is sound", {}, [this](const Request&) {
                   return health();
                 }});
    router_.add({"GET", "/metrics", "Counters as Prometheus text", {}, [this](const Request&) -> Result<Response> {
                   return metrics();
                 }});
    router_.add({"GET", "/api", "This description", {}, [this](const Request&) -> Result<Response> {
                   return json_response(openapi(router_, CELADON_VERSION));
                 }});
    router_.guard_by([this](const Route& route, Request& request) { return gate_.check(route, request); });
    parts_.desk.on_news([this](const char* what, const std::string& json) {
      if (hub_.listeners() > 0) hub_.send(what, json, EventHub::For::inside);
    });
    parts_.derivation.on_erratum([this](const watch::Erratum& erratum) {
      if (hub_.listeners() > 0) hub_.send("erratum", "{\"id\":" + std::to_string(erratum.id) + "}");
    });
    subscription_ = parts_.stream.subscribe([this](const watch::Published& published) { tell(published); });
  }

  ~Impl() {
    parts_.desk.on_news({});
    parts_.derivation.on_erratum({});
    {
      const std::lock_guard lock(voice_->mutex);
      voice_->hub = nullptr;
    }
    hub_.close();
  }

  Response answer(Request request) {
    if (router_.owns(request.path)) {
      const bool is_of_people = request.method != "GET" && changes_people(request.path);
      Response response = router_.answer(std::move(request));
      if (is_of_people) hub_.review();  // a stream does not outlive the session that opened it
      return response;
    }
    if (request.method != "GET" && request.method != "HEAD") {
      Response response = problem(405, "method-not-allowed", "this address takes GET");
      response.headers.emplace_back("Allow", "GET, HEAD");
      return response;
    }
    Response response = static_file(parts_.web_root, request, page_files_);
    // Nobody but this server is asked, unless the city has a key to Tianditu's tiles.
    if (response.content_type.starts_with("text/html") && asks_tianditu(parts_.ledger))
      response.headers.emplace_back("Content-Security-Policy", policy_with_tianditu);
    return response;
  }

  Parts parts_;
  Gate gate_;
  BodyCache page_files_{page_bytes_max};
  EventHub hub_;
  ImportJobs jobs_;
  RecordImports record_imports_;
  ReviewImports review_imports_;
  std::shared_ptr<PlanDesk> plan_;
  Router router_;
  HttpServer server_;

 private:
  /// The registers outlive this interface, and go on telling.
  struct Voice {
    std::mutex mutex;
    EventHub* hub = nullptr;
  };

  void add_registers() {
    add_register_routes(router_, parts_);
    add_plan_system_routes(router_, parts_);
    add_record_change_routes(router_, parts_);
    add_record_file_routes(router_, parts_, record_imports_);
    add_attachment_routes(router_, parts_);
    add_pack_routes(router_, parts_);
    add_near_routes(router_, parts_);
    add_public_routes(router_, parts_);
    add_open_data_routes(router_, parts_);
    voice_->hub = &hub_;
    parts_.registers.on_change([voice = voice_](const registry::Matter& matter) {
      const std::lock_guard lock(voice->mutex);
      if (voice->hub == nullptr || voice->hub->listeners() == 0) return;
      std::string out;
      JsonWriter json(out);
      json.begin_object().member("register", matter.register_id).member("id", matter.id);
      json.member("revision", matter.revision).end_object();
      voice->hub->send("record", out, EventHub::For::inside);
    });
  }

  /// On the watch thread: what changed, and what that makes of the sites it changed.
  void tell(const watch::Published& published) {
    if (hub_.listeners() > 0) {
      if (!published.rows.empty() && published.rows.size() <= 2000) {
        hub_.send("observations", observations_json(parts_, published));
        tell_judgements(published);
      }
      for (const auto& one : published.cases) {
        std::string out;
        JsonWriter json(out);
        put_case(json, one);
        hub_.send("case", out, EventHub::For::inside);
      }
      tell_replay();
    }
  }

  void tell_judgements(const watch::Published& published) {
    std::map<std::string, Instant> newest;
    for (std::size_t i = 0; i < published.rows.size(); ++i) {
      if (const auto series = parts_.ledger.series(published.rows.series[i])) {
        Instant& time = newest.try_emplace(series->key.site, published.rows.phenomenon_end[i]).first->second;
        time = std::max(time, published.rows.phenomenon_end[i]);
      }
    }
    const watch::Judges judges{parts_.archive, parts_.ledger, parts_.library};
    for (const auto& [id, time] : newest) {
      const auto site = find_site(parts_, id);
      if (!site || watch::rule_of(*site).empty()) continue;
      const auto judged = watch::judge_period(judges, *site, time, time, {});
      if (!judged || judged->empty()) continue;
      std::string out;
      watch::append_json(out, judged->back(), false);
      hub_.send("judgement", out);
    }
  }

  void tell_replay() {
    const ReplayState now = parts_.replay();
    if (now == replay_told_) return;
    replay_told_ = now;
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("active", now.active).key("data_day");
    if (now.data_day)
      json.put(to_string(*now.data_day));
    else
      json.null();
    json.end_object();
    hub_.send("replay", out);
  }

  Result<Response> health() const {
    const auto broken = parts_.archive.healthy();
    const auto known = parts_.ledger.soundness();
    const bool damaged = known.state == ledger::Soundness::State::damaged;
    const bool failing = broken || damaged;
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("status", failing ? "failing" : "ok");
    if (failing) json.member("detail", broken ? broken->detail : known.detail);
    json.member("ledger", damaged                                                ? "damaged"
                          : known.state == ledger::Soundness::State::checking ? "checking"
                                                                              : "sound");
    json.member("observations", parts_.archive.row_count())
        .member("queued_rows", parts_.archive.queued_rows())
        .end_object();
    return json_response(std::move(out), failing ? 503 : 200);
  }

  Response metrics() const {
    std::string out;
    const auto put = [&out](const char* name, const char* kind, const char* help, std::uint64_t value) {
      out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + kind + "\n" + name + " " +
             std::to_string(value) + "\n";
    };
    const auto stream = parts_.stream.counters();
    const auto& http = server_.counters();
    put("celadon_archive_rows", "gauge", "Versions of observations stored",
        static_cast<std::uint64_t>(parts_.archive.row_count()));
    put("celadon_archive_queued_rows", "gauge", "Rows waiting for the disk", parts_.archive.queued_rows());
    const auto kept = parts_.archive.kept(intake::source_name::refused);
    put("celadon_archive_refused_bytes", "gauge", "Bytes kept of refused messages", kept.bytes);
    put("celadon_archive_refused_dropped_total", "counter", "Refused messages that their limit kept out", kept.dropped);
    const auto known = parts_.ledger.soundness().state;
    put("celadon_ledger_damaged", "gauge", "1 where the ledger's file was found damaged",
        known == ledger::Soundness::State::damaged ? 1 : 0);
    put("celadon_ledger_checked", "gauge", "1 once the ledger's file was looked through",
        known == ledger::Soundness::State::checking ? 0 : 1);
    put("celadon_stream_rows_total", "counter", "Observations submitted", stream.rows);
    put("celadon_stream_flags_total", "counter", "Quality flags given", stream.flags);
    const auto derived = parts_.derivation.counters();
    put("celadon_derived_station_days_total", "counter", "Days of stations made of their hours", derived.station_days);
    put("celadon_derived_stored_total", "counter", "Derived values that came out new or otherwise", derived.stored);
    put("celadon_errata_total", "counter", "Errata entered", derived.errata);
    put("celadon_events_total", "counter", "Events seen by watch", stream.events);
    put("celadon_http_requests_total", "counter", "HTTP requests", http.requests);
    put("celadon_http_errors_4xx_total", "counter", "HTTP answers 4xx", http.errors_4xx);
    put("celadon_http_errors_5xx_total", "counter", "HTTP answers 5xx", http.errors_5xx);
    put("celadon_http_connections", "gauge", "Open HTTP connections", http.connections);
    put("celadon_live_listeners", "gauge", "Listeners of the live stream", hub_.listeners());
    out += parts_.gateway_metrics();
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.cache_control = "no-store";
    response.body = std::move(out);
    return response;
  }

  std::shared_ptr<Voice> voice_ = std::make_shared<Voice>();
  ReplayState replay_told_;
  watch::Subscription subscription_;
};

Service::Service(boost::asio::io_context& io, boost::asio::thread_pool& workers, Parts parts)
    : impl_(std::make_unique<Impl>(io, workers, std::move(parts))) {}
Service::~Service() = default;
Result<void> Service::start(const std::string& address, std::uint16_t port) {
  auto started = impl_->server_.start(address, port);
  if (started) impl_->plan_->begin_nights(impl_->parts_.trouble);
  return started;
}
std::uint16_t Service::port() const { return impl_->server_.port(); }
void Service::stop() {
  impl_->hub_.close();
  impl_->server_.stop();
}
const Router& Service::router() const { return impl_->router_; }
Response Service::answer(Request request) const { return impl_->answer(std::move(request)); }

}  // namespace celadon::service
