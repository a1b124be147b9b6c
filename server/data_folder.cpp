#include "server/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::server {
namespace {

// Readable by the owner alone, since it holds a token.
constexpr const char* lock_name = "server.lock";
constexpr std::chrono::milliseconds try_interval{5};

std::optional<Holder> read_holder(const std::filesystem::path& folder) {
  std::ifstream file(folder / lock_name);
  std::string json(std::istreambuf_iterator<char>(file), {});
  try {
    return schema::parse<Holder>(json);
  } catch (const Error&) {
    return std::nullopt;  // just being written
  }
}

void write_holder(int file, const Holder& holder) {
  std::string json = schema::to_json(holder);
  if (::ftruncate(file, 0) != 0 ||
      ::pwrite(file, json.data(), json.size(), 0) != static_cast<ssize_t>(json.size())) {
    throw Error(Code::unavailable, "The data folder cannot be written; is the disk full?");
  }
}

Error held(const std::filesystem::path& folder) {
  auto holder = read_holder(folder);
  if (!holder) {
    return Error(Code::conflict,
                 fmt::format("The data folder {} is held by another process.", folder.string()));
  }
  std::string where =
      holder->address.empty() ? "" : fmt::format(", which serves {}", holder->address);
  return Error(Code::conflict,
               fmt::format("The data folder {} is held by process {}{}. Stop that one first, take "
                           "over from it with --take-over, or choose another folder with --data.",
                           folder.string(), holder->process, where));
}

}  // namespace

KeepWaiting at_most(Duration time) {
  return [until = std::chrono::steady_clock::now() + time] {
    ::poll(nullptr, 0, static_cast<int>(try_interval.count()));
    return std::chrono::steady_clock::now() < until;
  };
}

DataFolder::DataFolder(std::filesystem::path folder, const KeepWaiting& keep_waiting)
    : folder_(std::move(folder)) {
  std::error_code failure;
  // What people said and the hashes of secrets are the owner's alone.
  if (std::filesystem::create_directories(folder_, failure)) {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, failure);
  }
  lock_ = Descriptor(::open((folder_ / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (failure || lock_.get() < 0) {
    throw Error(Code::unavailable, fmt::format("The data folder {} cannot be used: {}.",
                                               folder_.string(), std::strerror(errno)));
  }
  while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (!keep_waiting || !keep_waiting()) throw held(folder_);
  }
  write_holder(lock_.get(), {.process = ::getpid()});
}

// Before the lock goes with its descriptor: then it may be another's.
DataFolder::~DataFolder() { (void)!::ftruncate(lock_.get(), 0); }

void DataFolder::announce(const std::string& address, const std::string& token) {
  write_holder(lock_.get(), {.process = ::getpid(), .address = address, .token = token});
}

std::optional<Holder> holder_of(const std::filesystem::path& folder) {
  int file = ::open((folder / lock_name).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  ::close(file);
  if (!held) return std::nullopt;
  return read_holder(folder).value_or(Holder{});
}

}  // namespace antiphon::server
