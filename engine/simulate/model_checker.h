#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/gateway/gateway.h"
#include "engine/simulate/checker.h"

namespace antiphon::simulate {

/// What a provider says in one answer.
struct Said {
  std::string words = {};  ///< that it was asked about
  std::string text = {};
  bool is_right = false;  ///< of the form, and of the words, that were asked for
  bool is_whole = false;  ///< it comes to its end, and says so
  std::string sentiment = {};
  std::string query = {};
  model::Usage usage = {};  ///< as far as it tells
};

/// One call to a provider.
struct ModelAsked {
  std::uint64_t number = 0;
  std::string provider;
  std::string turn;  ///< the trace that it belongs to: one for each turn
  std::string words;
  std::string shown = {};  ///< the answer that is to be mended; "" for a first question
  Timestamp at;
};

/// One answer, or none, that a skill got of the gateway.
struct ModelAnswered {
  std::string words;
  std::string text = {};
  std::optional<model::Finish> finish = {};  ///< nothing: nobody answered
  gateway::Account account = {};
  Timestamp at;
  Timestamp deadline;
};

/// Judges how models were asked, and what became of their answers, by the promises alone: what
/// providers, the gateway's callers and clients saw has to agree. Pure: no clock, no I/O.
class ModelChecker final : public TurnJudge {
 public:
  // Promises (E-30 to E-34), and what this world has set.
  static constexpr int attempts_max = 3;            ///< upstream, of one question
  static constexpr std::int64_t calls_at_once = 3;  ///< at one provider
  static constexpr std::int64_t price_in = 2;       ///< of a token, in millionths
  static constexpr std::int64_t price_out = 8;
  static constexpr std::chrono::seconds answer_time_max{2};  ///< of a skill, whoever answers

  struct World {
    bool has_models = true;      ///< else rules answer, and their answers are kept
    bool has_good_cache = true;  ///< nothing but models goes wrong for skills, so all is answered
  };
  ModelChecker(World world, std::function<void(std::string)> fail)
      : world_(world), fail_(std::move(fail)) {}

  // Of providers.
  void on_asked(const ModelAsked& asked);
  /// A question that is none of its format.
  void on_unreadable(std::string_view provider, std::string_view why);
  void on_said(Said said);
  /// The client has left, or the answer ended.
  void on_closed(std::uint64_t number, Timestamp at);
  /// The client's process is gone, and its calls with it.
  void on_lost(std::uint64_t number);

  // Of those who ask the gateway.
  void on_question(const std::string& words, Timestamp deadline);
  void on_answer(const ModelAnswered& answered);

  /// What stands in the accounts in the end. @param is_whole  no process took anything with it
  void on_usage(std::int64_t attempts, std::int64_t cost, bool is_whole);

  // Of clients.
  void on_heard(const ToldTurn& turn) override;
  void on_turn(const ToldTurn& turn) override;

  void on_end();

  /// Turns by who answered: model, cache, rules, nobody (which was told), cut (with its server).
  const std::map<std::string, std::uint64_t>& turns() const { return turns_; }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t repairs() const { return repairs_; }

 private:
  struct Asking {
    Timestamp began;
    int firsts = 0;
    int repairs = 0;
    std::string shown;
  };
  struct Open {
    std::string provider;
    std::string words;
  };
  struct Given {
    Said said;
    Timestamp at;
    bool was_in_time = false;  // not in the last moment
  };

  void check_repair(Asking& asking, const ModelAsked& asked);
  void check_source(const ToldTurn& turn);
  void check_money(const ModelAnswered& answered);
  const Said* find_said(const ModelAnswered& answered) const;
  bool is_given(const ToldTurn& turn, Timestamp from) const;
  bool is_alone(const ToldTurn& turn) const;
  template <class... Args>
  void fail(fmt::format_string<Args...> format, Args&&... args) {
    fail_("models: " + fmt::format(format, std::forward<Args>(args)...));
  }

  World world_;
  std::function<void(std::string)> fail_;
  std::map<std::string, Asking> askings_;  // by turn
  std::map<std::uint64_t, Open> open_;
  std::map<std::string, std::int64_t> running_;               // by provider
  std::map<std::string, Timestamp> deadlines_;                // latest, by words
  std::multimap<std::string, Said, std::less<>> said_;        // by words
  std::multimap<std::string, Given, std::less<>> given_;      // right answers, by words
  std::multimap<std::string, Timestamp, std::less<>> heard_;  // beginnings of turns, by words
  std::map<std::string, std::uint64_t> turns_;
  std::uint64_t calls_ = 0;
  std::uint64_t repairs_ = 0;
  std::int64_t seen_cost_ = 0;  // of answers that came to their end
};

}  // namespace antiphon::simulate
