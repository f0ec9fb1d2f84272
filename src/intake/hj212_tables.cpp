#include "intake/hj212_tables.hpp"

#include "intake/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace celadon::intake {
namespace {

constexpr std::array<std::string_view, 10> kinds = {"st",    "field",  "suffix", "flag",       "flag2005",
                                                    "QnRtn", "ExeRtn", "RS",     "ResultType", "cn"};

bool is_trust(const std::string& word) { return word == "verified" || word == "secondary" || word == "memory"; }

Result<void> read_codes(const std::filesystem::path& packs, Hj212Tables& tables) {
  constexpr std::array<std::string_view, 6> columns = {"kind", "code", "name_zh", "name_en", "source", "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_codes.csv", columns);
  if (!csv) return fail(csv.error());
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    if (std::ranges::find(kinds, row[0]) == kinds.end())
      return fail(Errc::malformed, place + "kind '" + row[0] + "' is not known");
    if (row[2].empty() || row[3].empty()) return fail(Errc::malformed, place + "a name is missing");
    if (!is_trust(row[5])) return fail(Errc::malformed, place + "trust is verified, secondary or memory");
    if (!tables.codes.emplace(std::pair{row[0], row[1]}, Words212{row[2], row[3], row[4], row[5]}).second)
      return fail(Errc::malformed, place + row[0] + " '" + row[1] + "' is there twice");
  }
  return {};
}

Result<void> read_deviations(const std::filesystem::path& packs, Hj212Tables& tables) {
  constexpr std::array<std::string_view, 8> columns = {"name",   "weight", "name_zh", "name_en",
                                                       "fix_zh", "fix_en", "source",  "trust"};
  const auto csv = read_csv_table(packs / "standards" / "hj212_deviations.csv", columns);
  if (!csv) return fail(csv.error());
  for (std::size_t i = 0; i < csv->rows.size(); ++i) {
    const auto& row = csv->rows[i];
    const std::string place = csv->name + ":" + std::to_string(csv->lines[i]) + ": ";
    int weight = 0;
    const auto [end, error] = std::from_chars(row[1].data(), row[1].data() + row[1].size(), weight);
    if (error != std::errc{} || end != row[1].data() + row[1].size() || weight < 1 || weight > 100)
      return fail(Errc::malformed, place + "weight is a whole number from 1 to 100");
    for (const std::size_t column : {2, 3, 4, 5}) {
      if (row[column].empty()) return fail(Errc::malformed, place + std::string(columns[column]) + " is empty");
    }
    if (!is_trust(row[7])) return fail(Errc::malformed, place + "trust is verified, secondary or memory");
    if (tables.deviation(row[0]) != nullptr) return fail(Errc::malformed, place + "'" + row[0] + "' is there twice");
    tables.deviations.push_back({row[0], weight, row[2], row[3], row[4], row[5], row[6], row[7]});
  }
  return {};
}

}  // namespace

const Words212* Hj212Tables::code(std::string_view kind, std::string_view code) const {
  const auto it = codes.find({std::string(kind), std::string(code)});
  return it == codes.end() ? nullptr : &it->second;
}

const DeviationMeaning* Hj212Tables::deviation(std::string_view name) const {
  const auto it = std::ranges::find(deviations, name, &DeviationMeaning::name);
  return it == deviations.end() ? nullptr : &*it;
}

Result<Hj212Tables> read_hj212_tables(const std::filesystem::path& packs,
                                      const std::vector<std::pair<std::string, std::string>>& units,
                                      PropertyNames property_names) {
  auto commands = read_commands(packs);
  if (!commands) return fail(commands.error());
  auto factors = read_factor_table(packs, units);
  if (!factors) return fail(factors.error());
  Hj212Tables tables{std::move(*commands), std::move(*factors), {}, {}, std::move(property_names)};
  if (auto read = read_codes(packs, tables); !read) return fail(read.error());
  if (auto read = read_deviations(packs, tables); !read) return fail(read.error());
  return tables;
}

}  // namespace celadon::intake
