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
  double value = 0;  ///< NaN: the report says that there is none
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
};

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
