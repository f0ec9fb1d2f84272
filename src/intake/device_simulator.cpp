#include "intake/device_simulator.hpp"

#include <algorithm>

namespace celadon::intake {
namespace {

// Period data go out within this time behind the period's end, spread over the units.
constexpr std::int64_t period_spread_us = 60 * us_per_second;
constexpr int passed_over_at_once_max = 20'000;  // kept-back periods looked at in one tick

bool is_period(Command cn) { return period_us(cn, 1) > 0; }
bool is_own_notice(Command cn) { return cn == 9015 || cn == 1013; }

}  // namespace

DeviceSimulator::DeviceSimulator(const SimulatorPlan& plan, DeviceIdentity identity, SimulatorTally& tally)
    : plan_(plan),
      identity_(std::move(identity)),
      tally_(tally),
      clock_set_(plan.begin),
      answer_wait_us_(plan.answer_wait_us),
      interval_s_(plan.interval_s),
      minute_min_(plan.minute_min),
      repeats_(plan.repeats) {
  if (identity_.key) {
    reader_ = FrameReader([this](std::string_view) { return identity_.key; });
  }
  start_cursors();
}

void DeviceSimulator::start_cursors() {
  const auto add = [this](Command cn, std::int64_t spread_us) {
    const auto phase =
        static_cast<std::int64_t>(static_cast<double>(spread_us) * identity_.index / std::max(identity_.of, 1U));
    cursors_.push_back({cn, true, Instant{plan_.begin.us + phase}});
  };
  for (const Command cn : plan_.kinds) {
    if (is_period(cn))
      cursors_.push_back({cn, true, first_period(plan_.begin, period_us(cn, minute_min_))});
    else if (cn == 2081)
      add(cn, us_per_second);
    else
      add(cn, interval_s_ * us_per_second);
  }
  if (plan_.heartbeat_s > 0 && identity_.edition == Edition212::of_2025) add(9015, plan_.heartbeat_s * us_per_second);
  if (plan_.clock_request_s > 0 && identity_.edition != Edition212::of_2005)
    add(1013, plan_.clock_request_s * us_per_second);
}

/// A clock that nobody set is off by a share of its drift from the start; one that was set begins anew.
std::int64_t DeviceSimulator::clock_offset_us(Instant clock) const {
  const double most_s = plan_.faults.of(DeviceFault::clock_drift);
  if (most_s <= 0) return set_offset_us_;
  const auto fault = static_cast<std::uint64_t>(DeviceFault::clock_drift);
  const double share = 2 * place_share(plan_.seed, fault, identity_.index) - 1;
  const double days = static_cast<double>(clock.us - clock_set_.us) / static_cast<double>(us_per_day);
  return set_offset_us_ + static_cast<std::int64_t>((was_set_ ? days : days + 1) * share * most_s * us_per_second);
}

Instant DeviceSimulator::own_clock(const SimulatorTime& now) const {
  return Instant{now.clock.us + clock_offset_us(now.clock)};
}

Instant DeviceSimulator::due_of(const Cursor& cursor) const {
  const std::int64_t length = period_us(cursor.cn, minute_min_);
  if (length == 0) return cursor.next;
  const double share = static_cast<double>(identity_.index) / std::max(identity_.of, 1U);
  const auto lag = static_cast<std::int64_t>(share * static_cast<double>(std::min(period_spread_us, length / 4)));
  return Instant{cursor.next.us + length + us_per_second + lag};
}

std::int64_t DeviceSimulator::step_of(const Cursor& cursor) const {
  if (is_period(cursor.cn)) return period_us(cursor.cn, minute_min_);
  if (cursor.cn == 9015) return plan_.heartbeat_s * us_per_second;
  if (cursor.cn == 1013) return plan_.clock_request_s * us_per_second;
  if (cursor.cn == 2081) return 1000 * 366 * us_per_day;  // once
  return interval_s_ * us_per_second;
}

void DeviceSimulator::advance(Cursor& cursor) const { cursor.next.us += step_of(cursor); }

std::optional<std::size_t> DeviceSimulator::next_cursor() const {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    if (!first || due_of(cursors_[i]) < due_of(cursors_[*first])) first = i;
  }
  return first;
}

/// Measured, and never sent by itself.
bool DeviceSimulator::is_kept_back(const Cursor& cursor) const {
  if (!cursor.flows) return true;
  if (is_own_notice(cursor.cn)) return false;
  for (const auto& [first, behind] : plan_.outages) {
    if (cursor.next >= first && cursor.next < behind) return true;
  }
  DeviceMessage message;
  message.cn = cursor.cn;
  message.data_time = cursor.next;
  return strikes(DeviceFault::drop_data, message);
}

Instant DeviceSimulator::next_qn(Instant wanted) {
  wanted.us -= wanted.us % 1000;
  if (wanted <= last_qn_) wanted.us = last_qn_.us + 1000;
  last_qn_ = wanted;
  return wanted;
}

std::optional<DeviceMessage> DeviceSimulator::make_next(const SimulatorTime& now) {
  for (int passed = 0; passed < passed_over_at_once_max; ++passed) {
    if (stopped_ || (plan_.messages_max && made_ >= *plan_.messages_max)) return std::nullopt;
    const auto place = next_cursor();
    if (!place || due_of(cursors_[*place]) > own_clock(now)) return std::nullopt;
    Cursor& cursor = cursors_[*place];
    if (is_kept_back(cursor)) {
      advance(cursor);
      continue;
    }
    DeviceMessage message;
    message.cn = cursor.cn;
    message.data_time = cursor.next;
    message.minute_min = static_cast<std::uint8_t>(minute_min_);
    message.qn = next_qn(due_of(cursor));
    if (!is_own_notice(message.cn)) {
      const DeviceMeasurements measured(plan_.seed, plan_.faults, identity_);
      message.pnum = static_cast<std::uint16_t>(
          packets_of(measured.items(message.cn, message.data_time, minute_min_), packet_header_bytes).size());
      message.pno = ++packet_;
    }
    if (message.pno >= message.pnum) {
      packet_ = 0;
      if (!is_own_notice(message.cn)) ++made_;
      advance(cursor);
    }
    ++tally_.messages;
    return message;
  }
  return std::nullopt;
}

/// The next to go out: one that is to come late lets the one behind it pass.
std::optional<DeviceMessage> DeviceSimulator::take_next(const SimulatorTime& now) {
  const auto take_held = [this] {
    DeviceMessage message = *held_;
    held_.reset();
    held_passed_ = false;
    return message;
  };
  if (held_ && held_passed_) return take_held();
  auto message = make_next(now);
  if (!message) {
    const bool nothing_follows = stopped_ || (plan_.messages_max && made_ >= *plan_.messages_max);
    if (held_ && nothing_follows) return take_held();
    return std::nullopt;
  }
  if (!held_ && message->pnum == 1 && strikes(DeviceFault::reorder, *message)) {
    message->struck.add(DeviceFault::reorder);
    held_ = std::make_unique<DeviceMessage>(*message);
    return take_next(now);
  }
  held_passed_ = held_ != nullptr;
  return message;
}

void DeviceSimulator::connected(const SimulatorTime& now) {
  connected_ = true;
  line_free_ = now.wall;
  job_.reset();
  FrameReader fresh;
  if (identity_.key) fresh = FrameReader([this](std::string_view) { return identity_.key; });
  reader_ = std::move(fresh);
}

void DeviceSimulator::disconnected() {
  connected_ = false;
  job_.reset();
  for (auto& message : unanswered_) {
    if (message.tries == 0) continue;
    message.tries = 0;
    message.resent = true;
  }
}

void DeviceSimulator::tick(const SimulatorTime& now, DeviceOutput& out) {
  if (!connected_) return;
  if (job_) go_on_with_job(now, out);
  for (auto& message : unanswered_) {
    if (message.tries > 0 && Instant{message.last_sent.us + answer_wait_us_} > now.wall) continue;
    if (message.tries > repeats_) {
      ++tally_.given_up;
      out.hang_up = true;
      disconnected();
      return;
    }
    send(message, now, out);
    if (!connected_) return;
  }
  while (unanswered_.size() < plan_.window) {
    auto next = take_next(now);
    if (!next) break;
    unanswered_.push_back(*next);
    send(unanswered_.back(), now, out);
    if (!connected_) return;
  }
}

std::optional<Instant> DeviceSimulator::wake(const SimulatorTime& now) const {
  if (!connected_) return std::nullopt;
  std::optional<Instant> first;
  const auto consider = [&first](Instant moment) {
    if (!first || moment < *first) first = moment;
  };
  if (job_) consider(job_->due);
  for (const auto& message : unanswered_) {
    consider(message.tries == 0 ? now.wall : Instant{message.last_sent.us + answer_wait_us_});
  }
  const bool more = !stopped_ && !(plan_.messages_max && made_ >= *plan_.messages_max);
  if (unanswered_.size() < plan_.window) {
    if (held_ && (held_passed_ || !more)) {
      consider(now.wall);
    } else if (const auto place = next_cursor(); more && place) {
      const double ahead = static_cast<double>(due_of(cursors_[*place]).us - own_clock(now).us) / plan_.speed;
      // A clock that drifts is asked again within the minute.
      consider(Instant{now.wall.us + std::max<std::int64_t>(0, static_cast<std::int64_t>(std::min(ahead, 60e6)) + 1)});
    }
  }
  return first;
}

bool DeviceSimulator::finished() const {
  const bool more = !stopped_ && !(plan_.messages_max && made_ >= *plan_.messages_max);
  return !more && unanswered_.empty() && !held_ && !job_;
}

std::vector<SentValue> DeviceSimulator::values(const DeviceMessage& message) const {
  const DeviceMeasurements measured(plan_.seed, plan_.faults, identity_);
  auto all = measured.values(message.cn, message.data_time, message.minute_min);
  if (message.pnum <= 1) return all;
  // A packet holds whole factors: those of its items.
  const auto items = measured.items(message.cn, message.data_time, message.minute_min);
  const auto [first, behind] = packets_of(items, packet_header_bytes)[message.pno - 1U];
  std::vector<SentValue> mine;
  std::size_t factor = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i].code != all[i - 1].code) ++factor;
    if (factor >= first && factor < behind) mine.push_back(std::move(all[i]));
  }
  return mine;
}

}  // namespace celadon::intake
