# How a room becomes targets. Every room is a folder with a CMakeLists.txt of one call:
#
#   antiphon_room(http LINK OpenSSL::Crypto)
#
# makes the library antiphon_http from *.cpp and, from *_test.cpp, the program http_test that ctest
# runs. The rooms it may use come from tool/edges.txt, so a forbidden include does not even link.

option(ANTIPHON_FUZZ "Build the fuzzers" OFF)
option(ANTIPHON_LINT "Run clang-tidy with the build" OFF)
set(ANTIPHON_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(benchmark REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  # Without this, ccache passes over every file that uses the precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
if(ANTIPHON_LINT)
  set(CMAKE_CXX_CLANG_TIDY clang-tidy-19)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
                    -Wno-missing-designated-field-initializers
                    -fno-omit-frame-pointer "SHELL:-Xclang -fno-pch-timestamp")
# Boost headers are other people's code: no warnings from them.
include_directories(SYSTEM /usr/include)
include_directories(${CMAKE_SOURCE_DIR})
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
                        BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        $<$<CONFIG:Debug>:ANTIPHON_DEBUG>)
# Line tables only: full debug information doubles link time, costs a fifth of compiling and says
# little in coroutines.
add_compile_options(-gline-tables-only)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-O0)
endif()
if(ANTIPHON_SANITIZE)
  add_compile_options(-fsanitize=${ANTIPHON_SANITIZE} -fno-sanitize-recover=all -O1)
  add_link_options(-fsanitize=${ANTIPHON_SANITIZE})
endif()
if(ANTIPHON_FUZZ)
  # The code under test reports its coverage to the fuzzer; without it a fuzzer only throws dice.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

add_custom_target(programs)
add_custom_target(benches)
add_custom_target(fuzzers)

# One precompiled header for all: the standard library, fmt and Asio's coroutine types.
add_library(antiphon_pch STATIC ${CMAKE_SOURCE_DIR}/engine/base/pch.cpp)
target_link_libraries(antiphon_pch PUBLIC fmt::fmt Threads::Threads)
target_precompile_headers(antiphon_pch PRIVATE ${CMAKE_SOURCE_DIR}/engine/base/pch.h)
# The same and GoogleTest, for tests. Their own code is not optimised, whatever the preset: that
# would double the time to compile it and make nothing faster that is tested.
set(ANTIPHON_TEST_OPTIONS -O0)
add_library(antiphon_test_pch STATIC ${CMAKE_SOURCE_DIR}/tool/cmake/test_pch.cpp)
target_compile_options(antiphon_test_pch PRIVATE ${ANTIPHON_TEST_OPTIONS})
target_link_libraries(antiphon_test_pch PUBLIC antiphon_pch GTest::gtest GTest::gmock)
target_precompile_headers(antiphon_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/engine/base/pch.h
                          <gmock/gmock.h> <gtest/gtest.h>)

file(STRINGS ${CMAKE_SOURCE_DIR}/tool/edges.txt ANTIPHON_EDGES REGEX "^[a-z_]+:")
set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_SOURCE_DIR}/tool/edges.txt)

# The libraries of the rooms that `room` may include.
function(antiphon_edges room out)
  set(libraries "")
  foreach(edge IN LISTS ANTIPHON_EDGES)
    if(edge MATCHES "^${room}: *(.*)$")
      separate_arguments(names UNIX_COMMAND "${CMAKE_MATCH_1}")
      # A room that is not there yet is passed over.
      list(TRANSFORM names REPLACE "(.+)" "$<TARGET_NAME_IF_EXISTS:antiphon_\\1>")
      set(libraries ${names})
    endif()
  endforeach()
  set(${out} ${libraries} PARENT_SCOPE)
endfunction()

function(antiphon_sources out_code out_tests)
  file(GLOB code CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/[a-z]*/*.cpp)
  set(tests ${code})
  list(FILTER code EXCLUDE REGEX "_test\\.cpp$|/pch\\.cpp$|/(bench|fuzz|web|test|sample)/")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$|/test/[^/]+\\.cpp$")
  set(${out_code} ${code} PARENT_SCOPE)
  set(${out_tests} ${tests} PARENT_SCOPE)
endfunction()

# A test program from sources; ctest knows it as `name`.
function(antiphon_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} antiphon_test_pch GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM antiphon_test_pch)
  target_compile_options(${name} PRIVATE ${ANTIPHON_TEST_OPTIONS})
  # Mostly headers: eight together take little more than one.
  set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 8)
  if(ANTIPHON_LINT)
    # A test awaits its lambdas in the scope that holds what they capture and refer to.
    set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY
                          "clang-tidy-19;--checks=-cppcoreguidelines-avoid-*")
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 1800)
  if(ANTIPHON_SANITIZE STREQUAL "thread")
    # Suppressions go by names, which the runtime knows through the symbolizer only.
    find_program(SYMBOLIZER NAMES llvm-symbolizer-19 llvm-symbolizer REQUIRED)
    set(options suppressions=${CMAKE_SOURCE_DIR}/tool/tsan.supp)
    string(APPEND options :external_symbolizer_path=${SYMBOLIZER})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT TSAN_OPTIONS=${options})
  endif()
endfunction()

# Fuzzers of a room: fuzz/*_fuzz.cpp, each a program of its own, built with the fuzz preset only.
function(antiphon_fuzzers room)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  if(NOT ANTIPHON_FUZZ)
    return()
  endif()
  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/*_fuzz.cpp)
  foreach(source IN LISTS fuzzers)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE antiphon_${room} ${ARG_LINK})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_precompile_headers(${name} REUSE_FROM antiphon_pch)
    add_dependencies(fuzzers ${name})
  endforeach()
endfunction()

# Benchmarks of a room: bench/*_bench.cpp, each a program of its own; the other files there belong
# to all of them. Only the target `benches` builds them.
function(antiphon_benchmarks room)
  file(GLOB shared CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/*.cpp)
  set(benchmarks ${shared})
  list(FILTER benchmarks INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER shared EXCLUDE REGEX "_bench\\.cpp$")
  foreach(source IN LISTS benchmarks)
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${source} ${shared})
    target_link_libraries(${name} PRIVATE antiphon_${room} benchmark::benchmark)
    target_precompile_headers(${name} REUSE_FROM antiphon_pch)
    add_dependencies(benches ${name})
  endforeach()
endfunction()

# antiphon_room(name [LINK libraries...] [TEST_LINK libraries...])
function(antiphon_room room)
  cmake_parse_arguments(ARG "" "" "LINK;TEST_LINK" ${ARGN})
  antiphon_sources(code tests)
  antiphon_edges(${room} rooms)
  add_library(antiphon_${room} STATIC ${code})
  target_link_libraries(antiphon_${room} PUBLIC ${rooms} antiphon_pch ${ARG_LINK})
  target_precompile_headers(antiphon_${room} REUSE_FROM antiphon_pch)
  set_target_properties(antiphon_${room} PROPERTIES UNITY_BUILD_BATCH_SIZE 16)
  if(tests)
    antiphon_test(${room}_test SOURCES ${tests} LINK antiphon_${room} ${ARG_TEST_LINK})
  endif()
  antiphon_fuzzers(${room} LINK ${ARG_TEST_LINK})
  antiphon_benchmarks(${room})
endfunction()

# antiphon_app(name): an app's library and tests. An app may use every engine room and no other app.
function(antiphon_app app)
  cmake_parse_arguments(ARG "" "" "LINK;TEST_LINK" ${ARGN})
  antiphon_sources(code tests)
  set(rooms "")
  foreach(edge IN LISTS ANTIPHON_EDGES)
    string(REGEX REPLACE ":.*" "" room "${edge}")
    if(TARGET antiphon_${room} AND NOT room STREQUAL "testing")
      list(APPEND rooms antiphon_${room})
    endif()
  endforeach()
  add_library(antiphon_${app} STATIC ${code})
  target_link_libraries(antiphon_${app} PUBLIC ${rooms} ${ARG_LINK})
  target_precompile_headers(antiphon_${app} REUSE_FROM antiphon_pch)
  set_target_properties(antiphon_${app} PROPERTIES UNITY_BUILD_BATCH_SIZE 16)
  if(tests)
    antiphon_test(${app}_test SOURCES ${tests}
                  LINK antiphon_${app} antiphon_testing ${ARG_TEST_LINK})
  endif()
  antiphon_fuzzers(${app})
  antiphon_benchmarks(${app})
endfunction()
