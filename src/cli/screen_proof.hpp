#pragma once

#include "cli/screen_input.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// Writes OUT/<outlet>-<quantity>/proof.json, proof.html and proof.pdf for every series with findings; gives their folders.
/// Errors   io_failed naming the file.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_proofs(
    const ScreenInput& input, std::span<const quality::screen::Finding> findings, const ProofSource& source,
    const std::filesystem::path& out);

/// A line of the tables of a proof.
struct ProofFact {
  std::string_view zh, en;
  std::string value;
  bool exact = false;  ///< a hash or numbers, to be compared letter by letter
};
/// What a finding's series is, where it is from and by what it was judged.
[[nodiscard]] std::vector<ProofFact> facts_of(const ScreenInput& input, const quality::screen::Finding& finding,
                                              const ProofSource& source);
[[nodiscard]] std::vector<ProofFact> statistics_of(const quality::screen::Finding& finding);
/// "outlet quantity".
[[nodiscard]] std::string series_name(const ScreenInput& input, const quality::screen::Finding& finding);

/// The other stretch of a copy or of identical noise.
struct OtherEvidence {
  std::string outlet, quantity, file, file_sha256;
  Instant begin;
  std::string csv;
};
[[nodiscard]] std::optional<OtherEvidence> compared_with(const ScreenInput& input,
                                                         const quality::screen::Finding& finding);

/// The page of one series; all findings are of it.
[[nodiscard]] std::string proof_html(const ScreenInput& input, std::span<const quality::screen::Finding> findings,
                                     const ProofSource& source);
/// The same on A4, with fonts embedded. Errors   io_failed.
[[nodiscard]] Result<std::string> proof_pdf(const ScreenInput& input,
                                            std::span<const quality::screen::Finding> findings,
                                            const ProofSource& source);
/// Inline SVG of a finding.
[[nodiscard]] std::string finding_figure(const ScreenInput& input, const quality::screen::Finding& finding);

inline constexpr const char* proof_notice_zh = "本文件列出的是统计上的异常，是开展现场检查的线索，不是弄虚作假的结论。";
inline constexpr const char* proof_notice_en =
    "This file lists what is statistically unusual. It is a ground for an inspection, not a verdict of fraud.";

inline constexpr const char* proof_repeat_zh = "复核方法：取同一数据文件与同一规则包，核对上列 SHA-256，再运行";
inline constexpr const char* proof_repeat_en = "To repeat: take the same file and pack, compare their SHA-256, and run";

}  // namespace celadon::cli
