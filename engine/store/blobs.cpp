#include "engine/store/blobs.h"

namespace antiphon::store {

Task<Blob> BlobStore::put(Instant deadline, std::string content) {
  std::uint64_t bytes = content.size();
  // The first call gives the content and leaves the empty end behind.
  auto rest = std::make_shared<std::string>(std::move(content));
  auto source = [rest]() -> Task<std::string> { co_return std::exchange(*rest, {}); };
  co_return co_await put(deadline, source, bytes);
}

}  // namespace antiphon::store
