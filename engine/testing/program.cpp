#include "engine/testing/program.h"

#include "engine/async/child.h"
#include "engine/base/error.h"

namespace antiphon::testing {

Task<std::string> output_of(std::string program, std::vector<std::string> arguments) {
  auto child = spawn({.program = program, .arguments = std::move(arguments), .pipe_out = true});
  std::string output;
  std::array<char, 4096> piece;
  while (std::size_t count = co_await child->out().read_some(piece)) {
    output.append(piece.data(), count);
  }
  ExitStatus status = co_await child->wait();
  if (!status.ok()) {
    throw Error(Code::internal, fmt::format("{} ended with {}.", program, status.text()));
  }
  co_return output;
}

}  // namespace antiphon::testing
