#include "cli/simulate_ledger.hpp"

#include "core/json_writer.hpp"

namespace celadon::cli {

Result<std::unique_ptr<SimulateLedger>> SimulateLedger::open(const std::filesystem::path& file) {
  std::FILE* opened = std::fopen(file.c_str(), "w");
  if (opened == nullptr) return fail(Errc::io_failed, file.string() + ": cannot be written", "ledger");
  return std::unique_ptr<SimulateLedger>(new SimulateLedger(opened, file.string()));
}

void SimulateLedger::put(const intake::DeviceSimulator& device, const intake::DeviceMessage& message) {
  const Instant label{message.data_time.us / us_per_second * us_per_second};  // DataTime has whole seconds
  const Instant end{label.us + intake::period_us(message.cn, message.minute_min)};
  for (const auto& value : device.values(message)) {
    line_.clear();
    JsonWriter json(line_);
    auto struck = value.struck;
    struck.add(message.struck);
    json.begin_object().member("mn", device.identity().mn).member("cn", std::to_string(message.cn));
    json.member("qn", intake::to_request_number(message.qn)).member("data_time", label).member("end", end);
    json.member("factor", value.code).member("suffix", value.suffix).key("value").raw(value.text);
    json.member("fault", struck.to_text()).member("sent_at", message.first_sent).member("sends", message.sends);
    json.key("answered");
    if (message.history)
      json.null();
    else
      json.put(message.answered);
    json.member("refused", static_cast<int>(message.refused)).end_object();
    line_ += '\n';
    std::fwrite(line_.data(), 1, line_.size(), file_.get());
  }
}

Result<void> SimulateLedger::close() {
  if (std::fflush(file_.get()) != 0 || std::ferror(file_.get()) != 0)
    return fail(Errc::io_failed, name_ + ": not all could be written; is the disk full?", "ledger");
  return {};
}

}  // namespace celadon::cli
