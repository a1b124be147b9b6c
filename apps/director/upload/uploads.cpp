#include "apps/director/upload/uploads.h"

#include "engine/base/ids.h"
#include "engine/http/upload.h"

namespace antiphon::director {
namespace {

constexpr int expired_at_once = 1000;
constexpr std::string_view expiry_rule = "every 15m";

void expect_few(const OpenUploads& open) {
  if (open.count < Uploads::open_max) return;
  throw Error(Code::quota_exceeded,
              fmt::format("{} uploads are open, the most there can be: finish or delete some.",
                          open.count));
}

// @param bytes  that come besides those of `open`
void expect_room(const OpenUploads& open, const store::BlobUse& use, std::uint64_t bytes) {
  std::int64_t promised = use.bytes + open.bytes;
  if (static_cast<std::int64_t>(bytes) <= use.bytes_max - promised) return;
  throw Error(Code::quota_exceeded,
              fmt::format("The quota for files is {} bytes, and {} are used or promised to open "
                          "uploads; {} more do not fit.",
                          use.bytes_max, promised, bytes));
}

void expect_size(std::uint64_t bytes) {
  if (bytes > clip_bytes_max) {
    throw Error(Code::too_large,
                fmt::format("The file has {} bytes; {} is the most.", bytes, clip_bytes_max));
  }
  if (bytes == 0) throw Error(Code::unprocessable, "The file is empty: it has no bytes.");
}

// The content of a whole upload.
store::BlobSource content_of(std::shared_ptr<PartFile> file, PartFiles& files, Instant deadline) {
  return [file, &files, deadline, offset = std::make_shared<std::uint64_t>(0)] {
    return files.with(file, deadline, [offset](const PartFile& part) {
      std::string piece = part.read_at(*offset, http::upload_piece_bytes);
      *offset += piece.size();
      return piece;
    });
  };
}

void expect_fits(const PartialUpload& upload, std::uint64_t arrived, std::size_t more) {
  std::uint64_t all = upload.bytes == 0 ? clip_bytes_max : upload.bytes;
  if (more <= all - arrived) return;
  throw Error(Code::too_large,
              fmt::format("The upload has {} bytes at most; more have come.", all));
}

// Takes in how large an upload will be that did not say so when it began.
void tell_size(PartialUpload& upload, std::uint64_t bytes) {
  expect_size(bytes);
  if (upload.bytes == bytes) return;
  if (upload.bytes != 0) {
    throw Error(Code::conflict, fmt::format("The upload has {} bytes, as was told before; "
                                            "Upload-Length says {}.",
                                            upload.bytes, bytes));
  }
  if (bytes < upload.received) {
    throw Error(Code::conflict, fmt::format("{} bytes are here already; Upload-Length says {}.",
                                            upload.received, bytes));
  }
  upload.bytes = bytes;
}

// Another try with the same bytes would come to the same end.
bool is_verdict(const Error& error) {
  return error.code() == Code::unsupported || error.code() == Code::unprocessable ||
         error.code() == Code::too_large || error.code() == Code::invalid;
}

}  // namespace

Task<PartialUpload> Uploads::create(Call call, std::optional<std::uint64_t> bytes,
                                    std::string metadata) {
  if (bytes) expect_size(*bytes);
  ToldUpload told = read_told(parse_metadata(metadata));
  check_file_name(told.file_name);
  co_await parts_.check(call, std::move(told));
  PartialUpload upload{.id = make_id("upl", parts_.random),
                       .created_by = call.principal().id,
                       .bytes = bytes.value_or(0),
                       .metadata = std::move(metadata),
                       .created_at = call.now(),
                       .expires_at = call.now() + kept};
  co_await parts_.database.write(call, [this, tenant = call.tenant(), upload](store::Tx& tx) {
    OpenUploads open = UploadStore::open(tx, tenant);
    expect_few(open);
    expect_room(open, parts_.ledger.use(tx, tenant), upload.bytes);
    UploadStore::insert(tx, tenant, upload);
    parts_.jobs.schedule(tx, {.tenant = tenant,
                              .name = std::string(expire_kind),
                              .kind = std::string(expire_kind),
                              .payload = "{}",
                              .rule = std::string(expiry_rule)});
  });
  co_return upload;
}

Task<PartialUpload> Uploads::look_up(Call call, std::string id) {
  auto found = co_await parts_.database.read(
      Due(call),
      [tenant = call.tenant(), id](store::Tx& tx) { return UploadStore::find(tx, tenant, id); });
  if (!found) throw Error(Code::not_found, "There is no such upload.");
  if (found->expires_at < call.now()) {
    throw Error(Code::gone, "The upload has expired; send the file again.");
  }
  co_return *std::move(found);
}

Task<Uploads::Held> Uploads::hold(Call call, const std::string& id) {
  Held file = co_await parts_.files.open(id, call.deadline());
  if (!file) {
    throw TusError(423, Code::conflict,
                   "Another request is under way for this upload; try again in a moment.");
  }
  co_return file;
}

Task<PartialUpload> Uploads::find(Call call, std::string id) {
  PartialUpload upload = co_await look_up(call, id);
  if (upload.state != UploadState::open || !upload.is_whole()) co_return upload;
  // The last bytes came, but the server ended before it looked into them.
  Held file = co_await hold(call, id);
  co_return co_await finish(call, std::move(file), co_await look_up(call, id));
}

Task<PartialUpload> Uploads::append(Call call, std::string id, NewPart part) {
  co_await look_up(call, id);
  Held file = co_await hold(call, id);
  PartialUpload upload = co_await look_up(call, id);  // as the one before us left it
  if (upload.state == UploadState::refused) throw Error(Code::gone, upload.problem);
  if (part.offset != upload.received) {
    throw Error(Code::conflict, fmt::format("The next byte of this upload is {}, not {}.",
                                            upload.received, part.offset));
  }
  if (upload.state == UploadState::taken) co_return upload;
  if (part.length) tell_size(upload, *part.length);
  co_await receive(call, file, upload, part);
  if (!upload.is_whole()) co_return upload;
  co_return co_await finish(call, std::move(file), std::move(upload));
}

Task<> Uploads::receive(Call call, Held file, PartialUpload& upload, NewPart& part) {
  std::uint64_t arrived = upload.received;
  std::optional<Digest> digest;
  if (part.checksum) digest.emplace(part.checksum->kind);
  // What a crash left behind the safe bytes must not come between them.
  co_await parts_.files.with(file, call.deadline(), [arrived](PartFile& at) { at.cut(arrived); });
  std::exception_ptr broken;
  std::string waiting;
  try {
    for (bool is_end = false; !is_end;) {
      std::string piece = co_await part.bytes();
      is_end = piece.empty();
      expect_fits(upload, arrived + waiting.size(), piece.size());
      if (digest) digest->add(piece);
      waiting += piece;
      if (waiting.size() >= http::upload_piece_bytes) {
        arrived += co_await write(call, file, arrived, std::exchange(waiting, {}));
      }
      if (digest || arrived < upload.received + step_bytes) continue;
      upload.received = arrived;
      co_await keep(call, file, upload);
    }
  } catch (...) {
    broken = std::current_exception();  // what came before the break is kept below
  }
  if (digest && broken) std::rethrow_exception(broken);
  if (digest && digest->finish() != part.checksum->digest) {
    throw TusError(460, Code::invalid, "The bytes do not have their checksum; send them again.");
  }
  upload.received = arrived + co_await write(call, file, arrived, std::move(waiting));
  co_await keep(call, file, upload);
  if (broken) std::rethrow_exception(broken);
}

// @return how many bytes
Task<std::uint64_t> Uploads::write(Call call, Held file, std::uint64_t offset, std::string bytes) {
  std::uint64_t count = bytes.size();
  co_await parts_.files.with(
      std::move(file), call.deadline(),
      [offset, bytes = std::move(bytes)](PartFile& at) { at.write_at(offset, bytes); });
  co_return count;
}

// The disk first, then the row.
Task<> Uploads::keep(Call call, Held file, PartialUpload& upload) {
  co_await parts_.files.with(std::move(file), call.deadline(), [](PartFile& at) { at.sync(); });
  upload.expires_at = Core::here().clock().now() + kept;
  co_await store_growing(call, upload);
}

// One that did not say its size when it began takes its room as it comes.
Task<> Uploads::store_growing(Call call, PartialUpload upload) {
  return parts_.database.write(Due(call), [this, tenant = call.tenant(), upload](store::Tx& tx) {
    auto before = UploadStore::find(tx, tenant, upload.id);
    UploadStore::update(tx, tenant, upload);
    if (!before || before->bytes != 0) return;
    expect_room(UploadStore::open(tx, tenant), parts_.ledger.use(tx, tenant), 0);
  });
}

Task<> Uploads::store(Call call, PartialUpload upload) {
  return parts_.database.write(Due(call), [tenant = call.tenant(), upload](store::Tx& tx) {
    UploadStore::update(tx, tenant, upload);
  });
}

Task<PartialUpload> Uploads::finish(Call call, Held file, PartialUpload upload) {
  if (upload.state != UploadState::open) co_return upload;
  std::string id = upload.id;
  co_return co_await finishing_.get(id, [&] { return take_in(call, file, upload); });
}

Task<PartialUpload> Uploads::take_in(Call call, Held file, PartialUpload upload) {
  ToldUpload told = read_told(parse_metadata(upload.metadata));
  std::exception_ptr verdict;
  try {
    SentFile whole{told.file_name, content_of(file, parts_.files, call.deadline())};
    upload.asset_id = co_await parts_.take_in(call, std::move(told), std::move(whole));
    upload.state = UploadState::taken;
  } catch (const Error& error) {
    if (!is_verdict(error)) throw;
    verdict = std::current_exception();
    upload.state = UploadState::refused;
    upload.problem = error.message();
  }
  co_await store(call, upload);
  co_await parts_.files.remove(upload.id, call.deadline());
  if (verdict) std::rethrow_exception(verdict);
  co_return upload;
}

Task<> Uploads::terminate(Call call, std::string id) {
  co_await look_up(call, id);
  Held file = co_await hold(call, id);
  co_await parts_.database.write(Due(call), [tenant = call.tenant(), id](store::Tx& tx) {
    UploadStore::remove(tx, tenant, id);
  });
  co_await parts_.files.remove(id, call.deadline());
}

// A browser that was closed in the middle of a recording never says where that ends.
// @return whether the upload is kept for now
Task<bool> Uploads::save_unfinished(Call call, Held file, PartialUpload upload) {
  if (upload.state != UploadState::open || upload.received == 0) co_return false;
  if (!co_await parts_.wants_unfinished(call, read_told(parse_metadata(upload.metadata)))) {
    co_return false;
  }
  upload.bytes = upload.received;
  upload.expires_at = call.now() + kept;
  try {
    co_await finish(call, std::move(file), std::move(upload));
  } catch (const Error& error) {
    co_return !is_verdict(error);  // tried again the next time
  }
  co_return true;
}

Task<> Uploads::expire(store::JobContext job) {
  const Call& call = job.call();
  auto ids = co_await parts_.database.read(
      Due(call), [tenant = call.tenant(), now = call.now()](store::Tx& tx) {
        return UploadStore::expired(tx, tenant, now, expired_at_once);
      });
  for (const std::string& id : ids) {
    Held file = co_await parts_.files.open(id, call.deadline());
    if (!file) continue;  // bytes are just coming
    auto upload = co_await parts_.database.read(
        Due(call),
        [tenant = call.tenant(), id](store::Tx& tx) { return UploadStore::find(tx, tenant, id); });
    if (upload && co_await save_unfinished(call, file, *upload)) continue;
    bool is_gone = co_await parts_.database.write(
        Due(call), [tenant = call.tenant(), id, now = call.now()](store::Tx& tx) {
          auto current = UploadStore::find(tx, tenant, id);
          return !current || (current->expires_at < now && UploadStore::remove(tx, tenant, id));
        });
    if (is_gone) co_await parts_.files.remove(id, call.deadline());
  }
  int left = co_await parts_.files.sweep(2 * kept, call.deadline());
  job.result(fmt::format(R"({{"expired":{},"leftOver":{}}})", ids.size(), left));
}

}  // namespace antiphon::director
