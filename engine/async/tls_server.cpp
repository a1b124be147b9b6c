#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <boost/system/system_error.hpp>
#include <cstring>

#include "engine/async/call.h"
#include "engine/async/tls.h"
#include "engine/async/tls_stream.h"
#include "engine/base/error.h"

namespace antiphon {

namespace {

using Path = std::filesystem::path;
using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* c) { X509_free(c); })>;

[[noreturn]] void refuse(const Path& path, std::string_view why) {
  ERR_clear_error();
  throw Error(Code::invalid, fmt::format("{} {}", path.string(), why));
}

Bio open_file(const Path& path) {
  Bio file(BIO_new_file(path.c_str(), "r"));
  if (!file) refuse(path, fmt::format("cannot be read: {}.", std::strerror(errno)));
  return file;
}

// Called for an encrypted key; without it OpenSSL would ask at the terminal.
int note_encryption(char*, int, int, void* is_encrypted) {
  *static_cast<bool*>(is_encrypted) = true;
  return -1;
}

Key read_key(const Path& path) {
  bool is_encrypted = false;
  Key key(PEM_read_bio_PrivateKey(open_file(path).get(), nullptr, note_encryption, &is_encrypted));
  if (is_encrypted) refuse(path, "is an encrypted key; the server needs it without a passphrase.");
  if (!key) refuse(path, "holds no private key in PEM form.");
  return key;
}

Timestamp time_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return Timestamp(std::chrono::seconds(::timegm(&parts)));
}

std::string text_of(Timestamp time) {
  auto date = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void check_validity(const Path& path, const X509* certificate, Timestamp now) {
  Timestamp from = time_of(X509_get0_notBefore(certificate));
  Timestamp until = time_of(X509_get0_notAfter(certificate));
  if (now < from) refuse(path, fmt::format("is valid only from {}.", text_of(from)));
  if (now >= until) refuse(path, fmt::format("has expired on {}.", text_of(until)));
}

// Takes HTTP/1.1 from what the client offers; a client that offers only others is refused.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  int result = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_length, ours,
                                     sizeof ours - 1, offered, offered_length);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> make_context() {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  ENSURE(context, "OpenSSL has memory");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  // Clients resume by tickets, which cost the server no memory.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  return context;
}

std::string stamp_of(const Path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return "none;";
  return fmt::format("{} {} {}.{};", found.st_ino, found.st_size, found.st_mtim.tv_sec,
                     found.st_mtim.tv_nsec);
}

std::string stamp_of(const TlsServer::Files& files) {
  return stamp_of(files.certificate) + stamp_of(files.key);
}

}  // namespace

std::string_view to_text(TlsFailure::Kind kind) {
  switch (kind) {
    case TlsFailure::Kind::cut: return "cut";
    case TlsFailure::Kind::too_slow: return "too_slow";
    case TlsFailure::Kind::refused: return "refused";
  }
  return "?";
}

TlsServer::TlsServer(Files files, Timestamp now)
    : files_(std::move(files)),
      read_stamp_(stamp_of(files_)),
      seen_stamp_(read_stamp_),
      loaded_(load(files_, now)) {}

TlsServer::Loaded TlsServer::load(const Files& files, Timestamp now) {
  open_file(files.certificate);
  auto context = make_context();
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    refuse(files.certificate, "holds no certificate chain in PEM form.");
  }
  X509* certificate = SSL_CTX_get0_certificate(context.get());
  check_validity(files.certificate, certificate, now);
  Key key = read_key(files.key);
  if (X509_check_private_key(certificate, key.get()) != 1) {
    refuse(files.key,
           fmt::format("is not the key of the certificate in {}.", files.certificate.string()));
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    refuse(files.key, "holds a key that OpenSSL does not take.");
  }
  return {std::move(context), time_of(X509_get0_notAfter(certificate))};
}

void TlsServer::reload(Timestamp now) {
  // Before the reading: a change during it is seen as a further one.
  read_stamp_ = stamp_of(files_);
  Loaded loaded = load(files_, now);
  std::scoped_lock lock(mutex_);
  loaded_ = std::move(loaded);
}

bool TlsServer::has_changed() {
  std::string stamp = stamp_of(files_);
  bool is_at_rest = stamp == std::exchange(seen_stamp_, stamp);
  return is_at_rest && stamp != read_stamp_;
}

TlsServer::Loaded TlsServer::current() const {
  std::scoped_lock lock(mutex_);
  return loaded_;
}

Timestamp TlsServer::valid_until() const { return current().valid_until; }

Task<std::expected<std::unique_ptr<Stream>, TlsFailure>> TlsServer::accept(
    std::unique_ptr<Stream> stream, Instant deadline) {
  auto secured = std::make_unique<TlsStream>(std::move(stream),
                                             TlsStream::make_session(*current().context, true));
  TlsFailure failure{TlsFailure::Kind::refused, ""};
  try {
    failure.reason = co_await within(deadline, secured->shake_hands());
    if (failure.reason.empty()) co_return secured;
  } catch (const Error& late) {
    if (late.code() != Code::timeout) throw;
    failure = {TlsFailure::Kind::too_slow, late.message()};
  } catch (const boost::system::system_error& lost) {
    if (is_cancellation(std::current_exception())) throw;
    failure = {TlsFailure::Kind::cut, lost.code().message()};
  }
  co_return std::unexpected(std::move(failure));
}

}  // namespace antiphon
