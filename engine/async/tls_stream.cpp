#include "engine/async/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/base/error.h"

namespace antiphon {

namespace {

namespace asio = boost::asio;

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;
// Enough for one system call, little enough to hold in memory for a client that does not read.
constexpr std::size_t flush_bytes = std::size_t{64} << 10;
constexpr std::size_t handshake_piece_bytes = 4096;

[[noreturn]] void fail(asio::error::basic_errors error) {
  throw boost::system::system_error(error);
}

// The reason of the newest error of this thread, which no suspension may separate from its call.
std::string last_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "it is not TLS";
}

class LooseTlsStream final : public LooseStream {
 public:
  LooseTlsStream(std::unique_ptr<LooseStream> below, SslPointer session)
      : below_(std::move(below)), session_(std::move(session)) {}

  std::unique_ptr<Stream> settle_here() override {
    return std::make_unique<TlsStream>(below_->settle_here(), std::move(session_));
  }

 private:
  std::unique_ptr<LooseStream> below_;
  SslPointer session_;
};

}  // namespace

void FreeSsl::operator()(ssl_st* session) const { SSL_free(session); }

TlsStream::TlsStream(std::unique_ptr<Stream> below, SslPointer session)
    : below_(std::move(below)), session_(std::move(session)) {}

SslPointer TlsStream::make_session(ssl_ctx_st& context, bool is_server) {
  SslPointer session(SSL_new(&context));
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  ENSURE(session && in && out, "OpenSSL has memory");
  SSL_set_bio(session.get(), in, out);
  is_server ? SSL_set_accept_state(session.get()) : SSL_set_connect_state(session.get());
  return session;
}

Task<std::string> TlsStream::shake_hands() {
  std::array<char, handshake_piece_bytes> scratch;
  for (;;) {
    ERR_clear_error();
    int result = SSL_do_handshake(session_.get());
    bool wants_more = SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ;
    std::string reason = result == 1 || wants_more ? "" : last_reason();
    co_await flush();  // a failure too has an alert that tells the other side
    if (!wants_more) co_return reason;
    if (!co_await receive(scratch)) fail(asio::error::connection_reset);
  }
}

// Reads into the caller's buffer first what is encrypted, then what it says: an idle stream needs
// no buffer of its own.
Task<std::size_t> TlsStream::read_some(std::span<char> into) {
  for (;;) {
    ERR_clear_error();
    std::size_t count = 0;
    int result = SSL_read_ex(session_.get(), into.data(), into.size(), &count);
    int error = SSL_get_error(session_.get(), result);
    if (result == 1) co_return count;
    if (error == SSL_ERROR_ZERO_RETURN) co_return 0;
    if (!is_flushing_) co_await flush();
    if (error != SSL_ERROR_WANT_READ) fail(asio::error::connection_aborted);
    // An end that is not announced could be a stranger's cut (RFC 8446, 6.1).
    if (!co_await receive(into)) fail(asio::error::connection_reset);
  }
}

bool TlsStream::is_silent() const {
  return SSL_has_pending(session_.get()) == 0 &&
         BIO_ctrl_pending(SSL_get_rbio(session_.get())) == 0 && below_->is_silent();
}

Task<> TlsStream::write_all(std::span<const std::string_view> pieces) {
  while (is_flushing_) co_await flushed_.wait();
  std::string record;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      std::string_view part = piece.substr(0, record_bytes_max - record.size());
      piece.remove_prefix(part.size());
      record += part;
      if (record.size() < record_bytes_max) continue;
      encrypt(record);
      record.clear();
      if (BIO_ctrl_pending(SSL_get_wbio(session_.get())) >= flush_bytes) co_await flush();
    }
  }
  if (!record.empty()) encrypt(record);
  co_await flush();
}

Task<> TlsStream::end_writing() {
  while (is_flushing_) co_await flushed_.wait();
  ERR_clear_error();
  SSL_shutdown(session_.get());
  co_await flush();
  co_await below_->end_writing();
}

std::unique_ptr<LooseStream> TlsStream::release() {
  auto below = below_->release();
  if (!below) return nullptr;
  return std::make_unique<LooseTlsStream>(std::move(below), std::move(session_));
}

Task<bool> TlsStream::receive(std::span<char> scratch) {
  std::size_t count = co_await below_->read_some(scratch);
  BIO_write(SSL_get_rbio(session_.get()), scratch.data(), static_cast<int>(count));
  co_return count > 0;
}

void TlsStream::encrypt(std::string_view plain) {
  ERR_clear_error();
  std::size_t written = 0;
  // Into memory it is all or nothing.
  if (SSL_write_ex(session_.get(), plain.data(), plain.size(), &written) != 1) {
    fail(asio::error::broken_pipe);
  }
}

// Sends what OpenSSL has to say, also what the reader adds meanwhile. One at a time.
Task<> TlsStream::flush() {
  struct Flushing {
    explicit Flushing(TlsStream& owner) : stream(owner) { stream.is_flushing_ = true; }
    ~Flushing() {
      stream.is_flushing_ = false;
      if (stream.flushed_.is_waiting()) stream.flushed_.wake();
    }
    TlsStream& stream;
  };
  BIO* out = SSL_get_wbio(session_.get());
  if (BIO_ctrl_pending(out) == 0) co_return;
  Flushing flushing(*this);
  while (std::size_t count = BIO_ctrl_pending(out)) {
    std::string bytes(count, '\0');
    BIO_read(out, bytes.data(), static_cast<int>(count));
    co_await below_->write_all(bytes);
  }
}

}  // namespace antiphon
