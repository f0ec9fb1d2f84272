#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "systems/packs_test_world.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <cmath>
#include <regex>
#include <set>

using namespace celadon;
using namespace celadon::systems;

namespace {

const char* const ten[] = {"enterprise", "station",   "outfall",    "hazardous-waste",  "ldar",
                           "tailings",   "complaint", "exceedance", "inspection-issue", "emergency-stock"};

bool has_han(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0xE4 && byte <= 0xE9) return true;
  }
  return false;
}
bool has_latin(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}
void check_words(const Words& words, const std::string& where) {
  INFO(where, ": ", words.zh, " / ", words.en);
  CHECK_FALSE(words.zh.empty());
  CHECK(has_latin(words.en));
  CHECK_FALSE(has_han(words.en));
}

void check_source(const Source& source, const std::string& where) {
  INFO(where, ": ", source.text, " [", source.trust, "]");
  CHECK_FALSE(source.text.empty());
  CHECK(is_trust(source.trust));
}

template <class Take>
void each_register(Take take) {
  for (const auto& system : the_packs()->systems())
    for (const auto& type : system.registers) take(system, type);
}

}  // namespace

TEST_CASE("the ten packs of ten shapes load together and fit") {
  for (const auto* const id : ten) {
    INFO(id);
    CHECK(std::ranges::find(the_packs()->systems(), id, &System::id) != the_packs()->systems().end());
  }
  CHECK(the_packs()->codes("division")->codes.size() == 5);
  CHECK(the_packs()->codes("waste-code")->codes.size() == 467);
}

TEST_CASE("every word of the packs stands in Chinese and in English") {
  for (const auto& system : the_packs()->systems()) {
    check_words(system.name, system.id);
    for (const auto& list : system.codes)
      for (const auto& code : list.codes) {
        INFO(list.id, " ", code.code, ": ", code.name.en);
        CHECK_FALSE(code.name.zh.empty());
        CHECK_FALSE(has_han(code.name.en));
      }
  }
  each_register([](const System&, const Register& type) {
    check_words(type.name, type.id);
    for (const auto& field : type.fields) check_words(field.name, type.id + "." + field.id);
    for (const auto& check : type.checks) check_words(check.words, type.id + " check " + check.id);
    for (const auto& view : type.views) check_words(view.name, type.id + " view " + view.id);
    for (const auto& indicator : type.indicators) check_words(indicator.name, type.id + " " + indicator.id);
    if (!type.lifecycle) return;
    for (const auto& state : type.lifecycle->states) check_words(state.name, type.id + " state " + state.id);
    for (const auto& step : type.lifecycle->steps) {
      check_words(step.name, type.id + " step " + step.id);
      for (const auto& must : step.must) check_words(must.words, type.id + " must of " + step.id);
      for (const auto& evidence : step.evidence) check_words(evidence.name, type.id + " " + evidence.id);
    }
    for (const auto& deadline : type.lifecycle->deadlines) check_words(deadline.name, type.id + " " + deadline.id);
  });
}

TEST_CASE("every register has a list of all, somebody who reads and writes, and a note or remark") {
  each_register([](const System&, const Register& type) {
    INFO(type.id);
    REQUIRE_FALSE(type.views.empty());
    CHECK(type.views.front().id == "all");
    CHECK(type.views.front().where == nullptr);
    CHECK_FALSE(type.rights.read.empty());
    CHECK_FALSE(type.rights.write.empty());
    CHECK((type.field("note") != nullptr || type.field("remark") != nullptr));
  });
}

TEST_CASE("no personal field is open to anybody or part of a title") {
  each_register([](const System&, const Register& type) {
    for (const auto& field : type.fields) {
      INFO(type.id, ".", field.id);
      if (field.personal) CHECK(std::ranges::find(type.open_fields, field.id) == type.open_fields.end());
      if (field.personal) CHECK(type.title.find("{" + field.id + "}") == std::string::npos);
    }
  });
}

TEST_CASE("every rule names its source and how far that was checked") {
  for (const auto& system : the_packs()->systems()) {
    check_source(system.source, system.id);
    for (const auto& list : system.codes) check_source(list.source, list.id);
  }
  each_register([](const System&, const Register& type) {
    for (const auto& field : type.fields) check_source(field.source, type.id + "." + field.id);
    for (const auto& check : type.checks) check_source(check.source, type.id + " " + check.id);
    if (!type.lifecycle) return;
    for (const auto& deadline : type.lifecycle->deadlines) check_source(deadline.source, type.id + " " + deadline.id);
  });
}

TEST_CASE("a number that decides has its own source beside it") {
  // Digits of a rounding, hundreds of a share and the kilogram of a weighing are no law.
  const std::set<std::string> plain = {"0", "1", "100", "1000", "0.001", "1000000000"};
  const std::regex quoted("'[^']*'"), rounded(", -?[0-9]\\)"), digits("[0-9]+(\\.[0-9]+)?");
  const auto decides = [&](std::string expression) {
    expression = std::regex_replace(expression, quoted, "");
    expression = std::regex_replace(expression, rounded, ")");
    expression = std::regex_replace(expression, std::regex("[a-z_]+[0-9]+[a-z0-9_]*"), "");
    for (std::sregex_iterator i(expression.begin(), expression.end(), digits), end; i != end; ++i)
      if (!plain.contains(i->str())) return true;
    return false;
  };
  const auto files = pack_files({std::filesystem::path(CELADON_PACKS) / "systems"});
  REQUIRE(files);
  for (const auto& file : *files) {
    for (const auto& type : YAML::LoadFile(file.string())["registers"]) {
      const auto look = [&](const YAML::Node& list, const char* expression) {
        for (const auto& entry : list) {
          if (!entry[expression] || !decides(entry[expression].as<std::string>())) continue;
          INFO(file.filename().string(), ":", entry.Mark().line + 1, " ", entry["id"].as<std::string>());
          CHECK(entry["source"]);
          CHECK(entry["trust"]);
        }
      };
      look(type["fields"], "formula");
      look(type["checks"], "must");
      look(type["checks"], "when");
      if (!type["lifecycle"]) continue;
      for (const auto& deadline : type["lifecycle"]["deadlines"]) {
        INFO(file.filename().string(), ":", deadline.Mark().line + 1);
        CHECK(deadline["source"]);
        CHECK(deadline["trust"]);
      }
    }
  }
}

TEST_CASE("exceedance cases open on just those watch rules that open a case for a value") {
  std::set<std::string> rules, missing, opened, faults;
  for (const auto& rule : YAML::LoadFile(std::string(CELADON_PACKS) + "/watch/rules.yaml")["rules"]) {
    if (!rule["opens_case"].as<bool>()) continue;
    (rule["kind"].as<std::string>() == "no-data" ? missing : rules).insert(rule["id"].as<std::string>());
  }
  for (const auto& opens : the_packs()->find("exceedance")->opens_on) opened.insert(opens.event);
  for (const auto& opens : the_packs()->find("station-fault")->opens_on) faults.insert(opens.event);
  CHECK(opened == rules);
  CHECK(faults == missing);
}

TEST_CASE("a permit is renewed sixty days before its end and belongs to its holder") {
  World world;
  add(world, "enterprise", "91360281MADEM1001R",
      {{"code", "91360281MADEM1001R"}, {"division", "360281"}, {"permit_level", "key"}});
  auto& permit = add(world, "permit", "x",
                     {{"number", "91360281MADEM1001R001P"},
                      {"enterprise", "91360281MADEM1001R"},
                      {"level", "key"},
                      {"site_check", "是"},
                      {"applied_on", "2026-01-05"},
                      {"valid_from_on", "2026-03-01"},
                      {"valid_to", "2031-02-28"}});
  CHECK(text("permit", permit, "renew_by") == "2030-12-30");
  CHECK(ends("permit", permit, "renewal") == "2030-12-30");
  CHECK(text("permit", permit, "decide_by") == "2026-02-19");
  CHECK(text("permit", permit, "division") == "360281");
  CHECK(found(world, "permit", permit).empty());
  permit.values = values_of(*the_packs()->find("permit"), {{"number", "91360281MADEM1002W001P"},
                                                           {"enterprise", "91360281MADEM1001R"},
                                                           {"level", "simplified"},
                                                           {"valid_from_on", "2026-03-01"},
                                                           {"valid_to", "2031-03-02"}});
  CHECK(found(world, "permit", permit) ==
        std::vector<std::string>{"!number-of-holder", "!five-years", "level-as-enterprise"});
}

TEST_CASE("a permitted limit is no looser than the standard, and the year's amount is the least of three") {
  World world;
  add(world, "enterprise", "E", {{"code", "91360281MADEM1001R"}, {"division", "360281"}});
  add(world, "outlet", "PK00001", {{"enterprise", "E"}, {"code", "DA001"}, {"kind", "air"}});
  const auto limit = [&](const char* permitted, const char* measured) -> Entry& {
    return add(world, "outlet-limit", "XZ1",
               {{"outlet", "PK00001"},
                {"enterprise", "E"},
                {"pollutant", "PM"},
                {"limit", permitted},
                {"standard_limit", "30"},
                {"measured", measured},
                {"by_concentration_t_a", "12.5"},
                {"by_eia_t_a", "9"},
                {"discharged_t", "8"}});
  };
  auto& good = limit("30", "30");
  CHECK(found(world, "outlet-limit", good).empty());
  CHECK(number(good, "permitted_t_a") == 9);
  CHECK(number(good, "margin") == 0);
  CHECK(found(world, "outlet-limit", limit("30.1", "30")) == std::vector<std::string>{"!no-looser-than-standard"});
  CHECK(found(world, "outlet-limit", limit("30", "30.1")) == std::vector<std::string>{"within-limit"});
}

TEST_CASE("credit counts what still holds, and its band follows") {
  World world;
  auto& firm =
      add(world, "enterprise", "91360281MADEM1001R", {{"code", "91360281MADEM1001R"}, {"permit_level", "key"}});
  CHECK(number(firm, "score") == 100);
  CHECK(text("enterprise", firm, "band") == "green");
  const auto lose = [&](const char* points, const char* until) {
    add(world, "credit-event", "", {{"enterprise", "91360281MADEM1001R"}, {"points", points}, {"valid_until", until}});
    again(world, "enterprise", firm);
  };
  lose("-10", "2026-11-29");
  CHECK(number(firm, "score") == 90);
  CHECK(text("enterprise", firm, "band") == "green");
  lose("-1", "2027-01-01");
  CHECK(text("enterprise", firm, "band") == "blue");
  lose("-50", "2026-11-28");  // ended yesterday
  CHECK(number(firm, "score") == 89);
  lose("-120", "2027-01-01");
  CHECK(number(firm, "score") == 0);
  CHECK(text("enterprise", firm, "band") == "red");
}

TEST_CASE("an instrument's calibration clock follows its kind, and a bad check puts its data in doubt") {
  World world;
  auto& gas = add(world, "instrument", "YQ00001",
                  {{"kind", "gas"}, {"range_high", "500"}, {"calibrated_on", "2026-11-22"}}, "in-service");
  CHECK(ends("instrument", gas, "calibration") == "2026-11-29");
  const auto check = [&](const char* reading, const char* until) -> Entry& {
    return add(world, "station-duty", "",
               {{"instrument", "YQ00001"},
                {"kind", "span"},
                {"done_on", "2026-11-29"},
                {"nominal", "400"},
                {"reading", reading},
                {"standard_until", until}});
  };
  auto& good = check("410", "2026-11-29");
  CHECK(number(good, "drift_pct") == 2);  // of the full range
  CHECK(found(world, "station-duty", good).empty());
  CHECK(found(world, "station-duty", check("410.1", "2026-11-29")) == std::vector<std::string>{"good"});
  CHECK(found(world, "station-duty", check("400", "2026-11-28")) == std::vector<std::string>{"!standard-valid"});
}

TEST_CASE("a restored instrument needs a good check since it failed") {
  World world;
  auto& gas = add(world, "instrument", "YQ00001",
                  {{"kind", "gas"}, {"range_high", "500"}, {"calibrated_on", "2026-11-22"}}, "out-of-control");
  gas.since_state = day_of("2026-11-27");
  CHECK_FALSE(musts_hold(world, "instrument", gas, "restore"));
  auto& duty = add(
      world, "station-duty", "",
      {{"instrument", "YQ00001"}, {"kind", "span"}, {"done_on", "2026-11-26"}, {"nominal", "400"}, {"reading", "401"}});
  CHECK_FALSE(musts_hold(world, "instrument", gas, "restore"));
  duty.values["done_on"] = day_of("2026-11-27");
  CHECK(musts_hold(world, "instrument", gas, "restore"));
}

TEST_CASE("an outfall is accepted only when what flows after the remedy is within the limits") {
  World world;
  auto& outfall =
      add(world, "outfall", "PW00001",
          {{"remedy", "regulate"}, {"sign_plate", "是"}, {"sampling_point", "是"}, {"remedied_on", "2026-10-01"}},
          "remedying");
  const auto sample = [&](const char* on, const char* cod) -> Entry& {
    return add(world, "outfall-sample", "",
               {{"outfall", "PW00001"},
                {"sampled_on", on},
                {"standard", "gb18918-1a"},
                {"flow_m3_d", "200"},
                {"cod_mg_l", cod}});
  };
  auto& before = sample("2026-05-01", "75");
  CHECK(number(before, "multiple") == 0.5);
  CHECK(number(before, "cod_kg_d") == 15);
  CHECK(found(world, "outfall-sample", before) == std::vector<std::string>{"over"});
  CHECK_FALSE(musts_hold(world, "outfall", outfall, "accept"));  // nothing since
  auto& after = sample("2026-10-01", "50.1");
  CHECK_FALSE(musts_hold(world, "outfall", outfall, "accept"));
  after.values =
      values_of(*the_packs()->find("outfall-sample"),
                {{"outfall", "PW00001"}, {"sampled_on", "2026-10-01"}, {"standard", "gb18918-1a"}, {"cod_mg_l", "50"}});
  again(world, "outfall-sample", after);
  CHECK(musts_hold(world, "outfall", outfall, "accept"));
  outfall.values["sampling_point"] = false;
  CHECK_FALSE(musts_hold(world, "outfall", outfall, "accept"));
}

TEST_CASE("the guide's own register is the text it prints, loads beside the packs and does what its steps say") {
  const auto guide = read_pack(std::filesystem::path(CELADON_SOURCE) / "docs/packs.md");
  const auto text_of_it = read_pack(std::filesystem::path(CELADON_SOURCE) / "tests/scenario/fume-island.yaml");
  REQUIRE(guide);
  REQUIRE(text_of_it);
  CHECK(guide->find("```yaml\n" + *text_of_it + "```") != std::string::npos);

  auto system = parse_system(*text_of_it, "fume-island.yaml", {});
  if (!system) FAIL(system.error().detail);
  auto systems = the_packs()->systems();
  systems.push_back(*system);
  const auto catalogue = make_catalogue(std::move(systems));
  if (!catalogue) FAIL(catalogue.error().detail);
  const auto* const type = (*catalogue)->find("fume-unit");
  REQUIRE(type != nullptr);

  World world;
  Entry unit{.id = "", .state = "", .opened = world.today, .since_state = world.today, .values = {}};
  const auto fill = [&](const char* capacity) {
    unit.values = values_of(*type, {{"name", "陶溪川油烟绿岛（示例）"},
                                    {"kind", "餐饮集中区"},
                                    {"division", "珠山区"},
                                    {"stoves", "6"},
                                    {"capacity_m3_h", capacity},
                                    {"place", "117.2290,29.2860"}});
    compute_in(world, *type, unit);
  };
  fill("9000");
  CHECK(std::get<double>(unit.values.at("per_stove_m3_h")) == 1500);
  CHECK(check_fields(*type, **catalogue, unit.values, world.today, first_moment_of(world.today)).empty());
  const auto refused = run_checks(*type, WorldFacts(world, *type, unit));
  REQUIRE(refused);
  REQUIRE(refused->size() == 2);
  CHECK(refused->front().is_error);
  CHECK(refused->front().words.zh == "每灶风量 1500 m3/h，低于基准灶头的 2000 m3/h");
  fill("15000");
  const auto taken = run_checks(*type, WorldFacts(world, *type, unit));
  REQUIRE(taken);
  REQUIRE(taken->size() == 1);
  CHECK_FALSE(taken->front().is_error);
}
