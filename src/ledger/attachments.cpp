#include "ledger/attachments.hpp"

#include "core/sha256.hpp"
#include "ledger/ledger_impl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

namespace celadon::ledger {
namespace {

Unexpected<Error> io(const std::filesystem::path& file, const char* what) {
  return fail(Errc::io_failed, file.string() + ": " + what + " (" + std::strerror(errno) +
                                   "); the folder must be writable and have room");
}

/// Letters, line ends and tabs in UTF-8.
bool is_plain_text(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') return false;
    if (byte == 0x7F) return false;
    if (byte < 0x80) continue;
    const std::size_t more = byte >= 0xF0 && byte <= 0xF4  ? 3
                             : byte >= 0xE0 && byte < 0xF0 ? 2
                             : byte >= 0xC2 && byte < 0xE0 ? 1
                                                           : 0;
    if (more == 0 || i + more >= bytes.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80) return false;
    i += more;
  }
  return !bytes.empty();
}

std::string office_type(std::string_view bytes) {
  const auto holds = [&](std::string_view name) { return bytes.find(name) != std::string_view::npos; };
  constexpr std::string_view open_document = "mimetypeapplication/vnd.oasis.opendocument.";
  if (bytes.substr(0, 200).find(open_document) != std::string_view::npos) {
    for (const std::string_view type : {"text", "spreadsheet", "presentation"})
      if (holds(std::string(open_document) + std::string(type)))
        return "application/vnd.oasis.opendocument." + std::string(type);
  }
  if (!holds("[Content_Types].xml")) return "";
  const std::string office = "application/vnd.openxmlformats-officedocument.";
  if (holds("word/document.xml")) return office + "wordprocessingml.document";
  if (holds("xl/workbook.xml")) return office + "spreadsheetml.sheet";
  if (holds("ppt/presentation.xml")) return office + "presentationml.presentation";
  return "";
}

/// By the content, whatever the name says; empty: not one of those taken.
std::string media_type_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return "image/png";
  if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) return "image/webp";
  if (bytes.starts_with("%PDF-"sv)) return "application/pdf";
  if (bytes.starts_with("PK\x03\x04"sv)) return office_type(bytes);
  return is_plain_text(bytes) ? "text/plain" : "";
}

Result<void> check(const std::string& content, const std::string& name, const std::string& who,
                   const std::optional<LonLat>& where) {
  if (content.size() > Attachments::bytes_max)
    return fail(Errc::too_large,
                "the file has " + std::to_string(content.size()) + " bytes, at most " +
                    std::to_string(Attachments::bytes_max) + " are taken",
                "content");
  if (auto good = check_name(name, "name"); !good) return good;
  if (auto good = check_name(who, "who"); !good) return good;
  const auto unfit = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\' || c == 0x7F; };
  if (std::any_of(name.begin(), name.end(), unfit))
    return fail(Errc::invalid_value, "the name of a file has no slashes and no control characters", "name");
  if (where && !(std::abs(where->lon_deg) <= 180 && std::abs(where->lat_deg) <= 90))
    return fail(Errc::invalid_value,
                "the place where it was taken is not on the earth; expected degrees east and north", "lon");
  return {};
}

bool is_hash(std::string_view hash) {
  return hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& hash) {
  return folder / hash.substr(0, 2) / hash.substr(2);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return io(folder, "cannot be opened");
  const int code = ::fsync(handle);
  const int why = errno;
  ::close(handle);
  errno = why;
  if (code != 0) return io(folder, "cannot be brought to the disk");
  return {};
}

Result<void> write_all(int handle, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(handle, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io(file, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(handle) == 0 ? Result<void>{} : io(file, "cannot be brought to the disk");
}

/// The file is there whole or not at all.
Result<void> store(const std::filesystem::path& folder, const std::string& hash, std::string_view content) {
  static std::atomic<std::uint64_t> count = 0;
  const auto file = file_of(folder, hash);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    errno = error.value();
    return io(file.parent_path(), "cannot be made");
  }
  const auto draft =
      folder / ("." + hash.substr(0, 16) + "." + std::to_string(::getpid()) + "." + std::to_string(++count) + ".part");
  const int handle = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
  if (handle < 0) return io(draft, "cannot be made");
  auto stored = write_all(handle, content, draft);
  ::close(handle);
  if (stored && ::rename(draft.c_str(), file.c_str()) != 0) stored = io(file, "cannot be put in its place");
  if (!stored) {
    ::unlink(draft.c_str());
    return stored;
  }
  for (const auto& one : {file.parent_path(), folder, folder.parent_path()}) {
    if (one.empty()) continue;
    if (auto synced = sync_folder(one); !synced) return synced;
  }
  return {};
}

Result<std::optional<Attachment>> find_in(Database& database, const std::string& hash) {
  auto query = database.query(
      "SELECT name, media_type, bytes, taken_at_us, taken_lon, taken_lat, known_at_us, who FROM attachment"
      " WHERE hash = ?");
  query.bind(std::string_view(hash));
  std::optional<Attachment> found;
  if (query.next()) {
    found = Attachment{hash,         query.text(0), query.text(1), query.integer(2), {}, {}, Instant{query.integer(6)},
                       query.text(7)};
    if (!query.is_null(3)) found->taken_at = Instant{query.integer(3)};
    if (!query.is_null(4)) found->taken_where = LonLat{query.number(4), query.number(5)};
  }
  if (query.failed()) return fail(*query.failed());
  return found;
}

Result<void> add_row(Database& database, const Attachment& attachment) {
  auto query = database.query(
      "INSERT INTO attachment (hash, name, media_type, bytes, taken_at_us, taken_lon, taken_lat, known_at_us, who)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(std::string_view(attachment.hash)).bind(std::string_view(attachment.name));
  query.bind(std::string_view(attachment.media_type)).bind(attachment.bytes);
  if (attachment.taken_at)
    query.bind(attachment.taken_at->us);
  else
    query.bind(std::nullopt);
  if (attachment.taken_where)
    query.bind(attachment.taken_where->lon_deg).bind(attachment.taken_where->lat_deg);
  else
    query.bind(std::nullopt).bind(std::nullopt);
  return query.bind(attachment.known_at.us).bind(std::string_view(attachment.who)).run();
}

/// The bytes as they are on the disk; none where the file cannot be read.
std::optional<std::string> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {};
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return in.bad() ? std::nullopt : std::optional(std::move(bytes));
}

}  // namespace

Attachments::Attachments(Ledger& ledger, std::filesystem::path folder) : ledger_(ledger), folder_(std::move(folder)) {}

Result<Attachment> Attachments::put(const std::string& content, const std::string& name,
                                    std::optional<Instant> taken_at, std::optional<LonLat> taken_where,
                                    const std::string& who) {
  if (auto good = check(content, name, who, taken_where); !good) return fail(good.error());
  const std::string type = media_type_of(content);
  if (type.empty()) {
    return fail(Errc::invalid_value,
                name +
                    ": this is not a file that is kept; expected JPEG, PNG, WebP, PDF, an office document (docx, "
                    "xlsx, pptx, odt, ods, odp) or plain text in UTF-8",
                "content");
  }
  auto& inside = Ledger::Inside::of(ledger_);
  const std::string hash = sha256(content);
  std::optional<Attachment> known;
  {
    auto reader = inside.reader();
    if (!reader) return fail(reader.error());
    auto found = find_in(**reader, hash);
    if (!found) return fail(found.error());
    known = std::move(*found);
  }
  // A file that was lost or changed meanwhile is whole again after this.
  const auto on_disk = known ? bytes_of(file_of(folder_, hash)) : std::nullopt;
  if (!on_disk || *on_disk != content) {
    if (auto stored = store(folder_, hash, content); !stored) return fail(stored.error());
  }
  if (known) return *known;
  auto change = inside.change();
  if (!change) return fail(change.error());
  auto found = find_in(change->database(), hash);
  if (!found) return fail(found.error());
  if (*found) return std::move(**found);
  Attachment attachment{
      hash, name, type, static_cast<std::int64_t>(content.size()), taken_at, taken_where, change->known_at(), who};
  auto added = add_row(change->database(), attachment);
  if (added) added = change->commit();
  if (!added) return fail(added.error());
  return attachment;
}

Result<Attachment> Attachments::find(const std::string& hash) const {
  auto reader = Ledger::Inside::of(ledger_).reader();
  if (!reader) return fail(reader.error());
  auto found = find_in(**reader, hash);
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::not_found, "there is no attachment '" + hash.substr(0, 80) + "'", "hash");
  return std::move(**found);
}

Result<std::string> Attachments::content(const std::string& hash) const {
  auto known = find(hash);
  if (!known) return fail(known.error());
  if (!is_hash(hash)) return fail(Errc::file_damaged, "an attachment is kept under '" + hash + "', which is no hash");
  const auto file = file_of(folder_, hash);
  auto bytes = bytes_of(file);
  if (!bytes) {
    return fail(Errc::file_damaged, file.string() + ": cannot be read, expected the " + std::to_string(known->bytes) +
                                        " bytes of " + known->name + "; put the file back from a copy");
  }
  const std::string is = sha256(*bytes);
  if (is != hash) {
    return fail(Errc::file_damaged, file.string() + ": was changed: its SHA-256 is " + is + ", expected " + hash +
                                        "; put the file back from a copy");
  }
  return std::move(*bytes);
}

}  // namespace celadon::ledger
