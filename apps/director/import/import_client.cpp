#include "apps/director/import/import_client.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "apps/director/upload/tus.h"
#include "engine/base/encoding.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view root = "/api/v1/director";
constexpr Duration request_time_max = std::chrono::minutes(10);
constexpr std::array endings{".mp4", ".m4v", ".mov",  ".webm", ".mkv",  ".avi",
                             ".ogv", ".mpg", ".mpeg", ".ts",   ".flv",  ".wmv",
                             ".3gp", ".gif", ".png",  ".jpg",  ".jpeg", ".webp"};

bool is_film(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  });
  return std::ranges::find(endings, ending) != endings.end();
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(Code::not_found, fmt::format("The list {} cannot be read.", path.string()));
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_at(const fs::path& path, std::uint64_t offset) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  std::string bytes(ImportClient::piece_bytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

http::ClientLimits patient() {
  return {.first_byte_time = request_time_max, .gap_time = request_time_max};
}

// What the server said.
Error refusal(const http::ClientResponse& response) {
  std::string why = response.body;
  try {
    auto problem = schema::parse_value(response.body);
    if (const schema::Value* detail = problem.find("detail")) why = detail->text();
  } catch (const Error&) {
    // Something between us and the server has answered.
  }
  return Error(Code::unprocessable, std::move(why));
}

bool is_success(int status) { return status >= 200 && status < 300; }

// Another moment may be better: a twin is under way, or the server is busy.
bool may_be_tried_again(int status) { return status == 423 || status == 409 || status >= 500; }

}  // namespace

ImportClient::ImportClient(app::ReachedServer server, fs::path source, std::FILE* out)
    : server_(std::move(server)),
      source_(std::move(source)),
      out_(out),
      http_(server_.network, {.reach = http::Reach::everywhere, .limits = patient()}) {}

std::string ImportClient::list_folder() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(source_)) {
    if (entry.is_regular_file() && is_film(entry.path())) {
      files.push_back(fs::relative(entry.path(), source_));
    }
  }
  std::ranges::sort(files);
  std::string list;
  for (const fs::path& file : files) {
    ListEntry entry;
    entry.file = file.string();
    entry.title = title_of_file(entry.file);
    list += schema::to_json(entry) + "\n";
  }
  return list;
}

ImportClient::List ImportClient::read_list() const {
  if (fs::is_directory(source_)) return {"application/jsonl", list_folder()};
  if (source_.extension() == ".csv") return {"text/csv", read_whole(source_)};
  if (source_.extension() == ".jsonl") return {"application/jsonl", read_whole(source_)};
  throw Error(Code::invalid,
              fmt::format("{} is neither a folder nor a list with the ending .csv or .jsonl.",
                          source_.string()));
}

Task<http::ClientResponse> ImportClient::ask(http::Method method, std::string target,
                                             http::Headers headers, std::string body) {
  http::ClientRequest request{.method = method,
                              .endpoint = server_.endpoint,
                              .target = std::string(root) + target,
                              .headers = std::move(headers),
                              .body = std::move(body)};
  request.headers.set("Authorization", "Bearer " + server_.token);
  Instant deadline = Core::here().clock().steady() + request_time_max;
  co_return co_await http_.send(std::move(request), deadline);
}

Task<ImportView> ImportClient::begin() {
  List list = read_list();
  std::string name = to_percent(fs::absolute(source_).lexically_normal().filename().string());
  auto answer = co_await ask(http::Method::post, "/imports?name=" + name,
                             {{"Content-Type", list.content_type}}, std::move(list.text));
  if (!is_success(answer.status)) throw refusal(answer);
  co_return schema::parse<ImportView>(answer.body);
}

Task<std::deque<LineView>> ImportClient::lines(std::string state) {
  std::deque<LineView> all;
  std::string cursor;
  do {
    auto answer = co_await ask(
        http::Method::get,
        fmt::format("/imports/{}/lines?limit=200&state={}{}", import_.import_id, state, cursor), {},
        "");
    if (!is_success(answer.status)) throw refusal(answer);
    auto page = schema::parse<http::Page<LineView>>(answer.body);
    for (LineView& line : page.items) all.push_back(std::move(line));
    cursor = page.next_cursor ? "&cursor=" + to_percent(*page.next_cursor) : "";
  } while (!cursor.empty());
  co_return all;
}

Task<> ImportClient::run() {
  import_ = co_await begin();
  for (const LineView& line : co_await lines("invalid")) tell(line, line.problem);
  waiting_ = co_await lines("waiting");
  for (LineView& line : co_await lines("failed")) waiting_.push_back(std::move(line));
  total_ = waiting_.size();
  std::exception_ptr failure;
  TaskGroup workers([&](const std::exception_ptr& error) { failure = error; });
  for (int i = 0; i < files_at_once; ++i) workers.spawn(work());
  co_await workers.join();
  if (failure) std::rethrow_exception(failure);
  auto answer = co_await ask(http::Method::get, "/imports/" + import_.import_id, {}, "");
  if (!is_success(answer.status)) throw refusal(answer);
  auto end = schema::parse<ImportView>(answer.body);
  fmt::print(out_, "{} clips: {} new, {} there already, {} failed, {} invalid, {} waiting\n",
             end.lines, end.taken, end.known, end.failed, end.invalid, end.waiting);
  std::int64_t missing = end.failed + end.invalid + end.waiting;
  if (missing > 0) {
    throw Error(Code::unprocessable,
                fmt::format("{} of {} clips did not come in. Mend them and run this again: what is "
                            "done is passed over.",
                            missing, end.lines));
  }
}

Task<> ImportClient::work() {
  while (!waiting_.empty()) {
    LineView line = std::move(waiting_.front());
    waiting_.pop_front();
    co_await send_line(std::move(line));
    ++done_;
    show_progress();
  }
}

// What is wrong with one line is told, and the others go on.
Task<> ImportClient::send_line(LineView line) {
  fs::path folder = fs::is_directory(source_) ? source_ : source_.parent_path();
  fs::path path = folder / line.file;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    tell(line, "there is no such file");
    co_return;
  }
  try {
    co_await send_file(line, path);
  } catch (const Error& refused) {
    tell(line, refused.message());
  }
}

// A connection that breaks is made anew, and the file goes on at the byte that the server names.
Task<> ImportClient::send_file(LineView line, fs::path path) {
  std::string place;
  for (int tries = 1;; ++tries) {
    try {
      co_await send_from(line, path, place);
      co_return;
    } catch (const Error& error) {
      bool is_verdict = error.code() == Code::unprocessable;
      if (is_verdict || tries == tries_max) throw;
    }
    co_await sleep_for(std::chrono::milliseconds(200) * (1 << tries));
  }
}

// @param place  of the upload; "" when it has not begun
Task<> ImportClient::send_from(LineView line, fs::path path, std::string& place) {
  constexpr std::string_view tus = "Tus-Resumable";
  const std::string version(tus_version);
  std::error_code error;
  std::uint64_t bytes = fs::file_size(path, error);
  if (error) throw Error(Code::unprocessable, "the file cannot be read");
  std::uint64_t offset = 0;
  if (place.empty()) {
    std::string told =
        fmt::format("filename {},import {},line {}", to_base64(path.filename().string()),
                    to_base64(import_.import_id), to_base64(std::to_string(line.line)));
    auto answer = co_await ask(http::Method::post, "/uploads",
                               {{std::string(tus), version},
                                {"Upload-Length", std::to_string(bytes)},
                                {"Upload-Metadata", told}},
                               "");
    if (!is_success(answer.status)) throw refusal(answer);
    place = std::string(answer.headers.get("Location")).substr(root.size());
  } else {
    auto answer = co_await ask(http::Method::head, place, {{std::string(tus), version}}, "");
    if (may_be_tried_again(answer.status)) throw Error(Code::unavailable, "The server is busy.");
    if (!is_success(answer.status)) throw refusal(answer);
    offset = parse_byte_count("Upload-Offset", answer.headers.get("Upload-Offset"));
  }
  while (offset < bytes) {
    auto answer = co_await ask(http::Method::patch, place,
                               {{std::string(tus), version},
                                {"Content-Type", std::string(tus_content_type)},
                                {"Upload-Offset", std::to_string(offset)}},
                               read_at(path, offset));
    if (may_be_tried_again(answer.status))
      throw Error(Code::unavailable, refusal(answer).message());
    if (!is_success(answer.status)) throw refusal(answer);
    offset = parse_byte_count("Upload-Offset", answer.headers.get("Upload-Offset"));
  }
}

void ImportClient::tell(const LineView& line, const std::string& problem) {
  fmt::print(stderr, "line {}{}: {}\n", line.line,
             line.file.empty() ? "" : fmt::format(" ({})", line.file), problem);
}

void ImportClient::show_progress() {
  constexpr int step = 10;
  int percent = static_cast<int>(100 * done_ / total_);
  percent -= percent % step;
  if (percent <= percent_told_) return;
  percent_told_ = percent;
  fmt::print(stderr, "importing {} %: {} of {}\n", percent, done_, total_);
}

}  // namespace antiphon::director
