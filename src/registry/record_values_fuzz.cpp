#include "core/assert.hpp"
#include "registry/record_body.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

using namespace celadon;

namespace {

systems::Register register_of_every_type() {
  using systems::FieldType;
  static constexpr std::array fields = {std::pair{"name", FieldType::text},   std::pair{"capacity", FieldType::number},
                                        std::pair{"yes", FieldType::yes_no},  std::pair{"day", FieldType::date},
                                        std::pair{"at", FieldType::time},     std::pair{"kind", FieldType::code},
                                        std::pair{"place", FieldType::point}, std::pair{"way", FieldType::line},
                                        std::pair{"land", FieldType::area},   std::pair{"files", FieldType::files},
                                        std::pair{"gone", FieldType::whole}};
  systems::Register type;
  type.id = "every";
  for (const auto& [id, kind] : fields) {
    systems::Field field;
    field.id = id;
    field.type = kind;
    field.many = kind == FieldType::code;
    type.fields.push_back(std::move(field));
  }
  return type;
}

}  // namespace

/// Values that are taken come back as they were; what is refused names at least one thing that is wrong.
int fuzz(const std::uint8_t* data, std::size_t size) {
  static const systems::Register type = register_of_every_type();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto values = registry::values_of_json(type, text);
  if (!values) {
    CELADON_ASSERT(!values.error().error.detail.empty());
    return 0;
  }
  std::string again = "{";
  for (const auto& [name, value] : *values)
    again += (again.size() > 1 ? ",\"" : "\"") + name + "\":" + registry::value_json(value);
  again += "}";
  const auto second = registry::values_of_json(type, again);
  CELADON_ASSERT(second && *second == *values);
  return 0;
}
