#include "people/passwords.hpp"

#include <doctest/doctest.h>

using namespace celadon;
using namespace celadon::people;

TEST_CASE("a password fits its own hash and no other, and the hash says it is argon2id") {
  const auto hash = hash_password("correct horse", HashWork::least);
  REQUIRE(hash);
  CHECK(hash->starts_with("$argon2id$"));
  CHECK(hash->find("correct") == std::string::npos);
  CHECK(password_fits(*hash, "correct horse", HashWork::least));
  CHECK_FALSE(password_fits(*hash, "correct horsf", HashWork::least));
  CHECK_FALSE(password_fits(*hash, "", HashWork::least));
  CHECK(*hash_password("correct horse", HashWork::least) != *hash);
}

TEST_CASE("the hash that is kept in earnest carries libsodium's interactive work") {
  const auto hash = hash_password("correct horse", HashWork::interactive);
  REQUIRE(hash);
  CHECK(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
}

TEST_CASE("nothing fits the hash of nobody, nor one that is broken") {
  CHECK_FALSE(password_fits("", "", HashWork::least));
  CHECK_FALSE(password_fits("", "correct horse", HashWork::least));
  CHECK_FALSE(password_fits("$argon2id$broken", "correct horse", HashWork::least));
}

TEST_CASE("a password of ten characters is taken, and one of nine is not") {
  CHECK(check_password("yizhangzhi", "li").has_value());
  CHECK(check_password("yizhangzh", "li").error().field == "password");
  CHECK(check_password("青花瓷窑火十里长街", "li").error().field == "password");  // nine
  CHECK(check_password("青花瓷窑火照十里长街", "li").has_value());                // ten, though of three bytes each
  CHECK(check_password(std::string(1024, 'a') + "b", "li").error().field == "password");
  CHECK(check_password(std::string(1023, 'a') + "b", "li").has_value());
}

TEST_CASE("what everybody tries first is refused") {
  for (const char* text :
       {"1234567890", "Password123", "QWERTYUIOP", "woaini1314520", "aaaaaaaaaaaa", "zhangsan2026", "1234567890"})
    CHECK_FALSE(check_password(text, "zhangsan").has_value());
  CHECK(check_password("zhangsan2026", "lisi").has_value());
  CHECK(check_password("zhangsan2026", "zha").has_value());  // too short a name to be looked for
}

TEST_CASE("secrets are 64 hexadecimal digits and never the same") {
  const std::string secret = new_secret();
  CHECK(secret.size() == 64);
  CHECK(secret.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(new_secret() != secret);
}
