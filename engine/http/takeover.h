#pragma once

#include <memory>
#include <string>

#include "engine/async/stream.h"

namespace antiphon::http {

/// A connection's socket and the bytes that came after the request's head.
struct TakenSocket {
  std::unique_ptr<Stream> stream;
  std::string received;
};

/// Where a takeover handler gets its socket from. Until take() the handler may still throw an
/// Error, which is answered as on any other route; afterwards the socket is its own: to upgrade, to
/// move to another core (Stream::release), to close.
class Takeover {
 public:
  class Source {
   public:
    virtual ~Source() = default;
    virtual TakenSocket take() = 0;
  };

  explicit Takeover(Source& source) : source_(&source) {}
  /// Once.
  TakenSocket take() { return source_->take(); }

 private:
  Source* source_;
};

}  // namespace antiphon::http
