#include "watch/forward_json.hpp"

#include "core/json_writer.hpp"
#include "watch/revision_body.hpp"

#include <cstdio>

namespace celadon::watch {

std::string to_body(const intake::UpstreamSettings& settings) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("name", settings.name).member("host", settings.host).member("port", settings.port);
  json.member("enabled", settings.enabled).member("rate_per_s", settings.rate_per_s).key("devices").begin_array();
  for (const auto& mn : settings.devices) json.put(mn);
  json.end_array().key("mn_map").begin_object();
  for (const auto& [from, to] : settings.mn_map) json.member(from, to);
  json.end_object().key("password");
  if (settings.password)
    json.put(*settings.password);
  else
    json.null();
  json.member("ask_answer", settings.ask_answer).member("start_batch", settings.start.batch);
  json.member("start_position", settings.start.position).end_object();
  return out;
}

Result<intake::UpstreamSettings> upstream_of(const ledger::Revision& revision) {
  RevisionBody body(revision);
  intake::UpstreamSettings settings;
  settings.id = revision.id;
  settings.name = body.get<std::string>("name");
  settings.host = body.get<std::string>("host");
  settings.port = body.get<std::uint16_t>("port");
  settings.enabled = body.get<bool>("enabled");
  settings.rate_per_s = body.get<double>("rate_per_s");
  settings.devices = body.get<std::vector<std::string>>("devices");
  settings.mn_map = body.get<std::map<std::string, std::string>>("mn_map");
  settings.password = body.text_or_none("password");
  settings.ask_answer = body.get<bool>("ask_answer");
  settings.start.batch = body.get<std::int64_t>("start_batch");
  settings.start.position = body.get<std::int32_t>("start_position");
  if (auto good = body.check(); !good) return fail(good.error());
  return settings;
}

std::string to_body(const DeadLetterEntry& entry) {
  const auto& letter = entry.letter;
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("batch", letter.place.batch).member("position", letter.place.position);
  json.member("mn", letter.mn).member("qn", letter.qn).member("cn", letter.cn);
  json.member("received_us", letter.received.us).member("failed_at_us", letter.failed_at.us);
  json.member("reason", letter.reason).member("tries", letter.tries).member("state", entry.state);
  json.member("answered", entry.answered).end_object();
  return out;
}

Result<DeadLetterEntry> dead_letter_of(const ledger::Revision& revision) {
  RevisionBody body(revision);
  DeadLetterEntry entry;
  entry.id = revision.id.substr(revision.id.find('/') + 1);
  entry.letter.place.batch = body.get<std::int64_t>("batch");
  entry.letter.place.position = body.get<std::int32_t>("position");
  entry.letter.mn = body.get<std::string>("mn");
  entry.letter.qn = body.get<std::string>("qn");
  entry.letter.cn = body.get<std::string>("cn");
  entry.letter.received.us = body.get<std::int64_t>("received_us");
  entry.letter.failed_at.us = body.get<std::int64_t>("failed_at_us");
  entry.letter.reason = body.get<std::string>("reason");
  entry.letter.tries = body.get<int>("tries");
  entry.state = body.get<std::string>("state");
  entry.answered = body.get<bool>("answered");
  entry.revision = revision.revision;
  if (auto good = body.check(); !good) return fail(good.error());
  return entry;
}

std::string entry_id(const std::string& upstream, intake::LogPlace place) {
  char text[40];
  std::snprintf(text, sizeof text, "/%012lld-%d", static_cast<long long>(place.batch), place.position);
  return upstream + text;
}

}  // namespace celadon::watch
