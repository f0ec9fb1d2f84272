#include "ledger/site_attributes.hpp"

#include <boost/json.hpp>

namespace celadon::ledger {
namespace {

boost::json::value attribute_of(const Site& site, std::string_view name) {
  boost::system::error_code error;
  const auto all = boost::json::parse(site.attributes, error);
  const auto* found = error || !all.is_object() ? nullptr : all.get_object().if_contains(name);
  return found == nullptr ? boost::json::value() : *found;
}

}  // namespace

bool is_marked(const Site& site, std::string_view name) { return attribute_of(site, name) == boost::json::value(true); }

std::string text_attribute(const Site& site, std::string_view name) {
  const auto value = attribute_of(site, name);
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

}  // namespace celadon::ledger
