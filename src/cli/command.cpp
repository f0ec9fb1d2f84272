#include "cli/command.hpp"

#include "intake/tls_files.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>

namespace celadon::cli {

int report(const Error& error) {
  std::fprintf(stderr, "celadon: %s\n", error.detail.c_str());
  return face(error.code).exit_code;
}

const std::atomic<bool>& told_to_end() {
  static std::atomic<bool> told{false};
  std::signal(SIGINT, [](int) { told = true; });
  std::signal(SIGTERM, [](int) { told = true; });
  return told;
}

void add_tls_options(CLI::App& command, intake::TlsFiles& files) {
  auto* certificate =
      command.add_option("--tls-cert", files.certificate, "PEM file of the certificate chain that devices are shown");
  auto* key = command.add_option("--tls-key", files.key, "PEM file of its private key");
  certificate->needs(key);
  key->needs(certificate);
  command
      .add_option("--tls-client-ca", files.client_ca, "PEM file: a device must show a certificate of this authority")
      ->needs(certificate);
}

}  // namespace celadon::cli
