#include "service/http.hpp"

#include "core/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <exception>

namespace celadon::service {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::string_view> pieces_of(std::string_view path) {
  std::vector<std::string_view> pieces;
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const std::size_t cut = path.find('/');
    pieces.push_back(path.substr(0, cut));
    path.remove_prefix(cut == std::string_view::npos ? path.size() : cut);
  }
  return pieces;
}

/// A piece of a path with the two characters that parse_target left as they came.
std::string with_slashes(std::string_view piece) {
  std::string out;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const bool is_kept = piece[i] == '%' && i + 2 < piece.size();
    out += is_kept ? static_cast<char>(hex_digit(piece[i + 1]) * 16 + hex_digit(piece[i + 2])) : piece[i];
    if (is_kept) i += 2;
  }
  return out;
}

/// "{y}.mvt" against "12.mvt".
bool piece_matches(std::string_view pattern, std::string_view piece, std::map<std::string, std::string>* values) {
  if (!pattern.starts_with('{')) return pattern == piece;
  const std::size_t close = pattern.find('}');
  const std::string_view tail = pattern.substr(close + 1);
  if (piece.size() <= tail.size() || !piece.ends_with(tail)) return false;
  if (values != nullptr)
    (*values)[std::string(pattern.substr(1, close - 1))] = with_slashes(piece.substr(0, piece.size() - tail.size()));
  return true;
}

bool matches(const std::vector<std::string>& wanted, const std::vector<std::string_view>& given,
             std::map<std::string, std::string>* values) {
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!piece_matches(wanted[i], given[i], values)) return false;
  }
  return true;
}

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "The request cannot be read";
    case 401: return "Sign in first";
    case 403: return "Refused";
    case 404: return "There is no such thing";
    case 405: return "Not with this method";
    case 409: return "It has changed meanwhile";
    case 413: return "Too large";
    case 422: return "The request asks for something impossible";
    case 429: return "Too many";
    case 431: return "The header is too large";
    case 503: return "Not possible right now";
    case 504: return "It took too long";
    default: return "Something went wrong in Celadon";
  }
}

}  // namespace

std::optional<std::string> Request::one(std::string_view name) const {
  for (auto it = query.rbegin(); it != query.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return std::nullopt;
}

std::vector<std::string> Request::every(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [key, value] : query) {
    if (key == name) all.push_back(value);
  }
  return all;
}

Result<std::optional<Instant>> Request::time(std::string_view name) const {
  const auto text = one(name);
  if (!text) return std::optional<Instant>{};
  const auto instant = parse_instant(*text);
  if (!instant) return fail(Errc::malformed, instant.error().detail, std::string(name));
  return std::optional<Instant>(*instant);
}

Result<std::int64_t> Request::whole(std::string_view name, std::int64_t otherwise, std::int64_t lowest,
                                    std::int64_t highest) const {
  const auto text = one(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) {
    return fail(Errc::malformed, "'" + text->substr(0, 40) + "' is not a whole number", std::string(name));
  }
  if (value < lowest || value > highest) {
    return fail(Errc::invalid_value, "expected " + std::to_string(lowest) + " to " + std::to_string(highest),
                std::string(name));
  }
  return value;
}

Result<std::optional<double>> Request::degrees(std::string_view name, double limit) const {
  const auto text = one(name);
  if (!text || text->empty()) return std::optional<double>{};
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || !(std::abs(value) <= limit))
    return fail(Errc::malformed, "expected degrees", std::string(name));
  return std::optional<double>(value);
}

bool Request::says_yes(std::string_view name) const {
  const auto text = one(name);
  return text && (*text == "yes" || *text == "true" || *text == "1");
}

Response json_response(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response problem(int status, std::string_view slug, std::string_view detail, std::string_view field) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.cache_control = "no-store";
  JsonWriter json(response.body);
  json.begin_object()
      .member("type", "/problems/" + std::string(slug))
      .member("title", title_of(status))
      .member("status", status);
  json.member("detail", detail);
  if (!field.empty()) json.member("field", field);
  json.end_object();
  return response;
}

Response problem(const Error& error) {
  const ErrcFace& seen = face(error.code);
  return problem(seen.http_status, seen.slug, error.detail, error.field);
}

Result<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(Errc::malformed, "'%' must be followed by two hexadecimal digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (out.find('\0') != std::string::npos) return fail(Errc::malformed, "a zero byte has no place in an address");
  return out;
}

Result<void> parse_target(std::string_view target, Request& request) {
  if (!target.starts_with('/')) return fail(Errc::malformed, "the address must begin with '/'");
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  // "%2F" within a piece is a character of a name, "/" divides pieces: it stays as it came, and "%25" to tell it from
  // one that was written so.
  std::string kept;
  for (std::size_t i = 0; i < target.size() && i < mark; ++i) {
    const std::string_view three = target.substr(0, mark).substr(i, 3);
    const bool is_kept = three == "%2F" || three == "%2f" || three == "%25";
    kept += is_kept ? (three == "%25" ? "%2525" : "%252F") : std::string(1, target[i]);
    if (is_kept) i += 2;
  }
  auto path = decode_percent(kept + " ", false);
  if (!path) return fail(path.error());
  path->pop_back();  // the blank let "%" at the very end be seen as cut off
  request.path = std::move(*path);
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t cut = rest.find('&');
    const std::string_view item = rest.substr(0, cut);
    rest.remove_prefix(cut == std::string_view::npos ? rest.size() : cut + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    auto name = decode_percent(std::string(item.substr(0, equals)) + " ", true);
    auto value = decode_percent(
        (equals == std::string_view::npos ? std::string() : std::string(item.substr(equals + 1))) + " ", true);
    if (!name) return fail(name.error());
    if (!value) return fail(value.error());
    name->pop_back();
    value->pop_back();
    if (request.query.size() >= 100) return fail(Errc::too_large, "more than 100 parameters");
    request.query.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

void Router::add(Route route) {
  const auto pieces = pieces_of(route.pattern);
  pieces_.emplace_back(pieces.begin(), pieces.end());
  routes_.push_back(std::move(route));
}

const Route* Router::find(std::string_view method, std::string_view path, std::map<std::string, std::string>* values,
                          std::string* allowed) const {
  const auto given = pieces_of(path);
  for (std::size_t r = 0; r < routes_.size(); ++r) {
    const Route& route = routes_[r];
    if (!matches(pieces_[r], given, nullptr)) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      if (values != nullptr) matches(pieces_[r], given, values);
      return &route;
    }
    if (allowed != nullptr) *allowed += (allowed->empty() ? "" : ", ") + route.method;
  }
  return nullptr;
}

std::size_t Router::body_bytes_max(std::string_view method, std::string_view path) const {
  const Route* route = find(method, path, nullptr, nullptr);
  return route == nullptr ? std::size_t{1} << 20 : route->body_bytes_max;
}

bool Router::owns(std::string_view path) const {
  return path.starts_with("/api") || path.starts_with("/tiles") || path == "/healthz" || path == "/metrics";
}

Response Router::answer(Request request) const try {
  std::string allowed;
  const Route* route = find(request.method, request.path, &request.path_values, &allowed);
  if (route == nullptr) {
    if (allowed.empty())
      return problem(404, "not-found",
                     "there is nothing at " + request.path.substr(0, 200) + "; /api lists what there is");
    Response response = problem(405, "method-not-allowed", "this address takes " + allowed);
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  if (guard_) {
    if (auto refusal = guard_(*route, request)) return std::move(*refusal);
  }
  for (const auto& [name, value] : request.query) {
    const auto is_named = [&](const Parameter& parameter) { return parameter.name == name; };
    if (std::none_of(route->parameters.begin(), route->parameters.end(), is_named)) {
      std::string names;
      for (const auto& parameter : route->parameters) names += (names.empty() ? "" : ", ") + parameter.name;
      return problem(
          400, "malformed",
          "there is no parameter '" + name.substr(0, 40) + "' here" + (names.empty() ? "" : "; there are " + names),
          name.substr(0, 40));
    }
  }
  auto result = route->handle(request);
  return result ? std::move(*result) : problem(result.error());
} catch (const std::exception& error) {
  return problem(500, "broken", error.what());
}

std::string openapi(const Router& router, std::string_view version) {
  std::map<std::string, std::vector<const Route*>> paths;
  for (const auto& route : router.routes()) paths[route.pattern].push_back(&route);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("openapi", "3.1.0");
  json.key("info").begin_object().member("title", "Celadon").member("version", version);
  json.member("description",
              "Times are ISO 8601; without a zone they are Beijing time. Errors are RFC 9457 problem details.")
      .end_object();
  json.key("paths").begin_object();
  for (const auto& [path, routes] : paths) {
    json.key(path).begin_object();
    for (const Route* route : routes) {
      std::string method = route->method;
      for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      json.key(method).begin_object().member("summary", route->summary);
      json.key("parameters").begin_array();
      for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
        json.begin_object()
            .member("name", path.substr(at + 1, path.find('}', at) - at - 1))
            .member("in", "path")
            .member("required", true);
        json.key("schema").begin_object().member("type", "string").end_object().end_object();
      }
      for (const auto& parameter : route->parameters) {
        json.begin_object()
            .member("name", parameter.name)
            .member("in", "query")
            .member("required", false)
            .member("description", parameter.text);
        json.key("schema").begin_object();
        if (parameter.repeats)
          json.member("type", "array").key("items").begin_object().member("type", "string").end_object();
        else
          json.member("type", "string");
        json.end_object().end_object();
      }
      json.end_array();
      json.key("responses").begin_object();
      json.key("200").begin_object().member("description", "the answer").end_object();
      json.key("default").begin_object().member("description", "what went wrong");
      json.key("content").begin_object().key("application/problem+json").begin_object();
      json.key("schema").begin_object().member("$ref", "#/components/schemas/Problem").end_object();
      json.end_object().end_object().end_object().end_object().end_object();
    }
    json.end_object();
  }
  json.end_object();
  json.key("components")
      .begin_object()
      .key("schemas")
      .begin_object()
      .key("Problem")
      .begin_object()
      .member("type", "object");
  json.key("properties").begin_object();
  for (const char* name : {"type", "title", "detail", "field"})
    json.key(name).begin_object().member("type", "string").end_object();
  json.key("status").begin_object().member("type", "integer").end_object();
  json.end_object().end_object().end_object().end_object().end_object();
  return out;
}

}  // namespace celadon::service
