#include "engine/skill/prompt_source.h"

#include <fcntl.h>

#include <cerrno>

#include "engine/base/descriptor.h"
#include "engine/base/file_io.h"

namespace antiphon::skill {
namespace {

// One step of a path: an id or the name of a skill, never a way out of the folder.
bool is_step(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
}

// Nothing: there is no such file. One byte more than may be is read, so that the parser refuses it.
std::optional<std::string> read_prompt_file(const std::string& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw Error(Code::unavailable, "The file cannot be read.");
  }
  auto text = read_at(file.get(), 0, prompt_file_bytes_max + 1);
  if (!text) throw Error(Code::unavailable, "The file cannot be read.");
  return std::move(*text);
}

}  // namespace

FolderPrompts::FolderPrompts(std::filesystem::path folder, Pool& files, log::Logger log)
    : folder_(std::move(folder)), files_(files), log_(std::move(log)) {}

Task<std::optional<std::string>> FolderPrompts::read(std::string path, Due due) {
  co_return co_await within(
      due.at, files_.run(WorkClass::live, due.at, [path = std::move(path)](const StopFlag&) {
        return read_prompt_file(path);
      }));
}

std::shared_ptr<const Prompt> FolderPrompts::parse(const std::string& path, const std::string& text,
                                                   const Prompt& standard) const {
  std::vector<FieldError> wrong;
  try {
    auto prompt = parse_prompt(text, path);
    wrong = misfits(*prompt, standard);
    if (wrong.empty()) return prompt;
  } catch (const Error& error) {
    wrong = error.fields();
  }
  for (const FieldError& error : wrong) {
    log_.warning("A tenant's prompt cannot be used; the program's own is.",
                 {{"path", path}, {"error", error.message}});
  }
  return nullptr;
}

Task<std::shared_ptr<const Prompt>> FolderPrompts::find(std::string tenant, std::string skill,
                                                        std::shared_ptr<const Prompt> standard,
                                                        Due due) {
  if (!is_step(tenant) || !is_step(skill)) co_return standard;
  std::string path = tenant + "/" + skill + ".md";
  Instant now = Core::here().clock().steady();
  auto known = known_.find(path);
  if (known != known_.end() && now - known->second.looked < looked_again_after) {
    co_return known->second.prompt ? known->second.prompt : standard;
  }
  if (known != known_.end()) known->second.looked = now;  // the others go on with what was read
  std::optional<std::string> text;
  try {
    text = co_await read(folder_ / path, due);
  } catch (const Error& error) {
    log_.warning("A tenant's prompt was not read.", {{"path", path}, {"error", error.message()}});
    known = known_.find(path);
    co_return known != known_.end() && known->second.prompt ? known->second.prompt : standard;
  }
  if (known_.size() >= known_max) known_.clear();
  Known& entry = known_[path];
  entry.looked = now;
  if (entry.text != text) {
    entry.prompt = text ? parse(path, *text, *standard) : nullptr;
    entry.text = std::move(text);
  }
  co_return entry.prompt ? entry.prompt : standard;
}

}  // namespace antiphon::skill
