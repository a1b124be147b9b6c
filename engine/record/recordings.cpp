#include "engine/record/recordings.h"

namespace antiphon::record {
namespace {

namespace fs = std::filesystem;

std::uint64_t bytes_in(const fs::path& folder) {
  std::error_code failure;
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    std::uint64_t size = entry.file_size(failure);
    if (!failure) bytes += size;
  }
  return bytes;
}

// Holds the recorder for the time that it writes.
Task<> run(std::shared_ptr<Recorder> recorder, Pool* files) { co_await recorder->run(*files); }

}  // namespace

fs::path record_path(const fs::path& folder, std::string_view session_id) {
  return folder / (std::string(session_id) + ".record");
}

Recordings::Recordings(RecordingOptions options, Pool& files, const Clock& clock, Random& random)
    : options_(std::move(options)), files_(files), clock_(clock), random_(random) {}

void Recordings::check() const {
  if (!options_.is_enabled) {
    throw Error(Code::forbidden,
                "This server records no sessions; its operator allows it with record.enabled.");
  }
  if (bytes_in(options_.folder) >= options_.folder_bytes_max) {
    throw Error(Code::unavailable,
                "There is no room for another recording; older ones must be taken away first.");
  }
}

void Recordings::begin(live::Session& session, std::string wish, std::string settings) {
  const live::SessionOwner& owner = session.owner();
  std::shared_ptr<Recorder> recorder = make(session, {.program = options_.program,
                                                      .app = owner.app,
                                                      .session_id = owner.id,
                                                      .tenant = owner.tenant,
                                                      .principal = owner.principal,
                                                      .wish = std::move(wish),
                                                      .settings = std::move(settings)});
  std::erase_if(open_, [](const auto& other) { return other.expired(); });
  open_.push_back(recorder);
  tasks_.spawn(run(recorder, &files_));
  session.set_tape(std::move(recorder));
}

std::unique_ptr<Recorder> Recordings::make(live::Session& session, Header header) {
  fs::path folder = options_.folder;
  Recorder::Options options{.file = record_path(folder, session.id()),
                            .bytes_max = options_.file_bytes_max,
                            .ingredients =
                                [named = options_.ingredients] {
                                  std::vector<Ingredient> all;
                                  for (const auto& [name, path] : named)
                                    all.push_back({name, fingerprint_of(path)});
                                  return all;
                                },
                            .key =
                                [folder, file = options_.key_file, &random = random_] {
                                  std::error_code failure;
                                  fs::create_directories(folder, failure);
                                  return load_or_make_key(file, random);
                                },
                            .on_stopped =
                                [weak = session.weak_from_this()](const std::string& why) {
                                  if (auto session = weak.lock()) session->drop_tape(why);
                                }};
  return std::make_unique<Recorder>(std::move(options), std::move(header), clock_);
}

Task<> Recordings::stop() {
  for (const auto& weak : open_) {
    if (auto recorder = weak.lock()) recorder->stop("The server stopped.");
  }
  co_await tasks_.join();
}

}  // namespace antiphon::record
