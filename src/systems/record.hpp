#pragma once

#include "core/result.hpp"
#include "systems/expression.hpp"
#include "systems/system.hpp"

#include <functional>
#include <string>
#include <vector>

namespace celadon::systems {

/// Something wrong with a record, for the person who can mend it.
struct Finding {
  std::string field;  ///< may be empty
  std::string
      check;  ///< "needed", "type", "range", "pattern", "unknown-code", "dangling", "unique", or the id of a check
  bool is_error = true;
  Words words;
};

[[nodiscard]] bool any_error(const std::vector<Finding>& findings);

/// A value from the text of a cell or form, by the field's type. Points: "117.2,29.3"; lines: "117.2,29.3 117.3,29.4";
/// rings of an area: the same with ';' between; several: "a;b". Numbers take no thousands marks; dates 2026-06-01 or
/// 2026/6/1; yes-no 是/否/true/false; codes also by their name. Blank: none.
/// Errors   invalid_value, its field named, worded for who entered it (Chinese, then English).
[[nodiscard]] Result<Value> value_from_text(const Field& field, const CodeList* codes, std::string_view text);
/// The same back; round trip for every value that a field may hold.
[[nodiscard]] std::string value_to_text(const Field& field, const Value& value);

/// Whether what the fields hold is of their type, range, pattern and code lists, and what is needed is there.
/// References and uniqueness need the ledger and are the desk's. Values of fields that there are not are found too
/// ("unknown-field").
[[nodiscard]] std::vector<Finding> check_fields(const Register& type, const Catalogue& catalogue, const Values& values,
                                                LegalDay today, Instant now);
/// The pack's own checks; a blank of their words shows a code by its name. Errors   whatever the facts fail with.
[[nodiscard]] Result<std::vector<Finding>> run_checks(const Register& type, const Facts& facts);
/// Fills computed fields, in the order they need each other; rounded half to even to their decimals. What gives none
/// is absent.
[[nodiscard]] Result<void> compute(const Register& type, const std::function<const Facts&(const Values&)>& facts_of,
                                   Values& values);
/// The title and words with blanks filled: codes by their name, references by their id, what is missing by nothing.
[[nodiscard]] std::string fill_blanks(const Register& type, const Catalogue& catalogue, std::string_view pattern,
                                      const Values& values, bool english);

/// When a deadline ends: its last day, or none where its start is not there.
[[nodiscard]] std::optional<LegalDay> ends_on(const Deadline& deadline, LegalDay opened, LegalDay since_state,
                                              const Values& values, const WorkCalendar& calendar);
/// The day for a look-back: `after_days` after `begin`, then the next of the same weekday and kind as `like`.
/// Ours     where none comes within four weeks (a make-up Sunday), the first day of the same kind.
[[nodiscard]] LegalDay look_back_day(const LookBack& rule, LegalDay begin, LegalDay like, const WorkCalendar& calendar);

}  // namespace celadon::systems
