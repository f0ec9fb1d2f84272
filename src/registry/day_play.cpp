#include "registry/day_play.hpp"

#include "archive/archive.hpp"
#include "ledger/attachments.hpp"
#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"
#include "ledger/records.hpp"
#include "registry/deadlines.hpp"
#include "registry/record_body.hpp"
#include "registry/record_desk.hpp"
#include "systems/record.hpp"

#include <fmt/format.h>

#include <stdlib.h>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <thread>

namespace celadon::registry {
namespace {

using Act = DayStep::Act;
using Cell = YamlFields::Cell;
using systems::Finding;
using systems::Value;

constexpr const char* ledger_file = "ledger.sqlite";
constexpr Instant before_all_days{946'684'800'000'000};  ///< 2000: when the empty ledger was made
constexpr int played_together = 4;
constexpr double relative_error_max = 1e-9;

bool is_close(double a, double b) { return std::abs(a - b) <= relative_error_max * std::max(std::abs(a), std::abs(b)); }

bool equal(const Value& a, const Value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return x != nullptr && y != nullptr ? is_close(*x, *y) : a == b;
}

std::string joined(const std::vector<std::string>& texts, const char* between) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What was wrong with a step, for the person who wrote it.
std::string told(const Refusal& refusal) {
  std::vector<std::string> all;
  for (const auto& one : refusal.findings) {
    if (one.is_error)
      all.push_back(fmt::format("{} ({}{})", one.words.en, one.check, one.field.empty() ? "" : " at " + one.field));
  }
  return all.empty() ? refusal.error.detail : joined(all, "; ");
}

/// A photo or document of its own by its content; both are known by their first bytes.
std::string bytes_of(DayEvidence::Kind kind, const std::string& content) {
  return (kind == DayEvidence::Kind::photo ? "\xFF\xD8\xFF" : "%PDF-1.7\n") + content;
}

/// The word for no value; a code may be called so too, and then it is the code.
bool is_word_none(const systems::Field& field, std::string_view text) {
  return text == "none" && (field.codes == nullptr || field.codes->find(text) == nullptr);
}

/// One day on its own ledger and archive.
class Play {
 public:
  Play(const Day& day, std::shared_ptr<const systems::Catalogue> catalogue, const systems::WorkCalendar& calendar,
       std::filesystem::path folder)
      : day_(day),
        folder_(std::move(folder)),
        catalogue_(std::move(catalogue)),
        calendar_(calendar),
        clock_(std::make_shared<std::atomic<std::int64_t>>(day.at.us)) {}

  Result<DayPlayed> run() {
    if (auto begun = begin(); !begun) return fail(begun.error());
    if (auto measured = measure(); !measured) return fail(measured.error());
    for (const auto& step : day_.steps) {
      const auto goes_on = act(step);
      if (!goes_on) return fail(goes_on.error());
      if (!*goes_on) break;
    }
    return std::move(played_);
  }

 private:
  struct Known {
    std::string register_id, id;
  };

  Result<void> begin() {
    const auto clock = [at = clock_] { return Instant{at->load()}; };
    ledger::Options options;
    options.clock = clock;
    auto opened = ledger::Ledger::open(folder_, std::move(options));
    if (!opened) return fail(opened.error());
    ledger_ = std::move(*opened);
    archive::Options archived;
    archived.clock = clock;
    auto archive = archive::Archive::open(folder_ / "archive", std::move(archived));
    if (!archive) return fail(archive.error());
    archive_ = std::move(*archive);
    records_ = std::make_unique<ledger::Records>(*ledger_);
    attachments_ = std::make_unique<ledger::Attachments>(*ledger_, folder_ / "attachments");
    audit_ = std::make_unique<ledger::Audit>(*ledger_);
    desk_ = std::make_unique<RecordDesk>(
        Parts{catalogue_, calendar_, *ledger_, *records_, *attachments_, *audit_, *archive_, clock});
    return desk_->prepare();
  }

  Result<void> measure() {
    std::vector<ledger::Site> sites;
    for (const auto& measured : day_.measured) {
      if (std::ranges::find(sites, measured.site, &ledger::Site::id) != sites.end()) continue;
      ledger::Site site;
      site.id = measured.site;
      site.kind = measured.site.starts_with("water.") ? "river-section" : "air-station";
      site.name_zh = site.name_en = measured.site;
      site.position = measured.place;
      site.county = "360200";
      sites.push_back(std::move(site));
    }
    if (sites.empty()) return {};
    if (auto put = ledger_->put_sites(sites, std::string(day_admin), day_.id); !put) return put;
    archive::Batch batch;
    for (const auto& measured : day_.measured) {
      const auto series = ledger_->series_id({measured.site, measured.property, hourly, Statistic::mean, Stage::raw});
      if (!series) return fail(series.error());
      for (std::size_t i = 0; i < measured.values.size(); ++i)
        batch.rows.push_back(*series,
                             Instant{measured.from.us + static_cast<std::int64_t>(i) * measured.every_h * us_per_hour},
                             measured.values[i], 'N');
    }
    if (auto settled = ledger_->settle_series(); !settled) return settled;
    batch.source = {"day", day_.id};
    batch.received = now();
    const auto stored = archive_->append_and_wait(std::move(batch));
    if (!stored) return fail(stored.error());
    return {};
  }

  [[nodiscard]] Instant now() const { return Instant{clock_->load()}; }
  [[nodiscard]] const people::Caller& who(const DayStep& step) const { return day_.people.at(step.by); }

  void otherwise(int line, const std::string& what) {
    played_.otherwise.push_back(fmt::format("{}:{}: {}", day_.file, line, what));
  }
  /// The day ends with this.
  bool ends(int line, const std::string& what) {
    otherwise(line, what + "; the day ends here");
    return false;
  }

  /// "${boat}" stands for its id.
  [[nodiscard]] std::string filled(std::string text) const {
    for (const auto& name : names_in(text)) {
      const auto found = known_.find(name);
      const std::string blank = "${" + name + "}";
      if (found != known_.end()) text.replace(text.find(blank), blank.size(), found->second.id);
    }
    return text;
  }
  [[nodiscard]] std::string text_of(const Cell& cell) const { return filled(joined(cell.texts, ";")); }

  /// Whether the day goes on.
  Result<bool> act(const DayStep& step) {
    switch (step.act) {
      case Act::at: {
        *clock_ = step.at.us;
        const auto ticked = desk_->tick();
        if (!ticked) return fail(ticked.error());
        return true;
      }
      case Act::save: return save(step, {});
      case Act::change: return save(step, known_.at(step.object));
      case Act::take: return take(step);
      case Act::look: return look(step);
      case Act::withdraw: return withdraw(step);
      case Act::indicator: return ask(step);
      case Act::list: return list(step);
      case Act::event: return tell(step);
    }
    return true;
  }

  /// The values of a step as an import reads cells; what cannot be read is found as there.
  Result<systems::Values> values_of(const systems::Register& type, const DayStep& step,
                                    std::vector<Finding>& findings) {
    systems::Values values;
    for (const auto& cell : step.values) {
      const auto* field = type.field(cell.name);
      std::string text = text_of(cell);
      if (field == nullptr) {
        values[cell.name] = std::move(text);  // the desk refuses it
      } else if (is_word_none(*field, text)) {
        values[cell.name] = Value{};
      } else if (field->type == systems::FieldType::files) {
        auto files = files_of(cell);
        if (!files) return fail(files.error());
        values[cell.name] = std::move(*files);
      } else if (auto value = systems::value_from_text(*field, field->codes, text)) {
        values[cell.name] = std::move(*value);
      } else {
        findings.push_back(finding(cell.name, "type", value.error().detail, value.error().detail));
      }
    }
    return values;
  }

  /// Files of a record: "photo" or "document", each new, or as "photo:name" the one of this name.
  Result<Value> files_of(const Cell& cell) {
    std::vector<std::string> hashes;
    for (const auto& text : cell.texts) {
      DayEvidence file;
      file.kind = text.starts_with("document") ? DayEvidence::Kind::document : DayEvidence::Kind::photo;
      if (const auto colon = text.find(':'); colon != std::string::npos) file.content = text.substr(colon + 1);
      auto hash = put(file);
      if (!hash) return fail(hash.error());
      hashes.push_back(std::move(*hash));
    }
    return Value{std::move(hashes)};
  }

  Result<std::string> put(const DayEvidence& file) {
    const std::string content =
        file.content.empty() ? fmt::format("{} {}", day_.id, ++files_) : "named " + file.content;
    const auto stored =
        attachments_->put(bytes_of(file.kind, content), "file", file.taken, file.place, std::string(day_admin));
    if (!stored) return fail(stored.error());
    return stored->hash;
  }

  Result<bool> save(const DayStep& step, const Known& which) {
    Change change;
    change.register_id = which.id.empty() ? step.object : which.register_id;
    change.id = which.id;
    change.why = step.why.empty() ? day_.id : step.why;
    const auto* type = catalogue_->find(change.register_id);
    if (type == nullptr) return ends(step.line, "there is no register '" + change.register_id + "'");
    std::vector<Finding> unreadable;
    auto values = values_of(*type, step, unreadable);
    if (!values) return fail(values.error());
    change.values = std::move(*values);
    if (!which.id.empty()) {
      const auto revision = revision_of(which);
      if (!revision) return fail(revision.error());
      change.expected_revision = *revision;
    }
    if (!unreadable.empty()) return came(step, *type, Outcome<Matter>(refused_for(std::move(unreadable))));
    return came(step, *type, desk_->save(who(step), change));
  }

  /// What watch sees. With a register: the record that it opens there.
  Result<bool> tell(const DayStep& step) {
    ledger::Event event;
    event.rule = step.object;
    event.noticed_at = event.phenomenon_end = now();
    event.value = std::nan("");
    for (const auto& cell : step.values) {
      const std::string text = text_of(cell);
      if (cell.name == "phenomenon_end") {
        const auto end = parse_instant(text);
        if (!end) return ends(cell.line, "'" + text + "' is no time");
        event.phenomenon_end = *end;
      } else if (cell.name == "value" || cell.name == "limit") {
        const auto number = number_of(text);
        if (!number) return ends(cell.line, "'" + text + "' is no number");
        (cell.name == "value" ? event.value : event.limit) = *number;
      } else {
        (cell.name == "site"       ? event.site
         : cell.name == "property" ? event.property
         : cell.name == "unit"     ? event.unit
         : cell.name == "text_zh"  ? event.text_zh
                                   : event.text_en) = text;
      }
    }
    const auto stored = ledger_->add_event(event, false);
    if (!stored) return fail(stored.error());
    if (auto taken = desk_->take_event(*stored); !taken) return fail(taken.error());
    if (step.register_id.empty()) return true;
    const auto* type = catalogue_->find(step.register_id);
    if (type == nullptr) return ends(step.line, "there is no register '" + step.register_id + "'");
    const auto opened = desk_->of_events(who(step), {stored->id});
    if (!opened) return fail(opened.error());
    for (const auto& [number, matter] : *opened) {
      if (matter.register_id != type->id) continue;
      known_[step.as] = {type->id, matter.id};
      compare(step, *type, matter);
      return true;
    }
    return ends(step.line, "the event opened no record of " + type->id + " that " + step.by + " sees");
  }

  static Unexpected<Refusal> refused_for(std::vector<Finding> findings) {
    Refusal refusal{{Errc::invalid_value, findings.front().words.en, findings.front().field}, std::move(findings), {}};
    return Unexpected<Refusal>{std::move(refusal)};
  }

  Result<std::int64_t> revision_of(const Known& which) {
    const auto row = records_->get(which.register_id, which.id);
    if (!row) return fail(row.error());
    return row->revision.revision;
  }

  Result<bool> take(const DayStep& step) {
    const auto& which = known_.at(step.of);
    const auto* type = catalogue_->find(which.register_id);
    if (!type->lifecycle || type->lifecycle->step(step.object) == nullptr)
      return ends(step.line, which.register_id + " has no step '" + step.object + "'");
    RecordDesk::StepRequest request;
    request.register_id = which.register_id;
    request.id = which.id;
    request.step = step.object;
    request.why = step.why;
    std::vector<Finding> unreadable;
    auto values = values_of(*type, step, unreadable);
    if (!values) return fail(values.error());
    request.values = std::move(*values);
    for (const auto& proof : step.evidence) {
      Given given;
      given.id = proof.id;
      if (proof.kind == DayEvidence::Kind::measurement) {
        given.site = proof.site;
        given.property = proof.property;
        given.from = proof.from;
        given.to = proof.to;
      } else {
        auto hash = put(proof);
        if (!hash) return fail(hash.error());
        given.file = std::move(*hash);
      }
      request.evidence.push_back(std::move(given));
    }
    const auto revision = revision_of(which);
    if (!revision) return fail(revision.error());
    request.revision = *revision;
    if (!unreadable.empty()) return came(step, *type, Outcome<Matter>(refused_for(std::move(unreadable))));
    return came(step, *type, desk_->take(who(step), request));
  }

  Result<bool> withdraw(const DayStep& step) {
    const auto& which = known_.at(step.object);
    const auto revision = revision_of(which);
    if (!revision) return fail(revision.error());
    return came(step, *catalogue_->find(which.register_id),
                desk_->withdraw(who(step), which.register_id, which.id, *revision, step.why));
  }

  Result<bool> look(const DayStep& step) {
    const auto& which = known_.at(step.object);
    const auto matter = desk_->get(who(step), which.register_id, which.id);
    if (!matter && matter.error().code != Errc::not_found) return fail(matter.error());
    if (step.expects_nothing) {
      if (matter) otherwise(step.line, fmt::format("expected nothing, {} sees {}", step.by, matter->id));
      return true;
    }
    if (!matter) return ends(step.line, step.by + " cannot see " + which.id);
    compare(step, *catalogue_->find(which.register_id), *matter);
    return true;
  }

  /// What a change or step came to, against what was expected.
  Result<bool> came(const DayStep& step, const systems::Register& type, const Outcome<Matter>& outcome) {
    if (!outcome && (outcome.error().error.code == Errc::io_failed || outcome.error().error.code == Errc::file_damaged))
      return fail(outcome.error().error);
    if (step.refused) {
      if (outcome) {
        otherwise(step.line,
                  fmt::format("expected a refusal ({}), it was done: {}", wanted(*step.refused), outcome->id));
      } else if (!is_refused_so(*step.refused, outcome.error())) {
        otherwise(step.line, fmt::format("expected a refusal ({}), it was refused otherwise: {}", wanted(*step.refused),
                                         told(outcome.error())));
      }
      return true;
    }
    if (!outcome) return ends(step.line, "refused: " + told(outcome.error()));
    if (!step.as.empty()) known_[step.as] = {outcome->register_id, outcome->id};
    compare(step, type, *outcome);
    return true;
  }

  static std::string wanted(const DayRefusal& refused) {
    std::vector<std::string> all;
    if (!refused.check.empty()) all.push_back("check: " + refused.check);
    if (!refused.field.empty()) all.push_back("field: " + refused.field);
    if (!refused.missing.empty()) all.push_back("missing: " + refused.missing);
    if (refused.forbidden) all.emplace_back("forbidden");
    return joined(all, ", ");
  }

  static bool is_refused_so(const DayRefusal& refused, const Refusal& came) {
    const auto found = [&](const auto& fits) {
      return std::ranges::any_of(came.findings, [&](const Finding& one) { return one.is_error && fits(one); });
    };
    const bool is_field_alone = came.findings.empty() && refused.check.empty() && came.error.field == refused.field;
    if (!refused.check.empty() || !refused.field.empty()) {
      const bool fits = found([&](const Finding& one) {
        return (refused.check.empty() || one.check == refused.check) &&
               (refused.field.empty() || one.field == refused.field);
      });
      if (!fits && !is_field_alone) return false;
    }
    if (!refused.missing.empty() && !found([&](const Finding& one) {
          return one.check == refused.missing ||
                 (one.field == refused.missing && (one.check == "needed" || one.check.starts_with("evidence-")));
        }))
      return false;
    const bool is_forbidden = came.error.code == Errc::refused || came.error.code == Errc::not_found ||
                              found([](const Finding& one) { return one.check == "not-yours"; });
    return !refused.forbidden || is_forbidden;
  }

  void compare(const DayStep& step, const systems::Register& type, const Matter& matter) {
    for (const auto& cell : step.expect) {
      if (cell.name == "warns" || cell.name == "silent")
        compare_hints(cell, matter);
      else
        compare_value(cell, type, matter);
    }
  }

  void compare_hints(const Cell& cell, const Matter& matter) {
    for (const auto& check : cell.texts) {
      const bool is_told = std::ranges::find(matter.findings, check, &Finding::check) != matter.findings.end();
      if (is_told == (cell.name == "warns")) continue;
      std::vector<std::string> all;
      for (const auto& one : matter.findings) all.push_back(one.check);
      otherwise(cell.line, fmt::format("expected {} {}, hints are: {}", cell.name, check,
                                       all.empty() ? "none" : joined(all, ", ")));
    }
  }

  /// What every record has, as text.
  [[nodiscard]] std::optional<std::string> own(const std::string& name, const Matter& matter) const {
    const LegalDay today = legal_day_of(now());
    if (name == "id") return matter.id;
    if (name == "state") return matter.state;
    if (name == "title") return matter.title;
    if (name == "gone") return matter.gone ? "true" : "false";
    if (name == "opened") return to_string(legal_day_of(matter.opened));
    if (name == "look_back") return matter.look_back ? to_string(*matter.look_back) : "";
    if (name == "due") {
      const auto end = earliest_end(matter);
      return end ? to_string(legal_day_of(*end)) : "";
    }
    if (name == "overdue")
      return std::ranges::any_of(matter.dues, [&](const auto& due) { return today > due.ends; }) ? "true" : "false";
    if (name == "escalated_to") {
      std::vector<std::string> all;
      for (const auto& due : matter.dues)
        if (!due.escalated_to.empty()) all.push_back(due.escalated_to);
      return joined(all, ";");
    }
    return std::nullopt;
  }

  void compare_value(const Cell& cell, const systems::Register& type, const Matter& matter) {
    std::string text = text_of(cell);
    const auto* field = type.field(cell.name);
    if (field == nullptr) {
      const auto is = own(cell.name, matter);
      if (!is) return otherwise(cell.line, "there is no field '" + cell.name + "' in " + type.id);
      if (text == "none") text.clear();
      if (*is != text)
        otherwise(cell.line, fmt::format("expected {} {}, is {}", cell.name, text.empty() ? "none" : text,
                                         is->empty() ? "none" : *is));
      return;
    }
    const auto there = matter.values.find(cell.name);
    const Value is = there == matter.values.end() ? Value{} : there->second;
    Value expected;
    if (!is_word_none(*field, text)) {
      auto value = systems::value_from_text(*field, field->codes, text);
      if (!value) return otherwise(cell.line, value.error().detail);
      expected = std::move(*value);
    }
    if (equal(is, expected)) return;
    const auto shown = [&](const Value& value) {
      return systems::is_none(value) ? "none" : systems::value_to_text(*field, value);
    };
    otherwise(cell.line, fmt::format("expected {} {}, is {}", cell.name, shown(expected), shown(is)));
  }

  Result<bool> ask(const DayStep& step) {
    const auto slash = step.object.find('/');
    const auto register_id = step.object.substr(0, slash);
    const auto* type = catalogue_->find(register_id);
    const auto name = slash == std::string::npos ? std::string() : step.object.substr(slash + 1);
    if (type == nullptr ||
        std::ranges::find(type->indicators, name, &systems::RowIndicator::id) == type->indicators.end())
      return ends(step.line, "there is no indicator '" + step.object + "', expected register/indicator");
    const auto is = desk_->indicator(who(step), register_id, name);
    if (!is && is.error().code == Errc::not_found) {
      if (*step.is != "nothing")
        otherwise(step.line, fmt::format("expected {} {}, {} may not see it", step.object, *step.is, step.by));
      return true;
    }
    if (!is) return fail(is.error());
    systems::Field number;
    number.id = name;
    number.type = std::holds_alternative<LegalDay>(*is) ? systems::FieldType::date : systems::FieldType::number;
    const auto expected =
        *step.is == "none" ? Result<Value>(Value{}) : systems::value_from_text(number, nullptr, *step.is);
    if (expected && equal(*is, *expected)) return true;
    otherwise(step.line, fmt::format("expected {} {}, is {}", step.object, *step.is,
                                     systems::is_none(*is) ? "none" : systems::value_to_text(number, *is)));
    return true;
  }

  Result<bool> list(const DayStep& step) {
    const auto* type = catalogue_->find(step.object);
    if (type == nullptr) return ends(step.line, "there is no register '" + step.object + "'");
    if (!step.view.empty() && std::ranges::find(type->views, step.view, &systems::View::id) == type->views.end())
      return ends(step.line, step.object + " has no view '" + step.view + "'");
    ledger::RecordQuery query;
    query.kind = step.object;
    query.limit = 1000;
    std::vector<std::string> ids;
    for (;;) {
      const auto page = desk_->find(who(step), query, step.view);
      if (!page && (page.error().code == Errc::not_found || page.error().code == Errc::refused)) break;
      if (!page) return fail(page.error());
      for (const auto& matter : page->items) ids.push_back(matter.id);
      if (page->next.empty()) break;
      query.after = page->next;
    }
    if (ids.size() != static_cast<std::size_t>(*step.count))
      otherwise(step.line, fmt::format("expected {} of {}{}, {} sees {}: {}", *step.count, step.object,
                                       step.view.empty() ? "" : " in view " + step.view, step.by, ids.size(),
                                       ids.empty() ? "none" : joined(ids, ", ")));
    return true;
  }

  const Day& day_;
  std::filesystem::path folder_;
  std::shared_ptr<const systems::Catalogue> catalogue_;
  const systems::WorkCalendar& calendar_;
  std::shared_ptr<std::atomic<std::int64_t>> clock_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<ledger::Records> records_;
  std::unique_ptr<ledger::Attachments> attachments_;
  std::unique_ptr<ledger::Audit> audit_;
  std::unique_ptr<RecordDesk> desk_;
  std::map<std::string, Known> known_;
  int files_ = 0;
  DayPlayed played_;
};

}  // namespace

Result<std::unique_ptr<DayStage>> DayStage::open(std::shared_ptr<const systems::Catalogue> catalogue,
                                                 systems::WorkCalendar calendar) {
  std::string name = (std::filesystem::temp_directory_path() / ("celadon_day_" + std::string(6, 'X'))).string();
  if (::mkdtemp(name.data()) == nullptr)
    return fail(Errc::io_failed, name + " cannot be made: " + std::strerror(errno));
  std::unique_ptr<DayStage> stage(new DayStage);
  stage->folder_ = name;
  stage->catalogue_ = std::move(catalogue);
  stage->calendar_ = std::move(calendar);
  // A ledger with the faces of every register: made once, it is copied for each day.
  Day nothing;
  nothing.at = before_all_days;
  std::filesystem::create_directories(stage->folder_ / "empty");
  Play play(nothing, stage->catalogue_, stage->calendar_, stage->folder_ / "empty");
  if (auto made = play.run(); !made) return fail(made.error());
  return stage;
}

DayStage::~DayStage() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Result<DayPlayed> DayStage::play(const Day& day) {
  const auto folder = folder_ / std::to_string(++played_);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::copy_file(folder_ / "empty" / ledger_file, folder / ledger_file, error);
  if (error) return fail(Errc::io_failed, folder.string() + " cannot be made: " + error.message());
  auto played = Play(day, catalogue_, calendar_, folder).run();
  std::filesystem::remove_all(folder, error);
  return played;
}

std::vector<Result<DayPlayed>> DayStage::play_all(const std::vector<Day>& days) {
  std::vector<std::optional<Result<DayPlayed>>> played(days.size());
  {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> players;
    for (int i = 0; i < played_together; ++i) {
      players.emplace_back([&] {
        for (std::size_t k = next++; k < days.size(); k = next++) played[k] = play(days[k]);
      });
    }
  }
  std::vector<Result<DayPlayed>> all;
  all.reserve(days.size());
  for (auto& one : played) all.push_back(std::move(*one));
  return all;
}

Result<std::vector<std::filesystem::path>> day_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".yaml") files.push_back(entry->path());
  if (error) return fail(Errc::io_failed, folder.string() + " cannot be listed: " + error.message());
  std::ranges::sort(files);
  return files;
}

Result<Day> read_day_file(const std::filesystem::path& file) {
  const auto text = read_pack(file);
  if (!text) return fail(text.error());
  auto day = parse_day(*text, file.filename().string());
  if (day && day->id != file.stem().string())
    return fail(Errc::invalid_value,
                fmt::format("{}:1: day: '{}' belongs into the file {}.yaml", day->file, day->id, day->id), "day");
  return day;
}

}  // namespace celadon::registry
