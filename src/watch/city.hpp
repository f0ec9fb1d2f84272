#pragma once

#include "archive/archive.hpp"
#include "intake/city_pack.hpp"
#include "intake/import_file.hpp"
#include "intake/reviewed_pairs.hpp"
#include "intake/site_index.hpp"
#include "ledger/ledger.hpp"
#include "standards/properties.hpp"
#include "watch/stream.hpp"

namespace celadon::watch {

/// Writes the sites, devices and plan targets of a city pack into the ledger; what is there already is not written
/// again.
[[nodiscard]] Result<void> load_city(ledger::Ledger& ledger, const intake::CityPack& pack);

/// The sites of the ledger as importers look for them.
[[nodiscard]] Result<intake::SiteIndex> site_index(const ledger::Ledger& ledger, const intake::CityPack& pack);

/// What an import needs, over the stream. All arguments must outlive the ports.
[[nodiscard]] intake::ImportPorts import_ports(ledger::Ledger& ledger, const archive::Archive& archive, Stream& stream,
                                               const standards::Properties& properties, const intake::SiteIndex& sites,
                                               Source source);

/// What reading a table of pairs needs. Both arguments must outlive the ports.
[[nodiscard]] intake::PairPorts pair_ports(const standards::Properties& properties, const intake::SiteIndex& sites);

/// Raw values on their way in from the desk of review, as those of any import. The stream must outlive it.
[[nodiscard]] std::function<Result<void>(Observations)> raw_store(Stream& stream, Source source);

}  // namespace celadon::watch
