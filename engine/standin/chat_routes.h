#pragma once

#include "engine/http/router.h"
#include "engine/standin/stage.h"

namespace antiphon::standin {

/// The chats of all services.
class ChatRoutes {
 public:
  explicit ChatRoutes(Stage& stage) : stage_(stage) {}
  void mount(http::Router& router);

 private:
  Stage& stage_;
};

/// The same for what is no chat, each service for itself. The stage outlives the routes.
void mount_embeddings(http::Router& router, Stage& stage);
void mount_lists(http::Router& router, Stage& stage);
void mount_transcription(http::Router& router, Stage& stage);
void mount_speech(http::Router& router, Stage& stage);

/// How every route of the stand-in is declared.
http::RouteInfo service_route(http::Method method, std::string path);
/// Whose answer it is.
struct Service {
  Stage* stage = nullptr;
  Api api = Api::lists;
  Refuse refuse = nullptr;
};
/// Runs an answer; what it throws of a question is counted, and told as the service tells it.
Task<http::Response> in_shape(Service service, Task<http::Response> answer);

/// Of bodies with sound.
inline constexpr std::size_t sound_body_bytes_max = std::size_t{64} << 20;
/// Of other bodies.
inline constexpr std::size_t question_body_bytes_max = std::size_t{16} << 20;

}  // namespace antiphon::standin
