#include "bench/server/bench_live.h"

#include <unordered_map>

#include "engine/base/encoding.h"

namespace antiphon::bench {
namespace {

constexpr int chunks = 10;
constexpr std::size_t answers_max = 10'000;
constexpr std::size_t relayed_bytes = 256;
constexpr std::uint64_t frames_per_second = 50;  // of sound, 20 ms each

struct Question {
  std::int64_t number = 0;
  std::string text;
};
auto describe(schema::Tag<Question>) {
  return schema::object<Question>("Question", "A question")
      .field("number", &Question::number, "Comes back with every chunk")
      .field("text", &Question::text, "The question", schema::max_length(1000));
}

// `number`, `part` and `final` let the client check each frame; see bench/load/answers.h.
struct Chunk {
  std::int64_t number = 0;
  std::int64_t part = 0;
  std::string text;
  bool is_final = false;
};
auto describe(schema::Tag<Chunk>) {
  return schema::object<Chunk>("Chunk", "A piece of an answer")
      .field("number", &Chunk::number, "Of the question")
      .field("part", &Chunk::part, "From 0")
      .field("text", &Chunk::text, "The piece")
      .field("final", &Chunk::is_final, "Whether it is the last one");
}

struct Relay {
  std::int64_t number = 0;
  std::int64_t due = 0;
};
auto describe(schema::Tag<Relay>) {
  return schema::object<Relay>("Relay", "Something to tell all readers")
      .field("number", &Relay::number, "From 1")
      .field("due", &Relay::due, "When it was to be sent, by the client's clock",
             schema::unit("ns"));
}

struct Narrate {
  std::int64_t every_ms = 0;
};
auto describe(schema::Tag<Narrate>) {
  return schema::object<Narrate>("Narrate", "To talk without being asked")
      .field("everyMs", &Narrate::every_ms, "Between two events", schema::min(1),
             schema::max(60'000));
}

struct Said {
  std::int64_t number = 0;
  std::int64_t due = 0;
  std::string text;
};
auto describe(schema::Tag<Said>) {
  return schema::object<Said>("Said", "What was told")
      .field("number", &Said::number, "Of the relay")
      .field("due", &Said::due, "As it was given", schema::unit("ns"))
      .field("text", &Said::text, "Something to carry");
}

struct Narration {
  std::int64_t every_ms = 0;  ///< 0: it is silent
  std::int64_t number = 0;    ///< of the last event
};
auto describe(schema::Tag<Narration>) {
  return schema::object<Narration>("Narration", "Where the talk is")
      .field("everyMs", &Narration::every_ms, "Between two events")
      .field("number", &Narration::number, "Of the last one");
}

const live::EventType chunk{.name = "chunk",
                            .lane = live::Lane::answer,
                            .body = &schema::of<Chunk>,
                            .doc = "A piece of an answer."};
const live::EventType said{.name = "said",
                           .lane = live::Lane::final,
                           .body = &schema::of<Said>,
                           .doc = "What was told to all."};
const live::EventType narrating{.name = "narrating",
                                .lane = live::Lane::control,
                                .body = &schema::of<Narrate>,
                                .doc = "It talks without being asked."};
const live::EventType saying{.name = "saying",
                             .lane = live::Lane::partial,
                             .body = &schema::of<Relay>,
                             .doc = "What is about to be told."};

using Answer = std::array<std::string, chunks>;

Answer compose_answer(std::string_view question) {
  std::string digest = sha256_hex(question);
  Answer answer;
  for (int i = 0; i < chunks; ++i) answer[i] = fmt::format("Part {} {}.", i, digest.substr(i, 16));
  return answer;
}

// The in-process cache of this core, forgotten all at once when there is too much in it.
const Answer& cached_answer(const std::string& question) {
  thread_local std::unordered_map<std::string, Answer> answers;
  if (answers.size() >= answers_max) answers.clear();
  auto [place, is_new] = answers.try_emplace(question);
  if (is_new) place->second = compose_answer(question);
  return place->second;
}

class Talk final : public live::Handler {
 public:
  explicit Talk(live::Session& session) : session_(session) {}

  void on_message(const live::Message& message) override {
    if (message.action == "message") answer(message.read<Question>());
    if (message.action == "relay") relay(message.read<Relay>());
    if (message.action == "narrate") begin_to_narrate(message.read<Narrate>());
  }

  std::string snapshot() override { return schema::to_json(narration_); }
  void restore(std::string_view snapshot, std::span<const live::LoggedEvent> events) override {
    if (!snapshot.empty()) narration_ = schema::parse<Narration>(snapshot);
    for (const live::LoggedEvent& event : events) {
      if (event.type == narrating.name) narration_.every_ms = read<Narrate>(event).every_ms;
      if (event.type == said.name) narration_.number = read<Said>(event).number;
    }
    if (narration_.every_ms > 0) session_.spawn(narrate());
  }

  // A frame of the client is one frame of sound, even when several were joined on the way.
  void on_audio(const live::Audio& audio) override {
    unheard_samples_ += audio.samples.size();
    std::uint64_t frame = audio.rate / frames_per_second;
    for (; unheard_samples_ >= frame; unheard_samples_ -= frame) {
      session_.emit(chunk, Chunk{.number = ++heard_, .part = 0, .text = "heard", .is_final = true});
    }
  }

 private:
  void answer(const Question& question) {
    const Answer& pieces = cached_answer(question.text);
    for (int i = 0; i < chunks; ++i) {
      session_.emit(chunk, Chunk{.number = question.number,
                                 .part = i,
                                 .text = pieces[i],
                                 .is_final = i + 1 == chunks});
    }
  }

  void relay(const Relay& relayed) {
    session_.emit(saying, relayed);
    session_.emit(said, Said{.number = relayed.number,
                             .due = relayed.due,
                             .text = std::string(relayed_bytes, '.')});
  }

  template <class T>
  static T read(const live::LoggedEvent& event) {
    return schema::parse<T>(event.json, schema::ParseOptions::outside());
  }

  void begin_to_narrate(const Narrate& wanted) {
    if (narration_.every_ms > 0) return;
    narration_.every_ms = wanted.every_ms;
    session_.emit(narrating, wanted);
    session_.spawn(narrate());
  }

  Task<> narrate() {
    for (;;) {
      co_await sleep_for(std::chrono::milliseconds(narration_.every_ms));
      session_.post([this] {
        session_.emit(
            said,
            Said{.number = ++narration_.number, .due = 0, .text = std::string(relayed_bytes, '.')});
      });
    }
  }

  live::Session& session_;
  Narration narration_;
  std::uint64_t unheard_samples_ = 0;
  std::int64_t heard_ = 0;
};

}  // namespace

live::LiveApp live_app() {
  return {.name = "bench", .events = live_events(), .make = [](live::Session& session) {
            return std::make_unique<Talk>(session);
          }};
}

std::vector<const live::EventType*> live_events() { return {&chunk, &said, &saying, &narrating}; }

}  // namespace antiphon::bench
