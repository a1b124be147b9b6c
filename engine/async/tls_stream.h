#pragma once

#include <memory>

#include "engine/async/stream.h"
#include "engine/async/waiter.h"

struct ssl_st;
struct ssl_ctx_st;
struct bio_st;

namespace antiphon {

struct FreeSsl {
  void operator()(ssl_st* session) const;
};
using SslPointer = std::unique_ptr<ssl_st, FreeSsl>;

/// A TLS session over another stream. OpenSSL never sees a socket: what it reads and writes passes
/// through memory, so that the stream below can be any and the session can move between cores.
class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<Stream> below, SslPointer session);

  /// A session of `context` that reads and writes memory.
  /// @param is_server  its role in the handshake
  static SslPointer make_session(ssl_ctx_st& context, bool is_server);

  /// Gives what is wrong in OpenSSL's words, or "" when the handshake is done. Needed once, before
  /// anything else. @throws boost::system::system_error when the stream below breaks or ends
  Task<std::string> shake_hands();

  Task<std::size_t> read_some(std::span<char> into) override;
  /// Messages of the protocol's own are something that has come.
  bool is_silent() const override;
  Task<> write_all(std::span<const std::string_view> pieces) override;
  Task<> end_writing() override;
  void close() noexcept override { below_->close(); }
  std::string peer() const override { return below_->peer(); }
  std::unique_ptr<LooseStream> release() override;

  ssl_st* session() { return session_.get(); }

 private:
  Task<bool> receive(std::span<char> scratch);
  void encrypt(std::string_view plain);
  Task<> flush();

  std::unique_ptr<Stream> below_;
  SslPointer session_;
  bool is_flushing_ = false;
  Waiter flushed_;  // the writer waits while the reader sends an answer of the protocol's own
};

}  // namespace antiphon
