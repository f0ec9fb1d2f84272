#include "watch/data_request_rules.hpp"

#include "core/yaml_fields.hpp"

#include <array>
#include <initializer_list>

namespace celadon::watch {
namespace {

constexpr std::array<const char*, 21> request_fields = {
    "id",       "grace",        "device_time",  "look_back_days",   "quiet_after",      "follow_days", "at_most",
    "lacks_zh", "lacks_en",     "asks_zh",      "asks_en",          "arrived_zh",       "arrived_en",  "rest_zh",
    "rest_en",  "no_device_zh", "no_device_en", "device_failed_zh", "device_failed_en", "source",      "trust"};

DataRequestRules::Words request_words(YamlFields& fields, const std::string& name,
                                      std::initializer_list<std::string_view> blanks) {
  const std::span<const std::string_view> known(blanks.begin(), blanks.size());
  return {fields.words((name + "_zh").c_str(), known), fields.words((name + "_en").c_str(), known)};
}

}  // namespace

Result<DataRequestRules> parse_data_request_rules(std::string_view text, const std::string& file) {
  DataRequestRules rules;
  int entries = 0;
  auto read = read_yaml_list(text, file, "data_requests", [&](YamlFields& fields) {
    fields.only(request_fields);
    if (++entries > 1) fields.refuse(nullptr, "is a second entry; one speaks for all sites");
    rules.grace_us = fields.duration_us("grace");
    rules.device_time_us = fields.duration_us("device_time");
    rules.quiet_after_us = fields.duration_us("quiet_after");
    rules.look_back_days = fields.count("look_back_days", 1, 31);
    rules.follow_days = fields.count("follow_days", 1, 366);
    rules.at_most = fields.count("at_most", 1, 1000);
    rules.lacks = request_words(fields, "lacks", {"site", "day", "property", "count", "first", "last", "reason"});
    rules.asks = request_words(fields, "asks", {"site", "day", "count", "lacks", "reason"});
    rules.arrived = request_words(fields, "arrived", {"site", "day"});
    rules.rest = request_words(fields, "rest", {"count", "most", "first", "last"});
    rules.no_device = request_words(fields, "no_device", {});
    rules.device_failed = request_words(fields, "device_failed", {});
    static_cast<void>(fields.text("source"));
    fields.trust();
  });
  if (!read) return fail(read.error());
  if (entries == 0) return fail(Errc::malformed, file + ": the list 'data_requests' is empty; one entry is expected");
  return rules;
}

Result<DataRequestRules> read_data_request_rules(const std::filesystem::path& pack) {
  return parse_pack(pack, parse_data_request_rules);
}

}  // namespace celadon::watch
