#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "engine/async/stream.h"
#include "engine/base/clock.h"

// TLS over any Stream. The streams that come out move between cores as the ones below them do.

struct ssl_ctx_st;  // OpenSSL's own stays in the sources

namespace antiphon {

/// Why a handshake gave no stream.
struct TlsFailure {
  enum class Kind {
    cut,       ///< the other side left
    too_slow,  ///< the deadline passed
    refused,   ///< no version or application protocol in common, or not TLS at all
  };
  Kind kind;
  std::string reason;  ///< for the log
};

/// "cut", "too_slow", "refused"
std::string_view to_text(TlsFailure::Kind kind);

/// A server's end: TLS 1.3 alone, HTTP/1.1 by ALPN, session tickets but no early data. Shared by
/// all cores.
class TlsServer {
 public:
  struct Files {
    std::filesystem::path certificate;  ///< PEM: the server's own first, then the chain
    std::filesystem::path key;          ///< PEM, not encrypted
  };

  /// Reads both files. @throws Error{Code::invalid} naming the file and what is wrong: not there,
  /// not PEM, an encrypted key, key and certificate that do not belong together, a certificate that
  /// is not valid at `now`
  TlsServer(Files files, Timestamp now);

  /// Reads the files again; who is connected stays so. By one thread.
  /// @throws as the constructor does; then what was read before is kept
  void reload(Timestamp now);

  /// Whether the files have changed since they were last read and have come to rest: they are as
  /// they were at the last call. By the thread that reloads.
  bool has_changed();

  /// When the certificate ends to be valid.
  Timestamp valid_until() const;

  /// Shakes hands over an accepted stream until `deadline`.
  Task<std::expected<std::unique_ptr<Stream>, TlsFailure>> accept(std::unique_ptr<Stream> stream,
                                                                  Instant deadline);

 private:
  struct Loaded {
    std::shared_ptr<ssl_ctx_st> context;
    Timestamp valid_until;
  };
  static Loaded load(const Files& files, Timestamp now);
  Loaded current() const;

  Files files_;
  std::string read_stamp_;  // what the files were when they were last read
  std::string seen_stamp_;
  mutable std::mutex mutex_;  // guards loaded_
  Loaded loaded_;
};

/// A client's end: TLS 1.3, or 1.2 with servers that know no better. Shared by all cores.
class TlsClient {
 public:
  struct Options {
    /// PEM file of the authorities to trust; empty: those of the system.
    std::filesystem::path authorities = {};
  };

  /// @throws Error{Code::invalid} when the authorities cannot be read
  explicit TlsClient(const Options& options);
  TlsClient() : TlsClient(Options{}) {}

  /// Shakes hands over a connected stream. The server's certificate must be of a trusted authority
  /// and be for `server_name`, a host name or an address.
  /// @throws Error{Code::unavailable} naming the server and what is wrong, Error{Code::timeout}
  Task<std::unique_ptr<Stream>> connect(std::unique_ptr<Stream> stream, std::string server_name,
                                        Instant deadline);

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace antiphon
