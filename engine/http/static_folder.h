#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "engine/http/router.h"

namespace antiphon::http {

/// The built pages of a folder. The folder is listed once: what is not in the list is not there, so
/// no path can lead out of it, and links in it are not followed.
class StaticFolder {
 public:
  struct Options {
    std::string prefix = "/";   ///< where the folder is served; begins and ends with "/"
    std::string fallback = {};  ///< file for pages that the script routes: "index.html"
    std::size_t files_max = 10'000;
  };

  /// @throws Error{Code::not_found} when there is no such folder
  StaticFolder(const std::filesystem::path& folder, Options options);

  /// Adds the routes; the folder outlives the router.
  void mount(Router& router);

  /// The answer for a path below the prefix. @throws Error{Code::not_found}
  Response serve(const Request& request, const std::string& name) const;

  std::size_t size() const { return files_.size(); }

 private:
  Options options_;
  std::map<std::string, File, std::less<>> files_;
};

/// By the ending of a file's name, with the charset for text; application/octet-stream if unknown.
std::string_view content_type_of(std::string_view file_name);

}  // namespace antiphon::http
