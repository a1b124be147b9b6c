#include "engine/identity/secrets.h"

#include <sodium.h>

#include "engine/base/error.h"

namespace antiphon::identity {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19456 * std::size_t{1024};

}  // namespace

std::string hash_secret(std::string_view secret) {
  ENSURE(::sodium_init() >= 0, "libsodium starts");
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  int failed = ::crypto_pwhash_str_alg(hash.data(), secret.data(), secret.size(), passes,
                                       memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw Error(Code::unavailable, "No memory is left to sign in; try again.");
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_secret(std::string_view secret, const std::string& hash) {
  ENSURE(::sodium_init() >= 0, "libsodium starts");
  return ::crypto_pwhash_str_verify(hash.c_str(), secret.data(), secret.size()) == 0;
}

}  // namespace antiphon::identity
