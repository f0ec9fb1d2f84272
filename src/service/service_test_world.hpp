#pragma once

#include "core/yaml_fields.hpp"
#include "intake/hj212_gateway.hpp"
#include "ledger/attachments.hpp"
#include "ledger/records.hpp"
#include "registry/pack_shelf.hpp"
#include "registry/record_desk.hpp"
#include "service/service.hpp"
#include "systems/calendar.hpp"
#include "watch/city.hpp"

#include <doctest/doctest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace celadon::service::test {

/// What was asked for, or the end of the test with the reason.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().detail);
  return std::move(*result);
}

inline const std::filesystem::path packs = CELADON_PACKS;

/// The packs that come with the program, read once for all worlds of a run.
struct ShippedPacks {
  standards::Library library = must(standards::read_library(packs));
  intake::CityPack city = must(intake::read_city_pack(packs / "cities" / "jingdezhen"));
  std::vector<intake::FeedColumn> feeds = must(intake::read_feed_columns(packs / "feeds.csv"));
  watch::StreamRules stream = must(watch::read_stream_rules(packs));
  intake::Hj212Tables tables = must(intake::read_hj212_tables(packs, library.properties.units(), {}));
  MapPack map = must(read_map_pack(packs));
  watch::DeviceRules devices = must(watch::read_device_rules(packs / "watch" / "devices.yaml"));
  watch::ReviewPacks review = must(watch::read_review_packs(packs));
  people::RouteRights rights =
      must(parse_pack(packs / "people" / "rights.yaml", [](std::string_view text, const std::string& name) {
        return people::RouteRights::parse(text, name);
      }));
  models::MethodBook methods =
      must(parse_pack(packs / "analysis" / "methods.yaml", [](std::string_view text, const std::string& name) {
        return models::MethodBook::parse(text, name);
      }));
  systems::WorkCalendar calendar =
      must(parse_pack(packs / "calendar.csv", [](std::string_view text, const std::string& name) {
        return systems::WorkCalendar::parse(text, name);
      }));
  watch::DutyRules duty = must(watch::read_duty_rules(packs / "watch" / "duty.yaml"));
  PublicFace open = must(read_public_face(packs, "jingdezhen"));
  std::shared_ptr<const systems::Catalogue> catalogue = must(registry::PackShelf(packs / "systems", {}).read());
};

inline const ShippedPacks& shipped() {
  static const ShippedPacks all;
  return all;
}

/// The whole service over an empty data folder of its own: every route, no socket.
class World {
 public:
  /// `clock` is that of the registers.
  explicit World(const std::function<Instant()>& clock = now) {
    static std::atomic<int> count = 0;
    folder = std::filesystem::temp_directory_path() /
             ("celadon_service_test_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(folder);
    archive = must(archive::Archive::open(folder / "archive"));
    ledger = must(ledger::Ledger::open(folder / "ledger"));
    if (const auto loaded = watch::load_city(*ledger, city); !loaded) FAIL(loaded.error().detail);
    sites = must(watch::site_index(*ledger, city));
    watch::StreamOptions streaming;
    streaming.tick_us = 0;
    stream = must(watch::Stream::open(*archive, *ledger, library.properties, shipped().stream, std::move(streaming)));
    rasters = std::make_unique<RasterShelf>(folder / "rasters", map.ramps);
    desk = must(watch::DeviceDesk::open(
        {*archive, *ledger, *stream, tables, shipped().devices, now}));
    forwarding = must(watch::ForwardDesk::open(*archive, *ledger, io, folder / "forwarding"));
    derivation = must(watch::DerivationDesk::open(*archive, *ledger, library, stream->watch_rules(), {}));
    review = std::make_unique<watch::ReviewDesk>(*archive, *ledger, *derivation, shipped().review);
    audit = std::make_unique<ledger::Audit>(*ledger);
    people::Options signing_in;
    signing_in.quick_hash = true;
    people = std::make_unique<people::People>(*ledger, *audit, city.id, signing_in);
    shelf = std::make_unique<registry::PackShelf>(packs / "systems", folder / "packs" / "systems");
    records = std::make_unique<ledger::Records>(*ledger);
    attachments = std::make_unique<ledger::Attachments>(*ledger, folder / "attachments");
    registers = std::make_unique<registry::RecordDesk>(
        registry::Parts{shipped().catalogue, calendar, *ledger, *records, *attachments, *audit, *archive, clock});
    if (const auto ready = registers->prepare(); !ready) FAIL(ready.error().detail);
    service = std::make_unique<Service>(io, workers, parts());
  }
  ~World() {
    service.reset();
    registers.reset();
    review.reset();
    derivation.reset();
    forwarding.reset();
    desk.reset();
    stream.reset();
    workers.join();
    people.reset();
    audit.reset();
    ledger.reset();
    archive.reset();
    std::filesystem::remove_all(folder);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Makes an account and signs in; gives the session's secret.
  std::string enter(const people::Person& person) {
    static const std::string password = "only for tests";
    if (!people->find(person.name)) must(people->put(person, password, "test"));
    return must(people->sign_in(person.name, password, "", "test")).session;
  }

  /// Sends a table of values by the API and waits until it is stored.
  void import(const std::string& csv) {
    const auto answer = [&](const char* method, const std::string& target, const std::string& body, int status) {
      Request request;
      REQUIRE(parse_target(target, request).has_value());
      request.method = method;
      request.of_our_page = true;
      request.body = body;
      const Response response = service->answer(std::move(request));
      CAPTURE(response.body);
      REQUIRE(response.status == status);
      return boost::json::parse(response.body);
    };
    const auto sent = answer("POST", "/api/v1/imports?format=csv&name=values.csv", csv, 202);
    const std::string job = "/api/v1/imports/" + std::to_string(sent.at("id").as_int64());
    for (int i = 0; i < 3000; ++i) {
      const auto told = answer("GET", job, "", 200);
      if (told.at("state") == "done") break;
      REQUIRE(told.at("state") != "failed");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stream->drain();
  }

  std::filesystem::path folder;
  boost::asio::io_context io;
  boost::asio::thread_pool workers{1};
  standards::Library library = shipped().library;
  intake::CityPack city = shipped().city;
  const std::vector<intake::FeedColumn>& feeds = shipped().feeds;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  std::optional<intake::SiteIndex> sites;
  std::unique_ptr<watch::Stream> stream;
  const intake::Hj212Tables& tables = shipped().tables;
  MapPack map = shipped().map;
  std::unique_ptr<RasterShelf> rasters;
  std::unique_ptr<watch::DeviceDesk> desk;
  std::unique_ptr<watch::ForwardDesk> forwarding;
  std::unique_ptr<watch::DerivationDesk> derivation;
  std::unique_ptr<watch::ReviewDesk> review;
  std::unique_ptr<ledger::Audit> audit;
  std::unique_ptr<people::People> people;
  const people::RouteRights& rights = shipped().rights;
  const models::MethodBook& methods = shipped().methods;
  const systems::WorkCalendar& calendar = shipped().calendar;
  std::unique_ptr<registry::PackShelf> shelf;
  std::unique_ptr<ledger::Records> records;
  std::unique_ptr<ledger::Attachments> attachments;
  std::unique_ptr<registry::RecordDesk> registers;
  PublicFace open = shipped().open;
  std::unique_ptr<Service> service;

  /// What the service stands on.
  Parts parts() {
    return {*archive,
            *ledger,
            *stream,
            library,
            city,
            *sites,
            feeds,
            *desk,
            *forwarding,
            *derivation,
            *review,
            *people,
            rights,
            *audit,
            *registers,
            *attachments,
            *shelf,
            tables,
            open,
            map,
            *rasters,
            [] { return std::vector<intake::DeviceStatus>{}; },
            [](std::string_view) { return std::optional<intake::DeviceStatus>{}; },
            [](std::string_view) { return intake::Conformity::Report{}; },
            [] { return ReplayState{}; },
            [] { return std::string(); },
            folder / "web",
            folder,
            [] { return std::string("http://celadon.example"); },
            now,
            shipped().duty,
            packs / "reports",
            &methods,
            packs,
            &calendar};
  }
};

/// Asks the service as our page would, from one and the same address.
inline Response send(World& world, const std::string& method, const std::string& target, const std::string& body = "",
                     const std::string& session = "") {
  Request request;
  REQUIRE(parse_target(target, request).has_value());
  request.method = method;
  request.of_our_page = true;
  request.body = body;
  request.session = session;
  request.address = "10.0.0.1";
  return world.service->answer(std::move(request));
}

/// What stands at a target that must be there.
inline boost::json::value ask(World& world, const std::string& target) {
  const Response response = send(world, "GET", target);
  CAPTURE(target);
  CAPTURE(response.body);
  REQUIRE(response.status == 200);
  return boost::json::parse(response.body);
}

}  // namespace celadon::service::test
