#pragma once

#include <string>

namespace celadon::intake {

/// A port that speaks TLS: PEM files. With `client_ca` a device must show a certificate of that authority.
struct TlsFiles {
  std::string certificate, key, client_ca;
};

}  // namespace celadon::intake
