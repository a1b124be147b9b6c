#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/task.h"
#include "engine/base/clock.h"
#include "engine/speech/rung.h"

namespace antiphon::speech {

/// One value of PCM16 sound, mono.
using Sample = std::int16_t;

/// The rate at which everything in this room counts samples; other input is brought to it.
inline constexpr int sample_rate_hz = 16'000;
inline constexpr int sample_rate_hz_min = 8'000;   ///< of sound coming in
inline constexpr int sample_rate_hz_max = 48'000;  ///< of sound coming in

/// One recognised word. Times count from the beginning of the stream.
struct Word {
  std::string text;
  std::uint32_t start_ms = 0;
  std::uint32_t end_ms = 0;
  std::optional<double> confidence;  ///< 0 to 1; nothing where the recogniser does not know

  bool operator==(const Word&) const = default;
};

/// What was understood of one utterance so far.
struct Transcript {
  enum class Kind {
    partial,  ///< words behind the stable ones may still be rewritten
    stable,   ///< more words than before stand firm (`stable_words`)
    final     ///< the utterance is over; comes once for each
  };

  Kind kind = Kind::partial;
  std::string text;  ///< the words with spaces; a final of sound without speech has none
  std::vector<Word> words;
  /// So many words from the front stay as they are in every further partial; only the final, which
  /// knows the whole utterance, may correct one. Of a final: all.
  std::size_t stable_words = 0;
  std::uint64_t utterance = 0;     ///< counts from 0 in a stream
  std::uint64_t begin_sample = 0;  ///< of the utterance, in the stream at 16 kHz
  std::uint64_t end_sample = 0;    ///< how far into the stream this result has heard
  Instant heard_at;  ///< when the sound before `end_sample` came in: latency counts from here
  std::optional<Rung> rung = {};  ///< that it was heard in, where the recogniser has a ladder
  std::string language = {};      ///< primary language that was heard; empty: nobody says
};

std::string_view to_text(Transcript::Kind kind);

/// An utterance that was lost; the stream goes on with the next one.
struct LostUtterance {
  enum class Reason {
    crashed,  ///< the recogniser ended in the middle
    stalled   ///< it gave nothing in time
  };

  Reason reason = Reason::crashed;
  std::string message;  ///< for people
  std::uint64_t utterance = 0;
  std::uint64_t begin_sample = 0;
};

std::string_view to_text(LostUtterance::Reason reason);

using Recognition = std::expected<Transcript, LostUtterance>;

/// How the same sound was heard before. A stream that is given this hears it the same way again:
/// what the load of the machine decided then is decided, and every result is given, also a partial
/// that nobody fetched in time.
struct HeardBefore {
  std::vector<Rung> rungs;       ///< by utterance; those beyond: full
  std::set<std::uint64_t> lost;  ///< utterances whose recogniser was lost, and began anew

  Rung rung(std::uint64_t utterance) const {
    return utterance < rungs.size() ? rungs[utterance] : Rung::full;
  }
};

struct StreamOptions {
  std::string language = "en";       ///< BCP 47; what counts is the primary language
  int sample_rate = sample_rate_hz;  ///< of the sound that will be heard: 8,000 to 48,000
  std::shared_ptr<const HeardBefore> before = {};  ///< null: it was not
};

/// One speaker's sound going in and transcripts coming out. Belongs to one core and is dropped on
/// it, which ends the recognition at once. One task may hear while another waits in next().
class RecogniserStream {
 public:
  virtual ~RecogniserStream() = default;

  /// Takes the next sound, of any length. Waits while the recogniser lags behind.
  /// @throws Error{Code::unavailable} when thousands of results wait unfetched
  virtual Task<> hear(std::vector<Sample> samples) = 0;

  /// The end of the sound: the utterance under way gets its final, then next() gives nothing.
  virtual Task<> finish() = 0;

  /// The next result; nothing after finish() when all is told. Results that nobody fetches wait,
  /// newer partials in place of older ones.
  virtual Task<std::optional<Recognition>> next() = 0;
};

struct RecogniserCapabilities {
  std::vector<std::string> languages;  ///< primary languages: {"en"}
  bool streaming = false;              ///< gives partials while the sound comes
  std::string name;                    ///< to show: "pocketsphinx (embedded, English)"
};

/// Whether a recogniser of these capabilities can serve a stream of these options.
/// @throws Error{Code::unsupported} for another language, Error{Code::invalid} for a rate outside
///         8 to 48 kHz
void check(const StreamOptions& options, const RecogniserCapabilities& capabilities);

/// Speech to text. Belongs to one core.
class Recogniser {
 public:
  virtual ~Recogniser() = default;

  virtual RecogniserCapabilities capabilities() const = 0;

  /// @throws what check() throws; Error{Code::unavailable} without a model or a free slot
  virtual Task<std::unique_ptr<RecogniserStream>> open(StreamOptions options) = 0;
};

}  // namespace antiphon::speech
