#include "standards/band_table.hpp"

#include "core/assert.hpp"
#include "core/csv_table.hpp"
#include "core/units.hpp"
#include "standards/pack_file.hpp"
#include "standards/yaml_pack.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace celadon::standards {
namespace {

constexpr std::size_t classes_max = 16;

BandGiven read_given(const PackMap& map) {
  BandGiven given{map.text("name"), map.text("about_zh"), map.text("about_en"), false, {}, {}};
  if (map.has("choices")) {
    for (const auto& node : map.list("choices")) given.choices.push_back(node.as<std::string>());
    if (given.choices.empty()) map.misprint("'choices' is empty");
  } else {
    given.number = true;
  }
  given.otherwise = map.text_or("otherwise", "");
  if (!given.otherwise.empty() && !given.number &&
      std::find(given.choices.begin(), given.choices.end(), given.otherwise) == given.choices.end()) {
    map.misprint("'otherwise' is '" + given.otherwise + "', which is not one of its choices");
  }
  return given;
}

BandTable read_head(const PackMap& pack) {
  BandTable table;
  table.rule = pack.text("rule");
  table.standard = pack.text("standard");
  table.title_zh = pack.text("title_zh");
  table.title_en = pack.text("title_en");
  table.medium = pack.text("medium");
  table.trust = pack.trust();
  const Validity validity = read_validity(pack);
  table.valid_from = validity.from;
  table.valid_before = validity.before;
  table.valid_trust = validity.trust;
  if (pack.has("given")) {
    for (const auto& node : pack.list("given")) table.given.push_back(read_given(PackMap(node, "given")));
  }
  std::set<std::string> names;
  for (const auto& node : pack.list("classes")) {
    const PackMap map(node, "class");
    BandClass one{map.text("class"),  map.text("label"),       map.text("name_zh"),     map.text("name_en"),
                  map.text("colour"), map.text("text_colour"), map.yes_or_no("attains")};
    if (!names.insert(one.name).second) map.misprint("class '" + one.name + "' is there twice");
    table.classes.push_back(std::move(one));
  }
  if (table.classes.size() < 2 || table.classes.size() > classes_max) pack.misprint("expected 2 to 16 classes");
  table.multiple_over = pack.text_or("multiple_over", "");
  if (!table.multiple_over.empty() && table.rank_of(table.multiple_over) < 0)
    pack.misprint("'multiple_over' is '" + table.multiple_over + "', which is not a class");
  table.non_detect_meets = pack.one_of("non_detect", {"meets", "half"}) == "meets";
  table.single = pack.map("single").clause();
  table.combine = pack.map("combine").clause();
  table.rounding = pack.map("rounding").clause();
  if (!table.multiple_over.empty()) table.multiple = pack.map("multiple").clause();
  return table;
}

/// Reads the rows below a head and complains by line.
class Rows {
 public:
  Rows(BandTable& table, std::string name, bool oxygen) : table_(table), name_(std::move(name)), oxygen_(oxygen) {}

  Result<void> read(std::string_view text) {
    std::vector<std::string> columns = {"item", "name_zh", "name_en", "unit"};
    for (const auto& given : table_.given) columns.push_back(given.name);
    for (const char* column : {"class", "holds", "decimals"}) columns.emplace_back(column);
    if (oxygen_) columns.emplace_back("reference_oxygen_percent");
    for (const char* column : {"note", "source", "trust"}) columns.emplace_back(column);
    const std::vector<std::string_view> views(columns.begin(), columns.end());
    const auto rows = parse_csv_table(text, name_, views);
    if (!rows) return fail(rows.error());
    for (std::size_t i = 0; i < rows->rows.size(); ++i) {
      line_ = static_cast<int>(rows->lines[i]);
      if (auto added = add(rows->rows[i]); !added) return fail(added.error());
    }
    if (table_.items.empty()) return wrong("has no rows");
    return in_order();
  }

 private:
  [[nodiscard]] Unexpected<Error> wrong(const std::string& reason) const {
    return fail(Errc::malformed, name_ + ":" + std::to_string(line_) + ": " + reason);
  }

  Result<std::optional<double>> number(const std::string& cell, const char* what, double low, double high) const {
    if (cell.empty()) return std::optional<double>{};
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size() || !(value >= low) || value > high)
      return wrong(std::string(what) + " '" + cell + "' is not a number from " + std::to_string(low) + " to " +
                   std::to_string(high));
    return std::optional<double>{value};
  }

  Result<void> read_given_cells(const std::vector<std::string>& row, BandItem& item) const {
    for (std::size_t k = 0; k < table_.given.size(); ++k) {
      const BandGiven& given = table_.given[k];
      const std::string& cell = row[4 + k];
      item.words.push_back(cell);
      item.numbers.emplace_back();
      if (cell.empty()) continue;
      if (given.number) {
        auto condition = Condition::parse(cell);
        if (!condition) return wrong(given.name + ": " + condition.error().detail);
        item.numbers.back() = std::move(*condition);
        continue;
      }
      for (std::size_t at = 0; at <= cell.size();) {
        const std::size_t cut = std::min(cell.find('|', at), cell.size());
        const std::string word = cell.substr(at, cut - at);
        if (std::find(given.choices.begin(), given.choices.end(), word) == given.choices.end())
          return wrong(given.name + " is '" + word + "', which the head does not list");
        at = cut + 1;
      }
    }
    return {};
  }

  Result<void> add(const std::vector<std::string>& row) {
    const std::size_t after = 4 + table_.given.size();
    BandItem item;
    item.item = row[0];
    item.name_zh = row[1];
    item.name_en = row[2];
    item.unit = row[3];
    if (item.item.empty()) return wrong("'item' is empty");
    if (const auto unit = parse_unit(item.unit); !unit) return wrong(unit.error().detail);
    if (auto read = read_given_cells(row, item); !read) return fail(read.error());
    const auto decimals = number(row[after + 2], "decimals", 0, 9);
    if (!decimals) return fail(decimals.error());
    if (*decimals) {
      if (**decimals != std::floor(**decimals)) return wrong("decimals must be a whole number");
      item.decimals = static_cast<int>(**decimals);
    }
    if (oxygen_) {
      const auto oxygen = number(row[after + 3], "reference_oxygen_percent", 0, 20);
      if (!oxygen) return fail(oxygen.error());
      item.reference_oxygen_percent = *oxygen;
    }

    Band band;
    const int rank = table_.rank_of(row[after]);
    if (rank < 0) return wrong("class '" + row[after] + "' is not in the head");
    band.rank = static_cast<std::int8_t>(rank);
    auto holds = Condition::parse(row[after + 1]);
    if (!holds) return wrong(holds.error().detail);
    band.holds = std::move(*holds);
    band.note = row[row.size() - 3];
    band.source = row[row.size() - 2];
    band.trust = row[row.size() - 1];
    band.line = line_;
    if (band.source.empty()) return wrong("'source' is empty: say which table or clause");
    if (band.trust != "verified" && band.trust != "secondary" && band.trust != "memory")
      return wrong("trust is '" + band.trust + "', not one of verified, secondary, memory");
    return put(std::move(item), std::move(band));
  }

  Result<void> put(BandItem item, Band band) {
    for (auto& known : table_.items) {
      if (known.item != item.item) continue;
      if (known.unit != item.unit)
        return wrong(item.item + " is in " + item.unit + " here and in " + known.unit + " at line " +
                     std::to_string(known.bands.front().line));
      if (known.words != item.words) continue;
      for (const auto& other : known.bands) {
        if (other.rank == band.rank)
          return wrong(item.item + " has class " + table_.classes[static_cast<std::size_t>(band.rank)].name +
                       " already at line " + std::to_string(other.line));
      }
      known.bands.push_back(std::move(band));
      return {};
    }
    item.bands.push_back(std::move(band));
    table_.items.push_back(std::move(item));
    return {};
  }

  /// Best class first, and a better class never has the looser limit.
  Result<void> in_order() {
    for (auto& item : table_.items) {
      std::sort(item.bands.begin(), item.bands.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
      for (std::size_t i = 1; i < item.bands.size(); ++i) {
        const double better = item.bands[i - 1].holds.limit();
        const double worse = item.bands[i].holds.limit();
        const Interval& first = item.bands[i - 1].holds.intervals().front();
        const Interval& second = item.bands[i].holds.intervals().front();
        if (std::isnan(better) || std::isnan(worse) || std::isinf(first.low) != std::isinf(second.low)) continue;
        const bool rising = std::isinf(first.low);
        if (rising ? worse < better : worse > better) {
          line_ = item.bands[i].line;
          return wrong(item.item + ": the limit of a worse class is stricter than that of a better one at line " +
                       std::to_string(item.bands[i - 1].line));
        }
      }
    }
    return {};
  }

  BandTable& table_;
  std::string name_;
  bool oxygen_;
  int line_ = 0;
};

struct Head {
  BandTable table;
  std::string rows_file;
  bool oxygen = false;
};

Result<Head> parse_head(const std::string& text, const std::string& name) {
  return parse_pack(text, name, [](const PackMap& pack) {
    Head head{read_head(pack), pack.text("table"), false};
    head.oxygen = pack.has("reference_oxygen") && pack.yes_or_no("reference_oxygen");
    return head;
  });
}

}  // namespace

std::vector<const BandItem*> BandTable::named(std::string_view name) const {
  std::vector<const BandItem*> found;
  for (const auto& one : items) {
    if (one.item == name || one.name_zh == name || (!one.name_en.empty() && one.name_en == name)) found.push_back(&one);
  }
  return found;
}

int BandTable::rank_of(std::string_view class_name) const {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i].name == class_name) return static_cast<int>(i);
  }
  return -1;
}

Result<BandTable> parse_band_table(const std::string& text, const std::string& name, std::string_view rows,
                                   const std::string& rows_name) {
  auto head = parse_head(text, name);
  if (!head) return fail(head.error());
  if (auto read = Rows(head->table, rows_name, head->oxygen).read(rows); !read) return fail(read.error());
  return std::move(head->table);
}

Result<BandTable> read_band_table(const std::filesystem::path& pack) {
  const auto text = read_pack_file(pack);
  if (!text) return fail(text.error());
  const std::string name = pack.filename().string();
  const auto head = parse_head(*text, name);
  if (!head) return fail(head.error());
  if (std::filesystem::path(head->rows_file).filename() != head->rows_file)
    return fail(Errc::malformed, name + ": 'table' must be a file beside it, not '" + head->rows_file + "'");
  const auto rows = read_pack_file(pack.parent_path() / head->rows_file);
  if (!rows) return fail(rows.error());
  return parse_band_table(*text, name, *rows, head->rows_file);
}

void band_rank(const BandTable& table, const BandItem& item, std::span<const double> value,
               std::span<std::int8_t> rank) {
  CELADON_ASSERT(value.size() == rank.size());
  const auto last = static_cast<std::int8_t>(table.classes.size() - 1);
  for (std::size_t i = 0; i < rank.size(); ++i) {
    rank[i] = -1;
    if (!std::isfinite(value[i])) continue;
    rank[i] = last;
    for (const auto& band : item.bands) {
      if (!band.holds.holds(value[i])) continue;
      rank[i] = band.rank;
      break;
    }
  }
}

}  // namespace celadon::standards
