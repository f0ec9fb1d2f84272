#include "intake/hj212_gateway.hpp"

#include "intake/front_door.hpp"
#include "intake/hj212_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace celadon::intake {
namespace {

constexpr auto look_around = std::chrono::milliseconds(500);
constexpr auto accept_pause = std::chrono::milliseconds(100);

}  // namespace

class Gateway::Impl : public std::enable_shared_from_this<Gateway::Impl> {
 public:
  Impl(const Hj212Tables& tables, GatewayPorts ports, GatewayLimits limits)
      : tables_(tables), ports_(std::move(ports)), limits_(limits), book_(tables.deviations) {}

  Result<std::uint16_t> start(asio::io_context& io, const std::string& address, std::uint16_t port,
                              const std::optional<TlsFiles>& tls) {
    raise_descriptor_limit();
    auto acceptor = take_port(asio::make_strand(io), address, port);
    if (!acceptor) return cannot_listen(acceptor.error());
    auto door = std::make_shared<Door>(std::move(*acceptor), nullptr);
    if (tls) {
      auto context = tls_context(*tls);
      if (!context) return fail(context.error());
      door->tls = std::move(*context);
    }
    const auto taken = begin_to_listen(door->acceptor);
    if (!taken) return cannot_listen(taken.error());
    asio::co_spawn(door->acceptor.get_executor(), accept_loop(shared_from_this(), door, io), asio::detached);
    begin(io);
    doors_.push_back(std::move(door));
    return taken;
  }

  Result<void> start_fronts(asio::io_context& io, const std::string& path,
                            std::function<void(const std::string&)> tell) {
    raise_descriptor_limit();
    auto let_in = [weak = weak_from_this()](std::shared_ptr<Wire> wire, const Strand& strand,
                                            const tcp::endpoint& peer) {
      const auto self = weak.lock();
      return self && self->admit(std::move(wire), strand, peer);
    };
    auto opened = FrontDoor::open(io, path, std::move(tell), std::move(let_in));
    if (!opened) return fail(opened.error());
    front_door_ = std::move(*opened);
    front_door_->begin();
    begin(io);
    return {};
  }

  void stop(std::function<void()> done) {
    if (stopping_.exchange(true)) return;
    for (const auto& door : doors_) {
      asio::post(door->acceptor.get_executor(), [door] {
        error_code ignored;
        door->acceptor.close(ignored);
      });
    }
    if (front_door_) front_door_->stop();
    for (const auto& connection : all_connections()) connection->say_farewell();
    if (!done) return;
    if (io_ == nullptr)
      done();
    else
      asio::co_spawn(*io_, wait_for_the_last(shared_from_this(), std::move(done)), asio::detached);
  }

  bool send(const std::string& mn, std::string frame) {
    std::shared_ptr<Connection> connection;
    {
      const std::lock_guard lock(mutex_);
      const auto it = routes_.find(mn);
      if (it != routes_.end()) connection = it->second.lock();
    }
    if (!connection || !connection->is_open()) return false;
    connection->post_answer(std::move(frame));
    return true;
  }

  /// The MN speaks on this connection now. The one before is left, and closed when nobody else speaks on it.
  void bind(const std::string& mn, const std::shared_ptr<Connection>& connection) {
    std::shared_ptr<Connection> before;
    {
      const std::lock_guard lock(mutex_);
      auto& route = routes_[mn];
      before = route.lock();
      route = connection;
    }
    if (before && before != connection && before->is_open()) {
      const auto entry = book_.entry(mn);
      if (!entry->taken_over(before->address(), connection->address(), ports_.clock()))
        before->leave(mn);
      else {
        constexpr std::array<std::string_view, 1> deviation = {"mn_from_two_addresses"};
        entry->deviated(deviation, ports_.clock());
        entry->refused("one number, two devices",
                       "it speaks from " + before->address() + " and from " + connection->address() + " at once");
      }
    }
    if (ports_.called) ports_.called(mn);
  }

  GatewayCounters counters() {
    GatewayCounters all = book_.counters();
    if (front_door_) {
      all.fronts_open = front_door_->links();
      all.front_connections_open = front_door_->channels();
    }
    return all;
  }

  const Hj212Tables& tables_;
  const GatewayPorts ports_;
  const GatewayLimits limits_;
  GatewayBook book_;

 private:
  struct Door {
    tcp::acceptor acceptor;
    std::shared_ptr<asio::ssl::context> tls;
    Door(tcp::acceptor a, std::shared_ptr<asio::ssl::context> t) : acceptor(std::move(a)), tls(std::move(t)) {}
  };

  static Unexpected<Error> cannot_listen(Error error) {
    if (error.code == Errc::io_failed)
      error.detail = "the HJ 212 gateway " + error.detail + "; choose another port with --gateway-port";
    return fail(std::move(error));
  }

  void begin(asio::io_context& io) {
    if (io_ == nullptr) asio::co_spawn(io, look_after(shared_from_this()), asio::detached);
    io_ = &io;
  }

  /// One more connection. False, and nothing happens, where there may be no more.
  bool admit(std::shared_ptr<Wire> wire, const Strand& strand, const tcp::endpoint& peer) {
    if (stopping_) return false;
    if (book_.open_connections() >= limits_.connections_max) {
      book_.turned_away();
      return false;
    }
    asio::co_spawn(strand, serve(shared_from_this(), std::move(wire), strand, peer), asio::detached);
    return true;
  }

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, std::shared_ptr<Door> door,
                                           asio::io_context& io) {
    while (true) {
      error_code error;
      Strand strand = asio::make_strand(io);
      tcp::socket socket(strand);
      co_await door->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
      if (!door->acceptor.is_open()) co_return;
      if (error) {  // out of file descriptors, for example: let some close first
        co_await pause(accept_pause);
        continue;
      }
      const auto peer = socket.remote_endpoint(error);
      if (error) continue;
      self->admit(device_wire(std::move(socket), door->tls), strand, peer);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Impl> self, std::shared_ptr<Wire> wire, Strand strand,
                                     tcp::endpoint peer) {
    const auto connection =
        std::make_shared<Connection>(std::move(wire), strand, peer, self->ports_, self->limits_, self->book_);
    self->book_.opened();
    {
      const std::lock_guard lock(self->mutex_);
      self->connections_.emplace(connection.get(), connection);
    }
    connection->begin(self->tables_,
                      [weak = std::weak_ptr(self), of = std::weak_ptr(connection)](const std::string& mn) {
                        const auto gateway = weak.lock();
                        const auto here = of.lock();
                        if (gateway && here) gateway->bind(mn, here);
                      });
    if (self->stopping_) connection->say_farewell();  // it came in between
    co_await connection->run();
    self->book_.closed();
    const std::lock_guard lock(self->mutex_);
    self->connections_.erase(connection.get());
  }

  std::vector<std::shared_ptr<Connection>> all_connections() {
    std::vector<std::shared_ptr<Connection>> all;
    const std::lock_guard lock(mutex_);
    all.reserve(connections_.size());
    for (const auto& [raw, weak] : connections_) {
      if (auto connection = weak.lock()) all.push_back(std::move(connection));
    }
    return all;
  }

  /// One clock for all connections: closes what is silent for too long, and gives up frames that never become whole.
  static asio::awaitable<void> look_after(std::weak_ptr<Impl> weak) {
    while (true) {
      co_await pause(look_around);
      const auto self = weak.lock();
      if (!self || self->stopping_) co_return;
      const auto time = steady_clock::now();
      for (const auto& connection : self->all_connections()) connection->look_at_clock(time);
    }
  }

  static asio::awaitable<void> wait_for_the_last(std::shared_ptr<Impl> self, std::function<void()> done) {
    const auto until = steady_clock::now() + self->limits_.farewell_max;
    while (self->book_.open_connections() > 0 && steady_clock::now() < until)
      co_await pause(std::chrono::milliseconds(10));
    done();
  }

  asio::io_context* io_ = nullptr;
  std::vector<std::shared_ptr<Door>> doors_;
  std::shared_ptr<FrontDoor> front_door_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
  std::unordered_map<std::string, std::weak_ptr<Connection>> routes_;
};

Gateway::Gateway(const Hj212Tables& tables, GatewayPorts ports, GatewayLimits limits)
    : impl_(std::make_shared<Impl>(tables, std::move(ports), limits)) {}
Gateway::~Gateway() { stop(); }

Result<std::uint16_t> Gateway::start(asio::io_context& io, const std::string& address, std::uint16_t port,
                                     const std::optional<TlsFiles>& tls) {
  return impl_->start(io, address, port, tls);
}
Result<void> Gateway::start_fronts(asio::io_context& io, const std::string& path,
                                   std::function<void(const std::string&)> tell) {
  return impl_->start_fronts(io, path, std::move(tell));
}
void Gateway::stop(std::function<void()> done) { impl_->stop(std::move(done)); }
bool Gateway::send(const std::string& mn, std::string frame) { return impl_->send(mn, std::move(frame)); }
std::vector<DeviceStatus> Gateway::devices() const { return impl_->book_.devices(); }
std::optional<DeviceStatus> Gateway::device(std::string_view mn) const {
  const auto entry = impl_->book_.find(mn);
  if (!entry) return std::nullopt;
  return entry->status();
}
Conformity::Report Gateway::conformity(std::string_view mn) const {
  const auto entry = impl_->book_.find(mn);
  return entry ? entry->conformity(impl_->ports_.clock()) : Conformity::Report{};
}
GatewayCounters Gateway::counters() const { return impl_->counters(); }
std::optional<std::pair<Instant, LegalDay>> Gateway::last_replayed() const { return impl_->book_.last_replayed(); }

}  // namespace celadon::intake
