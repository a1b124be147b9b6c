#pragma once

#include <map>
#include <set>
#include <string>

namespace antiphon::socketio {

class Socket;

/// Who is in which room of a namespace, on one core.
class Rooms {
 public:
  using Members = std::set<Socket*>;

  void join(const std::string& room, Socket* socket) { rooms_[room].insert(socket); }
  void leave(const std::string& room, Socket* socket) {
    auto found = rooms_.find(room);
    if (found == rooms_.end()) return;
    found->second.erase(socket);
    if (found->second.empty()) rooms_.erase(found);
  }
  /// A copy: telling a member may end it.
  Members members(const std::string& room) const {
    auto found = rooms_.find(room);
    return found == rooms_.end() ? Members{} : found->second;
  }

 private:
  std::map<std::string, Members> rooms_;
};

}  // namespace antiphon::socketio
