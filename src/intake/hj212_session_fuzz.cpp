#include "intake/hj212_exchange.hpp"
#include "intake/hj212_frame.hpp"
#include "intake/hj212_session.hpp"
#include "intake/hj212_waiting_room.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

int fuzz(const std::uint8_t* data, std::size_t size);

namespace {

using namespace celadon;
using namespace celadon::intake;

constexpr std::array<const char*, 4> mns = {"A0000000000001", "B0000000000001", "C0000000000001", "X0000000000001"};
constexpr std::array<const char*, 12> commands = {"2011", "2051", "2061", "2031", "9011", "9012",
                                                  "9013", "1013", "9015", "1001", "2072", "7777"};
constexpr std::size_t sessions_count = 3;

/// Three connections, an archive that answers when it is told to, and a register that changes meanwhile.
class World {
 public:
  World() {
    directory_.put(known(mns[0]));
    ports_.directory = &directory_;
    ports_.waiting = &waiting_;
    ports_.exchanges = &exchanges_;
    ports_.resolve_series = [](const std::vector<SeriesKey>& keys) -> Result<std::vector<SeriesId>> {
      return std::vector(keys.size(), SeriesId{1});
    };
    ports_.deliver = [this](Delivery delivery, std::function<void(Result<void>)> done) {
      const std::string mn = delivery.source.detail.substr(0, delivery.source.detail.find(' '));
      if (!directory_.find(mn)) std::abort();  // stored for a device that nobody knows
      pending_.push_back(std::move(done));
    };
    ports_.busy = [] { return false; };
    ports_.keep_refused = [](Source, Instant, std::string) {};
    ports_.hold = [this](Source source, Instant, std::string, std::function<void(Result<void>)> done) {
      if (directory_.find(source.detail.substr(0, source.detail.find(' ')))) return false;
      pending_.push_back(std::move(done));
      return true;
    };
    ports_.clock = [this] { return clock_; };
    for (std::size_t i = 0; i < sessions_count; ++i) reopen(i);
  }

  void run(const std::uint8_t* data, std::size_t size) {
    std::size_t at = 0;
    const auto byte = [&]() -> unsigned { return at < size ? data[at++] : 0; };
    while (at < size) {
      const unsigned operation = byte();
      const std::size_t session = (operation >> 4U) % sessions_count;
      switch (operation % 8) {
        case 0:
        case 1: {
          const std::size_t wanted = byte() * (operation % 8 == 0 ? 1U : 16U);
          const std::size_t count = std::min(wanted, size - at);
          feed(session, {reinterpret_cast<const char*>(data) + at, count});
          at += count;
          break;
        }
        case 2:
        case 3: {
          const std::string frame = a_frame(byte(), byte(), byte());
          const std::size_t cut = byte() % (frame.size() + 1);
          feed(session, std::string_view(frame).substr(0, operation % 8 == 2 ? frame.size() : cut));
          break;
        }
        case 4: complete(byte() % 4 != 0); break;
        case 5: ask(byte()); break;
        case 6: change_register(byte()); break;
        default: other(session, byte()); break;
      }
    }
    while (!pending_.empty()) complete(true);
    for (const auto& one : sessions_) {
      if (one->unanswered() != 0) std::abort();
    }
    if (stored_answers_ > stored_ + results_fed_) std::abort();  // acknowledged and not stored
  }

 private:
  static KnownDevice known(const char* mn) {
    KnownDevice device;
    device.mn = mn;
    device.settings.site = "s";
    device.password = "123456";
    return device;
  }

  void reopen(std::size_t i) {
    sessions_[i] = std::make_unique<Session>(
        tables_, ports_, limits_, book_, "10.0.0." + std::to_string(i) + ":1000",
        SessionPorts{[this](std::string bytes) { look_at_answer(bytes); }, [](const std::string&) {}});
  }

  void look_at_answer(const std::string& bytes) {
    FrameReader reader;
    reader.feed(bytes);
    const auto item = reader.next();
    const auto* frame = std::get_if<Frame>(&item);
    Message message;
    // What was sent may hold anything in PW and MN, so that an answer need not read back; a frame it must be.
    if (frame == nullptr) std::abort();
    if (parse_message(frame->segment, message) && message.cn == "9014") ++stored_answers_;
  }

  std::string a_frame(unsigned a, unsigned b, unsigned c) {
    Message message;
    const std::string qn = to_request_number(clock_);
    const std::string data_time = "DataTime=" + to_time212(Instant{clock_.us - us_per_hour * (c % 30)});
    message.qn = (c & 64U) != 0 && !last_qn_.empty() ? last_qn_ : qn;
    message.st = (a & 16U) != 0 ? "32" : "91";
    message.cn = commands[b % commands.size()];
    message.pw = (a & 32U) != 0 && (a & 64U) != 0 ? "000000" : "123456";
    message.mn = mns[a % mns.size()];
    constexpr std::array<const char*, 6> flags = {"0", "1", "4", "5", "7", "9"};
    message.flag = flags[c % flags.size()];
    const std::string time = data_time.substr(9);
    message.pairs = {{"DataTime", time, 0}, {"w01018-Avg", "1.5", 1}, {"w01018-Flag", "N", 1}};
    if (message.cn.starts_with("901")) message.pairs = {{"QnRtn", "1", 0}, {"ExeRtn", "1", 1}};
    return make_frame(make_segment(message));
  }

  void feed(std::size_t session, std::string_view bytes) {
    fed_tail_[session] += bytes;
    for (std::size_t at = fed_tail_[session].find("9012"); at != std::string::npos;
         at = fed_tail_[session].find("9012", at + 1))
      ++results_fed_;
    fed_tail_[session] =
        fed_tail_[session].substr(fed_tail_[session].size() - std::min<std::size_t>(3, fed_tail_[session].size()));
    sessions_[session]->receive(bytes);
  }

  void complete(bool good) {
    if (pending_.empty()) return;
    const auto done = std::move(pending_.front());
    pending_.pop_front();
    if (good) {
      ++stored_;
      done({});
    } else {
      done(fail(Errc::io_failed, "the disk is full"));
    }
  }

  void ask(unsigned choice) {
    CommandRequest request{mns[choice % mns.size()], (choice & 16U) != 0 ? "2061" : "1011", {}, "me", "fuzz"};
    if (request.cn == "2061")
      request.parameters = {{"BeginTime", to_time212(Instant{clock_.us - us_per_day})},
                            {"EndTime", to_time212(clock_)}};
    if (const auto receipt = exchanges_.ask(std::move(request), clock_)) last_qn_ = receipt->id;
    exchanges_.tick(clock_);
  }

  void change_register(unsigned choice) {
    KnownDevice device = known(mns[choice % 3]);
    device.retired = (choice & 8U) != 0;
    device.accept_bad_crc = (choice & 16U) != 0;
    device.accept_modbus_crc = (choice & 32U) != 0;
    if ((choice & 64U) != 0) device.addresses = {*parse_address_range("10.0.0.1")};
    if ((choice & 128U) != 0) device.expires = clock_;
    directory_.put(std::move(device));
    if (choice % 7 == 0) directory_.turn_away(mns[3]);
  }

  void other(std::size_t session, unsigned choice) {
    switch (choice % 4) {
      case 0: sessions_[session]->drop_half_frame(); break;
      case 1: static_cast<void>(sessions_[session]->forget(mns[choice % mns.size()])); break;
      case 2: clock_.us += us_per_minute * (choice >> 2U); break;
      default: reopen(session); break;
    }
    exchanges_.tick(clock_);
  }

  Instant clock_{1'700'000'000'000'000};
  Hj212Tables tables_;
  GatewayLimits limits_;
  DeviceDirectory directory_;
  WaitingRoom waiting_{{2, 2000, 3000}};
  Exchanges exchanges_{[](const std::string&, const std::string&) { return true; },
                       [](const std::string& mn) -> std::optional<DeviceDialect> {
                         if (mn == mns[3]) return std::nullopt;
                         return DeviceDialect{"32", "123456", Edition212::of_2017};
                       },
                       [](const CommandReceipt&) {}};
  GatewayBook book_{tables_.deviations};
  GatewayPorts ports_;
  std::array<std::unique_ptr<Session>, sessions_count> sessions_;
  std::array<std::string, sessions_count> fed_tail_;
  std::deque<std::function<void(Result<void>)>> pending_;
  std::string last_qn_;
  std::size_t stored_ = 0, stored_answers_ = 0, results_fed_ = 0;
};

}  // namespace

/// Any interleaving of bytes on three connections, answers of the archive, requests, changes of the register and time:
/// nothing is acknowledged that was not stored, nothing is stored for a stranger, every answer is a frame.
int fuzz(const std::uint8_t* data, std::size_t size) {
  World world;
  world.run(data, size);
  return 0;
}
