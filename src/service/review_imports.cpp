#include "service/review_imports.hpp"

#include "core/json_writer.hpp"
#include "intake/table_file.hpp"
#include "service/cut_off_imports.hpp"
#include "service/service.hpp"
#include "watch/city.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace celadon::service {
namespace {

constexpr const char* review_import_kind = "review-import";
constexpr const char* review_upload_prefix = "review-";
constexpr std::size_t problems_shown_max = 200;

void put_problem(JsonWriter& json, const intake::PairProblem& one) {
  json.begin_object().member("line", one.line).member("field", one.field).member("value", one.value);
  json.member("zh", one.zh).member("en", one.en).member("remedy_zh", one.remedy_zh);
  json.member("remedy_en", one.remedy_en).end_object();
}

}  // namespace

ReviewImports::ReviewImports(const Parts& parts) : parts_(parts), queue_(parts.data / "imports") {
  next_id_ = close_cut_off_imports(
      parts, review_import_kind, review_upload_prefix, [](const boost::json::object& body) -> std::optional<std::string> {
        const auto* state = body.if_contains("state");
        if (state == nullptr) return std::nullopt;
        if (*state == "saving")
          return "the program stopped while this was saved; send the file again: what is in is left out";
        if (*state != "reading" && *state != "ready") return std::nullopt;
        return "the program stopped before this was saved; send the file again";
      });
}

Result<std::int64_t> ReviewImports::begin(const std::string& who, const std::string& name, const std::string& bytes) {
  auto job = std::make_shared<Job>();
  job->who = who.empty() ? "api" : who;  // nobody is named while there are no accounts
  job->name = name.empty() ? "upload" : name.substr(0, 200);
  job->begun = parts_.clock();
  job->bytes_total = bytes.size();
  const std::lock_guard lock(mutex_);
  job->id = next_id_;
  const auto put = queue_.put(
      review_upload_prefix + std::to_string(job->id), bytes,
      [this, job](const std::filesystem::path& file, const std::stop_token& stop) { read(job, file, stop); });
  if (!put) return fail(put.error());
  ++next_id_;
  jobs_[job->id] = job;
  keep(*job);
  return job->id;
}

void ReviewImports::read(const std::shared_ptr<Job>& job, const std::filesystem::path& file,
                         const std::stop_token& stop) {
  auto source = intake::ByteSource::open(file);
  if (!source) return end(*job, State::failed, source.error().detail);
  auto ports = watch::pair_ports(parts_.library.properties, parts_.sites);
  ports.progress = [&](const intake::ImportProgress& progress) {
    const std::lock_guard lock(mutex_);
    job->bytes_read = progress.bytes_read;
    job->bytes_total = progress.bytes_total;
    job->rows_read = progress.rows_read;
  };
  ports.cancelled = [&stop] { return stop.stop_requested(); };
  auto pairs = intake::read_reviewed_pairs(*source, ports);
  if (!pairs) return end(*job, State::failed, pairs.error().detail);
  auto preview = parts_.review.preview_pairs(*pairs, job->name);
  if (!preview) return end(*job, State::failed, preview.error().detail);
  const bool is_new = preview->counts.decided() > 0;
  {
    const std::lock_guard lock(mutex_);
    job->unread = pairs->unread;
    show(*job, std::move(*preview));
    if (is_new) job->pairs = std::make_shared<const intake::ReviewedPairs>(std::move(*pairs));
  }
  end(*job, is_new ? State::ready : State::done, "");
  let_go_of_oldest();
}

/// Under the lock.
void ReviewImports::show(Job& job, watch::PairsPreview preview) {
  job.result = std::move(preview);
  job.digest = job.result.erratum ? watch::digest_of(*job.result.erratum) : "";
  job.erratum_json =
      job.result.erratum ? watch::to_json(*job.result.erratum, watch::names_of(parts_.ledger, parts_.library)) : "";
}

void ReviewImports::end(Job& job, State state, std::string error) {
  const std::lock_guard lock(mutex_);
  job.state = state;
  job.error = std::move(error);
  if (state == State::done || state == State::failed) {
    job.ended = parts_.clock();
    job.pairs.reset();
  }
  keep(job);
}

Result<void> ReviewImports::save(std::int64_t id, const std::string& who, const std::string& why,
                                 const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end())
    return fail(Errc::not_found, "there is no import " + std::to_string(id) + " that waits; send the file", "id");
  const auto job = found->second;
  if (job->state != State::ready) {
    return fail(Errc::conflict,
                std::string("this import is ") + to_text(job->state) + "; only one that is ready can be saved", "id");
  }
  if (digest != job->digest)
    return fail(Errc::conflict, "this is not the preview of this import as it stands; look at it again", "preview");
  const auto put = queue_.put("review-save-" + std::to_string(id), "",
                              [this, job, who, why, digest](const std::filesystem::path&, const std::stop_token& stop) {
                                if (stop.stop_requested()) return end(*job, State::failed, "the program was stopped");
                                decide(job, who, why, digest);
                              });
  if (!put) return put;
  job->state = State::saving;
  job->who = who;
  keep(*job);
  return {};
}

void ReviewImports::decide(const std::shared_ptr<Job>& job, const std::string& who, const std::string& why,
                           const std::string& digest) {
  const auto store = watch::raw_store(parts_.stream, {"import reviewed", job->name});
  auto done = parts_.review.decide_pairs(*job->pairs, job->name, who, why, digest, store);
  if (done) {
    {
      const std::lock_guard lock(mutex_);
      show(*job, std::move(*done));
    }
    return end(*job, State::done, "");
  }
  if (done.error().code != Errc::conflict) return end(*job, State::failed, done.error().detail);
  // Data came meanwhile: what would happen now is shown, and asked again.
  auto again = parts_.review.preview_pairs(*job->pairs, job->name);
  if (!again) return end(*job, State::failed, again.error().detail);
  const bool is_new = again->counts.decided() > 0;
  {
    const std::lock_guard lock(mutex_);
    show(*job, std::move(*again));
  }
  end(*job, is_new ? State::ready : State::done, is_new ? done.error().detail : "");
}

void ReviewImports::let_go_of_oldest() {
  const std::lock_guard lock(mutex_);
  const auto is_ready = [](const auto& entry) { return entry.second->state == State::ready; };
  for (auto waiting = std::ranges::count_if(jobs_, is_ready); waiting > static_cast<std::ptrdiff_t>(kept_max);
       --waiting) {
    Job& oldest = *std::ranges::find_if(jobs_, is_ready)->second;
    oldest.state = State::let_go;
    oldest.error = "newer tables came before this one was saved; send the file again";
    oldest.ended = parts_.clock();
    oldest.pairs.reset();
    keep(oldest);
  }
  const auto has_ended = [](const auto& entry) { return entry.second->ended.has_value(); };
  for (auto ended = std::ranges::count_if(jobs_, has_ended); ended > static_cast<std::ptrdiff_t>(ended_max); --ended)
    jobs_.erase(std::ranges::find_if(jobs_, has_ended));
}

void ReviewImports::keep(const Job& job) const {
  // The import goes on though its state cannot be kept; its own writes tell of a full disk.
  static_cast<void>(parts_.ledger.put({review_import_kind,
                                       std::to_string(job.id),
                                       json_of(job, false),
                                       job.begun,
                                       job.who,
                                       "import of reviewed pairs, " + job.name,
                                       {}}));
}

const char* ReviewImports::to_text(State state) {
  switch (state) {
    case State::reading: return "reading";
    case State::ready: return "ready";
    case State::saving: return "saving";
    case State::done: return "done";
    case State::failed: return "failed";
    case State::let_go: break;
  }
  return "let-go";
}

std::string ReviewImports::json_of(const Job& job, bool with_rows) {
  std::string out;
  JsonWriter json(out);
  const auto& counts = job.result.counts;
  json.begin_object().member("id", job.id).member("who", job.who).member("name", job.name);
  json.member("state", to_text(job.state)).member("bytes_read", job.bytes_read).member("bytes_total", job.bytes_total);
  json.member("rows_read", std::max<std::uint64_t>(job.rows_read, counts.rows)).key("counts").begin_object();
  json.member("rows", counts.rows).member("raw_added", counts.raw_added).member("accepted", counts.accepted);
  json.member("voided", counts.voided).member("corrected", counts.corrected).member("unchanged", counts.unchanged);
  json.member("superseded", counts.superseded).member("empty", counts.empty).member("refused", counts.refused);
  json.end_object().list("unread_columns", job.unread).text_or_null("error", job.error);
  json.member("digest", job.digest).key("decisions").begin_array();
  for (const auto id : job.result.ids) json.put(id);
  json.end_array().key("erratum_id");
  job.result.erratum&& job.result.erratum->id != 0 ? json.put(job.result.erratum->id) : json.null();
  if (with_rows) {
    json.key("problems").begin_array();
    const auto& kept = job.result.problems.kept();
    for (std::size_t i = 0; i < std::min(kept.size(), problems_shown_max); ++i) put_problem(json, kept[i]);
    json.end_array().key("erratum");
    if (job.erratum_json.empty())
      json.null();
    else
      json.raw(job.erratum_json);
  }
  json.member("started_at", job.begun).member("finished_at", job.ended).end_object();
  return out;
}

Result<std::string> ReviewImports::json(std::int64_t id) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = jobs_.find(id); found != jobs_.end()) return json_of(*found->second, true);
  }
  const auto past = parts_.ledger.get(review_import_kind, std::to_string(id));
  if (!past) return fail(Errc::not_found, "there is no import " + std::to_string(id), "id");
  return past->body;
}

std::string ReviewImports::all_json() const {
  std::map<std::int64_t, std::string> all;
  if (const auto past = parts_.ledger.list(review_import_kind)) {
    for (const auto& one : *past) all[std::atoll(one.id.c_str())] = one.body;
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, job] : jobs_) all[id] = json_of(*job, false);
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (auto it = all.rbegin(); it != all.rend(); ++it) json.raw(it->second);
  json.end_array().end_object();
  return out;
}

Result<std::string> ReviewImports::errors_csv(std::int64_t id, bool in_english) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end())
    return fail(Errc::not_found, "import " + std::to_string(id) + " is not at hand any more; send the file again",
                "id");
  std::string out(intake::csv_mark);
  using Cells = std::vector<intake::TableCell>;
  const auto text = [](const char* words) { return intake::TableCell(std::string(words)); };
  out += in_english
             ? intake::csv_line(Cells{text("line"), text("field"), text("value"), text("reason"), text("remedy")})
             : intake::csv_line(Cells{text("行"), text("列"), text("值"), text("原因"), text("怎么办")});
  for (const auto& one : found->second->result.problems.kept()) {
    out += intake::csv_line(Cells{static_cast<double>(one.line), one.field, one.value, in_english ? one.en : one.zh,
                                  in_english ? one.remedy_en : one.remedy_zh});
  }
  return out;
}

}  // namespace celadon::service
