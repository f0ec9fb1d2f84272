#pragma once

#include "core/time.hpp"
#include "intake/import_file.hpp"
#include "service/http.hpp"
#include "service/upload_queue.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace celadon::service {

struct Parts;

/// File imports behind the API: one at a time, in the order they came, on a thread of their own. Finished ones are kept
/// in the ledger as revisions of kind "import-job".
class ImportJobs {
 public:
  static constexpr std::size_t body_bytes_max = 64 << 20;

  /// When it ends, the running import ends at its next chunk.
  explicit ImportJobs(const Parts& parts);

  /// Errors   unknown_code for the format, too_many when 16 wait already, io_failed when the bytes cannot be kept.
  [[nodiscard]] Result<std::int64_t> begin(const std::string& who, const std::string& format, const std::string& name,
                                           const std::string& bytes);
  [[nodiscard]] Result<std::string> json(std::int64_t id) const;
  [[nodiscard]] std::string all_json() const;

 private:
  struct Job {
    std::int64_t id = 0;
    std::string who;  ///< asked for it
    std::string name, format, state = "running";
    intake::ImportProgress progress;
    intake::ImportSummary summary;
    std::string error;
    Instant begun;
    std::optional<Instant> ended;
  };
  void run(const std::shared_ptr<Job>& job, const std::filesystem::path& file, const std::stop_token& stop);
  [[nodiscard]] std::string json_of(const Job& job) const;

  const Parts& parts_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Job>> jobs_;
  std::int64_t next_id_ = 1;
  UploadQueue queue_;  ///< last: its thread uses the rest
};

}  // namespace celadon::service
