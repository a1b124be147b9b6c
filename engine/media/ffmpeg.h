#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"
#include "engine/media/program.h"

// What all runs of ffmpeg and ffprobe have in common.

namespace antiphon::media {

/// As what the file with this number reaches a program, from 0; see Programs::run().
std::string input_name(std::size_t number = 0);

/// What stands before each `-i` of a file that came from outside.
std::vector<std::string> input_arguments(const FilmLimits& limits);

/// One list after the other.
std::vector<std::string> joined(std::vector<std::string> first, std::vector<std::string> then);

/// Opens a file to be read. @throws Error{Code::not_found}; Error{Code::unprocessable} without
/// bytes
Descriptor open_file(const std::filesystem::path& path);

/// The first bytes of a file, by which its kind is told.
std::string head_of(const Descriptor& file);

/// Whether a program passed over a picture for its size.
bool has_too_many_points(const ProgramEnd& end);

/// Why a program could not make anything of a file. @param head  the first bytes of the file
Error explain(const ProgramEnd& end, std::string_view head, const FilmLimits& limits);

/// Takes what is printed into `text`, within a limit.
OnOutput into(std::string& text, std::size_t bytes_max);

/// What ffmpeg cuts off at a limit (`-fs`) ends well all the same.
/// @throws Error{Code::too_large} when `made` has as many bytes
void check_size(const std::filesystem::path& made, std::uint64_t bytes_max);

/// How far a program says it is, by the lines of `-progress pipe:1`.
class ProgressLines {
 public:
  /// @return whether more is done than before
  bool add(std::string_view piece);
  std::chrono::milliseconds done() const { return done_; }

 private:
  std::string report_;
  std::chrono::milliseconds done_{};
};

}  // namespace antiphon::media
