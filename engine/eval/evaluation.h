#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/task.h"
#include "engine/eval/report.h"

namespace antiphon::gateway {
class Gateway;  // the room knows of it no more than that it is passed on
}
namespace antiphon::speech {
class Recogniser;  // the same
}

namespace antiphon::eval {

/// What an evaluation is given. It runs on a core of the command's own, without a server.
struct Run {
  std::string set_name;           ///< for messages: the file's name
  std::string set;                ///< the set as JSON Lines, for parse_set()
  std::filesystem::path shipped;  ///< folder of what ships for evaluations: share/eval
  std::filesystem::path share;    ///< folder of all that ships
  /// Models to ask beside what answers without them; null: none are set up. On this core.
  gateway::Gateway* gateway = nullptr;
  std::vector<std::string> models = {};  ///< names of those that are asked; empty: all
  struct NamedRecogniser {
    std::string name;
    speech::Recogniser* recogniser;
  };
  /// Recognisers of others, to compare beside the embedded one. On this core.
  std::vector<NamedRecogniser> recognisers = {};
  /// Told now and then, from any thread.
  std::function<void(std::size_t done, std::size_t all)> progress = [](auto, auto) {};
};

/// Something whose answers can be compared with a labelled set: `antiphon eval NAME`.
struct Evaluation {
  std::string_view name;         ///< "director.analyse"
  std::string_view summary;      ///< one line: what is asked, and against what
  std::string_view shipped_set;  ///< its set below share/eval: "director/analyse.jsonl"
  /// @throws Error{fields} for a set that does not read, Error{Code::unavailable} when something
  ///         that is evaluated is not there
  Task<Report> (*run)(Run run) = nullptr;
  bool asks_models = false;       ///< beside what answers without them
  bool asks_recognisers = false;  ///< the same of those that are set up
};

}  // namespace antiphon::eval
