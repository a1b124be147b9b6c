#include "engine/simulate/network.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <deque>

#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon::simulate {

namespace asio = boost::asio;

namespace {

constexpr std::size_t buffer_bytes_max = std::size_t{64} << 10;  // of one direction

[[noreturn]] void fail(asio::error::basic_errors why) {
  throw boost::system::system_error(asio::error::make_error_code(why));
}

struct Piece {
  Instant due;  // max: never
  std::string bytes;
};

// One way of a connection.
struct Way {
  std::deque<Piece> pieces;
  std::size_t bytes = 0;
  Instant last_due;
  std::optional<Instant> ended;  // when the reader learns that nothing more comes
  Waiter reader;
  Waiter writer;
  Timers::Alarm alarm;  // of the reader's core
};

enum Side : unsigned { client, server };

}  // namespace

struct Link {
  LinkFaults faults;
  Random& random;
  std::array<Core*, 2> cores;
  Instant began;
  std::array<Way, 2> to = {};       // by who reads
  std::array<bool, 2> closed = {};  // the end is gone, or told to go
  std::array<bool, 2> broken = {};  // the end is told that the connection broke
  bool is_void = false;             // what the client writes vanishes
  std::size_t bytes_passed = 0;
};

struct Port {
  Core& core;
  Endpoint endpoint;
  std::deque<std::unique_ptr<Stream>> arrived = {};
  Waiter waiter = {};
  bool closed = false;
};

namespace {

using LinkPointer = std::shared_ptr<Link>;

// A waiter is woken on its own core, whoever has news for it.
void wake_later(const LinkPointer& link, Side side, Waiter Way::* waiter, Side way) {
  if (!((link->to[way]).*waiter).is_waiting()) return;
  link->cores[side]->post([link, waiter, way] {
    Waiter& sleeper = (link->to[way]).*waiter;
    if (sleeper.is_waiting()) sleeper.wake();
  });
}

void wake_end(const LinkPointer& link, Side side) {
  wake_later(link, side, &Way::reader, side);
  wake_later(link, side, &Way::writer, side == client ? server : client);
}

// Wakes the reader when the next piece, or the end, is there.
void plan_arrival(const LinkPointer& link, Side reader) {
  Way& way = link->to[reader];
  if (!way.reader.is_waiting()) return;
  Instant next = way.pieces.empty() ? way.ended.value_or(Instant::max()) : way.pieces.front().due;
  if (next == Instant::max()) return;
  way.alarm = link->cores[reader]->timers().at(next, [&way] {
    if (way.reader.is_waiting()) way.reader.wake();
  });
}

void break_end(const LinkPointer& link, Side side) {
  link->broken[side] = true;
  wake_end(link, side);
}

Instant arrival(Link& link, Way& way, Instant now) {
  const LinkFaults& faults = link.faults;
  if (faults.silent_after && now >= link.began + *faults.silent_after) return Instant::max();
  Instant due = now + faults.latency;
  if (faults.jitter_max > Duration::zero()) {
    due += Duration(link.random.below(static_cast<std::uint64_t>(faults.jitter_max.count())));
  }
  if (faults.stall_after) {
    Instant stall_begin = link.began + *faults.stall_after;
    if (now >= stall_begin) due = std::max(due, stall_begin + faults.stall);
  }
  return way.last_due = std::max(way.last_due, due);
}

void carry(const LinkPointer& link, Side reader, std::string bytes, Instant now) {
  Way& way = link->to[reader];
  way.bytes += bytes.size();
  std::size_t first = bytes.size();
  if (link->faults.splits && bytes.size() > 1) first = 1 + link->random.below(bytes.size() - 1);
  std::string rest = bytes.substr(first);
  bytes.resize(first);
  way.pieces.push_back({arrival(*link, way, now), std::move(bytes)});
  if (!rest.empty()) way.pieces.push_back({arrival(*link, way, now), std::move(rest)});
  plan_arrival(link, reader);
}

class End final : public Stream {
 public:
  End(LinkPointer link, Side side) : link_(std::move(link)), side_(side) {}
  ~End() override { close(); }

  Task<std::size_t> read_some(std::span<char> into) override {
    auto link = link_;
    Side side = side_;
    Way& way = link->to[side];
    for (;;) {
      if (link->closed[side]) fail(asio::error::operation_aborted);
      Instant now = Core::here().clock().steady();
      if (!way.pieces.empty() && way.pieces.front().due <= now) {
        co_return take(link, side, into);
      }
      bool comes = !way.pieces.empty() && way.pieces.front().due != Instant::max();
      if (link->broken[side] && !comes) fail(asio::error::connection_reset);
      if (way.pieces.empty() && way.ended && *way.ended <= now) co_return 0;
      co_await wait_to_read(link, side);
    }
  }

  bool is_silent() const override {
    const Way& way = link_->to[side_];
    Instant now = Core::here().clock().steady();
    bool has_come = !way.pieces.empty() && way.pieces.front().due <= now;
    bool has_ended = way.pieces.empty() && way.ended && *way.ended <= now;
    return !has_come && !has_ended && !link_->broken[side_] && !link_->closed[side_];
  }

  Task<> write_all(std::span<const std::string_view> pieces) override {
    auto link = link_;
    Side side = side_;
    Side peer = other(side);
    std::string bytes;
    for (std::string_view piece : pieces) bytes += piece;
    std::size_t done = 0;
    while (done < bytes.size()) {
      if (link->closed[side]) fail(asio::error::operation_aborted);
      if (link->is_void && side == client) co_return;
      if (link->broken[side] || link->closed[peer]) fail(asio::error::broken_pipe);
      Way& way = link->to[peer];
      std::size_t count = std::min(bytes.size() - done, buffer_bytes_max - way.bytes);
      if (count == 0) {
        co_await way.writer.wait();
        continue;
      }
      pass(link, peer, bytes.substr(done, count));
      done += count;
    }
  }

  Task<> end_writing() override {
    end();
    co_return;
  }

  void close() noexcept override {
    if (std::exchange(link_->closed[side_], true)) return;
    end();
    Way& way = link_->to[side_];
    way.alarm = {};
    way.pieces.clear();
    wake_end(link_, side_);
    Side peer = other(side_);
    if (!link_->closed[peer]) wake_later(link_, peer, &Way::writer, side_);
  }

  std::string peer() const override { return "127.0.0.1"; }
  std::unique_ptr<LooseStream> release() override { return nullptr; }

 private:
  static Side other(Side side) { return side == client ? server : client; }

  void end() noexcept {
    Way& way = link_->to[other(side_)];
    if (way.ended) return;
    Instant now = link_->cores[side_]->clock().steady();
    way.ended = arrival(*link_, way, now);
    if (!link_->closed[other(side_)]) plan_arrival(link_, other(side_));
  }

  static Task<> wait_to_read(LinkPointer link, Side side) {
    // The alarm is planned once somebody waits for it.
    link->cores[side]->post([link, side] {
      if (!link->closed[side]) plan_arrival(link, side);
    });
    co_await link->to[side].reader.wait();
  }

  static std::size_t take(const LinkPointer& link, Side side, std::span<char> into) {
    Way& way = link->to[side];
    std::string& bytes = way.pieces.front().bytes;
    std::size_t count = bytes.copy(into.data(), into.size());
    bytes.erase(0, count);
    if (bytes.empty()) way.pieces.pop_front();
    way.bytes -= count;
    Side peer = other(side);
    if (!link->closed[peer]) wake_later(link, peer, &Way::writer, side);
    return count;
  }

  // Bytes go on their way, as far as the connection holds.
  static void pass(const LinkPointer& link, Side reader, std::string bytes) {
    Instant now = Core::here().clock().steady();
    const auto& cut = link->faults.cut_after_bytes;
    bool breaks = cut && link->bytes_passed + bytes.size() >= *cut;
    if (breaks) bytes.resize(*cut - std::min(*cut, link->bytes_passed));
    link->bytes_passed += bytes.size();
    if (!bytes.empty()) carry(link, reader, std::move(bytes), now);
    if (!breaks) return;
    for (Side side : {client, server}) {
      if (!link->closed[side]) break_end(link, side);
    }
  }

  LinkPointer link_;
  Side side_;
};

class SimulatedListener final : public Listener {
 public:
  explicit SimulatedListener(std::shared_ptr<Port> port) : port_(std::move(port)) {}
  ~SimulatedListener() override { close(); }
  Task<std::unique_ptr<Stream>> accept() override {
    auto port = port_;
    while (port->arrived.empty() && !port->closed) co_await port->waiter.wait();
    if (port->closed) fail(asio::error::operation_aborted);
    auto stream = std::move(port->arrived.front());
    port->arrived.pop_front();
    co_return stream;
  }
  Endpoint local() const override { return port_->endpoint; }
  std::unique_ptr<Listener> share() const override {
    return std::make_unique<SimulatedListener>(port_);
  }
  void close() noexcept override {
    port_->closed = true;
    port_->arrived.clear();
    if (port_->waiter.is_waiting()) port_->core.post([port = port_] { port->waiter.wake(); });
  }

 private:
  std::shared_ptr<Port> port_;
};

}  // namespace

std::unique_ptr<Listener> SimulatedNetwork::listen(const Endpoint& endpoint) {
  port_ = std::make_shared<Port>(Core::here(), endpoint);
  return std::make_unique<SimulatedListener>(port_);
}

Task<std::unique_ptr<Stream>> SimulatedNetwork::connect(Endpoint endpoint, Instant) {
  LinkFaults faults = choose_();
  co_await sleep_for(faults.latency);
  auto port = port_;
  if (!port || port->closed) {
    throw Error(Code::unavailable, endpoint.text() + " cannot be reached: connection refused.");
  }
  Core& here = Core::here();
  auto link = std::make_shared<Link>(faults, random_, std::array{&here, &port->core},
                                     here.clock().steady());
  std::erase_if(links_, [](const auto& known) { return known.expired(); });
  links_.push_back(link);
  port->arrived.push_back(std::make_unique<End>(link, server));
  if (port->waiter.is_waiting()) {
    port->core.post([port] {
      if (port->waiter.is_waiting()) port->waiter.wake();
    });
  }
  co_return std::make_unique<End>(link, client);
}

void SimulatedNetwork::lose_server(bool silently) {
  if (port_) SimulatedListener(port_).close();
  for (auto& known : links_) {
    auto link = known.lock();
    if (!link) continue;
    if (!link->closed[server]) break_end(link, server);
    link->is_void = silently;
    if (silently) link->to[client].last_due = Instant::max();
    if (!silently && !link->closed[client]) break_end(link, client);
  }
  links_.clear();
}

}  // namespace antiphon::simulate
