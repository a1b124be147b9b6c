#include "engine/http/answer_lines.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/http/private_address.h"

namespace antiphon::http {
namespace {

// Lines in <>, events as [name|id|data], from bytes that come in pieces.
std::string read(std::string_view bytes, std::size_t piece_bytes) {
  LineSplitter splitter;
  EventAssembler assembler;
  std::string lines, events;
  for (bool has_more = true; has_more;) {
    has_more = !bytes.empty();
    splitter.feed(bytes.substr(0, piece_bytes));
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
    if (!has_more) splitter.end();
    while (auto line = splitter.next()) {
      lines += "<" + *line + ">";
      auto event = assembler.add(*line);
      if (event) events += fmt::format("[{}|{}|{}]", event->name, event->id, event->data);
    }
  }
  return lines + " " + events;
}

TEST(AnswerLines, are_the_same_at_every_cut) {  // E-31
  for (auto [bytes, right] : std::initializer_list<std::pair<std::string, std::string>>{
           {"a\nb\r\nc\rd", "<a><b><c><d> "},
           {"\r\n\n\r", "<><><> "},
           {"data: {}\n\ndata:x\ndata: y\n\n", "<data: {}><><data:x><data: y><> [||{}][||x\ny]"},
           {": ping\r\nevent: delta\r\nid: 7\r\ndata: a\r\n\r\ndata: b\r\n\r\n",
            "<: ping><event: delta><id: 7><data: a><><data: b><> [delta|7|a][|7|b]"},
           {"\xef\xbb\xbf"
            "data: a\n\n",
            "<\xef\xbb\xbf"
            "data: a><> [||a]"},
           {"event: only\n\ndata\n\n", "<event: only><><data><> [||]"},
           {"data: cut", "<data: cut> "}}) {
    for (std::size_t cut = 1; cut <= bytes.size(); ++cut) {
      EXPECT_EQ(read(bytes, cut), right) << cut;
    }
  }
}

TEST(AnswerLines, have_limits) {
  LineSplitter splitter;
  splitter.feed(std::string(line_bytes_max, 'a') + "\n");
  EXPECT_EQ(splitter.next()->size(), line_bytes_max);
  splitter.feed(std::string(line_bytes_max + 1, 'a'));
  EXPECT_THROW(splitter.next(), Error);
  EventAssembler assembler;
  std::string line = "data:" + std::string(line_bytes_max - 5, 'a');
  for (std::size_t bytes = 0; bytes + line_bytes_max <= event_bytes_max; bytes += line_bytes_max) {
    assembler.add(line);
  }
  EXPECT_THROW(assembler.add(line), Error);
}

TEST(PrivateAddress, tells_what_is_not_of_the_public_internet) {
  for (const char* address : {"127.0.0.1",   "10.1.2.3",        "172.16.0.1",      "172.31.255.255",
                              "192.168.0.1", "169.254.169.254", "100.64.0.1",      "0.0.0.0",
                              "224.0.0.1",   "255.255.255.255", "198.18.0.1",      "::1",
                              "::",          "fe80::1",         "fc00::1",         "fd12::1",
                              "ff02::1",     "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
                              "2001:db8::1", "2001::1",         "localhost",       "",
                              "1.2.3"}) {
    EXPECT_TRUE(is_private_address(address)) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.167.0.1",
                              "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"}) {
    EXPECT_FALSE(is_private_address(address)) << address;
  }
}

TEST(RequestTo, reads_urls) {
  ClientRequest request = request_to(Method::post, "https://api.example/v1/chat?x=1");
  EXPECT_TRUE(request.is_secure);
  EXPECT_EQ(request.endpoint.text(), "api.example:443");
  EXPECT_EQ(request.target, "/v1/chat?x=1");
  EXPECT_EQ(request_to(Method::get, "http://[::1]:8080").endpoint.text(), "[::1]:8080");
  EXPECT_EQ(request_to(Method::get, "http://a?b").target, "/?b");
  for (const char* url : {"", "ftp://a/", "http://", "http:///a", "http://u:p@a/", "http://a:0/",
                          "http://a:99999/", "http://a:x/", "http://a/b c", "http://a/#b",
                          "http://[::1/", "http://[::1]8/", "http://a\r\n/", "http://a%00/"}) {
    EXPECT_THROW(request_to(Method::get, url), Error) << url;
  }
  try {
    request_to(Method::get, "http://user:secret@a/");
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().contains("secret"));
  }
}

}  // namespace
}  // namespace antiphon::http
