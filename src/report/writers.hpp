#pragma once

#include "core/result.hpp"
#include "report/document.hpp"

#include <filesystem>
#include <string>

// A document as files. The same document gives the same bytes.

namespace celadon::report {

/// Word: text that people can edit around numbers they cannot. Each figure is a content control whose content is
/// locked, tagged with its reference, and a link to its evidence. Charts and maps are pictures. Errors   io_failed.
[[nodiscard]] Result<std::string> write_docx(const Document& document);

/// PDF on A4: pages with head and number, tables that break over pages with their head repeated, charts as vectors,
/// figures as links, fonts embedded. Errors   io_failed, also where no font has Chinese characters.
[[nodiscard]] Result<std::string> write_pdf(const Document& document);

/// Workbook: a sheet of the figures with their evidence, and a sheet that explains. `folder` holds temporary files.
/// Errors   io_failed.
[[nodiscard]] Result<std::string> write_xlsx(const Document& document, const std::filesystem::path& folder);

/// A page of its own, without script; figures are links to their evidence and carry it as data-ref.
[[nodiscard]] Result<std::string> write_html(const Document& document);
/// What stands in the body of write_html.
[[nodiscard]] Result<std::string> html_body(const Document& document);

/// Text within XML: & < > " escaped; what XML 1.0 may not hold is left out.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace celadon::report
