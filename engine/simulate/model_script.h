#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/simulate/faults.h"
#include "engine/simulate/model_checker.h"
#include "engine/standin/wire.h"

namespace antiphon::simulate {

/// The words that a question of the director's is about: what stands between the marks around its
/// text (engine/skill/fence.h). "" where there are none.
std::string words_of(std::string_view user_text);

/// One answer of a provider, as it goes over the wire.
struct ModelScript {
  struct Piece {
    Duration after{};  ///< the one before it, or the head
    std::string bytes;
  };
  enum class End { whole, cut, stall };

  Duration head_after{};
  int status = 200;
  http::Headers headers = {};
  std::vector<Piece> pieces = {};
  End end = End::whole;
  Said said = {};  ///< what is in it, for who judges
};

/// One question to a provider.
struct ModelScene {
  const standin::ChatWire& wire;
  const standin::ChatQuestion& question;
  ModelFault fault = ModelFault::none;
  std::uint64_t number = 0;  ///< of the call
  Timestamp now;
};

/// What a provider says, and how it comes: by chance, in the provider's own format.
ModelScript make_script(const ModelScene& scene, Random& random);

}  // namespace antiphon::simulate
