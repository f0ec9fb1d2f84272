#include "service/cut_off_imports.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>

namespace celadon::service {

std::int64_t close_cut_off_imports(const Parts& parts, const char* kind, const std::string& upload,
                                   const std::function<std::optional<std::string>(const boost::json::object&)>& why) {
  std::int64_t next = 1;
  const auto past = parts.ledger.list(kind);
  if (!past) return next;
  for (const auto& one : *past) {
    next = std::max(next, static_cast<std::int64_t>(std::atoll(one.id.c_str())) + 1);
    boost::system::error_code failed;
    auto body = boost::json::parse(one.body, failed);
    if (failed || !body.is_object()) continue;
    auto& object = body.get_object();
    auto told = why(object);
    if (!told) continue;
    object["state"] = "failed";
    object["error"] = *told;
    static_cast<void>(parts.ledger.put({kind,
                                        one.id,
                                        boost::json::serialize(body),
                                        parts.clock(),
                                        one.who,
                                        "cut off by a stop of the program",
                                        {}}));
    std::error_code ignored;
    std::filesystem::remove(parts.data / "imports" / (upload + one.id), ignored);
  }
  return next;
}

}  // namespace celadon::service
