#pragma once

#include "ledger/ledger.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace celadon::watch {

/// The JSON body of a revision of ours, read by name; the first member that is not as we write it is kept.
class RevisionBody {
 public:
  explicit RevisionBody(const ledger::Revision& revision) : revision_(revision) {
    boost::system::error_code error;
    const auto value = boost::json::parse(revision.body, error);
    if (!error && value.is_object())
      object_ = value.get_object();
    else
      damaged_ = "body";
  }

  template <class T>
  T get(const char* name) {
    const auto* value = object_.if_contains(name);
    if (value != nullptr) {
      if (const auto read = boost::json::try_value_to<T>(*value)) return *read;
    }
    if (damaged_.empty()) damaged_ = name;
    return T{};
  }
  /// An object that may be absent.
  std::optional<boost::json::object> object_or_none(const char* name) {
    if (!object_.contains(name)) return std::nullopt;
    return get<boost::json::object>(name);
  }
  /// A text that may be null.
  std::optional<std::string> text_or_none(const char* name) {
    const auto* value = object_.if_contains(name);
    if (value != nullptr && value->is_null()) return std::nullopt;
    return get<std::string>(name);
  }
  [[nodiscard]] Result<void> check() const {
    if (damaged_.empty()) return {};
    return damaged(damaged_);
  }
  /// The error of a member that is not as this program writes it.
  [[nodiscard]] Unexpected<Error> damaged(const std::string& name) const {
    return fail(Errc::file_damaged, "ledger: " + revision_.kind + " " + revision_.id + ", revision " +
                                        std::to_string(revision_.revision) + ": '" + name +
                                        "' is not as this program writes it; start the program that wrote it");
  }

 private:
  const ledger::Revision& revision_;
  boost::json::object object_;
  std::string damaged_;
};

}  // namespace celadon::watch
