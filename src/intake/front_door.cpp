#include "intake/front_door.hpp"

#include "intake/front_link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>

#include <filesystem>

namespace celadon::intake {
namespace {

using Local = asio::local::stream_protocol;

constexpr auto link_accept_pause = std::chrono::milliseconds(100);

/// A server that was killed leaves its socket behind; one that lives answers there.
Result<void> clear_the_way(asio::io_context& io, const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  if (status.type() != std::filesystem::file_type::socket)
    return fail(Errc::io_failed, path + " is there already and is no socket; choose another path for fronts");
  Local::socket probe(io);
  error_code refused;
  probe.connect(Local::endpoint(path), refused);
  if (!refused) return fail(Errc::conflict, "another server takes the links of fronts at " + path);
  std::filesystem::remove(path, error);
  if (error) return fail(Errc::io_failed, path + " cannot be replaced: " + error.message());
  return {};
}

}  // namespace

FrontDoor::FrontDoor(asio::io_context& io, std::string path, Tell tell, Admit admit)
    : io_(io),
      path_(std::move(path)),
      tell_(std::move(tell)),
      admit_(std::move(admit)),
      acceptor_(asio::make_strand(io)) {}

Result<std::shared_ptr<FrontDoor>> FrontDoor::open(asio::io_context& io, std::string path, Tell tell, Admit admit) {
  if (path.empty() || path.size() > socket_path_bytes_max)
    return fail(Errc::io_failed, "the path of a socket has 1 to " + std::to_string(socket_path_bytes_max) +
                                     " bytes; '" + path + "' has " + std::to_string(path.size()));
  if (auto clear = clear_the_way(io, path); !clear) return fail(clear.error());
  const auto door = std::make_shared<FrontDoor>(io, path, std::move(tell), std::move(admit));
  error_code error;
  door->acceptor_.open(Local(), error);
  if (!error) door->acceptor_.bind(Local::endpoint(path), error);
  // Nobody gets through before it listens, so that the mode is set in time.
  if (!error && chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) error = {errno, boost::system::system_category()};
  if (!error) door->acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::io_failed, "the links of fronts cannot be taken at " + path + ": " + error.message());
  return door;
}

void FrontDoor::begin() { asio::co_spawn(acceptor_.get_executor(), accept_loop(shared_from_this()), asio::detached); }

void FrontDoor::stop() {
  stopping_ = true;
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    std::error_code none;
    std::filesystem::remove(self->path_, none);
    for (const auto& weak : self->all_) {
      if (const auto link = weak.lock()) asio::post(link->strand(), [link] { link->say_farewell(); });
    }
  });
}

asio::awaitable<void> FrontDoor::accept_loop(std::shared_ptr<FrontDoor> self) {
  while (true) {
    error_code error;
    FrontLink::Strand strand = asio::make_strand(self->io_);
    Local::socket socket(strand);
    co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (self->stopping_) co_return;
    if (error) {
      co_await pause(link_accept_pause);
      continue;
    }
    std::erase_if(self->all_, [](const auto& link) { return link.expired(); });
    const auto link = std::make_shared<FrontLink>(plain_wire(std::move(socket)), strand, self);
    self->all_.push_back(link);
    asio::co_spawn(strand, serve(self, link), asio::detached);
  }
}

asio::awaitable<void> FrontDoor::serve(std::shared_ptr<FrontDoor> self, std::shared_ptr<FrontLink> link) {
  const std::string why = co_await link->run();
  if (!self->stopping_) self->tell_("the link of a front was closed: " + why);
}

}  // namespace celadon::intake
