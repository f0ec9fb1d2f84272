#include "standards/library.hpp"

#include "core/csv_table.hpp"
#include "standards/pack_file.hpp"

#include <algorithm>
#include <array>

namespace celadon::standards {
namespace {

template <class Rules>
Result<void> sort_editions(std::vector<Rules>& editions) {
  std::sort(editions.begin(), editions.end(), [](const auto& a, const auto& b) { return a.valid_from < b.valid_from; });
  for (std::size_t i = 1; i < editions.size(); ++i) {
    const auto& earlier = editions[i - 1];
    if (!earlier.valid_before || *earlier.valid_before > editions[i].valid_from) {
      return fail(Errc::malformed, earlier.standard + " is still in force when " + editions[i].standard +
                                       " begins on " + to_string(editions[i].valid_from) + ": give it a 'before'");
    }
  }
  return {};
}

template <class Rules>
Result<const Rules*> choose(const std::vector<Rules>& editions, LegalDay day, std::string_view edition) {
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
  return choose(air, day, edition);
}
Result<const WaterRules*> Library::water_rules(LegalDay day, std::string_view edition) const {
  return choose(water, day, edition);
}

const Property* Library::property_of_input(std::string_view name) const {
  if (const Property* property = properties.find(name)) return property;
  const auto it = input_names.find(name);
  return it == input_names.end() ? nullptr : properties.find(it->second);
}

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
    const std::string name = file.filename().string();
    if (name.starts_with("hj633-")) {
      auto rules = read_index_rules(file);
      if (!rules) return fail(rules.error());
      library.air.push_back(std::move(*rules));
    } else if (name.starts_with("gb3838-")) {
      auto rules = read_water_rules(file);
      if (!rules) return fail(rules.error());
      library.water.push_back(std::move(*rules));
    }
  }
  if (auto sorted = sort_editions(library.air); !sorted) return fail(sorted.error());
  if (auto sorted = sort_editions(library.water); !sorted) return fail(sorted.error());

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
