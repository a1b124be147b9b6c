#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/simulate/network.h"
#include "engine/speech/scripted_recogniser.h"

namespace antiphon::simulate {

/// What a seed makes of the world: who is in it and what may go wrong. Taking something away from
/// a plan that fails gives a smaller one that may still fail.
struct Plan {
  std::uint64_t seed = 1;
  Duration length = std::chrono::minutes(6);  ///< of talk; then the world calms down and ends
  unsigned visitors = 1;                      ///< each with a session of its own
  unsigned readers = 1;                       ///< connections of each visitor
  unsigned kills = 0;                         ///< of the server's process
  unsigned power_cuts = 0;                    ///< of its machine
  unsigned restarts = 0;                      ///< in order
  bool cuts = false;                          ///< connections break at any byte
  bool silences = false;                      ///< connections die and nobody is told
  bool stalls = false;                        ///< connections stand still for a while
  bool splits = false;                        ///< messages arrive in parts
  bool slow_storage = false;                  ///< transactions wait, or find no database
  bool full_disk = false;                     ///< for a while the event log cannot be written
  bool slow_skills = false;                   ///< stall, fail, or succeed with nothing
  bool floods = false;                        ///< a client sends more than it may
  bool sound = false;                         ///< with a recogniser that misbehaves too
  bool models = false;                        ///< skills ask them; else rules answer
  bool bad_models = false;                    ///< which fail in every way that providers do
  bool poor = false;                          ///< the budget for models is soon spent

  std::string text() const;
};

/// What goes wrong with one answer of a provider of models.
enum class ModelFault {
  none,
  refused,       ///< nobody listens
  goes_away,     ///< and does not for a while: what is under way breaks
  slow_head,     ///< the head comes late, perhaps too late
  silent,        ///< a head, and nothing behind it
  stalls,        ///< after some of the answer
  cut_before,    ///< the connection breaks before any content
  cut_within,    ///< and after some
  empty,         ///< it ends well without content
  error_before,  ///< an error within a 200
  error_within,  ///< the same after some content
  limited,       ///< 429, mostly with a hint
  overloaded,    ///< 503, or what the service has for it
  broken,        ///< 500
  bad_key,       ///< 401
  garbage,       ///< a line that is none of its protocol
  in_one_piece,  ///< the whole answer where a stream was asked for
  no_usage,      ///< it does not say what it took
  no_finish,     ///< it ends without a reason
  off_schema,    ///< an answer of another form
  not_admitted,  ///< of the right form, with words that nobody said
  no_json        ///< prose
};
/// "model refused", "model goes away" …: as it is counted.
std::string_view to_text(ModelFault fault);

Plan make_plan(std::uint64_t seed, Duration length);

/// The plan with one thing less, for each thing that it has.
std::vector<Plan> smaller_plans(const Plan& plan);

/// Throws the dice for everything that can go wrong, and counts what did. Once calm, nothing does.
class Faults {
 public:
  Faults(const Plan& plan, Random& random) : plan_(plan), random_(random) {}

  LinkFaults link();
  /// The time that a transaction takes; nothing while the database is away.
  std::optional<Duration> storage_pace();
  /// What a look into the cache of skills meets.
  enum class Skill { works, stalls, fails, is_empty };
  Skill skill();
  Duration pause(Duration max);
  Duration between(Duration min, Duration max);
  speech::ScriptedFault recogniser();
  ModelFault model();
  /// Whether a job's attempt fails.
  bool job_fails();

  /// Whether a client sends more than it may.
  bool floods();

  /// True one time in `n`, while the world is not calm.
  bool one_in(std::uint64_t n) { return !calm && random_.below(n) == 0; }
  void count(const std::string& fault) { ++counts_[fault]; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

  bool calm = false;
  bool storage_away = false;

 private:
  template <class T>
  T counted(const char* fault, T value) {
    count(fault);
    return value;
  }

  const Plan& plan_;
  Random& random_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace antiphon::simulate
