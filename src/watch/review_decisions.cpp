#include "watch/review_decisions.hpp"

#include "core/json_writer.hpp"
#include "watch/revision_body.hpp"

#include <algorithm>
#include <charconv>

namespace celadon::watch {

std::string decision_id(std::int64_t number) { return erratum_id(number); }

std::string decision_body(const ReviewDecision& decision) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("site", decision.site).member("property", decision.property);
  json.member("averaging", to_iso(decision.averaging)).key("times").begin_array();
  for (const Instant time : decision.times) json.put(time);
  json.end_array().member("action", decision.action).key("numbers").begin_object();
  for (const auto& [name, number] : decision.numbers) json.member(name, number);
  json.end_object().member("reason", decision.reason).member("note", decision.note).member("at", decision.at);
  if (decision.pairs) {
    json.key("pairs").begin_object().key("values").begin_array();
    for (const double value : decision.pairs->values) json.put(value);
    json.end_array().list("notes", decision.pairs->notes).end_object();
  }
  json.end_object();
  return out;
}

Result<ReviewDecision> read_decision(const ledger::Revision& revision) {
  RevisionBody body(revision);
  ReviewDecision decision;
  std::from_chars(revision.id.data(), revision.id.data() + revision.id.size(), decision.id);
  decision.site = body.get<std::string>("site");
  decision.property = body.get<std::string>("property");
  decision.action = body.get<std::string>("action");
  decision.reason = body.get<std::string>("reason");
  decision.note = body.get<std::string>("note");
  decision.who = revision.who;
  const auto averaging = parse_averaging(body.get<std::string>("averaging"));
  const auto at = parse_instant(body.get<std::string>("at"));
  const auto times = body.get<std::vector<std::string>>("times");
  decision.numbers = body.get<std::map<std::string, double>>("numbers");
  const auto pairs = body.object_or_none("pairs");
  if (auto good = body.check(); !good) return fail(good.error());
  if (!averaging) return body.damaged("averaging");
  if (!at) return body.damaged("at");
  decision.averaging = *averaging;
  decision.at = *at;
  for (const auto& text : times) {
    const auto time = parse_instant(text);
    if (!time) return body.damaged("times");
    decision.times.push_back(*time);
  }
  if (pairs) {
    const auto* values = pairs->if_contains("values");
    const auto* notes = pairs->if_contains("notes");
    if (values == nullptr || notes == nullptr) return body.damaged("pairs");
    auto read_values = boost::json::try_value_to<std::vector<double>>(*values);
    auto read_notes = boost::json::try_value_to<std::vector<std::string>>(*notes);
    if (!read_values || !read_notes) return body.damaged("pairs");
    decision.pairs = ReviewedElsewhere{std::move(*read_values), std::move(*read_notes)};
  }
  return decision;
}

Result<DecisionBook::Batch*> DecisionBook::batch_of(std::int64_t batch) {
  const auto [place, is_new] = batches_.try_emplace(batch);
  if (is_new) {
    const auto source = archive_.source_of(batch);
    if (!source) return fail(source.error());
    const char* const end = source->detail.data() + source->detail.size();
    const auto [stop, error] = std::from_chars(source->detail.data(), end, place->second.first);
    place->second.last = place->second.first;
    if (error == std::errc{} && stop != end && *stop == '-') std::from_chars(stop + 1, end, place->second.last);
  }
  return &place->second;
}

Result<void> DecisionBook::read(Batch& batch) const {
  for (std::int64_t id = batch.first; id <= batch.last; ++id) {
    const auto revision = ledger_.get(decision_kind, decision_id(id));
    if (!revision) return fail(revision.error());
    auto decision = read_decision(*revision);
    if (!decision) return fail(decision.error());
    batch.by_place[{decision->site, decision->property, decision->averaging}].push_back(batch.decisions.size());
    batch.decisions.push_back(std::move(*decision));
  }
  batch.is_read = true;
  return {};
}

Result<std::int64_t> DecisionBook::number(std::int64_t batch, const SeriesKey& raw, Instant time) {
  const auto of = batch_of(batch);
  if (!of) return fail(of.error());
  if ((*of)->first == (*of)->last) return (*of)->first;
  const auto decision = find(batch, raw, time);
  if (!decision) return fail(decision.error());
  return *decision == nullptr ? (*of)->first : (*decision)->id;
}

Result<const ReviewDecision*> DecisionBook::find(std::int64_t batch, const SeriesKey& raw, Instant time) {
  const auto of = batch_of(batch);
  if (!of) return fail(of.error());
  Batch& one = **of;
  if (one.first == 0) return nullptr;
  if (!one.is_read) {
    if (auto done = read(one); !done) return fail(done.error());
  }
  const auto places = one.by_place.find({raw.site, raw.property, raw.averaging});
  if (places == one.by_place.end()) return nullptr;
  for (const std::size_t at : places->second) {
    const auto& decision = one.decisions[at];
    if (std::ranges::binary_search(decision.times, time)) return &decision;
  }
  return nullptr;
}

}  // namespace celadon::watch
