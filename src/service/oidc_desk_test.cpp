#include "service/oidc_desk.hpp"

#include "service/https_client.hpp"
#include "service/service_test_world.hpp"

#include <doctest/doctest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sodium.h>

#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

using namespace celadon;
using namespace celadon::service;
using test::must;
using test::World;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

/// A certificate for a host, signed by itself, and its key, as PEM files.
void write_certificate(const std::string& host, const std::filesystem::path& certificate,
                       const std::filesystem::path& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
  X509_set_pubkey(x509, key);
  X509_NAME* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host).c_str());
  X509_add_ext(x509, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(x509, key, EVP_sha256());
  std::FILE* out = std::fopen(certificate.c_str(), "w");
  PEM_write_X509(out, x509);
  std::fclose(out);
  out = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(x509);
  EVP_PKEY_free(key);
}

std::string base64url(const std::string& bytes) {
  std::vector<char> text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING));
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

/// A provider on this machine that speaks TLS and gives whoever brings a code a token for `name`.
class Provider {
 public:
  Provider(const std::filesystem::path& folder, const std::string& certified_host)
      : certificate(folder / "provider.pem"), tls_(asio::ssl::context::tls_server), acceptor_(io_, {tcp::v4(), 0}) {
    write_certificate(certified_host, certificate, folder / "provider.key");
    tls_.use_certificate_chain_file(certificate.string());
    tls_.use_private_key_file((folder / "provider.key").string(), asio::ssl::context::pem);
    issuer = "https://localhost:" + std::to_string(acceptor_.local_endpoint().port());
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) serve_one();
    });
  }
  ~Provider() {
    thread_.request_stop();
    boost::system::error_code ignored;
    tcp::socket(io_).connect({asio::ip::address_v4::loopback(), acceptor_.local_endpoint().port()}, ignored);
  }

  std::filesystem::path certificate;
  std::string issuer, nonce, name = "wang";  ///< set before the code is brought
  std::mutex mutex;
  std::string token_request;

 private:
  void serve_one() {
    boost::system::error_code error;
    asio::ssl::stream<tcp::socket> stream(io_, tls_);
    acceptor_.accept(stream.next_layer(), error);
    if (!error) stream.handshake(asio::ssl::stream_base::server, error);
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    if (!error) http::read(stream, buffer, request, error);
    if (error) return;
    http::response<http::string_body> response{http::status::ok, 11};
    response.body() = body_for(request);
    response.prepare_payload();
    http::write(stream, response, error);
    stream.shutdown(error);
  }
  std::string body_for(const http::request<http::string_body>& request) {
    const std::lock_guard lock(mutex);
    if (request.target() == "/.well-known/openid-configuration")
      return R"({"issuer":")" + issuer + R"(","authorization_endpoint":")" + issuer + R"(/auth","token_endpoint":")" +
             issuer + R"(/token"})";
    token_request = request.body();
    const std::string now_s = std::to_string(now().us / us_per_second);
    return R"({"id_token":"e30.)" +
           base64url(R"({"iss":")" + issuer + R"(","aud":"celadon","exp":)" + now_s + R"(,"iat":)" + now_s +
                     R"(,"nonce":")" + nonce + R"(","preferred_username":")" + name + R"("})") +
           R"(.c2ln"})";
  }

  asio::io_context io_;
  asio::ssl::context tls_;
  tcp::acceptor acceptor_;
  std::jthread thread_;
};

std::string value_in(const std::string& address, const std::string& name) {
  const std::size_t at = address.find(name + "=");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + name.size() + 1;
  return address.substr(begin, address.find('&', begin) - begin);
}

people::OidcSettings settings_for(const Provider& provider) {
  people::OidcSettings settings;
  settings.enabled = true;
  settings.issuer = provider.issuer;
  settings.client_id = "celadon";
  settings.redirect = "https://eco.example.gov.cn/api/v1/oidc/return";
  settings.ca_file = provider.certificate.string();
  return settings;
}

void make_accounts(World& world) {
  people::Person person;
  person.name = "li";
  person.roles = {"admin"};
  static_cast<void>(world.enter(person));
  person.name = "wang";
  person.roles = {"duty"};
  must(world.people->put(person, "", "test"));  // without a password: only by the provider
}

}  // namespace

TEST_CASE("a person signs in by the provider, once for each sign-in that was begun, and in the same browser") {
  World world;
  make_accounts(world);
  Provider provider(world.folder, "localhost");
  OidcDesk desk(*world.ledger, *world.people, *world.audit, now);
  CHECK(desk.begin().error().code == Errc::not_found);
  must(desk.put(settings_for(provider), 0, "li"));

  const auto begun = must(desk.begin());
  const std::string state = value_in(begun.address, "state");
  {
    const std::lock_guard lock(provider.mutex);
    provider.nonce = value_in(begun.address, "nonce");
  }
  const auto in = desk.end(state, "the code", begun.browser);
  if (!in) FAIL(in.error().detail);
  CHECK(world.people->caller(in->session, "").name == "wang");
  {
    const std::lock_guard lock(provider.mutex);
    CHECK(people::pkce_challenge(value_in(provider.token_request, "code_verifier")) ==
          value_in(begun.address, "code_challenge"));
    CHECK(value_in(provider.token_request, "code") == "the%20code");
  }
  CHECK(desk.end(state, "the code", begun.browser).error().field == "state");  // used up

  const auto second = must(desk.begin());
  CHECK(desk.end(value_in(second.address, "state"), "the code", "another browser").error().field == "state");
  const auto third = must(desk.begin());  // the provider still says the first one's nonce
  CHECK(desk.end(value_in(third.address, "state"), "the code", third.browser).error().detail.find("nonce") !=
        std::string::npos);
  const auto fourth = must(desk.begin());
  {
    const std::lock_guard lock(provider.mutex);
    provider.nonce = value_in(fourth.address, "nonce");
    provider.name = "stranger";
  }
  CHECK(desk.end(value_in(fourth.address, "state"), "the code", fourth.browser).error().code == Errc::refused);
}

TEST_CASE("a provider whose certificate is another's, or of an authority nobody named, is not believed") {
  World world;
  make_accounts(world);
  Provider impostor(world.folder, "sso.example.gov.cn");
  OidcDesk desk(*world.ledger, *world.people, *world.audit, now);
  auto settings = settings_for(impostor);
  const auto kept = must(desk.put(settings, 0, "li"));
  CHECK(desk.begin().error().code == Errc::io_failed);
  settings.ca_file.clear();
  must(desk.put(settings, kept.revision, "li"));
  CHECK(desk.begin().error().code == Errc::io_failed);
}

TEST_CASE("addresses that are not https are not asked, and a silent server is given up") {
  for (const char* address : {"", "http://example.com/", "ftp://127.0.0.1/", "https://", "https://a@b/"})
    CHECK(https_exchange({address, "", ""}).error().code == Errc::malformed);
  asio::io_context io;
  tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});
  const std::string address = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/";
  CHECK(https_exchange({address, "", "", std::chrono::seconds(1)}).error().code == Errc::timed_out);
}

TEST_CASE("the settings show no secret, and what is not named in a change stays") {
  World world;
  const auto send = [&](const char* method, const std::string& body) {
    Request request;
    request.method = method;
    request.path = "/api/v1/oidc/settings";
    request.body = body;
    return world.service->answer(std::move(request));
  };
  CHECK(send("GET", "").body.find("\"enabled\":false") != std::string::npos);
  const std::string good = R"({"enabled":true,"issuer":"https://sso.example.gov.cn","client_id":"celadon",)"
                           R"("client_secret":"top secret","redirect":"https://eco.example.gov.cn/api/v1/oidc/return",)"
                           R"("revision":0})";
  const Response stored = send("PUT", good);
  CHECK(stored.status == 200);
  CHECK(stored.body.find("top secret") == std::string::npos);
  CHECK(stored.body.find("\"has_client_secret\":true") != std::string::npos);
  CHECK(send("PUT", good).status == 409);
  CHECK(send("PUT", R"({"name_claim":"uid","revision":1})").body.find("\"has_client_secret\":true") !=
        std::string::npos);
  CHECK(send("PUT", R"({"issuer":"http://sso.example.gov.cn","revision":2})").status == 422);
}
