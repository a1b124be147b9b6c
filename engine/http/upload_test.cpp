// E-10: forms are read as they arrive; files go to disk and leave nothing behind.
#include "engine/http/upload.h"

#include <fcntl.h>

#include <filesystem>

#include "engine/base/temporary_folder.h"
#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view form_type = "multipart/form-data; boundary=b";

std::string part(std::string_view name, std::string_view content, std::string_view more = "") {
  return fmt::format("--b\r\nContent-Disposition: form-data; name={}{}\r\n\r\n{}\r\n", name, more,
                     content);
}

// A body as a client sends it: some text, so many bytes, some text.
class SentBody final : public BodyReader {
 public:
  SentBody(std::string before, std::uint64_t bytes, std::string after)
      : before_(std::move(before)), bytes_(bytes), after_(std::move(after)) {}
  explicit SentBody(std::string all) : SentBody(std::move(all), 0, "") {}

  Task<std::size_t> read_some(std::span<char> into) override {
    if (!before_.empty()) co_return take(before_, into);
    std::size_t count = std::min<std::uint64_t>(bytes_, into.size());
    if (count == 0) co_return take(after_, into);
    std::ranges::fill(into.first(count), 'x');
    bytes_ -= count;
    co_return count;
  }

 private:
  static std::size_t take(std::string& text, std::span<char> into) {
    std::size_t count = text.copy(into.data(), into.size());
    text.erase(0, count);
    return count;
  }

  std::string before_;
  std::uint64_t bytes_;
  std::string after_;
};

// Counts what is handed to it in place of storing it.
class CountingSpace final : public UploadSpace {
 public:
  struct File final : UploadFile {
    explicit File(CountingSpace* owner) : space(owner) {}
    Task<> append(Instant, std::string piece) override {
      ++space->held;
      space->held_max = std::max(space->held_max, space->held);
      space->piece_bytes_max = std::max(space->piece_bytes_max, piece.capacity());
      space->bytes += piece.size();
      co_await sleep_for(std::chrono::microseconds(1));
      --space->held;
    }
    Task<std::string> read(Instant, std::uint64_t, std::size_t) override { co_return ""; }
    CountingSpace* space;
  };
  Task<std::shared_ptr<UploadFile>> create(Instant) override {
    co_return std::make_shared<File>(this);
  }

  std::uint64_t bytes = 0;
  int held = 0;
  int held_max = 0;
  std::size_t piece_bytes_max = 0;
};

class FormTest : public ::testing::Test {
 protected:
  Form read(BodyReader& body, std::vector<UploadRule> rules) {
    Request request{.headers = {{"Content-Type", std::string(form_type)}}, .is_chunked = true};
    request.body = &body;
    request.uploads = &space_;
    return time_.run(read_form(request, std::move(rules), Instant::max()));
  }
  Error refusal(std::string text, std::vector<UploadRule> rules = {{.bytes_max = 10}}) {
    SentBody body(std::move(text));
    try {
      read(body, std::move(rules));
    } catch (const Error& error) {
      return error;
    }
    return Error(Code::cancelled, "Nothing was refused.");
  }

  testing::VirtualTime time_;
  CountingSpace space_;
};

// Memory does not grow with what is sent: one piece is held at a time, and none is large.
TEST_F(FormTest, holds_one_piece_of_a_gigabyte) {
  constexpr std::uint64_t gigabyte = std::uint64_t{1} << 30;
  SentBody body("--b\r\nContent-Disposition: form-data; name=file\r\n\r\n", gigabyte, "\r\n--b--");
  Form form = read(body, {{.bytes_max = gigabyte}});
  EXPECT_EQ(form.uploads.files.at(0).bytes, gigabyte);
  EXPECT_EQ(space_.bytes, gigabyte);
  EXPECT_EQ(space_.held_max, 1);
  EXPECT_LE(space_.piece_bytes_max, 2 * upload_piece_bytes);
}

TEST_F(FormTest, tells_texts_and_files_apart_by_the_rules) {
  SentBody body(part("title", "A \"clip\"") +
                part("file", "RIFF", "; filename=\"../a.wav\"\r\nContent-Type: audio/wav") +
                part("title", "Two") + "--b--");
  Form form = read(body, {{.bytes_max = 10}});
  ASSERT_EQ(form.fields.size(), 2u);
  EXPECT_EQ(form.fields[0].text, "A \"clip\"");
  EXPECT_EQ(form.fields[1].name, "title");
  const Upload* file = form.uploads.find("file");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->file_name, "../a.wav");
  EXPECT_EQ(file->content_type, "audio/wav");
  EXPECT_EQ(file->bytes, 4u);
  EXPECT_FALSE(form.uploads.find("other"));
}

TEST_F(FormTest, says_which_limit_was_passed) {
  EXPECT_EQ(refusal(part("file", "elevenbytes") + "--b--").code(), Code::too_large);
  EXPECT_THAT(refusal(part("file", "elevenbytes") + "--b--").message(), HasSubstr("10 bytes"));
  EXPECT_EQ(refusal(part("file", "tenbytes10") + "--b--").code(), Code::cancelled);
  Error twice = refusal(part("file", "a") + part("file", "b") + "--b--");
  ASSERT_EQ(twice.fields().size(), 1u);
  EXPECT_EQ(twice.fields()[0].rule, "max_items");
  Error missing = refusal(part("title", "a") + "--b--");
  ASSERT_EQ(missing.fields().size(), 1u);
  EXPECT_EQ(missing.fields()[0].pointer, "/file");
  EXPECT_EQ(missing.fields()[0].rule, "required");
  std::string long_text(form_field_bytes_max + 1, 'a');
  EXPECT_EQ(refusal(part("title", long_text) + "--b--").code(), Code::too_large);
  long_text.pop_back();
  std::string many;
  for (int i = 0; i < 5; ++i) many += part("title", long_text);
  EXPECT_EQ(refusal(many + "--b--").code(), Code::too_large);
  EXPECT_EQ(refusal(part("title", "\xff") + "--b--").fields().at(0).rule, "utf8");
  EXPECT_EQ(refusal(part("file", "cut")).code(), Code::invalid);
}

struct Clip {
  std::string title;
  std::int64_t bytes = 0;
  std::string content;
};
auto describe(schema::Tag<Clip>) {
  return schema::object<Clip>("Clip", "Something sent")
      .field("title", &Clip::title, "What it is called", schema::min_length(2))
      .field("bytes", &Clip::bytes, "How long it is", schema::defaulted)
      .field("content", &Clip::content, "What it is", schema::defaulted);
}

// Keeps files in memory and counts them.
class MemorySpace final : public UploadSpace {
 public:
  struct File final : UploadFile {
    explicit File(int* count) : alive(count) { ++*alive; }
    ~File() override { --*alive; }
    Task<> append(Instant, std::string piece) override {
      content += piece;
      co_return;
    }
    Task<std::string> read(Instant, std::uint64_t offset, std::size_t bytes_max) override {
      co_return content.substr(offset, std::min<std::size_t>(bytes_max, 3));
    }
    std::string content;
    int* alive;
  };
  Task<std::shared_ptr<UploadFile>> create(Instant) override {
    ++made;
    co_return std::make_shared<File>(&alive);
  }

  int made = 0;
  int alive = 0;
};

class UploadTest : public VirtualServerTest {
 protected:
  UploadTest() {
    router_.add({.method = Method::post,
                 .path = "/clips/{title}",
                 .permission = "public",
                 .rate = RateClass::upload,
                 .uploads = {{.doc = "The clip", .bytes_max = 1000}}},
                this, &UploadTest::store);
    options_.uploads = &space_;
  }

  Task<Created<Clip>> store(Call call, Clip clip, Uploads uploads) {
    clip.bytes = static_cast<std::int64_t>(uploads.files.at(0).bytes);
    auto source = uploads.files[0].source(call.deadline());
    for (std::string piece = co_await source(); !piece.empty(); piece = co_await source()) {
      clip.content += piece;
    }
    co_return Created<Clip>{clip, "/clips/1"};
  }

  std::string post(std::string_view body, std::size_t length) {
    return exchange(
        fmt::format("POST /clips/Sea HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                    form_type, length, body));
  }
  std::string post(std::string_view body) { return post(body, body.size()); }

  MemorySpace space_;
};

TEST_F(UploadTest, a_typed_handler_gets_texts_and_files) {
  std::string answer = post(part("file", "RIFF and more") + "--b--");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201")) << answer;
  EXPECT_TRUE(answer.ends_with(R"({"title":"Sea","bytes":13,"content":"RIFF and more"})"))
      << answer;
  EXPECT_EQ(space_.alive, 0);
  EXPECT_THAT(post(part("file", "a") + part("speed", "1") + "--b--"), HasSubstr("\"/speed\""));
}

TEST_F(UploadTest, an_upload_that_is_cut_or_refused_leaves_nothing) {
  std::string whole = part("file", std::string(500, 'x'));
  EXPECT_TRUE(post(whole, whole.size() + 100).find("HTTP/1.1 2") == std::string::npos);
  EXPECT_TRUE(post(whole).starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(post(part("file", std::string(1001, 'x')) + "--b--").starts_with("HTTP/1.1 413"));
  EXPECT_EQ(space_.made, 3);
  EXPECT_EQ(space_.alive, 0);
}

// A file goes through a thread of the pool, which the clock of a test does not wait for.
class DiskUploadTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  std::size_t left() const {
    std::filesystem::directory_iterator all(folder_.path() / "uploads");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  SystemRandom random_;
  Pool pool_{{.name = "files"}};
};

TEST_F(DiskUploadTest, gives_back_what_was_sent_and_has_no_name) {
  DiskUploads space(folder_.path() / "uploads", pool_, random_);
  auto body = [&]() -> Task<> {
    Upload upload{.file = co_await space.create(Instant::max())};
    EXPECT_EQ(left(), 0u);
    std::string all;
    for (int i = 0; i < 3; ++i) {
      std::string piece(upload_piece_bytes - 1, static_cast<char>('a' + i));
      all += piece;
      co_await upload.file->append(Instant::max(), piece);
    }
    auto source = upload.source(Instant::max());
    std::string read;
    for (std::string piece = co_await source(); !piece.empty(); piece = co_await source()) {
      read += piece;
    }
    EXPECT_EQ(read, all);
  };
  run(body());
}

// What a kill between making and unnaming a file left.
TEST_F(DiskUploadTest, empties_its_folder) {
  std::filesystem::create_directories(folder_.path() / "uploads" / "upl_left");
  DiskUploads space(folder_.path() / "uploads", pool_, random_);
  EXPECT_EQ(left(), 0u);
}

}  // namespace
}  // namespace antiphon::http
