#include "watch/forward_desk.hpp"

#include "intake/hj212_forward_cursor.hpp"
#include "intake/hj212_gateway.hpp"
#include "intake/hj212_text.hpp"
#include "watch/forward_json.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <set>

namespace celadon::watch {
namespace {

constexpr const char* ourselves = "celadon";
constexpr std::size_t looked_at_max = 200'000;  ///< batches of the log in one go: upstreams take turns
constexpr std::size_t letters_max = 100'000;    ///< of one upstream that are read at once
constexpr auto count_again = std::chrono::seconds(2);

const std::vector<std::string>& taken_sources() {
  static const std::vector<std::string> all = {intake::source_name::live, intake::source_name::replay,
                                               intake::source_name::backfill};
  return all;
}

archive::RawPlace place_in(intake::LogPlace place) { return {place.batch, place.position}; }

Unexpected<Error> no_upstream(const std::string& id) {
  return fail(Errc::not_found, "there is no upstream '" + id.substr(0, 60) + "'", "id");
}

Result<void> check(const intake::UpstreamSettings& settings) {
  const auto wrong = [](const char* field, const char* reason) { return fail(Errc::invalid_value, reason, field); };
  const auto good_in_id = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (settings.id.empty() || settings.id.size() > 40 || !std::ranges::all_of(settings.id, good_in_id))
    return wrong("id", "an id has 1 to 40 small letters, digits and '-'");
  if (settings.host.empty() || settings.host.size() > 253) return wrong("host", "a name or an address is expected");
  if (settings.port == 0) return wrong("port", "a port from 1 to 65535 is expected");
  if (settings.rate_per_s < 0 || settings.rate_per_s > 100'000)
    return wrong("rate_per_s", "0 (no limit) to 100000 frames a second are expected");
  if (settings.password && !intake::is_frame_word(*settings.password, 16))
    return wrong("password", "a password has at most 16 printing characters without ; = & ,");
  for (const auto& [from, to] : settings.mn_map) {
    if (to.empty() || !intake::is_frame_word(to, 40))
      return wrong("mn_map", "an MN has 1 to 40 printing characters without ; = & ,");
  }
  return {};
}

}  // namespace

class ForwardDesk::Impl {
 public:
  Impl(archive::Archive& archive, ledger::Ledger& ledger, boost::asio::io_context& io, std::filesystem::path folder,
       intake::ForwardLimits limits)
      : archive_(archive), ledger_(ledger), folder_(std::move(folder)), forwarder_(io, ports(), limits) {}

  Result<void> load();
  intake::ForwardPorts ports();
  Result<intake::LogPage> read(intake::LogPlace after, const std::vector<std::string>& devices, std::size_t limit);
  Result<void> bury(const std::string& upstream, const intake::DeadLetter& letter);
  Result<void> delivered(const std::string& upstream, intake::LogPlace place);
  Result<void> send_resent_again(const std::string& upstream);
  Result<DeadLetterEntry> find_letter(const std::string& upstream, const std::string& letter) const;
  Result<DeadLetterEntry> move_letter(const std::string& upstream, const std::string& letter, const char* state,
                                      const std::string& who, const std::string& why);
  Result<void> put_letter(const std::string& upstream, DeadLetterEntry& entry, const std::string& who,
                          const std::string& why);
  Result<std::string> bytes_of(intake::LogPlace place) const;
  Result<Upstream> standing(const ledger::Revision& revision, const std::vector<intake::UpstreamStatus>& all) const;
  std::filesystem::path cursor_file(const std::string& upstream) const { return folder_ / (upstream + ".cursor"); }

  archive::Archive& archive_;
  ledger::Ledger& ledger_;
  const std::filesystem::path folder_;

  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>> dead_;  ///< ids of the letters that wait, by upstream
  struct Backlog {
    std::chrono::steady_clock::time_point at;
    archive::RawCount count;
  };
  mutable std::map<std::string, Backlog> backlogs_;

  intake::Forwarder forwarder_;  // last: it calls the others
};

intake::ForwardPorts ForwardDesk::Impl::ports() {
  intake::ForwardPorts ports;
  ports.read = [this](intake::LogPlace after, const std::vector<std::string>& devices, std::size_t limit) {
    return read(after, devices, limit);
  };
  ports.last_batch = [this] { return archive_.last_batch(); };
  ports.bury = [this](const std::string& upstream, const intake::DeadLetter& letter) { return bury(upstream, letter); };
  ports.delivered = [this](const std::string& upstream, intake::LogPlace place) { return delivered(upstream, place); };
  ports.save = [this](const std::string& upstream, const intake::ForwardCursor& cursor) {
    return intake::write_cursor(cursor_file(upstream), cursor);
  };
  ports.load = [this](const std::string& upstream) { return intake::read_cursor(cursor_file(upstream)); };
  return ports;
}

Result<void> ForwardDesk::Impl::load() {
  const auto letters = ledger_.list(dead_letter_kind);
  if (!letters) return fail(letters.error());
  for (const auto& revision : *letters) {
    const auto entry = dead_letter_of(revision);
    if (!entry) return fail(entry.error());
    if (entry->state == "dead") dead_[revision.id.substr(0, revision.id.find('/'))].insert(entry->id);
  }
  const auto upstreams = ledger_.list(upstream_kind);
  if (!upstreams) return fail(upstreams.error());
  for (const auto& revision : *upstreams) {
    auto settings = upstream_of(revision);
    if (!settings) return fail(settings.error());
    forwarder_.put(std::move(*settings));
    if (auto sent = send_resent_again(revision.id); !sent) return sent;
  }
  return {};
}

Result<intake::LogPage> ForwardDesk::Impl::read(intake::LogPlace after, const std::vector<std::string>& devices,
                                                std::size_t limit) {
  archive::RawQuery query;
  query.sources = taken_sources();
  query.detail_words = devices;
  query.after = place_in(after);
  query.limit = limit;
  const std::int64_t last = archive_.last_batch();  // before the search: what comes during it is for the next one
  auto found = archive_.search_raw(query, looked_at_max);
  if (!found) return fail(found.error());
  intake::LogPage page;
  page.looked_to =
      found->next ? intake::LogPlace{found->next->batch, found->next->position} : intake::LogPlace{last, INT32_MAX};
  for (auto& one : found->items) {
    page.frames.push_back({{one.batch, one.position}, one.received, std::move(one.bytes)});
    page.looked_to = std::max(page.looked_to, page.frames.back().place);
  }
  return page;
}

Result<void> ForwardDesk::Impl::put_letter(const std::string& upstream, DeadLetterEntry& entry, const std::string& who,
                                           const std::string& why) {
  const auto stored =
      ledger_.put({dead_letter_kind, entry_id(upstream, entry.letter.place), to_body(entry), entry.letter.received, who,
                   why, entry.revision > 0 ? std::optional(entry.revision) : std::nullopt});
  if (!stored) return fail(stored.error());
  entry.revision = stored->revision;
  entry.id = stored->id.substr(upstream.size() + 1);
  const std::lock_guard lock(mutex_);
  if (entry.state == "dead")
    dead_[upstream].insert(entry.id);
  else
    dead_[upstream].erase(entry.id);
  return {};
}

Result<void> ForwardDesk::Impl::bury(const std::string& upstream, const intake::DeadLetter& letter) {
  DeadLetterEntry entry{{}, letter, "dead", false, 0};
  return put_letter(upstream, entry, ourselves, letter.reason);
}

Result<void> ForwardDesk::Impl::delivered(const std::string& upstream, intake::LogPlace place) {
  auto entry = find_letter(upstream, entry_id("", place).substr(1));
  if (!entry) return fail(entry.error());
  entry->answered = true;
  return put_letter(upstream, *entry, ourselves, "answered");
}

Result<DeadLetterEntry> ForwardDesk::Impl::find_letter(const std::string& upstream, const std::string& letter) const {
  const auto revision = ledger_.get(dead_letter_kind, upstream + "/" + letter);
  if (!revision) {
    if (revision.error().code != Errc::not_found) return fail(revision.error());
    return fail(Errc::not_found,
                "there is no dead letter '" + letter.substr(0, 40) + "' of upstream '" + upstream.substr(0, 40) + "'",
                "letter");
  }
  return dead_letter_of(*revision);
}

Result<DeadLetterEntry> ForwardDesk::Impl::move_letter(const std::string& upstream, const std::string& letter,
                                                       const char* state, const std::string& who,
                                                       const std::string& why) {
  auto entry = find_letter(upstream, letter);
  if (!entry) return entry;
  if (entry->state != "dead") {
    return fail(Errc::conflict, "letter " + letter + " is " + entry->state + " already; only a dead one can be moved",
                "letter");
  }
  entry->state = state;
  if (auto put = put_letter(upstream, *entry, who, why); !put) return fail(put.error());
  return entry;
}

Result<std::string> ForwardDesk::Impl::bytes_of(intake::LogPlace place) const {
  auto raw = archive_.raw_of(place.batch);
  if (!raw) return fail(raw.error());
  for (auto& one : *raw) {
    if (one.position == place.position) return std::move(one.bytes);
  }
  return fail(Errc::not_found, "the archive has no message " + std::to_string(place.batch) + "." +
                                   std::to_string(place.position) + "; was an older copy of it put back?");
}

/// What a person asked for before the last stop, or before other settings, and the upstream has not answered.
Result<void> ForwardDesk::Impl::send_resent_again(const std::string& upstream) {
  const auto letters = ledger_.list_prefix(dead_letter_kind, upstream + "/", letters_max);
  if (!letters) return fail(letters.error());
  for (const auto& revision : *letters) {
    const auto entry = dead_letter_of(revision);
    if (!entry) return fail(entry.error());
    if (entry->state != "resent" || entry->answered) continue;
    auto bytes = bytes_of(entry->letter.place);
    if (!bytes) return fail(bytes.error());
    forwarder_.resend(upstream, {entry->letter.place, entry->letter.received, std::move(*bytes)});
  }
  return {};
}

Result<Upstream> ForwardDesk::Impl::standing(const ledger::Revision& revision,
                                             const std::vector<intake::UpstreamStatus>& all) const {
  auto settings = upstream_of(revision);
  if (!settings) return fail(settings.error());
  Upstream upstream{std::move(*settings), revision.revision, {}, 0, {}, 0};
  const auto status = std::ranges::find(all, revision.id, &intake::UpstreamStatus::id);
  if (status != all.end()) upstream.status = *status;
  upstream.queued_frames = static_cast<std::int64_t>(upstream.status.in_memory);
  upstream.oldest_queued = upstream.status.in_memory > 0 ? upstream.status.oldest : std::nullopt;

  const std::lock_guard lock(mutex_);
  if (const auto dead = dead_.find(revision.id); dead != dead_.end()) upstream.dead_letters = dead->second.size();
  // Of an upstream that is off, the cursor is where it was left.
  intake::LogPlace from = upstream.status.read_to;
  if (from == intake::LogPlace{}) {
    const auto cursor = intake::read_cursor(cursor_file(revision.id));
    from = cursor && *cursor ? (*cursor)->place : upstream.settings.start;
  }
  if (from.batch >= archive_.last_batch()) return upstream;
  Backlog& backlog = backlogs_[revision.id];
  const auto now = std::chrono::steady_clock::now();
  if (now - backlog.at > count_again) {
    archive::RawQuery query;
    query.sources = taken_sources();
    query.detail_words = upstream.settings.devices;
    query.after = place_in(from);
    const auto count = archive_.count_raw(query);
    if (!count) return fail(count.error());
    backlog = {now, *count};
  }
  upstream.queued_frames += backlog.count.batches;
  if (!upstream.oldest_queued) upstream.oldest_queued = backlog.count.oldest;
  return upstream;
}

ForwardDesk::ForwardDesk(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ForwardDesk::~ForwardDesk() = default;

Result<std::unique_ptr<ForwardDesk>> ForwardDesk::open(archive::Archive& archive, ledger::Ledger& ledger,
                                                       boost::asio::io_context& io, std::filesystem::path folder,
                                                       intake::ForwardLimits limits) {
  auto impl = std::make_unique<Impl>(archive, ledger, io, std::move(folder), limits);
  if (auto loaded = impl->load(); !loaded) return fail(loaded.error());
  return std::unique_ptr<ForwardDesk>(new ForwardDesk(std::move(impl)));
}

void ForwardDesk::stop() { impl_->forwarder_.stop(); }

Result<std::vector<Upstream>> ForwardDesk::upstreams() const {
  const auto revisions = impl_->ledger_.list(upstream_kind);
  if (!revisions) return fail(revisions.error());
  const auto all = impl_->forwarder_.status();
  std::vector<Upstream> upstreams;
  for (const auto& revision : *revisions) {
    auto one = impl_->standing(revision, all);
    if (!one) return fail(one.error());
    upstreams.push_back(std::move(*one));
  }
  return upstreams;
}

Result<Upstream> ForwardDesk::upstream(const std::string& id) const {
  const auto revision = impl_->ledger_.get(upstream_kind, id);
  if (!revision) return revision.error().code == Errc::not_found ? no_upstream(id) : fail(revision.error());
  return impl_->standing(*revision, impl_->forwarder_.status());
}

Result<Upstream> ForwardDesk::put(intake::UpstreamSettings settings, std::int64_t revision, std::optional<Instant> from,
                                  const std::string& who, const std::string& why) {
  if (auto good = check(settings); !good) return fail(good.error());
  std::ranges::sort(settings.devices);
  if (revision > 0) {
    const auto before = upstream(settings.id);
    if (!before) return before;
    settings.start = before->settings.start;
  } else {
    settings.start = {impl_->archive_.last_batch(), INT32_MAX};
    if (from) {
      archive::RawQuery query;
      query.from = *from;
      query.limit = 1;
      const auto first = impl_->archive_.find_raw(query);
      if (!first) return fail(first.error());
      if (!first->empty()) settings.start = {first->front().batch - 1, INT32_MAX};
    }
  }
  const auto stored =
      impl_->ledger_.put({upstream_kind, settings.id, to_body(settings), Instant{}, who, why, revision});
  if (!stored) return fail(stored.error());
  const std::string id = settings.id;
  if (impl_->forwarder_.put(std::move(settings))) {
    if (auto sent = impl_->send_resent_again(id); !sent) return fail(sent.error());
  }
  return upstream(id);
}

Result<std::vector<DeadLetterEntry>> ForwardDesk::dead_letters(const std::string& upstream, const std::string& state,
                                                               std::size_t limit) const {
  if (const auto known = impl_->ledger_.get(upstream_kind, upstream); !known) return no_upstream(upstream);
  const auto revisions =
      impl_->ledger_.list_prefix(dead_letter_kind, upstream + "/", state.empty() ? limit : letters_max);
  if (!revisions) return fail(revisions.error());
  std::vector<DeadLetterEntry> entries;
  for (const auto& revision : *revisions) {
    auto entry = dead_letter_of(revision);
    if (!entry) return fail(entry.error());
    if (!state.empty() && entry->state != state) continue;
    entries.push_back(std::move(*entry));
    if (entries.size() == limit) break;
  }
  return entries;
}

Result<std::string> ForwardDesk::bytes_of(const DeadLetterEntry& entry) const {
  return impl_->bytes_of(entry.letter.place);
}

Result<DeadLetterEntry> ForwardDesk::resend(const std::string& upstream, const std::string& letter,
                                            const std::string& who, const std::string& why) {
  const auto found = impl_->find_letter(upstream, letter);
  if (!found) return found;
  auto bytes = impl_->bytes_of(found->letter.place);  // before anything is promised
  if (!bytes) return fail(bytes.error());
  auto moved = impl_->move_letter(upstream, letter, "resent", who, why);
  if (moved) impl_->forwarder_.resend(upstream, {moved->letter.place, moved->letter.received, std::move(*bytes)});
  return moved;
}

Result<DeadLetterEntry> ForwardDesk::discard(const std::string& upstream, const std::string& letter,
                                             const std::string& who, const std::string& why) {
  return impl_->move_letter(upstream, letter, "discarded", who, why);
}

std::string ForwardDesk::metrics() const {
  const auto all = impl_->forwarder_.status();
  std::string out;
  const auto put = [&](const std::string& name, const char* kind, auto value_of) {
    out += "# TYPE celadon_forward_" + name + " " + kind + "\n";
    for (const auto& one : all)
      out += "celadon_forward_" + name + "{upstream=\"" + one.id + "\"} " + std::to_string(value_of(one)) + "\n";
  };
  if (all.empty()) return out;
  put("connected", "gauge", [](const auto& one) { return one.state == "connected" ? 1 : 0; });
  put("frames_in_memory", "gauge", [](const auto& one) { return one.in_memory; });
  put("batches_behind", "gauge", [this](const auto& one) { return impl_->archive_.last_batch() - one.cursor.batch; });
  put("sent_total", "counter", [](const auto& one) { return one.sent; });
  put("answered_total", "counter", [](const auto& one) { return one.answered; });
  put("dead_letters_total", "counter", [](const auto& one) { return one.refused; });
  const std::lock_guard lock(impl_->mutex_);
  put("dead_letters_waiting", "gauge", [this](const auto& one) {
    const auto dead = impl_->dead_.find(one.id);
    return dead == impl_->dead_.end() ? std::size_t{0} : dead->second.size();
  });
  return out;
}

}  // namespace celadon::watch
