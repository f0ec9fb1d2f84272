#include "people/oidc.hpp"

#include <doctest/doctest.h>

#include <sodium.h>

#include <vector>

using namespace celadon;
using namespace celadon::people;

namespace {

const Instant moment{1'800'000'000 * us_per_second};

OidcSettings settings() {
  OidcSettings one;
  one.enabled = true;
  one.issuer = "https://sso.example.gov.cn/realms/eco";
  one.client_id = "celadon";
  one.redirect = "https://eco.example.gov.cn/api/v1/oidc/return";
  return one;
}

const OidcTry under_way{"the state", "the nonce", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"};

std::string answer_with(const std::string& claims) {
  std::vector<char> text(sodium_base64_encoded_len(claims.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING));
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(claims.data()), claims.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return R"({"token_type":"Bearer","id_token":"e30.)" + std::string(text.data()) + R"(.sig"})";
}

/// The claims of a good token, with one piece written otherwise.
std::string answer(const std::string& piece = "", const std::string& by = "") {
  std::string claims =
      R"({"iss":"https://sso.example.gov.cn/realms/eco","aud":"celadon","exp":1800000300,"iat":1800000000,)"
      R"("nonce":"the nonce","preferred_username":"li"})";
  if (!piece.empty()) {
    const std::size_t at = claims.find(piece);
    REQUIRE(at != std::string::npos);
    claims.replace(at, piece.size(), by);
  }
  return answer_with(claims);
}

std::string refusal(const std::string& piece, const std::string& by) {
  const auto name = name_in_answer(answer(piece, by), settings(), under_way, moment);
  return name ? std::string() : name.error().detail;
}

}  // namespace

TEST_CASE("the challenge of RFC 7636 appendix B comes out") {
  CHECK(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("the browser is sent with everything the provider needs, encoded") {
  const OidcProvider provider{"https://sso.example.gov.cn/auth", "https://sso.example.gov.cn/token"};
  CHECK(
      authorization_address(settings(), provider, under_way) ==
      "https://sso.example.gov.cn/auth?response_type=code&scope=openid%20profile&client_id=celadon&redirect_uri="
      "https%3A%2F%2Feco.example.gov.cn%2Fapi%2Fv1%2Foidc%2Freturn&state=the%20state&nonce=the%20nonce&code_challenge="
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
  OidcSettings secret = settings();
  secret.client_secret = "a&b";
  CHECK(token_request(secret, under_way, "c=d").find("&client_secret=a%26b") != std::string::npos);
  CHECK(token_request(secret, under_way, "c=d").find("&code=c%3Dd&") != std::string::npos);
  CHECK(token_request(settings(), under_way, "c").find("client_secret") == std::string::npos);
}

TEST_CASE("a good ID token names the account") {
  CHECK(name_in_answer(answer(), settings(), under_way, moment).value() == "li");
  CHECK(name_in_answer(answer("\"celadon\"", R"(["celadon"])"), settings(), under_way, moment).has_value());
  CHECK(name_in_answer(answer("\"celadon\"", R"(["other","celadon"],"azp":"celadon")"), settings(), under_way, moment)
            .has_value());
}

TEST_CASE("a token for somebody else, from somebody else, of another time or another sign-in is refused") {
  CHECK(refusal("realms/eco", "realms/evil").find("iss") != std::string::npos);
  CHECK(refusal("\"celadon\"", "\"other\"").find("aud") != std::string::npos);
  CHECK(refusal("\"celadon\"", R"(["other","celadon"])").find("aud") != std::string::npos);
  CHECK(refusal("\"celadon\"", R"("celadon","azp":"other")").find("aud") != std::string::npos);
  CHECK(refusal("\"celadon\"", "7").find("aud") != std::string::npos);
  CHECK(refusal("1800000300", "1799999940").find("exp") != std::string::npos);
  CHECK(refusal("1800000300", "1799999941").empty());
  CHECK(refusal("\"exp\"", "\"expires\"").find("exp") != std::string::npos);
  CHECK(refusal("\"iat\":1800000000", "\"iat\":1800000061").find("iat") != std::string::npos);
  CHECK(refusal("the nonce", "a nonce").find("nonce") != std::string::npos);
  CHECK(refusal("preferred_username", "email").find("preferred_username") != std::string::npos);
  CHECK(refusal("\"li\"", "\"li ming\"").find("no name") != std::string::npos);
  CHECK_FALSE(name_in_answer(answer("\"the nonce\"", "\"\""), settings(), OidcTry{}, moment).has_value());
}

TEST_CASE("what is no token is malformed") {
  for (const char* text : {"", "[]", "{}", R"({"id_token":"a.b"})", R"({"id_token":"a.!!.c"})",
                           R"({"id_token":"a.e30"})", R"({"id_token":"a.W10.c"})", R"({"id_token":7})"})
    CHECK(name_in_answer(text, settings(), under_way, moment).error().code == Errc::malformed);
}

TEST_CASE("the provider must call itself as the settings do, and its endpoints be safe") {
  const auto read = [](const std::string& text) { return read_oidc_provider(text, settings()); };
  const std::string good = R"({"issuer":"https://sso.example.gov.cn/realms/eco","authorization_endpoint":)"
                           R"("https://sso.example.gov.cn/a","token_endpoint":"https://sso.example.gov.cn/t"})";
  CHECK(read(good)->token_endpoint == "https://sso.example.gov.cn/t");
  CHECK(read("{}").error().code == Errc::refused);
  CHECK(read("nonsense").error().code == Errc::malformed);
  std::string plain = good;
  plain.replace(plain.find("https://sso.example.gov.cn/t"), 5, "http");
  CHECK(read(plain).error().detail.find("token_endpoint") != std::string::npos);
  CHECK(discovery_address(settings()) == "https://sso.example.gov.cn/realms/eco/.well-known/openid-configuration");
}

TEST_CASE("settings come back as they were kept, and unsafe ones are named") {
  OidcSettings one = settings();
  one.client_secret = "s";
  one.name_claim = "uid";
  const auto back = read_oidc_settings(to_body(one));
  REQUIRE(back);
  CHECK(back->issuer == one.issuer);
  CHECK(back->client_secret == "s");
  CHECK(back->name_claim == "uid");
  CHECK(check_oidc_settings(one).has_value());
  const auto field_of = [](auto change) {
    OidcSettings wrong = settings();
    change(wrong);
    const auto checked = check_oidc_settings(wrong);
    return checked ? std::string() : checked.error().field;
  };
  CHECK(field_of([](auto& s) { s.issuer = "http://sso.example.gov.cn"; }) == "issuer");
  CHECK(field_of([](auto& s) { s.issuer = "http://127.0.0.1.example.com"; }) == "issuer");
  CHECK(field_of([](auto& s) { s.issuer = "http://127.0.0.1:80@example.com"; }) == "issuer");
  CHECK(field_of([](auto& s) { s.issuer = "http://127.0.0.1:9000"; }).empty());
  CHECK(field_of([](auto& s) { s.issuer = "https://x/?a=b"; }) == "issuer");
  CHECK(field_of([](auto& s) { s.client_id = ""; }) == "client_id");
  CHECK(field_of([](auto& s) { s.redirect = "https://eco.example.gov.cn/"; }) == "redirect");
  CHECK(field_of([](auto& s) {
          s.redirect = "";
          s.enabled = false;
        }).empty());
}
