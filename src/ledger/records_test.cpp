#include "ledger/records.hpp"
#include "ledger/record_words.hpp"

#include "ledger/records_test_model.hpp"
#include "ledger/sqlite.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::ledger;
using namespace celadon::ledger::test;

namespace {

RecordPut unit(const std::string& id, const std::string& title, const std::string& body = "{}") {
  RecordPut put;
  put.put = {"fume-unit", id, body, Instant{}, "zhang", "", {}};
  put.face.title = title;
  return put;
}

/// Titles of what the words find, in order of id.
std::vector<std::string> titles_by(const Records& records, const std::string& words,
                                   const std::string& kind = "fume-unit") {
  RecordQuery query;
  query.kind = kind;
  query.words = words;
  auto page = records.find(query);
  if (!page) FAIL(page.error().detail);
  std::vector<std::string> titles;
  for (const Record& record : page->items) titles.push_back(record.title);
  return titles;
}

/// The two must give the same for the query, in order, page by page; and the count, too.
void check_same(const Records& records, const Model& model, const RecordQuery& query) {
  const auto expected = answer_of(model, query);
  const auto found = all_pages(records, query);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    REQUIRE(found[i].revision.id == expected[i]->revision.id);
    REQUIRE(found[i].revision.revision == expected[i]->revision.revision);
    REQUIRE(found[i].revision.body == expected[i]->revision.body);
    REQUIRE(found[i].title == expected[i]->face.title);
    REQUIRE(found[i].due == expected[i]->face.due);
    REQUIRE(found[i].gone == expected[i]->face.gone);
  }
  RecordQuery counting = query;
  counting.count = true;
  const auto page = records.find(counting);
  REQUIRE(page.has_value());
  REQUIRE(page->total == static_cast<std::int64_t>(expected.size()));
  REQUIRE(*records.count(query) == static_cast<std::int64_t>(expected.size()));
  REQUIRE_FALSE(page->total_is_more);
  std::map<std::string, std::int64_t> states;
  double sum = 0;
  std::int64_t numbers = 0;
  for (const Version* version : expected) {
    ++states[version->face.state];
    std::set<Value> seen;
    for (auto [it, end] = version->face.values.equal_range("size"); it != end; ++it) {
      if (it->second.index() != 0 || !seen.insert(it->second).second) continue;
      ++numbers;
      sum += std::get<0>(it->second);
    }
  }
  const auto tally = records.tally(query, "state");
  REQUIRE(tally.has_value());
  std::map<std::string, std::int64_t> counted;
  for (std::size_t i = 0; i < tally->size(); ++i) {
    counted.insert((*tally)[i]);
    if (i > 0) REQUIRE((*tally)[i - 1].second >= (*tally)[i].second);
  }
  REQUIRE(counted == states);
  const auto total = records.sum(query, "size");
  REQUIRE(total.has_value());
  REQUIRE(total->count == numbers);
  REQUIRE(total->sum == doctest::Approx(sum));
}

std::vector<RecordPut> some_puts(Maker& maker) {
  std::vector<RecordPut> puts;
  const int count = 1 + maker.below(4);
  for (int k = 0; k < count; ++k) puts.push_back(maker.put());
  return puts;
}

}  // namespace

TEST_CASE("a record is found within the call that stored it, by the words of its title and its number") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("YY000001", "珠山区老街红烧肉馆"), unit("YY000002", "Café Zürich 3 号店")}).has_value());
  for (const char* words : {"红烧", "烧肉馆", "馆", "hongshao", "shaorou", "hsr", "rg", "hong rou", "珠山 肉馆",
                            "YY000001", "yy000001", "zhushanqulaojiehongshaorouguan", "红烧肉 zsq"})
    CHECK_MESSAGE(titles_by(records, words) == std::vector<std::string>{"珠山区老街红烧肉馆"}, words);
  for (const char* words : {"cafe", "CAFÉ", "zur", "３", "号店", "hao", "YY000002"})
    CHECK_MESSAGE(titles_by(records, words) == std::vector<std::string>{"Café Zürich 3 号店"}, words);
  CHECK(titles_by(records, "yy0000").size() == 2);
  for (const char* words :
       {"红肉", "烧红", "区红", "rouhong", "urich", "红烧 cafe", "，。", "\"", "红烧\" OR \"号店", "NEAR(", "*"})
    CHECK_MESSAGE(titles_by(records, words).empty(), words);
  CHECK(titles_by(records, "红烧", "complaint").empty());
}

TEST_CASE("Han characters are read one by one, and the rest is left out") {
  const auto read = pinyin_of("入河(湖)排污口名录 LDAR 5.2");
  CHECK(read.syllables == "ru he hu pai wu kou ming lu");
  CHECK(read.initials == "rhhpwkml");
  CHECK(pinyin_of("LDAR 95%").syllables.empty());
  CHECK(pinyin_of("").initials.empty());
}

TEST_CASE("v is taken for u with dots, and characters outside the basic plane are found") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("1", "绿化工程"), unit("2", "𠮷野家")}).has_value());
  CHECK(titles_by(records, "lvhua") == std::vector<std::string>{"绿化工程"});
  CHECK(titles_by(records, "luhua") == std::vector<std::string>{"绿化工程"});
  CHECK(titles_by(records, "𠮷野") == std::vector<std::string>{"𠮷野家"});
  CHECK(titles_by(records, "𠮷") == std::vector<std::string>{"𠮷野家"});
}

TEST_CASE("words find what is withdrawn only where it is asked for, and count it so") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  auto withdrawn = unit("2", "东街餐馆");
  withdrawn.face.gone = true;
  REQUIRE(records.put({unit("1", "西街餐馆"), withdrawn}).has_value());
  RecordQuery query;
  query.kind = "fume-unit";
  query.words = "餐馆";
  query.count = true;
  CHECK(records.find(query)->total == 1);
  CHECK(titles_by(records, "canguan") == std::vector<std::string>{"西街餐馆"});
  query.with_gone = true;
  CHECK(records.find(query)->total == 2);
  CHECK(records.find(query)->items.size() == 2);
  query.words = "dongjie";
  CHECK(records.find(query)->total == 1);
}

TEST_CASE("a single letter finds only itself, two are the begin of a word") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("1", "a tea house"), unit("2", "apple tea")}).has_value());
  CHECK(titles_by(records, "a") == std::vector<std::string>{"a tea house"});
  CHECK(titles_by(records, "ap") == std::vector<std::string>{"apple tea"});
  CHECK(titles_by(records, "te").size() == 2);
}

TEST_CASE("words find what is in force now only, and are refused for the past") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("1", "旧名餐馆")}).has_value());
  REQUIRE(records.put({unit("1", "新名餐馆", R"({"n":2})")}).has_value());
  CHECK(titles_by(records, "旧名").empty());
  CHECK(titles_by(records, "餐馆") == std::vector<std::string>{"新名餐馆"});
  RecordQuery query;
  query.kind = "fume-unit";
  query.words = "旧名";
  query.as_known_at = now();
  const auto refused = records.find(query);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::invalid_value);
  CHECK(refused.error().field == "words");
}

TEST_CASE("lists, counts, tallies and sums are as worked out the plain way, for now and for every moment before") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    const Folder folder;
    const Clock clock;
    Options options = clock.options();
    if (seed % 2 == 0) options.rows_walked_max = 0;  // all by columns in memory
    auto ledger = open_in(folder, options);
    Records records(*ledger);
    Model model;
    Maker maker(seed);
    std::vector<Instant> moments;
    for (int step = 0; step < 60; ++step) {
      const auto puts = some_puts(maker);
      const auto stored = records.put(puts);
      REQUIRE(stored.has_value());
      model.take(*stored, puts);
      moments.push_back(stored->back().known_at);
      CAPTURE(seed);
      CAPTURE(step);
      check_same(records, model, maker.query());
      RecordQuery then = maker.query();
      then.as_known_at = Instant{moments[static_cast<std::size_t>(maker.below(step + 1))].us + maker.below(3) - 1};
      check_same(records, model, then);
    }
  }
}

TEST_CASE("columns over several blocks follow each change, also one that another program made") {
  const Folder folder;
  Options options;
  options.rows_walked_max = 0;
  auto ledger = open_in(folder, options);
  Records records(*ledger);
  const auto numbered = [](int number, const std::string& code, double size) {
    RecordPut put = unit(std::to_string(100'000 + number), "店");
    put.put.body = "{\"code\":\"" + code + "\",\"size\":" + std::to_string(size) + "}";
    put.face.words = code;
    put.face.values = {{"code", code}, {"size", size}, {"size", size + 0.5}};
    return put;
  };
  constexpr int rows = 10'000;
  for (int begin = 0; begin < rows; begin += 1'000) {
    std::vector<RecordPut> puts;
    for (int i = begin; i < begin + 1'000; ++i) puts.push_back(numbered(i, i % 4 == 0 ? "A" : "B", i));
    REQUIRE(records.put(puts).has_value());
  }
  RecordQuery query;
  query.kind = "fume-unit";
  query.where = {{"code", Condition::Test::equal, {std::string("A")}}, {"size", Condition::Test::at_least, {4'000.0}}};
  query.count = true;
  const auto is = [&](std::int64_t count, double sum, const Records& asked) {
    CHECK(asked.find(query)->total == count);
    const auto total = asked.sum(query, "size");
    REQUIRE(total.has_value());
    CHECK(total->count == 2 * count);
    CHECK(total->sum == doctest::Approx(sum));
    const auto tally = asked.tally(query, "code");
    REQUIRE(tally.has_value());
    REQUIRE(tally->size() == 1);
    CHECK(tally->front() == std::pair<std::string, std::int64_t>("A", count));
  };
  double sum = 0;
  for (int i = 4'000; i < rows; i += 4) sum += 2.0 * i + 0.5;
  is(1'500, sum, records);
  const Instant before = records.get("fume-unit", "109999")->revision.known_at;
  REQUIRE(records.put({numbered(4'000, "B", 4'000), numbered(3, "A", 5'000)}).has_value());
  const double changed = sum - 8'000.5 + 10'000.5;
  is(1'500, changed, records);
  query.as_known_at = before;
  is(1'500, sum, records);
  query.as_known_at.reset();
  {
    auto other = open_in(folder, options);
    Records others(*other);
    REQUIRE(others.put({numbered(8'001, "A", 8'001)}).has_value());
  }
  is(1'501, changed + 16'002.5, records);
  query.where.pop_back();
  query.words = "a";
  CHECK(records.find(query)->total == 2'501);
}

TEST_CASE("what was answered once is answered again for that moment, whatever changed since") {
  const Folder folder;
  const Clock clock;
  auto ledger = open_in(folder, clock.options());
  Records records(*ledger);
  Maker maker(77);
  struct Answer {
    RecordQuery query;
    std::vector<std::string> bodies;
  };
  std::vector<Answer> answers;
  const auto bodies_of = [&](const RecordQuery& query) {
    std::vector<std::string> bodies;
    for (const Record& record : all_pages(records, query)) bodies.push_back(record.revision.body);
    return bodies;
  };
  for (int step = 0; step < 120; ++step) {
    const auto stored = records.put({maker.put()});
    REQUIRE(stored.has_value());
    RecordQuery query = maker.query();
    answers.push_back({query, bodies_of(query)});
    answers.back().query.as_known_at = stored->back().known_at;
  }
  std::size_t found = 0;
  for (const Answer& answer : answers) {
    CHECK(bodies_of(answer.query) == answer.bodies);
    found += answer.bodies.size();
  }
  CHECK(found > 100);
}

TEST_CASE("no query shows a row outside the scope, whatever else it asks") {
  for (const std::int64_t rows_walked_max : {std::int64_t{20'000}, std::int64_t{0}}) {
    const Folder folder;
    Options options;
    options.rows_walked_max = rows_walked_max;
    auto ledger = open_in(folder, options);
    Records records(*ledger);
    Model model;
    Maker maker(5);
    for (int step = 0; step < 40; ++step) {
      const auto puts = some_puts(maker);
      const auto stored = records.put(puts);
      REQUIRE(stored.has_value());
      model.take(*stored, puts);
    }
    std::size_t seen = 0;
    for (int i = 0; i < 400; ++i) {
      RecordQuery query = maker.query();
      query.scope = maker.scope();
      if (maker.once_in(3)) query.words = maker.one_of<std::string>({"兽医", "hong", "r1", "馆"});
      for (const Record& record : all_pages(records, query)) {
        const auto& face = model.kinds[query.kind][record.revision.id].back().face;
        REQUIRE(in_scope(query.scope, face));
        ++seen;
      }
      query.limit = 100;
      const auto places = records.places(query, "code");
      REQUIRE(places.has_value());
      for (const RecordPlace& place : *places) {
        const auto& face = model.kinds[query.kind][place.id].back().face;
        REQUIRE(in_scope(query.scope, face));
        REQUIRE(face.anchor == place.anchor);
      }
    }
    CHECK(seen > 100);
  }
}

TEST_CASE("a page asked for with another list's `after`, or a broken one, is refused") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("1", "a"), unit("2", "b"), unit("3", "c")}).has_value());
  RecordQuery query;
  query.kind = "fume-unit";
  query.sort = "title";
  query.limit = 1;
  const std::string next = records.find(query)->next;
  REQUIRE_FALSE(next.empty());
  const auto refused = [&](RecordQuery asked, const std::string& after) {
    asked.after = after;
    const auto page = records.find(asked);
    return !page && page.error().code == Errc::invalid_value && page.error().field == "after";
  };
  CHECK_FALSE(refused(query, next));
  RecordQuery other = query;
  other.sort = "id";
  CHECK(refused(other, next));
  other = query;
  other.falling = true;
  CHECK(refused(other, next));
  other = query;
  other.kind = "complaint";
  CHECK(refused(other, next));
  CHECK(refused(query, "1"));
  CHECK(refused(query, next + "00"));
  for (std::size_t i = 0; i < next.size(); ++i) {
    std::string broken = next;
    broken[i] = broken[i] == '1' ? '2' : '1';
    CHECK(refused(query, broken));
  }
}

TEST_CASE("what a query says wrong is refused by the name of the field") {
  const Folder folder;
  auto ledger = open_in(folder);
  const Records records(*ledger);
  const auto field_of = [&](const std::function<void(RecordQuery&)>& change) {
    RecordQuery query;
    query.kind = "fume-unit";
    change(query);
    const auto page = records.find(query);
    return page ? std::string("good") : page.error().field;
  };
  using Test = Condition::Test;
  CHECK(field_of([](RecordQuery&) {}) == "good");
  CHECK(field_of([](RecordQuery& q) { q.kind = ""; }) == "kind");
  CHECK(field_of([](RecordQuery& q) { q.limit = 0; }) == "limit");
  CHECK(field_of([](RecordQuery& q) { q.limit = 10'001; }) == "limit");
  CHECK(field_of([](RecordQuery& q) { q.words = std::string(201, 'a'); }) == "words");
  CHECK(field_of([](RecordQuery& q) { q.within = Bounds{118, 29, 117, 30}; }) == "within");
  CHECK(field_of([](RecordQuery& q) { q.where = {{"code", Test::equal, {}}}; }) == "where");
  CHECK(field_of([](RecordQuery& q) { q.where = {{"code", Test::begins, {1.0}}}; }) == "where");
  CHECK(field_of([](RecordQuery& q) { q.where = {{"code", Test::absent, {1.0}}}; }) == "where");
  CHECK(field_of([](RecordQuery& q) { q.where = {{"", Test::equal, {1.0}}}; }) == "where");
}

TEST_CASE("a conflict names the record and both revisions and stores nothing of the call") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(records.put({unit("1", "a")}).has_value());
  auto stale = unit("1", "b", R"({"n":2})");
  stale.put.expected_revision = 0;
  const auto refused = records.put({unit("2", "new"), stale});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(refused.error().detail.find("fume-unit 1 is at revision 1") != std::string::npos);
  CHECK(refused.error().detail.find("upon 0") != std::string::npos);
  CHECK_FALSE(records.get("fume-unit", "2").has_value());
  CHECK(titles_by(records, "new").empty());
  CHECK(titles_by(records, "a") == std::vector<std::string>{"a"});
}

TEST_CASE("an equal body stores nothing; an entry without a face gets one with the next put") {
  const Folder folder;
  auto ledger = open_in(folder);
  Records records(*ledger);
  REQUIRE(ledger->put({"fume-unit", "1", "{}", Instant{}, "zhang", "", {}}).has_value());
  CHECK(titles_by(records, "").empty());
  const auto stored = records.put({unit("1", "a")});
  REQUIRE(stored.has_value());
  CHECK(stored->at(0).revision == 1);
  CHECK(titles_by(records, "") == std::vector<std::string>{"a"});
  CHECK(records.put({unit("1", "a")})->at(0).known_at == stored->at(0).known_at);
  CHECK(ledger->history("fume-unit", "1")->size() == 1);
}

TEST_CASE("numbers of a prefix are each given once, past those that records have already") {
  const Folder folder;
  {
    auto ledger = open_in(folder);
    Records records(*ledger);
    REQUIRE(records.put({unit("YY000002", "brought along")}).has_value());
    CHECK(*records.next_id("fume-unit", "YY", 6) == "YY000001");
    CHECK(*records.next_id("fume-unit", "YY", 6) == "YY000003");
    CHECK(*records.next_id("fume-unit", "ZZ", 2) == "ZZ01");
    CHECK(*records.next_id("complaint", "YY", 6) == "YY000001");
  }
  auto ledger = open_in(folder);
  CHECK(*Records(*ledger).next_id("fume-unit", "YY", 6) == "YY000004");
}
