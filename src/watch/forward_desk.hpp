#pragma once

#include "archive/archive.hpp"
#include "intake/hj212_forward.hpp"
#include "ledger/ledger.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace celadon::watch {

/// Register kinds of forwarding.
inline constexpr const char* upstream_kind = "upstream";
inline constexpr const char* dead_letter_kind = "forward-dead-letter";

/// An upstream as the register has it, and how it stands.
struct Upstream {
  intake::UpstreamSettings settings;
  std::int64_t revision = 0;
  intake::UpstreamStatus status;
  std::int64_t queued_frames = 0;  ///< in memory and still in the log
  std::optional<Instant> oldest_queued;
  std::size_t dead_letters = 0;  ///< those that wait for a person
};

/// A dead letter as the register has it.
struct DeadLetterEntry {
  std::string id;  ///< of the letter within its upstream
  intake::DeadLetter letter;
  std::string state;      ///< "dead", "resent", "discarded"
  bool answered = false;  ///< sent again, and taken
  std::int64_t revision = 0;
};

/// Forwarding from the side of the people who answer for it: upstreams and dead letters as registers, with who and why;
/// the archive's log of frames as the queue; the cursors in one small file an upstream (forwarding/<id>.cursor).
///
/// Any thread may call anything.
class ForwardDesk {
 public:
  /// Reads the upstreams and begins to forward. `folder` is for the cursors. All must outlive the desk; the context
  /// must not run any more when it goes. Errors   file_damaged naming the entry of the register.
  [[nodiscard]] static Result<std::unique_ptr<ForwardDesk>> open(archive::Archive& archive, ledger::Ledger& ledger,
                                                                 boost::asio::io_context& io,
                                                                 std::filesystem::path folder,
                                                                 intake::ForwardLimits limits = {});
  ~ForwardDesk();
  ForwardDesk(const ForwardDesk&) = delete;
  ForwardDesk& operator=(const ForwardDesk&) = delete;
  /// Closes the links.
  void stop();

  [[nodiscard]] Result<std::vector<Upstream>> upstreams() const;
  [[nodiscard]] Result<Upstream> upstream(const std::string& id) const;  ///< or not_found
  /// A new upstream (revision 0) or other settings of one. A new one begins with the frames received from `from` on;
  /// with those that come from now on where it is absent. The start of an upstream does not change later. Errors
  /// invalid_value with the field; conflict when `revision` is not the newest.
  [[nodiscard]] Result<Upstream> put(intake::UpstreamSettings settings, std::int64_t revision,
                                     std::optional<Instant> from, const std::string& who, const std::string& why);

  /// Newest frames first, at most `limit`; of one state, or of all where it is empty.
  [[nodiscard]] Result<std::vector<DeadLetterEntry>> dead_letters(const std::string& upstream, const std::string& state,
                                                                  std::size_t limit) const;
  /// The frame of a letter, from the log.
  [[nodiscard]] Result<std::string> bytes_of(const DeadLetterEntry& entry) const;
  /// Sends it again, before what waits of its device; it becomes dead again if the upstream will still not have it.
  /// Errors   not_found; conflict when it is not dead.
  [[nodiscard]] Result<DeadLetterEntry> resend(const std::string& upstream, const std::string& letter,
                                               const std::string& who, const std::string& why);
  [[nodiscard]] Result<DeadLetterEntry> discard(const std::string& upstream, const std::string& letter,
                                                const std::string& who, const std::string& why);

  /// As Prometheus text.
  [[nodiscard]] std::string metrics() const;

 private:
  class Impl;
  explicit ForwardDesk(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::watch
