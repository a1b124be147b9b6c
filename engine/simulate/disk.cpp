#include "engine/simulate/disk.h"

#include "engine/base/error.h"

namespace antiphon::simulate {
namespace {

[[noreturn]] void refuse() {
  throw Error(Code::unavailable, "The disk is full.").detail("simulated: disk full");
}

class SimulatedLogFile final : public live::LogFile {
 public:
  SimulatedLogFile(const SimulatedDisk& disk, SimulatedDisk::FilePointer file)
      : disk_(disk), file_(std::move(file)) {}
  void append(std::string_view bytes) override {
    if (disk_.is_full) refuse();
    file_->write(file_->bytes().size(), bytes);
  }
  void sync() override { file_->sync(); }

 private:
  const SimulatedDisk& disk_;
  SimulatedDisk::FilePointer file_;
};

}  // namespace

void SimulatedFile::apply(std::string& file, const Change& change) {
  if (!change.bytes) return file.resize(change.offset);
  std::size_t end = change.offset + change.bytes->size();
  if (file.size() < end) file.resize(end);
  file.replace(change.offset, change.bytes->size(), *change.bytes);
}

void SimulatedFile::write(std::size_t offset, std::string_view bytes) {
  unsynced_.push_back({offset, std::string(bytes)});
  apply(bytes_, unsynced_.back());
}

void SimulatedFile::truncate(std::size_t size) {
  unsynced_.push_back({size, std::nullopt});
  apply(bytes_, unsynced_.back());
}

void SimulatedFile::sync() {
  for (const Change& change : unsynced_) apply(durable_, change);
  unsynced_.clear();
}

void SimulatedFile::lose_power(Random& random) {
  std::size_t kept = random.below(unsynced_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    Change& change = unsynced_[i];
    bool is_torn = i + 1 == kept && change.bytes && !change.bytes->empty();
    if (is_torn) change.bytes->resize(random.below(change.bytes->size() + 1));
    apply(durable_, change);
  }
  unsynced_.clear();
  bytes_ = durable_;
}

std::unique_ptr<live::LogFile> SimulatedDisk::create(const std::string& path) {
  if (is_full) refuse();
  auto file = files_[path] = std::make_shared<SimulatedFile>();
  return std::make_unique<SimulatedLogFile>(*this, file);
}

std::string SimulatedDisk::read(const std::string& path) {
  auto found = files_.find(path);
  if (found == files_.end()) throw Error(Code::unavailable, path + " cannot be read.");
  return found->second->bytes();
}

void SimulatedDisk::replace(const std::string& path, std::string_view bytes) {
  auto file = files_[path] = std::make_shared<SimulatedFile>();
  file->write(0, bytes);
  file->sync();
}

std::vector<std::string> SimulatedDisk::list(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& [path, file] : files_) {
    if (!path.starts_with(folder + "/")) continue;
    std::string name = path.substr(folder.size() + 1);
    name = name.substr(0, name.find('/'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

SimulatedDisk::FilePointer SimulatedDisk::open(const std::string& path, bool may_make) {
  auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  if (!may_make) return nullptr;
  return files_[path] = std::make_shared<SimulatedFile>();
}

std::shared_ptr<SimulatedDisk> SimulatedDisk::after_kill() const {
  auto next = std::make_shared<SimulatedDisk>();
  next->boots_ = boots_;
  for (const auto& [path, file] : files_) {
    next->files_[path] = std::make_shared<SimulatedFile>(*file);
  }
  return next;
}

std::shared_ptr<SimulatedDisk> SimulatedDisk::after_power_cut(Random& random) const {
  auto next = after_kill();
  ++next->boots_;
  for (auto& [path, file] : next->files_) file->lose_power(random);
  return next;
}

}  // namespace antiphon::simulate
