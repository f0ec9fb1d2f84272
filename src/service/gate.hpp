#pragma once

#include "ledger/audit.hpp"
#include "people/people.hpp"
#include "service/http.hpp"

#include <optional>
#include <string>

namespace celadon::service {

class JsonBody;

/// Lets a request through to its handler, or says why not, by packs/people/rights.yaml.
///
///     401 not-signed-in   nobody asks for what not anybody may
///     403 no-right        the roles of the caller do not have it, the token is read-only, or no entry names the route;
///                         the attempt goes into the audit
///     403 foreign-page    it changes something, and a page of another site may have sent it
class Gate {
 public:
  Gate(people::People& people, const people::RouteRights& rights, ledger::Audit& audit)
      : people_(people), rights_(rights), audit_(audit) {}
  /// Fills `request.caller`; nothing where the request may go on.
  [[nodiscard]] std::optional<Response> check(const Route& route, Request& request) const;
  /// Whether somebody asks who works for the bureau, or the house is open: who may hear of cases and devices.
  [[nodiscard]] bool is_inside(const Request& request) const;

 private:
  void note_refusal(const Request& request) const;
  people::People& people_;
  const people::RouteRights& rights_;
  ledger::Audit& audit_;
};

/// Whether a person or token has signed in; else the body's `who` stands (the open house).
[[nodiscard]] bool signed_in(const Request& request);
/// Who acts: the caller's name where somebody has signed in, whatever the body says; else its `who`, which is needed.
[[nodiscard]] std::string who_of(const Request& request, JsonBody& body);
/// As who_of; blank where the body has none.
[[nodiscard]] std::string who_or_blank(const Request& request, JsonBody& body);

}  // namespace celadon::service
