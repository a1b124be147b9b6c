#pragma once

#include "speech/decoder.h"

namespace antiphon::speech {

/// Serves one stream on `socket` until the other side closes it or breaks the protocol.
void serve(int socket, Decoder& decoder);

/// Sends all bytes; false when the other side has gone.
bool send_all(int socket, std::string_view bytes);

}  // namespace antiphon::speech
