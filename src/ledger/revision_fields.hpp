#pragma once

#include "ledger/ledger.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::ledger {

/// The fields of a body of ours, with one error (file_damaged) for the first that is not as we write it. A field that
/// is asked for and wrong gives an empty value; damaged() tells at the end. The revision must outlive it.
class RevisionFields {
 public:
  /// `remedy`: what to do about a damaged one.
  explicit RevisionFields(const Revision& revision, const char* remedy = "put a corrected revision of this entry");

  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] double number(std::string_view name);
  [[nodiscard]] int whole(std::string_view name) { return whole_as<int>(name); }
  [[nodiscard]] std::int64_t long_whole(std::string_view name) { return whole_as<std::int64_t>(name); }
  [[nodiscard]] bool boolean(std::string_view name);
  [[nodiscard]] Instant time(std::string_view name);  ///< as JsonWriter writes it
  [[nodiscard]] std::string object(std::string_view name);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);
  /// There and not null: bodies of an earlier program do not have every field.
  [[nodiscard]] bool has(std::string_view name) const;
  void damage(std::string_view name, std::string_view expected);
  [[nodiscard]] const std::optional<Error>& damaged() const { return damaged_; }

 private:
  template <class T>
  T whole_as(std::string_view name);
  const Revision& revision_;
  const char* remedy_;
  boost::json::object object_;
  std::optional<Error> damaged_;
};

}  // namespace celadon::ledger
