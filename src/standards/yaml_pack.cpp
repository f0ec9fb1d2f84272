#include "standards/yaml_pack.hpp"

namespace celadon::standards {

PackMap::PackMap(YAML::Node node, std::string what) : node_(std::move(node)), what_(std::move(what)) {
  if (!node_.IsMap()) misprint("expected a map of fields");
}

void PackMap::misprint(const std::string& reason) const {
  throw Misprint{node_.Mark().line + 1, what_ + ": " + reason};
}

YAML::Node PackMap::need(const char* key) const {
  YAML::Node value = node_[key];
  if (!value.IsDefined()) misprint(std::string("'") + key + "' is missing");
  return value;
}

std::string PackMap::text(const char* key) const {
  const YAML::Node value = need(key);
  if (!value.IsScalar()) misprint(std::string("'") + key + "' must be a text");
  return value.Scalar();
}

std::string PackMap::text_or(const char* key, const char* otherwise) const { return has(key) ? text(key) : otherwise; }

int PackMap::whole(const char* key) const {
  int value = 0;
  if (!YAML::convert<int>::decode(need(key), value)) misprint(std::string("'") + key + "' must be a whole number");
  return value;
}

int PackMap::whole_from(const char* key, int least, int most) const {
  const int value = whole(key);
  if (value < least || value > most)
    misprint(std::string("'") + key + "' must be " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

double PackMap::number_from(const char* key, double least, double most) const {
  double value = 0;
  const YAML::Node node = need(key);
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !(value >= least) || value > most)
    misprint(std::string("'") + key + "' must be a number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

bool PackMap::yes_or_no(const char* key) const { return one_of(key, {"yes", "no"}) == "yes"; }

std::string PackMap::one_of(const char* key, std::initializer_list<std::string_view> words) const {
  const std::string value = text(key);
  std::string known;
  for (const auto word : words) {
    if (value == word) return value;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  misprint(std::string("'") + key + "' is '" + value + "', not one of " + known);
}

std::vector<YAML::Node> PackMap::list(const char* key) const {
  const YAML::Node value = need(key);
  if (!value.IsSequence()) misprint(std::string("'") + key + "' must be a list");
  return {value.begin(), value.end()};
}

std::vector<double> PackMap::numbers(const char* key) const {
  std::vector<double> all;
  for (const auto& node : list(key)) {
    double value = 0;
    if (!node.IsScalar() || !YAML::convert<double>::decode(node, value)) {
      misprint(std::string("'") + key + "' holds '" + (node.IsScalar() ? node.Scalar() : "...") +
               "', which is not a number");
    }
    all.push_back(value);
  }
  return all;
}

Validity read_validity(const PackMap& pack) {
  const PackMap valid = pack.map("valid");
  Validity validity;
  const auto from = parse_legal_day(valid.text("from"));
  if (!from) valid.misprint(from.error().detail);
  validity.from = *from;
  validity.trust = valid.has("trust") ? valid.trust() : "verified";
  if (valid.has("before")) {
    const auto before = parse_legal_day(valid.text("before"));
    if (!before) valid.misprint(before.error().detail);
    if (*before <= *from) valid.misprint("'before' is not after 'from'");
    validity.before = *before;
  }
  return validity;
}

}  // namespace celadon::standards
