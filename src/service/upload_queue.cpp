#include "service/upload_queue.hpp"

#include <fstream>

namespace celadon::service {

UploadQueue::UploadQueue(std::filesystem::path folder)
    : folder_(std::move(folder)), thread_([this](const std::stop_token& stop) { work_off(stop); }) {}

UploadQueue::~UploadQueue() {
  thread_.request_stop();
  changed_.notify_all();
}

Result<void> UploadQueue::put(const std::string& name, const std::string& bytes, Work work) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= waiting_max)
    return fail(Errc::too_many, "16 imports are waiting already; send again when some are done");
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const auto file = folder_ / name;
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return fail(Errc::io_failed, "the upload could not be kept in " + file.string() + "; is the disk full?");
  waiting_.push_back({file, std::move(work)});
  changed_.notify_all();
  return {};
}

void UploadQueue::work_off(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Upload upload;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      upload = std::move(waiting_.front());
      waiting_.pop_front();
    }
    upload.work(upload.file, stop);
    std::error_code ignored;
    std::filesystem::remove(upload.file, ignored);
  }
}

}  // namespace celadon::service
