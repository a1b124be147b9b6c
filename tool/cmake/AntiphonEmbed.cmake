# Files as part of a program.
#
#   antiphon_embed(antiphon_store antiphon::store engine_migrations migrations/0001_jobs.sql …)
#
# defines in the target `std::span<const antiphon::EmbeddedFile> engine_migrations()` of namespace
# antiphon::store, which the room declares itself; the files come in the order of their names.
# Text only, at most 64 KiB a file (a compiler's promise for one literal).

set(ANTIPHON_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

function(antiphon_embed target namespace function)
  set(files "")
  foreach(file IN LISTS ARGN)
    get_filename_component(path ${file} ABSOLUTE)
    list(APPEND files ${path})
  endforeach()
  list(SORT files)
  string(REPLACE ";" "|" joined "${files}")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DFUNCTION=${function} -DSOURCE=${source}
            "-DFILES=${joined}" -P ${ANTIPHON_EMBED_SCRIPT}
    DEPENDS ${files} ${ANTIPHON_EMBED_SCRIPT}
    COMMENT "Embedding ${function}" VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
