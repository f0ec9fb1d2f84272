#include "service/record_query.hpp"

#include "registry/record_body.hpp"
#include "systems/record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace celadon::service {
namespace {

using ledger::Condition;
using systems::Field;
using systems::FieldType;

constexpr std::size_t conditions_max = 20;
constexpr std::size_t values_of_condition_max = 200;
constexpr std::size_t words_bytes_max = 400;

constexpr std::array<std::pair<std::string_view, Condition::Test>, 7> tests = {{
    {"equal", Condition::Test::equal},
    {"any_of", Condition::Test::any_of},
    {"at_least", Condition::Test::at_least},
    {"at_most", Condition::Test::at_most},
    {"begins", Condition::Test::begins},
    {"present", Condition::Test::present},
    {"absent", Condition::Test::absent},
}};

/// A value of the filter as the field's face has it.
Result<std::variant<double, std::string>> face_of_text(const Field& field, const std::string& text) {
  Field one = field;
  one.many = false;
  const auto value = systems::value_from_text(one, field.codes, text);
  if (!value) return fail(Errc::invalid_value, field.id + ": " + value.error().detail, "where");
  auto face = registry::face_value(*value);
  if (face.size() != 1) return fail(Errc::invalid_value, field.id + " cannot be filtered by '" + text + "'", "where");
  return std::move(face.front());
}

Result<Condition> condition_of(const systems::Register& type, const std::string& text) {
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string::npos ? first : text.find(':', first + 1);
  const std::string id = text.substr(0, first);
  const std::string test = first == std::string::npos
                               ? ""
                               : text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  const auto* field = type.field(id);
  if (field == nullptr)
    return fail(Errc::unknown_code, "register " + type.id + " has no field '" + id.substr(0, 40) + "'", "where");
  if (!registry::is_faced(type, *field)) {
    return fail(Errc::invalid_value,
                "field " + id + " is not indexed; give it `index: true` in its pack to filter by it", "where");
  }
  const auto* known = std::find_if(tests.begin(), tests.end(), [&](const auto& one) { return one.first == test; });
  if (known == tests.end()) {
    return fail(
        Errc::malformed,
        "'" + text.substr(0, 80) +
            "': expected field:test:value, test being equal, any_of, at_least, at_most, begins, present or absent",
        "where");
  }
  Condition condition{id, known->second, {}};
  if (known->second == Condition::Test::present || known->second == Condition::Test::absent) return condition;
  std::string rest = second == std::string::npos ? "" : text.substr(second + 1);
  if (rest.empty()) return fail(Errc::malformed, "'" + text.substr(0, 80) + "': a value is missing", "where");
  if (known->second == Condition::Test::begins) {
    condition.values.emplace_back(std::move(rest));
    return condition;
  }
  for (std::size_t at = 0; at <= rest.size();) {
    const std::size_t cut = std::min(rest.find('|', at), rest.size());
    auto face = face_of_text(*field, rest.substr(at, cut - at));
    if (!face) return fail(face.error());
    condition.values.push_back(std::move(*face));
    if (condition.values.size() > values_of_condition_max)
      return fail(Errc::too_large, "more than 200 values for " + id, "where");
    at = cut + 1;
  }
  if (condition.values.size() > 1) {
    if (condition.test == Condition::Test::equal) condition.test = Condition::Test::any_of;
    if (condition.test != Condition::Test::any_of)
      return fail(Errc::malformed, id + ": at_least and at_most take one value", "where");
  }
  return condition;
}

Result<std::optional<Bounds>> box_of(const Request& request) {
  const auto text = request.one("bbox");
  if (!text || text->empty()) return std::optional<Bounds>{};
  std::array<double, 4> sides{};
  const char* at = text->data();
  const char* const end = text->data() + text->size();
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const auto [stop, error] = std::from_chars(at, end, sides[i]);
    const bool is_last = i + 1 == sides.size();
    if (error != std::errc{} || !std::isfinite(sides[i]) || (is_last ? stop != end : stop == end || *stop != ','))
      return fail(Errc::malformed, "expected west,south,east,north in degrees", "bbox");
    at = is_last ? stop : stop + 1;
  }
  if (sides[0] > sides[2] || sides[1] > sides[3] || std::abs(sides[1]) > 90 || std::abs(sides[3]) > 90 ||
      std::abs(sides[0]) > 180 || std::abs(sides[2]) > 180)
    return fail(Errc::invalid_value, "expected west,south,east,north with west below east and south below north",
                "bbox");
  return std::optional<Bounds>(Bounds{sides[0], sides[1], sides[2], sides[3]});
}

Result<void> read_order(const systems::Register& type, const Request& request, RecordAsk& ask) {
  ask.query.falling = request.says_yes("falling");
  auto sort = request.one("sort").value_or("");
  const bool by_view = sort.empty();
  if (by_view && !ask.view.empty()) {
    for (const auto& view : type.views) {
      if (view.id == ask.view) sort = view.sort;
    }
    if (!request.one("falling")) ask.query.falling = sort.starts_with('-');
    if (sort.starts_with('-')) sort.erase(0, 1);
  }
  if (sort.empty()) return {};
  static constexpr std::array<std::string_view, 8> own = {"id",     "title", "due",         "changed",
                                                          "opened", "state", "since_state", "overdue"};
  const auto* field = type.field(sort);
  if (field == nullptr && std::find(own.begin(), own.end(), sort) == own.end())
    return fail(Errc::unknown_code, "cannot sort by '" + sort.substr(0, 40) + "'", "sort");
  if (field != nullptr && !registry::is_faced(type, *field)) {
    if (by_view) return {};  // the view's list is worth more than its order
    return fail(Errc::invalid_value, "field " + sort + " is not indexed and cannot be sorted by", "sort");
  }
  ask.query.sort = sort;
  return {};
}

}  // namespace

Result<RecordAsk> record_ask(const systems::Register& type, const Request& request) {
  RecordAsk ask;
  auto& query = ask.query;
  query.kind = type.id;
  query.words = request.one("words").value_or("");
  if (query.words.size() > words_bytes_max) return fail(Errc::too_large, "at most 400 bytes", "words");
  for (const auto& text : request.every("where")) {
    auto condition = condition_of(type, text);
    if (!condition) return fail(condition.error());
    query.where.push_back(std::move(*condition));
  }
  if (query.where.size() > conditions_max) return fail(Errc::too_large, "at most 20 conditions", "where");
  query.states = request.every("state");
  for (const auto& state : query.states) {
    if (!type.lifecycle || type.lifecycle->state(state) == nullptr)
      return fail(Errc::unknown_code, "register " + type.id + " has no state '" + state.substr(0, 40) + "'", "state");
  }
  ask.view = request.one("view").value_or("");
  if (const auto until = request.one("due_until"); until && !until->empty()) {
    // A day means its end: what is due on that day is due until then.
    const auto day = parse_legal_day(*until);
    const auto at = day ? Result<Instant>(Instant{end_of(*day).us - 1}) : parse_instant(*until);
    if (!at) return fail(Errc::malformed, at.error().detail, "due_until");
    query.due_until = *at;
  }
  const auto box = box_of(request);
  if (!box) return fail(box.error());
  query.within = *box;
  const auto known = request.time("as_known_at");
  if (!known) return fail(known.error());
  query.as_known_at = *known;
  query.with_gone = request.says_yes("gone");
  query.count = request.says_yes("count");
  query.after = request.one("after").value_or("");
  const auto limit = request.whole("limit", 100, 1, 1000);
  if (!limit) return fail(limit.error());
  query.limit = static_cast<std::size_t>(*limit);
  if (const auto ordered = read_order(type, request, ask); !ordered) return fail(ordered.error());
  return ask;
}

std::vector<Parameter> filter_parameters(std::vector<Parameter> more) {
  std::vector<Parameter> all = {
      {"words", "words that must be found; Chinese, pinyin, initials"},
      {"where", "field:test:value; tests equal, any_of, at_least, at_most, begins, present, absent; values parted by |",
       true},
      {"state", "states", true},
      {"view", "a view of the register"},
      {"due_until", "with a deadline that ends until then; a day or a moment"},
      {"bbox", "west,south,east,north in degrees"},
      {"as_known_at", "as it was known then"},
      {"gone", "yes: withdrawn ones too"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace celadon::service
