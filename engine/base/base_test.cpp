#include <gtest/gtest.h>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/base/read_room.h"

namespace antiphon {
namespace {

TEST(Clock, writes_and_reads_rfc3339) {
  Timestamp time = parse_rfc3339("2026-03-01T08:15:30.250Z");
  EXPECT_EQ(to_rfc3339(time), "2026-03-01T08:15:30.250Z");
  EXPECT_EQ(to_rfc3339(parse_rfc3339("2026-03-01T09:15:30.25+01:00")), "2026-03-01T08:15:30.250Z");
  EXPECT_EQ(to_rfc3339(parse_rfc3339("1969-12-31T23:59:59.999Z")), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, refuses_what_is_no_time) {
  for (const char* text :
       {"", "yesterday", "2026-03-01", "2026-13-01T08:15:30Z", "2026-02-30T08:15:30Z",
        "2026-03-01T24:15:30Z", "2026-03-01T08:15:30", "2026-03-01T08:15:30.Z",
        "2026-03-01T08:15:30+1:00", "2026-03-01T08:15:30Zx"}) {
    EXPECT_THROW(parse_rfc3339(text), Error) << text;
  }
}

TEST(Ids, have_their_prefix_and_do_not_repeat) {
  SystemRandom random;
  std::string a = make_id("ses", random);
  EXPECT_TRUE(is_id(a, "ses")) << a;
  EXPECT_FALSE(is_id(a, "ast"));
  EXPECT_FALSE(is_id(a + "0", "ses"));
  EXPECT_NE(a, make_id("ses", random));
}

TEST(Random, repeats_with_its_seed) {
  SeededRandom a(7);
  SeededRandom b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.below(10), b.below(10));
  EXPECT_LT(a.unit(), 1.0);
}

TEST(Encoding, base64_round_trips_and_is_canonical) {
  for (std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(parse_base64(to_base64(text)), text);
    EXPECT_EQ(parse_base64url(to_base64url(text)), text);
  }
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_FALSE(parse_base64("Zm9vYg="));
  EXPECT_FALSE(parse_base64("Zm9vYh=="));  // the last character's stray bits
  EXPECT_FALSE(parse_base64("Zm9v\nYg="));
  EXPECT_FALSE(parse_base64url("Zm9vYg=="));
}

TEST(Encoding, hashes_match_published_vectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
}

TEST(Encoding, percent) {
  EXPECT_EQ(parse_percent("a%20b+c"), "a b+c");
  EXPECT_EQ(parse_percent("a%20b+c", true), "a b c");
  EXPECT_FALSE(parse_percent("%2"));
  EXPECT_FALSE(parse_percent("%zz"));
  EXPECT_EQ(to_percent("å /"), "%C3%A5%20%2F");
}

TEST(Encoding, utf8_refuses_overlong_surrogates_and_cut_forms) {
  EXPECT_TRUE(is_utf8("smörgås 音声 🎬"));
  for (std::string_view bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                               "\x80", "\xe2\x82", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad)) << to_hex(bad);
  }
}

TEST(Error, of_many_fields_counts_them) {
  Error error(std::vector<FieldError>{{"/a", "required", "a is missing"}, {"/b", "type", "b"}});
  EXPECT_EQ(error.code(), Code::invalid);
  EXPECT_EQ(error.message(), "2 fields are not valid.");
}

TEST(Error, a_broken_invariant_tells_the_caller_nothing) {
  try {
    ENSURE(1 > 2, "numbers are ordered");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::internal);
    EXPECT_EQ(error.message().find("1 > 2"), std::string::npos);
    EXPECT_NE(error.detail().find("1 > 2"), std::string::npos);
  }
}

TEST(ReadRoom, one_of_the_usual_size_is_given_out_again) {
  char* first = nullptr;
  {
    ReadRoom room(ReadRoom::usual_bytes);
    first = room.data();
    ReadRoom moved = std::move(room);
    EXPECT_EQ(moved.data(), first);
    EXPECT_EQ(moved.size(), ReadRoom::usual_bytes);
    EXPECT_NE(ReadRoom(ReadRoom::usual_bytes).data(), first);
  }
  ReadRoom small(100);
  EXPECT_EQ(small.size(), 100u);
  ReadRoom again(ReadRoom::usual_bytes);
  EXPECT_EQ(again.data(), first);
}

}  // namespace
}  // namespace antiphon
