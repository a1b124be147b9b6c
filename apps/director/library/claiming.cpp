#include "apps/director/library/claiming.h"

#include "apps/director/library/content.h"

namespace antiphon::director {

Task<> Claiming::run(store::JobContext job) {
  const Call& call = job.call();
  auto unclaimed = co_await parts_.assets.unclaimed(call.tenant(), call);
  std::size_t done = 0;
  for (const Asset& asset : unclaimed) {
    co_await claim(call, asset);
    job.progress(static_cast<double>(++done) / static_cast<double>(unclaimed.size()));
  }
}

// A content that is put again stays where it is, and is known to the ledger from then on.
Task<> Claiming::claim(Call call, Asset asset) {
  std::vector<store::UploadedBlob> blobs;
  std::string problem;
  try {
    for (const std::string& hash : {asset.content_hash, asset.thumbnail_hash}) {
      blobs.push_back(co_await put(call, hash));
    }
  } catch (const Error& error) {
    if (error.code() != Code::not_found && error.code() != Code::quota_exceeded) throw;
    problem = error.message();
  }
  co_await parts_.database.write(
      Due(call), [this, tenant = call.tenant(), asset, blobs, problem](store::Tx& tx) {
        auto current = AssetStore::find(tx, tenant, asset.id);
        if (!current) return;
        for (const store::UploadedBlob& blob : blobs) {
          parts_.ledger.adopt(tx, tenant, blob, asset.id);
        }
        if (problem.empty()) {
          current->bytes = static_cast<std::int64_t>(blobs.front().blob.bytes);
        } else {
          current->state = ClipState::failed;
          current->problem = problem;
        }
        AssetStore::update(tx, tenant, *current);
      });
}

Task<store::UploadedBlob> Claiming::put(Call call, std::string hash) {
  auto path = co_await parts_.blobs.local_file(call.deadline(), hash);
  co_return co_await parts_.ledger.put(call, content_of(path, parts_.files, call.deadline()),
                                       clip_bytes_max);
}

}  // namespace antiphon::director
