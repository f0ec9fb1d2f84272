#include "watch/device_rules.hpp"

#include "core/yaml_fields.hpp"

namespace celadon::watch {
namespace {

constexpr std::array<const char*, 18> fields_known = {
    "id",      "silent_after", "opens_case",    "zh",    "en",    "back_fill",    "look_back",    "settle",
    "at_once", "pause",        "give_up_after", "tries", "retry", "periods_2051", "periods_2061", "periods_2031",
    "source",  "trust"};
constexpr std::array<std::string_view, 4> blanks_known = {"site", "mn", "time", "hours"};

}  // namespace

Result<DeviceRules> parse_device_rules(std::string_view text, const std::string& file) {
  DeviceRules rules;
  int entries = 0;
  auto read = read_yaml_list(text, file, "devices", [&](YamlFields& fields) {
    fields.only(fields_known);
    if (++entries > 1) fields.refuse(nullptr, "is a second entry; one speaks for all devices");
    rules.silent_after_us = fields.duration_us("silent_after");
    rules.opens_case = fields.boolean("opens_case");
    rules.zh = fields.words("zh", blanks_known);
    rules.en = fields.words("en", blanks_known);
    rules.back_fill = fields.boolean("back_fill");
    rules.look_back_us = fields.duration_us("look_back");
    rules.settle_us = fields.duration_us("settle");
    rules.at_once = fields.count("at_once", 1, 1000);
    rules.pause_us = fields.duration_us("pause");
    rules.give_up_after = fields.count("give_up_after", 1, 100);
    rules.tries = fields.count("tries", 1, 100);
    rules.retry_us = fields.duration_us("retry");
    rules.periods = {fields.count("periods_2051", 1, 1440), fields.count("periods_2061", 1, 744),
                     fields.count("periods_2031", 1, 366)};
    static_cast<void>(fields.text("source"));
    fields.trust();
  });
  if (!read) return fail(read.error());
  if (entries == 0) return fail(Errc::malformed, file + ": the list 'devices' is empty; one entry is expected");
  return rules;
}

Result<DeviceRules> read_device_rules(const std::filesystem::path& pack) {
  auto text = read_pack(pack);
  if (!text) return fail(text.error());
  return parse_device_rules(*text, pack.filename().string());
}

}  // namespace celadon::watch
