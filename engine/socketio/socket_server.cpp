#include "engine/socketio/socket_server.h"

#include "engine/base/error.h"

namespace antiphon::socketio {

SocketServer::SocketServer(Parts parts)
    : cores_(parts.cores),
      spaces_(parts.cores.size()),
      engine_({.cores = parts.cores,
               .random = parts.random,
               .origins = parts.origins,
               .limits = parts.limits,
               .make = [this, &random = parts.random](EngineSocket& socket, Visitor visitor) {
                 return std::make_shared<Client>(
                     Client::Parts{socket, spaces_.at(Core::here().index()), random,
                                   engine_.limits(), std::move(visitor)});
               }}) {}

void SocketServer::add(const std::string& name, std::shared_ptr<Space> space) {
  ENSURE(name.starts_with('/') && name.find(',') == std::string::npos, "a namespace is /name");
  bool is_new = spaces_.at(Core::here().index()).emplace(name, SpaceEntry{space, {}}).second;
  ENSURE(is_new, "a namespace is added once");
}

void SocketServer::emit_to_room(const std::string& space, const std::string& room,
                                const std::string& name, const std::string& json,
                                const std::string& except) {
  for (unsigned i = 0; i < cores_.size(); ++i) {
    cores_.at(i).post([this, i, space, room, name, json, except] {
      auto found = spaces_.at(i).find(space);
      if (found == spaces_.at(i).end()) return;
      for (Socket* socket : found->second.rooms.members(room)) {
        if (socket->id() != except) socket->emit(name, json);
      }
    });
  }
}

}  // namespace antiphon::socketio
