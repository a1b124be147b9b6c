// `antiphon speech …`: what the embedded parts hear and say, without a server.

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>

#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/transcription.h"
#include "engine/speech/wav_header.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

struct SayOptions {
  speech::SpeechRequest request;
  std::string out;
};

// The header tells the length, so the whole sound is made first.
Task<std::string> make_wav(speech::SpeechRequest request) {
  speech::EmbeddedSynthesiser synthesiser;
  auto stream = co_await synthesiser.speak(std::move(request));
  std::string sound;
  int rate = speech::sample_rate_hz;
  while (auto piece = co_await stream->next()) {
    rate = piece->sample_rate;
    sound.append(reinterpret_cast<const char*>(piece->samples.data()),
                 piece->samples.size() * sizeof(speech::Sample));
  }
  co_return speech::make_wav_header(rate, static_cast<std::uint32_t>(sound.size())) + sound;
}

void say(const SayOptions& options) {
  if (options.out.empty() && ::isatty(STDOUT_FILENO) == 1) {
    throw Error(Code::invalid,
                "Name a file with --out, or send the sound to a program that plays "
                "it: antiphon speech say \"Hello\" | aplay");
  }
  SystemClock clock;
  Core core(0, clock);
  std::string wav = core.run_until_done(make_wav(options.request));
  if (options.out.empty()) {
    std::fwrite(wav.data(), 1, wav.size(), stdout);
    return;
  }
  std::ofstream file(options.out, std::ios::binary);
  file.write(wav.data(), static_cast<std::streamsize>(wav.size()));
  file.close();
  if (!file) throw Error(Code::invalid, fmt::format("{} cannot be written.", options.out));
}

void add_say(CLI::App& speech) {
  CLI::App* command = speech.add_subcommand("say", "Say a text, as a WAV file");
  command->footer(
      "Example: antiphon speech say --language sv --out hej.wav \"Hej, hur mår du?\"\n"
      "Japanese is read from kana. Without --out the sound goes to standard output.");
  auto options = std::make_shared<SayOptions>();
  command->add_option("TEXT", options->request.text, "What to say")->required();
  command->add_option("--language", options->request.language, "BCP 47")->capture_default_str();
  command->add_option("--speed", options->request.speed, "Times the voice's own")
      ->check(CLI::Range(speech::speaking_speed_min, speech::speaking_speed_max))
      ->capture_default_str();
  command->add_option("--out", options->out, "The file to write");
  command->callback([options] { say(*options); });
}

void print(const speech::Recognition& result) {
  if (result) {
    double begin = static_cast<double>(result->begin_sample) / speech::sample_rate_hz;
    fmt::print("{:8.2f}  {}\n", begin, result->text);
  } else {
    fmt::print("{:8.2f}  (lost: {})\n",
               static_cast<double>(result.error().begin_sample) / speech::sample_rate_hz,
               result.error().message);
  }
  std::fflush(stdout);
}

Task<> print_words(std::string file, std::string language) {
  auto reader = speech::read_media_file(file);
  SpeechSettings settings = load_settings().values.speech;
  speech::EmbeddedRecogniser recogniser(
      {.program = settings.program, .model_directory = settings.model});
  co_await speech::transcribe(&recogniser, reader.get(), std::move(language), print);
}

void add_transcribe(CLI::App& speech) {
  CLI::App* command = speech.add_subcommand("transcribe", "Print what is said in a recording");
  command->footer(
      "Example: antiphon speech transcribe talk.mp3\n"
      "Each line is an utterance and the second at which it begins. Any format that ffmpeg "
      "decodes;\n"
      "English alone.");
  auto file = std::make_shared<std::string>();
  auto language = std::make_shared<std::string>("en");
  command->add_option("FILE", *file, "Sound or film")->required();
  command->add_option("--language", *language, "BCP 47")->capture_default_str();
  command->callback([file, language] {
    SystemClock clock;
    Core core(0, clock);
    core.run_until_done(print_words(*file, *language));
  });
}

}  // namespace

void add_speech(CommandLine line) {
  CLI::App* speech = line.root.add_subcommand("speech", "Hear and say, without a server");
  speech->require_subcommand(1);
  speech->footer("Example: antiphon speech transcribe talk.mp3");
  add_say(*speech);
  add_transcribe(*speech);
}

}  // namespace antiphon::server
