#include "systems/packs_test_world.hpp"

#include <doctest/doctest.h>

#include <set>

// The demo registers (demo/registers, written by scripts/make_demo_registers.mjs): every record is one that the packs
// take.

using namespace celadon;
using namespace celadon::systems;

namespace {

/// Cells of a CSV of ours, the head first: quotes as in RFC 4180.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().emplace_back();
    } else if (!quoted && c == '\n') {
      rows.emplace_back(1);
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();
  return rows;
}

std::filesystem::path demo_registers() { return std::filesystem::path(CELADON_SOURCE) / "demo/registers"; }

/// One row; `id`, `state` and `opened` are of the record, all else are fields.
Entry entry_of(const World& world, const Register& type, const std::vector<std::string>& head,
               const std::vector<std::string>& row) {
  Entry entry{.id = {},
              .state = type.lifecycle ? type.lifecycle->first : "",
              .opened = world.today,
              .since_state = world.today,
              .values = {}};
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (row[i].empty()) continue;
    if (head[i] == "id") {
      entry.id = row[i];
    } else if (head[i] == "state") {
      entry.state = row[i];
    } else if (head[i] == "opened") {
      entry.opened = day_of(row[i].c_str());
    } else {
      const auto* const field = type.field(head[i]);
      INFO(type.id, " ", head[i], " ", row[i]);
      REQUIRE(field != nullptr);
      CHECK(field->formula == nullptr);  // what is computed is not entered
      const auto value = value_from_text(*field, field->codes, row[i]);
      if (!value) FAIL(value.error().detail);
      entry.values[head[i]] = *value;
    }
  }
  if (!type.key.empty()) entry.id = std::get<std::string>(entry.values.at(type.key));
  return entry;
}

World& demo_world() {
  static World world = [] {
    World made;
    for (const auto& file : std::filesystem::directory_iterator(demo_registers())) {
      const auto name = file.path().stem().string();
      if (file.path().extension() != ".csv" || name == "steps") continue;
      const auto* const type = the_packs()->find(name);
      INFO(name);
      REQUIRE(type != nullptr);
      const auto rows = rows_of(read_pack(file.path()).value());
      for (std::size_t i = 1; i < rows.size(); ++i) {
        REQUIRE(rows[i].size() == rows[0].size());
        made.registers[name].push_back(entry_of(made, *type, rows[0], rows[i]));
      }
    }
    return made;
  }();
  // Formulas look at others' formulas, sums of sums of what follows a reference at the deepest (a list of sources).
  static const bool computed = [] {
    for (int pass = 0; pass < 5; ++pass)
      for (auto& [name, list] : world.registers)
        for (auto& entry : list) compute_in(world, *the_packs()->find(name), entry);
    return true;
  }();
  CHECK(computed);
  return world;
}

template <class Take>
void each_record(Take take) {
  auto& world = demo_world();
  for (auto& [name, list] : world.registers)
    for (auto& entry : list) take(world, *the_packs()->find(name), entry);
}

}  // namespace

TEST_CASE("every demo record is taken by its pack: fields, codes, ranges and checks") {
  each_record([](const World& world, const Register& type, const Entry& entry) {
    INFO(type.id, " ", entry.id);
    for (const auto& finding :
         check_fields(type, *the_packs(), entry.values, world.today, end_of(world.today)))
      FAIL_CHECK(finding.field << " " << finding.check << " " << finding.words.zh);
    for (const auto& finding : findings(world, type.id, entry))
      if (finding.is_error) FAIL_CHECK(finding.check << " " << finding.words.zh);
  });
}

TEST_CASE("every demo record says that it is one") {
  each_record([](const World&, const Register& type, const Entry& entry) {
    INFO(type.id, " ", entry.id);
    std::string all;
    for (const auto& field : type.fields) {
      const auto found = entry.values.find(field.id);
      if (found != entry.values.end() && field.type == FieldType::text) all += value_to_text(field, found->second);
    }
    CHECK(all.find("示例") != std::string::npos);
  });
}

TEST_CASE("no demo reference dangles and what is unique is there once") {
  each_record([](const World& world, const Register& type, const Entry& entry) {
    for (const auto& field : type.fields) {
      const auto found = entry.values.find(field.id);
      if (found == entry.values.end()) continue;
      INFO(type.id, " ", entry.id, " ", field.id);
      if (field.type == FieldType::reference) {
        const auto list = world.registers.find(field.of);
        REQUIRE(list != world.registers.end());
        const auto* const one = std::get_if<std::string>(&found->second);
        const auto ids = one != nullptr ? std::vector{*one} : std::get<std::vector<std::string>>(found->second);
        for (const auto& id : ids) CHECK(std::ranges::count(list->second, id, &Entry::id) == 1);
      }
      if (field.unique) {
        const auto& list = world.registers.find(type.id)->second;
        CHECK(std::ranges::count_if(list, [&](const Entry& other) {
                const auto there = other.values.find(field.id);
                return there != other.values.end() && there->second == found->second;
              }) == 1);
      }
    }
  });
}

TEST_CASE("demo places lie in the city") {
  each_record([](const World&, const Register& type, const Entry& entry) {
    const auto found = entry.values.find("place");
    if (found == entry.values.end()) return;
    const auto at = std::get<Geometry>(found->second).parts.front().front();
    INFO(type.id, " ", entry.id, " ", at.lon_deg, " ", at.lat_deg);
    CHECK((at.lon_deg > 116.9 && at.lon_deg < 117.8 && at.lat_deg > 28.7 && at.lat_deg < 29.95));
  });
}

TEST_CASE("the mass balance of the demo closes for all enterprises but one") {
  const auto& accounts = demo_world().registers.at("waste-account");
  REQUIRE(accounts.size() == 10);
  int open = 0;
  for (const auto& account : accounts) {
    const double balance = number(account, "balance_t");
    INFO(account.id, " ", balance);
    open += std::abs(balance) > 0.001;
    CHECK((std::abs(balance) <= 0.001 || balance == doctest::Approx(0.35)));
    CHECK(number(account, "months_there") == 12);
  }
  CHECK(open == 1);
  int lines = 0;
  for (const auto& line : demo_world().registers.at("waste-month"))
    lines += std::abs(number(line, "balance_t")) > 0.001;
  CHECK(lines == 1);
}

TEST_CASE("the demo shows what the packs are for: each kind of trouble is there, and not everywhere") {
  std::map<std::string, int> found_by_check;
  each_record([&](const World& world, const Register& type, const Entry& entry) {
    for (const auto& check : found(world, type.id, entry)) ++found_by_check[type.id + "/" + check];
  });
  for (const auto* const check :
       {"outlet-limit/within-limit", "station-duty/good", "outfall-sample/over", "waste-month/closes",
        "waste-account/closes", "waste-waybill/confirmed-in-time", "waste-waybill/no-difference",
        "waste-container/stored-in-time", "ldar-leak/done-in-time", "tailings-pond/quota-met", "stock-item/enough",
        "stock-item/not-expired", "depot/one-hour"}) {
    INFO(check);
    CHECK(found_by_check[check] > 0);
  }
  CHECK(found_by_check["waste-account/closes"] == 1);
  CHECK(found_by_check["waste-month/as-waybills"] == 0);
  CHECK(found_by_check["waste-month/opening-as-before"] == 0);
}

TEST_CASE("each demo matter came to its state by steps that its pack has") {
  const auto rows = rows_of(read_pack(demo_registers() / "steps.csv").value());
  std::map<std::pair<std::string, std::string>, std::string> at;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const auto* const type = the_packs()->find(row[0]);
    REQUIRE(type != nullptr);
    const auto* const step = type->lifecycle->step(row[2]);
    INFO(row[0], " ", row[1], " ", row[2]);
    REQUIRE(step != nullptr);
    auto& state = at.try_emplace({row[0], row[1]}, type->lifecycle->first).first->second;
    CHECK(has(step->from, state));
    state = step->to;
  }
  std::set<std::string> complaints;
  each_record([&](const World&, const Register& type, const Entry& entry) {
    if (!type.lifecycle) return;
    const auto found = at.find({type.id, entry.id});
    INFO(type.id, " ", entry.id, " ", entry.state);
    CHECK((found == at.end() ? type.lifecycle->first : found->second) == entry.state);
    if (type.id == "complaint") complaints.insert(entry.state);
  });
  CHECK(complaints.size() == the_packs()->find("complaint")->lifecycle->states.size());
}
