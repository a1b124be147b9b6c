// What the headers of tus say.
#include "apps/director/upload/tus.h"

#include <gtest/gtest.h>

#include "engine/base/encoding.h"

namespace antiphon::director {
namespace {

TEST(Tus, metadata_gives_what_is_told_of_a_clip) {
  std::string header = fmt::format("filename {},title {},is_confidential,tags {},relativePath {}",
                                   to_base64("海.webm"), to_base64("Sea"), to_base64("blue,water"),
                                   to_base64("a/b"));
  ToldUpload told = read_told(parse_metadata(header));
  EXPECT_EQ(told.file_name, "海.webm");
  EXPECT_EQ(told.clip.title, "Sea");
  EXPECT_EQ(told.clip.tags, (std::vector<std::string>{"blue", "water"}));
  EXPECT_TRUE(parse_metadata("").empty());
}

TEST(Tus, metadata_may_name_the_take_that_was_recorded) {  // D-33
  std::string take = "ses_00000000000000000000000001";
  auto header = [](std::string_view id, std::string_view offset) {
    return fmt::format("recording {},offsetMs {}", to_base64(id), to_base64(offset));
  };
  ToldUpload told = read_told(parse_metadata(header(take, "1500")));
  EXPECT_EQ(told.recorded_take, take);
  EXPECT_EQ(told.recording_offset.count(), 1500);
  EXPECT_EQ(read_told(parse_metadata(header(take, "86400000"))).recording_offset,
            recording_offset_max);
  for (std::string broken :
       {header(take, "86400001"), header(take, "-1"), header("ast_1", "0"), header("", "0"),
        header(take, "0") + ",import " + to_base64("imp_1")}) {
    EXPECT_THROW(read_told(parse_metadata(broken)), Error) << broken;
  }
}

TEST(Tus, broken_metadata_is_refused) {
  for (std::string header :
       {"title !!!", "title U2Vh,title U2Vh", "title U2Vh,,", "title /w==", "a,,b"}) {
    EXPECT_THROW(parse_metadata(header), Error) << header;
  }
  EXPECT_THROW(parse_metadata(std::string(tus_metadata_bytes_max + 1, 'a')), Error);
  std::string long_title = "title " + to_base64(std::string(clip_title_length_max + 1, 'a'));
  EXPECT_THROW(read_told(parse_metadata(long_title)), Error);
}

TEST(Tus, counts_are_whole_numbers) {
  EXPECT_EQ(parse_byte_count("Upload-Length", "2147483648"), 2147483648u);
  for (std::string text : {"", "-1", "1.5", "0x10", " 1", "18446744073709551616"}) {
    EXPECT_THROW(parse_byte_count("Upload-Length", text), Error) << text;
  }
}

// The example of the protocol's own text.
TEST(Tus, checksums_are_those_of_the_protocol) {
  Checksum checksum = parse_checksum("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
  Digest digest(checksum.kind);
  digest.add("hello ");
  digest.add("world");
  EXPECT_EQ(digest.finish(), checksum.digest);
  EXPECT_EQ(parse_checksum("sha256 " + to_base64(std::string(32, 'a'))).kind, ChecksumKind::sha256);
  for (std::string header : {"", "sha1", "sha1 ", "sha1 AAAA", "md5 AAAA", "sha1 !!!"}) {
    EXPECT_THROW(parse_checksum(header), Error) << header;
  }
}

}  // namespace
}  // namespace antiphon::director
