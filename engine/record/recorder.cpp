#include "engine/record/recorder.h"

#include "engine/record/record_file.h"
#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

constexpr Duration write_interval = std::chrono::milliseconds(500);
constexpr std::size_t frame_bytes_usual = std::size_t{256} << 10;

Header starting_now(Header header, const Clock& clock) {
  header.steady = std::chrono::nanoseconds(clock.steady().time_since_epoch()).count();
  header.time = clock.now().time_since_epoch().count();
  return header;
}

}  // namespace

// What is known of the file where it is written.
struct Recorder::File {
  Options options;
  Header header;
  std::optional<RecordWriter> writer;

  // Gives how large the file is now.
  std::uint64_t write(std::vector<Piece> pieces, bool is_last) {
    if (!writer) begin();
    std::string frame;
    for (Piece& piece : pieces) {
      auto* late = std::get_if<Late>(&piece);
      frame += late ? (*late)() : std::get<std::string>(piece);
      if (frame.size() >= frame_bytes_usual) writer->write(std::exchange(frame, {}));
    }
    if (is_last) {
      writer->finish(frame);
    } else if (!frame.empty()) {
      writer->write(frame);
    }
    return writer->size();
  }

  void begin() {
    header.ingredients = options.ingredients();
    writer.emplace(options.file, options.key());
    writer->write(schema::to_json(header));
  }
};

Recorder::Recorder(Options options, Header header, const Clock& clock)
    : options_(std::move(options)), clock_(clock), writer_({}) {
  file_ = std::make_shared<File>(options_, starting_now(std::move(header), clock));
  writer_ = EntryWriter(file_->header.start());
}

live::Moment Recorder::step(live::Step step) {
  live::Moment moment{clock_.steady(), clock_.now()};
  add(StepTaken{moment, std::move(step)});
  return moment;
}

std::string Recorder::fact(std::string_view kind, std::move_only_function<std::string()> tell) {
  if (has_ended_) return {};
  pieces_.emplace_back(Late([kind = std::string(kind), tell = std::move(tell)]() mutable {
    std::string bytes;
    EntryWriter::write_fact(bytes, kind, tell());
    return bytes;
  }));
  return {};
}

void Recorder::emitted(std::string json) { add(EventTold{std::move(json)}); }

void Recorder::add(const Entry& entry) {
  if (has_ended_) return;
  if (pieces_.empty() || std::holds_alternative<Late>(pieces_.back())) pieces_.emplace_back();
  auto& bytes = std::get<std::string>(pieces_.back());
  std::size_t before = bytes.size();
  writer_.write(bytes, entry);
  waiting_bytes_ += bytes.size() - before;
  if (waiting_bytes_ > waiting_bytes_max) end("The disk is too slow for the recording.");
}

void Recorder::end(const std::string& why) {
  if (has_ended_) return;
  waiting_bytes_ = 0;  // there is room for the last entry
  add(RecordEnded{why});
  has_ended_ = true;
  why_ = why;
  wake_.wake();
}

Task<> Recorder::run(Pool& files) {
  std::string failure;
  try {
    co_await write_all(files);
  } catch (const Error& error) {
    failure = error.message();
  }
  has_ended_ = true;
  pieces_.clear();
  if (failure.empty()) failure = why_;
  if (!failure.empty()) options_.on_stopped(failure);
}

Task<> Recorder::write_all(Pool& files) {
  for (bool is_last = false; !is_last;) {
    co_await wait();
    is_last = has_ended_;
    waiting_bytes_ = 0;
    std::uint64_t size = co_await files.run(
        WorkClass::batch, Instant::max(),
        [file = file_, pieces = std::exchange(pieces_, {}), is_last](const StopFlag&) mutable {
          return file->write(std::move(pieces), is_last);
        });
    if (size > options_.bytes_max) end("The recording is as large as it may become.");
  }
}

Task<> Recorder::wait() {
  if (has_ended_) co_return;
  Core& core = Core::here();
  auto alarm = core.timers().at(core.clock().steady() + write_interval, [this] { wake_.wake(); });
  co_await wake_.wait();
}

}  // namespace antiphon::record
