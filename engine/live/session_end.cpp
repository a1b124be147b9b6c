#include "engine/live/session_end.h"

#include "engine/async/call.h"
#include "engine/base/error.h"

namespace antiphon::live {
namespace {

// Takes no events, and counts as nobody: it only hears of the end.
class EndListener final : public Reader {
 public:
  explicit EndListener(Session& session) : session_(session) { session_.attach(*this); }
  EndListener(const EndListener&) = delete;
  EndListener& operator=(const EndListener&) = delete;
  ~EndListener() override { session_.detach(*this); }

  std::uint64_t on_events() override { return session_.position().seq; }
  void on_taken(const std::string&) override {}
  void on_ended(CloseCode, std::string_view) override { ended_.wake(); }
  bool is_present() const override { return false; }
  Task<> wait() { return ended_.wait(); }

 private:
  Session& session_;
  Waiter ended_;
};

}  // namespace

Task<> end_session(std::shared_ptr<Session> session, std::string reason, Instant deadline) {
  if (!session->ended()) {
    EndListener listener(*session);
    session->close(std::move(reason));
    try {
      co_await within(deadline, listener.wait());
    } catch (const Error& error) {
      if (error.code() != Code::timeout) throw;
      throw Error(Code::unavailable, "The session's end could not be stored; try again shortly.")
          .retry_after(5);
    }
  }
  co_await session->until_synced(deadline);
}

}  // namespace antiphon::live
