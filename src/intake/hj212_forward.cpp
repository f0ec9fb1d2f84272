#include "intake/hj212_forward.hpp"

#include "intake/hj212_forward_link.hpp"

#include <boost/asio/io_context.hpp>

namespace celadon::intake {

class Forwarder::Impl {
 public:
  Impl(asio::io_context& io, ForwardPorts ports, ForwardLimits limits)
      : io_(io), ports_(std::move(ports)), limits_(limits) {}

  asio::io_context& io_;
  const ForwardPorts ports_;
  const ForwardLimits limits_;
  const std::shared_ptr<asio::thread_pool> blocking_ = std::make_shared<asio::thread_pool>(1);
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ForwardLink>> links_;  ///< by id of the upstream
  bool stopped_ = false;
};

Forwarder::Forwarder(boost::asio::io_context& io, ForwardPorts ports, ForwardLimits limits)
    : impl_(std::make_unique<Impl>(io, std::move(ports), limits)) {}

Forwarder::~Forwarder() {
  impl_->blocking_->join();
  for (const auto& [id, link] : impl_->links_) link->save_now();
}

bool Forwarder::put(UpstreamSettings settings) {
  const std::lock_guard lock(impl_->mutex_);
  if (impl_->stopped_) return false;
  auto& link = impl_->links_[settings.id];
  if (link && link->settings() == settings) return false;
  const auto before = link;
  if (before) before->stop();
  link =
      std::make_shared<ForwardLink>(impl_->io_, impl_->blocking_, impl_->ports_, impl_->limits_, std::move(settings));
  link->begin(before);
  return true;
}

bool Forwarder::resend(const std::string& upstream, LogFrame frame) {
  const std::lock_guard lock(impl_->mutex_);
  const auto it = impl_->links_.find(upstream);
  if (it == impl_->links_.end()) return false;
  it->second->resend(std::move(frame));
  return true;
}

std::vector<UpstreamStatus> Forwarder::status() const {
  const std::lock_guard lock(impl_->mutex_);
  std::vector<UpstreamStatus> all;
  for (const auto& [id, link] : impl_->links_) all.push_back(link->status());
  return all;
}

void Forwarder::stop() {
  const std::lock_guard lock(impl_->mutex_);
  impl_->stopped_ = true;
  for (const auto& [id, link] : impl_->links_) link->stop();
}

}  // namespace celadon::intake
