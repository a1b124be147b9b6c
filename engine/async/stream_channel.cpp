#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include "engine/async/channel.h"

namespace antiphon {
namespace {

constexpr std::size_t read_bytes = std::size_t{16} << 10;

// What the two tasks share with the channel, which may go before they have ended.
struct Shared {
  std::unique_ptr<Stream> stream;
  Channel::User* user = nullptr;  ///< null once the channel was closed
  bool wanted = false;
  Waiter want;
  std::vector<std::string_view> pieces;
  Waiter write;
};

void end(Shared& shared) {
  if (auto* user = std::exchange(shared.user, nullptr)) user->on_end();
}

Task<> read_all(std::shared_ptr<Shared> shared) {
  std::string buffer;
  while (shared->user) {
    if (!shared->wanted) {
      buffer = {};
      co_await shared->want.wait();
      continue;
    }
    buffer.resize(read_bytes);
    std::size_t count = 0;
    try {
      count = co_await shared->stream->read_some(buffer);
    } catch (const boost::system::system_error&) {
    }
    if (count == 0) co_return end(*shared);
    if (shared->user) shared->user->on_bytes(std::string_view(buffer).substr(0, count));
  }
}

Task<> write_all(std::shared_ptr<Shared> shared) {
  while (shared->user) {
    if (shared->pieces.empty()) {
      co_await shared->write.wait();
      continue;
    }
    std::size_t bytes = 0;
    for (std::string_view piece : shared->pieces) bytes += piece.size();
    try {
      co_await shared->stream->write_all(shared->pieces);
    } catch (const boost::system::system_error&) {
      co_return end(*shared);
    }
    shared->pieces.clear();
    if (shared->user) shared->user->on_sent(bytes);
  }
}

Task<> end_writing_of(std::shared_ptr<Shared> shared) {
  try {
    co_await shared->stream->end_writing();
  } catch (const boost::system::system_error&) {
    end(*shared);
  }
}

// Not of a group: they own what they need, and close() ends them in a later turn.
void spawn(Task<> task) {
  boost::asio::co_spawn(Core::here().executor(), std::move(task), [](const std::exception_ptr&) {});
}

class StreamChannel final : public Channel {
 public:
  explicit StreamChannel(std::unique_ptr<Stream> stream) : shared_(std::make_shared<Shared>()) {
    shared_->stream = std::move(stream);
  }
  StreamChannel(const StreamChannel&) = delete;
  StreamChannel& operator=(const StreamChannel&) = delete;
  ~StreamChannel() override { close(); }

  void begin(User& user) override {
    shared_->user = &user;
    spawn(read_all(shared_));
    spawn(write_all(shared_));
  }
  void want_bytes(bool wanted) override {
    shared_->wanted = wanted;
    if (wanted && shared_->want.is_waiting()) shared_->want.wake();
  }
  std::size_t write(std::span<const std::string_view> pieces) override {
    shared_->pieces.assign(pieces.begin(), pieces.end());
    if (shared_->write.is_waiting()) shared_->write.wake();
    return 0;
  }
  void end_writing() override { spawn(end_writing_of(shared_)); }
  void close() noexcept override {
    shared_->user = nullptr;
    shared_->stream->close();
    if (shared_->want.is_waiting()) shared_->want.wake();
    if (shared_->write.is_waiting()) shared_->write.wake();
  }
  std::string peer() const override { return shared_->stream->peer(); }
  std::unique_ptr<LooseStream> release() override {
    auto loose = shared_->stream->release();
    if (loose) shared_->user = nullptr;
    return loose;
  }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<Channel> channel_over(std::unique_ptr<Stream> stream) {
  return std::make_unique<StreamChannel>(std::move(stream));
}

}  // namespace antiphon
