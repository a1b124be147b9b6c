#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/task.h"
#include "engine/base/principal.h"
#include "engine/schema/value.h"
#include "engine/socketio/close_reason.h"

namespace antiphon::socketio {

/// What came with an event, or with an ack: JSON in which placeholders stand for bytes (packet.h).
struct Arguments {
  schema::Value::Array values;
  std::vector<std::string> attachments;

  /// The bytes that stand at `index`; null when something else does.
  const std::string* bytes_at(std::size_t index) const;
  std::string to_json() const;
};

/// An event of a client.
struct Event {
  std::string name;
  Arguments arguments;
  std::optional<std::uint64_t> ack_id;  ///< the client wants Socket::acknowledge() with it
};

/// A client's place in one namespace. Lives on one core, at least as long as its handler.
class Socket {
 public:
  virtual ~Socket() = default;
  virtual const std::string& id() const = 0;

  /// @param json  the arguments: "[1,{\"_placeholder\":true,\"num\":0}]"
  virtual void emit(std::string_view name, std::string_view json,
                    std::span<const std::string> attachments = {}) = 0;
  /// The same, asking for an ack. @return false when too many are awaited; nothing was sent then
  virtual bool emit_with_ack(std::string_view name, std::string_view json,
                             std::function<void(Arguments)> on_ack) = 0;
  /// Answers an event that has an ack id. At most once each.
  virtual void acknowledge(std::uint64_t ack_id, std::string_view json,
                           std::span<const std::string> attachments = {}) = 0;

  /// @return false at the limit
  virtual bool join(const std::string& room) = 0;
  virtual void leave(const std::string& room) = 0;

  /// Ends the client's stay in this namespace; clients do not come back by themselves.
  virtual void disconnect() = 0;
  /// Ends the client's whole connection; clients come back by themselves.
  virtual void close(CloseReason reason) = 0;
  /// Bytes that the client has yet to take, of all its namespaces.
  virtual std::size_t queued_bytes() const = 0;
  /// Starts a task on this core, which may outlive the socket.
  virtual void spawn(Task<> task) = 0;
};

/// What is done with one socket. One call at a time, on its core.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  /// The client knows that it is connected.
  virtual void on_connected() {}
  virtual void on_event(Event event) = 0;
  /// The client took something: there is room again.
  virtual void on_room() {}
  /// Last call. @param reason  "client namespace disconnect", "ping timeout"
  virtual void on_disconnected(std::string_view /*reason*/) {}
};

/// A client that asks to be let in.
struct ConnectRequest {
  std::shared_ptr<const Principal> principal;  ///< of the request's credential; null for nobody
  schema::Value auth;                          ///< an object; what the client sent
};

struct Accepted {
  std::shared_ptr<SocketHandler> handler = {};
  std::string id = {};   ///< the socket goes on as this one; "": as it is
  std::string pid = {};  ///< told to the client, which brings it when it comes again; "": none
};

/// A namespace on one core.
class Space {
 public:
  virtual ~Space() = default;
  /// Lets a client in. The socket may be gone when it returns; then the handler is dropped.
  /// @throws Error, which the client gets as `connect_error` with {message, data: {code, …}}
  virtual Task<Accepted> connect(std::shared_ptr<Socket> socket, ConnectRequest request) = 0;
};

}  // namespace antiphon::socketio
