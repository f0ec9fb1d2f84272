#include "standards/library.hpp"

#include "core/csv_table.hpp"
#include "standards/pack_file.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace celadon::standards {
namespace {

std::string_view rule_of(const BandTable& table) { return table.rule; }
template <class Rules>
std::string_view rule_of(const Rules& /*of one rule*/) {
  return {};
}

template <class Rules>
Result<void> sort_editions(std::vector<Rules>& editions) {
  std::sort(editions.begin(), editions.end(), [](const auto& a, const auto& b) {
    return rule_of(a) != rule_of(b) ? rule_of(a) < rule_of(b) : a.valid_from < b.valid_from;
  });
  for (std::size_t i = 1; i < editions.size(); ++i) {
    const auto& earlier = editions[i - 1];
    if (rule_of(earlier) != rule_of(editions[i])) continue;
    if (!earlier.valid_before || *earlier.valid_before > editions[i].valid_from) {
      return fail(Errc::malformed, earlier.standard + " is still in force when " + editions[i].standard +
                                       " begins on " + to_string(editions[i].valid_from) + ": give it a 'before'");
    }
  }
  return {};
}

template <class Rules>
Result<const Rules*> choose(std::span<const Rules> editions, LegalDay day, std::string_view edition) {
  std::string known;
  for (const auto& rules : editions) {
    known += (known.empty() ? "" : ", ") + rules.standard;
    if (!edition.empty()) {
      if (rules.standard == edition) return &rules;
    } else if (day >= rules.valid_from && (!rules.valid_before || day < *rules.valid_before)) {
      return &rules;
    }
  }
  if (!edition.empty()) {
    return fail(Errc::unknown_code,
                "edition '" + std::string(edition.substr(0, 60)) + "' is not known; there are " + known, "edition");
  }
  return fail(Errc::not_found, "no edition was in force on " + to_string(day) + "; there are " + known, "date");
}

}  // namespace

Result<const IndexRules*> Library::air_rules(LegalDay day, std::string_view edition) const {
  return choose(std::span<const IndexRules>(air), day, edition);
}
Result<const WaterRules*> Library::water_rules(LegalDay day, std::string_view edition) const {
  return choose(std::span<const WaterRules>(water), day, edition);
}

Result<const AirAssessmentRules*> Library::air_assessment(LegalDay day, std::string_view edition) const {
  return choose(std::span<const AirAssessmentRules>(assessments), day, edition);
}
Result<const CompositeRules*> Library::composite(LegalDay day, std::string_view edition) const {
  return choose(std::span<const CompositeRules>(composites), day, edition);
}
Result<const WarningRules*> Library::warning(LegalDay day, std::string_view edition) const {
  return choose(std::span<const WarningRules>(warnings), day, edition);
}

Result<const AnnexText*> Library::annex_text(std::string_view family, LegalDay day, std::string_view edition) const {
  const auto before = [](const AnnexText& text, std::string_view id) { return text.family < id; };
  const auto begin = std::lower_bound(annexes.texts.begin(), annexes.texts.end(), family, before);
  auto end = begin;
  while (end != annexes.texts.end() && end->family == family) ++end;
  return choose(std::span<const AnnexText>(begin, end), day, edition);
}

namespace {
std::span<const BandTable> tables_of_rule(const std::vector<BandTable>& bands, std::string_view rule) {
  const auto before = [](const BandTable& table, std::string_view id) { return table.rule < id; };
  const auto begin = std::lower_bound(bands.begin(), bands.end(), rule, before);
  auto end = begin;
  while (end != bands.end() && end->rule == rule) ++end;
  return {begin, end};
}
}  // namespace

Result<const BandTable*> Library::band_table(std::string_view rule, LegalDay day, std::string_view edition) const {
  return choose(tables_of_rule(bands, rule), day, edition);
}
bool Library::has_band_rule(std::string_view rule) const { return !tables_of_rule(bands, rule).empty(); }

const Property* Library::property_of_input(std::string_view name) const {
  if (const Property* property = properties.find(name)) return property;
  const auto it = input_names.find(name);
  return it == input_names.end() ? nullptr : properties.find(it->second);
}

namespace {
Result<std::vector<BandTable>> read_tables(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (error) return fail(Errc::not_found, folder.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  std::vector<BandTable> tables;
  for (const auto& file : files) {
    auto table = read_band_table(file);
    if (!table) return fail(table.error());
    tables.push_back(std::move(*table));
  }
  return tables;
}

/// Adds what a file says to the editions of its kind; its name says which that is.
template <class Rules>
Result<void> add_edition(std::vector<Rules>& editions, const std::filesystem::path& file,
                         Result<Rules> (*parse)(const std::string&, const std::string&)) {
  const auto text = read_pack_file(file);
  if (!text) return fail(text.error());
  auto rules = parse(*text, file.filename().string());
  if (!rules) return fail(rules.error());
  editions.push_back(std::move(*rules));
  return {};
}

Result<void> read_edition(Library& library, const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  if (name.starts_with("hj633-")) return add_edition(library.air, file, parse_index_rules);
  if (name.starts_with("gb3838-")) return add_edition(library.water, file, parse_water_rules);
  if (name.starts_with("hj663-")) return add_edition(library.assessments, file, parse_air_assessment);
  if (name.starts_with("composite-")) return add_edition(library.composites, file, parse_composite);
  if (name.starts_with("heavy-pollution-")) return add_edition(library.warnings, file, parse_warning_rules);
  return {};
}
}  // namespace

Result<Library> read_library(const std::filesystem::path& packs) {
  Library library;
  auto properties = read_properties(packs);
  if (!properties) return fail(properties.error());
  library.properties = std::move(*properties);

  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(packs / "standards", error))
    files.push_back(entry.path());
  if (error) return fail(Errc::not_found, (packs / "standards").string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (auto read = read_edition(library, file); !read) return fail(read.error());
  }
  auto annexes = read_annexes(packs / "standards");
  if (!annexes) return fail(annexes.error());
  library.annexes = std::move(*annexes);
  auto tables = read_tables(packs / "standards" / "tables");
  if (!tables) return fail(tables.error());
  library.bands = std::move(*tables);
  if (auto sorted = sort_editions(library.bands); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.air); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.water); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.assessments); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.composites); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.warnings); !sorted) return fail(sorted.error());

  constexpr std::array<std::string_view, 2> columns = {"name", "property"};
  const auto text = read_pack_file(packs / "standards" / "input_names.csv");
  if (!text) return fail(text.error());
  const auto names = parse_csv_table(*text, "input_names.csv", columns);
  if (!names) return fail(names.error());
  for (std::size_t i = 0; i < names->rows.size(); ++i) {
    const auto& row = names->rows[i];
    if (library.properties.find(row[1]) == nullptr) {
      return fail(Errc::unknown_code, "input_names.csv:" + std::to_string(names->lines[i]) + ": property '" + row[1] +
                                          "' is not in properties.csv");
    }
    library.input_names[row[0]] = row[1];
  }
  return library;
}

}  // namespace celadon::standards
