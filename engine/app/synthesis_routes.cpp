#include "engine/app/synthesis_routes.h"

#include "engine/base/error.h"
#include "engine/speech/wav_header.h"

namespace antiphon::app {
namespace {

using Stream = std::shared_ptr<speech::SynthesiserStream>;

std::string bytes_of(const std::vector<speech::Sample>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(speech::Sample)};
}

// The first sound is there already: whatever fails before it is a proper answer.
Task<> write_sound(Stream stream, speech::SpokenPiece first, http::BodyWriter write) {
  std::string head = speech::make_wav_header(first.sample_rate, speech::wav_bytes_unknown);
  co_await write(head + bytes_of(first.samples));
  while (auto piece = co_await stream->next()) co_await write(bytes_of(piece->samples));
}

}  // namespace

void SynthesisRoutes::mount(http::Router& router) {
  router.add({.method = http::Method::post,
              .path = "/api/v1/speech/synthesis",
              .permission = "speech:synthesis:create",
              .rate = http::RateClass::write,
              .summary = "Say a text",
              .description = "A WAV file with one channel of PCM16, sent while it is spoken: its "
                             "header does not tell the length.",
              .media_type = "audio/wav",
              .takes_key = false},
             this, &SynthesisRoutes::speak);
}

Task<http::Response> SynthesisRoutes::speak(Call, Synthesis wanted) {
  Stream stream = co_await synthesiser_.speak({.text = std::move(wanted.text),
                                               .language = std::move(wanted.language),
                                               .speed = wanted.speed});
  auto first = co_await stream->next();
  if (!first) throw Error({{"/text", "content", "There is nothing in the text that has a sound."}});
  http::Response response;
  response.headers.set("Content-Type", "audio/wav");
  response.headers.set("Cache-Control", "no-store");
  response.body = http::StreamedBody(
      [stream = std::move(stream), first = std::move(*first)](http::BodyWriter write) mutable {
        return write_sound(std::move(stream), std::move(first), std::move(write));
      });
  co_return response;
}

}  // namespace antiphon::app
