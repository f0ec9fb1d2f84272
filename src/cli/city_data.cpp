#include "cli/city_data.hpp"

#include "watch/city.hpp"

#include <cstdio>

namespace celadon::cli {

Result<std::unique_ptr<CityData>> open_city_data(const std::filesystem::path& packs, const std::string& city,
                                                 const std::filesystem::path& data) {
  auto open = std::make_unique<CityData>();
  auto library = standards::read_library(packs);
  if (!library) return fail(library.error());
  open->library = std::move(*library);
  auto pack = intake::read_city_pack(packs / "cities" / city);
  if (!pack) return fail(pack.error());
  open->city = std::move(*pack);
  auto feeds = intake::read_feed_columns(packs / "feeds.csv");
  if (!feeds) return fail(feeds.error());
  open->feeds = std::move(*feeds);
  auto rules = watch::read_stream_rules(packs);
  if (!rules) return fail(rules.error());

  auto ledger = ledger::Ledger::open(data / "ledger");
  if (!ledger) return fail(ledger.error());
  open->ledger = std::move(*ledger);
  archive::Options archive_options;
  archive_options.before_commit = [&ledger = *open->ledger] { return ledger.settle_series(); };
  auto archive = archive::Archive::open(data / "archive", std::move(archive_options));
  if (!archive) return fail(archive.error());
  open->archive = std::move(*archive);
  if (auto loaded = watch::load_city(*open->ledger, open->city); !loaded) return fail(loaded.error());
  auto sites = watch::site_index(*open->ledger, open->city);
  if (!sites) return fail(sites.error());
  open->sites = std::move(*sites);
  watch::StreamOptions options;
  options.trouble = [](const Error& error) { std::fprintf(stderr, "celadon: %s\n", error.detail.c_str()); };
  auto stream = watch::Stream::open(*open->archive, *open->ledger, open->library.properties, std::move(*rules),
                                    std::move(options));
  if (!stream) return fail(stream.error());
  open->stream = std::move(*stream);
  return open;
}

Result<intake::ImportSummary> import_into(CityData& data, const ImportFile& request) {
  auto source = intake::ByteSource::open(request.file);
  if (!source) return fail(source.error());
  intake::ImportRequest import;
  if (!request.format.empty()) {
    const auto format = intake::parse_format(request.format);
    if (!format) return fail(format.error());
    import.format = *format;
  } else {
    const auto opening = source->peek();
    if (!opening) return fail(opening.error());
    const auto format = intake::recognise(*opening);
    if (!format) return fail(format.error().code, request.file.string() + ": " + format.error().detail);
    import.format = *format;
  }
  import.from = request.from;
  import.until = request.until;
  import.errors_file = request.errors;
  auto ports =
      watch::import_ports(*data.ledger, *data.archive, *data.stream, data.library.properties, *data.sites,
                          {"import " + std::string(intake::to_text(*import.format)), request.file.filename().string()});
  if (request.show_progress) {
    ports.progress = [&](const intake::ImportProgress& p) {
      const double share =
          p.bytes_total == 0 ? 1 : static_cast<double>(p.bytes_read) / static_cast<double>(p.bytes_total);
      std::fprintf(stderr, "\r%s: %3.0f %%, %llu rows ", request.file.filename().c_str(), share * 100,
                   static_cast<unsigned long long>(p.rows_read));
    };
  }
  auto summary = intake::import_file(*source, import, data.feeds, ports);
  if (request.show_progress) std::fprintf(stderr, "\r\033[K");
  return summary;
}

}  // namespace celadon::cli
