#include "test/support/networks.h"

#include <algorithm>

namespace antiphon::testing {
namespace {

class StreamOver : public Stream {
 public:
  explicit StreamOver(std::unique_ptr<Stream> inner) : inner_(std::move(inner)) {}

  Task<std::size_t> read_some(std::span<char> into) override { return inner_->read_some(into); }
  bool is_silent() const override { return inner_->is_silent(); }
  Task<> write_all(std::span<const std::string_view> pieces) override {
    return inner_->write_all(pieces);
  }
  Task<> end_writing() override { return inner_->end_writing(); }
  void close() noexcept override { inner_->close(); }
  std::string peer() const override { return inner_->peer(); }
  std::unique_ptr<LooseStream> release() override { return nullptr; }

 protected:
  Stream& inner() { return *inner_; }

 private:
  std::unique_ptr<Stream> inner_;
};

class CutStream final : public StreamOver {
 public:
  CutStream(std::unique_ptr<Stream> inner, std::uint64_t bytes_left)
      : StreamOver(std::move(inner)), bytes_left_(bytes_left) {}

  Task<std::size_t> read_some(std::span<char> into) override {
    if (bytes_left_ == 0) {
      inner().close();
      co_return 0;
    }
    auto wanted = into.first(std::min<std::uint64_t>(into.size(), bytes_left_));
    std::size_t count = co_await inner().read_some(wanted);
    bytes_left_ -= count;
    co_return count;
  }

 private:
  std::uint64_t bytes_left_;
};

class RawStream final : public StreamOver {
 public:
  RawStream(std::unique_ptr<Stream> inner, std::string bytes)
      : StreamOver(std::move(inner)), bytes_(std::move(bytes)) {}

  Task<> write_all(std::span<const std::string_view>) override {
    std::array<std::string_view, 1> pieces{bytes_};
    co_await inner().write_all(std::span<const std::string_view>(pieces));
  }

 private:
  std::string bytes_;
};

}  // namespace

std::unique_ptr<Listener> CuttingNetwork::listen(const Endpoint& endpoint) {
  return system_.listen(endpoint);
}

Task<std::unique_ptr<Stream>> CuttingNetwork::connect(Endpoint, Instant deadline) {
  auto stream = co_await system_.connect(server_, deadline);
  auto limit = bytes_read_ ? bytes_read_() : std::nullopt;
  if (!limit) co_return stream;
  co_return std::make_unique<CutStream>(std::move(stream), *limit);
}

std::unique_ptr<Listener> TlsNetwork::listen(const Endpoint& endpoint) {
  return system_.listen(endpoint);
}

Task<std::unique_ptr<Stream>> TlsNetwork::connect(Endpoint endpoint, Instant deadline) {
  std::string host = endpoint.host;
  auto stream = co_await system_.connect(std::move(endpoint), deadline);
  co_return co_await client_.connect(std::move(stream), std::move(host), deadline);
}

std::unique_ptr<Listener> RawNetwork::listen(const Endpoint& endpoint) {
  return system_.listen(endpoint);
}

Task<std::unique_ptr<Stream>> RawNetwork::connect(Endpoint endpoint, Instant deadline) {
  auto stream = co_await system_.connect(std::move(endpoint), deadline);
  co_return std::make_unique<RawStream>(std::move(stream), bytes_);
}

}  // namespace antiphon::testing
