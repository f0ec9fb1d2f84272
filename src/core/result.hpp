#pragma once

#include "core/expected.hpp"  // the only file that knows which compilers have std::expected

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace celadon {

/// What went wrong, as far as a caller can act on it. Add a name here and a row below.
enum class Errc : std::uint8_t {
  malformed,         ///< the input is not of the form it claims
  checksum_differs,  ///< bytes were damaged on the way
  invalid_value,     ///< well formed, but a field says something impossible
  unknown_code,      ///< a factor, command, property or edition that no pack defines
  not_found,
  conflict,   ///< it was changed meanwhile, or is not in the state this needs
  refused,    ///< understood, and not allowed
  too_large,  ///< over a written limit on size
  too_many,   ///< over a written limit on rate or number
  timed_out,
  io_failed,     ///< disk, network or library refused
  file_damaged,  ///< one of our own files is not as we wrote it
};

struct Error {
  Errc code;
  std::string detail;  ///< for a person: which input, which place, what was expected, what to do
  std::string field;   ///< the request field or column at fault; empty where there is none
};

template <class T>
using Result = Expected<T, Error>;

[[nodiscard]] inline Unexpected<Error> fail(Errc code, std::string detail, std::string field = {}) {
  return Unexpected<Error>{Error{code, std::move(detail), std::move(field)}};
}

/// Hands an error on unchanged.
[[nodiscard]] inline Unexpected<Error> fail(Error error) { return Unexpected<Error>{std::move(error)}; }

/// The one place that says how an error looks outside.
struct ErrcFace {
  Errc code;
  std::string_view slug;
  int http_status;
  int exit_code;
};

inline constexpr std::array errc_faces = {
    ErrcFace{Errc::malformed, "malformed", 400, 65},
    ErrcFace{Errc::checksum_differs, "checksum-differs", 400, 65},
    ErrcFace{Errc::invalid_value, "invalid-value", 422, 65},
    ErrcFace{Errc::unknown_code, "unknown-code", 422, 65},
    ErrcFace{Errc::not_found, "not-found", 404, 66},
    ErrcFace{Errc::conflict, "conflict", 409, 75},
    ErrcFace{Errc::refused, "refused", 403, 77},
    ErrcFace{Errc::too_large, "too-large", 413, 65},
    ErrcFace{Errc::too_many, "too-many", 429, 75},
    ErrcFace{Errc::timed_out, "timed-out", 504, 75},
    ErrcFace{Errc::io_failed, "io-failed", 503, 74},
    ErrcFace{Errc::file_damaged, "file-damaged", 500, 74},
};

constexpr bool faces_follow_enum_order() {
  for (std::size_t i = 0; i < errc_faces.size(); ++i) {
    if (static_cast<std::size_t>(errc_faces[i].code) != i) return false;
  }
  return errc_faces.size() == static_cast<std::size_t>(Errc::file_damaged) + 1;
}
static_assert(faces_follow_enum_order());

constexpr const ErrcFace& face(Errc code) { return errc_faces[static_cast<std::size_t>(code)]; }

}  // namespace celadon
