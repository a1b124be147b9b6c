#include "engine/speech/recogniser.h"

#include "engine/base/error.h"

namespace antiphon::speech {

std::string_view to_text(Transcript::Kind kind) {
  switch (kind) {
    case Transcript::Kind::partial: return "partial";
    case Transcript::Kind::stable: return "stable";
    case Transcript::Kind::final: return "final";
  }
  return "";
}

std::string_view to_text(LostUtterance::Reason reason) {
  switch (reason) {
    case LostUtterance::Reason::crashed: return "crashed";
    case LostUtterance::Reason::stalled: return "stalled";
  }
  return "";
}

void check(const StreamOptions& options, const RecogniserCapabilities& capabilities) {
  std::string_view primary = options.language;
  primary = primary.substr(0, primary.find_first_of("-_"));
  if (std::ranges::count(capabilities.languages, primary) == 0) {
    throw Error(
        Code::unsupported,
        fmt::format("{} does not understand the language \"{}\"; it knows {}.", capabilities.name,
                    options.language.substr(0, 40), fmt::join(capabilities.languages, ", ")));
  }
  if (options.sample_rate < sample_rate_hz_min || options.sample_rate > sample_rate_hz_max) {
    throw Error(Code::invalid,
                fmt::format("A sample rate of {} Hz is not handled; {} to {} Hz are.",
                            options.sample_rate, sample_rate_hz_min, sample_rate_hz_max));
  }
}

}  // namespace antiphon::speech
