#pragma once

#include "core/time.hpp"
#include "people/people.hpp"
#include "registry/record_desk.hpp"
#include "service/record_table.hpp"
#include "service/upload_queue.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace celadon::service {

struct Parts;

/// Tables into registers: one at a time, in the order they came, on a thread of their own. A row is stored or refused
/// by itself. Each job is kept in the ledger as revisions of kind "record-import"; refused rows lie beside the upload
/// in <data>/imports.
class RecordImports {
 public:
  static constexpr std::size_t rows_of_chunk = 500;

  /// Jobs that a stop of the program cut off are closed as failed, with the row they came to.
  /// When it ends, the running import ends at its next chunk.
  explicit RecordImports(const Parts& parts);

  /// The job's id. With `preview` nothing is stored. Errors   too_many when 16 wait already, io_failed.
  [[nodiscard]] Result<std::string> begin(const people::Caller& caller, const std::string& register_id,
                                          const std::string& name, const std::string& bytes, bool preview);
  /// Errors   not_found also for what somebody else began.
  [[nodiscard]] Result<std::string> json(const people::Caller& caller, const std::string& id) const;
  /// The refused rows as they came, with row, field and reason in front: CSV.
  [[nodiscard]] Result<std::string> errors_csv(const people::Caller& caller, const std::string& id) const;

 private:
  struct Job {
    std::string id, register_id, name, who, state = "queued", error;
    bool preview = false;
    people::Caller caller;
    std::int64_t rows = 0, done = 0, added = 0, changed = 0, unchanged = 0, refused = 0;
    std::uint64_t last_row = 0;  ///< of the file, that was looked at
    Instant begun;
    std::optional<Instant> ended;
  };
  struct Chunk;

  void run(Job& job, const std::filesystem::path& file, const std::stop_token& stop);
  /// Why it could not be read to its end; nothing when it was.
  [[nodiscard]] std::optional<Error> read(Job& job, const std::filesystem::path& file, const std::stop_token& stop);
  void add_row(const Job& job, const systems::Register& type, const std::vector<RecordColumn>& columns,
               const intake::TableRow& row, Chunk& chunk) const;
  void save(Job& job, Chunk& chunk, std::ofstream& errors);
  void keep(const Job& job) const;
  [[nodiscard]] std::filesystem::path errors_file(const std::string& id) const;
  [[nodiscard]] static std::string json_of(const Job& job);

  const Parts& parts_;
  mutable std::mutex mutex_;  ///< of everything below and of what a running job counts
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  std::int64_t next_id_ = 1;
  UploadQueue queue_;  ///< last: its thread uses the rest
};

}  // namespace celadon::service
