#pragma once

#include "cli/screen_input.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace celadon::cli {

/// What makes a screening repeatable, beside the input files.
struct ProofSource {
  std::string command, pack_file, pack_sha256;
  Instant made_at;
};

/// The rows a finding rests on as CSV text: time and value, then each companion that was reported.
[[nodiscard]] std::string evidence_csv(const ScreenInput& input, std::size_t outlet, std::size_t series,
                                       std::size_t begin, std::size_t end);

/// Writes OUT/<outlet>-<quantity>/proof.json and proof.html for every series with findings; gives their folders.
/// Errors   io_failed naming the file.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_proofs(
    const ScreenInput& input, std::span<const quality::screen::Finding> findings, const ProofSource& source,
    const std::filesystem::path& out);

/// The page of one series; all findings are of it.
[[nodiscard]] std::string proof_html(const ScreenInput& input, std::span<const quality::screen::Finding> findings,
                                     const ProofSource& source);
/// Inline SVG of a finding.
[[nodiscard]] std::string finding_figure(const ScreenInput& input, const quality::screen::Finding& finding);

inline constexpr const char* proof_notice_zh = "本文件列出的是统计上的异常，是开展现场检查的线索，不是弄虚作假的结论。";
inline constexpr const char* proof_notice_en =
    "This file lists what is statistically unusual. It is a ground for an inspection, not a verdict of fraud.";

}  // namespace celadon::cli
