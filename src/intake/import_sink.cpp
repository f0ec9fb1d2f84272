#include "intake/import_sink.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace celadon::intake {
namespace {

constexpr std::array<std::string_view, 9> missing_codes = {"-", "--", "—", "-;", "_", "NA", "NaN", "null", "None"};
constexpr std::uint64_t rows_between_reports = 4096;

/// For the list of problems: short, and every byte that is no text shown as \xNN.
std::string printable(std::string_view text) {
  constexpr std::size_t shown_max = 200;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < text.size() && result.size() < shown_max; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    std::size_t length = byte < 0x80            ? 1
                         : (byte >> 5U) == 0x6  ? 2
                         : (byte >> 4U) == 0xe  ? 3
                         : (byte >> 3U) == 0x1e ? 4
                                                : 0;
    if (byte < 0x20 || byte == 0x7f) length = 0;
    bool whole = length > 0 && i + length <= text.size();
    for (std::size_t k = 1; whole && k < length; ++k)
      whole = (static_cast<unsigned char>(text[i + k]) & 0xC0U) == 0x80U;
    if (whole) {
      result += text.substr(i, length);
      i += length - 1;
    } else {
      result += "\\x";
      result += digits[byte >> 4U];
      result += digits[byte & 15U];
    }
  }
  if (result.size() >= shown_max) result += "...";
  return result;
}

bool same_value(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Cell read_cell(std::string_view text, double& value) {
  text = trimmed(text);
  value = std::numeric_limits<double>::quiet_NaN();
  if (text.empty()) return Cell::missing;
  if (text == "*") return Cell::not_fitted;
  if (std::ranges::find(missing_codes, text) != missing_codes.end()) return Cell::missing;
  if (text.front() == '+') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::general);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return Cell::bad;
  value = number == 0 ? 0.0 : number;  // -0 is 0
  return Cell::number;
}

bool refuses_row(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::unknown_code || error.code == Errc::invalid_value;
}

ImportSink::ImportSink(ByteSource& source, const ImportRequest& request, const std::vector<FeedColumn>& feeds,
                       const ImportPorts& ports, ImportSummary& summary)
    : source_(source), request_(request), feeds_(feeds), ports_(ports), summary_(summary) {
  CELADON_ASSERT(request.chunk_values > 0);
  CELADON_ASSERT(!ports.known || ports.versions);
  chunk_.reserve(request.chunk_values);
}

Result<void> ImportSink::open_errors_file() {
  if (request_.errors_file.empty()) return {};
  errors_.reset(std::fopen(request_.errors_file.c_str(), "wb"));
  if (!errors_) {
    return fail(Errc::io_failed,
                request_.errors_file.string() + ": cannot be written: " + std::generic_category().message(errno));
  }
  std::fputs("line,field,value,reason\n", errors_.get());
  return {};
}

Result<void> ImportSink::close_errors_file() {
  if (!errors_) return {};
  const bool failed = std::ferror(errors_.get()) != 0;
  if (std::fclose(errors_.release()) != 0 || failed) {
    return fail(Errc::io_failed,
                request_.errors_file.string() + ": could not be written to its end; is the disk full?");
  }
  return {};
}

void ImportSink::tell_progress() {
  if (ports_.progress) ports_.progress({source_.bytes_read(), source_.bytes_total(), summary_.rows_read});
}

Result<void> ImportSink::next_row() {
  ++summary_.rows_read;
  if (summary_.rows_read % rows_between_reports != 0) return {};
  tell_progress();
  if (ports_.cancelled && ports_.cancelled()) {
    return fail(Errc::refused,
                source_.name() + ": stopped on request after " + std::to_string(summary_.rows_read) + " rows");
  }
  return {};
}

void ImportSink::reject(std::uint64_t line, std::string_view field, std::string_view value, std::string_view reason) {
  const std::uint64_t count = ++summary_.rejected;
  if (count > problems_kept_max && (!errors_ || count > problems_written_max)) return;
  RowProblem problem{line, printable(field), printable(value), printable(reason)};
  if (errors_) {
    std::string text = std::to_string(line) + "," + csv_field(problem.field) + "," + csv_field(problem.value) + "," +
                       csv_field(problem.reason) + "\n";
    if (count == problems_written_max) text += ",,,more are counted and not listed\n";
    std::fwrite(text.data(), 1, text.size(), errors_.get());
  }
  if (count <= problems_kept_max) summary_.problems.push_back(std::move(problem));
}

void ImportSink::note(std::string text) {
  constexpr std::size_t notes_max = 50;
  if (summary_.notes.size() >= notes_max || std::ranges::find(summary_.notes, text) != summary_.notes.end()) return;
  summary_.notes.push_back(std::move(text));
}

Result<ImportSink::Place*> ImportSink::place(std::string_view key, const SiteHint& hint) {
  std::string owned(key);
  const auto found = places_.find(owned);
  if (found != places_.end()) return found->second.get();
  auto place = std::make_unique<Place>();
  auto site = ports_.site(hint);
  if (!site) {
    if (!refuses_row(site.error())) return fail(site.error());
    place->where = Place::Where::refused;
    place->reason = site.error().detail;
  } else if (*site) {
    place->where = Place::Where::here;
    place->site = **site;
  }
  Place* const kept = place.get();
  // A hostile file may name a place a row: beyond this nothing more is remembered, except those in use.
  constexpr std::size_t places_max = 200'000;
  if (places_.size() >= places_max && place->where != Place::Where::here) {
    std::erase_if(places_, [](const auto& entry) { return entry.second->where != Place::Where::here; });
  }
  places_.emplace(std::move(owned), std::move(place));
  return kept;
}

bool ImportSink::takes(const Place& place, std::uint64_t line, std::string_view field, std::string_view value) {
  switch (place.where) {
    case Place::Where::here: return true;
    case Place::Where::elsewhere: ++summary_.elsewhere; return false;
    case Place::Where::refused: reject(line, field, value, place.reason); return false;
  }
  return false;
}

Result<int> ImportSink::column(Format format, std::string_view name) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].feed->format == format && columns_[i].feed->column == name) return static_cast<int>(i);
  }
  for (const auto& feed : feeds_) {
    if (feed.format != format || feed.column != name) continue;
    if (feed.property.empty()) {
      note("column " + feed.column + " is not stored: " + feed.note);
      return -1;
    }
    const auto unit = ports_.unit_of(feed.property);
    if (!unit) {
      return fail(Errc::unknown_code, "feed column " + feed.column + " of " + std::string(to_text(format)) +
                                          ": property " + feed.property +
                                          " is in no pack; add it to packs/properties.csv");
    }
    auto converted = conversion(feed.unit, *unit);
    if (!converted) return fail(converted.error());
    columns_.push_back({&feed, *converted});
    return static_cast<int>(columns_.size() - 1);
  }
  note("column " + printable(name) + " is not stored: packs/feeds.csv does not know it");
  return -1;
}

Result<void> ImportSink::cell(Place& place, int column, Instant end, std::string_view text, DeviceFlag flag,
                              std::uint64_t line) {
  CELADON_ASSERT(place.where == Place::Where::here && column >= 0);
  const auto index = static_cast<std::size_t>(column);
  const Column& bound = columns_[index];
  double number = 0;
  const Cell kind = read_cell(text, number);
  if (kind == Cell::not_fitted) return {};
  if (kind == Cell::bad) {
    reject(line, bound.feed->column, text, "is not a number; expected decimal digits, or blank where missing");
    return {};
  }
  if (place.series.size() <= index) place.series.resize(index + 1);
  SeriesId& id = place.series[index];
  if (celadon::number(id) == 0) {
    auto given =
        ports_.series({place.site, bound.feed->property, bound.feed->averaging, bound.feed->statistic, Stage::raw});
    if (!given) return fail(given.error());
    id = *given;
  }
  return value(id, end, kind == Cell::number ? bound.conversion(number) : number, flag);
}

Result<void> ImportSink::value(SeriesId series, Instant end, double value, DeviceFlag flag) {
  if ((request_.from && end <= *request_.from) || (request_.until && end > *request_.until)) {
    ++summary_.outside;
    return {};
  }
  chunk_.push_back(series, end, value, flag);
  return chunk_.size() < request_.chunk_values ? Result<void>{} : flush();
}

/// Takes out of the chunk what the archive knew once and knows better now: an old file is no news.
Result<void> ImportSink::drop_superseded() {
  if (!ports_.known) return {};
  std::vector<SeriesId> series = chunk_.series;
  std::ranges::sort(series);
  series.erase(std::unique(series.begin(), series.end()), series.end());
  const auto [from, to] = std::ranges::minmax_element(chunk_.phenomenon_end);
  auto known = ports_.known(series, *from, *to);
  if (!known) return fail(known.error());
  if (known->empty()) return {};

  std::vector<std::size_t> order(known->size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto before = [&](std::size_t a, std::pair<SeriesId, Instant> key) {
    return std::pair(known->series[a], known->phenomenon_end[a]) < key;
  };
  Observations news;
  news.reserve(chunk_.size());
  for (std::size_t i = 0; i < chunk_.size(); ++i) {
    const std::pair key(chunk_.series[i], chunk_.phenomenon_end[i]);
    const auto place = std::lower_bound(order.begin(), order.end(), key, before);
    const bool is_known =
        place != order.end() && known->series[*place] == key.first && known->phenomenon_end[*place] == key.second;
    bool old = false;
    if (is_known &&
        !(same_value(known->value[*place], chunk_.value[i]) && known->device_flag[*place] == chunk_.device_flag[i])) {
      auto versions = ports_.versions(key.first, key.second);
      if (!versions) return fail(versions.error());
      for (std::size_t k = 0; k < versions->size() && !old; ++k) {
        old = same_value(versions->value[k], chunk_.value[i]) && versions->device_flag[k] == chunk_.device_flag[i];
      }
    }
    if (old) {
      ++summary_.superseded;
    } else {
      news.push_back(key.first, key.second, chunk_.value[i], chunk_.device_flag[i]);
    }
  }
  chunk_ = std::move(news);
  return {};
}

Result<void> ImportSink::flush() {
  if (chunk_.empty()) return {};
  const auto [first, last] = std::ranges::minmax_element(chunk_.phenomenon_end);
  summary_.first = summary_.first ? std::min(*summary_.first, *first) : *first;
  summary_.last = summary_.last ? std::max(*summary_.last, *last) : *last;
  auto dropped = drop_superseded();
  if (!dropped) return dropped;
  if (!chunk_.empty()) {
    auto counts = ports_.submit(std::move(chunk_));
    if (!counts) return fail(counts.error());
    summary_.added += counts->added;
    summary_.unchanged += counts->unchanged;
    summary_.corrected += counts->corrected;
  }
  chunk_ = {};
  chunk_.reserve(request_.chunk_values);
  tell_progress();
  return {};
}

Result<Header> Header::read(CsvReader& reader, std::span<const std::string_view> needed) {
  auto step = reader.next();
  if (!step) return fail(step.error());
  if (*step == CsvReader::Step::end) return fail(Errc::malformed, "the file is empty");
  if (*step == CsvReader::Step::bad_record) {
    return fail(Errc::malformed, "line " + std::to_string(reader.line()) + ", the header: " + reader.problem());
  }
  Header header;
  for (const auto field : reader.fields()) header.columns_.emplace_back(trimmed(field));
  for (const auto column : needed) {
    if (header.find(column) < 0) {
      return fail(Errc::malformed, "the header has no column '" + std::string(column) + "'", std::string(column));
    }
  }
  return header;
}

int Header::find(std::string_view column) const {
  const auto at = std::ranges::find(columns_, column);
  return at == columns_.end() ? -1 : static_cast<int>(at - columns_.begin());
}

Result<void> each_record(CsvReader& reader, const Header& header, ImportSink& sink,
                         const std::function<Result<void>(std::span<const std::string_view>, std::uint64_t)>& row) {
  while (true) {
    auto step = reader.next();
    if (!step) return fail(step.error());
    if (*step == CsvReader::Step::end) return {};
    auto counted = sink.next_row();
    if (!counted) return counted;
    if (*step == CsvReader::Step::bad_record) {
      sink.reject(reader.line(), "", "", reader.problem());
      continue;
    }
    const auto fields = reader.fields();
    if (fields.size() != header.columns().size()) {
      sink.reject(reader.line(), "", "",
                  std::to_string(fields.size()) + " fields, expected " + std::to_string(header.columns().size()) +
                      " as in the header");
      continue;
    }
    auto done = row(fields, reader.line());
    if (!done) return done;
  }
}

Result<std::vector<std::pair<std::size_t, int>>> value_columns(const Header& header, Format format,
                                                               std::span<const std::string_view> keys,
                                                               ImportSink& sink) {
  std::vector<std::pair<std::size_t, int>> columns;
  for (std::size_t i = 0; i < header.columns().size(); ++i) {
    const std::string& name = header.columns()[i];
    if (std::ranges::find(keys, name) != keys.end()) continue;
    auto column = sink.column(format, name);
    if (!column) return fail(column.error());
    if (*column >= 0) columns.emplace_back(i, *column);
  }
  return columns;
}

}  // namespace celadon::intake
