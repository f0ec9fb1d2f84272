#include "cli/command.hpp"
#include "intake/front_end.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <cstdio>
#include <memory>

namespace celadon::cli {
namespace {

struct FrontOptions {
  std::string listen = "0.0.0.0:9212", tls_listen = "0.0.0.0:9213", to;
  intake::TlsFiles tls;
};

/// "0.0.0.0:9212" or "[::]:9212".
Result<intake::FrontSettings::Port> read_port(const std::string& text, const char* option) {
  intake::FrontSettings::Port read;
  const std::size_t colon = text.rfind(':');
  const char* end = text.data() + text.size();
  const char* begin = colon == std::string::npos ? end : text.data() + colon + 1;
  const auto [stopped, fault] = std::from_chars(begin, end, read.port);
  if (fault != std::errc() || stopped != end)
    return fail(Errc::malformed, std::string(option) + " is '" + text + "'; expected address:port, as in 0.0.0.0:9212");
  read.address = text.substr(0, colon);
  if (read.address.starts_with('[') && read.address.ends_with(']'))
    read.address = read.address.substr(1, read.address.size() - 2);
  return read;
}

Result<int> run_front(const FrontOptions& options) {
  intake::FrontSettings settings;
  settings.to = options.to;
  auto plain = read_port(options.listen, "--listen");
  if (!plain) return fail(plain.error());
  settings.ports.push_back(std::move(*plain));
  if (!options.tls.certificate.empty()) {
    auto secure = read_port(options.tls_listen, "--tls-listen");
    if (!secure) return fail(secure.error());
    secure->tls = options.tls;
    settings.ports.push_back(std::move(*secure));
  }
  boost::asio::io_context io(1);
  intake::FrontEnd front(io, settings,
                         [](const std::string& line) { std::fprintf(stderr, "celadon: %s\n", line.c_str()); });
  const auto taken = front.start();
  if (!taken) return fail(taken.error());
  for (std::size_t i = 0; i < taken->size(); ++i) {
    const auto& port = settings.ports[i];
    std::printf("HJ 212 front%s: %s:%u for %s; stop with Ctrl-C\n", port.tls ? " with TLS" : "", port.address.c_str(),
                (*taken)[i], options.to.c_str());
  }
  std::fflush(stdout);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { front.stop([&io] { io.stop(); }); });
  io.run();
  return 0;
}

}  // namespace

void add_front(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "front", "A front (前置机): holds devices' connections and hands their bytes to the server over one link");
  auto options = std::make_shared<FrontOptions>();
  command->add_option("--listen", options->listen, "address:port for devices; port 0 lets the system choose")
      ->capture_default_str();
  command->add_option("--to", options->to, "the server's socket for fronts: what --gateway-front-socket names there")
      ->required();
  add_tls_options(*command, options->tls);
  command->add_option("--tls-listen", options->tls_listen, "address:port for devices with TLS, with --tls-cert")
      ->capture_default_str();
  command->footer(
      "Example:\n  celadon serve --data data --gateway-front-socket data/front.sock\n"
      "  celadon front --listen 0.0.0.0:9212 --to data/front.sock\n"
      "It keeps nothing and answers nothing: docs/hj212.md tells how it is set up, also on another machine.");
  command->callback([options, &context] {
    const auto result = run_front(*options);
    context.exit_code = result ? *result : report(result.error());
  });
}

}  // namespace celadon::cli
