#include "engine/record/share.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/record/sample_entries_test.h"
#include "engine/schema/json.h"

namespace antiphon::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ShareTest, json_keeps_its_shape_and_loses_what_it_says) {  // E-24
  EXPECT_EQ(mask_json(R"({"type":"transcription","seq":7,"ts":"2026-03-01T08:00:00.000Z",)"
                      R"("text":"Åsa owes me 250 kr.","utterance":3,"salary":52000,)"
                      R"("why":{"words":"Ida","latencyMs":12},"tags":["Lund",1]})"),
            R"({"type":"transcription","seq":7,"ts":"2026-03-01T08:00:00.000Z",)"
            R"("text":"xxx xxxx xx 000 xx.","utterance":3,"salary":0,)"
            R"("why":{"words":"xxx","latencyMs":12},"tags":["xxxx",0]})");
  EXPECT_EQ(mask_json("no JSON: 12"), "xx xxxx: 00");
  EXPECT_EQ(mask_json(R"({"kind":{"name":"Ida"},"source":["Ida"]})"),
            R"({"kind":{"name":"xxx"},"source":["xxx"]})");
}

TEST(ShareTest, a_shared_copy_has_no_sound_no_names_and_no_words) {  // E-24
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "mine.record", copy = folder.path() / "shared";
  RecordKey key{};
  {
    RecordWriter writer(file, key);
    writer.write(schema::to_json(sample_header()));
    EntryWriter entries(sample_start);
    std::string bytes;
    for (const Entry& entry : sample_entries()) entries.write(bytes, entry);
    writer.finish(bytes);
  }
  Recording recording(file, [&] { return key; });
  share(recording, copy);
  std::string all;
  {
    RecordReader reader(copy, [] { return RecordKey{}; });
    EXPECT_TRUE(reader.is_for_everybody());
    while (auto frame = reader.next()) all += *frame;
    EXPECT_EQ(reader.end(), RecordReader::End::whole);
  }
  for (const char* told : {"hej", "ten_1", "usr_1", "ses_1"})
    EXPECT_THAT(all, Not(HasSubstr(told)));
  EXPECT_THAT(all, HasSubstr("status"));
  Recording shared(copy, [] { return RecordKey{}; });
  EXPECT_TRUE(shared.header().is_shared);
  std::size_t entries = 0;
  while (auto entry = shared.next()) {
    ++entries;
    auto* taken = std::get_if<StepTaken>(&*entry);
    auto* sound = taken ? std::get_if<live::SoundCame>(&taken->step) : nullptr;
    if (sound) EXPECT_TRUE(sound->samples.empty());
  }
  EXPECT_EQ(entries, sample_entries().size());
}

}  // namespace
}  // namespace antiphon::record
