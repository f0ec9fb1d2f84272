#include "cli/raster.hpp"

#include "cli/command.hpp"
#include "core/yaml_fields.hpp"
#include "service/map_pack.hpp"
#include "service/raster_shelf.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

namespace fs = std::filesystem;

struct AddOptions {
  std::string file, data = "data";
  bool is_classes = false;
  service::RasterFace face;
};

Result<void> add(const AddOptions& options, const Context& context) {
  const auto map = service::read_map_pack(context.packs);
  if (!map) return fail(map.error());
  service::RasterFace face = options.face;
  face.file = options.file;
  face.smooth = !options.is_classes;
  const auto added = service::RasterShelf::add(fs::path(options.data) / "rasters", std::move(face), map->ramps);
  if (!added) return fail(added.error());
  std::printf("%s: /tiles/%s/{z}/{x}/{y}.png\n", added->id.c_str(), added->id.c_str());
  return {};
}

Result<void> list(const std::string& data, const Context& context) {
  const auto map = service::read_map_pack(context.packs);
  if (!map) return fail(map.error());
  service::RasterShelf shelf(fs::path(data) / "rasters", map->ramps, [](const Error& error) { report(error); });
  for (const auto& raster : shelf.all()) {
    const auto& face = raster->face;
    std::printf("%s  %d x %d  %s  %s  %s\n", face.id.c_str(), raster->file->width(), raster->file->height(),
                face.ramp.c_str(), face.title_zh.c_str(), face.title_en.c_str());
  }
  return {};
}

}  // namespace

Result<void> add_demo_rasters(const fs::path& folder, const fs::path& demo, const std::vector<service::Ramp>& ramps) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(demo / "rasters", error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (fs::exists(folder / file.filename(), error)) continue;
    const auto text = read_pack(file);
    if (!text) return fail(text.error());
    auto face = service::parse_raster(*text, file.stem().string());
    if (!face) return fail(face.error());
    face->file = (demo / "rasters" / face->file).string();
    if (const auto added = service::RasterShelf::add(folder, std::move(*face), ramps); !added)
      return fail(added.error());
  }
  return {};
}

void add_raster(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("raster", "Rasters on the map: GeoTIFF and Arc ASCII grids");
  command->require_subcommand(1);

  auto* adding = command->add_subcommand("add", "Copy a raster into the data folder as a layer of the map");
  const auto options = std::make_shared<AddOptions>();
  adding->add_option("file", options->file, "GeoTIFF, or Arc ASCII grid; its first band is shown")->required();
  adding->add_option("--data", options->data, "data folder")->capture_default_str();
  adding->add_option("--id", options->face.id, "name of the layer: letters a to z, digits, '-'")->required();
  adding->add_option("--title-zh", options->face.title_zh, "title in Chinese")->required();
  adding->add_option("--title-en", options->face.title_en, "title in English")->required();
  adding->add_option("--ramp", options->face.ramp, "colours, of packs/map/ramps.yaml")->required();
  adding->add_option("--crs", options->face.crs, "reference system, as in EPSG:4547; what the file says when absent");
  adding->add_option("--source-zh", options->face.source_zh, "where it comes from, in Chinese");
  adding->add_option("--source-en", options->face.source_en, "where it comes from, in English");
  adding->add_flag("--classes", options->is_classes, "its values are classes: nothing is worked out between them");
  adding->footer("Example:\n  celadon raster add dem.tif --id dem --title-zh 高程 --title-en Elevation --ramp elevation");
  adding->callback([options, &context] {
    if (const auto added = add(*options, context); !added) context.exit_code = report(added.error());
  });

  auto* listing = command->add_subcommand("list", "The rasters of a data folder");
  const auto data = std::make_shared<std::string>("data");
  listing->add_option("--data", *data, "data folder")->capture_default_str();
  listing->callback([data, &context] {
    if (const auto listed = list(*data, context); !listed) context.exit_code = report(listed.error());
  });
}

}  // namespace celadon::cli
