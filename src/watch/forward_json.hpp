#pragma once

#include "watch/forward_desk.hpp"

namespace celadon::watch {

// Upstreams and dead letters as the JSON bodies of their revisions.

[[nodiscard]] std::string to_body(const intake::UpstreamSettings& settings);
[[nodiscard]] std::string to_body(const DeadLetterEntry& entry);

/// Errors   file_damaged naming the entry and the field: the body is ours and not as we write it.
[[nodiscard]] Result<intake::UpstreamSettings> upstream_of(const ledger::Revision& revision);
[[nodiscard]] Result<DeadLetterEntry> dead_letter_of(const ledger::Revision& revision);

/// "<upstream>/<batch, 12 digits>-<position>": the entries of an upstream stand together, in the order of the log.
[[nodiscard]] std::string entry_id(const std::string& upstream, intake::LogPlace place);

}  // namespace celadon::watch
