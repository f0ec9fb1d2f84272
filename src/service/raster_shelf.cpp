#include "service/raster_shelf.hpp"

#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <fstream>

namespace celadon::service {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t rasters_max = 200;
constexpr std::size_t note_bytes_max = 400;

/// A file as far as it matters whether it is the one seen before.
std::string state_of(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  return file.filename().string() + ":" + std::to_string(bytes) + ":" + std::to_string(time) + "\n";
}

std::vector<fs::path> yaml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  if (files.size() > rasters_max) files.resize(rasters_max);
  return files;
}

/// Text as a YAML scalar between double quotes.
std::string yaml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

const Ramp* ramp_of(const std::vector<Ramp>& ramps, const std::string& id) {
  const auto found = std::find_if(ramps.begin(), ramps.end(), [&](const Ramp& ramp) { return ramp.id == id; });
  return found == ramps.end() ? nullptr : &*found;
}

Unexpected<Error> no_ramp(const std::vector<Ramp>& ramps, const std::string& place, const std::string& id) {
  std::string names;
  for (const auto& ramp : ramps) names += (names.empty() ? "" : ", ") + ramp.id;
  return fail(Errc::invalid_value, place + "there is no ramp '" + id.substr(0, 40) + "'; there are " + names, "ramp");
}

}  // namespace

bool is_raster_id(std::string_view id) {
  return !id.empty() && id.size() <= 40 && id.front() != '-' && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Result<RasterFace> parse_raster(std::string_view text, const std::string& id) {
  RasterFace face;
  face.id = id;
  const std::string name = id + ".yaml";
  if (!is_raster_id(id)) {
    return fail(Errc::invalid_value,
                name.substr(0, 80) + ": the name of a raster has letters a to z, digits and '-', at most 40", "id");
  }
  int entries = 0;
  const auto read = read_yaml_list(text, name, "rasters", [&](YamlFields& fields) {
    fields.only(std::array{"file", "title_zh", "title_en", "ramp", "crs", "smooth", "source_zh", "source_en"});
    if (++entries > 1) fields.refuse(nullptr, "is a second entry; each raster has a file of its own");
    face.file = fields.text("file");
    if (fs::path(face.file).filename() != face.file || face.file == "." || face.file == "..")
      fields.refuse("file", "expected the name of a file in the same folder");
    face.title_zh = fields.text("title_zh");
    face.title_en = fields.text("title_en");
    face.ramp = fields.text("ramp");
    face.crs = fields.text_or("crs", "");
    face.smooth = !fields.has("smooth") || fields.boolean("smooth");
    face.source_zh = fields.text_or("source_zh", "");
    face.source_en = fields.text_or("source_en", "");
    for (const auto& [field, words] : {std::pair{"title_zh", &face.title_zh},
                                       {"title_en", &face.title_en},
                                       {"source_zh", &face.source_zh},
                                       {"source_en", &face.source_en},
                                       {"file", &face.file},
                                       {"crs", &face.crs}}) {
      if (words->size() > note_bytes_max) fields.refuse(field, "is longer than 400 bytes");
    }
  });
  if (!read) return fail(read.error());
  if (entries == 0) return fail(Errc::malformed, name + ": the list 'rasters' is empty; one entry is expected");
  return face;
}

RasterShelf::RasterShelf(fs::path folder, const std::vector<Ramp>& ramps, std::function<void(const Error&)> trouble)
    : folder_(std::move(folder)), ramps_(ramps), trouble_(std::move(trouble)) {}

Result<std::shared_ptr<const Raster>> RasterShelf::read(const fs::path& yaml) const {
  const auto text = read_pack(yaml);
  if (!text) return fail(text.error());
  auto face = parse_raster(*text, yaml.stem().string());
  if (!face) return fail(face.error());
  const Ramp* ramp = ramp_of(ramps_, face->ramp);
  if (ramp == nullptr) return no_ramp(ramps_, face->id + ".yaml: ", face->ramp);
  auto file = RasterFile::open(folder_ / face->file, face->crs);
  if (!file) return fail(file.error());
  const std::string version = state_of(yaml) + state_of(folder_ / face->file);
  return std::make_shared<const Raster>(Raster{std::move(*face), *ramp, std::move(*file), version});
}

void RasterShelf::look() {
  const auto files = yaml_files(folder_);
  std::string seen;
  for (const auto& file : files) seen += state_of(file);
  if (seen == seen_) return;
  seen_ = std::move(seen);
  rasters_.clear();
  for (const auto& file : files) {
    auto raster = read(file);
    if (raster)
      rasters_.emplace((*raster)->face.id, std::move(*raster));
    else if (trouble_)
      trouble_({raster.error().code, "a raster is left out: " + raster.error().detail, raster.error().field});
  }
}

std::vector<std::shared_ptr<const Raster>> RasterShelf::all() {
  const std::lock_guard lock(mutex_);
  look();
  std::vector<std::shared_ptr<const Raster>> rasters;
  for (const auto& [id, raster] : rasters_) rasters.push_back(raster);
  return rasters;
}

std::shared_ptr<const Raster> RasterShelf::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  auto found = rasters_.find(id);
  if (found == rasters_.end()) {
    look();
    found = rasters_.find(id);
  }
  return found == rasters_.end() ? nullptr : found->second;
}

Result<RasterFace> RasterShelf::add(const fs::path& folder, RasterFace face, const std::vector<Ramp>& ramps) {
  if (!is_raster_id(face.id)) {
    return fail(Errc::invalid_value,
                "'" + face.id.substr(0, 40) + "' cannot name a raster: letters a to z, digits and '-', at most 40", "id");
  }
  if (face.title_zh.empty() || face.title_en.empty())
    return fail(Errc::invalid_value, "a raster needs a title in Chinese and one in English", "title");
  if (ramp_of(ramps, face.ramp) == nullptr) return no_ramp(ramps, "", face.ramp);
  const fs::path yaml = folder / (face.id + ".yaml");
  std::error_code error;
  if (fs::exists(yaml, error)) {
    return fail(Errc::conflict,
                "there is a raster '" + face.id + "' already; take " + yaml.string() + " away or choose another id", "id");
  }
  const fs::path from = face.file;
  if (const auto readable = RasterFile::open(from, face.crs); !readable) return fail(readable.error());
  face.file = face.id + from.extension().string();
  fs::create_directories(folder, error);
  if (!error) fs::copy_file(from, folder / face.file, fs::copy_options::overwrite_existing, error);
  if (error)
    return fail(Errc::io_failed, "cannot copy " + from.string() + " to " + folder.string() + ": " + error.message());
  const fs::path fresh = folder / (face.id + ".yaml.new");
  std::ofstream out(fresh);
  out << "rasters:\n  - file: " << yaml_text(face.file) << "\n    title_zh: " << yaml_text(face.title_zh)
      << "\n    title_en: " << yaml_text(face.title_en) << "\n    ramp: " << face.ramp;
  if (!face.crs.empty()) out << "\n    crs: " << yaml_text(face.crs);
  if (!face.smooth) out << "\n    smooth: false";
  if (!face.source_zh.empty()) out << "\n    source_zh: " << yaml_text(face.source_zh);
  if (!face.source_en.empty()) out << "\n    source_en: " << yaml_text(face.source_en);
  out << "\n";
  out.close();
  if (out) fs::rename(fresh, yaml, error);
  if (!out || error) return fail(Errc::io_failed, "cannot write " + yaml.string() + "; is the disk full?");
  return face;
}

}  // namespace celadon::service
