#include "engine/store/blobs.h"

namespace antiphon::store {
namespace {

// All of it the first time, then the empty end.
Task<std::string> take_all(std::shared_ptr<std::string> content) {
  co_return std::exchange(*content, {});
}

}  // namespace

Task<Blob> BlobStore::put(Instant deadline, std::string content) {
  std::uint64_t bytes = content.size();
  auto kept = std::make_shared<std::string>(std::move(content));
  return put(deadline, [kept] { return take_all(kept); }, bytes);
}

}  // namespace antiphon::store
