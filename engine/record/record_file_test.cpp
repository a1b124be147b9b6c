#include "engine/record/record_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/record/recording.h"
#include "engine/record/sample_entries_test.h"
#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using End = RecordReader::End;

RecordKey key_of(unsigned char byte) {
  RecordKey key;
  key.fill(byte);
  return key;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class RecordFileTest : public ::testing::Test {
 protected:
  // Every entry in a frame of its own, so that a cut between any two is seen.
  void write(const std::optional<RecordKey>& key) {
    RecordWriter file(path_, key);
    file.write(schema::to_json(sample_header()));
    EntryWriter writer(sample_start);
    std::vector<Entry> entries = sample_entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::string bytes;
      writer.write(bytes, entries[i]);
      i + 1 == entries.size() ? file.finish(bytes) : file.write(bytes);
    }
  }
  void replace(std::string_view bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  struct Read {
    std::size_t entries = 0;
    End end = End::not_yet;
    std::string error;
  };
  Read read(unsigned char key = 1) {
    Read read;
    try {
      Recording recording(path_, [key] { return key_of(key); });
      while (recording.next()) ++read.entries;
      read.end = recording.end();
    } catch (const Error& error) {
      read.error = error.message();
    }
    return read;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "one.record";
};

TEST_F(RecordFileTest, what_was_written_is_read_and_its_owner_alone_may_read_it) {  // E-24
  write(key_of(1));
  EXPECT_EQ(read().entries, sample_entries().size());
  EXPECT_EQ(read().end, End::whole);
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(content(path_), ::testing::Not(HasSubstr("hej"))) << "it is sealed";
  EXPECT_THROW(write(key_of(1)), Error) << "nothing is written over";
}

TEST_F(RecordFileTest, a_file_that_is_cut_at_any_byte_is_read_up_to_there_and_says_so) {  // E-24
  write(key_of(1));
  std::string whole = content(path_);
  std::size_t most = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    replace(std::string_view(whole).substr(0, size));
    Read cut = read();
    if (cut.error.empty()) {
      EXPECT_EQ(cut.end, End::cut);
    } else {
      EXPECT_EQ(cut.entries, 0u);
    }
    EXPECT_GE(cut.entries, most);
    EXPECT_LT(cut.entries, sample_entries().size());
    most = cut.entries;
  }
  EXPECT_EQ(most, sample_entries().size() - 1);
}

TEST_F(RecordFileTest, no_changed_byte_goes_unnoticed) {  // E-24
  write(key_of(1));
  std::string whole = content(path_);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    SCOPED_TRACE(at);
    std::string changed = whole;
    changed[at] ^= 0x10;
    replace(changed);
    Read found = read();
    if (found.error.empty()) {
      EXPECT_TRUE(found.end == End::changed || found.end == End::cut);
    } else {
      EXPECT_THAT(found.error, AnyOf(HasSubstr("is no recording"), HasSubstr("does not open"),
                                     HasSubstr("was cut off")))
          << "the seal finds it, not what is made of the bytes";
    }
    EXPECT_LT(found.entries, sample_entries().size());
  }
}

TEST_F(RecordFileTest, frames_cannot_change_places_nor_be_left_out) {
  RecordWriter file(path_, key_of(1));
  std::uint64_t begin = file.size();
  file.write("first");
  std::uint64_t second = file.size();
  file.write("again");
  std::uint64_t third = file.size();
  file.finish("");
  std::string bytes = content(path_);
  std::string first = bytes.substr(begin, second - begin);
  std::string again = bytes.substr(second, third - second);
  for (const std::string& frames : {again + first, again, first + first}) {
    replace(bytes.substr(0, begin) + frames + bytes.substr(third));
    RecordReader reader(path_, [] { return key_of(1); });
    while (reader.next()) {
    }
    EXPECT_EQ(reader.end(), End::changed);
  }
}

TEST_F(RecordFileTest, another_key_and_another_file_are_told) {  // E-24
  write(key_of(1));
  EXPECT_THAT(read(2).error, HasSubstr("The key does not open this recording"));
  replace("RIFF....WAVE, which is longer than the head of a recording is, and no recording.");
  EXPECT_THAT(read().error, HasSubstr("is no recording"));
  std::filesystem::remove(path_);
  EXPECT_THAT(read().error, HasSubstr("There is no recording"));
}

TEST_F(RecordFileTest, a_copy_for_everybody_needs_no_key) {
  write(std::nullopt);
  EXPECT_EQ(read(9).end, End::whole);
}

TEST_F(RecordFileTest, a_frame_has_its_size) {
  RecordWriter file(path_, key_of(1));
  EXPECT_THROW(file.write(std::string(frame_bytes_max + 1, 'x')), Error);
}

TEST(RecordKeyTest, is_made_once_for_its_owner_alone) {  // E-24
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "record.key";
  SeededRandom random(7);
  EXPECT_THROW(load_key(file), Error);
  RecordKey made = load_or_make_key(file, random);
  EXPECT_EQ(load_or_make_key(file, random), made);
  EXPECT_EQ(load_key(file), made);
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::ofstream(file) << "my password";
  EXPECT_THROW(load_key(file), Error);
}

}  // namespace
}  // namespace antiphon::record
