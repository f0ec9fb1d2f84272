#pragma once

#include "core/time.hpp"
#include "intake/reviewed_pairs.hpp"
#include "service/upload_queue.hpp"
#include "watch/review_desk.hpp"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace celadon::service {

struct Parts;

/// Tables of values before and after a review made elsewhere: one at a time, on a thread of their own. A table is read
/// and its consequences are shown; a person saves it, with the digest of what was seen. Each import is kept in the
/// ledger as revisions of kind "review-import" without its rows.
class ReviewImports {
 public:
  static constexpr std::size_t body_bytes_max = 64 << 20;
  /// So many tables are kept until somebody saves them; the oldest is let go for a newer one.
  static constexpr std::size_t kept_max = 4;
  /// So many that have ended keep their rows and consequences at hand; of older ones the ledger has the counts.
  static constexpr std::size_t ended_max = 16;

  /// Imports that a stop of the program cut off are closed.
  /// When it ends, a running import ends where nothing is stored yet.
  explicit ReviewImports(const Parts& parts);

  /// Errors   too_many when 16 wait already, io_failed.
  [[nodiscard]] Result<std::int64_t> begin(const std::string& who, const std::string& name, const std::string& bytes);
  /// Errors   not_found; conflict where the import is not waiting to be saved, or `digest` is not that of its preview.
  [[nodiscard]] Result<void> save(std::int64_t id, const std::string& who, const std::string& why,
                                  const std::string& digest);
  [[nodiscard]] Result<std::string> json(std::int64_t id) const;
  /// Every import, newest first, without previews.
  [[nodiscard]] std::string all_json() const;
  /// The rows that were not taken: line, field, value, reason, remedy. Errors   not_found once the import was let go.
  [[nodiscard]] Result<std::string> errors_csv(std::int64_t id, bool in_english) const;

 private:
  enum class State : std::uint8_t { reading, ready, saving, done, failed, let_go };
  struct Job {
    std::int64_t id = 0;
    std::string who, name, error;
    State state = State::reading;
    std::uint64_t bytes_read = 0, bytes_total = 0, rows_read = 0;
    std::shared_ptr<const intake::ReviewedPairs> pairs;
    watch::PairsPreview result;
    std::string digest, erratum_json;
    std::vector<std::string> unread;
    Instant begun;
    std::optional<Instant> ended;
  };
  void read(const std::shared_ptr<Job>& job, const std::filesystem::path& file, const std::stop_token& stop);
  void decide(const std::shared_ptr<Job>& job, const std::string& who, const std::string& why,
              const std::string& digest);
  void show(Job& job, watch::PairsPreview preview);
  void end(Job& job, State state, std::string error);
  void keep(const Job& job) const;
  void let_go_of_oldest();
  [[nodiscard]] static const char* to_text(State state);
  [[nodiscard]] static std::string json_of(const Job& job, bool with_rows);

  const Parts& parts_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Job>> jobs_;
  std::int64_t next_id_ = 1;
  UploadQueue queue_;  ///< last: its thread uses the rest
};

}  // namespace celadon::service
