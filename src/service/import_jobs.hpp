#pragma once

#include "core/time.hpp"
#include "intake/import_file.hpp"
#include "service/http.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace celadon::service {

struct Parts;

/// File imports behind the API: one at a time, in the order they came, on a thread of their own. Finished ones are kept
/// in the ledger as revisions of kind "import-job".
class ImportJobs {
 public:
  static constexpr std::size_t body_bytes_max = 64 << 20;
  static constexpr std::size_t waiting_max = 16;

  explicit ImportJobs(const Parts& parts);
  ~ImportJobs();  ///< lets the running import end at its next chunk
  ImportJobs(const ImportJobs&) = delete;
  ImportJobs& operator=(const ImportJobs&) = delete;

  /// Errors   unknown_code for the format, too_many when 16 wait already, io_failed when the bytes cannot be kept.
  [[nodiscard]] Result<std::int64_t> begin(const std::string& format, const std::string& name,
                                           const std::string& bytes);
  [[nodiscard]] Result<std::string> json(std::int64_t id) const;
  [[nodiscard]] std::string all_json() const;

 private:
  struct Job {
    std::int64_t id = 0;
    std::string name, format, state = "running";
    std::filesystem::path file;
    intake::ImportProgress progress;
    intake::ImportSummary summary;
    std::string error;
    Instant begun;
    std::optional<Instant> ended;
  };
  void work(const std::stop_token& stop);
  void run(const std::shared_ptr<Job>& job, const std::stop_token& stop);
  [[nodiscard]] std::string json_of(const Job& job) const;

  const Parts& parts_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::int64_t, std::shared_ptr<Job>> jobs_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::int64_t next_id_ = 1;
  std::jthread thread_;
};

}  // namespace celadon::service
