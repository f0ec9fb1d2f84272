#include "service/api.hpp"
#include "service/gate.hpp"
#include "service/json_body.hpp"
#include "service/review_imports.hpp"

// Values before and after a review that was made elsewhere: read, looked at, saved.

namespace celadon::service {
namespace {

std::int64_t review_import_id(const Request& request) {
  const std::string& text = request.path_value("id");
  return text.size() < 18 ? std::atoll(text.c_str()) : -1;
}

Result<Response> told(const ReviewImports& jobs, std::int64_t id, int status) {
  auto json = jobs.json(id);
  if (!json) return fail(json.error());
  Response response = json_response(std::move(*json), status);
  if (status == 202) response.headers.emplace_back("Location", "/api/v1/review/imports/" + std::to_string(id));
  return response;
}

Result<Response> begin_pairs(ReviewImports& jobs, const Request& request) {
  if (request.body.empty())
    return fail(Errc::malformed, "the body is empty; it must be the file: CSV, plain or packed with zstd", "body");
  const auto id = jobs.begin(request.caller.name, request.one("name").value_or(""), request.body);
  if (!id) return fail(id.error());
  return told(jobs, *id, 202);
}

Result<Response> save_pairs(ReviewImports& jobs, const Request& request) {
  JsonBody body(request.body);
  const std::string who = who_of(request, body);
  const std::string why = body.text_or("why", "");
  const std::string digest = body.text("preview");
  if (body.failed()) return fail(*body.failed());
  const std::int64_t id = review_import_id(request);
  if (auto begun = jobs.save(id, who, why, digest); !begun) return fail(begun.error());
  return told(jobs, id, 202);
}

Result<Response> pair_errors(const ReviewImports& jobs, const Request& request) {
  const std::string lang = request.one("lang").value_or("zh");
  if (lang != "zh" && lang != "en") return fail(Errc::malformed, "lang is zh or en", "lang");
  auto sheet = jobs.errors_csv(review_import_id(request), lang == "en");
  if (!sheet) return fail(sheet.error());
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.cache_control = "no-store";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"celadon-review-import-" +
                                                           std::to_string(review_import_id(request)) + ".csv\"");
  response.body = std::move(*sheet);
  return response;
}

}  // namespace

void add_review_import_routes(Router& router, ReviewImports& jobs) {
  router.add(
      {"POST",
       "/api/v1/review/imports",
       "Values before and after a review made elsewhere: the file is the body, CSV, plain or packed with zstd, 64 "
       "MiB at most; its consequences are worked out and nothing is stored",
       {{"name", "name of the file"}},
       [&jobs](const Request& r) { return begin_pairs(jobs, r); },
       ReviewImports::body_bytes_max});
  router.add({"GET",
              "/api/v1/review/imports",
              "Every import of reviewed pairs, newest first",
              {},
              [&jobs](const Request&) -> Result<Response> { return json_response(jobs.all_json()); }});
  router.add({"GET",
              "/api/v1/review/imports/{id}",
              "One import with its progress, counts, refused rows and what it would change, or did",
              {},
              [&jobs](const Request& r) { return told(jobs, review_import_id(r), 200); }});
  router.add({"POST",
              "/api/v1/review/imports/{id}/save",
              "Save an import that is ready: who, why and the digest of its preview",
              {},
              [&jobs](const Request& r) { return save_pairs(jobs, r); }});
  router.add({"GET",
              "/api/v1/review/imports/{id}/errors.csv",
              "The rows that were not taken: line, field, value, reason, remedy",
              {{"lang", "zh or en; zh when absent"}},
              [&jobs](const Request& r) { return pair_errors(jobs, r); }});
}

}  // namespace celadon::service
