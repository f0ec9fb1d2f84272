#include "people/people.hpp"

#include "archive/archive.hpp"
#include "cli/command.hpp"
#include "intake/city_pack.hpp"
#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"

#include <CLI/CLI.hpp>

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>

namespace celadon::cli {
namespace {

struct PeopleOptions {
  std::string data = "data", city = "jingdezhen";
  people::Person person;
};

/// The people of a data folder while no server has it open: the archive's lock sees to that.
struct OpenPeople {
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<ledger::Audit> audit;
  std::unique_ptr<people::People> people;
};

Result<OpenPeople> open_people(const PeopleOptions& options, const std::filesystem::path& packs) {
  const auto city = intake::read_city_pack(packs / "cities" / options.city);
  if (!city) return fail(city.error());
  const std::filesystem::path data = options.data;
  OpenPeople open;
  auto archive = archive::Archive::open(data / "archive");
  if (!archive) return fail(archive.error());
  open.archive = std::move(*archive);
  auto ledger = ledger::Ledger::open(data / "ledger");
  if (!ledger) return fail(ledger.error());
  open.ledger = std::move(*ledger);
  open.audit = std::make_unique<ledger::Audit>(*open.ledger);
  open.people = std::make_unique<people::People>(*open.ledger, *open.audit, city->id);
  return open;
}

/// Keeps the terminal from showing what is typed, as long as it lives.
class Unseen {
 public:
  Unseen() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

/// One line of standard input; at a terminal asked for twice and not shown.
Result<std::string> read_password(const std::string& name) {
  std::string first;
  if (isatty(STDIN_FILENO) == 0) {
    if (!std::getline(std::cin, first))
      return fail(Errc::malformed, "the password is expected as one line on standard input", "password");
    return first;
  }
  const Unseen unseen;
  std::string second;
  std::fprintf(stderr, "password of %s: ", name.c_str());
  std::getline(std::cin, first);
  std::fprintf(stderr, "\nonce more: ");
  std::getline(std::cin, second);
  std::fputc('\n', stderr);
  if (first != second) return fail(Errc::invalid_value, "the two passwords differ", "password");
  return first;
}

void print(const people::Person& person) {
  std::string of;
  for (const auto& role : person.roles) of += (of.empty() ? "" : ",") + role;
  std::printf("%-20s %-30s division %-8s enterprise %-16s%s%s  %s\n", person.name.c_str(), of.c_str(),
              person.division.empty() ? "-" : person.division.c_str(),
              person.enterprise.empty() ? "-" : person.enterprise.c_str(), person.has_totp ? " totp" : "",
              person.disabled ? " disabled" : "", person.shown.c_str());
}

Result<void> add(const PeopleOptions& options, const std::filesystem::path& packs) {
  auto open = open_people(options, packs);
  if (!open) return fail(open.error());
  const auto password = read_password(options.person.name);
  if (!password) return fail(password.error());
  if (password->empty()) return fail(Errc::invalid_value, "the password is empty", "password");
  const auto stored = open->people->put(options.person, *password, "command-line");
  if (!stored) return fail(stored.error());
  print(*stored);
  return {};
}

Result<void> list(const PeopleOptions& options, const std::filesystem::path& packs) {
  const auto open = open_people(options, packs);
  if (!open) return fail(open.error());
  const auto all = open->people->list();
  if (!all) return fail(all.error());
  for (const auto& person : *all) print(person);
  if (all->empty()) std::puts("there are no accounts: everybody may do everything");
  return {};
}

}  // namespace

void add_people(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("people", "Accounts; the server must be stopped");
  command->require_subcommand(1);
  auto options = std::make_shared<PeopleOptions>();
  const auto add_one = [&](const char* name, const char* what,
                           Result<void> (*work)(const PeopleOptions&, const std::filesystem::path&)) {
    auto* one = command->add_subcommand(name, what);
    one->add_option("--data", options->data, "data folder")->capture_default_str();
    one->add_option("--city", options->city, "city pack")->capture_default_str();
    one->callback([options, work, &context] {
      const auto done = work(*options, context.packs);
      context.exit_code = done ? 0 : report(done.error());
    });
    return one;
  };
  auto* one = add_one("add", "A new account; its password is read from standard input", add);
  one->add_option("name", options->person.name, "what the person signs in by")->required();
  one->add_option("--role", options->person.roles,
                  "duty, analyst, enforcement, planner, leader, public, enterprise, integrator or admin; may repeat")
      ->required();
  one->add_option("--division", options->person.division, "code of GB/T 2260 they work for; the city's when absent");
  one->add_option("--enterprise", options->person.enterprise, "of an enterprise user: id of the enterprise");
  one->add_option("--shown", options->person.shown, "as people call them");
  one->footer(
      "Example:\n  celadon people add li --role admin --shown 李\nThe first account must be an admin's; from then on "
      "everybody signs in.");
  add_one("list", "All accounts", list);
}

}  // namespace celadon::cli
