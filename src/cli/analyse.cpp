#include "cli/analyse.hpp"

#include "cli/command.hpp"
#include "core/json_writer.hpp"
#include "core/yaml_fields.hpp"
#include "intake/csv_reader.hpp"
#include "intake/text_source.hpp"
#include "models/analysis.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

namespace celadon::cli {
namespace {

struct AnalyseOptions {
  std::string method, file, date = "date", speed = "ws", direction = "wd", from, to;
  std::vector<std::string> series, set;
  bool label_end = false, list = false, timing = false;
};

constexpr std::size_t rows_max = 2'000'000;

Result<double> number_of(std::string_view cell, const std::string& place) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  if (cell.empty() || cell == "NA" || cell == "NaN" || cell == "--") return std::nan("");
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value))
    return fail(Errc::malformed, place + ": '" + std::string(cell.substr(0, 40)) + "' is not a number");
  return value;
}

/// A time of the file's own clock: a zone that is written would contradict it.
Result<models::WallSeconds> clock_of(std::string_view text, const std::string& place) {
  std::string known(text);
  if (!known.empty() && known.back() == 'Z') known.pop_back();
  const auto parsed = parse_instant(known + (known.size() > 10 ? "Z" : "T00:00:00Z"));
  if (!parsed) return fail(Errc::malformed, place + ": " + parsed.error().detail);
  return parsed->us / us_per_second;
}

/// The commonest distance of neighbouring rows.
std::int64_t step_of(const std::vector<models::WallSeconds>& begin) {
  std::map<std::int64_t, std::size_t> distances;
  for (std::size_t i = 1; i < begin.size(); ++i) ++distances[begin[i] - begin[i - 1]];
  const auto commonest =
      std::ranges::max_element(distances, {}, [](const auto& one) { return one.second; });
  return commonest == distances.end() ? 3600 : commonest->first;
}

struct Places {
  std::size_t date = 0, speed = 0, direction = 0;
  std::vector<std::size_t> series;
};

Result<Places> places_in(std::span<const std::string_view> header, const AnalyseOptions& options, bool wind) {
  Places places;
  const auto find = [&](const std::string& name, const char* option, std::size_t& place) -> Result<void> {
    const auto found = std::ranges::find(header, std::string_view(name));
    if (found == header.end()) {
      return fail(Errc::malformed, options.file + ":1: there is no column '" + name + "'; name it with --" + option);
    }
    place = static_cast<std::size_t>(found - header.begin());
    return {};
  };
  if (auto found = find(options.date, "date", places.date); !found) return fail(found.error());
  if (wind) {
    if (auto found = find(options.speed, "ws", places.speed); !found) return fail(found.error());
    if (auto found = find(options.direction, "wd", places.direction); !found) return fail(found.error());
  }
  for (const auto& name : options.series) {
    places.series.push_back(0);
    if (auto found = find(name, "series", places.series.back()); !found) return fail(found.error());
  }
  return places;
}

Result<models::AnalysisInput> read_input(const AnalyseOptions& options, bool wind) {
  auto source = intake::ByteSource::open(options.file);
  if (!source) return fail(source.error());
  intake::CsvReader reader(*source);
  auto step = reader.next();
  if (!step) return fail(step.error());
  if (*step != intake::CsvReader::Step::record) return fail(Errc::malformed, options.file + ":1: there is no header");
  const auto places = places_in(reader.fields(), options, wind);
  if (!places) return fail(places.error());
  models::AnalysisInput input;
  for (const auto& name : options.series) {
    const bool direction = name == options.direction;
    input.series.push_back({name, direction ? "deg" : "", {}});
  }
  while (true) {
    step = reader.next();
    if (!step) return fail(step.error());
    if (*step == intake::CsvReader::Step::end) break;
    const std::string place = options.file + ":" + std::to_string(reader.line());
    if (*step == intake::CsvReader::Step::bad_record) return fail(Errc::malformed, place + ": " + reader.problem());
    const auto fields = reader.fields();
    const std::size_t last = std::max({places->date, places->speed, places->direction,
                                       places->series.empty() ? 0 : std::ranges::max(places->series)});
    if (fields.size() <= last)
      return fail(Errc::malformed, place + ": there are only " + std::to_string(fields.size()) + " fields");
    if (input.begin.size() == rows_max)
      return fail(Errc::too_large, place + ": more than 2,000,000 rows; divide the file");
    const auto at = clock_of(fields[places->date], place);
    if (!at) return fail(at.error());
    if (!input.begin.empty() && *at <= input.begin.back())
      return fail(Errc::malformed, place + ": the time is not after the one before; sort the file by time");
    input.begin.push_back(*at);
    const auto take = [&](std::size_t field, std::vector<double>& column) -> Result<void> {
      const auto value = number_of(fields[field], place);
      if (!value) return fail(value.error());
      column.push_back(*value);
      return {};
    };
    for (std::size_t s = 0; s < places->series.size(); ++s) {
      if (auto taken = take(places->series[s], input.series[s].value); !taken) return fail(taken.error());
    }
    if (!wind) continue;
    if (auto taken = take(places->speed, input.speed_m_s); !taken) return fail(taken.error());
    if (auto taken = take(places->direction, input.direction_deg); !taken) return fail(taken.error());
  }
  if (input.begin.empty()) return fail(Errc::malformed, options.file + ": there are no rows");
  input.step_s = step_of(input.begin);
  if (options.label_end) {
    for (auto& at : input.begin) at -= input.step_s;
  }
  input.days = {models::begin_of(models::Period::day, input.begin.front()),
                models::shifted(models::Period::day, models::begin_of(models::Period::day, input.begin.back()), 1)};
  for (const auto& [text, day, after] :
       {std::tuple{&options.from, &input.days.begin, 0}, {&options.to, &input.days.end, 1}}) {
    if (text->empty()) continue;
    const auto parsed = parse_legal_day(*text);
    if (!parsed) return fail(parsed.error());
    *day = (std::int64_t{parsed->days} + after) * models::seconds_per_day;
  }
  return input;
}

/// Rows outside the days asked for, except those a method looks back to.
void cut(models::AnalysisInput& input, bool looks_back) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < input.begin.size(); ++i) {
    if (input.begin[i] < input.days.end && (looks_back || input.begin[i] >= input.days.begin)) kept.push_back(i);
  }
  const auto pick = [&](auto& column) {
    if (column.empty()) return;
    for (std::size_t k = 0; k < kept.size(); ++k) column[k] = column[kept[k]];
    column.resize(kept.size());
  };
  pick(input.begin);
  pick(input.speed_m_s);
  pick(input.direction_deg);
  for (auto& one : input.series) pick(one.value);
}

int list_methods(const models::MethodBook& book) {
  for (const auto& method : book.all()) {
    std::printf("%s: %s (%s)\n", method.id.c_str(), method.name_en.c_str(), method.name_zh.c_str());
    for (const auto& p : method.parameters) {
      std::string choices;
      for (const auto& choice : p.choices) choices += (choices.empty() ? "" : "|") + choice;
      std::printf("    --set %s=%s  %s%s%s\n", p.id.c_str(), p.otherwise.c_str(), p.label_en.c_str(),
                  choices.empty() ? "" : ": ", choices.c_str());
    }
  }
  return 0;
}

Result<int> run_analyse(const AnalyseOptions& options, const Context& context) {
  const auto book = read_methods(context.packs);
  if (!book) return fail(book.error());
  if (options.list) return list_methods(*book);
  const auto* method = book->find(options.method);
  if (method == nullptr)
    return fail(Errc::unknown_code, "there is no method '" + options.method + "'; celadon analyse --list names them");
  if (options.file.empty()) return fail(Errc::malformed, "say which file: --csv FILE");
  std::map<std::string, std::string> given;
  for (const auto& pair : options.set) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) return fail(Errc::malformed, "--set takes NAME=VALUE, not '" + pair + "'");
    given[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  const auto settings = models::settings_of(*method, given);
  if (!settings) return fail(settings.error());
  auto input = read_input(options, method->wind);
  if (!input) return fail(input.error());
  cut(*input, method->before);
  const auto started = std::chrono::steady_clock::now();
  const auto figure = models::analyse(*method, *settings, *input);
  if (!figure) return fail(figure.error());
  if (options.timing) {
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
    std::fprintf(stderr, "%s: %.1f ms for %zu rows\n", method->id.c_str(), took.count(), input->begin.size());
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("program", std::string("celadon ") + CELADON_VERSION).member("method", method->id);
  json.member("text", method->text_en).list("references", method->references).key("parameters").begin_object();
  for (const auto& [id, value] : settings->all()) json.member(id, value);
  json.end_object().member("file", options.file).list("series", options.series);
  std::string tables;
  models::append_json(tables, *figure);
  json.member("rows", input->begin.size()).key("figure").raw(tables).end_object();
  std::printf("%s\n", out.c_str());
  return 0;
}

}  // namespace

Result<models::MethodBook> read_methods(const std::filesystem::path& packs) {
  return parse_pack(packs / "analysis" / "methods.yaml", [](std::string_view text, const std::string& name) {
    return models::MethodBook::parse(text, name);
  });
}

void add_analyse(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("analyse", "The numbers of a figure from any CSV: roses, polar plots, trends ...");
  auto options = std::make_shared<AnalyseOptions>();
  command->add_option("method", options->method, "what to make; --list names all");
  command->add_option("--csv", options->file, "file with a header, plain or packed with zstd");
  command->add_option("--date", options->date, "column of the time, on the file's own clock")->capture_default_str();
  command->add_option("--ws", options->speed, "column of wind speed, m/s")->capture_default_str();
  command->add_option("--wd", options->direction, "column of wind direction, degrees")->capture_default_str();
  command->add_option("--series", options->series, "column of values, once for each")->delimiter(',');
  command->add_option("--set", options->set, "NAME=VALUE of a parameter");
  command->add_option("--from", options->from, "first day");
  command->add_option("--to", options->to, "last day, included");
  command->add_flag("--label-end", options->label_end, "times name the end of the hour, as Celadon's own files");
  command->add_flag("--timing", options->timing, "say on stderr how long the method took");
  command->add_flag("--list", options->list, "the methods and their parameters");
  command->footer(
      "Example:\n  celadon analyse polar --csv tests/reference/openair/mydata.csv.zst --series nox\n"
      "JSON on stdout. Methods and how far they agree with the reference tool: docs/charts.md");
  command->callback([options, &context] {
    const auto result = run_analyse(*options, context);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
