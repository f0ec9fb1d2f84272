#pragma once

#include "watch/device_desk.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

// What is behind DeviceDesk; for the .cpp files of this room.

namespace celadon::watch {

class DeviceDesk::Impl {
 public:
  explicit Impl(DeskParts parts);

  // device_desk.cpp: the register, unknown devices, silence.
  Result<void> load();
  intake::SeriesResolver resolver();
  intake::GatewayPorts gateway_ports();
  Result<ledger::Device> put_device(const ledger::Device& device, const std::string& who, const std::string& why);
  Result<std::size_t> put_devices(const std::vector<ledger::Device>& devices, const std::vector<ledger::Site>& sites,
                                  const std::string& who, const std::string& why);
  Result<Taken> take_in(const ledger::Device& device, const std::vector<ledger::Site>& sites, const std::string& who,
                        const std::string& why);
  Result<void> turn_away(const std::string& mn, const std::string& who, const std::string& why);
  void look_for_silence(Instant time);
  Silence silence_of(std::int64_t silent_after_s, const std::optional<intake::DeviceStatus>& status) const;

  // device_requests.cpp: requests, receipts, back-fill.
  Result<void> close_open_receipts();
  Result<intake::CommandReceipt> ask(intake::CommandRequest request);
  Result<std::vector<std::string>> receipts(const std::string& mn, std::size_t limit) const;
  std::string receipt_json(const intake::CommandReceipt& receipt) const;
  Result<std::vector<intake::CommandReceipt>> back_fill(const std::string& mn, const std::string& cn, Instant first_end,
                                                        Instant last_end, const std::string& who,
                                                        const std::string& why);
  void fill_gaps(Instant time);
  bool can_fill(const std::string& mn) const;
  void fill_hours(const std::string& mn, const Gap& gap);
  FillState fills() const;
  void tell(const char* what, const std::string& json) const;

  DeskParts parts_;
  intake::DeviceDirectory directory_;
  intake::WaitingRoom waiting_;
  intake::Exchanges exchanges_;
  GatewaySide gateway_;

  mutable std::mutex news_mutex_;
  std::function<void(const char*, const std::string&)> news_;

  std::mutex thread_mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;

 private:
  [[nodiscard]] intake::Edition212 edition_of(const std::string& mn) const;
  Result<void> each_held(
      const std::string& mn,
      const std::function<Result<void>(const archive::RawMessage& raw, const intake::Message* message)>& take) const;
  Result<Taken> take_held(const intake::KnownDevice& device);
  bool hold(Source source, Instant received, std::string bytes, std::function<void(Result<void>)> done);
  void note_receipt(const intake::CommandReceipt& receipt);
  void end_fill(const intake::CommandReceipt& receipt);
  void keep_what_was_set(const intake::CommandReceipt& receipt);
  Result<intake::CommandRequest> history_request(const ledger::Device& device, const std::string& cn, const Gap& gap,
                                                 const std::string& who, const std::string& why) const;
  void look_at_device(const std::string& mn, Instant time);
  void want(const std::string& mn, std::string_view cn, const Gap& gap, std::int64_t period_us);
  void note_asked(const std::string& mn, std::string_view cn, Instant first_end, intake::ExchangeState state);
  void remember_asked(const ledger::Revision& entry);
  void start_fills(Instant time);

  /// Held messages handed to the archive, and those it has answered: both only rise, in one order.
  std::atomic<std::uint64_t> holds_begun_{0}, holds_ended_{0};
  Instant silence_looked_;
  std::map<std::string, Instant> told_silent_;  ///< by MN: since when; of the desk's thread

  struct Receipt {
    intake::CommandReceipt newest;
    std::string json;
  };
  mutable std::mutex receipts_mutex_;
  std::map<std::string, Receipt> receipts_;  ///< by QN and MN: newest last; bounded

  struct DeviceFill {
    Instant due;         ///< when its gaps are looked for next
    Instant not_before;  ///< the pause between two requests
    int unanswered = 0;
    struct Asked {
      int tries = 0;
      bool ended = false;  ///< waits for nothing more: it answered, or it was asked often enough
      bool open = false;   ///< waits or runs
    };
    std::map<std::pair<std::string, std::int64_t>, Asked> asked;  ///< by command and first end
  };
  mutable std::mutex fills_mutex_;
  std::unordered_map<std::string, DeviceFill> device_fills_;
  std::deque<Fill> fills_waiting_;
  std::map<std::string, Fill> fills_running_;  ///< by "QN MN"
  std::deque<Fill> fills_ended_;
};

}  // namespace celadon::watch
