#pragma once

#include <memory>
#include <string>

#include "engine/live/session.h"

namespace antiphon::live {

/// Ends the session and waits until its end is on the disk: who is answered after this finds it
/// over after a power cut, too. On its home core. Its clients are told as by Session::close().
/// @throws Error{Code::unavailable} when it is not there by `deadline`; the session is over anyway,
///         and after a crash before the disk took it, it goes on
Task<> end_session(std::shared_ptr<Session> session, std::string reason, Instant deadline);

}  // namespace antiphon::live
