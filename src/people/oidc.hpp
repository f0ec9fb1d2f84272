#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>

// Sign-in by a provider of the city (OpenID Connect, authorization code with PKCE): what is asked and what is believed.
// The talking is the service's.

namespace celadon::people {

/// Kept in the ledger as setting/oidc.
struct OidcSettings {
  bool enabled = false;
  std::string issuer;  ///< "https://sso.example.gov.cn/realms/eco"
  std::string client_id;
  std::string client_secret;  ///< never shown; empty: a public client
  std::string redirect;       ///< where the browser comes back: our /api/v1/oidc/return, as it is seen from outside
  std::string name_claim = "preferred_username";  ///< claim that holds the name of the account here
  std::string ca_file;  ///< PEM of the authority that signed the provider's certificate; empty: those of the system
};

[[nodiscard]] std::string to_body(const OidcSettings& settings);
/// Errors   malformed with the field.
[[nodiscard]] Result<OidcSettings> read_oidc_settings(std::string_view body);
/// The provider and our own address are https, or http on loopback. Errors   invalid_value with the field.
[[nodiscard]] Result<void> check_oidc_settings(const OidcSettings& settings);

/// What the provider says of itself. Source   OpenID Connect Discovery 1.0, 4.
struct OidcProvider {
  std::string authorization_endpoint, token_endpoint;
};
[[nodiscard]] std::string discovery_address(const OidcSettings& settings);
/// Errors   malformed; refused where it names another issuer or an endpoint that is not safe.
[[nodiscard]] Result<OidcProvider> read_oidc_provider(std::string_view json, const OidcSettings& settings);

/// A sign-in under way; all three are secrets of this sign-in.
struct OidcTry {
  std::string state, nonce, verifier;
};
[[nodiscard]] OidcTry new_oidc_try();
/// BASE64URL(SHA-256(verifier)). Source   RFC 7636 4.2.
[[nodiscard]] std::string pkce_challenge(std::string_view verifier);
/// Where the browser is sent.
[[nodiscard]] std::string authorization_address(const OidcSettings& settings, const OidcProvider& provider,
                                                const OidcTry& under_way);
/// Body of the request for tokens, application/x-www-form-urlencoded.
[[nodiscard]] std::string token_request(const OidcSettings& settings, const OidcTry& under_way, std::string_view code);
/// The name in the ID token of the answer, after its issuer, audience, time and nonce were checked.
///
/// Source   OpenID Connect Core 1.0, 3.1.3.7; by its item 6 the TLS of the token endpoint stands for the signature: the
///          token must come from there and from nowhere else.
/// Errors   malformed; refused naming the claim that does not fit.
[[nodiscard]] Result<std::string> name_in_answer(std::string_view json, const OidcSettings& settings,
                                                 const OidcTry& under_way, Instant now);

}  // namespace celadon::people
