#include "archive/archive_test_folder.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <random>

#include <unistd.h>

using namespace celadon;
using namespace celadon::archive;

namespace {

/// Stores one message and gives its batch.
std::int64_t put(Archive& archive, const char* name, const std::string& detail, const std::string& bytes,
                 std::int64_t second) {
  Batch batch;
  batch.source = {name, detail};
  batch.received = {second * us_per_second};
  if (!bytes.empty()) batch.raw = {bytes};
  if (bytes.empty()) batch.rows.push_back(SeriesId{1}, {second * us_per_second}, 1, 'N');
  const auto receipt = archive.append_and_wait(std::move(batch));
  REQUIRE(receipt.has_value());
  return receipt->batch;
}

}  // namespace

TEST_CASE("messages are found by source, device, time and content, in pages either way") {
  const Folder folder;
  auto archive = open_in(folder);
  put(*archive, "hj212", "A 10.0.0.1:5", "##1 w01018", 1);
  put(*archive, "hj212", "AB 10.0.0.1:5", "##2 w01018", 2);
  put(*archive, "hj212-refused", "A 10.0.0.1:5 checksum", std::string("##3 '\x00\\\xff w01018", 15), 3);
  put(*archive, "hj212-held", "A 10.0.0.1:6", "##4", 4);
  const auto found = [&](const RawQuery& query) {
    std::string all;
    const auto page = archive->find_raw(query);
    REQUIRE(page.has_value());
    for (const auto& one : *page) all += one.bytes[2];
    return all;
  };
  CHECK(found({}) == "1234");
  RawQuery query;
  query.newest_first = true;
  CHECK(found(query) == "4321");
  query.detail_prefix = "A ";
  CHECK(found(query) == "431");
  query.sources = {"hj212", "hj212-held"};
  CHECK(found(query) == "41");
  query = {};
  query.contains = "w01018";
  CHECK(found(query) == "123");
  query.contains = std::string("'\x00\\\xff", 4);
  CHECK(found(query) == "3");
  query = {};
  query.detail_words = {"AB", "C"};
  CHECK(found(query) == "2");
  query = {};
  query.from = {2 * us_per_second};
  query.to = {3 * us_per_second};
  CHECK(found(query) == "23");
  for (const bool newest_first : {false, true}) {
    std::string all;
    RawQuery page;
    page.newest_first = newest_first;
    page.limit = 1;
    while (true) {
      const auto next = archive->find_raw(page);
      REQUIRE(next.has_value());
      if (next->empty()) break;
      all += next->front().bytes[2];
      page.after = RawPlace{next->front().batch, next->front().position};
    }
    CHECK(all == (newest_first ? "4321" : "1234"));
  }
}

TEST_CASE("batches without messages between those with some hide none of them") {
  const Folder folder;
  auto archive = open_in(folder);
  for (int i = 1; i <= 60; ++i) put(*archive, "any", "x", i % 20 == 0 ? "##" + std::to_string(i) : "", i);
  for (const bool newest_first : {false, true}) {
    RawQuery query;
    query.newest_first = newest_first;
    query.limit = 2;
    const auto page = archive->find_raw(query).value();
    REQUIRE(page.size() == 2);
    CHECK(page[0].bytes == (newest_first ? "##60" : "##20"));
    CHECK(page[1].bytes == "##40");
  }
}

TEST_CASE("a batch of many messages is read in pages that begin in its middle") {
  const Folder folder;
  auto archive = open_in(folder);
  Batch batch;
  batch.source = {"hj212", "A x"};
  for (int i = 0; i < 7; ++i) batch.raw.push_back("##" + std::to_string(i));
  const auto number = archive->append_and_wait(std::move(batch))->batch;
  put(*archive, "hj212", "A x", "##7", 1);
  RawQuery query;
  query.limit = 3;
  query.after = RawPlace{number, 1};
  auto page = archive->find_raw(query).value();
  REQUIRE(page.size() == 3);
  CHECK(page[0].bytes == "##2");
  CHECK(page[2].position == 4);
  query.newest_first = true;
  page = archive->find_raw(query).value();
  REQUIRE(page.size() == 1);
  CHECK(page[0].bytes == "##0");
  CHECK(archive->raw_of(number)->size() == 7);
}

TEST_CASE("a search looks at so many batches only, says where it goes on, and finds all in the end") {
  const Folder folder;
  auto archive = open_in(folder);
  std::vector<std::future<void>> stored;
  for (int i = 0; i < 9000; ++i) {
    auto done = std::make_shared<std::promise<void>>();
    stored.push_back(done->get_future());
    archive->keep_raw({"hj212-held", "A x"}, {i}, i % 3000 == 7 ? "##needle" : "##hay",
                      [done](const Result<Receipt>&) { done->set_value(); });
  }
  for (auto& one : stored) one.get();
  CHECK(archive->last_batch() == 9000);
  for (const bool newest_first : {false, true}) {
    RawQuery query;
    query.contains = "needle";
    query.newest_first = newest_first;
    std::size_t found = 0;
    int pages = 0;
    for (;; ++pages) {
      const auto page = archive->search_raw(query, 1).value();
      found += page.items.size();
      if (!page.next) break;
      query.after = page.next;
    }
    CHECK(found == 3);
    CHECK(pages >= 1);
  }
  RawQuery all;
  all.after = RawPlace{8000, 0};
  CHECK(archive->count_raw(all)->batches == 1000);
  all.sources = {"hj212"};
  CHECK(archive->count_raw(all)->batches == 0);
  CHECK_FALSE(archive->count_raw(all)->oldest.has_value());
  RawQuery times;
  times.from = {100};
  times.to = {109};
  CHECK(archive->count_raw(times)->batches == 10);
  CHECK(archive->count_raw(times)->oldest == Instant{100});
}

TEST_CASE("a bounded source keeps up to its limit and counts the rest, also after a restart") {
  const Folder folder;
  Options options;
  options.kept_bytes_max = {{"hj212-refused", 10}};
  {
    auto archive = open_in(folder, options);
    std::promise<Result<Receipt>> kept;
    archive->keep_raw({"hj212-refused", "A x bad"}, {1}, "123456", [&](Result<Receipt> r) { kept.set_value(r); });
    CHECK(kept.get_future().get().has_value());
    std::promise<Result<Receipt>> dropped;
    archive->keep_raw({"hj212-refused", "A x bad"}, {2}, "12345", [&](Result<Receipt> r) { dropped.set_value(r); });
    CHECK(dropped.get_future().get().error().code == Errc::refused);
    archive->keep_raw({"hj212-refused", "A x bad"}, {3}, "12345");
    CHECK(archive->kept("hj212-refused").bytes == 6);
    CHECK(archive->kept("hj212-refused").dropped == 2);
    std::promise<Result<Receipt>> other;
    archive->keep_raw({"hj212-held", "A x"}, {4}, std::string(1000, 'x'),
                      [&](Result<Receipt> r) { other.set_value(r); });
    CHECK(other.get_future().get().has_value());
  }
  auto archive = open_in(folder, options);
  CHECK(archive->kept("hj212-refused").bytes == 6);
  archive->keep_raw({"hj212-refused", "A x bad"}, {5}, "1234");
  CHECK(archive->kept("hj212-refused").bytes == 10);
  CHECK(archive->kept("hj212-refused").dropped == 0);
}

TEST_CASE("messages without rows weigh in the queue too") {
  const Folder folder;
  Options options;
  options.queued_rows_max = 50;
  auto archive = open_in(folder, options);
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  for (int i = 0; i < 400; ++i) {
    archive->keep_raw({"hj212-held", "A x"}, {i}, std::string(4000, 'x'), [&](const Result<Receipt>& receipt) {
      if (!receipt && receipt.error().code == Errc::too_many) ++refused;
      ++done;
    });
  }
  archive.reset();
  CHECK(done == 400);
  CHECK(refused > 0);
}
