#include "engine/simulate/providers.h"

#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;
using Kind = speech::Transcript::Kind;

std::vector<speech::ScriptedResult> spoken() {
  constexpr std::uint64_t second = speech::sample_rate_hz;
  return {{second, Kind::partial, "the football"},
          {second * 2, Kind::stable, "the football team"},
          {second * 3, Kind::final, "the football team won the match"},
          {second * 5, Kind::final, "then rain came"},
          {second * 7, Kind::final, "we took the train home"}};
}

}  // namespace

Task<std::optional<std::string>> FaultyCache::get(std::string key) {
  Faults::Skill fate = faults_.skill();
  co_await sleep_for(fate == Faults::Skill::stalls ? Duration(20s) : faults_.pause(30ms));
  if (fate == Faults::Skill::fails) throw Error(Code::unavailable, "simulated: the skill fails");
  if (fate == Faults::Skill::is_empty) co_return "";
  co_return co_await inner_.get(std::move(key));
}

Task<> FaultyCache::put(std::string key, std::string value, Duration time_to_live) {
  return inner_.put(std::move(key), std::move(value), time_to_live);
}

Task<> FaultyCache::erase_prefix(std::string prefix) {
  return inner_.erase_prefix(std::move(prefix));
}

speech::RecogniserCapabilities FaultyRecogniser::capabilities() const {
  return {.languages = {"en"}, .streaming = true, .name = "simulated"};
}

Task<std::unique_ptr<speech::RecogniserStream>> FaultyRecogniser::open(
    speech::StreamOptions options) {
  speech::ScriptedRecogniser scripted(spoken(), faults_.recogniser());
  co_return co_await scripted.open(std::move(options));
}

void NoBlobs::refuse() { throw Error(Code::unsupported, "A simulation stores no blobs."); }

}  // namespace antiphon::simulate
