#include "cli/command.hpp"
#include "intake/csv_reader.hpp"
#include "intake/text_source.hpp"
#include "standards/judge.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

namespace celadon::cli {
namespace {

struct VerifyOptions {
  std::string what, file, differences;
  bool rivers_only = false, all = false;
  double must_agree = 0;
};

/// The rows of a published file by column name.
class Feed {
 public:
  static Result<Feed> open(const std::string& file, std::initializer_list<const char*> needed) {
    auto source = intake::ByteSource::open(file);
    if (!source) return fail(source.error());
    Feed feed;
    feed.source_ = std::make_unique<intake::ByteSource>(std::move(*source));
    feed.reader_ = std::make_unique<intake::CsvReader>(*feed.source_);
    const auto step = feed.reader_->next();
    if (!step) return fail(step.error());
    const auto fields = feed.reader_->fields();
    for (std::size_t i = 0; i < fields.size(); ++i) feed.columns_[std::string(fields[i])] = i;
    for (const char* name : needed) {
      if (!feed.columns_.contains(name)) return fail(Errc::malformed, file + ":1: there is no column '" + name + "'");
    }
    return feed;
  }
  /// False at the end; bad records are passed over and counted.
  Result<bool> next() {
    while (true) {
      const auto step = reader_->next();
      if (!step) return fail(step.error());
      if (*step == intake::CsvReader::Step::end) return false;
      if (*step == intake::CsvReader::Step::record && reader_->fields().size() >= columns_.size()) return true;
      ++bad;
    }
  }
  [[nodiscard]] bool has(const char* name) const { return columns_.contains(name); }
  [[nodiscard]] std::string_view text(const char* name) const {
    const auto it = columns_.find(name);
    return it == columns_.end() ? std::string_view{} : reader_->fields()[it->second];
  }
  [[nodiscard]] double number(const char* name) const {
    const std::string cell(text(name));
    if (cell.empty()) return std::nan("");
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    return *end == '\0' ? value : std::nan("");
  }
  [[nodiscard]] std::uint64_t line() const { return reader_->line(); }
  std::uint64_t bad = 0;

 private:
  std::unique_ptr<intake::ByteSource> source_;
  std::unique_ptr<intake::CsvReader> reader_;
  std::map<std::string, std::size_t, std::less<>> columns_;
};

/// Collects what agrees and prints what does not.
class Findings {
 public:
  explicit Findings(const VerifyOptions& options) : options_(options) {
    if (!options.differences.empty()) {
      file_ = std::fopen(options.differences.c_str(), "w");
      if (file_ != nullptr) std::fputs("line,reason,published,computed,values\n", file_);
    }
  }
  ~Findings() {
    if (file_ != nullptr) std::fclose(file_);
  }
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  void agree() { ++compared_, ++agreed_; }
  void differ(std::uint64_t line, const std::string& reason, const std::string& published, const std::string& computed,
              const std::string& values) {
    ++compared_;
    ++reasons_[reason];
    if (file_ != nullptr) {
      std::fprintf(file_, "%llu,%s,%s,%s,%s\n", static_cast<unsigned long long>(line), reason.c_str(),
                   published.c_str(), computed.c_str(), intake::csv_field(values).c_str());
    } else if (options_.all || ++printed_ <= 50) {
      std::printf("line %llu: published %s, computed %s: %s (%s)\n", static_cast<unsigned long long>(line),
                  published.c_str(), computed.c_str(), reason.c_str(), values.c_str());
    }
  }
  int finish() {
    for (const auto& [reason, count] : reasons_)
      std::printf("differs %8llu  %s\n", static_cast<unsigned long long>(count), reason.c_str());
    std::printf("agree %llu of %llu\n", static_cast<unsigned long long>(agreed_),
                static_cast<unsigned long long>(compared_));
    const double share = compared_ == 0 ? 0 : 100.0 * static_cast<double>(agreed_) / static_cast<double>(compared_);
    return share < options_.must_agree ? 1 : 0;
  }

 private:
  const VerifyOptions& options_;
  std::FILE* file_ = nullptr;
  std::map<std::string, std::uint64_t> reasons_;
  std::uint64_t compared_ = 0, agreed_ = 0, printed_ = 0;
};

constexpr std::array<std::pair<const char*, const char*>, 6> hourly_columns = {
    {{"so2", "SO2"}, {"no2", "NO2"}, {"co", "CO"}, {"o3", "O3"}, {"pm10", "PM10"}, {"pm25", "PM2.5"}}};

std::string values_of(const Feed& feed, std::initializer_list<const char*> columns) {
  std::string all;
  for (const char* name : columns)
    all += (all.empty() ? "" : " ") + std::string(name) + "=" + std::string(feed.text(name));
  return all;
}

/// The published index of hours or of days.
Result<int> verify_aqi(const VerifyOptions& options, const Context& context) {
  const auto library = standards::read_library(context.packs);
  if (!library) return fail(library.error());
  auto feed = Feed::open(options.file, {"aqi", "pm25", "pm10", "so2", "no2", "co", "o3"});
  if (!feed) return fail(feed.error());
  const bool is_daily = feed->has("date");
  const char* time_column = is_daily ? "date" : "time";
  if (!feed->has(time_column))
    return fail(Errc::malformed, options.file + ":1: there is neither a column 'time' nor 'date'");
  Findings findings(options);
  std::uint64_t unpublished = 0;
  std::uint64_t level_differs = 0;
  while (true) {
    const auto more = feed->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const double published = feed->number("aqi");
    if (std::isnan(published)) {
      ++unpublished;
      continue;
    }
    standards::JudgeRequest request;
    request.rule = is_daily ? "aqi-daily" : "aqi-hourly";
    request.want_why = false;
    const auto time = parse_instant(feed->text(time_column));
    const std::string values = values_of(*feed, {"pm25", "pm10", "so2", "no2", "co", "o3"});
    if (!time) {
      findings.differ(feed->line(), "the time cannot be read", std::string(feed->text("aqi")), "none", values);
      continue;
    }
    request.date = is_daily ? Instant{time->us + us_per_day} : *time;
    for (const auto& [column, property] : hourly_columns) {
      const std::string id = is_daily && std::string_view(property) == "O3" ? "O3-MDA8" : property;
      request.inputs.push_back({id, feed->number(column), {}, {}, {}});
    }
    const auto judgement = standards::judge(*library, request);
    if (!judgement) return fail(judgement.error());
    const int computed = static_cast<int>(judgement->value.value_or(-1));
    if (computed == static_cast<int>(std::lround(published))) {
      findings.agree();
      if (!feed->text("level").empty() && feed->text("level") != judgement->name_zh) ++level_differs;
      continue;
    }
    std::string reason = "other";
    if (!judgement->judged)
      reason = "not judged: " + judgement->reason_en;
    else if (std::abs(computed - published) <= 1)
      reason = is_daily ? "one off: the published values are means that were rounded" : "one off";
    else if (is_daily && computed < published)
      reason = "published is higher: it is not the index of these daily means";
    else if (is_daily)
      reason = "published is lower: it is not the index of these daily means";
    findings.differ(feed->line(), reason, std::string(feed->text("aqi")), std::to_string(computed), values);
  }
  std::printf(
      "%llu rows carry no index; %llu lines could not be read; of the agreeing rows %llu have another level word\n",
      static_cast<unsigned long long>(unpublished), static_cast<unsigned long long>(feed->bad),
      static_cast<unsigned long long>(level_differs));
  return findings.finish();
}

Result<std::set<std::string>> lake_sections(const Context& context) {
  constexpr std::array<std::string_view, 4> columns = {"province", "section", "source", "trust"};
  const auto table = intake::read_csv_table(context.packs / "standards" / "lake_sections.csv", columns);
  if (!table) return fail(table.error());
  std::set<std::string> sections;
  for (const auto& row : table->rows) sections.insert(row[0] + "/" + row[1]);
  return sections;
}

/// A value whose last printed digit leaves open on which side of a limit it lies.
bool stands_at_a_limit(const standards::WaterRules& rules, const standards::JudgeRequest& request) {
  for (const auto& input : request.inputs) {
    const auto* item = rules.find(input.property, request.body);
    if (item == nullptr) continue;
    const double half_digit = 0.5 * std::pow(10.0, -item->decimals[0]) + 1e-9;
    for (const double limit : item->limits) {
      if (std::abs(input.value - limit) <= half_digit) return true;
    }
  }
  return false;
}

/// Why the published grade may differ; the classes are those that occur in real files.
std::string reason_of(const standards::Library& library, standards::JudgeRequest request, const std::string& published,
                      int published_level, const standards::Judgement& judgement) {
  const auto judged = [&](const standards::JudgeRequest& changed) {
    const auto other = standards::judge(library, changed);
    return other && other->class_label == published;
  };
  if (stands_at_a_limit(library.water.back(), request))
    return "a value stands at a limit as printed: the unprinted digits decide";
  standards::JudgeRequest other = request;
  other.body = request.body == standards::WaterBody::river ? standards::WaterBody::lake : standards::WaterBody::river;
  if (judged(other))
    return request.body == standards::WaterBody::river ? "lake limits would give the published grade"
                                                       : "river limits would give the published grade";
  other = request;
  other.rounding = standards::WaterRounding::assessment;
  if (judged(other)) return "the rounding of assessments would give the published grade";
  if (std::abs(judgement.level - published_level) == 1) {
    return judgement.level > published_level ? "published one class better than these values"
                                             : "published one class worse than these values";
  }
  return judgement.level > published_level ? "published several classes better: the grade is of other values"
                                           : "published several classes worse: the grade is of other values";
}

Result<int> verify_water(const VerifyOptions& options, const Context& context) {
  const auto library = standards::read_library(context.packs);
  if (!library) return fail(library.error());
  const auto lakes = lake_sections(context);
  if (!lakes) return fail(lakes.error());
  auto feed = Feed::open(options.file, {"province", "section", "time", "grade", "ph", "do", "codmn", "nh3n", "tp"});
  if (!feed) return fail(feed.error());
  static const std::map<std::string, int, std::less<>> levels = {{"Ⅰ", 1}, {"Ⅱ", 2}, {"Ⅲ", 3},
                                                                 {"Ⅳ", 4}, {"Ⅴ", 5}, {"劣Ⅴ", 6}};
  Findings findings(options);
  std::uint64_t unpublished = 0;
  std::uint64_t incomplete = 0;
  while (true) {
    const auto more = feed->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const auto level = levels.find(feed->text("grade"));
    if (level == levels.end()) {
      ++unpublished;
      continue;
    }
    standards::JudgeRequest request;
    request.rule = "water-class";
    request.want_why = false;
    const auto time = parse_instant(feed->text("time"));
    if (time)
      request.date = *time;
    else
      request.edition = library->water.back().standard;  // a reading without its time is still a reading
    bool whole = true;
    for (const auto& [column, property] :
         {std::pair{"ph", "pH"}, {"do", "DO"}, {"codmn", "CODMn"}, {"nh3n", "NH3-N"}, {"tp", "TP"}}) {
      const double value = feed->number(column);
      whole = whole && std::isfinite(value);
      request.inputs.push_back({property, value, {}, {}, {}});
    }
    if (!whole) {
      ++incomplete;
      continue;
    }
    const std::string section = std::string(feed->text("province")) + "/" + std::string(feed->text("section"));
    if (!options.rivers_only && lakes->contains(section)) request.body = standards::WaterBody::lake;
    const auto judgement = standards::judge(*library, request);
    if (!judgement) return fail(judgement.error());
    if (judgement->class_label == level->first) {
      findings.agree();
      continue;
    }
    findings.differ(
        feed->line(), reason_of(*library, request, level->first, level->second, *judgement), level->first,
        judgement->class_label,
        std::string(feed->text("section")) + " " + values_of(*feed, {"time", "ph", "do", "codmn", "nh3n", "tp"}));
  }
  std::printf(
      "%llu rows carry no grade, %llu lack one of the five items; lake limits at sections of "
      "packs/standards/lake_sections.csv: %s\n",
      static_cast<unsigned long long>(unpublished), static_cast<unsigned long long>(incomplete),
      options.rivers_only ? "no" : "yes");
  return findings.finish();
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("verify", "Recompute a published file and list each difference with its reason");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("what", options->what, "aqi or water")->required()->check(CLI::IsMember({"aqi", "water"}));
  command->add_option("file", options->file, "published file, plain or packed with zstd")->required();
  command->add_option("--differences", options->differences,
                      "write the differences to this CSV file instead of printing the first 50");
  command->add_flag("--all", options->all, "print every difference");
  command->add_flag("--rivers-only", options->rivers_only, "water: river limits everywhere");
  command->add_option("--must-agree", options->must_agree, "exit code 1 below this percentage");
  command->footer(
      "Examples:\n  celadon verify aqi demo/air-station-hourly-2020/national_hourly.csv.zst\n"
      "  celadon verify water --rivers-only demo/water-auto-4h-2021/national_4h.csv.zst\n"
      "aqi takes hourly files (column time) and daily ones (column date). The last line is: agree A of B");
  command->callback([options, &context] {
    const auto result = options->what == "aqi" ? verify_aqi(*options, context) : verify_water(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
