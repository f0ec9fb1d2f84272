#include "cli/replay_client.hpp"

#include "core/json_writer.hpp"
#include "intake/hj212_factors.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_message.hpp"
#include "intake/import_feeds.hpp"
#include "intake/import_file.hpp"
#include "intake/site_index.hpp"
#include "standards/properties.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace celadon::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr auto answer_wait = std::chrono::seconds(10);  // HJ 212-2017 table 1
constexpr int repeats_max = 3;

struct Sent {
  std::string property;
  double value;
};

struct Outgoing {
  Instant end;
  std::string qn, frame;
  std::vector<Sent> values;
};

struct DeviceLine {
  intake::PackDevice device;
  std::vector<Outgoing> messages;
};

/// What the importer found, by series of our own numbering.
struct FileContent {
  std::vector<SeriesKey> keys;
  Observations rows;
};

Result<FileContent> read_file(const ReplayRequest& request, const intake::CityPack& city,
                              const standards::Properties& properties) {
  const auto feeds = intake::read_feed_columns(request.packs / "feeds.csv");
  if (!feeds) return fail(feeds.error());
  std::vector<intake::KnownSite> known;
  for (const auto& site : city.sites) {
    intake::KnownSite one{site.id, site.kind, site.code, {site.name_zh}};
    one.names.insert(one.names.end(), site.aliases.begin(), site.aliases.end());
    known.push_back(std::move(one));
  }
  auto names = city.aliases;
  names.push_back(city.name_zh);
  const intake::SiteIndex index(known, names, city.province_zh);
  FileContent content;
  std::map<SeriesKey, SeriesId> ids;
  intake::ImportPorts ports;
  ports.site = [&](const intake::SiteHint& hint) { return index.find(hint); };
  ports.series = [&](const SeriesKey& key) -> Result<SeriesId> {
    const auto [it, fresh] = ids.try_emplace(key, SeriesId{static_cast<std::int32_t>(ids.size() + 1)});
    if (fresh) content.keys.push_back(key);
    return it->second;
  };
  ports.unit_of = [&](const std::string& id) -> std::optional<std::string> {
    const auto* property = properties.find(id);
    return property == nullptr ? std::nullopt : std::optional(property->unit);
  };
  ports.submit = [&](Observations rows) -> Result<intake::StoreCounts> {
    content.rows.append(rows);
    return intake::StoreCounts{rows.size(), 0, 0};
  };
  auto source = intake::ByteSource::open(request.file);
  if (!source) return fail(source.error());
  intake::ImportRequest import;
  import.from = request.from;
  import.until = request.until;
  const auto opening = source->peek();
  if (!opening) return fail(opening.error());
  const auto format = intake::recognise(*opening);
  if (!format) return fail(format.error().code, request.file.string() + ": " + format.error().detail);
  import.format = *format;
  const auto summary = intake::import_file(*source, import, *feeds, ports);
  if (!summary) return fail(summary.error());
  return content;
}

const char* command_of(const Averaging& averaging) {
  if (averaging == hourly) return "2061";
  if (averaging == daily) return "2031";
  if (averaging == instantaneous) return "2011";
  return nullptr;
}

std::string number_text(double value) {
  std::string text;
  JsonWriter(text).put(std::abs(value) < 1e15 ? value : 0.0);
  return text;
}

/// One message for each device, time and command.
Result<std::vector<DeviceLine>> make_lines(const FileContent& content, const intake::CityPack& city,
                                           const intake::FactorTable& factors) {
  std::vector<DeviceLine> lines;
  for (const auto& device : city.devices) {
    std::map<std::pair<Instant, std::string>, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < content.rows.size(); ++i) {
      const SeriesKey& key = content.keys[static_cast<std::size_t>(number(content.rows.series[i]) - 1)];
      const char* command = command_of(key.averaging);
      if (key.site != device.site || command == nullptr || key.statistic != Statistic::mean) continue;
      if (factors.find_property(device.system_code, key.property) == nullptr) continue;
      groups[{content.rows.phenomenon_end[i], command}].push_back(i);
    }
    if (groups.empty()) continue;
    DeviceLine line{device, {}};
    int order = 0;
    for (const auto& [when, rows] : groups) {
      const auto& [end, command] = when;
      Outgoing message;
      message.end = end;
      message.qn = intake::to_request_number({end.us + 5 * us_per_second + (order++ % 1000) * 1000});
      const Averaging averaging = command == "2061" ? hourly : command == "2031" ? daily : instantaneous;
      const Instant label = device.label_is_end ? end : begin_of(averaging, end);
      std::string area = "DataTime=" + intake::to_time212(label);
      for (const std::size_t i : rows) {
        const SeriesKey& key = content.keys[static_cast<std::size_t>(number(content.rows.series[i]) - 1)];
        const auto* factor = factors.find_property(device.system_code, key.property);
        const double value = content.rows.value[i];
        const char flag = content.rows.device_flag[i] != 0 ? content.rows.device_flag[i]
                          : std::isnan(value)              ? 'D'
                                                           : 'N';
        const double wire = (value - factor->to_canonical.offset) / factor->to_canonical.factor;
        area += ";" + factor->code + (command == "2011" ? "-Rtd=" : "-Avg=") +
                (std::isnan(value) ? "" : number_text(wire)) + "," + factor->code + "-Flag=" + flag;
        message.values.push_back({key.property, value});
      }
      message.frame = intake::make_frame("QN=" + message.qn + ";ST=" + device.system_code + ";CN=" + command +
                                         ";PW=" + device.password + ";MN=" + device.mn + ";Flag=5;CP=&&" + area + "&&");
      line.messages.push_back(std::move(message));
    }
    lines.push_back(std::move(line));
  }
  if (lines.empty())
    return fail(Errc::not_found,
                "the file holds nothing that a device of " + city.name_en + " sends (packs/cities/.../devices.csv)");
  return lines;
}

/// What all devices share.
struct Shared {
  const ReplayRequest& request;
  const std::atomic<bool>& stop;
  Instant data_begin;
  steady_clock::time_point begin;
  std::mutex mutex;
  std::FILE* answered = nullptr;
  ReplaySummary summary;
  std::optional<Error> trouble;
};

class DeviceTalk {
 public:
  DeviceTalk(const DeviceLine& line, Shared& shared) : line_(line), shared_(shared), socket_(io_) {}

  void run() {
    while (next_ < line_.messages.size() || !waiting_.empty()) {
      if (shared_.stop) return;
      if (!connected_ && !connect()) return;
      if (!send_due() || !receive()) lose_connection();
    }
  }

 private:
  bool connect() {
    error_code error;
    tcp::resolver resolver(io_);
    const auto addresses = resolver.resolve(shared_.request.host, std::to_string(shared_.request.port), error);
    if (!error) asio::connect(socket_, addresses, error);
    if (!error) {
      socket_.set_option(tcp::no_delay(true), error);
      socket_.non_blocking(true, error);
      connected_ = true;
      return true;
    }
    if (!shared_.request.keep_trying) {
      const std::lock_guard lock(shared_.mutex);
      shared_.trouble = Error{Errc::io_failed,
                              "the gateway " + shared_.request.host + ":" + std::to_string(shared_.request.port) +
                                  " cannot be reached: " + error.message(),
                              ""};
      return false;
    }
    error_code ignored;
    socket_.close(ignored);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return !shared_.stop;
  }

  void lose_connection() {
    error_code ignored;
    socket_.close(ignored);
    connected_ = false;
    reader_ = {};
    for (auto& one : waiting_) one.sent = false;
    const std::lock_guard lock(shared_.mutex);
    ++shared_.summary.reconnections;
  }

  bool due(const Outgoing& message) const {
    if (shared_.request.speed <= 0) return true;
    const double after_s =
        static_cast<double>(message.end.us - shared_.data_begin.us) / us_per_second / shared_.request.speed;
    return steady_clock::now() >=
           shared_.begin + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(after_s));
  }

  bool send_due() {
    while (waiting_.size() < shared_.request.window && next_ < line_.messages.size() && due(line_.messages[next_])) {
      waiting_.push_back({next_++, false, 0, {}});
    }
    const auto now = steady_clock::now();
    std::string bytes;
    for (auto& one : waiting_) {
      if (one.sent && now - one.when < answer_wait) continue;
      if (one.repeats++ > repeats_max && !shared_.request.keep_trying) {
        const std::lock_guard lock(shared_.mutex);
        shared_.trouble = Error{
            Errc::timed_out, "the gateway did not answer " + std::to_string(repeats_max) + " repeats of a message", ""};
        next_ = line_.messages.size();
        waiting_.clear();
        return true;
      }
      one.sent = true;
      one.when = now;
      bytes += line_.messages[one.message].frame;
    }
    error_code error;
    std::size_t done = 0;
    while (done < bytes.size() && !error) {
      done += socket_.write_some(asio::buffer(bytes.data() + done, bytes.size() - done), error);
      if (error == asio::error::would_block) {
        error = {};
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
    return !error;
  }

  bool receive() {
    char buffer[8192];
    error_code error;
    const std::size_t count = socket_.read_some(asio::buffer(buffer), error);
    if (error == asio::error::would_block) {
      const bool idle = waiting_.empty();
      std::this_thread::sleep_for(std::chrono::microseconds(idle ? 10'000 : 200));
      return true;
    }
    if (error) return false;
    reader_.feed({buffer, count});
    for (auto item = reader_.next(); item.index() != 0; item = reader_.next()) {
      if (const auto* frame = std::get_if<intake::Frame>(&item)) take_answer(*frame);
    }
    return true;
  }

  void take_answer(const intake::Frame& frame) {
    if (!intake::parse_message(frame.segment, answer_)) return;
    const bool stored = answer_.cn == "9014";
    if (!stored && answer_.cn != "9011") return;
    const auto it = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const auto& one) { return line_.messages[one.message].qn == answer_.qn; });
    if (it == waiting_.end()) return;
    const Outgoing& message = line_.messages[it->message];
    waiting_.erase(it);
    const std::lock_guard lock(shared_.mutex);
    if (!stored) {
      ++shared_.summary.refused;
      return;
    }
    ++shared_.summary.answered;
    shared_.summary.observations += message.values.size();
    if (shared_.answered == nullptr) return;
    std::string text;
    for (const auto& value : message.values) {
      JsonWriter json(text);
      json.begin_object()
          .member("mn", line_.device.mn)
          .member("site", line_.device.site)
          .member("property", value.property);
      json.member("time", message.end).member("value", value.value).end_object();
      text += '\n';
    }
    std::fputs(text.c_str(), shared_.answered);
    std::fflush(shared_.answered);
  }

  struct Waiting {
    std::size_t message;
    bool sent;
    int repeats;
    steady_clock::time_point when;
  };
  const DeviceLine& line_;
  Shared& shared_;
  asio::io_context io_;
  tcp::socket socket_;
  intake::FrameReader reader_;
  intake::Message answer_;
  std::deque<Waiting> waiting_;
  std::size_t next_ = 0;
  bool connected_ = false;
};

}  // namespace

Result<ReplaySummary> replay(const ReplayRequest& request, const std::atomic<bool>& stop) {
  const auto city = intake::read_city_pack(request.packs / "cities" / request.city);
  if (!city) return fail(city.error());
  const auto properties = standards::read_properties(request.packs);
  if (!properties) return fail(properties.error());
  const auto factors = intake::read_factor_table(request.packs, properties->units());
  if (!factors) return fail(factors.error());
  const auto content = read_file(request, *city, *properties);
  if (!content) return fail(content.error());
  const auto lines = make_lines(*content, *city, *factors);
  if (!lines) return fail(lines.error());

  Shared shared{.request = request,
                .stop = stop,
                .data_begin = {INT64_MAX},
                .begin = steady_clock::now(),
                .mutex = {},
                .answered = nullptr,
                .summary = {},
                .trouble = {}};
  for (const auto& line : *lines) {
    shared.data_begin = std::min(shared.data_begin, line.messages.front().end);
    shared.summary.messages += line.messages.size();
  }
  shared.summary.devices = lines->size();
  if (!request.answered.empty()) {
    shared.answered = std::fopen(request.answered.c_str(), "w");
    if (shared.answered == nullptr) return fail(Errc::io_failed, "cannot write " + request.answered.string());
  }
  {
    std::vector<std::jthread> threads;
    for (const auto& line : *lines) threads.emplace_back([&line, &shared] { DeviceTalk(line, shared).run(); });
  }
  if (shared.answered != nullptr) std::fclose(shared.answered);
  if (shared.trouble) return fail(*shared.trouble);
  return shared.summary;
}

}  // namespace celadon::cli
