#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/speech/recogniser.h"

namespace antiphon::speech {

// What the server and antiphon-speech say to each other. Both run on one machine and are built
// together, so numbers travel in the machine's own byte order and there is no version.
//
// On the control socket (SOCK_SEQPACKET, descriptor 3 of antiphon-speech) the server sends one byte
// with one end of a stream socket pair attached (SCM_RIGHTS); a new worker serves it.
// antiphon-speech ends when the control socket does, a worker when its own socket does.
//
//   message    := length:u32 type:u8 payload       length counts the payload
//   to the worker
//     begin    'b' rung:u8                         an utterance begins
//     sound    's' sample:i16*                     its sound, 16 kHz
//     end      'e'                                 it is over
//   from the worker
//     ready    'r'                                 first of all
//     failed   'x' text                            in place of ready: why there is no worker
//     partial  'p' hypothesis                      after every 100 ms of sound
//     final    'f' hypothesis                      once for every end
//   hypothesis := heard_samples:u32 processor_us:u32 word*
//                                                  both counted from the utterance's beginning
//   word       := start_ms:u32 end_ms:u32 confidence:u8 length:u8 text
//                                                  confidence in 1/254; 255: not known

inline constexpr std::size_t payload_bytes_max = 256u << 10;
inline constexpr std::size_t partial_samples = sample_rate_hz / 10;
inline constexpr int control_descriptor = 3;

enum class MessageType : char {
  begin = 'b',
  sound = 's',
  end = 'e',
  ready = 'r',
  failed = 'x',
  partial = 'p',
  final = 'f'
};

struct Message {
  MessageType type = MessageType::begin;
  std::string payload;
};

/// What is understood of an utterance; times count from its beginning.
struct Hypothesis {
  std::uint32_t heard_samples = 0;
  std::uint32_t processor_us = 0;  ///< that the worker has taken for it
  std::vector<Word> words;
};

std::string encode(MessageType type, std::string_view payload = {});
std::string encode_begin(Rung rung);
std::string encode_sound(std::span<const Sample> samples);
std::string encode(MessageType type, const Hypothesis& hypothesis);

/// @throws Error{Code::invalid} for no rung
Rung parse_begin(std::string_view payload);
/// @throws Error{Code::invalid} for an odd number of bytes
std::vector<Sample> parse_sound(std::string_view payload);
/// @throws Error{Code::invalid} for anything but the grammar's hypothesis
Hypothesis parse_hypothesis(std::string_view payload);

/// Cuts a stream of bytes into messages.
class MessageReader {
 public:
  void add(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole message; nothing when more bytes are needed.
  /// @throws Error{Code::invalid} for an unknown type or a payload over its limit
  std::optional<Message> next();

 private:
  std::string buffer_;
};

}  // namespace antiphon::speech
