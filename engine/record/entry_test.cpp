#include "engine/record/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/record/sample_entries_test.h"

namespace antiphon::record {
namespace {

std::vector<Entry> read_all(std::string bytes) {
  EntryReader reader(sample_start);
  reader.add(std::move(bytes));
  std::vector<Entry> entries;
  while (auto entry = reader.next()) entries.push_back(*std::move(entry));
  return entries;
}

std::string written(const std::vector<Entry>& entries) {
  EntryWriter writer(sample_start);
  std::string bytes;
  for (const Entry& entry : entries) writer.write(bytes, entry);
  return bytes;
}

TEST(EntryTest, every_kind_of_entry_comes_back_as_it_was) {  // E-24
  std::vector<Entry> entries = sample_entries();
  std::vector<Entry> read = read_all(written(entries));
  ASSERT_EQ(read.size(), entries.size());
  EXPECT_EQ(written(read), written(entries));
  const auto& [moment, step] = std::get<StepTaken>(read[1]);
  EXPECT_EQ(moment.steady, sample_start.steady + std::chrono::nanoseconds(1'500'000'001));
  EXPECT_EQ(moment.time, sample_start.time - std::chrono::microseconds(7)) << "a clock set back";
  EXPECT_EQ(std::get<live::MessageCame>(step).body, R"({"text":"hej"})");
  const auto& sound = std::get<live::SoundCame>(std::get<StepTaken>(read[2]).step);
  EXPECT_EQ(sound.samples, (std::vector<std::int16_t>{0, -1, 32767, -32768}));
  const auto& failed = std::get<live::Answered>(std::get<StepTaken>(read[9]).step);
  EXPECT_EQ(failed.failure->code, Code::timeout);
  EXPECT_EQ(failed.failure->message, "It took too long.");
}

TEST(EntryTest, entries_may_come_in_pieces) {
  std::vector<Entry> entries = sample_entries();
  EntryReader reader(sample_start);
  EntryWriter writer(sample_start);
  for (const Entry& entry : entries) {
    std::string bytes;
    writer.write(bytes, entry);
    EXPECT_FALSE(reader.next());
    reader.add(bytes);
    EXPECT_EQ(reader.next()->index(), entry.index());
  }
}

TEST(EntryTest, what_no_recorder_wrote_is_refused) {
  using std::string;
  for (const string& bytes :
       {string("\x00", 1),  // an entry of nothing
        string("\x01q"),    // of an unknown kind
        string("\x05"
               "f\x03"
               "ab"),  // shorter than it says
        string("\x04"
               "f\x09"
               "ab"),  // a text longer than its entry
        string("\x03"
               "e\x00"
               "x",
               4),  // more than its fields
        string("\x05"
               "S\x00\x00\x00\x01",
               6) +
            "x",  // half a sample
        string("\x0c"
               "f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),  // a number without end
        string("\x08"
               "C\x00\x00\x01\x03"
               "odd",
               9)}) {  // an unknown error
    SCOPED_TRACE(::testing::PrintToString(bytes));
    EXPECT_THROW(read_all(bytes), Error);
  }
}

}  // namespace
}  // namespace antiphon::record
