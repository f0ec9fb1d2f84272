#include "ledger/attachments.hpp"

#include "core/sha256.hpp"
#include "ledger/ledger_test_folder.hpp"
#include "ledger/sqlite.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;
using namespace std::string_literals;

namespace {

const std::string photo = "\xFF\xD8\xFF\xE0 a photo";

std::filesystem::path file_of(const Folder& folder, const std::string& hash) {
  return folder.path() / "attachments" / hash.substr(0, 2) / hash.substr(2);
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) count += entry.is_regular_file();
  return count;
}

}  // namespace

TEST_CASE("an attachment is kept by its hash, over a restart, with what its sender said of it") {
  const Folder folder;
  std::string hash;
  {
    auto ledger = open_in(folder);
    Attachments attachments(*ledger, folder.path() / "attachments");
    const auto stored = attachments.put(photo, "现场 1.jpg", Instant{7}, LonLat{117.2, 29.3}, "zhang");
    REQUIRE(stored.has_value());
    hash = stored->hash;
    CHECK(hash == sha256(photo));
    CHECK(stored->media_type == "image/jpeg");
  }
  auto ledger = open_in(folder);
  Attachments attachments(*ledger, folder.path() / "attachments");
  const auto found = attachments.find(hash);
  REQUIRE(found.has_value());
  CHECK(found->name == "现场 1.jpg");
  CHECK(found->bytes == static_cast<std::int64_t>(photo.size()));
  CHECK(found->taken_at == Instant{7});
  CHECK(found->taken_where == LonLat{117.2, 29.3});
  CHECK(*attachments.content(hash) == photo);
  CHECK(std::filesystem::status(file_of(folder, hash)).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::group_read));
  // The same content again is the first one's record.
  CHECK(attachments.put(photo, "other.jpg", {}, {}, "li")->name == "现场 1.jpg");
  CHECK(files_in(folder.path() / "attachments") == 1);
  CHECK(attachments.find(std::string(64, '0')).error().code == Errc::not_found);
  CHECK(attachments.content("../../ledger.sqlite").error().code == Errc::not_found);
}

TEST_CASE("a file that was changed, cut or lost is refused as damaged, and whole again once it is sent again") {
  const Folder folder;
  auto ledger = open_in(folder);
  Attachments attachments(*ledger, folder.path() / "attachments");
  const std::string hash = attachments.put(photo, "a.jpg", {}, {}, "zhang")->hash;
  const auto file = file_of(folder, hash);
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  SUBCASE("changed") { std::ofstream(file, std::ios::binary) << "\xFF\xD8\xFF\xE0 A photo"; }
  SUBCASE("cut") { std::filesystem::resize_file(file, 3); }
  SUBCASE("lost") { std::filesystem::remove(file); }
  const auto refused = attachments.content(hash);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::file_damaged);
  CHECK(refused.error().detail.find(file.string()) != std::string::npos);
  REQUIRE(attachments.put(photo, "a.jpg", {}, {}, "zhang").has_value());
  CHECK(*attachments.content(hash) == photo);
}

TEST_CASE("the kind of a file is what its content says, and what is not kept is refused") {
  const Folder folder;
  auto ledger = open_in(folder);
  Attachments attachments(*ledger, folder.path() / "attachments");
  const auto type_of = [&](const std::string& content) {
    const auto stored = attachments.put(content, "name.jpg", {}, {}, "zhang");
    return stored ? stored->media_type : "refused: " + stored.error().field;
  };
  const std::string office = "application/vnd.openxmlformats-officedocument.";
  CHECK(type_of("\x89PNG\r\n\x1A\n...") == "image/png");
  CHECK(type_of("RIFF\x10\0\0\0WEBPVP8 "s) == "image/webp");
  CHECK(type_of("%PDF-1.7 ...") == "application/pdf");
  CHECK(type_of("PK\x03\x04 [Content_Types].xml xl/workbook.xml") == office + "spreadsheetml.sheet");
  CHECK(type_of("PK\x03\x04 [Content_Types].xml word/document.xml") == office + "wordprocessingml.document");
  CHECK(type_of("PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.textPK") ==
        "application/vnd.oasis.opendocument.text");
  CHECK(type_of("姓名,电话\r\n") == "text/plain");
  for (const std::string& content : {""s, "PK\x03\x04 anything"s, "RIFF\x10\0\0\0AVI "s,
                                     "\x7F"
                                     "ELF"s,
                                     "MZ\x90\0"s, "text\0text"s, "\xFF\xFE"s, "\xE5\x85"s})
    CHECK_MESSAGE(type_of(content) == "refused: content", content);
  CHECK(files_in(folder.path() / "attachments") == 7);
}

TEST_CASE("what is said of a file is checked") {
  const Folder folder;
  auto ledger = open_in(folder);
  Attachments attachments(*ledger, folder.path() / "attachments");
  const auto field_of = [&](const std::string& name, const std::string& who, std::optional<LonLat> where) {
    const auto stored = attachments.put(photo, name, {}, where, who);
    return stored ? std::string("good") : stored.error().field;
  };
  CHECK(field_of("", "zhang", {}) == "name");
  CHECK(field_of("../a.jpg", "zhang", {}) == "name");
  CHECK(field_of("a\n.jpg", "zhang", {}) == "name");
  CHECK(field_of("a.jpg", "", {}) == "who");
  CHECK(field_of("a.jpg", "zhang", LonLat{181, 0}) == "lon");
  CHECK(field_of("a.jpg", "zhang", LonLat{std::numeric_limits<double>::quiet_NaN(), 0}) == "lon");
  const auto large = attachments.put(std::string(Attachments::bytes_max + 1, 'a'), "a.txt", {}, {}, "zhang");
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().code == Errc::too_large);
  CHECK(field_of("a.jpg", "zhang", {}) == "good");
}

TEST_CASE("many who send the same file at once get one record of it") {
  const Folder folder;
  auto ledger = open_in(folder);
  Attachments attachments(*ledger, folder.path() / "attachments");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto stored = attachments.put(photo, std::to_string(i) + ".jpg", {}, {}, "zhang");
      if (!stored || *attachments.content(stored->hash) != photo) ++wrong;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(files_in(folder.path() / "attachments") == 1);
  auto database = *Database::open(folder.file(), Database::Mode::write);
  for (const char* sql : {"UPDATE attachment SET name = 'x'", "DELETE FROM attachment",
                          "INSERT OR REPLACE INTO attachment SELECT * FROM attachment"}) {
    const auto refused = database.execute(sql);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find("append-only") != std::string::npos);
  }
}
