#include "cli/command.hpp"
#include "standards/judge.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

namespace celadon::cli {
namespace {

struct StandardsOptions {
  std::string rule, edition, medium;
};

std::string dates_of(const standards::EditionFace& edition) {
  return to_string(edition.valid_from) + " .. " +
         (edition.valid_before ? to_string({edition.valid_before->days - 1}) : std::string("today"));
}

/// Rows of a table that are not verified.
std::size_t unverified_rows(const standards::BandTable& table, std::size_t& rows) {
  std::size_t unverified = 0;
  for (const auto& item : table.items) {
    rows += item.bands.size();
    unverified += static_cast<std::size_t>(
        std::count_if(item.bands.begin(), item.bands.end(), [](const auto& band) { return band.trust != "verified"; }));
  }
  return unverified;
}

void list_rules(const standards::Library& library, const StandardsOptions& options) {
  for (const auto& rule : standards::rule_book(library)) {
    if (!options.medium.empty() && rule.medium != options.medium) continue;
    std::printf("%s  [%s] %s\n", rule.id.c_str(), rule.medium.c_str(), rule.title_en.c_str());
    for (const auto& edition : standards::editions_of(library, rule.id)) {
      std::printf("    %-32s %s  (%s)", edition.standard.c_str(), dates_of(edition).c_str(), edition.trust.c_str());
      for (const auto& table : library.bands) {
        if (table.rule != rule.id || table.standard != edition.standard) continue;
        std::size_t rows = 0;
        const std::size_t unverified = unverified_rows(table, rows);
        std::printf("  %zu rows, %zu not verified", rows, unverified);
      }
      std::printf("\n");
    }
  }
}

/// How a rule is asked, and its rows where it is a table.
Result<void> show_rule(const standards::Library& library, const StandardsOptions& options) {
  const auto rules = standards::rule_book(library);
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& one) { return one.id == options.rule; });
  if (rule == rules.end())
    return fail(Errc::unknown_code, "there is no rule '" + options.rule + "'; 'celadon standards list' has them",
                "rule");
  std::printf("%s: %s (%s)\n  inputs: %s\n", rule->id.c_str(), rule->title_en.c_str(), rule->title_zh.c_str(),
              rule->inputs_en.c_str());
  for (const auto& field : rule->fields) {
    std::string choices;
    for (const auto& choice : field.choices) choices += (choices.empty() ? "" : " | ") + choice;
    std::printf("  field %s: %s%s%s\n", field.name.c_str(), field.about_en.c_str(),
                choices.empty() ? "" : (" (" + choices + ")").c_str(),
                field.otherwise.empty() ? "" : (", otherwise " + field.otherwise).c_str());
  }
  for (const auto& table : library.bands) {
    if (table.rule != rule->id || (!options.edition.empty() && table.standard != options.edition)) continue;
    std::printf("\n%s  %s\n", table.standard.c_str(), table.title_en.c_str());
    for (const auto& item : table.items) {
      std::string words;
      for (std::size_t k = 0; k < item.words.size(); ++k) {
        if (!item.words[k].empty()) words += " " + table.given[k].name + "=" + item.words[k];
      }
      for (const auto& band : item.bands) {
        std::printf("  %s%s: %s %s -> %s  [%s, %s:%d, %s]\n", item.item.c_str(), words.c_str(),
                    band.holds.text().c_str(), item.unit.c_str(),
                    table.classes[static_cast<std::size_t>(band.rank)].name.c_str(), band.source.c_str(),
                    table.standard.c_str(), band.line, band.trust.c_str());
      }
    }
  }
  return {};
}

int run_check(const Context& context) {
  const auto library = standards::read_library(context.packs);
  if (!library) return report(library.error());
  std::size_t rows = 0;
  std::size_t unverified = 0;
  for (const auto& table : library->bands) unverified += unverified_rows(table, rows);
  std::printf(
      "%zu rules; %zu tables of %zu rows, of which %zu are not verified; %zu editions of air, %zu of water: no "
      "misprint, no overlap\n",
      standards::rule_book(*library).size(), library->bands.size(), rows, unverified,
      library->air.size() + library->assessments.size() + library->composites.size() + library->warnings.size(),
      library->water.size());
  return 0;
}

}  // namespace

void add_standards(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("standards", "The law the packs hold: list, show, check");
  command->require_subcommand(1);
  auto options = std::make_shared<StandardsOptions>();
  const auto with_library = [&context](auto use) {
    const auto library = standards::read_library(context.packs);
    if (!library) {
      context.exit_code = report(library.error());
      return;
    }
    const Result<void> done = use(*library);
    context.exit_code = done ? 0 : report(done.error());
  };
  auto* list = command->add_subcommand("list", "Every rule with its editions, dates and how far they are verified");
  list->add_option("--medium", options->medium, "only this medium: air, water, soil, noise, stack, ...");
  list->callback([=] {
    with_library([&](const auto& library) -> Result<void> {
      list_rules(library, *options);
      return {};
    });
  });
  auto* show = command->add_subcommand("show", "What a rule asks, and the rows of its tables with source and trust");
  show->add_option("rule", options->rule, "a rule of 'celadon standards list'")->required();
  show->add_option("--edition", options->edition, "only this edition");
  show->callback([=] { with_library([&](const auto& library) { return show_rule(library, *options); }); });
  auto* check = command->add_subcommand("check", "Read every pack; a misprint is told with file, line and reason");
  check->callback([&context] { context.exit_code = run_check(context); });
}

}  // namespace celadon::cli
