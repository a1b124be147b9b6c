#pragma once

#include <filesystem>
#include <string>

#include "engine/async/call.h"
#include "engine/async/pool.h"
#include "engine/base/error.h"
#include "engine/http/message.h"
#include "engine/store/blobs.h"

// Where the contents that are stored come from, piece by piece, and how they are served.

namespace antiphon::director {

/// A content at hand.
store::BlobSource content_of(std::string bytes);

/// A file of this machine. @param files  reads it; outlives the source
store::BlobSource content_of(std::filesystem::path path, Pool& files, Instant deadline);

/// The body of a request, which outlives the source: in large pieces, to be stored …
store::BlobSource content_of(const http::Request& request);
/// … and as it arrives, so that what came before a break is not lost.
store::BlobSource arriving(const http::Request& request);

/// A stored content as an answer that takes Range.
Task<http::Response> serve_blob(store::BlobStore& blobs, Call call, std::string hash,
                                std::string content_type, std::string cache_control);

/// Whether another attempt at what a content is made into would come to the same end.
bool is_lasting(const Error& error);

/// A Content-Disposition (RFC 6266): a plain name for old clients, the whole one in UTF-8 for all
/// others.
std::string attachment(std::string_view file_name);

}  // namespace antiphon::director
