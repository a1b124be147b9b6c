# Writes the C++ of antiphon_embed:
#   cmake -DNAMESPACE= -DFUNCTION= -DSOURCE= -DFILES=a|b -P embed.cmake
set(bytes_max 65535)
string(REPLACE "|" ";" files "${FILES}")
set(entries "")
foreach(path IN LISTS files)
  file(SIZE ${path} bytes)
  if(bytes GREATER bytes_max)
    message(FATAL_ERROR "${path} has ${bytes} bytes; an embedded file has at most ${bytes_max}.")
  endif()
  file(READ ${path} text)
  if(text MATCHES "\\)embedded\"")
    message(FATAL_ERROR "${path} contains the end of a raw literal: )embedded\"")
  endif()
  get_filename_component(name ${path} NAME)
  string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
set(body "  return {};\n")
if(entries)
  set(body "  static constexpr EmbeddedFile files[] = {\n${entries}  };\n  return files;\n")
endif()
file(WRITE ${SOURCE} "#include <span>

#include \"engine/base/embedded.h\"

namespace ${NAMESPACE} {
std::span<const antiphon::EmbeddedFile> ${FUNCTION}();
std::span<const antiphon::EmbeddedFile> ${FUNCTION}() {
  using antiphon::EmbeddedFile;
${body}}
}  // namespace ${NAMESPACE}
")
