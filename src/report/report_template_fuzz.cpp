#include "report/document.hpp"
#include "report/template.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever the text is, the answer is a template or a reason with file and line; a template without values never
// breaks.

int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto form = celadon::report::parse_template(text, "fuzz.md");
  if (!form) {
    if (!form.error().detail.starts_with("fuzz.md:")) std::abort();
    return 0;
  }
  for (const char* lang : {"zh", "en"}) {
    celadon::report::Making making;
    making.lang = lang;
    const auto document = celadon::report::make_document(*form, {}, making);
    if (!document && document.error().detail.empty()) std::abort();
  }
  return 0;
}
