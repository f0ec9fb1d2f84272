#pragma once

#include "core/result.hpp"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace celadon::service {

/// Uploads that wait their turn: each is kept as a file until it is worked off, one at a time, in the order they came,
/// on a thread of their own. Any thread.
class UploadQueue {
 public:
  static constexpr std::size_t waiting_max = 16;

  explicit UploadQueue(std::filesystem::path folder);
  ~UploadQueue();  ///< asks the running work to stop, and waits for it; what waits is not begun
  UploadQueue(const UploadQueue&) = delete;
  UploadQueue& operator=(const UploadQueue&) = delete;

  using Work = std::function<void(const std::filesystem::path& file, const std::stop_token& stop)>;
  /// Keeps the bytes under `name`; the file is gone when `work` has returned.
  /// Errors   too_many when 16 wait already, io_failed when the bytes cannot be kept.
  [[nodiscard]] Result<void> put(const std::string& name, const std::string& bytes, Work work);

 private:
  struct Upload {
    std::filesystem::path file;
    Work work;
  };
  void work_off(const std::stop_token& stop);

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Upload> waiting_;
  std::jthread thread_;
};

}  // namespace celadon::service
