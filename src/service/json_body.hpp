#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace celadon::service {

/// The JSON object of a request's body, read member by member; the first that is wrong is kept and told with its name.
///
/// A member that is asked for and wrong gives an empty value; failed() tells at the end.
class JsonBody {
 public:
  /// A body that is no JSON object fails with field `body`.
  explicit JsonBody(const std::string& text);
  explicit JsonBody(const boost::json::object& object) : object_(object) {}

  [[nodiscard]] bool has(const char* name) const;    ///< there and not null
  [[nodiscard]] std::string text(const char* name);  ///< needed, not blank
  [[nodiscard]] std::string text_or(const char* name, std::string otherwise);
  [[nodiscard]] std::int64_t whole(const char* name);  ///< needed
  [[nodiscard]] std::int64_t whole_or(const char* name, std::int64_t otherwise);
  [[nodiscard]] double number(const char* name);  ///< needed
  [[nodiscard]] bool boolean_or(const char* name, bool otherwise);
  [[nodiscard]] Instant time(const char* name);  ///< needed
  [[nodiscard]] std::optional<Instant> time_or_none(const char* name);
  [[nodiscard]] std::vector<std::string> texts(const char* name);            ///< empty where absent
  [[nodiscard]] std::vector<boost::json::object> objects(const char* name);  ///< empty where absent

  void refuse(const char* name, std::string reason, Errc code = Errc::malformed);
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

 private:
  [[nodiscard]] const boost::json::value* find(const char* name) const;
  boost::json::object object_;
  std::optional<Error> failed_;
};

}  // namespace celadon::service
