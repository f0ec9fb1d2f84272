#pragma once

#include "report/collect.hpp"
#include "report/document.hpp"
#include "report/template.hpp"
#include "service/json_body.hpp"
#include "service/service.hpp"
#include "watch/issued_reports.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace celadon::service {

/// Which report somebody wants.
struct ReportAsk {
  std::string template_id;
  LegalDay day;  ///< of a week or month: any of its days
  std::string lang = "zh", edition, other_edition, subject, remarks;
};

/// A report as it would be now. Nothing is stored.
struct MadeReport {
  ReportAsk ask;
  report::Template form;
  LegalDay from, to;
  std::string id;                             ///< it will have when it is signed
  std::optional<watch::IssuedReport> before;  ///< the version it replaces
  Instant known_at;
  report::Record values;
  report::Document document;
  std::string digest;  ///< equal digests: the same figures, text and template
};

/// Makes reports from templates, signs them, and finds what a later version corrects.
class ReportDesk {
 public:
  /// `parts` must outlive the desk.
  explicit ReportDesk(const Parts& parts) : parts_(parts) {}

  /// Works through what has come, then makes the report of it. `caller`: whose cases may be told.
  /// Errors   those of templates and values; malformed with field lang.
  [[nodiscard]] Result<MadeReport> make(const people::Caller& caller, const ReportAsk& ask) const;
  /// A file of it: "docx", "xlsx", "pdf", "html". Errors   those of the writers; not_found for another form.
  [[nodiscard]] Result<std::string> file(const report::Document& document, const std::string& form) const;
  /// Signs it: the four files are stored under their hashes, the report is entered, the audit has it.
  /// Errors   conflict where `digest` is not empty and not that of the report as it is now.
  [[nodiscard]] Result<watch::IssuedReport> sign(const people::Caller& caller, const ReportAsk& ask,
                                                 const std::string& digest, const std::string& who,
                                                 const std::string& why) const;

 private:
  [[nodiscard]] Result<std::vector<report::Change>> changes_of(const MadeReport& made) const;
  [[nodiscard]] report::Sources sources(const people::Caller& caller) const;
  const Parts& parts_;
};

/// Signs what the body of `POST /api/v1/reports` names: a draft, or a template and its day.
[[nodiscard]] Result<watch::IssuedReport> sign_report(const Parts& parts, const Request& request, JsonBody& body);

inline constexpr const char* report_forms[] = {"docx", "pdf", "xlsx", "html"};
[[nodiscard]] std::string media_type_of_form(const std::string& form);

}  // namespace celadon::service
