#pragma once

#include "ledger/ledger.hpp"

namespace celadon::ledger {

// Typed register entries as the JSON bodies of their revisions. Boost.JSON stays in the .cpp.

[[nodiscard]] std::string to_body(const Site& site);
[[nodiscard]] std::string to_body(const Device& device);

/// Errors   file_damaged naming kind, id, revision and field: the body is ours and not as we write it.
[[nodiscard]] Result<Site> site_of(const Revision& revision);
[[nodiscard]] Result<Device> device_of(const Revision& revision);

/// Errors   invalid_value with field body unless the text is one JSON object of at most 1 MiB.
[[nodiscard]] Result<void> check_body(const std::string& body);
/// Whether two bodies say the same, whatever the order of their fields. Both must have passed check_body.
[[nodiscard]] bool same_body(const std::string& a, const std::string& b);

}  // namespace celadon::ledger
