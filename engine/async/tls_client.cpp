#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/call.h"
#include "engine/async/tls.h"
#include "engine/async/tls_stream.h"
#include "engine/base/error.h"

namespace antiphon {

namespace {

// Demands a certificate for this name or address, and says the name to servers of several.
void expect_server(SSL* session, const std::string& name) {
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(name, not_an_address);
  bool is_set = false;
  if (not_an_address) {
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    is_set = SSL_set1_host(session, name.c_str()) == 1 &&
             SSL_set_tlsext_host_name(session, name.c_str()) == 1;
  } else {
    is_set = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1;
  }
  ENSURE(is_set, "a server's name can be checked");
}

// What is wrong with the other side: its certificate before what else OpenSSL says.
std::string reason_of(SSL* session, std::string_view otherwise) {
  long verified = SSL_get_verify_result(session);
  if (verified == X509_V_OK) return std::string(otherwise);
  return fmt::format("its certificate is not good: {}", X509_verify_cert_error_string(verified));
}

}  // namespace

TlsClient::TlsClient(const Options& options)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  ENSURE(context_, "OpenSSL has memory");
  static constexpr unsigned char protocols[] = "\x08http/1.1";
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context_.get(), protocols, sizeof protocols - 1);
  bool is_read = options.authorities.empty()
                     ? SSL_CTX_set_default_verify_paths(context_.get()) == 1
                     : SSL_CTX_load_verify_file(context_.get(), options.authorities.c_str()) == 1;
  ERR_clear_error();
  if (!is_read) {
    throw Error(Code::invalid, fmt::format("{} holds no certificates of authorities in PEM form.",
                                           options.authorities.string()));
  }
}

Task<std::unique_ptr<Stream>> TlsClient::connect(std::unique_ptr<Stream> stream,
                                                 std::string server_name, Instant deadline) {
  auto secured =
      std::make_unique<TlsStream>(std::move(stream), TlsStream::make_session(*context_, false));
  expect_server(secured->session(), server_name);
  std::string reason;
  try {
    reason = co_await within(deadline, secured->shake_hands());
    if (reason.empty()) co_return secured;
    reason = reason_of(secured->session(), reason);
  } catch (const boost::system::system_error& lost) {
    if (is_cancellation(std::current_exception())) throw;
    reason = lost.code().message();
  }
  throw Error(Code::unavailable, fmt::format("No TLS with {}: {}.", server_name, reason));
}

}  // namespace antiphon
