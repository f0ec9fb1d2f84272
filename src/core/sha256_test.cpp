#include "core/sha256.hpp"

#include <doctest/doctest.h>

using namespace celadon;

TEST_CASE("SHA-256 gives the published digests, whole or in pieces") {
  // FIPS 180-4 examples: the empty text, "abc", and 448 bits.
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  Sha256 digest;
  digest.add("a");
  digest.add("");
  digest.add("bc");
  CHECK(digest.finish() == sha256("abc"));
}
