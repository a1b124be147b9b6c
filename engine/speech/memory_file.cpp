#include "engine/speech/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/error.h"

namespace antiphon::speech {

Descriptor make_memory_file(std::string_view bytes) {
  Descriptor file(::memfd_create("antiphon", MFD_CLOEXEC));
  if (file.get() < 0) throw Error(Code::unavailable, "No descriptors are left for another file.");
  while (!bytes.empty()) {
    ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count <= 0) throw Error(Code::unavailable, "No memory is left for another file.");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return file;
}

}  // namespace antiphon::speech
