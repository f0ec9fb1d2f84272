#include "intake/hj212_forward_cursor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace celadon::intake {
namespace {

constexpr const char* first_word = "celadon-forward-cursor-1";

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

Unexpected<Error> cannot(const std::filesystem::path& file, const char* what) {
  return fail(Errc::io_failed, file.string() + ": cannot " + what + ": " + std::strerror(errno));
}

}  // namespace

Result<void> write_cursor(const std::filesystem::path& file, const ForwardCursor& cursor) {
  std::ostringstream text;
  text << first_word << ' ' << cursor.place.batch << ' ' << cursor.place.position << ' ' << cursor.sent << ' '
       << cursor.answered << ' ' << cursor.refused << ' ' << (cursor.last_answer_at ? cursor.last_answer_at->us : 0)
       << " end\n";
  const std::string bytes = text.str();
  std::error_code made;
  std::filesystem::create_directories(file.parent_path(), made);
  const auto fresh = std::filesystem::path(file.string() + ".new");
  {
    const Descriptor out(open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (out.get() < 0) return cannot(fresh, "be made");
    if (write(out.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      return cannot(fresh, "be written; is the disk full?");
    if (fsync(out.get()) != 0) return cannot(fresh, "be synced");
  }
  if (rename(fresh.c_str(), file.c_str()) != 0) return cannot(file, "be replaced");
  const Descriptor folder(open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return cannot(file.parent_path(), "be synced");
  return {};
}

Result<std::optional<ForwardCursor>> read_cursor(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    if (error) return fail(Errc::io_failed, file.string() + ": cannot be read: " + error.message());
    return std::optional<ForwardCursor>{};
  }
  std::ifstream in(file);
  std::string first;
  std::string last;
  ForwardCursor cursor;
  std::int64_t answer_us = 0;
  in >> first >> cursor.place.batch >> cursor.place.position >> cursor.sent >> cursor.answered >> cursor.refused >>
      answer_us >> last;
  if (!in || first != first_word || last != "end") {
    return fail(Errc::file_damaged, file.string() +
                                        " is not as it was written; delete it, and forwarding begins again "
                                        "where the upstream was registered");
  }
  if (answer_us != 0) cursor.last_answer_at = Instant{answer_us};
  return std::optional(cursor);
}

}  // namespace celadon::intake
