#include "engine/http/file_answer.h"

#include <unistd.h>

#include <fstream>

#include "engine/http/sample_test.h"
#include "engine/http/static_folder.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;

std::string answer_to(Headers headers, std::uint64_t size = 100) {
  Request request;
  request.headers = std::move(headers);
  FileAnswer answer = answer_file(request, size, "\"e\"");
  return fmt::format("{} {}+{} {}", answer.status, answer.offset, answer.count,
                     answer.headers.get("Content-Range"));
}

std::string range(std::string text, std::uint64_t size = 100) {
  return answer_to({{"Range", std::move(text)}}, size);
}

TEST(FileAnswer, gives_the_range_that_is_asked_for) {
  EXPECT_EQ(range("bytes=0-9"), "206 0+10 bytes 0-9/100");
  EXPECT_EQ(range("bytes=90-"), "206 90+10 bytes 90-99/100");
  EXPECT_EQ(range("bytes=-5"), "206 95+5 bytes 95-99/100");
  EXPECT_EQ(range("bytes=-500"), "206 0+100 bytes 0-99/100");
  EXPECT_EQ(range("bytes=99-500"), "206 99+1 bytes 99-99/100");
  EXPECT_EQ(range("Bytes=0-9"), "206 0+10 bytes 0-9/100") << "units have no case";
}

// E-10: a range is defined for GET alone (RFC 9110, 14.2).
TEST(FileAnswer, head_is_answered_as_if_it_asked_for_all) {
  Request request{.method = Method::head, .headers = {{"Range", "bytes=200-"}}};
  FileAnswer answer = answer_file(request, 100, "\"e\"");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.count, 100u);
  EXPECT_FALSE(answer.headers.find("Content-Range"));
}

TEST(FileAnswer, refuses_a_range_outside) {
  EXPECT_EQ(range("bytes=100-"), "416 0+0 bytes */100");
  EXPECT_EQ(range("bytes=-0"), "416 0+0 bytes */100");
  EXPECT_EQ(range("bytes=-1", 0), "416 0+0 bytes */0");
}

TEST(FileAnswer, ignores_what_is_no_single_range) {
  for (const char* text : {"bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1",
                           "bytes=a-b", "bytes=0-99999999999999999999", "0-1"}) {
    EXPECT_EQ(range(text), "200 0+100 ") << text;
  }
}

TEST(FileAnswer, answers_conditions) {
  for (const char* tags : {"\"e\"", "W/\"e\"", "\"x\", \"e\"", "\"e\" , \"x\"", "*"}) {
    EXPECT_EQ(answer_to({{"If-None-Match", tags}}), "304 0+0 ") << tags;
  }
  for (const char* tags : {"\"x\"", "e", "\"e\"x"}) {
    EXPECT_EQ(answer_to({{"If-None-Match", tags}}), "200 0+100 ") << tags;
  }
  EXPECT_EQ(answer_to({{"Range", "bytes=0-0"}, {"If-Range", "\"e\""}}), "206 0+1 bytes 0-0/100");
  EXPECT_EQ(answer_to({{"Range", "bytes=0-0"}, {"If-Range", "\"x\""}}), "200 0+100 ");
}

// RFC 9110, 13.1.1: by the strong comparison, and before everything else.
TEST(FileAnswer, answers_who_wants_another_state_of_it) {
  for (const char* tags : {"\"e\"", "\"x\", \"e\"", "*"}) {
    EXPECT_EQ(answer_to({{"If-Match", tags}}), "200 0+100 ") << tags;
  }
  for (const char* tags : {"\"x\"", "W/\"e\"", "e", ""}) {
    EXPECT_EQ(answer_to({{"If-Match", tags}}), "412 0+0 ") << tags;
  }
  EXPECT_EQ(answer_to({{"If-Match", "\"x\""}, {"If-None-Match", "\"e\""}, {"Range", "bytes=0-0"}}),
            "412 0+0 ");
  EXPECT_EQ(answer_to({{"If-None-Match", "\"x\""}, {"If-None-Match", "\"e\""}}), "304 0+0 ")
      << "several fields are one list";
  EXPECT_EQ(answer_to({{"If-Modified-Since", "Sun, 01 Mar 2099 00:00:00 GMT"}}), "200 0+100 ");
}

class StaticFolderTest : public VirtualServerTest {
 protected:
  StaticFolderTest() {
    write("index.html", "<p>start</p>");
    write("assets/app-1a2b.js", std::string(200'000, 'x'));
    write("assets/app-1a2b.js.gz", "packed");
    std::filesystem::create_symlink("/etc/passwd", folder_ / "link.txt");
    pages_.emplace(folder_, StaticFolder::Options{.fallback = "index.html"});
    pages_->mount(router_);
  }
  ~StaticFolderTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
  }

  std::string get(std::string_view path, std::string_view headers = "") {
    return exchange(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", path, headers));
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("antiphon_static_{}", ::getpid());
  std::optional<StaticFolder> pages_;
};

TEST_F(StaticFolderTest, serves_files_with_their_type_and_tag) {
  std::string answer = get("/");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-cache\r\n"));
  EXPECT_TRUE(answer.ends_with("<p>start</p>"));

  auto tag = answer.substr(answer.find("ETag: ") + 6);
  tag = tag.substr(0, tag.find("\r\n"));
  std::string again = get("/index.html", "If-None-Match: " + tag + "\r\n");
  EXPECT_TRUE(again.starts_with("HTTP/1.1 304")) << again;
  EXPECT_TRUE(again.ends_with("\r\n\r\n"));
}

TEST_F(StaticFolderTest, large_files_and_ranges_come_whole) {
  std::string whole = get("/assets/app-1a2b.js");
  EXPECT_TRUE(whole.ends_with("\r\n\r\n" + std::string(200'000, 'x')));
  EXPECT_THAT(whole, HasSubstr("immutable"));
  std::string part = get("/assets/app-1a2b.js", "Range: bytes=199990-\r\n");
  EXPECT_TRUE(part.starts_with("HTTP/1.1 206"));
  EXPECT_TRUE(part.ends_with("\r\n\r\nxxxxxxxxxx"));
}

TEST_F(StaticFolderTest, packed_files_go_to_those_who_take_them) {
  std::string answer = get("/assets/app-1a2b.js", "Accept-Encoding: gzip\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/javascript"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\npacked"));
}

// The plain file and the packed one may have one size and one time of change.
TEST_F(StaticFolderTest, a_packed_file_has_a_tag_of_its_own) {
  write("same.js", "packed");
  write("same.js.gz", "packed");
  auto time = std::filesystem::last_write_time(folder_ / "same.js");
  std::filesystem::last_write_time(folder_ / "same.js.gz", time);
  pages_.emplace(folder_, StaticFolder::Options{});
  auto tag_of = [&](std::string_view headers) {
    std::string answer = get("/same.js", headers);
    auto tag = answer.substr(answer.find("ETag: ") + 6);
    return tag.substr(0, tag.find("\r\n"));
  };
  std::string plain = tag_of("");
  EXPECT_THAT(plain, HasSubstr("\""));
  EXPECT_NE(tag_of("Accept-Encoding: gzip\r\n"), plain);
  std::string other = get("/same.js", "Accept-Encoding: gzip\r\nIf-None-Match: " + plain + "\r\n");
  EXPECT_TRUE(other.starts_with("HTTP/1.1 200")) << other;
}

TEST_F(StaticFolderTest, pages_that_the_script_routes_get_the_first_page) {
  EXPECT_TRUE(get("/director/takes/7", "Accept: text/html\r\n").ends_with("<p>start</p>"));
  EXPECT_TRUE(get("/missing.js", "Accept: */*\r\n").starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(get("/api/v1/nothing", "Accept: text/html\r\n").starts_with("HTTP/1.1 404"));
}

TEST_F(StaticFolderTest, nothing_leads_out_of_the_folder) {
  for (const char* path : {"/../etc/passwd", "/assets/../../x", "/..%2fetc/passwd"}) {
    EXPECT_TRUE(get(path).starts_with("HTTP/1.1 400")) << path;
  }
  EXPECT_TRUE(get("/link.txt").starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(get("//etc/passwd").starts_with("HTTP/1.1 404"));
}

}  // namespace
}  // namespace antiphon::http
