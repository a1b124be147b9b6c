#include "engine/testing/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "engine/base/error.h"

namespace antiphon::testing {

namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* c) { X509_free(c); })>;
using Extension =
    std::unique_ptr<X509_EXTENSION, decltype([](X509_EXTENSION* e) { X509_EXTENSION_free(e); })>;

std::string text_of(BIO* memory) {
  char* data = nullptr;
  auto size = static_cast<std::size_t>(BIO_get_mem_data(memory, &data));
  return {data, size};
}

std::time_t seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void add_names(X509* certificate, const std::string& names) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, names.c_str()));
  ENSURE(extension, "the names are DNS:… or IP:…, with commas between");
  X509_add_ext(certificate, extension.get(), -1);
}

std::string key_text(EVP_PKEY* key, const std::string& passphrase) {
  Bio memory(BIO_new(BIO_s_mem()));
  const EVP_CIPHER* cipher = passphrase.empty() ? nullptr : EVP_aes_128_cbc();
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key, cipher, passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  return text_of(memory.get());
}

}  // namespace

SelfSigned make_certificate(const CertificateWish& wish) {
  Key key(EVP_EC_gen("P-256"));
  Certificate certificate(X509_new());
  ENSURE(key && certificate, "OpenSSL has memory");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), seconds(wish.from));
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), seconds(wish.until));
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  add_names(certificate.get(), wish.names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  Bio memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), certificate.get());
  return {text_of(memory.get()), key_text(key.get(), wish.passphrase)};
}

}  // namespace antiphon::testing
