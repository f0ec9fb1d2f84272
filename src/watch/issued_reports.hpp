#pragma once

#include "archive/archive.hpp"
#include "ledger/ledger.hpp"
#include "standards/library.hpp"
#include "watch/erratum.hpp"

#include <string>
#include <vector>

namespace celadon::watch {

/// One number of a report, and the value it prints.
struct ReportFigure {
  std::string ref;     ///< "air.2342A/AQI": unique within the report
  std::string zh, en;  ///< what it is
  std::string unit;    ///< for people
  SeriesKey key;
  Instant time;
  double value = 0;          ///< NaN: the report says that there is none
  int decimals = -1;         ///< it is printed with; -1: as its property has them
  std::string printed = {};  ///< as it stands in the report, unit left out; empty in reports without a template
  bool of_series = true;     ///< it is the value of that series at that time, not worked out of it or beside it
  std::string how_zh = {}, how_en = {}, edition = {}, link = {};  ///< what it rests on, of reports with a template
  std::string colour = {}, text_colour = {};                      ///< of a level or class
};

/// A file of a report as it was signed.
struct ReportFile {
  std::string form;  ///< "docx", "xlsx", "pdf", "html"
  std::string hash;  ///< SHA-256, under which the attachments have it
  std::int64_t bytes = 0;
};

/// How a report was made from a template; empty id where it was not.
struct ReportMaking {
  std::string template_id, template_hash;
  LegalDay from;
  std::string lang, edition, other_edition, subject, remarks;
  int version = 1;
  std::string replaces;  ///< id of the version before; empty for the first
  std::vector<ReportFile> files;
};

/// A report as it was issued. Never changed: what became wrong since stands in errata.
struct IssuedReport {
  std::string id;    ///< "air-daily-2020-04-03-1"
  std::string kind;  ///< "air-daily"
  std::string title_zh, title_en;
  LegalDay day;
  Instant issued_at;
  Instant known_at;  ///< what the archive had learnt by then is what it rests on
  std::string who, why;
  std::vector<ReportFigure> figures;
  ReportMaking making = {};
};

/// Enters a report under its id, for good. Errors   conflict where the id is taken; those of the ledger.
[[nodiscard]] Result<void> enter_report(ledger::Ledger& ledger, const IssuedReport& report);

/// Makes and issues the daily report of air: of each city and station the AQI and the daily values of the day.
///
/// Errors   unknown_code for another kind; invalid_value with field who or why when empty; not_found where the day has
/// no
///          derived value.
[[nodiscard]] Result<IssuedReport> issue_report(const archive::Archive& archive, ledger::Ledger& ledger,
                                                const standards::Library& library, const std::string& kind,
                                                LegalDay day, const std::string& who, const std::string& why,
                                                Instant at);
/// Newest first. Errors   file_damaged naming the entry.
[[nodiscard]] Result<std::vector<IssuedReport>> issued_reports(const ledger::Ledger& ledger);
[[nodiscard]] Result<IssuedReport> issued_report(const ledger::Ledger& ledger, const std::string& id);

}  // namespace celadon::watch
