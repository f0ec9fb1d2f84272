#include "quality/device_flags.hpp"

#include "core/csv_table.hpp"
#include "core/yaml_fields.hpp"

#include <set>
#include <tuple>

namespace celadon::quality {
namespace {

constexpr std::array<std::string_view, 7> flag_columns = {"flag",  "protocol", "meaning_zh", "meaning_en",
                                                          "voids", "source",   "trust"};

void add_words(std::string& words, const std::string& meaning, bool is_first) {
  if (is_first)
    words = meaning;
  else if (words != meaning && words.find(meaning) == std::string::npos)
    words += " / " + meaning;
}

}  // namespace

Result<DeviceFlags> DeviceFlags::parse(std::string_view text, const std::string& name) {
  DeviceFlags flags;
  flags.meanings_[0] = {Kind::normal, "", ""};
  std::set<std::pair<char, std::string>> seen;
  const auto table = parse_csv_table(text, name, flag_columns);
  if (!table) return fail(table.error());
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    const auto& fields = table->rows[row];
    const auto refuse = [&](Errc code, const std::string& reason) {
      return fail(code, name + ":" + std::to_string(table->lines[row]) + ": " + reason);
    };
    const auto& [flag, protocol, zh, en, voids, source, trust] =
        std::tie(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
    if (flag.size() != 1 || flag[0] <= ' ' || flag[0] > '~')
      return refuse(Errc::invalid_value, "flag '" + flag + "' is not one character");
    for (std::size_t i = 1; i < flag_columns.size(); ++i) {
      if (fields[i].empty()) return refuse(Errc::invalid_value, std::string(flag_columns[i]) + " is blank");
    }
    if (voids != "yes" && voids != "no")
      return refuse(Errc::invalid_value, "voids '" + voids + "': expected yes or no");
    if (!is_trust(trust))
      return refuse(Errc::invalid_value, "trust '" + trust + "': expected verified, secondary, memory or design");
    if (!seen.emplace(flag[0], protocol).second)
      return refuse(Errc::invalid_value, "flag " + flag + " of " + protocol + " is there twice");

    Meaning& meaning = flags.meanings_[static_cast<unsigned char>(flag[0])];
    const bool is_first = meaning.kind == Kind::unknown;
    const bool is_normal = voids == "no" && en == "normal";
    const Kind kind = voids == "yes" ? Kind::voids : is_normal ? Kind::normal : Kind::noted;
    if (!is_first && meaning.kind != kind) {
      return refuse(Errc::invalid_value,
                    "flag " + flag + " voids in one protocol and not in another; a stored value does not say which");
    }
    meaning.kind = kind;
    add_words(meaning.zh, zh, is_first);
    add_words(meaning.en, en, is_first);
  }
  return flags;
}

Result<DeviceFlags> DeviceFlags::read(const std::filesystem::path& pack) {
  auto text = read_pack(pack);
  if (!text) return fail(text.error());
  return parse(*text, pack.filename().string());
}

}  // namespace celadon::quality
