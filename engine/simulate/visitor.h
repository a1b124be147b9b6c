#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/http/client.h"
#include "engine/live/client.h"
#include "engine/simulate/checker.h"
#include "engine/simulate/faults.h"
#include "engine/simulate/trace.h"

namespace antiphon::simulate {

/// What visitors stand on.
struct Surroundings {
  http::HttpClient& http;
  Random& random;
  Faults& faults;
  Checker& checker;
  Trace& trace;
  /// A code that signs in; "" while there is no server.
  std::function<std::string()> sign_in_code;
  bool is_over = false;  ///< visitors come to their end
};

/// A person with a session of its own: signs in, opens a take, talks, has errands done, reads on
/// several connections, and comes back whenever something breaks. Speaks the protocol as any client
/// from outside would, and leaves all judging to the checker.
class Visitor {
 public:
  Visitor(Surroundings& surroundings, unsigned number, const Plan& plan);
  ~Visitor();

  /// From sign-in to the end of its session.
  Task<> live();
  bool is_done() const { return done_; }
  const std::string& session() const { return session_; }
  /// Names of the errands that the server has taken on.
  const std::vector<std::string>& errands() const { return errands_; }

 private:
  struct Reader {
    std::string name;
    std::unique_ptr<live::WebSocket> socket;
    bool is_attached = false;
  };

  Task<> talk();
  Task<> finish();
  Task<> read(std::shared_ptr<Reader> reader);
  Task<> attach(std::shared_ptr<Reader> reader);
  Task<> receive_all(std::shared_ptr<Reader> reader);
  void on_text(Reader& reader, const std::string& json);
  void on_close(Reader& reader);

  Task<std::string> ask(http::Method method, std::string path, std::string body);
  Task<> sign_in();
  Task<> open_take();
  Task<> run_errand();
  Task<> look_back();

  void say(const std::string& json);
  void say_words();
  void say_sound();
  void say_twice();
  void flood();
  void on_connected();
  Task<> wait(Duration max);
  void note(std::string_view who, std::string_view what);

  Surroundings& world_;
  std::string name_;
  bool has_sound_;
  bool repeats_itself_;
  std::string token_;
  std::string session_;
  std::vector<std::shared_ptr<Reader>> readers_;
  TaskGroup reading_;
  std::deque<std::pair<std::int64_t, std::string>> unacknowledged_;  // mark, message
  std::int64_t marks_ = 0;
  std::vector<std::string> errands_;
  bool ended_ = false;
  bool wants_end_ = false;  // has said finish
  bool end_is_taken_ = false;
  bool done_ = false;
};

}  // namespace antiphon::simulate
