#include "intake/front_end.hpp"

#include "intake/front_device.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <unordered_map>

namespace celadon::intake {
namespace {

using std::chrono::steady_clock;
using LocalStream = asio::local::stream_protocol;

constexpr auto first_link_pause = std::chrono::milliseconds(100);
constexpr auto longest_link_pause = std::chrono::milliseconds(2000);
constexpr auto link_holds_after = std::chrono::seconds(5);
constexpr auto out_of_files_pause = std::chrono::milliseconds(100);
constexpr auto look_at_leaving = std::chrono::milliseconds(500);
constexpr auto leaving_max = std::chrono::seconds(10);  // to send what a closed device is owed, and at the stop

}  // namespace

class FrontEnd::Impl : public std::enable_shared_from_this<FrontEnd::Impl> {
 public:
  Impl(asio::io_context& io, FrontSettings settings, std::function<void(const std::string&)> tell)
      : io_(io), settings_(std::move(settings)), tell_(std::move(tell)) {}

  Result<std::vector<std::uint16_t>> start() {
    raise_descriptor_limit();
    if (settings_.to.empty() || settings_.to.size() > socket_path_bytes_max)
      return fail(Errc::invalid_value, "'" + settings_.to + "' is no path of a socket: it has 1 to " +
                                           std::to_string(socket_path_bytes_max) + " bytes");
    std::vector<std::uint16_t> taken;
    for (const auto& port : settings_.ports) {
      Door door{port, nullptr, nullptr};
      if (auto ready = take(door); !ready) return fail(ready.error());
      if (port.tls) {
        auto context = tls_context(*port.tls);
        if (!context) return fail(context.error());
        door.tls = std::move(*context);
      }
      taken.push_back(door.port.port);
      doors_.push_back(std::move(door));
    }
    asio::co_spawn(io_, keep_link(shared_from_this()), asio::detached);
    asio::co_spawn(io_, look_after(weak_from_this()), asio::detached);
    return taken;
  }

  void stop(std::function<void()> done) {
    stopping_ = true;
    shut_doors();
    for (const auto& [channel, device] : channels_) device->say_end();
    asio::co_spawn(io_, wait_for_the_last(shared_from_this(), std::move(done)), asio::detached);
  }

 private:
  /// A port, taken all the time so that nobody else gets it, and listening while the link is up.
  struct Door {
    FrontSettings::Port port;
    std::shared_ptr<tcp::acceptor> acceptor;  ///< null where the port could not be taken again
    std::shared_ptr<asio::ssl::context> tls;
  };

  Result<void> take(Door& door) {
    auto acceptor = take_port(io_.get_executor(), door.port.address, door.port.port);
    if (!acceptor) {
      Error error = acceptor.error();
      if (error.code == Errc::io_failed) error.detail = "the front " + error.detail;
      return fail(std::move(error));
    }
    door.acceptor = std::make_shared<tcp::acceptor>(std::move(*acceptor));
    error_code ignored;
    door.port.port = door.acceptor->local_endpoint(ignored).port();
    return {};
  }

  Result<void> open_doors() {
    for (auto& door : doors_) {
      if (!door.acceptor) {
        if (auto taken = take(door); !taken) return fail(taken.error());
      }
      if (auto listening = begin_to_listen(*door.acceptor); !listening)
        return fail(Errc::io_failed, "the front " + listening.error().detail);
      asio::co_spawn(io_, accept_loop(shared_from_this(), door.acceptor, door.tls), asio::detached);
    }
    return {};
  }

  void shut_doors() {
    for (auto& door : doors_) {
      error_code ignored;
      if (door.acceptor) door.acceptor->close(ignored);
      door.acceptor.reset();
      if (!stopping_) static_cast<void>(take(door));  // where it fails, open_doors() tries again and says why
    }
  }

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, std::shared_ptr<tcp::acceptor> acceptor,
                                           std::shared_ptr<asio::ssl::context> tls) {
    while (true) {
      error_code error;
      tcp::socket socket(self->io_);
      co_await acceptor->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!acceptor->is_open()) co_return;
      if (error) {
        co_await pause(out_of_files_pause);
        continue;
      }
      const auto peer = socket.remote_endpoint(error);
      if (!error) self->admit(device_wire(std::move(socket), tls), peer);
    }
  }

  void admit(std::shared_ptr<Wire> wire, const tcp::endpoint& peer) {
    do ++last_channel_;
    while (channels_.contains(last_channel_));
    channels_.emplace(last_channel_,
                      std::make_shared<FrontDevice>(last_channel_, std::move(wire), pipe_, io_.get_executor()));
    pipe_->put(last_channel_, FrontKind::open, peer.address().to_string() + ":" + std::to_string(peer.port()));
  }

  static asio::awaitable<void> keep_link(std::shared_ptr<Impl> self) {
    const LocalStream::endpoint server(self->settings_.to);
    for (auto wait = first_link_pause; !self->stopping_; wait = std::min(wait * 2, longest_link_pause)) {
      error_code error;
      LocalStream::socket socket(self->io_);
      co_await socket.async_connect(server, asio::redirect_error(asio::use_awaitable, error));
      if (error) {
        self->say("no server at " + self->settings_.to + " (" + error.message() + "); trying until there is one");
      } else {
        const auto begun = steady_clock::now();
        self->pipe_ = std::make_shared<FrontPipe>(plain_wire(std::move(socket)), self->io_.get_executor());
        FrontPipe::Take hand_on = [&self](const FrontFrame& frame) { return self->take_frame(frame); };
        std::function<void()> greeted = [&self] { self->let_in(); };
        const std::string why =
            co_await self->pipe_->run(FrontReader::Of::server, std::move(hand_on), std::move(greeted));
        self->lose_link("the link to " + self->settings_.to + " was closed: " + why + "; trying again");
        if (steady_clock::now() - begun > link_holds_after) wait = first_link_pause;
      }
      if (!self->stopping_) co_await pause(wait);
    }
  }

  void let_in() {
    if (stopping_) return;
    if (auto opened = open_doors(); !opened) {
      cannot_open_ = opened.error().detail;
      pipe_->close();
      return;
    }
    if (!said_.empty()) tell_("the link to " + settings_.to + " is up");
    said_.clear();
  }

  void lose_link(std::string words) {
    if (!stopping_) {
      say(cannot_open_.empty() ? std::move(words) : std::exchange(cannot_open_, {}));
      shut_doors();
    }
    for (const auto& [channel, device] : std::exchange(channels_, {})) finish(device);
  }

  /// Gives what breaks the rules of the link, in words.
  std::string take_frame(const FrontFrame& frame) {
    const auto it = channels_.find(frame.channel);
    if (it == channels_.end()) return "channel " + std::to_string(frame.channel) + " is not open";
    switch (frame.kind) {
      case FrontKind::data: it->second->send(frame.bytes); break;
      case FrontKind::credit: it->second->take_credit(front_credit(frame)); break;
      default: {
        const auto device = std::move(it->second);
        channels_.erase(it);
        finish(device);
      }
    }
    return {};
  }

  void finish(const std::shared_ptr<FrontDevice>& device) {
    device->finish();
    if (device->has_unsent()) leaving_.emplace_back(steady_clock::now() + leaving_max, device);
  }

  /// Closes devices that do not take their last answers.
  void look_at_the_leaving() {
    const auto time = steady_clock::now();
    std::erase_if(leaving_, [time](const auto& one) {
      const auto device = one.second.lock();
      if (device && device->has_unsent() && one.first > time) return false;
      if (device) device->lose();
      return true;
    });
  }

  static asio::awaitable<void> look_after(std::weak_ptr<Impl> weak) {
    while (true) {
      co_await pause(look_at_leaving);
      const auto self = weak.lock();
      if (!self) co_return;
      self->look_at_the_leaving();
    }
  }

  static asio::awaitable<void> wait_for_the_last(std::shared_ptr<Impl> self, std::function<void()> done) {
    const auto until = steady_clock::now() + leaving_max;
    while ((!self->channels_.empty() || !self->leaving_.empty()) && steady_clock::now() < until) {
      co_await pause(std::chrono::milliseconds(10));
      self->look_at_the_leaving();
    }
    if (self->pipe_) self->pipe_->close();
    done();
  }

  /// What is the same as before is not said again.
  void say(std::string text) {
    if (text == said_) return;
    said_ = std::move(text);
    tell_(said_);
  }

  asio::io_context& io_;
  const FrontSettings settings_;
  const std::function<void(const std::string&)> tell_;
  std::vector<Door> doors_;
  std::shared_ptr<FrontPipe> pipe_;                                           ///< of the link that is up, or was last
  std::unordered_map<std::uint32_t, std::shared_ptr<FrontDevice>> channels_;  ///< until both sides have closed them
  std::uint32_t last_channel_ = 0;
  std::vector<std::pair<steady_clock::time_point, std::weak_ptr<FrontDevice>>> leaving_;
  std::string said_, cannot_open_;
  bool stopping_ = false;
};

FrontEnd::FrontEnd(boost::asio::io_context& io, FrontSettings settings, std::function<void(const std::string&)> tell)
    : impl_(std::make_shared<Impl>(io, std::move(settings), std::move(tell))) {}
FrontEnd::~FrontEnd() = default;

Result<std::vector<std::uint16_t>> FrontEnd::start() { return impl_->start(); }
void FrontEnd::stop(std::function<void()> done) { impl_->stop(std::move(done)); }

}  // namespace celadon::intake
