#include "engine/live/sample_test.h"

#include "engine/live/handshake.h"

namespace antiphon::live {
namespace {

class MemoryLogFile final : public LogFile {
 public:
  MemoryLogFile(MemoryLogFiles& files, std::shared_ptr<MemoryLogFiles::File> file)
      : files_(files), file_(std::move(file)) {}
  void append(std::string_view bytes) override {
    if (files_.refuses) throw Error(Code::unavailable, "Full.").detail("disk full");
    file_->bytes += bytes;
    ++file_->appends;
  }
  void sync() override {
    if (files_.refuses_syncs) throw Error(Code::unavailable, "Broken.").detail("broken disk");
    ++files_.syncs;
    file_->synced = file_->bytes.size();
  }

 private:
  MemoryLogFiles& files_;
  std::shared_ptr<MemoryLogFiles::File> file_;
};

class TakenSource final : public http::Takeover::Source {
 public:
  explicit TakenSource(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
  http::TakenSocket take() override { return {std::move(stream_), ""}; }

 private:
  std::unique_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<LogFile> MemoryLogFiles::create(const std::string& path) {
  if (refuses) throw Error(Code::unavailable, "Full.").detail("disk full");
  auto file = std::make_shared<File>();
  disk_[path] = file;
  return std::make_unique<MemoryLogFile>(*this, file);
}

std::string MemoryLogFiles::read(const std::string& path) {
  if (!exists(path)) throw Error(Code::unavailable, "Gone.").detail("no such file");
  return disk_.at(path)->bytes;
}

void MemoryLogFiles::replace(const std::string& path, std::string_view bytes) {
  disk_[path] = std::make_shared<File>(File{std::string(bytes), bytes.size(), 1});
}

std::vector<std::string> MemoryLogFiles::list(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& [path, file] : disk_) {
    if (!path.starts_with(folder + "/")) continue;
    std::string name = path.substr(folder.size() + 1);
    name = name.substr(0, name.find('/'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

MemoryLogFiles MemoryLogFiles::after_kill() const {
  MemoryLogFiles image;
  image.boot = boot;
  for (const auto& [path, file] : disk_) image.disk_[path] = std::make_shared<File>(*file);
  return image;
}

MemoryLogFiles MemoryLogFiles::after_power_loss() const {
  MemoryLogFiles image = after_kill();
  image.boot = boot + "+";
  for (auto& [path, file] : image.disk_) file->bytes.resize(file->synced);
  return image;
}

std::vector<std::string> MemoryLogFiles::segments() const {
  std::vector<std::string> paths;
  for (const auto& [path, file] : disk_) {
    if (path.ends_with(".seg")) paths.push_back(path);
  }
  return paths;
}

void Notebook::on_message(const Message& message) {
  if (message.action == "end") return session_.close("asked to");
  auto note = message.read<Note>();
  if (message.action == "partial") return session_.emit(partial_note, note);
  if (message.action == "refuse") throw Error(Code::conflict, "Not " + note.text + ".");
  texts.push_back(note.text);
  session_.emit(message.action == "keep" ? kept : noted, note);
}

void Notebook::on_audio(const Audio& audio) {
  sounds.emplace_back(audio.offset, audio.samples.size());
}

std::string Notebook::snapshot() {
  auto list = schema::Value::array();
  for (const std::string& text : texts) list.push(text);
  auto state = schema::Value::object();
  state.set("texts", std::move(list));
  return schema::to_json(state);
}

void Notebook::restore(std::string_view snapshot, std::span<const LoggedEvent> events) {
  restored = true;
  if (!snapshot.empty()) {
    auto state = schema::parse_value(snapshot);
    for (const auto& text : state.at("/texts").items()) texts.push_back(text.text());
  }
  for (const LoggedEvent& event : events) {
    if (event.type != noted.name && event.type != kept.name) continue;
    texts.push_back(schema::parse_value(event.json).at("/text").text());
  }
}

Limits Rig::small_limits() {
  Limits limits;
  limits.close_timeout = std::chrono::milliseconds(500);
  return limits;
}

Rig::Rig(MemoryLogFiles& files, Limits limits)
    : live(Live::Parts{.cores = cores_,
                       .log_files = files,
                       .folder = "live",
                       .files_pool = nullptr,
                       .random = random,
                       .limits = limits,
                       .metrics = &metrics}),
      servers([](const std::exception_ptr&) {}) {
  route.app = "notes";
  route.permission = "notes:attach";
  route.authenticate = [](std::string token) -> Task<std::shared_ptr<const Principal>> {
    if (token != "ann" && token != "bob" && token != "eve") co_return nullptr;
    Principal principal{.kind = Principal::Kind::user, .id = "usr_" + token};
    principal.tenant = token == "eve" ? "tnt_2" : "tnt_1";
    principal.permissions = {"notes:attach"};
    co_return std::make_shared<const Principal>(principal);
  };
  LiveApp app{.name = "notes", .events = {&noted, &kept, &partial_note}};
  app.make = [this](Session& session) {
    auto notebook = std::make_unique<Notebook>(session);
    notebooks[session.id()] = notebook.get();
    return notebook;
  };
  hub().add(std::move(app));
  run(live.start());
}

Rig::~Rig() {
  auto end = [this]() -> Task<> {
    if (!stopped) co_await stop();
    co_await servers.stop();
  };
  run(end());
}

Task<> Rig::stop() {
  co_await live.stop();
  stopped = true;
}

Client::Options Rig::client_options(const Session& session, std::string token) {
  Client::Options options;
  options.target.path = "/ws";
  options.token = std::move(token);
  options.session_id = session.id();
  return options;
}

Task<> Rig::settle_down() {
  for (int i = 0; i < 20; ++i) co_await sleep_for(Duration(0));
}

Task<http::HttpClient::Opened> Rig::open(http::ClientRequest, Instant) {
  throw Error(Code::unsupported, "Only WebSockets here.");
}

Task<http::HttpClient::Upgraded> Rig::upgrade(http::ClientRequest request, Instant) {
  ++connections_made;
  auto [client, server] = testing::memory_streams(stream_bytes);
  if (wrap) client = wrap(std::move(client));
  http::Request seen{.path = request.target, .headers = request.headers};
  auto serve = [this](http::Request asked, std::unique_ptr<Stream> stream) -> Task<> {
    TakenSource source(std::move(stream));
    co_await serve_websocket(live, route, std::move(asked), http::Takeover(source), nullptr, "");
  };
  servers.spawn(serve(std::move(seen), std::move(server)));
  // The answer's head, as the real client reads it.
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (co_await client->read_some(std::span(&byte, 1)) == 0) {
      throw Error(Code::unavailable, "The connection broke.");
    }
    head += byte;
  }
  Upgraded upgraded{.answer = {.status = 101}};
  upgraded.answer.headers.set("Sec-WebSocket-Accept",
                              accept_for(request.headers.get("Sec-WebSocket-Key")));
  upgraded.answer.headers.set("Sec-WebSocket-Protocol", native_protocol);
  upgraded.socket.stream = std::move(client);
  co_return upgraded;
}

Task<> until(std::function<bool()> condition) {
  Instant limit = Core::here().clock().steady() + std::chrono::seconds(10);
  while (!condition()) {
    if (Core::here().clock().steady() > limit) {
      ADD_FAILURE() << "waited in vain";
      co_return;
    }
    co_await sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace antiphon::live
