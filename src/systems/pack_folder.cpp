#include "systems/pack_folder.hpp"

#include "core/yaml_fields.hpp"

#include <map>
#include <string>

namespace celadon::systems {

TableReader tables_in(std::vector<std::filesystem::path> folders) {
  return [folders = std::move(folders)](const std::string& path) -> Result<std::string> {
    std::error_code ignored;
    for (const auto& folder : folders) {
      if (!std::filesystem::is_regular_file(folder / path, ignored)) continue;
      auto text = read_pack(folder / path);
      if (!text) return fail(text.error().code, path + ": " + text.error().detail);
      return text;
    }
    return fail(Errc::not_found, "there is no table '" + path + "' in packs/systems");
  };
}

Result<System> read_system_file(const std::filesystem::path& file, const TableReader& table) {
  const auto text = read_pack(file);
  if (!text) return fail(text.error());
  const auto name = file.filename().string();
  auto system = parse_system(*text, name, table);
  if (system && file.stem() != system->id)
    return fail(Errc::invalid_value,
                name + ":" + std::to_string(system->line) + ": system: '" + system->id + "' belongs into the file " +
                    system->id + ".yaml",
                "system");
  return system;
}

Result<std::vector<std::filesystem::path>> pack_files(const std::vector<std::filesystem::path>& folders) {
  std::map<std::string, std::filesystem::path> by_name;
  for (const auto& folder : folders) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) continue;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".yaml") by_name[entry->path().filename().string()] = entry->path();
    }
    if (error) return fail(Errc::io_failed, folder.string() + " cannot be listed: " + error.message());
  }
  std::vector<std::filesystem::path> files;
  for (auto& [name, file] : by_name) files.push_back(std::move(file));
  return files;
}

Result<std::vector<System>> read_systems(const std::vector<std::filesystem::path>& folders) {
  const auto files = pack_files(folders);
  if (!files) return fail(files.error());
  const TableReader table = tables_in({folders.rbegin(), folders.rend()});
  std::vector<System> systems;
  for (const auto& file : *files) {
    auto system = read_system_file(file, table);
    if (!system) return fail(system.error());
    systems.push_back(std::move(*system));
  }
  return systems;
}

}  // namespace celadon::systems
