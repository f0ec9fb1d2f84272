#include "service/public_face.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

int fuzz(const std::uint8_t* data, std::size_t size);

/// Any text is read or refused by file and line; open data that were read have a publisher.
int fuzz(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  celadon::service::PublicFace words, city;
  static_cast<void>(celadon::service::parse_public_words(text, "words.yaml", words));
  const auto read = celadon::service::parse_city_public(text, "public.yaml", city);
  if (read && !city.sets.empty() && city.publisher.zh.empty()) std::abort();
  return 0;
}
