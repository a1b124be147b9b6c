#include "engine/speech/speech_evaluation.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/eval/dataset.h"
#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/media.h"
#include "engine/speech/resampler.h"
#include "engine/speech/speech_program.h"
#include "engine/speech/word_errors.h"

namespace antiphon::speech {
namespace {

using Case = eval::Case<SpokenCase, SpokenLabel>;
using Sound = std::vector<Sample>;

constexpr std::size_t piece_samples = sample_rate_hz / 10;
// Before and behind the sentence, so that its end is heard as one.
constexpr std::ptrdiff_t lead_samples = sample_rate_hz * 3 / 10;
constexpr std::ptrdiff_t tail_samples = sample_rate_hz;

// The faint noise of a quiet microphone; digital silence is nothing that a recogniser ever hears.
Sound make_quiet(std::ptrdiff_t samples) {
  Sound sound(static_cast<std::size_t>(samples));
  std::uint32_t state = 1;
  for (Sample& sample : sound) {
    state = state * 1'664'525 + 1'013'904'223;
    sample = static_cast<Sample>(state >> 30);
  }
  return sound;
}

Task<Sound> say_with_flite(std::string voice, std::string text) {
  if (find_program("flite").empty()) {
    throw Error(Code::unavailable,
                "The voices of the set need the program flite. Install the package flite.");
  }
  TemporaryFolder folder;
  auto file = folder.path() / "said.wav";
  auto child = spawn({.program = "flite",
                      .arguments = {"-voice", voice, "-t", std::move(text), "-o", file.string()},
                      .cpu_max = std::chrono::seconds(60)});
  ExitStatus status = co_await child->wait();
  if (!status.ok()) {
    throw Error(Code::unavailable,
                fmt::format("flite cannot speak with the voice \"{}\": {}.", voice, status.text()));
  }
  co_return (co_await decode_file(file)).samples;
}

Task<Sound> say_with_espeak(std::string language, std::string text) {
  EmbeddedSynthesiser synthesiser;
  auto stream = co_await synthesiser.speak({.text = std::move(text), .language = language});
  Sound sound;
  std::optional<Resampler> resampler;
  while (auto piece = co_await stream->next()) {
    if (!resampler) resampler.emplace(piece->sample_rate);
    Sound converted = resampler->convert(std::move(piece->samples));
    sound.insert(sound.end(), converted.begin(), converted.end());
  }
  co_return sound;
}

Task<Sound> make_sound(SpokenCase spoken) {
  if (!spoken.file.empty()) co_return (co_await decode_file(spoken.file)).samples;
  auto colon = spoken.voice.find(':');
  std::string program = spoken.voice.substr(0, colon);
  std::string voice = colon == std::string::npos ? "" : spoken.voice.substr(colon + 1);
  if (program == "flite") co_return co_await say_with_flite(voice, spoken.text);
  if (program == "espeak") co_return co_await say_with_espeak(voice, spoken.text);
  throw Error(Code::invalid,
              fmt::format("\"{}\" is no voice; write flite:slt or espeak:en-us.", spoken.voice));
}

Task<> feed(std::shared_ptr<RecogniserStream> stream, Sound sound) {
  for (std::size_t at = 0; at < sound.size(); at += piece_samples) {
    auto begin = sound.begin() + static_cast<long>(at);
    co_await stream->hear(
        {begin, begin + static_cast<long>(std::min(piece_samples, sound.size() - at))});
  }
  co_await stream->finish();
}

// What was heard, and what became of the words that were told as stable.
struct Heard {
  std::string text;
  std::int64_t stable = 0;
  std::int64_t kept = 0;  // of those in the final
};

// So many words of `stable` stand in `final`, in that order.
std::int64_t count_kept(const std::vector<std::string>& stable, std::string_view final) {
  std::string said;
  for (const std::string& word : stable) said += word + ' ';
  Edits edits = count_word_edits(said, final);
  return edits.reference - edits.deletions - edits.substitutions;
}

Task<Heard> recognise(Recogniser* recogniser, std::string language, Sound sound) {
  std::shared_ptr<RecogniserStream> stream =
      co_await recogniser->open({.language = std::move(language)});
  TaskGroup tasks([](const std::exception_ptr&) {});
  tasks.spawn(feed(stream, std::move(sound)));
  Heard heard;
  std::vector<std::string> stable;
  while (auto result = co_await stream->next()) {
    if (!*result) throw Error(Code::unavailable, result->error().message);
    const Transcript& told = **result;
    if (told.kind == Transcript::Kind::final) {
      heard.stable += static_cast<std::int64_t>(stable.size());
      heard.kept += count_kept(stable, told.text);
      heard.text += heard.text.empty() || told.text.empty() ? told.text : ' ' + told.text;
      stable.clear();
    } else {
      stable.clear();
      for (std::size_t i = 0; i < told.stable_words; ++i) stable.push_back(told.words[i].text);
    }
  }
  co_await tasks.join();
  co_return heard;
}

struct Rates {
  Edits words;
  Edits characters;
};

struct Tally {
  Edits words;
  Edits characters;
  std::int64_t stable = 0;
  std::int64_t kept = 0;
  std::map<std::string, Edits> by_voice;
  std::map<std::string, Rates> by_language;
  std::vector<eval::Miss> misses;

  void add(const Case& each, const Heard& heard) {
    Edits of_words = count_word_edits(each.expected.text, heard.text);
    Edits of_characters = count_character_edits(each.expected.text, heard.text);
    words += of_words;
    characters += of_characters;
    by_language[each.input.language].words += of_words;
    by_language[each.input.language].characters += of_characters;
    by_voice[each.input.file.empty() ? each.input.voice : "recordings"] += of_words;
    stable += heard.stable;
    kept += heard.kept;
    if (of_words.errors() == 0) return;
    misses.push_back({.line = static_cast<std::int64_t>(each.line),
                      .input = each.input.file.empty() ? each.input.voice : each.input.file,
                      .expected = each.expected.text,
                      .given = heard.text,
                      .tags = each.tags});
  }
};

// What recognition took for each second of sound.
struct RealTime {
  std::string of;  // of which time
  double factor = 0;
};

std::vector<eval::Figure> figures_of(const Tally& tally, const RealTime& time) {
  const Edits& words = tally.words;
  auto count = [&](std::string name, std::int64_t value) {
    return eval::Figure{
        .name = std::move(name), .value = static_cast<double>(value), .cases = words.reference};
  };
  std::vector<eval::Figure> figures = {
      {.name = "word error rate", .value = words.rate(), .cases = words.reference},
      count("substitutions", words.substitutions),
      count("deletions", words.deletions),
      count("insertions", words.insertions),
      {.name = "character error rate",
       .value = tally.characters.rate(),
       .cases = tally.characters.reference},
      {.name = "stable words that the final keeps",
       .value = tally.stable == 0 ? 1 : static_cast<double>(tally.kept) / double(tally.stable),
       .cases = tally.stable},
      {.name = "real-time factor, " + time.of, .value = time.factor, .cases = words.reference}};
  for (const auto& [voice, edits] : tally.by_voice) {
    figures.push_back(
        {.name = "word error rate, " + voice, .value = edits.rate(), .cases = edits.reference});
  }
  if (tally.by_language.size() < 2) return figures;
  for (const auto& [language, rates] : tally.by_language) {
    figures.push_back({.name = "word error rate, language " + language,
                       .value = rates.words.rate(),
                       .cases = rates.words.reference});
    figures.push_back({.name = "character error rate, language " + language,
                       .value = rates.characters.rate(),
                       .cases = rates.characters.reference});
  }
  return figures;
}

/// One of those that are compared.
struct Side {
  std::string name;
  Recogniser* recogniser = nullptr;
  std::set<std::string> languages = {};
  Tally tally = {};
  double waited_s = 0;
  double sound_s = 0;

  bool knows(const std::string& language) const {
    return languages.contains(language.substr(0, language.find('-')));
  }
};

Side make_side(std::string name, Recogniser* recogniser) {
  auto languages = recogniser->capabilities().languages;
  return {.name = std::move(name),
          .recogniser = recogniser,
          .languages = {languages.begin(), languages.end()}};
}

/// The embedded recogniser as it hears in each rung, with a program of its own.
struct Embedded {
  explicit Embedded(Rung rung)
      : program(std::make_shared<SpeechProgram>(
            EmbeddedOptions{.processors = 1000, .only_rung = rung, .pace_max = 1000})),
        recogniser(program) {}
  std::shared_ptr<SpeechProgram> program;
  EmbeddedRecogniser recogniser;
};

// A sentence between two silences.
Task<Sound> make_utterance(SpokenCase spoken) {
  Sound sound = co_await make_sound(std::move(spoken));
  Sound quiet = make_quiet(std::max(lead_samples, tail_samples));
  sound.insert(sound.begin(), quiet.begin(), quiet.begin() + lead_samples);
  sound.insert(sound.end(), quiet.begin(), quiet.begin() + tail_samples);
  co_return sound;
}

Task<> hear(Side* side, const Case* each, Sound sound) {
  const Clock& clock = Core::here().clock();
  Instant begun = clock.steady();
  side->sound_s += static_cast<double>(sound.size()) / sample_rate_hz;
  try {
    side->tally.add(*each,
                    co_await recognise(side->recogniser, each->input.language, std::move(sound)));
  } catch (const Error& error) {
    throw Error(error.code(),
                fmt::format("{}, line {}: {}", side->name, each->line, error.message()));
  }
  side->waited_s += std::chrono::duration<double>(clock.steady() - begun).count();
}

eval::Side told(Side& side, const RealTime& time) {
  return {.name = side.name,
          .figures = figures_of(side.tally, time),
          .misses = std::move(side.tally.misses)};
}

eval::Report report_of(const eval::Run& run, std::size_t cases, std::vector<Side>& sides,
                       const StreamCosts& full, const StreamCosts& fast) {
  eval::Report report{
      .evaluation = "speech",
      .set = run.set_name,
      .cases = static_cast<std::int64_t>(cases),
      .limits = {"Synthetic voices in silence; a person in a room is harder, and espeak-ng's voice "
                 "is further from a person than any person is. The embedded recogniser knows "
                 "English alone."}};
  report.sides.push_back(told(sides[0], {"processor time", full.full}));
  report.sides.push_back(told(sides[1], {"processor time", fast.fast}));
  for (Side& side : sides | std::views::drop(2)) {
    if (side.sound_s == 0) continue;  // it knows none of the set's languages
    report.sides.push_back(told(side, {"waiting for it", side.waited_s / side.sound_s}));
  }
  return report;
}

Task<eval::Report> run(eval::Run run) {
  auto cases = eval::parse_set<SpokenCase, SpokenLabel>(run.set, run.set_name);
  Embedded full(Rung::full);
  Embedded fast(Rung::fast);
  std::vector<Side> sides{make_side("pocketsphinx, full", &full.recogniser),
                          make_side("pocketsphinx, fast", &fast.recogniser)};
  for (const auto& [name, recogniser] : run.recognisers) {
    sides.push_back(make_side(name, recogniser));
  }
  std::size_t done = 0;
  for (const Case& each : cases) {
    Sound sound = co_await make_utterance(each.input);
    for (Side& side : sides) {
      if (side.knows(each.input.language)) co_await hear(&side, &each, sound);
    }
    run.progress(++done, cases.size());
  }
  co_return report_of(run, cases.size(), sides, full.program->capacity()->costs(),
                      fast.program->capacity()->costs());
}

}  // namespace

const eval::Evaluation evaluate_speech{
    .name = "speech",
    .summary = "Words that are recognised in spoken sentences, by each rung and each server",
    .shipped_set = "speech/speech.jsonl",
    .run = run,
    .asks_recognisers = true};

}  // namespace antiphon::speech
