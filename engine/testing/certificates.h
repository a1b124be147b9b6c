#pragma once

#include <string>

#include "engine/base/clock.h"

namespace antiphon::testing {

/// What a certificate says; by default one for this machine that is good for the real clock.
struct CertificateWish {
  std::string names = "DNS:localhost,IP:127.0.0.1";
  Timestamp from = SystemClock().now() - std::chrono::hours(24);
  Timestamp until = SystemClock().now() + std::chrono::hours(24 * 90);
  std::string passphrase = {};  ///< not empty: the key is encrypted with it
};

/// A certificate and its key, both PEM.
struct SelfSigned {
  std::string certificate;
  std::string key;
};

/// A new P-256 key and a certificate that it signed itself: a client trusts it by taking it for an
/// authority.
SelfSigned make_certificate(const CertificateWish& wish = {});

}  // namespace antiphon::testing
