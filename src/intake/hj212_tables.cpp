#include "intake/hj212_tables.hpp"

#include "intake/csv_reader.hpp"

#include <algorithm>
#include <array>

namespace celadon::intake {
namespace {

/// The kinds of codes; besides, the state of a site information (table B.10) has the information's own code.
constexpr std::array<std::string_view, 11> kinds = {
    "header", "st", "field", "suffix", "flag", "QnRtn", "ExeRtn", "RS", "AlarmType", "CalibrationType", "ResultType"};

bool is_kind(const std::string& kind) {
  const bool information = kind.size() == 6 && kind[0] == 'i' && kind.find_first_not_of("0123456789", 1) == kind.npos;
  return information || std::ranges::find(kinds, kind) != kinds.end();
}

bool is_of(const Words212& words, Edition212 edition) {
  if (edition == Edition212::later) edition = Edition212::of_2025;
  return std::ranges::find(words.editions, edition) != words.editions.end();
}

bool overlap(const Words212& a, const Words212& b) {
  return (a.editions.empty() && b.editions.empty()) ||
         std::ranges::any_of(a.editions, [&](Edition212 edition) { return is_of(b, edition); });
}

Result<void> read_codes(const std::filesystem::path& packs, Hj212Tables& tables) {
  constexpr std::array<std::string_view, 7> columns = {"kind",    "code",   "editions", "name_zh",
                                                       "name_en", "source", "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_codes.csv", columns);
  if (!csv) return fail(csv.error());
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    if (!is_kind(row[0])) return fail(Errc::malformed, place + "kind '" + row[0] + "' is not known");
    if (row[3].empty() || row[4].empty()) return fail(Errc::malformed, place + "a name is missing");
    if (!is_trust(row[6])) return fail(Errc::malformed, place + "trust is verified, secondary or memory");
    auto editions = parse_editions(row[2]);
    if (!editions) return fail(Errc::malformed, place + editions.error().detail);
    Words212 words{row[3], row[4], row[5], row[6], std::move(*editions)};
    auto& same = tables.codes[{row[0], row[1]}];
    if (std::ranges::any_of(same, [&](const auto& other) { return overlap(other, words); }))
      return fail(Errc::malformed, place + row[0] + " '" + row[1] + "' is there twice for one edition");
    same.push_back(std::move(words));
  }
  return {};
}

}  // namespace

const Words212* Hj212Tables::code(std::string_view kind, std::string_view code, Edition212 edition) const {
  const auto it = codes.find({std::string(kind), std::string(code)});
  if (it == codes.end()) return nullptr;
  const auto exact = std::ranges::find_if(it->second, [&](const auto& words) { return is_of(words, edition); });
  return exact == it->second.end() ? &it->second.front() : &*exact;
}

Result<Hj212Tables> read_hj212_tables(const std::filesystem::path& packs,
                                      const std::vector<std::pair<std::string, std::string>>& units,
                                      PropertyNames property_names) {
  auto commands = read_commands(packs);
  if (!commands) return fail(commands.error());
  auto factors = read_factor_table(packs, units);
  if (!factors) return fail(factors.error());
  auto deviations = read_deviations(packs);
  if (!deviations) return fail(deviations.error());
  auto names = read_factor_names(packs);
  if (!names) return fail(names.error());
  Hj212Tables tables{std::move(*commands),   std::move(*factors),       {},
                     std::move(*deviations), std::move(property_names), std::move(*names)};
  if (auto read = read_codes(packs, tables); !read) return fail(read.error());
  return tables;
}

}  // namespace celadon::intake
