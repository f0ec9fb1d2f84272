#pragma once

#include "ledger/ledger_test_folder.hpp"
#include "ledger/records.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

// What Records should answer, worked out the plain way.

namespace celadon::ledger::test {

using Value = std::variant<double, std::string>;

struct Version {
  Revision revision;
  RecordFace face;
};

/// Every version that was ever stored, by kind and id.
struct Model {
  std::map<std::string, std::map<std::string, std::vector<Version>>> kinds;

  void take(const std::vector<Revision>& revisions, const std::vector<RecordPut>& puts) {
    for (std::size_t i = 0; i < puts.size(); ++i) {
      auto& versions = kinds[revisions[i].kind][revisions[i].id];
      if (versions.empty() || versions.back().revision.revision < revisions[i].revision)
        versions.push_back({revisions[i], puts[i].face});
    }
  }
};

inline bool holds(const Condition& condition, const RecordFace& face) {
  using Test = Condition::Test;
  const auto [begin, end] = face.values.equal_range(condition.field);
  if (condition.test == Test::present) return begin != end;
  if (condition.test == Test::absent) return begin == end;
  return std::any_of(begin, end, [&](const auto& entry) {
    const Value& value = entry.second;
    const Value& first = condition.values.front();
    switch (condition.test) {
      case Test::equal: return value == first;
      case Test::any_of:
        return std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end();
      case Test::none_of:
        return std::find(condition.values.begin(), condition.values.end(), value) == condition.values.end();
      case Test::more: return value.index() == first.index() && value > first;
      case Test::less: return value.index() == first.index() && value < first;
      case Test::at_least: return value.index() == first.index() && value >= first;
      case Test::at_most: return value.index() == first.index() && value <= first;
      case Test::begins: return value.index() == 1 && std::get<1>(value).starts_with(std::get<1>(first));
      default: return false;
    }
  });
}

inline bool in_scope(const RowScope& scope, const RecordFace& face) {
  if (scope.nothing) return false;
  if (!scope.enterprise.empty() && face.enterprise != scope.enterprise) return false;
  if (scope.divisions.empty() || face.division.empty()) return true;
  return std::any_of(scope.divisions.begin(), scope.divisions.end(),
                     [&](const std::string& prefix) { return face.division.starts_with(prefix); });
}

/// Without words.
inline bool fits(const RecordQuery& query, const RecordFace& face) {
  if (face.gone && !query.with_gone) return false;
  if (!in_scope(query.scope, face)) return false;
  if (!query.states.empty() && std::find(query.states.begin(), query.states.end(), face.state) == query.states.end())
    return false;
  if (query.due_until && (!face.due || *face.due > *query.due_until)) return false;
  if (query.within &&
      (!face.place || face.place->west_deg > query.within->east_deg || face.place->east_deg < query.within->west_deg ||
       face.place->south_deg > query.within->north_deg || face.place->north_deg < query.within->south_deg))
    return false;
  return std::all_of(query.where.begin(), query.where.end(),
                     [&](const Condition& condition) { return holds(condition, face); });
}

/// (lacks a key, key, id)
using Order = std::tuple<bool, Value, std::string>;

inline Order order_of(const RecordQuery& query, const Version& version) {
  const auto& face = version.face;
  const std::string& id = version.revision.id;
  if (query.sort == "id") return {false, 0.0, id};
  if (query.sort == "title") return {false, face.title, id};
  if (query.sort == "changed") return {false, static_cast<double>(version.revision.known_at.us), id};
  if (query.sort == "due") return {!face.due, face.due ? static_cast<double>(face.due->us) : 0.0, id};
  const auto [begin, end] = face.values.equal_range(query.sort);
  if (begin == end) return {true, 0.0, id};
  return {false, std::min_element(begin, end, [](const auto& a, const auto& b) { return a.second < b.second; })->second,
          id};
}

inline std::vector<const Version*> answer_of(const Model& model, const RecordQuery& query) {
  std::vector<const Version*> found;
  const auto kind = model.kinds.find(query.kind);
  if (kind == model.kinds.end()) return found;
  for (const auto& [id, versions] : kind->second) {
    const Version* newest = nullptr;
    for (const Version& version : versions)
      if (!query.as_known_at || version.revision.known_at <= *query.as_known_at) newest = &version;
    if (newest != nullptr && fits(query, newest->face)) found.push_back(newest);
  }
  std::sort(found.begin(), found.end(), [&](const Version* a, const Version* b) {
    const auto [a_lacks, a_key, a_id] = order_of(query, *a);
    const auto [b_lacks, b_key, b_id] = order_of(query, *b);
    if (a_lacks != b_lacks) return b_lacks;
    return query.falling ? std::tie(b_key, b_id) < std::tie(a_key, a_id)
                         : std::tie(a_key, a_id) < std::tie(b_key, b_id);
  });
  return found;
}

/// All pages of a query.
inline std::vector<Record> all_pages(const Records& records, RecordQuery query) {
  std::vector<Record> all;
  do {
    auto page = records.find(query);
    if (!page) FAIL(page.error().detail);
    if (!page->next.empty()) REQUIRE(page->items.size() == query.limit);
    all.insert(all.end(), page->items.begin(), page->items.end());
    query.after = page->next;
  } while (!query.after.empty());
  return all;
}

inline std::vector<std::string> ids_of(const std::vector<Record>& records) {
  std::vector<std::string> ids;
  for (const Record& record : records) ids.push_back(record.revision.id);
  return ids;
}

/// Random registers with all that a face can hold.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool once_in(int n) { return below(n) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + below(static_cast<int>(all.size())));
  }

  RecordPut put() {
    RecordPut made;
    made.put = {one_of<std::string>({"fume-unit", "complaint"}),
                "R" + std::to_string(100 + below(40)),
                "{\"n\":" + std::to_string(++count_) + "}",
                Instant{below(5)},
                "tester",
                "",
                {}};
    made.face = face();
    return made;
  }

  RecordFace face() {
    RecordFace made;
    made.title = one_of<std::string>({"红烧肉馆", "兽医站", "a", "b", "B", ""});
    made.state = one_of<std::string>({"open", "working", "closed", ""});
    made.division = one_of<std::string>({"", "360202", "360203", "360222", "360202001", "3602"});
    made.enterprise = one_of<std::string>({"", "", "E1", "E2", "E11"});
    if (!once_in(3)) made.due = Instant{below(6) * 1'000'000 - 2'000'000};
    if (!once_in(3)) {
      const double lon = 117 + below(20) * 0.05, lat = 29 + below(20) * 0.05;
      made.place = Bounds{lon, lat, lon + below(3) * 0.1, lat + below(3) * 0.1};
      made.anchor = {lon, lat};
    }
    const int values = below(6);
    for (int i = 0; i < values; ++i) made.values.emplace(one_of<std::string>({"code", "size", "id", "x"}), value());
    made.gone = once_in(6);
    return made;
  }

  Value value() {
    return once_in(2) ? Value(below(5) * 1.5 - 1) : Value(one_of<std::string>({"", "A", "A1", "a", "餐饮", "餐", "1"}));
  }

  RowScope scope() {
    RowScope made;
    const int divisions = below(3);
    for (int i = 0; i < divisions; ++i)
      made.divisions.push_back(one_of<std::string>({"360202", "3602", "360222", "99"}));
    if (once_in(3)) made.enterprise = one_of<std::string>({"E1", "E2", "E9"});
    made.nothing = once_in(15);
    return made;
  }

  RecordQuery query() {
    RecordQuery made;
    made.kind = one_of<std::string>({"fume-unit", "complaint", "fume-unit", "nothing"});
    const int conditions = once_in(2) ? below(3) : 0;
    for (int i = 0; i < conditions; ++i) made.where.push_back(condition());
    const int states = once_in(2) ? below(3) : 0;
    for (int i = 0; i < states; ++i) made.states.push_back(one_of<std::string>({"open", "working", "", "none"}));
    if (once_in(4)) made.due_until = Instant{below(6) * 1'000'000 - 2'000'000};
    if (once_in(4)) made.within = Bounds{117 + below(20) * 0.05, 29 + below(20) * 0.05, 118, 30};
    if (once_in(2)) made.scope = scope();
    made.with_gone = once_in(3);
    made.sort = one_of<std::string>({"id", "title", "due", "changed", "code", "size", "never"});
    made.falling = once_in(2);
    made.limit = static_cast<std::size_t>(1 + below(9));
    return made;
  }

 private:
  Condition condition() {
    using Test = Condition::Test;
    Condition made;
    made.field = one_of<std::string>({"code", "size", "x", "never"});
    made.test =
        one_of({Test::equal, Test::any_of, Test::none_of, Test::at_least, Test::at_most, Test::more, Test::less,
                Test::begins, Test::present, Test::absent});
    if (made.test == Test::present || made.test == Test::absent) return made;
    made.values.push_back(value());
    if (made.test == Test::begins) made.values = {one_of<std::string>({"", "A", "餐", "z"})};
    if (made.test == Test::any_of || made.test == Test::none_of) made.values.push_back(value());
    return made;
  }

  std::mt19937 random_;
  int count_ = 0;
};

}  // namespace celadon::ledger::test
