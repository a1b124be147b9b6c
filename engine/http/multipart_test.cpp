#include "engine/http/multipart.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace antiphon::http {
namespace {

constexpr std::string_view form = "multipart/form-data; boundary=\"x y\"";

Code refusal(std::string_view type, std::string_view body) {
  try {
    parse_multipart(type, body);
  } catch (const Error& error) {
    return error.code();
  }
  return Code::cancelled;
}

TEST(Multipart, gives_fields_and_files) {
  std::string body =
      "preamble\r\n--x y\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA \"clip\"\r\n"
      "--x y\r\ncontent-disposition: form-data; filename=\"a\\\"b;.wav\"; name=file\r\n"
      "Content-Type: audio/wav\r\n\r\nRIFF\r\n--x\r\n\r\n--x y--\r\nepilogue";
  auto parts = parse_multipart(form, body);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "title");
  EXPECT_EQ(parts[0].content, "A \"clip\"");
  EXPECT_FALSE(parts[0].file_name);
  EXPECT_EQ(parts[1].name, "file");
  EXPECT_EQ(parts[1].file_name, "a\"b;.wav");
  EXPECT_EQ(parts[1].content_type, "audio/wav");
  EXPECT_EQ(parts[1].content, "RIFF\r\n--x\r\n");
}

TEST(Multipart, an_empty_form_has_no_parts) {
  EXPECT_TRUE(parse_multipart(form, "--x y--\r\n").empty());
}

// What the parser that streams makes of a body that comes in two or more pieces.
std::string streamed(std::string_view type, std::string_view body, std::size_t cut) {
  std::string all;
  try {
    MultipartParser parser(type);
    for (;;) {
      switch (parser.next()) {
        case MultipartParser::Event::more:
          if (body.empty()) {
            parser.finish();
            return "neither more nor done";
          }
          parser.feed(body.substr(0, cut));
          body.remove_prefix(std::min(cut, body.size()));
          break;
        case MultipartParser::Event::part:
          all += parser.head().name + "|" + parser.head().file_name.value_or("-") + "|" +
                 parser.head().content_type + "|";
          break;
        case MultipartParser::Event::content: all += parser.content(); break;
        case MultipartParser::Event::part_end: all += "\n"; break;
        case MultipartParser::Event::end: return all;
      }
    }
  } catch (const Error& error) {
    return "refused";
  }
}

std::string whole(std::string_view type, std::string_view body) {
  std::string all;
  try {
    for (const Part& part : parse_multipart(type, body)) {
      all += part.name + "|" + part.file_name.value_or("-") + "|" + part.content_type + "|";
      all += std::string(part.content) + "\n";
    }
  } catch (const Error& error) {
    return "refused";
  }
  return all;
}

// E-10: how the bytes of a form arrive does not change what it is.
TEST(Multipart, streams_the_same_at_every_cut) {
  const std::string head = "Content-Disposition: form-data; name=a\r\n\r\n";
  for (const std::string& body : std::vector<std::string>{
           "preamble\r\n--x y\r\n" + head + "one\r\n--x y\r\n" + head + "\r\n--x\r\n\r\n--x y--end",
           "--x y\r\n" + head + "\r\n--x y--", "--x y--", "\r\n--x y--", "--x y", "", "--x y\r\n",
           "--x y\r\n" + head + "half\r\n--x", "--x y\r\n" + head + "half\r\n--x y",
           "--x y\r\n" + head + "a\r\n--x yz\r\n--x y--",
           "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n--x y--",
           "--x y\r\nA: b\r\n--x y: c\r\n" + head + "d\r\n--x y--",
           "--x y\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\r\n--x y--",
           "--x y\r\n" + std::string(part_head_bytes_max, 'h') + head + "\r\n--x y--",
           "--x y\r\n" + head + "\r\r\n\r\n--\r\n--x\r\n--x y--"}) {
    std::string right = whole(form, body);
    EXPECT_EQ(streamed(form, body, body.size() + 1), right) << body;
    for (std::size_t cut = 1; cut <= body.size() && cut < 200; ++cut) {
      EXPECT_EQ(streamed(form, body, cut), right) << cut << ": " << body;
    }
  }
}

TEST(Multipart, streaming_holds_no_more_than_a_piece) {
  MultipartParser parser(form);
  parser.feed("--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n");
  std::string piece(10'000, '\r');
  for (int i = 0; i < 100; ++i) {
    parser.feed(piece);
    while (parser.next() != MultipartParser::Event::more) {
    }
    EXPECT_LE(parser.held_bytes(), 10u);
  }
}

TEST(Multipart, refuses_broken_bodies) {
  EXPECT_EQ(refusal("application/json", "{}"), Code::unsupported);
  EXPECT_EQ(refusal("multipart/form-data", "--x--"), Code::invalid);
  EXPECT_EQ(refusal("multipart/form-data; boundary=", "--x--"), Code::invalid);
  std::string long_boundary(boundary_bytes_max + 1, 'b');
  EXPECT_EQ(refusal("multipart/form-data; boundary=" + long_boundary, "--" + long_boundary + "--"),
            Code::invalid);
  for (const char* bad :
       {"", "x", "--x y", "--x y\r\n", "--x yz\r\n\r\n--x y--", "--x y\r\n\r\n\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data\r\n\r\na\r\n--x y--",
        "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf",
        "--x y\r\nnonsense\r\n\r\na\r\n--x y--", "--x y\r\n\r\n--x y--"}) {
    EXPECT_EQ(refusal(form, bad), Code::invalid) << bad;
  }
  std::string many;
  for (std::size_t i = 0; i <= parts_max; ++i) {
    many += "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
  }
  EXPECT_EQ(refusal(form, many + "--x y--"), Code::invalid);
}

}  // namespace
}  // namespace antiphon::http
