#include "apps/director/library/intake.h"

#include "apps/director/library/library.h"
#include "apps/director/library/preparation.h"
#include "engine/base/encoding.h"
#include "engine/base/ids.h"
#include "engine/schema/json.h"

namespace antiphon::director {

void check_file_name(std::string_view name) {
  auto refuse = [](std::string_view rule, std::string message) {
    throw Error({{"/fileName", std::string(rule), std::move(message)}});
  };
  if (name.size() > file_name_bytes_max) {
    refuse("max_length", fmt::format("The file's name has {} bytes; {} is the most.", name.size(),
                                     file_name_bytes_max));
  }
  if (!is_utf8(name)) refuse("utf8", "The file's name must be UTF-8.");
  auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  if (std::ranges::any_of(name, is_control)) {
    refuse("format", "The file's name has control characters.");
  }
}

Task<TakenIn> Intake::take_in(Call call, NewClip told, SentFile file) {
  check_file_name(file.name);
  // What is stored on the way is no effect yet: that of an Idempotency-Key is the clip.
  Call step = call.under(nullptr);
  auto uploaded = co_await parts_.ledger.put(step, std::move(file.content), clip_bytes_max);
  std::exception_ptr failure;
  try {
    if (auto asset = co_await known(step, uploaded)) {
      co_await drop(step, uploaded.upload);
      co_return TakenIn{*std::move(asset), false};
    }
    auto path = co_await parts_.blobs.local_file(step.deadline(), uploaded.blob.hash);
    auto facts = co_await parts_.film.look_into(path, step.deadline());
    Asset asset = describe(call, std::move(told), std::move(file.name), facts, uploaded.blob);
    co_return co_await store(call, std::move(asset), uploaded);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  co_await drop(step, uploaded.upload);
  std::rethrow_exception(failure);
}

Task<std::optional<Asset>> Intake::known(Call call, const store::UploadedBlob& uploaded) {
  return parts_.database.read(Due(call),
                              [tenant = call.tenant(), hash = uploaded.blob.hash](store::Tx& tx) {
                                return AssetStore::find_content(tx, tenant, hash);
                              });
}

Asset Intake::describe(const Call& call, NewClip told, std::string file_name,
                       const media::FilmFacts& facts, const store::Blob& blob) const {
  std::string title = told.title.empty() ? title_of_file(file_name) : std::move(told.title);
  return {.id = make_id("ast", parts_.random),
          .title = std::move(title),
          .description = std::move(told.description),
          .tags = std::move(told.tags),
          .topic = std::move(told.topic),
          .sentiment = told.sentiment,
          .licence = std::move(told.licence),
          .attribution = std::move(told.attribution),
          .content_type = media::media_type(facts),
          .duration = facts.length,
          .content_hash = blob.hash,
          .created_at = call.now(),
          .file_name = std::move(file_name),
          .kind = facts.is_still ? ClipKind::still : ClipKind::film,
          .state = ClipState::processing,
          .width = facts.width,
          .height = facts.height,
          .bytes = static_cast<std::int64_t>(blob.bytes),
          .updated_at = call.now()};
}

// The clip, its claim on its content and the job that prepares it: all or nothing.
Task<TakenIn> Intake::store(Call call, Asset asset, store::UploadedBlob uploaded) {
  TakenIn taken = co_await parts_.database.write(
      call, [this, tenant = call.tenant(), asset, uploaded](store::Tx& tx) {
        // A twin may have come in meanwhile.
        if (auto twin = AssetStore::find_content(tx, tenant, asset.content_hash)) {
          parts_.ledger.release(tx, tenant, uploaded.upload);
          return TakenIn{*twin, false};
        }
        Asset stored = asset;
        parts_.ledger.adopt(tx, tenant, uploaded, asset.id);
        stored.job_id = enqueue(tx, tenant, asset.id);
        AssetStore::insert(tx, tenant, stored);
        return TakenIn{stored, true};
      });
  if (taken.is_new) tell_clip(parts_.changes, call.tenant(), taken.asset);
  co_return taken;
}

std::string Intake::enqueue(store::Tx& tx, const std::string& tenant,
                            const std::string& asset_id) const {
  return parts_.jobs
      .enqueue(tx, {.tenant = tenant,
                    .kind = std::string(Preparation::job_kind),
                    .payload = schema::to_json(PrepareClip{asset_id}),
                    .unique_key = asset_id})
      .id;
}

Task<> Intake::drop(Call call, std::string upload) {
  return parts_.database.write(Due(call), [this, tenant = call.tenant(), upload](store::Tx& tx) {
    parts_.ledger.release(tx, tenant, upload);
  });
}

Task<Asset> Intake::prepare_again(Call call, std::string asset_id) {
  Asset asset = co_await parts_.database.write(
      call, [this, tenant = call.tenant(), asset_id, now = call.now()](store::Tx& tx) {
        auto found = AssetStore::find(tx, tenant, asset_id);
        if (!found) throw Error(Code::not_found, "No such clip.");
        if (found->state == ClipState::ready) {
          throw Error(Code::conflict, "The clip is ready: there is nothing to prepare.");
        }
        found->state = ClipState::processing;
        found->problem.clear();
        found->job_id = enqueue(tx, tenant, asset_id);
        found->updated_at = now;
        AssetStore::update(tx, tenant, *found);
        return *found;
      });
  tell_clip(parts_.changes, call.tenant(), asset);
  co_return asset;
}

}  // namespace antiphon::director
