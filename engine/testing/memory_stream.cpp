#include "engine/testing/memory_stream.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/waiter.h"

namespace antiphon::testing {

namespace {

namespace asio = boost::asio;

void wake(Waiter& waiter) {
  if (waiter.is_waiting()) waiter.wake();
}

// One direction.
struct Pipe {
  std::string bytes;
  std::size_t bytes_max = 0;
  bool writer_ended = false;
  bool reader_left = false;
  Waiter reader;
  Waiter writer;
};

class MemoryStream final : public Stream {
 public:
  MemoryStream(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
      : in_(std::move(in)), out_(std::move(out)) {}
  ~MemoryStream() override { close(); }

  Task<std::size_t> read_some(std::span<char> into) override {
    auto pipe = in_;
    while (pipe->bytes.empty() && !pipe->writer_ended && !pipe->reader_left) {
      co_await pipe->reader.wait();
    }
    if (pipe->reader_left) throw boost::system::system_error(asio::error::operation_aborted);
    std::size_t count = pipe->bytes.copy(into.data(), into.size());
    pipe->bytes.erase(0, count);
    wake(pipe->writer);
    co_return count;
  }

  bool is_silent() const override {
    return in_->bytes.empty() && !in_->writer_ended && !in_->reader_left;
  }

  Task<> write_all(std::span<const std::string_view> pieces) override {
    auto pipe = out_;
    for (std::string_view piece : pieces) {
      while (!piece.empty()) {
        if (pipe->writer_ended) throw boost::system::system_error(asio::error::operation_aborted);
        if (pipe->reader_left) throw boost::system::system_error(asio::error::broken_pipe);
        std::size_t count = std::min(piece.size(), pipe->bytes_max - pipe->bytes.size());
        pipe->bytes.append(piece.substr(0, count));
        piece.remove_prefix(count);
        wake(pipe->reader);
        if (count == 0) co_await pipe->writer.wait();
      }
    }
  }

  Task<> end_writing() override {
    end();
    co_return;
  }

  void close() noexcept override {
    end();
    in_->reader_left = true;
    wake(in_->reader);
    wake(in_->writer);
  }

  std::string peer() const override { return "127.0.0.1"; }
  std::unique_ptr<LooseStream> release() override { return nullptr; }

 private:
  void end() noexcept {
    out_->writer_ended = true;
    wake(out_->reader);
    wake(out_->writer);
  }

  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
};

}  // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> memory_streams(
    std::size_t buffer_bytes_max) {
  auto there = std::make_shared<Pipe>();
  auto back = std::make_shared<Pipe>();
  there->bytes_max = back->bytes_max = buffer_bytes_max;
  return {std::make_unique<MemoryStream>(back, there), std::make_unique<MemoryStream>(there, back)};
}

}  // namespace antiphon::testing
