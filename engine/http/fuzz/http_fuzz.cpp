// A connection fed with arbitrary bytes, whole and in pieces: it must end, and how the bytes are
// cut must not change what it answers.

#include <boost/system/system_error.hpp>

#include "engine/http/server.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::http {
namespace {

Task<Response> echo(Call, Request request) { co_return text(co_await request.read_all()); }
Task<Response> ignore(Call, Request request) { co_return text(request.parameter("rest")); }

Task<std::string> exchange(const Router* router, std::string bytes, std::size_t piece_bytes) {
  OpenGate gate;
  SeededRandom random(1);
  Server server(*router, gate, random);
  auto [near, far] = testing::memory_streams(std::size_t{4} << 20);
  TaskGroup tasks([](const std::exception_ptr&) {});
  tasks.spawn(server.serve(std::move(far)));
  std::string_view rest = bytes;
  try {
    while (!rest.empty()) {
      co_await near->write_all(rest.substr(0, piece_bytes));
      rest.remove_prefix(std::min(piece_bytes, rest.size()));
      co_await sleep_for(std::chrono::microseconds(1));
    }
    co_await near->end_writing();
  } catch (const boost::system::system_error&) {
    // The server ended first.
  }
  std::string all;
  std::array<char, 4096> piece;
  while (std::size_t count = co_await near->read_some(piece)) all.append(piece.data(), count);
  co_await server.stop();
  co_await tasks.join();
  co_return all;
}

std::string run(std::string bytes, std::size_t piece_bytes) {
  Router router;
  router.add({.method = Method::put, .path = "/{rest...}", .permission = "public"}, &echo);
  router.add({.path = "/{rest...}", .permission = "public"}, &ignore);
  testing::VirtualTime time;
  return time.run(exchange(&router, std::move(bytes), piece_bytes));
}

}  // namespace
}  // namespace antiphon::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 20'000) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t piece_bytes = 1 + data[0];
  std::string whole = antiphon::http::run(bytes, bytes.size() + 1);
  std::string cut = antiphon::http::run(bytes, piece_bytes);
  if (whole.substr(0, 12) != cut.substr(0, 12)) __builtin_trap();
  return 0;
}
