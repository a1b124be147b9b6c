#include "engine/speech/embedded_synthesiser.h"

#include <cstring>
#include <map>
#include <sstream>

#include "engine/async/call.h"
#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/speech/memory_file.h"
#include "engine/speech/spoken_text.h"

namespace antiphon::speech {
namespace {

constexpr double words_a_minute = 175;  // of its voices at their own speed
// What espeak-ng writes in front of the sound: a WAV header of one form, the rate at 24.
constexpr std::size_t header_bytes = 44;
constexpr std::size_t rate_offset = 24;
constexpr std::size_t spoken_piece_bytes = 8192;
constexpr std::size_t list_bytes_max = 256u << 10;
constexpr int text_descriptor = 3;
constexpr int live_nice = 3;  // behind the event loops, before batch work

// Where espeak-ng has another tag for what is meant.
const std::map<std::string, std::string> own_tags = {
    {"en", "en-us"}, {"fr", "fr-fr"}, {"zh", "cmn"}, {"no", "nb"}, {"nn", "nb"}};

Error missing(const std::string& program) {
  return Error(Code::unavailable,
               fmt::format("Nothing can be spoken: the program {} is not installed. Install the "
                           "package espeak-ng.",
                           program));
}

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& byte : folded) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    if (byte == '_') byte = '-';
  }
  return folded;
}

// "Pty Language Age/Gender VoiceName …", one voice a line, the first line says so.
std::set<std::string> parse_voices(const std::string& listing) {
  std::set<std::string> languages;
  std::istringstream lines(listing);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string priority, language;
    if (words >> priority >> language) languages.insert(lower(language));
  }
  return languages;
}

// The program brings the PulseAudio library along, which makes itself a folder before anybody asks
// for a loudspeaker: it gets a place where it cannot, and its complaint about that stays here.
ChildSpec espeak(const EmbeddedSynthesiserOptions& options, const std::string& program,
                 std::vector<std::string> arguments, std::vector<std::pair<int, int>> descriptors) {
  arguments.insert(arguments.begin(), {"PULSE_RUNTIME_PATH=/proc/self", program});
  return {.program = "env",
          .arguments = std::move(arguments),
          .pipe_out = true,
          .pipe_err = true,
          .descriptors = std::move(descriptors),
          .cpu_max = options.processor_max,
          .memory_bytes_max = options.memory_bytes_max,
          .nice = live_nice};
}

// Counts one text that is spoken.
class Turn {
 public:
  explicit Turn(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  Turn(Turn&&) noexcept = default;
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (count_) --*count_;
  }

 private:
  std::shared_ptr<std::size_t> count_;
};

// One sentence in one child.
class SpokenSentence {
 public:
  SpokenSentence(const EmbeddedSynthesiserOptions& options, const std::string& program,
                 const std::string& voice, double speed, std::string_view text)
      : options_(options), child_(start(options, program, voice, speed, text)) {}

  Task<> begin() {
    std::array<char, header_bytes> header{};
    std::size_t count = co_await read(header);
    if (count == 0) co_await conclude();
    if (count < header.size() || std::memcmp(header.data(), "RIFF", 4) != 0) throw broken("");
    std::uint32_t rate = 0;
    std::memcpy(&rate, header.data() + rate_offset, sizeof rate);
    rate_ = static_cast<int>(rate);
  }

  // The next sound; empty at the end.
  Task<SpokenPiece> next() {
    SpokenPiece piece{.samples = std::vector<Sample>(spoken_piece_bytes / sizeof(Sample)),
                      .sample_rate = rate_};
    auto bytes = std::as_writable_bytes(std::span(piece.samples));
    std::size_t count = co_await read({reinterpret_cast<char*>(bytes.data()), bytes.size()});
    piece.samples.resize(count / sizeof(Sample));
    if (piece.samples.empty()) co_await conclude();
    co_return piece;
  }

 private:
  // The text goes as a file: an argument would be seen by everybody on the machine.
  static std::unique_ptr<Child> start(const EmbeddedSynthesiserOptions& options,
                                      const std::string& program, const std::string& voice,
                                      double speed, std::string_view text) {
    Descriptor file = make_memory_file(text);
    auto words = std::to_string(static_cast<int>(words_a_minute * speed));
    return spawn(espeak(options, program,
                        {"-v", voice, "-s", words, "-b", "1", "-f",
                         fmt::format("/proc/self/fd/{}", text_descriptor), "--stdout"},
                        {{file.get(), text_descriptor}}));
  }

  // As much as there is room for, or less at the end.
  Task<std::size_t> read(std::span<char> into) {
    std::size_t total = 0;
    while (total < into.size()) {
      Instant deadline = Core::here().clock().steady() + options_.idle_max;
      std::size_t count = co_await within(deadline, child_->out().read_some(into.subspan(total)));
      if (count == 0) break;
      total += count;
    }
    co_return total;
  }

  Task<> conclude() {
    Instant deadline = Core::here().clock().steady() + options_.idle_max;
    ExitStatus status = co_await within(deadline, child_->wait());
    if (status.ok()) co_return;
    std::array<char, 1024> complaint;
    std::size_t count = co_await child_->err().read_some(complaint);
    throw broken(fmt::format("{}: {}", status.text(), std::string_view(complaint.data(), count)));
  }

  static Error broken(std::string detail) {
    return Error(Code::unavailable, "The speech synthesiser failed in the middle of a text.")
        .detail("espeak-ng: " + detail);
  }

  const EmbeddedSynthesiserOptions& options_;
  std::unique_ptr<Child> child_;
  int rate_ = 0;
};

class EmbeddedSynthesiserStream final : public SynthesiserStream {
 public:
  EmbeddedSynthesiserStream(EmbeddedSynthesiserOptions options, std::string program,
                            std::string voice, const SpeechRequest& request, Turn turn)
      : options_(std::move(options)),
        program_(std::move(program)),
        voice_(std::move(voice)),
        speed_(request.speed),
        sentences_(split_spoken_text(request.text)),
        turn_(std::move(turn)) {}

  Task<std::optional<SpokenPiece>> next() override {
    while (number_ < sentences_.size()) {
      bool is_first = !sentence_;
      if (is_first) {
        sentence_ = std::make_unique<SpokenSentence>(options_, program_, voice_, speed_,
                                                     without_commands(sentences_[number_]));
        co_await sentence_->begin();
      }
      SpokenPiece piece = co_await sentence_->next();
      if (!piece.samples.empty()) {
        piece.sentence = number_;
        if (is_first) piece.text = sentences_[number_];
        co_return std::optional(std::move(piece));
      }
      sentence_.reset();
      ++number_;
    }
    co_return std::nullopt;
  }

 private:
  EmbeddedSynthesiserOptions options_;
  std::string program_;
  std::string voice_;
  double speed_;
  std::vector<std::string> sentences_;
  Turn turn_;
  std::size_t number_ = 0;  // of the sentence under way
  std::unique_ptr<SpokenSentence> sentence_;
};

}  // namespace

EmbeddedSynthesiser::EmbeddedSynthesiser(EmbeddedSynthesiserOptions options)
    : options_(std::move(options)) {}

EmbeddedSynthesiser::~EmbeddedSynthesiser() = default;

Task<std::unique_ptr<SynthesiserStream>> EmbeddedSynthesiser::speak(SpeechRequest request) {
  check(request);
  std::string voice = co_await voice_of(request.language);
  if (voice == "ja" || voice.starts_with("ja-")) {
    std::string_view unreadable = first_unreadable_japanese(request.text);
    if (!unreadable.empty()) {
      throw Error(Code::unsupported,
                  fmt::format("espeak-ng reads Japanese from kana alone and cannot read \"{}\"; "
                              "give the text in hiragana or katakana.",
                              unreadable));
    }
  }
  if (*speaking_ >= options_.speaking_max) {
    throw Error(Code::unavailable,
                fmt::format("All {} places for speaking are taken. Try again when one is free.",
                            options_.speaking_max));
  }
  co_return std::make_unique<EmbeddedSynthesiserStream>(options_, find_program(options_.program),
                                                        std::move(voice), request, Turn(speaking_));
}

Task<std::string> EmbeddedSynthesiser::voice_of(std::string language) {
  std::set<std::string> known = co_await languages();
  // The tag itself, or with parts left out from the end: sv-SE, sv.
  for (std::string tag = lower(language); !tag.empty();) {
    if (auto own = own_tags.find(tag); own != own_tags.end()) tag = own->second;
    if (known.contains(tag)) co_return tag;
    std::size_t part = tag.rfind('-');
    tag.resize(part == std::string::npos ? 0 : part);
  }
  throw Error(Code::unsupported,
              fmt::format("espeak-ng has no voice for the language \"{}\"; it has {} languages, as "
                          "en, sv, ja, hi, de, fr or es (espeak-ng --voices).",
                          language.substr(0, 40), known.size()));
}

Task<std::set<std::string>> EmbeddedSynthesiser::languages() {
  std::string program = find_program(options_.program);
  if (program.empty()) throw missing(options_.program);
  if (!languages_.empty()) co_return languages_;
  auto child = spawn(espeak(options_, program, {"--voices"}, {}));
  std::string listing;
  std::array<char, 4096> buffer;
  Instant deadline = Core::here().clock().steady() + options_.idle_max;
  while (std::size_t count = co_await within(deadline, child->out().read_some(buffer))) {
    if (listing.size() + count > list_bytes_max) break;
    listing.append(buffer.data(), count);
  }
  languages_ = parse_voices(listing);
  if (languages_.empty()) {
    throw Error(Code::unavailable,
                fmt::format("Nothing can be spoken: {} tells of no voices.", options_.program));
  }
  co_return languages_;
}

void check(const SpeechRequest& request) {
  std::vector<FieldError> errors;
  if (!is_utf8(request.text)) {
    errors.push_back({"/text", "utf8", "The text must be UTF-8."});
  } else if (request.text.size() > spoken_text_bytes_max) {
    errors.push_back({"/text", "max_length",
                      fmt::format("The text has {} bytes; at most {} are spoken at once.",
                                  request.text.size(), spoken_text_bytes_max)});
  } else if (split_spoken_text(request.text).empty()) {
    errors.push_back({"/text", "min_length", "There is nothing to say: the text is empty."});
  }
  if (!(request.speed >= speaking_speed_min && request.speed <= speaking_speed_max)) {
    errors.push_back({"/speed", "range",
                      fmt::format("The speed is {}; it must be {} to {} times the voice's own.",
                                  request.speed, speaking_speed_min, speaking_speed_max)});
  }
  if (!errors.empty()) throw Error(std::move(errors));
}

}  // namespace antiphon::speech
