#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "people/people.hpp"

#include "core/sha256.hpp"
#include "ledger/ledger_test_folder.hpp"
#include "ledger/sessions.hpp"
#include "people/totp.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

using namespace celadon;
using namespace celadon::people;

namespace {

const std::string city = "360200";
const std::string good_password = "ten letters";
using How = Caller::How;

/// The people of a ledger in a folder of its own, with a clock that a test sets.
struct World {
  ledger::test::Folder folder;
  std::shared_ptr<std::atomic<std::int64_t>> us = std::make_shared<std::atomic<std::int64_t>>(1'800'000'000'000'000);
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<ledger::Audit> audit;
  std::unique_ptr<People> people;

  World() { open(); }
  void open() {
    people.reset();
    audit.reset();
    ledger.reset();
    const auto clock = [at = us] { return Instant{at->load()}; };
    ledger = ledger::test::open_in(folder, {.clock = clock});
    audit = std::make_unique<ledger::Audit>(*ledger);
    Options options;
    options.clock = clock;
    options.quick_hash = true;
    people = std::make_unique<People>(*ledger, *audit, city, options);
  }
  void pass(std::int64_t seconds) { *us += seconds * us_per_second; }
  [[nodiscard]] Instant now() const { return {us->load()}; }

  Person add(const std::string& name, std::vector<std::string> of, const std::string& division = "",
             const std::string& enterprise = "") {
    Person person;
    person.name = name;
    person.roles = std::move(of);
    person.division = division;
    person.enterprise = enterprise;
    const auto stored = people->put(person, good_password, "test");
    if (!stored) FAIL(stored.error().detail);
    return *stored;
  }
  [[nodiscard]] std::string sign_in(const std::string& name, const std::string& totp = "") {
    const auto in = people->sign_in(name, good_password, totp, "10.0.0.1");
    if (!in) FAIL(in.error().detail);
    return in->session;
  }
  [[nodiscard]] std::string code_of(const std::string& secret, std::int64_t steps_on = 0) const {
    return one_time_code(*from_base32(secret), static_cast<std::uint64_t>(totp_step(now()) + steps_on), 6);
  }
  [[nodiscard]] std::vector<std::string> actions() const {
    std::vector<std::string> all;
    const auto entries = audit->newest(100);
    for (const auto& entry : *entries) all.push_back(entry.who + " " + entry.action + " " + entry.outcome);
    return all;
  }
  [[nodiscard]] bool noted(const std::string& line) const {
    const auto all = actions();
    return std::find(all.begin(), all.end(), line) != all.end();
  }
};

Error error_of(const Result<Person>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_CASE("without accounts the house is open: everybody is admin and sees all") {
  World world;
  CHECK_FALSE(world.people->any());
  const Caller caller = world.people->caller("", "");
  CHECK(caller.how == How::house);
  CHECK(caller.is("admin"));
  CHECK(caller.scope == ledger::RowScope{});
  CHECK(world.people->caller("something", "wrong").how == How::house);
}

TEST_CASE("the first account must be an admin's, and closes the house") {
  World world;
  Person person;
  person.name = "li";
  person.roles = {"duty"};
  CHECK(error_of(world.people->put(person, good_password, "test")).field == "roles");
  CHECK_FALSE(world.people->any());
  world.add("li", {"admin"});
  CHECK(world.people->any());
  CHECK(world.people->caller("", "").how == How::nobody);
  CHECK(world.people->caller("", "").roles == std::vector<std::string>{"public"});
}

TEST_CASE("the last admin is neither disabled nor made something else") {
  World world;
  Person admin = world.add("li", {"admin"});
  admin.disabled = true;
  CHECK(error_of(world.people->put(admin, "", "li")).code == Errc::refused);
  admin.disabled = false;
  admin.roles = {"duty"};
  CHECK(error_of(world.people->put(admin, "", "li")).code == Errc::refused);
  world.add("wang", {"admin", "duty"});
  CHECK(world.people->put(admin, "", "wang").has_value());
  Person other = *world.people->find("wang");
  other.roles = {"duty"};
  CHECK(error_of(world.people->put(other, "", "wang")).code == Errc::refused);
}

TEST_CASE("two admins who each demote the other at one time leave one of them") {
  for (int round = 0; round < 10; ++round) {
    World world;
    std::vector<Person> admins = {world.add("li", {"admin"}), world.add("wang", {"admin"})};
    std::atomic<int> done = 0;
    {
      std::vector<std::jthread> threads;
      for (Person& person : admins) {
        person.roles = {"duty"};
        threads.emplace_back([&] { done += world.people->put(person, "", "test") ? 1 : 0; });
      }
    }
    CHECK(done == 1);
  }
}

TEST_CASE("an account that makes no sense is refused with its field") {
  World world;
  world.add("li", {"admin"});
  const auto field_of = [&](auto change) {
    Person person;
    person.name = "wang";
    person.roles = {"duty"};
    change(person);
    return error_of(world.people->put(person, good_password, "li")).field;
  };
  for (const char* name : {"", "a b", "../x", "王", "-x", ".x", "a/b"})
    CHECK(field_of([&](Person& p) { p.name = name; }) == "name");
  CHECK(field_of([](Person& p) { p.name = std::string(65, 'a'); }) == "name");
  CHECK(field_of([](Person& p) { p.roles = {}; }) == "roles");
  CHECK(field_of([](Person& p) { p.roles = {"chief"}; }) == "roles");
  CHECK(field_of([](Person& p) {
          p.roles = {"duty", "enterprise"};
          p.enterprise = "E1";
        }) == "roles");
  CHECK(field_of([](Person& p) { p.roles = {"enterprise"}; }) == "enterprise");
  CHECK(field_of([](Person& p) { p.enterprise = "E1"; }) == "enterprise");
  for (const char* division : {"36022", "3602xx", "3", "3602221", "1234567890123"})
    CHECK(field_of([&](Person& p) { p.division = division; }) == "division");
  Person person;
  person.name = "wang";
  person.roles = {"duty"};
  CHECK(error_of(world.people->put(person, "short", "li")).field == "password");
  CHECK_FALSE(world.people->find("wang").has_value());
}

TEST_CASE("a change upon an old revision is a conflict") {
  World world;
  const Person first = world.add("li", {"admin"});
  Person next = first;
  next.shown = "李";
  CHECK(world.people->put(next, "", "li").value().revision == 2);
  CHECK(error_of(world.people->put(next, "", "li")).code == Errc::conflict);
  next.revision = 0;
  CHECK(error_of(world.people->put(next, "", "li")).code == Errc::conflict);
}

TEST_CASE("who signs in is known by the secret until they sign out") {
  World world;
  world.add("li", {"admin"});
  const std::string secret = world.sign_in("li");
  CHECK(secret.size() == 64);
  const Caller caller = world.people->caller(secret, "");
  CHECK(caller.how == How::session);
  CHECK(caller.name == "li");
  CHECK(world.people->caller(std::string(64, '0'), "").how == How::nobody);
  CHECK(world.people->caller(sha256(secret), "").how == How::nobody);
  world.people->sign_out(secret);
  CHECK(world.people->caller(secret, "").how == How::nobody);
  CHECK(world.noted("li sign-in done"));
  CHECK(world.noted("li sign-out done"));
  world.open();
  CHECK(world.people->caller(secret, "").how == How::nobody);
}

TEST_CASE("a session outlives a restart") {
  World world;
  world.add("li", {"admin"});
  const std::string secret = world.sign_in("li");
  world.open();
  CHECK(world.people->any());
  CHECK(world.people->caller(secret, "").name == "li");
}

TEST_CASE("a session ends after two hours unused and after twelve in any case") {
  World world;
  world.add("li", {"admin"});
  const std::string idle = world.sign_in("li");
  world.pass(2 * 3600);
  CHECK(world.people->caller(idle, "").how == How::session);
  world.pass(2 * 3600 + 1);
  CHECK(world.people->caller(idle, "").how == How::nobody);
  const std::string busy = world.sign_in("li");
  for (int hour = 1; hour < 12; ++hour) {
    world.pass(3600);
    CHECK(world.people->caller(busy, "").how == How::session);
  }
  world.pass(3600);
  CHECK(world.people->caller(busy, "").how == How::nobody);
}

TEST_CASE("use is remembered over a restart, to five minutes") {
  World world;
  world.add("li", {"admin"});
  const std::string secret = world.sign_in("li");
  world.pass(2 * 3600);
  CHECK(world.people->caller(secret, "").how == How::session);
  world.open();
  world.pass(3600);
  CHECK(world.people->caller(secret, "").how == How::session);
}

TEST_CASE("a wrong name, a wrong password, no password and a disabled account are answered with one wording") {
  World world;
  world.add("li", {"admin"});
  Person wang = world.add("wang", {"duty"});
  wang.disabled = true;
  REQUIRE(world.people->put(wang, "", "li").has_value());
  Person sso;
  sso.name = "sso";
  sso.roles = {"duty"};
  REQUIRE(world.people->put(sso, "", "li").has_value());
  const std::pair<const char*, std::string> tries[] = {{"nobody-here", good_password}, {"li", "wrong password"},
                                                       {"wang", good_password},        {"sso", ""},
                                                       {"sso", good_password},         {"", ""},
                                                       {"' OR '1'='1", good_password}, {"li", good_password + " "}};
  std::set<std::string> words;
  for (const auto& [name, password] : tries) {
    const auto in = world.people->sign_in(name, password, "", "10.0.0.1");
    REQUIRE_FALSE(in.has_value());
    CHECK(in.error().code == Errc::refused);
    words.insert(in.error().detail + in.error().field);
  }
  CHECK(words.size() == 1);
  CHECK(world.noted("li sign-in refused"));
  CHECK(world.noted("- sign-in refused"));
  const auto entries = world.audit->newest(100);
  for (const auto& entry : *entries) {
    CHECK(entry.who.find("OR") == std::string::npos);  // may be a password in the wrong field
    CHECK(entry.detail.find(good_password) == std::string::npos);
  }
}

TEST_CASE("the sixth try is locked out, with the right password too, and the lock is in the audit") {
  World world;
  world.add("li", {"admin"});
  for (int i = 0; i < 5; ++i) CHECK(world.people->sign_in("li", "wrong", "", "a").error().code == Errc::refused);
  CHECK(world.people->sign_in("li", good_password, "", "b").error().code == Errc::too_many);
  CHECK(world.noted("li locked done"));
  for (int i = 0; i < 5; ++i) static_cast<void>(world.people->sign_in("nobody-here", "wrong", "", "c"));
  CHECK(world.people->sign_in("nobody-here", "wrong", "", "c").error().code == Errc::too_many);
  world.pass(15 * 60);
  CHECK(world.people->sign_in("li", good_password, "", "b").has_value());
}

TEST_CASE("wrong tries and locks of an account outlast a restart, and a right one forgets them for good") {
  World world;
  world.add("li", {"admin"});
  for (int i = 0; i < 3; ++i) CHECK(world.people->sign_in("li", "wrong", "", "a").error().code == Errc::refused);
  world.open();
  for (int i = 0; i < 2; ++i) CHECK(world.people->sign_in("li", "wrong", "", "a").error().code == Errc::refused);
  world.open();
  CHECK(world.people->sign_in("li", good_password, "", "b").error().code == Errc::too_many);
  world.pass(15 * 60);
  world.open();
  for (int i = 0; i < 4; ++i) CHECK(world.people->sign_in("li", "wrong", "", "a").error().code == Errc::refused);
  CHECK(world.people->sign_in("li", good_password, "", "b").has_value());
  world.open();
  for (int i = 0; i < 4; ++i) CHECK(world.people->sign_in("li", "wrong", "", "a").error().code == Errc::refused);
  CHECK(world.people->sign_in("li", good_password, "", "b").has_value());
  // What is nobody's name may be a password in the wrong field, so nothing of it is on the disk.
  CHECK(world.people->sign_in("my password!", "li", "", "c").error().code == Errc::refused);
  world.people.reset();
  world.audit.reset();
  world.ledger.reset();
  std::ifstream file(world.folder.file(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  CHECK(bytes.find("my password!") == std::string::npos);
}

TEST_CASE("with a second factor a code is needed, fits once, and not again after a restart") {
  World world;
  world.add("li", {"admin"});
  const auto begun = world.people->begin_totp("li");
  REQUIRE(begun);
  CHECK(begun->address ==
        "otpauth://totp/Celadon:li?secret=" + begun->secret + "&issuer=Celadon&algorithm=SHA1&digits=6&period=30");
  CHECK_FALSE(world.people->find("li")->has_totp);
  CHECK(world.sign_in("li") != "");  // not in force yet
  CHECK(world.people->confirm_totp("li", "000000").error().field == "code");
  REQUIRE(world.people->confirm_totp("li", world.code_of(begun->secret)).has_value());
  CHECK(world.people->find("li")->has_totp);

  CHECK(world.people->sign_in("li", good_password, "", "a").error().field == "totp");
  CHECK(world.people->sign_in("li", "wrong password", "", "a").error().field == "password");
  const std::string used_to_confirm = world.code_of(begun->secret);
  CHECK(world.people->sign_in("li", good_password, used_to_confirm, "a").error().field == "totp");
  world.pass(30);
  const std::string code = world.code_of(begun->secret);
  CHECK(world.people->sign_in("li", good_password, code, "a").has_value());
  CHECK(world.people->sign_in("li", good_password, code, "a").error().field == "totp");
  world.open();
  CHECK(world.people->sign_in("li", good_password, code, "a").error().field == "totp");
  world.pass(30);
  CHECK(world.people->sign_in("li", good_password, world.code_of(begun->secret), "a").has_value());
}

TEST_CASE("a second factor is replaced by a code of it, and taken away by an admin") {
  World world;
  world.add("li", {"admin"});
  const auto first = world.people->begin_totp("li");
  REQUIRE(world.people->confirm_totp("li", world.code_of(first->secret)).has_value());
  world.pass(60);
  CHECK(world.people->begin_totp("li").error().field == "code");
  CHECK(world.people->begin_totp("li", world.code_of(first->secret)).has_value());
  Person li = *world.people->find("li");
  li.shown = "李";
  REQUIRE(world.people->put(li, "", "li").has_value());
  CHECK(world.people->find("li")->has_totp);  // another change leaves it
  li = *world.people->find("li");
  li.has_totp = false;
  REQUIRE(world.people->put(li, "", "li").has_value());
  CHECK(world.people->sign_in("li", good_password, "", "a").has_value());
}

TEST_CASE("rows: the city sees all, a county its own, an enterprise its own, an admin all") {
  World world;
  world.add("root", {"admin"}, "360222");
  world.add("city", {"duty"});
  world.add("province", {"leader"}, "360000");
  world.add("county", {"enforcement"}, "360222");
  world.add("town", {"enforcement"}, "360222100");
  world.add("elsewhere", {"duty"}, "360100");
  world.add("county-12", {"duty"}, "360222000000");
  world.add("plant", {"enterprise"}, "", "E000001");
  world.add("citizen", {"public"});
  const auto scope_of = [&](const char* name) { return world.people->caller(world.sign_in(name), "").scope; };
  const ledger::RowScope all;
  CHECK(scope_of("root") == all);
  CHECK(scope_of("city") == all);
  CHECK(world.people->find("city")->division == city);
  CHECK(scope_of("province") == all);
  CHECK(scope_of("county") == ledger::RowScope{{"360222"}, "", false});
  CHECK(scope_of("town") == ledger::RowScope{{"360222100"}, "", false});
  CHECK(scope_of("county-12") == ledger::RowScope{{"360222"}, "", false});
  CHECK(scope_of("elsewhere") == ledger::RowScope{{"3601"}, "", false});
  CHECK(scope_of("plant") == ledger::RowScope{{}, "E000001", false});
  CHECK(scope_of("citizen") == all);  // which registers the public reads is the desk's to say
}

TEST_CASE("a change of roles counts at once, and a disabled person is out at once") {
  World world;
  world.add("li", {"admin"});
  Person wang = world.add("wang", {"duty"});
  const std::string session = world.sign_in("wang");
  wang.roles = {"planner"};
  wang = *world.people->put(wang, "", "li");
  CHECK(world.people->caller(session, "").is("planner"));
  CHECK_FALSE(world.people->caller(session, "").is("duty"));
  wang.disabled = true;
  wang = *world.people->put(wang, "", "li");
  CHECK(world.people->caller(session, "").how == How::nobody);
  wang.disabled = false;
  REQUIRE(world.people->put(wang, "", "li").has_value());
  CHECK(world.people->caller(session, "").how == How::nobody);
}

TEST_CASE("who changes the password stays in, and every other session of theirs ends") {
  World world;
  world.add("li", {"admin"});
  const std::string kept = world.sign_in("li");
  const std::string other = world.sign_in("li");
  CHECK(world.people->change_password("li", "wrong password", "another one", kept).error().field == "old");
  CHECK(world.people->change_password("li", good_password, "short", kept).error().field == "new");
  CHECK(world.people->change_password("li", good_password, good_password, kept).error().field == "new");
  REQUIRE(world.people->change_password("li", good_password, "another one", kept).has_value());
  CHECK(world.people->caller(kept, "").how == How::session);
  CHECK(world.people->caller(other, "").how == How::nobody);
  CHECK(world.people->sign_in("li", good_password, "", "a").error().code == Errc::refused);
  CHECK(world.people->sign_in("li", "another one", "", "a").has_value());
  world.open();
  CHECK(world.people->caller(kept, "").how == How::session);
  CHECK(world.people->caller(other, "").how == How::nobody);
}

TEST_CASE("a token may do no more than its person, and less where they lose a role") {
  World world;
  world.add("li", {"admin"});
  Person wang = world.add("wang", {"duty", "analyst"}, "360222");
  const Caller by = world.people->caller(world.sign_in("wang"), "");
  CHECK(world.people->make_token(by, "t", {"admin"}, true, 1).error().field == "roles");
  CHECK(world.people->make_token(by, "t", {}, true, 1).error().field == "roles");
  CHECK(world.people->make_token(by, "", {"duty"}, true, 1).error().field == "label");
  CHECK(world.people->make_token(by, "t", {"duty"}, true, 0).error().field == "days");
  CHECK(world.people->make_token(by, "t", {"duty"}, true, 367).error().field == "days");
  CHECK(world.people->make_token(Caller{}, "t", {"public"}, true, 1).error().code == Errc::refused);
  const auto made = world.people->make_token(by, "script", {"duty"}, true, 30);
  REQUIRE(made);
  const Caller token = world.people->caller("", made->secret);
  CHECK(token.how == How::token);
  CHECK(token.name == "wang");
  CHECK(token.roles == std::vector<std::string>{"duty"});
  CHECK(token.read_only);
  CHECK(token.scope == ledger::RowScope{{"360222"}, "", false});
  CHECK(world.people->make_token(token, "another", {"duty"}, true, 1).error().code == Errc::refused);
  wang.roles = {"analyst"};
  REQUIRE(world.people->put(wang, "", "li").has_value());
  CHECK(world.people->caller("", made->secret).how == How::nobody);
}

TEST_CASE("a token ends with its days, with its revocation, and with its person; not with a restart") {
  World world;
  world.add("li", {"admin"});
  world.add("wang", {"duty"});
  const Caller li = world.people->caller(world.sign_in("li"), "");
  const Caller wang = world.people->caller(world.sign_in("wang"), "");
  const auto first = world.people->make_token(wang, "first", {"duty"}, false, 1);
  const auto second = world.people->make_token(wang, "second", {"duty"}, false, 30);
  const auto third = world.people->make_token(wang, "third", {"duty"}, false, 30);
  const auto of_admin = world.people->make_token(li, "admin's", {"admin"}, false, 30);
  CHECK(world.people->tokens("wang")->size() == 3);
  CHECK(world.people->revoke_token(of_admin->token.id, wang).error().code == Errc::not_found);
  CHECK(world.people->revoke_token("nothing", wang).error().code == Errc::not_found);
  world.open();
  CHECK(world.people->caller("", first->secret).how == How::token);
  world.pass(86'400);
  CHECK(world.people->caller("", first->secret).how == How::nobody);
  REQUIRE(world.people->revoke_token(second->token.id, wang).has_value());
  CHECK(world.people->revoke_token(second->token.id, wang).has_value());  // once is enough
  CHECK(world.people->caller("", second->secret).how == How::nobody);
  REQUIRE(world.people->revoke_token(third->token.id, li).has_value());  // an admin may
  world.open();
  CHECK(world.people->caller("", second->secret).how == How::nobody);
  CHECK(world.people->caller("", third->secret).how == How::nobody);
  CHECK(world.people->caller("", of_admin->secret).how == How::token);
}

TEST_CASE("a wrong token does not fall back to the cookie beside it") {
  World world;
  world.add("li", {"admin"});
  CHECK(world.people->caller(world.sign_in("li"), "wrong").how == How::nobody);
}

TEST_CASE("neither passwords nor secrets of sessions and tokens are in the ledger's file") {
  World world;
  world.add("li", {"admin"});
  const std::string session = world.sign_in("li");
  const auto token = world.people->make_token(world.people->caller(session, ""), "t", {"admin"}, true, 1);
  REQUIRE(token);
  world.people.reset();
  world.audit.reset();
  world.ledger.reset();
  std::ifstream in(world.folder.file(), std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  CHECK(bytes.str().find(sha256(session)) != std::string::npos);
  for (const std::string& secret : {good_password, session, token->secret})
    CHECK(bytes.str().find(secret) == std::string::npos);
}

TEST_CASE("what happened to accounts is in the audit, and its chain holds") {
  World world;
  world.add("li", {"admin"});
  static_cast<void>(world.sign_in("li"));
  static_cast<void>(world.people->sign_in("li", "wrong password", "", "a"));
  CHECK(world.noted("test account-put done"));
  CHECK(world.audit->verify().value() == 3);
}
