#include "standards/pack_file.hpp"

#include <fstream>
#include <iterator>

namespace celadon::standards {

Result<std::string> read_pack_file(const std::filesystem::path& file) {
  constexpr std::size_t bytes_max = 8 << 20;
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Errc::not_found, file.string() + ": cannot be opened");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > bytes_max) return fail(Errc::too_large, file.string() + ": more than 8 MiB is no pack file");
  return text;
}

}  // namespace celadon::standards
