#include "cli/analyse.hpp"
#include "cli/city_data.hpp"
#include "cli/command.hpp"
#include "cli/hj212_pack.hpp"
#include "cli/keep_running.hpp"
#include "cli/raster.hpp"
#include "cli/registers.hpp"
#include "cli/replay_client.hpp"
#include "core/yaml_fields.hpp"
#include "intake/hj212_gateway.hpp"
#include "service/service.hpp"
#include "watch/data_requests.hpp"
#include "watch/device_desk.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

namespace celadon::cli {
namespace {

struct ServeOptions {
  std::string data = "data", city = "jingdezhen", address = "127.0.0.1", web, demo, lang = "zh";
  std::uint16_t port = 8080, gateway_port = 9212, gateway_tls_port = 9213;
  std::string front_socket, public_url;
  intake::TlsFiles tls;
  double replay_speed = 0;
  bool keep_running = false;
};

/// A replay counts as running for this long after its last message.
constexpr std::int64_t replay_pause_us = 60 * us_per_second;

/// The demo holds back the data from here on; the replay sends it.
constexpr const char* replay_from = "2020-04-03 00:00";
constexpr const char* replay_file = "air-station-hourly-2020/jingdezhen_hourly.csv";

/// Real observations into an empty archive. A file that is missing stops the start: the demo would not be what it says.
Result<void> load_demo(CityData& data, const std::filesystem::path& demo) {
  if (data.archive->row_count() > 0) return {};
  const auto until = parse_instant(replay_from);
  for (const auto& [file, held_back] : {std::pair<const char*, bool>{replay_file, true},
                                        {"water-auto-4h-2021/jingdezhen_4h.csv", false},
                                        {"air-city-daily/region_daily_2014_2017.csv", false}}) {
    ImportFile import;
    import.file = demo / file;
    if (held_back) import.until = *until;
    std::fprintf(stderr, "celadon: loading %s\n", file);
    const auto summary = import_into(data, import);
    if (!summary) return fail(summary.error());
    if (summary->ended_early) return fail(*summary->ended_early);
  }
  data.stream->drain();
  return {};
}

std::string metrics_of(const intake::Gateway& gateway) {
  const auto c = gateway.counters();
  std::string out;
  const auto put = [&out](const char* name, const char* kind, std::uint64_t value) {
    out += std::string("# TYPE ") + name + " " + kind + "\n" + name + " " + std::to_string(value) + "\n";
  };
  put("celadon_hj212_connections", "gauge", c.connections_open);
  put("celadon_hj212_connections_total", "counter", c.connections_total);
  put("celadon_hj212_connections_turned_away_total", "counter", c.connections_refused);
  put("celadon_hj212_fronts", "gauge", c.fronts_open);
  put("celadon_hj212_front_connections", "gauge", c.front_connections_open);
  put("celadon_hj212_bytes_total", "counter", c.bytes);
  put("celadon_hj212_garbage_bytes_total", "counter", c.garbage_bytes);
  put("celadon_hj212_messages_total", "counter", c.frames);
  put("celadon_hj212_held_total", "counter", c.held);
  put("celadon_hj212_answered_total", "counter", c.answered);
  put("celadon_hj212_observations_total", "counter", c.observations);
  put("celadon_hj212_items_not_taken_total", "counter", c.rejected_items);
  out += "# TYPE celadon_hj212_refused_total counter\n";
  for (const auto& [reason, count] : c.refused)
    out += "celadon_hj212_refused_total{reason=\"" + reason + "\"} " + std::to_string(count) + "\n";
  return out;
}

service::ReplayState replay_state(const intake::Gateway& gateway) {
  const auto last = gateway.last_replayed();
  if (!last || now().us - last->first.us > replay_pause_us) return {};
  return {true, last->second};
}

Result<people::RouteRights> read_route_rights(const std::filesystem::path& packs) {
  return parse_pack(packs / "people" / "rights.yaml", [](std::string_view text, const std::string& name) {
    return people::RouteRights::parse(text, name);
  });
}

/// Takes the place of the pid file of a server that is gone; the data folder itself is locked by the archive.
Result<void> write_pid(const std::filesystem::path& data) {
  std::ofstream file(data / "celadon.pid.new");
  file << getpid() << '\n';
  file.close();
  std::error_code error;
  std::filesystem::rename(data / "celadon.pid.new", data / "celadon.pid", error);
  if (!file || error)
    return fail(Errc::io_failed, "cannot write " + (data / "celadon.pid").string() + "; is the disk full?");
  return {};
}

void say_where(const ServeOptions& options, std::uint16_t port, std::uint16_t gateway_port) {
  const bool zh = options.lang != "en";
  std::printf("%s http://127.0.0.1:%u/%s\n", zh ? "青瓷 Celadon 已启动：" : "Celadon is at", port,
              zh ? "" : "?lang=en");
  std::printf(zh ? "HJ 212 网关：127.0.0.1:%u；按 Ctrl-C 停止\n" : "HJ 212 gateway: 127.0.0.1:%u; stop with Ctrl-C\n",
              gateway_port);
  std::fflush(stdout);
}

/// Under which people reach the page: what a QR code says.
std::string page_address(const ServeOptions& options, const service::Service& service) {
  std::string url = options.public_url;
  if (url.empty()) url = "http://" + options.address + ":" + std::to_string(service.port());
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// Builds the parts in order, runs until a signal comes, and stops them in reverse.
Result<int> run_serve(const ServeOptions& options, const Context& context) {
  auto opened = open_city_data(context.packs, options.city, options.data);
  if (!opened) return fail(opened.error());
  CityData& data = **opened;
  if (!options.demo.empty()) {
    if (auto loaded = load_demo(data, options.demo); !loaded) return fail(loaded.error());
  }
  const auto tables = read_hj212_pack(context.packs, data.library.properties);
  if (!tables) return fail(tables.error());

  const auto map = service::read_map_pack(context.packs);
  if (!map) return fail(map.error());
  const std::filesystem::path raster_folder = std::filesystem::path(options.data) / "rasters";
  if (!options.demo.empty()) {
    if (auto shown = add_demo_rasters(raster_folder, options.demo, map->ramps); !shown) return fail(shown.error());
  }
  service::RasterShelf rasters(raster_folder, map->ramps, [](const Error& error) { report(error); });
  static_cast<void>(rasters.all());  // tells now what cannot be shown
  auto device_rules = watch::read_device_rules(context.packs / "watch" / "devices.yaml");
  if (!device_rules) return fail(device_rules.error());
  auto desk =
      watch::DeviceDesk::open({*data.archive, *data.ledger, *data.stream, *tables, std::move(*device_rules), now});
  if (!desk) return fail(desk.error());

  boost::asio::io_context io;
  boost::asio::thread_pool workers(2);
  auto forwarding =
      watch::ForwardDesk::open(*data.archive, *data.ledger, io, std::filesystem::path(options.data) / "forwarding");
  if (!forwarding) return fail(forwarding.error());
  auto duty_rules = watch::read_duty_rules(context.packs / "watch" / "duty.yaml");
  if (!duty_rules) return fail(duty_rules.error());
  auto review_packs = watch::read_review_packs(context.packs);
  if (!review_packs) return fail(review_packs.error());
  watch::DerivationOptions deriving;
  deriving.threads = 2;
  deriving.trouble = [](const Error& error) { report(error); };
  auto derivation = watch::DerivationDesk::open(*data.archive, *data.ledger, data.library, data.stream->watch_rules(),
                                                std::move(deriving));
  if (!derivation) return fail(derivation.error());
  watch::ReviewDesk review(*data.archive, *data.ledger, **derivation, std::move(*review_packs));
  auto request_rules = watch::read_data_request_rules(context.packs / "watch" / "data_requests.yaml");
  if (!request_rules) return fail(request_rules.error());
  const auto open = service::read_public_face(context.packs, options.city);
  if (!open) return fail(open.error());
  const auto rights = read_route_rights(context.packs);
  if (!rights) return fail(rights.error());
  ledger::Audit audit(*data.ledger);
  people::People people(*data.ledger, audit, data.city.id);
  auto registers = open_registers(context.packs, options.data, data, audit, options.demo);
  if (!registers) return fail(registers.error());
  watch::DeviceDesk& devices = **desk;
  registry::RecordDesk& records = *(*registers)->desk;
  watch::DataRequestDesk requests(
      {*data.archive, *data.ledger, review.packs(), std::move(*request_rules),
       [&devices](const std::string& mn) { return devices.can_fill(mn); },
       [&devices](const std::string& mn, const watch::Gap& gap) { devices.fill_hours(mn, gap); },
       [&records](const ledger::Event& event) {
         if (const auto taken = records.take_event(event); !taken) report(taken.error());
       },
       [](const Error& error) { report(error); }});
  const auto committed = data.stream->subscribe([&](const watch::Published&) { (*derivation)->nudge(); });
  (*derivation)->nudge();  // what an earlier run, or an import, left to be derived
  intake::Gateway gateway(*tables, (*desk)->gateway_ports());
  const service::Service* served = nullptr;
  const auto methods = read_methods(context.packs);
  if (!methods) return fail(methods.error());
  service::Parts parts{*data.archive,
                       *data.ledger,
                       *data.stream,
                       data.library,
                       data.city,
                       *data.sites,
                       data.feeds,
                       **desk,
                       **forwarding,
                       **derivation,
                       review,
                       people,
                       *rights,
                       audit,
                       *(*registers)->desk,
                       *(*registers)->attachments,
                       (*registers)->shelf,
                       *tables,
                       *open,
                       *map,
                       rasters,
                       [&gateway] { return gateway.devices(); },
                       [&gateway](std::string_view mn) { return gateway.device(mn); },
                       [&gateway](std::string_view mn) { return gateway.conformity(mn); },
                       [&gateway] { return replay_state(gateway); },
                       [&] { return metrics_of(gateway) + (*forwarding)->metrics(); },
                       options.web,
                       options.data,
                       [&] { return page_address(options, *served); },
                       now,
                       std::move(*duty_rules),
                       context.packs / "reports",
                       &*methods,
                       context.packs,
                       &(*registers)->calendar,
                       nullptr,
                       [](const Error& error) { report(error); }};
  service::Service service(io, workers, std::move(parts));
  served = &service;
  (*desk)->begin({[&gateway](const std::string& mn, std::string frame) { return gateway.send(mn, std::move(frame)); },
                  [&gateway] { return gateway.devices(); },
                  [&gateway](std::string_view mn) { return gateway.device(mn); }});
  const auto gateway_port = gateway.start(io, options.address, options.gateway_port);
  if (!gateway_port) return fail(gateway_port.error());
  if (!options.tls.certificate.empty()) {
    const auto tls_port = gateway.start(io, options.address, options.gateway_tls_port, options.tls);
    if (!tls_port) return fail(tls_port.error());
    std::fprintf(stderr, "celadon: HJ 212 with TLS: port %u\n", *tls_port);
  }
  if (!options.front_socket.empty()) {
    const auto tell = [](const std::string& line) { std::fprintf(stderr, "celadon: %s\n", line.c_str()); };
    if (auto taken = gateway.start_fronts(io, options.front_socket, tell); !taken) return fail(taken.error());
  }
  if (auto started = service.start(options.address, options.port); !started) return fail(started.error());
  if (auto written = write_pid(options.data); !written) return fail(written.error());
  requests.begin();

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  std::atomic<bool> stop{false};
  const auto guard =
      std::make_unique<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>(io.get_executor());
  signals.async_wait([&](const boost::system::error_code&, int) {
    stop = true;
    requests.stop();
    (*desk)->stop();
    (*forwarding)->stop();
    gateway.stop([&] {
      service.stop();
      io.stop();
    });
  });
  std::vector<std::jthread> network;
  for (int i = 0; i < 2; ++i) network.emplace_back([&io] { io.run(); });
  say_where(options, service.port(), *gateway_port);

  std::jthread replaying;
  if (!options.demo.empty() && options.replay_speed > 0) {
    replaying = std::jthread([&] {
      ReplayRequest request;
      request.packs = context.packs;
      request.file = std::filesystem::path(options.demo) / replay_file;
      request.city = options.city;
      request.port = *gateway_port;
      request.speed = options.replay_speed;
      request.from = *parse_instant(replay_from);
      const auto done = replay(request, stop);
      if (!done && !stop) report(done.error());
    });
  }
  network.clear();  // waits for the signal
  stop = true;
  if (replaying.joinable()) replaying.join();
  workers.join();
  data.stream->drain();
  std::error_code ignored;
  std::filesystem::remove(std::filesystem::path(options.data) / "celadon.pid", ignored);
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("serve", "The server: web page, API and HJ 212 gateway over one data folder");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("--data", options->data, "data folder, made where it is not there")->capture_default_str();
  command->add_option("--city", options->city, "city pack")->capture_default_str();
  command->add_option("--port", options->port, "web page and API; 0 lets the system choose")->capture_default_str();
  command->add_option("--gateway-port", options->gateway_port, "HJ 212 gateway; 0 lets the system choose")
      ->capture_default_str();
  command->add_option("--gateway-tls-port", options->gateway_tls_port, "HJ 212 with TLS, with --tls-cert")
      ->capture_default_str();
  add_tls_options(*command, options->tls);
  command->add_option("--gateway-front-socket", options->front_socket,
                      "path at which fronts (celadon front) hand over their devices; none when absent");
  command->add_option("--web", options->web, "folder of the built page; web/dist beside packs/ when absent");
  command->add_option("--public-url", options->public_url,
                      "address under which people reach the page, for QR codes; its own when absent");
  command->add_option("--demo", options->demo, "folder of demo data, loaded into an empty archive");
  command
      ->add_option("--replay-speed", options->replay_speed,
                   "with --demo: replay its last days, this much faster than life; 0 for no replay")
      ->capture_default_str();
  command->add_option("--lang", options->lang, "zh or en, of the printed address")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str();
  command->add_flag("--keep-running", options->keep_running, "start again after a crash or a kill");
  command->footer(
      "Example:\n  celadon serve --demo demo --replay-speed 1200\nWithout accounts (celadon people add) everybody may "
      "do "
      "everything; it listens on loopback alone.");
  command->callback([options, &context] {
    if (options->web.empty())
      options->web = (std::filesystem::absolute(context.packs).parent_path() / "web" / "dist").string();
    const auto serve = [options, &context] {
      const auto result = run_serve(*options, context);
      return result ? *result : report(result.error());
    };
    context.exit_code = options->keep_running ? keep_running(serve) : serve();
  });
}

}  // namespace celadon::cli
