#pragma once

#include "core/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::quality {

enum class ReviewKind : std::uint8_t { void_value, accept, offset, drift, scale, replace, restore, annotate };

/// What may be done to a value.
struct ReviewAction {
  std::string id, zh, en;
  ReviewKind kind = ReviewKind::void_value;
  std::vector<std::string> needs;  ///< names of the numbers it asks for

  [[nodiscard]] bool changes_value() const { return kind != ReviewKind::annotate; }
};
struct ReviewReason {
  std::string id, zh, en;
  std::vector<std::string> actions;
};
/// Where a sheet stands.
struct ReviewState {
  std::string id, zh, en;
  bool open = false;  ///< values may be decided upon
};
struct ReviewTransition {
  std::string id, zh, en;
  std::vector<std::string> from;
  std::string to;
  bool another_person = false;  ///< not by whoever made the step before
  bool needs_why = false;
};

/// packs/quality/review.yaml; the file says what each field means.
struct ReviewTerms {
  std::vector<ReviewAction> actions;
  std::vector<ReviewReason> reasons;
  std::vector<ReviewState> states;  ///< a sheet begins in the first
  std::vector<ReviewTransition> transitions;

  [[nodiscard]] const ReviewAction* action(std::string_view id) const;
  [[nodiscard]] const ReviewReason* reason(std::string_view id) const;
  [[nodiscard]] const ReviewState* state(std::string_view id) const;
  [[nodiscard]] const ReviewTransition* transition(std::string_view id) const;
};

/// Errors   not_found; malformed or invalid_value naming file, line and reason: also where one list names what another
/// has
///          not.
[[nodiscard]] Result<ReviewTerms> read_review_terms(const std::filesystem::path& pack);
[[nodiscard]] Result<ReviewTerms> parse_review_terms(std::string_view text, const std::string& name);

}  // namespace celadon::quality
