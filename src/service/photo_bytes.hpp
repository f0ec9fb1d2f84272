#pragma once

#include <string>
#include <string_view>

namespace celadon::service {

/// Whether a file of this type may be shown to everybody: those without_traces() knows, and PDF.
[[nodiscard]] bool may_be_shown(std::string_view media_type);

/// A JPEG or PNG without what its camera wrote beside the picture: place, time, device, thumbnail, comments. Other bytes
/// stay as they are; so does the rest of a file from where it is damaged.
///
/// Source   ITU-T T.81 B.1 (segments), PNG specification 5.3 (chunks).
[[nodiscard]] std::string without_traces(std::string bytes);

}  // namespace celadon::service
