#pragma once

#include <cstdio>
#include <filesystem>
#include <string>

#include "engine/app/commands.h"
#include "engine/base/random.h"
#include "engine/live/client.h"
#include "engine/speech/media.h"

namespace antiphon::director {

struct TakeOptions {
  std::filesystem::path file;  ///< sound or film in any format ffmpeg reads
  std::string language = "en";
  bool realtime = false;  ///< send the sound as fast as it was spoken, not faster
  bool json = false;      ///< print each event as a line of JSON
  bool record = false;    ///< record the take, for antiphon replay
  bool consent = false;   ///< everybody who is heard agrees to that
};

/// Sends a file through a take of a server and prints what comes back.
class TakeClient {
 public:
  TakeClient(app::ReachedServer server, TakeOptions options, std::FILE* out);

  /// Ends when the take has answered everything. @throws Error
  Task<> run();

 private:
  Task<std::string> open_take();
  Task<> converse();
  Task<> send_sound();
  Task<> keep_pace(std::uint64_t sent_samples, Instant begin);
  void take_in(const live::ServerFrame& frame);
  void print(const live::ServerFrame& frame);
  void print_for_people(const live::ServerFrame& frame);

  app::ReachedServer server_;
  TakeOptions options_;
  std::FILE* out_;
  SystemRandom random_;
  http::NetworkHttpClient http_;
  std::unique_ptr<live::Client> client_;
  std::string session_id_;
  std::uint64_t heard_samples_ = 0;  // as the server tells
  std::size_t finals_ = 0;
  std::string unheard_;  // why nothing can be heard; "" when it can
  Waiter heard_more_;
  bool over_ = false;
};

}  // namespace antiphon::director
