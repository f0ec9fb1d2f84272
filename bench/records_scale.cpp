#include "bench.hpp"

#include "ledger/records.hpp"

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

// A city's registers at full size: how long it takes to store 100,000 rows, and each kind of question, over the whole
// class. One JSON line each. bench_records_scale [rows] [cases] [folder] [lists|filters|words|maps]: a folder that is
// named is kept, and filled up where it holds rows already.

using namespace celadon;
using namespace celadon::ledger;

namespace {

constexpr double ms = 1000;
constexpr int runs = 20;

struct Names {
  std::mt19937_64 random{20261129};
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random() % end); }
  template <std::size_t n>
  std::string one_of(const char* const (&all)[n]) {
    return all[below(n)];
  }
  std::string title() {
    static const char* const places[] = {"珠山区",   "昌江区",   "浮梁县",   "乐平市",
                                         "新厂街道", "里村街道", "鲇鱼山镇", "景德镇大道"};
    static const char* const families[] = {"张", "王", "李", "赵", "陈", "刘", "周", "吴", "徐",
                                           "孙", "马", "朱", "胡", "林", "郭", "何", "高", "罗"};
    static const char* const given[] = {"记", "家", "氏", "大", "小", "老", "新", "福", "瑞", "祥",
                                        "和", "顺", "金", "玉", "兴", "隆", "德", "昌", "永", "盛"};
    static const char* const things[] = {"餐饮店",     "饭店",   "陶瓷厂", "小吃",   "烧烤店",       "火锅店",
                                         "食品加工厂", "汽修厂", "印刷厂", "洗衣店", "混凝土搅拌站", "养殖场"};
    return one_of(places) + one_of(families) + one_of(given) + one_of(given) + one_of(things);
  }
};

std::string numbered(const char* prefix, std::int64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%07lld", prefix, static_cast<long long>(number));
  return text;
}

RecordPut put_of(Names& names, const char* kind, const char* prefix, std::int64_t number, bool is_case) {
  static const char* const divisions[] = {"360202001", "360202002", "360203001", "360203002",
                                          "360222100", "360222101", "360281001", ""};
  static const char* const states[] = {"open", "working", "checking", "closed", "closed", "closed"};
  static const char* const codes[] = {"A", "B", "B", "C", "C", "C", "C", "C"};
  RecordPut put;
  const std::string title = number % 50'000 == 7 ? "稀有名称磁州窑博物馆" : names.title();
  put.put = {kind,
             numbered(prefix, number),
             "{\"name\":\"" + title + "\",\"capacity_m3_h\":" + std::to_string(names.below(20'000)) +
                 ",\"address\":\"" + title + "旁" + std::to_string(number) + "号\",\"note\":\"" +
                 std::string(200, 'n') + "\"}",
             Instant{0},
             "import",
             "",
             {}};
  RecordFace& face = put.face;
  face.title = title;
  face.division = names.one_of(divisions);
  face.enterprise = names.below(4) == 0 ? numbered("E", static_cast<std::int64_t>(names.below(20'000))) : "";
  face.words = title;
  if (is_case) {
    face.state = names.one_of(states);
    if (face.state != "closed") face.due = Instant{static_cast<std::int64_t>(names.below(400)) * us_per_day};
  }
  const double lon = 116.9 + static_cast<double>(names.below(1'000'000)) * 9e-7;
  const double lat = 28.7 + static_cast<double>(names.below(1'000'000)) * 1e-6;
  face.place = Bounds{lon, lat, lon, lat};
  face.anchor = {lon, lat};
  face.values = {{"name", title},
                 {"code", names.one_of(codes)},
                 {"street", "S" + std::to_string(names.below(3'000))},
                 {"capacity", static_cast<double>(names.below(20'000))},
                 {"built", static_cast<double>(names.below(9'000))},
                 {"licence", numbered("X", number * 7 % 1'000'000)}};
  return put;
}

/// Of this thread; where others use the machine too, the wall's clock says little.
double cpu_ms() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * ms + static_cast<double>(at.tv_nsec) / 1e6;
}

/// Goes on where an earlier run in the same folder was stopped.
void load(Records& records, const char* kind, const char* prefix, std::int64_t count, bool is_case) {
  Names names;
  constexpr std::int64_t batch = 1'000;
  double last = 0, last_cpu_ms = cpu_ms();
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  for (std::int64_t at = 0; at < count; at += batch) {
    if (records.get(kind, numbered(prefix, at + 1))) continue;
    std::vector<RecordPut> puts;
    for (std::int64_t i = at; i < std::min(count, at + batch); ++i)
      puts.push_back(put_of(names, kind, prefix, i + 1, is_case));
    if (auto stored = records.put(puts); !stored) {
      std::fprintf(stderr, "%s\n", stored.error().detail.c_str());
      std::exit(1);
    }
    if ((at + batch) % 100'000 == 0) {
      std::printf("{\"what\": \"store rows %lld to %lld of %s\", \"seconds\": %.2f, \"cpu_s\": %.2f}\n",
                  static_cast<long long>(at + batch - 100'000), static_cast<long long>(at + batch), kind,
                  seconds() - last, (cpu_ms() - last_cpu_ms) / ms);
      std::fflush(stdout);
      last = seconds();
      last_cpu_ms = cpu_ms();
    }
  }
}

template <class Work>
void ask(const char* what, const Work& work) {
  std::size_t answered = 0;
  int run = 0;
  std::vector<double> cpu;
  const auto seconds = seconds_of(runs, [&] {
    const double before = cpu_ms();
    auto answer = work(run++);
    cpu.push_back(cpu_ms() - before);
    if (!answer) {
      std::fprintf(stderr, "%s: %s\n", what, answer.error().detail.c_str());
      std::exit(1);
    }
    answered = *answer;
  });
  const double first_cpu = cpu.front();
  std::sort(cpu.begin(), cpu.end());
  std::printf(
      "{\"what\": \"%s\", \"p50_ms\": %.1f, \"p95_ms\": %.1f, \"cpu_p95_ms\": %.1f, \"first_cpu_ms\": %.1f,"
      " \"answered\": %zu}\n",
      what, median(seconds) * ms, seconds[seconds.size() * 95 / 100] * ms, cpu[cpu.size() * 95 / 100], first_cpu,
      answered);
  std::fflush(stdout);
}

class Questions {
 public:
  explicit Questions(Records& records) : records_(records) {}

  void find(const char* what, const std::function<void(RecordQuery&, int)>& change) {
    ask(what, [&](int run) -> Result<std::size_t> {
      auto page = records_.find(query(change, run));
      if (!page) return fail(page.error());
      return page->total ? static_cast<std::size_t>(*page->total) : page->items.size();
    });
  }
  void tally(const char* what, const std::string& field, const std::function<void(RecordQuery&, int)>& change) {
    ask(what, [&](int run) -> Result<std::size_t> {
      auto groups = records_.tally(query(change, run), field);
      if (!groups) return fail(groups.error());
      return groups->size();
    });
  }
  void sum(const char* what, const std::function<void(RecordQuery&, int)>& change) {
    ask(what, [&](int run) -> Result<std::size_t> {
      auto total = records_.sum(query(change, run), "capacity");
      if (!total) return fail(total.error());
      return static_cast<std::size_t>(total->count);
    });
  }
  void places(const char* what, const std::function<void(RecordQuery&, int)>& change) {
    ask(what, [&](int run) -> Result<std::size_t> {
      auto places = records_.places(query(change, run), "code");
      if (!places) return fail(places.error());
      return places->size();
    });
  }
  /// The `after` of a page far down.
  std::string deep(const std::string& sort, int pages) {
    RecordQuery asked;
    asked.kind = "unit";
    asked.sort = sort;
    asked.limit = 10'000;
    for (int i = 0; i < pages; ++i) asked.after = records_.find(asked).value().next;
    return asked.after;
  }

 private:
  static RecordQuery query(const std::function<void(RecordQuery&, int)>& change, int run) {
    RecordQuery asked;
    asked.kind = "unit";
    change(asked, run);
    return asked;
  }
  Records& records_;
};

using Test = Condition::Test;

void lists(Questions& all, std::int64_t rows, Instant half_way) {
  const std::string deep_id = all.deep("id", static_cast<int>(rows / 20'000)), deep_title = all.deep("title", 20);
  all.find("list, first page", [](RecordQuery&, int) {});
  all.find("list, deep page", [&](RecordQuery& q, int) { q.after = deep_id; });
  all.find("list, 1000 rows", [](RecordQuery& q, int) { q.limit = 1'000; });
  all.find("list by title", [](RecordQuery& q, int run) {
    q.sort = "title";
    q.falling = run % 2 == 0;
  });
  all.find("list by title, deep page", [&](RecordQuery& q, int) {
    q.sort = "title";
    q.after = deep_title;
  });
  all.find("list by a number field", [](RecordQuery& q, int run) {
    q.sort = "capacity";
    q.falling = run % 2 == 0;
  });
  all.find("list by changed, newest first", [](RecordQuery& q, int) {
    q.sort = "changed";
    q.falling = true;
  });
  all.find("list as known half way", [&](RecordQuery& q, int) { q.as_known_at = half_way; });
  all.find("list as known half way, falling, county", [&](RecordQuery& q, int) {
    q.as_known_at = half_way;
    q.falling = true;
    q.scope.divisions = {"360202"};
  });
  all.find("list as known half way, filter", [&](RecordQuery& q, int run) {
    q.as_known_at = half_way;
    q.where = {{"street", Test::equal, {"S" + std::to_string(run)}}};
  });
  all.find("list of a county", [](RecordQuery& q, int) { q.scope.divisions = {"360281"}; });
  all.find("list of an enterprise", [](RecordQuery& q, int run) { q.scope.enterprise = numbered("E", run); });
  all.find("list of a county by title, falling", [](RecordQuery& q, int) {
    q.scope.divisions = {"360281"};
    q.sort = "title";
    q.falling = true;
  });
  all.find("count of all", [](RecordQuery& q, int) { q.count = true; });
  all.find("count of a county", [](RecordQuery& q, int) {
    q.count = true;
    q.scope.divisions = {"360281"};
  });
}

void filters(Questions& all) {
  all.find("filter by a common code", [](RecordQuery& q, int) {
    q.where = {{"code", Test::equal, {std::string("A")}}};
  });
  all.find("filter by a common code, counted", [](RecordQuery& q, int) {
    q.count = true;
    q.where = {{"code", Test::equal, {std::string("A")}}};
  });
  all.find("filter by a common code, by title", [](RecordQuery& q, int) {
    q.sort = "title";
    q.where = {{"code", Test::equal, {std::string("A")}}};
  });
  all.find("filter by a rare code, counted", [](RecordQuery& q, int run) {
    q.count = true;
    q.where = {{"street", Test::equal, {"S" + std::to_string(run)}}};
  });
  all.find("filter by a range, counted", [](RecordQuery& q, int) {
    q.count = true;
    q.where = {{"capacity", Test::at_least, {19'000.0}}};
  });
  all.find("filter by a wide range and a code, counted", [](RecordQuery& q, int) {
    q.count = true;
    q.where = {{"capacity", Test::at_least, {5'000.0}}, {"code", Test::equal, {std::string("B")}}};
  });
  all.find("filter by begin of a licence", [](RecordQuery& q, int run) {
    q.where = {{"licence", Test::begins, {"X00" + std::to_string(10 + run)}}};
  });
  all.find("cases: open", [](RecordQuery& q, int) {
    q.kind = "case";
    q.states = {"open"};
    q.count = true;
  });
  all.find("cases: open, code A, falling", [](RecordQuery& q, int) {
    q.kind = "case";
    q.falling = true;
    q.states = {"open"};
    q.where = {{"code", Test::equal, {std::string("A")}}};
    q.count = true;
  });
  all.find("cases: two states, by due", [](RecordQuery& q, int) {
    q.kind = "case";
    q.sort = "due";
    q.states = {"open", "working"};
  });
  all.find("cases: due until, county", [](RecordQuery& q, int) {
    q.kind = "case";
    q.sort = "due";
    q.due_until = Instant{30 * us_per_day};
    q.scope.divisions = {"360202"};
    q.count = true;
  });
}

void words(Questions& all) {
  const auto with = [&](const char* what, std::string text, bool count, std::string sort = "id") {
    all.find(what, [&](RecordQuery& q, int) {
      q.words = text;
      q.count = count;
      q.sort = sort;
    });
  };
  with("words: two characters, common", "餐饮", false);
  with("words: two characters, common, counted", "餐饮", true);
  with("words: two characters, common, by title", "餐饮", false, "title");
  with("words: four characters, common", "餐饮店 珠山", true);
  with("words: one character", "窑", true);
  with("words: one common character", "店", false);
  with("words: rare", "磁州窑", true);
  with("words: initials of pinyin, mid word", "hgd", true);
  with("words: initials of pinyin, rare", "czy", true);
  with("words: pinyin, common", "canyin", true);
  with("words: pinyin of two letters, while typing", "ca", false);
  with("words: one letter, while typing", "c", false);
  with("words: number", "U0123456", true);
  all.find("words: common, code, county", [](RecordQuery& q, int) {
    q.words = "餐饮";
    q.where = {{"code", Test::equal, {std::string("A")}}};
    q.scope.divisions = {"360202"};
    q.count = true;
  });
}

void maps_and_sums(Questions& all) {
  all.find("box of a street", [](RecordQuery& q, int run) {
    const double w = 117 + run * 0.01;
    q.within = Bounds{w, 29, w + 0.01, 29.01};
    q.count = true;
  });
  all.find("box of a town", [](RecordQuery& q, int run) {
    const double w = 117 + run * 0.01;
    q.within = Bounds{w, 29, w + 0.1, 29.1};
    q.count = true;
  });
  all.find("box of the city", [](RecordQuery& q, int) { q.within = Bounds{116.9, 28.7, 117.8, 29.7}; });
  all.places("places of a town, coloured", [](RecordQuery& q, int run) {
    const double w = 117 + run * 0.01;
    q.within = Bounds{w, 29, w + 0.1, 29.1};
    q.limit = 20'000;
  });
  all.places("places of the city, 10000 of them", [](RecordQuery& q, int) {
    q.within = Bounds{116.9, 28.7, 117.8, 29.7};
    q.limit = 10'000;
  });
  all.tally("tally by code", "code", [](RecordQuery&, int) {});
  all.tally("tally by code, of a county", "code", [](RecordQuery& q, int) { q.scope.divisions = {"360281"}; });
  all.tally("tally of cases by state", "state", [](RecordQuery& q, int) { q.kind = "case"; });
  all.tally("tally of open cases by code", "code", [](RecordQuery& q, int) {
    q.kind = "case";
    q.states = {"open"};
  });
  all.sum("sum of all", [](RecordQuery&, int) {});
  all.sum("sum of a code", [](RecordQuery& q, int) { q.where = {{"code", Test::equal, {std::string("A")}}}; });
}

}  // namespace

int main(int count, char** arguments) {
  const std::int64_t rows = count > 1 ? std::atoll(arguments[1]) : 1'000'000;
  const std::int64_t cases = count > 2 ? std::atoll(arguments[2]) : 200'000;
  const bool kept = count > 3;
  const std::filesystem::path folder =
      kept ? arguments[3] : std::filesystem::temp_directory_path() / "celadon_bench_records";
  if (!kept) std::filesystem::remove_all(folder);
  const auto begin = std::chrono::steady_clock::now();
  auto ledger = Ledger::open(folder);
  if (!ledger) {
    std::fprintf(stderr, "%s\n", ledger.error().detail.c_str());
    return 1;
  }
  std::printf("{\"what\": \"open\", \"seconds\": %.2f}\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  while ((*ledger)->soundness().state == Soundness::State::checking)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::printf("{\"what\": \"looked through\", \"seconds\": %.2f}\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  Records records(**ledger);
  const auto middle = [&] { return records.get("unit", numbered("U", std::max<std::int64_t>(rows / 2, 1))); };
  if (!records.get("case", numbered("C", cases))) {
    load(records, "unit", "U", rows, false);
    load(records, "case", "C", cases, true);
  }
  Questions all(records);
  const std::string part = count > 4 ? arguments[4] : "all";
  const auto asked = [&](const char* name) { return part == "all" || part == name; };
  if (asked("lists")) lists(all, rows, middle()->revision.known_at);
  if (asked("filters")) filters(all);
  if (asked("words")) words(all);
  if (asked("maps")) maps_and_sums(all);
  std::printf("{\"what\": \"file\", \"bytes\": %lld}\n",
              static_cast<long long>(std::filesystem::file_size(folder / "ledger.sqlite")));
  if (!kept) std::filesystem::remove_all(folder);
  return 0;
}
