#pragma once

#include <cstdio>
#include <deque>
#include <filesystem>
#include <string>

#include "apps/director/import/import_routes.h"
#include "engine/app/commands.h"
#include "engine/http/client.h"

namespace antiphon::director {

/// Brings a folder or a list of clips into a server's library, and tells how far it is. Started
/// again it goes on where it was: the server knows which lines are done.
class ImportClient {
 public:
  /// @param source  a folder, or a list with the ending .csv or .jsonl
  ImportClient(app::ReachedServer server, std::filesystem::path source, std::FILE* out);

  /// @throws Error when the list is refused, or a line has no clip in the end; all others are in
  Task<> run();

  static constexpr std::size_t piece_bytes = std::size_t{4} << 20;  ///< in memory of each file
  static constexpr int files_at_once = 4;
  static constexpr int tries_max = 5;  ///< for a file whose connection breaks

 private:
  struct List {
    std::string content_type;
    std::string text;
  };
  List read_list() const;
  std::string list_folder() const;
  Task<ImportView> begin();
  Task<std::deque<LineView>> lines(std::string state);
  Task<> work();
  Task<> send_line(LineView line);
  Task<> send_file(LineView line, std::filesystem::path path);
  Task<> send_from(LineView line, std::filesystem::path path, std::string& place);
  Task<http::ClientResponse> ask(http::Method method, std::string target, http::Headers headers,
                                 std::string body);
  void tell(const LineView& line, const std::string& problem);
  void show_progress();

  app::ReachedServer server_;
  std::filesystem::path source_;
  std::FILE* out_;
  http::NetworkHttpClient http_;
  ImportView import_;
  std::deque<LineView> waiting_;
  std::size_t total_ = 0;
  std::size_t done_ = 0;
  int percent_told_ = -1;
};

}  // namespace antiphon::director
