#include "cli/hj212_pack.hpp"

namespace celadon::cli {

Result<intake::Hj212Tables> read_hj212_pack(const std::filesystem::path& packs,
                                            const standards::Properties& properties) {
  return intake::read_hj212_tables(
      packs, properties.units(),
      [&properties](std::string_view id) -> std::optional<std::pair<std::string, std::string>> {
        const auto* property = properties.find(id);
        if (property == nullptr) return std::nullopt;
        return std::pair{property->name_zh, property->name_en};
      });
}

}  // namespace celadon::cli
