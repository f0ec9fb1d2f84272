#include "service/oidc_desk.hpp"

#include "core/sha256.hpp"
#include "service/https_client.hpp"

namespace celadon::service {
namespace {

constexpr std::int64_t try_us = 10 * us_per_minute;
constexpr std::int64_t provider_us = us_per_hour;
constexpr std::size_t under_way_max = 1000;

}  // namespace

Result<OidcDesk::Kept> OidcDesk::settings() const {
  const auto revision = ledger_.get("setting", "oidc");
  if (!revision) {
    if (revision.error().code == Errc::not_found) return Kept{};
    return fail(revision.error());
  }
  auto settings = people::read_oidc_settings(revision->body);
  if (!settings) return fail(settings.error());
  return Kept{std::move(*settings), revision->revision};
}

Result<OidcDesk::Kept> OidcDesk::put(const people::OidcSettings& settings, std::int64_t revision,
                                     const std::string& who) {
  if (auto good = people::check_oidc_settings(settings); !good) return fail(good.error());
  const auto stored =
      ledger_.put({"setting", "oidc", people::to_body(settings), Instant{}, who, "provider of sign-ins", revision});
  if (!stored) return fail(stored.error());
  ledger::AuditEntry entry;
  entry.who = who;
  entry.action = "setting-put";
  entry.object = "setting/oidc";
  entry.outcome = "done";
  if (const auto added = audit_.add(std::move(entry)); !added) return fail(added.error());
  const std::lock_guard lock(mutex_);
  provider_.reset();
  return Kept{settings, stored->revision};
}

Result<people::OidcProvider> OidcDesk::provider(const people::OidcSettings& settings) {
  {
    const std::lock_guard lock(mutex_);
    if (provider_ && provider_of_ == settings.issuer && clock_() < provider_until_) return *provider_;
  }
  const auto told = https_exchange({people::discovery_address(settings), "", settings.ca_file});
  if (!told) return fail(told.error());
  auto provider = people::read_oidc_provider(*told, settings);
  if (!provider) return provider;
  const std::lock_guard lock(mutex_);
  provider_ = *provider;
  provider_of_ = settings.issuer;
  provider_until_ = {clock_().us + provider_us};
  return provider;
}

Result<OidcDesk::Begun> OidcDesk::begin() {
  const auto kept = settings();
  if (!kept) return fail(kept.error());
  if (!kept->settings.enabled) return fail(Errc::not_found, "no provider of sign-ins is set up; sign in by password");
  const auto asked = provider(kept->settings);
  if (!asked) return fail(asked.error());
  UnderWay one{people::new_oidc_try(), "", {clock_().us + try_us}};
  const std::string browser = people::new_oidc_try().state;
  one.browser_hash = sha256(browser);
  Begun begun{people::authorization_address(kept->settings, *asked, one.one), browser};
  const std::lock_guard lock(mutex_);
  std::erase_if(under_way_, [&](const auto& entry) { return entry.second.until < clock_(); });
  if (under_way_.size() >= under_way_max)
    return fail(Errc::too_many, "1000 sign-ins are under way already; try again in some minutes");
  under_way_[one.one.state] = std::move(one);
  return begun;
}

Result<std::string> OidcDesk::name_by(const people::OidcTry& one, const std::string& code) {
  const auto kept = settings();
  if (!kept) return fail(kept.error());
  if (!kept->settings.enabled) return fail(Errc::refused, "the provider was taken away meanwhile");
  const auto asked = provider(kept->settings);
  if (!asked) return fail(asked.error());
  const auto answer =
      https_exchange({asked->token_endpoint, people::token_request(kept->settings, one, code), kept->settings.ca_file});
  if (!answer) return fail(answer.error());
  return people::name_in_answer(*answer, kept->settings, one, clock_());
}

Result<people::SignIn> OidcDesk::end(const std::string& state, const std::string& code, const std::string& browser) {
  UnderWay one;
  {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(state);
    // Taken out whatever comes of it: a state is used once.
    if (found != under_way_.end()) {
      one = std::move(found->second);
      under_way_.erase(found);
    }
  }
  if (one.browser_hash.empty() || clock_() > one.until || one.browser_hash != sha256(browser))
    return fail(Errc::refused, "this sign-in was not begun in this browser, or took more than ten minutes; begin again",
                "state");
  const auto name = name_by(one.one, code);
  if (!name) {
    ledger::AuditEntry entry;
    entry.who = "-";
    entry.action = "sign-in";
    entry.object = "oidc";
    entry.outcome = "refused";
    static_cast<void>(audit_.add(std::move(entry)));
    return fail(name.error());
  }
  return people_.sign_in_as(*name, "oidc");
}

}  // namespace celadon::service
