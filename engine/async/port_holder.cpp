#include "engine/async/port_holder.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace antiphon {
namespace {

namespace fs = std::filesystem;

constexpr const char* listening = "0A";  // TCP_LISTEN

// The inode of a socket that listens on the port. A line: "0: 0100007F:1F90 00000000:0000 0A …".
std::string listening_inode(const char* table, std::uint16_t port) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
        timeout >> inode;
    auto colon = local.rfind(':');
    if (state != listening || colon == std::string::npos) continue;
    std::uint16_t found = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
    if (found == port) return inode;
  }
  return {};
}

bool holds(const fs::path& process, const std::string& link) {
  try {
    for (const auto& entry : fs::directory_iterator(process / "fd")) {
      std::error_code gone;
      if (fs::read_symlink(entry.path(), gone) == link) return true;
    }
  } catch (const fs::filesystem_error&) {
    // Another user's, or it has ended.
  }
  return false;
}

}  // namespace

std::string PortHolder::text() const {
  if (process == 0) return "another user's process";
  return fmt::format("process {} ({})", process, program);
}

std::optional<PortHolder> who_listens(std::uint16_t port) {
  std::string inode = listening_inode("/proc/net/tcp", port);
  if (inode.empty()) inode = listening_inode("/proc/net/tcp6", port);
  if (inode.empty()) return std::nullopt;
  std::string link = fmt::format("socket:[{}]", inode);
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    std::string name = entry.path().filename().string();
    PortHolder holder;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), holder.process);
    if (error != std::errc{} || *end != '\0' || !holds(entry.path(), link)) continue;
    std::ifstream(entry.path() / "comm") >> holder.program;
    return holder;
  }
  return PortHolder{};
}

}  // namespace antiphon
