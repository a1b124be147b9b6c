#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "engine/metrics/registry.h"
#include "engine/speech/rung.h"

namespace antiphon::speech {

struct EmbeddedOptions {
  std::string program;  ///< path of antiphon-speech; empty: beside the running program
  std::string model_directory = "/usr/share/pocketsphinx/model/en-us";
  double processors = 0;                ///< that recognition may take; 0: three quarters of all
  std::size_t streams_max = 64;         ///< open at once in the process, whatever they cost
  std::optional<Rung> only_rung = {};   ///< every stream has this one; nothing: as they fit
  double pace_max = 1.25;               ///< CapacityOptions::pace_max
  std::chrono::seconds start_max{30};   ///< for a worker to be ready; the first waits for the model
  std::chrono::seconds answer_max{10};  ///< without an answer a worker counts as stalled
  metrics::Registry* metrics = nullptr;  ///< outlives it; null: nothing is counted
};

}  // namespace antiphon::speech
