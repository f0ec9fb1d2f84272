#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "people/people.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace celadon::service {

/// A request, taken apart.
struct Request {
  std::string method;
  std::string path;  ///< decoded but for %2F and %25, without the query
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::map<std::string, std::string> path_values;          ///< {name} of the route's pattern
  std::string body;
  std::string if_none_match;
  bool takes_gzip = false;
  std::string session;         ///< secret of the cookie celadon_session
  std::string oidc_try;        ///< secret of the cookie celadon_oidc
  std::string bearer;          ///< secret of Authorization: Bearer
  bool of_our_page = false;    ///< carries X-Celadon: 1, which a foreign page cannot send
  bool of_other_site = false;  ///< the browser says that a page of another site sends it
  bool over_tls = false;       ///< a proxy in front took it over TLS
  std::string address;         ///< it comes from
  people::Caller caller;       ///< who asks; set by the gate

  [[nodiscard]] std::optional<std::string> one(std::string_view name) const;  ///< the last of that name
  [[nodiscard]] std::vector<std::string> every(std::string_view name) const;
  [[nodiscard]] const std::string& path_value(const std::string& name) const { return path_values.at(name); }
  /// A time of that name, or nothing. Errors   malformed with the field.
  [[nodiscard]] Result<std::optional<Instant>> time(std::string_view name) const;
  /// A whole number of that name in lowest..highest, or `otherwise`. Errors   malformed, invalid_value with the field.
  [[nodiscard]] Result<std::int64_t> whole(std::string_view name, std::int64_t otherwise, std::int64_t lowest,
                                           std::int64_t highest) const;
  /// Degrees of that name, -limit..limit, or nothing. Errors   malformed with the field.
  [[nodiscard]] Result<std::optional<double>> degrees(std::string_view name, double limit) const;
  [[nodiscard]] bool says_yes(std::string_view name) const;  ///< yes, true or 1
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string cache_control = "no-cache";  ///< may be kept, but must be asked again with its ETag
  std::string etag;                        ///< in quotes; empty: the server makes it of the body
  bool is_packed = false;                  ///< the body is gzip already
};

[[nodiscard]] Response json_response(std::string body, int status = 200);
/// RFC 9457 problem details, by the one table of errors.
[[nodiscard]] Response problem(const Error& error);
[[nodiscard]] Response problem(int status, std::string_view slug, std::string_view detail, std::string_view field = {});

/// Decodes %XX and, in queries, '+'. Errors   malformed.
[[nodiscard]] Result<std::string> decode_percent(std::string_view text, bool plus_is_space);
/// Splits a request target into path and query. Errors   malformed, naming what.
[[nodiscard]] Result<void> parse_target(std::string_view target, Request& request);

/// A parameter of the query, for the description and for the check.
struct Parameter {
  std::string name, text;
  bool repeats = false;
};

struct Route {
  std::string method, pattern;  ///< "/api/v1/imports/{id}"
  std::string summary;
  std::vector<Parameter> parameters;
  std::function<Result<Response>(const Request&)> handle;
  std::size_t body_bytes_max = 1 << 20;
};

/// Stands between a route and its handler; fills the caller. Nothing where the request may go on.
using Guard = std::function<std::optional<Response>(const Route&, Request&)>;

/// The routes, and what they say when nothing fits.
class Router {
 public:
  void add(Route route);
  void guard_by(Guard guard) { guard_ = std::move(guard); }  ///< asked before every handler
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// The body that a request to this path may have.
  [[nodiscard]] std::size_t body_bytes_max(std::string_view method, std::string_view path) const;
  /// Finds and runs the route: 404 and 405 with Allow where there is none, 400 with the field for a parameter no route
  /// knows. What a handler throws becomes 500.
  [[nodiscard]] Response answer(Request request) const;
  /// True where a route of the router begins like this path; the rest is the page's.
  [[nodiscard]] bool owns(std::string_view path) const;

 private:
  [[nodiscard]] const Route* find(std::string_view method, std::string_view path,
                                  std::map<std::string, std::string>* values, std::string* allowed) const;
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> pieces_;  ///< of each route's pattern, between the strokes
  Guard guard_;
};

/// OpenAPI 3.1 of the routes, as JSON.
[[nodiscard]] std::string openapi(const Router& router, std::string_view version);

}  // namespace celadon::service
