#include "service/import_jobs.hpp"

#include "core/json_writer.hpp"
#include "service/service.hpp"
#include "watch/city.hpp"

namespace celadon::service {

ImportJobs::ImportJobs(const Parts& parts) : parts_(parts), queue_(parts.data / "imports") {
  if (const auto past = parts.ledger.list("import-job")) next_id_ = static_cast<std::int64_t>(past->size()) + 1;
}

Result<std::int64_t> ImportJobs::begin(const std::string& who, const std::string& format, const std::string& name,
                                       const std::string& bytes) {
  if (!format.empty()) {
    if (const auto known = intake::parse_format(format); !known) return fail(known.error());
  }
  auto job = std::make_shared<Job>();
  job->who = who.empty() ? "api" : who;  // nobody is named while there are no accounts
  job->name = name.empty() ? "upload" : name.substr(0, 200);
  job->format = format;
  job->begun = parts_.clock();
  job->progress.bytes_total = bytes.size();
  const std::lock_guard lock(mutex_);
  job->id = next_id_;
  const auto put =
      queue_.put("job-" + std::to_string(job->id), bytes,
                 [this, job](const std::filesystem::path& file, const std::stop_token& stop) { run(job, file, stop); });
  if (!put) return fail(put.error());
  ++next_id_;
  jobs_[job->id] = job;
  return job->id;
}

void ImportJobs::run(const std::shared_ptr<Job>& job, const std::filesystem::path& file, const std::stop_token& stop) {
  const auto end = [&](const char* state, std::string error) {
    std::string body;
    {
      const std::lock_guard lock(mutex_);
      job->state = state;
      job->error = std::move(error);
      job->ended = parts_.clock();
      body = json_of(*job);
    }
    static_cast<void>(parts_.ledger.put(
        {"import-job", std::to_string(job->id), body, job->begun, job->who, "import of " + job->name, {}}));
  };
  auto source = intake::ByteSource::open(file);
  if (!source) return end("failed", source.error().detail);
  intake::ImportRequest request;
  if (!job->format.empty()) request.format = *intake::parse_format(job->format);
  auto ports =
      watch::import_ports(parts_.ledger, parts_.archive, parts_.stream, parts_.library.properties, parts_.sites,
                          {"import " + (job->format.empty() ? std::string("file") : job->format), job->name});
  ports.progress = [&](const intake::ImportProgress& progress) {
    const std::lock_guard lock(mutex_);
    job->progress = progress;
  };
  ports.cancelled = [&stop] { return stop.stop_requested(); };
  auto summary = intake::import_file(*source, request, parts_.feeds, ports);
  if (!summary) return end("failed", summary.error().detail);
  const bool whole = !summary->ended_early;
  std::string error = whole ? "" : summary->ended_early->detail;
  {
    const std::lock_guard lock(mutex_);
    job->format = std::string(to_text(summary->format));
    job->summary = std::move(*summary);
    job->progress.rows_read = job->summary.rows_read;
    job->progress.bytes_read = job->progress.bytes_total;
  }
  end(whole ? "done" : "failed", std::move(error));
}

std::string ImportJobs::json_of(const Job& job) const {
  std::string out;
  JsonWriter json(out);
  const auto& s = job.summary;
  json.begin_object()
      .member("id", job.id)
      .member("who", job.who)
      .member("name", job.name)
      .member("format", job.format)
      .member("state", job.state);
  json.member("bytes_read", job.progress.bytes_read).member("bytes_total", job.progress.bytes_total);
  json.member("rows_read", job.progress.rows_read).member("added", s.added).member("unchanged", s.unchanged);
  json.member("corrected", s.corrected).member("superseded", s.superseded).member("rejected", s.rejected);
  json.member("elsewhere", s.elsewhere).member("without_reading", s.without_reading);
  json.key("errors").begin_array();
  if (!job.error.empty())
    json.begin_object().member("line", 0).member("field", "").member("reason", job.error).end_object();
  for (const auto& one : s.problems) {
    json.begin_object()
        .member("line", one.line)
        .member("field", one.field)
        .member("value", one.value)
        .member("reason", one.reason)
        .end_object();
  }
  json.end_array().member("started_at", job.begun).member("finished_at", job.ended).end_object();
  return out;
}

Result<std::string> ImportJobs::json(std::int64_t id) const {
  {
    const std::lock_guard lock(mutex_);
    const auto it = jobs_.find(id);
    if (it != jobs_.end()) return json_of(*it->second);
  }
  const auto past = parts_.ledger.get("import-job", std::to_string(id));
  if (!past) return fail(Errc::not_found, "there is no import " + std::to_string(id), "id");
  return past->body;
}

std::string ImportJobs::all_json() const {
  std::map<std::int64_t, std::string> all;
  if (const auto past = parts_.ledger.list("import-job")) {
    for (const auto& one : *past) all[std::atoll(one.id.c_str())] = one.body;
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, job] : jobs_) all[id] = json_of(*job);
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (auto it = all.rbegin(); it != all.rend(); ++it) json.raw(it->second);
  json.end_array().end_object();
  return out;
}

void add_import_routes(Router& router, ImportJobs& jobs) {
  router.add({"POST",
              "/api/v1/imports",
              "Import a file: its bytes are the body, plain or packed with zstd, 64 MiB at most",
              {{"format",
                "csv, air-station-hourly, air-city-daily, water-auto-4h, cnemc-wide, cnemc-geojson or cnemc-wcf; told "
                "by the file's first line when absent"},
               {"name", "name of the file"}},
              [&jobs](const Request& request) -> Result<Response> {
                if (request.body.empty())
                  return fail(Errc::malformed, "the body is empty; it must be the file", "body");
                const auto id = jobs.begin(request.caller.name, request.one("format").value_or(""),
                                           request.one("name").value_or(""), request.body);
                if (!id) return fail(id.error());
                Response response = json_response(*jobs.json(*id), 202);
                response.headers.emplace_back("Location", "/api/v1/imports/" + std::to_string(*id));
                return response;
              },
              ImportJobs::body_bytes_max});
  router.add({"GET", "/api/v1/imports", "Every import, newest first", {}, [&jobs](const Request&) -> Result<Response> {
                return json_response(jobs.all_json());
              }});
  router.add({"GET",
              "/api/v1/imports/{id}",
              "One import with its progress and what was rejected",
              {},
              [&jobs](const Request& request) -> Result<Response> {
                const std::string& text = request.path_value("id");
                const auto json = jobs.json(text.size() < 18 ? std::atoll(text.c_str()) : -1);
                if (!json) return fail(json.error());
                return json_response(*json);
              }});
}

}  // namespace celadon::service
