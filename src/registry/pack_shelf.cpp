#include "registry/pack_shelf.hpp"

#include "systems/pack_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace celadon::registry {

namespace {

bool is_in(const std::filesystem::path& folder, const std::string& system) {
  std::error_code ignored;
  return std::filesystem::exists(folder / (system + ".yaml"), ignored);
}

/// Whole or not at all, and on the disk when it returns.
Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  const auto failed = [&] {
    return fail(Errc::io_failed, path.string() + " cannot be written: " + std::generic_category().message(errno));
  };
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failed();
  std::size_t written = 0;
  while (written < text.size()) {
    const auto count = ::write(file, text.data() + written, text.size() - written);
    if (count < 0) {
      ::close(file);
      return failed();
    }
    written += static_cast<std::size_t>(count);
  }
  const bool kept = ::fsync(file) == 0;
  ::close(file);
  if (!kept || ::rename(fresh.c_str(), path.c_str()) != 0) return failed();
  const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const systems::Catalogue>> PackShelf::read() const {
  const auto own = systems::pack_files({own_});
  if (!own) return fail(own.error());
  for (const auto& file : *own) {
    if (is_in(shipped_, file.stem().string())) {
      return fail(Errc::conflict, file.string() + ": the program has a pack of this name; rename the city's own");
    }
  }
  auto all = systems::read_systems({shipped_, own_});
  if (!all) return fail(all.error());
  return systems::make_catalogue(std::move(*all));
}

Result<PackShelf::Tried> PackShelf::try_out(const std::string& text) const {
  if (text.size() > bytes_max) return fail(Errc::too_large, "a pack may have 1 MiB at most", "body");
  auto system = systems::parse_system(text, "pack.yaml", systems::tables_in({shipped_, own_}));
  if (!system) return fail(system.error());
  Tried tried;
  tried.system = system->id;
  auto all = systems::read_systems({shipped_, own_});
  if (!all) return fail(all.error());
  std::erase_if(*all, [&](const systems::System& one) { return one.id == tried.system; });
  all->push_back(std::move(*system));
  auto catalogue = systems::make_catalogue(std::move(*all));
  if (!catalogue) return fail(catalogue.error());
  tried.catalogue = std::move(*catalogue);
  return tried;
}

Result<PackShelf::Tried> PackShelf::store(const std::string& system, const std::string& text) {
  const std::lock_guard lock(storing_);
  if (is_in(shipped_, system)) {
    return fail(Errc::refused, "pack " + system + " came with the program and is not replaced; give yours another name",
                "system");
  }
  auto tried = try_out(text);
  if (!tried) return fail(tried.error());
  if (tried->system != system) {
    return fail(Errc::invalid_value,
                "the address says " + system.substr(0, 40) + ", the pack says system: " + tried->system, "system");
  }
  std::error_code error;
  std::filesystem::create_directories(own_, error);
  if (error) return fail(Errc::io_failed, own_.string() + " cannot be made: " + error.message());
  if (auto written = write_file(own_ / (system + ".yaml"), text); !written) return fail(written.error());
  return tried;
}

}  // namespace celadon::registry
