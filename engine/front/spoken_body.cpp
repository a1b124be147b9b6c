#include "engine/front/spoken_body.h"

#include <boost/asio/this_coro.hpp>

#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/front/rate_converter.h"
#include "engine/schema/json.h"
#include "engine/speech/wav_header.h"

namespace antiphon::front {
namespace {

using SharedSpeaking = std::shared_ptr<Speaking>;

constexpr int pcm_rate_hz = 24'000;  // as OpenAI has it
constexpr std::size_t packed_piece_bytes = std::size_t{16} << 10;
constexpr std::chrono::seconds packing_processor_max{60};
constexpr std::size_t packing_memory_bytes_max = std::size_t{1} << 30;

struct Packing {
  std::string_view format;
  std::string_view media_type;
  std::string_view codec;      // ffmpeg's name; "": it is not packed
  std::string_view container;  // the same
};
constexpr Packing packings[] = {{"mp3", "audio/mpeg", "libmp3lame", "mp3"},
                                {"opus", "audio/opus", "libopus", "ogg"},
                                {"aac", "audio/aac", "aac", "adts"},
                                {"flac", "audio/flac", "flac", "flac"},
                                {"wav", "audio/wav", "", ""},
                                {"pcm", "audio/pcm", "", ""}};

const Packing* find_packing(std::string_view format) {
  for (const Packing& packing : packings) {
    if (packing.format == format) return &packing;
  }
  return nullptr;
}

std::string bytes_of(const std::vector<speech::Sample>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(speech::Sample)};
}

Task<> write_wav(SharedSpeaking speaking, http::BodyWriter write) {
  std::string head =
      speech::make_wav_header(speaking->first.sample_rate, speech::wav_bytes_unknown);
  co_await write(head + bytes_of(speaking->first.samples));
  while (auto piece = co_await speaking->stream->next()) co_await write(bytes_of(piece->samples));
}

Task<> write_pcm(SharedSpeaking speaking, http::BodyWriter write) {
  RateConverter converter(speaking->first.sample_rate, pcm_rate_hz);
  co_await write(bytes_of(converter.convert(speaking->first.samples)));
  while (auto piece = co_await speaking->stream->next()) {
    co_await write(bytes_of(converter.convert(piece->samples)));
  }
  co_await write(bytes_of(converter.finish()));
}

ChildSpec packer(const std::string& ffmpeg, const Packing& packing, int sample_rate) {
  return {.program = ffmpeg,
          .arguments = {"-v",
                        "error",
                        "-protocol_whitelist",
                        "pipe",
                        "-f",
                        "s16le",
                        "-ar",
                        std::to_string(sample_rate),
                        "-ac",
                        "1",
                        "-i",
                        "pipe:0",
                        "-c:a",
                        std::string(packing.codec),
                        "-threads",
                        "1",
                        "-flush_packets",
                        "1",
                        "-f",
                        std::string(packing.container),
                        "pipe:1"},
          .pipe_in = true,
          .pipe_out = true,
          .cpu_max = packing_processor_max,
          .memory_bytes_max = packing_memory_bytes_max};
}

Task<> feed(SharedSpeaking speaking, Child* child) {
  co_await child->in().write_all(bytes_of(speaking->first.samples));
  while (auto piece = co_await speaking->stream->next()) {
    std::string bytes = bytes_of(piece->samples);
    co_await child->in().write_all(bytes);
  }
  child->in().close();
}

Task<> pass_packed(Child* child, const http::BodyWriter* write) {
  std::string piece(packed_piece_bytes, '\0');
  while (std::size_t count = co_await child->out().read_some(piece)) {
    co_await (*write)(piece.substr(0, count));
  }
}

// Speech that fails in the middle cuts the answer: a sound that just ends would pass for all of it.
Task<> write_packed(SharedSpeaking speaking, const Packing* packing, std::string ffmpeg,
                    http::BodyWriter write) {
  auto child = spawn(packer(ffmpeg, *packing, speaking->first.sample_rate));
  std::exception_ptr failure;
  TaskGroup work([&](const std::exception_ptr& error) {
    failure = error;
    child->kill();
  });
  std::exception_ptr ended;
  try {
    work.spawn(feed(speaking, child.get()));
    co_await pass_packed(child.get(), &write);
    co_await work.join();
    ExitStatus status = co_await child->wait();
    if (!failure && !status.ok()) {
      failure = std::make_exception_ptr(Error(Code::unavailable, "The sound could not be packed.")
                                            .detail("ffmpeg: " + status.text()));
    }
  } catch (...) {
    ended = std::current_exception();
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
  child->kill();
  co_await work.stop();
  if (failure) std::rethrow_exception(failure);
  if (ended) std::rethrow_exception(ended);
}

Task<> write_sound(SharedSpeaking speaking, const Packing* packing, std::string ffmpeg,
                   http::BodyWriter write) {
  if (packing->format == "wav") return write_wav(std::move(speaking), std::move(write));
  if (packing->format == "pcm") return write_pcm(std::move(speaking), std::move(write));
  return write_packed(std::move(speaking), packing, std::move(ffmpeg), std::move(write));
}

// Each piece as an event.
Task<> write_events(SharedSpeaking speaking, const Packing* packing, std::string ffmpeg,
                    http::BodyWriter write) {
  std::size_t characters = speaking->characters;
  auto as_event = [&write](std::string bytes) {
    if (bytes.empty()) return write("");
    return write(fmt::format("data: {{\"type\":\"speech.audio.delta\",\"audio\":\"{}\"}}\n\n",
                             to_base64(bytes)));
  };
  co_await write_sound(std::move(speaking), packing, std::move(ffmpeg), as_event);
  // Four characters are taken for a token, as no text is made of tokens here.
  std::size_t tokens = (characters + 3) / 4;
  co_await write(
      fmt::format("data: {{\"type\":\"speech.audio.done\",\"usage\":{{"
                  "\"input_tokens\":{0},\"output_tokens\":0,\"total_tokens\":{0}}}}}\n\n",
                  tokens));
}

}  // namespace

std::optional<std::string> media_type_of(std::string_view format) {
  const Packing* packing = find_packing(format);
  if (!packing) return std::nullopt;
  return std::string(packing->media_type);
}

http::StreamedBody spoken_body(std::shared_ptr<Speaking> speaking, SpeechFormat format,
                               std::string ffmpeg) {
  const Packing* packing = find_packing(format.name);
  ENSURE(packing, "the format was checked");
  return [speaking, packing, ffmpeg, is_events = format.is_event_stream](http::BodyWriter write) {
    return is_events ? write_events(speaking, packing, ffmpeg, std::move(write))
                     : write_sound(speaking, packing, ffmpeg, std::move(write));
  };
}

}  // namespace antiphon::front
