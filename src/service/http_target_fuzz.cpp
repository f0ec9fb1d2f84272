#include "service/http.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any target is taken apart or refused; a route is answered for every path.
int fuzz(const std::uint8_t* data, std::size_t size) {
  using namespace celadon::service;
  static const Router router = [] {
    Router one;
    one.add(
        {"GET", "/tiles/{layer}/{z}/{x}/{y}.mvt", "", {{"a", ""}}, [](const Request& r) -> celadon::Result<Response> {
           if (r.path_values.size() != 4) std::abort();
           static_cast<void>(r.time("a"));
           static_cast<void>(r.whole("a", 0, 0, 9));
           return json_response("1");
         }});
    return one;
  }();
  Request request;
  request.method = "GET";
  if (!parse_target({reinterpret_cast<const char*>(data), size}, request)) return 0;
  const Response response = router.answer(std::move(request));
  if (response.status < 200 || response.status > 599) std::abort();
  return 0;
}
