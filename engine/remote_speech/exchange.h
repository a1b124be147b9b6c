#pragma once

#include <expected>

#include "engine/async/task.h"
#include "engine/remote_speech/hearing.h"

namespace antiphon::remote_speech {

/// Sends a request whose answer may take until `deadline` to begin, as one does that is thought
/// about.
/// @param client     outlives the task
/// @param body_time  for the body to come beyond that
/// @return the answer, which has the status 200; else what went wrong
Task<std::expected<std::unique_ptr<http::ClientAnswer>, HearingFailure>> open_answer(
    http::HttpClient* client, http::ClientRequest request, std::size_t body_bytes_max,
    Instant deadline, Duration body_time = {});

/// The rest of an answer. @param answer  outlives the task
Task<std::expected<std::string, HearingFailure>> read_whole(http::ClientAnswer* answer);

/// Whether the answer says that its body is of this type, whatever its parameters.
bool has_type(const http::ClientAnswer& answer, std::string_view type);

}  // namespace antiphon::remote_speech
