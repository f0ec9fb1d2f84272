#include "cli/import_reviewed.hpp"

#include "intake/table_file.hpp"
#include "watch/city.hpp"
#include "watch/review_desk.hpp"

#include <cstdio>
#include <fstream>

namespace celadon::cli {
namespace {

constexpr std::size_t problems_printed_max = 20;

void print_pair_counts(const watch::PairsPreview& result, bool was_saved) {
  const auto& counts = result.counts;
  std::printf("  reviewed: %zu rows, %s %zu accepted, %zu voided, %zu corrected; %zu raw values %s\n", counts.rows,
              was_saved ? "decided:" : "would decide:", counts.accepted, counts.voided, counts.corrected,
              counts.raw_added, was_saved ? "added" : "would be added");
  std::printf(
      "  %zu stand like that already, %zu were decided otherwise here since, %zu without a value, %zu refused\n",
      counts.unchanged, counts.superseded, counts.empty, counts.refused);
  if (counts.decided() == 0) std::printf("  nothing to change\n");
  if (!result.erratum) return;
  const auto& erratum = *result.erratum;
  std::printf("  consequences %s: %zu values, %zu verdicts, %zu alarms withdrawn, %zu due, %zu reports\n",
              watch::digest_of(erratum).c_str(), erratum.values_total, erratum.verdicts_total, erratum.withdrawn_total,
              erratum.due_total, erratum.reports.size());
  if (erratum.id != 0) std::printf("  erratum %lld\n", static_cast<long long>(erratum.id));
}

void print_pair_problems(const intake::PairProblems& problems, bool in_english) {
  std::size_t printed = 0;
  for (const auto& one : problems.kept()) {
    if (++printed > problems_printed_max) {
      std::printf("  ... %zu more; --errors FILE lists them\n", problems.count() - problems_printed_max);
      break;
    }
    std::printf("  line %llu, %s: %s. %s\n", static_cast<unsigned long long>(one.line), one.field.c_str(),
                (in_english ? one.en : one.zh).c_str(), (in_english ? one.remedy_en : one.remedy_zh).c_str());
  }
}

Result<void> write_pair_problems(const intake::PairProblems& problems, const ReviewedFile& request) {
  std::ofstream out(request.errors, std::ios::binary);
  using Cells = std::vector<intake::TableCell>;
  out << intake::csv_line(Cells{std::string("line"), std::string("field"), std::string("value"), std::string("reason"),
                                std::string("remedy")});
  for (const auto& one : problems.kept()) {
    out << intake::csv_line(Cells{static_cast<double>(one.line), one.field, one.value,
                                  request.in_english ? one.en : one.zh,
                                  request.in_english ? one.remedy_en : one.remedy_zh});
  }
  if (!out.flush()) return fail(Errc::io_failed, request.errors.string() + ": could not be written; is the disk full?");
  return {};
}

}  // namespace

Result<int> import_reviewed(CityData& data, const std::filesystem::path& packs, const ReviewedFile& request) {
  if (request.who.empty() && !request.preview_only)
    return fail(Errc::invalid_value, "say who decides with --who, or look first with --preview", "who");
  auto terms = watch::read_review_packs(packs);
  if (!terms) return fail(terms.error());
  auto source = intake::ByteSource::open(request.file);
  if (!source) return fail(source.error());
  const auto pairs = intake::read_reviewed_pairs(*source, watch::pair_ports(data.library.properties, *data.sites));
  if (!pairs) return fail(pairs.error());
  auto derivation =
      watch::DerivationDesk::open(*data.archive, *data.ledger, data.library, data.stream->watch_rules(), {});
  if (!derivation) return fail(derivation.error());
  watch::ReviewDesk desk(*data.archive, *data.ledger, **derivation, std::move(*terms));
  const std::string name = request.file.filename().string();
  auto result = desk.preview_pairs(*pairs, name);
  if (!result) return fail(result.error());
  if (!request.preview_only) {
    const std::string digest = result->erratum ? watch::digest_of(*result->erratum) : "";
    result = desk.decide_pairs(*pairs, name, request.who, request.why, digest,
                               watch::raw_store(*data.stream, {"import reviewed", name}));
    if (!result) return fail(result.error());
  }
  print_pair_counts(*result, !request.preview_only);
  print_pair_problems(result->problems, request.in_english);
  for (const auto& column : pairs->unread) std::printf("  column %s is not stored\n", column.c_str());
  if (!request.errors.empty()) {
    if (auto written = write_pair_problems(result->problems, request); !written) return fail(written.error());
  }
  return result->counts.refused > 0 ? face(Errc::malformed).exit_code : 0;
}

}  // namespace celadon::cli
