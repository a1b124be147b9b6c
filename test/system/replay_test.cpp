// E-24: speech that was recognised, recorded and replayed by the real program.

#include <gmock/gmock.h>

#include "engine/record/recording.h"
#include "engine/record/recordings.h"
#include "engine/schema/json.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using record::Recording;
using ::testing::HasSubstr;

class ReplayTest : public SystemTest {
 protected:
  Task<Ran> run_here(std::vector<std::string> arguments) {
    ProgramSpec spec = antiphon(std::move(arguments));
    spec.environment = {"ANTIPHON_RECORD_ENABLED=true"};
    co_return co_await run_program(std::move(spec), soon());
  }

  Task<std::filesystem::path> say(std::string text) {
    std::filesystem::path file = folder("speech.wav");
    Ran ran = co_await run_program(
        {.program = "/usr/bin/flite",
         .arguments = {"-voice", "slt", "-t", std::move(text), "-o", file.string()}},
        soon());
    ENSURE(ran.status.ok(), "flite speaks");
    co_return file;
  }

  // Gives the recording of the take.
  Task<std::filesystem::path> record_take(std::string text) {
    auto sound = co_await say(std::move(text));
    Ran ran = co_await run_here({"director", "take", sound.string(), "--record", "--consent",
                                 "--json", "--data", folder("data").string()});
    EXPECT_TRUE(ran.status.ok()) << ran.errors;
    EXPECT_THAT(ran.output, HasSubstr(R"("isFinal":true)"));
    for (const auto& entry : std::filesystem::directory_iterator(folder("data") / "records")) {
      co_return entry.path();
    }
    throw Error(Code::not_found, "Nothing was recorded.");
  }

  Task<schema::Value> replay(std::filesystem::path file, bool is_same) {
    Ran ran =
        co_await run_here({"replay", file.string(), "--json", "--data", folder("data").string()});
    EXPECT_EQ(ran.status.ok(), is_same) << ran.output << ran.errors;
    errors_ = ran.errors;
    co_return schema::parse_value(ran.output);
  }

  Recording open(const std::filesystem::path& file) {
    return Recording(file, [this] { return record::load_key(folder("data") / "record.key"); });
  }

  // A copy in which `change` has changed something.
  std::filesystem::path changed_copy(const std::filesystem::path& file,
                                     const std::function<void(record::Entry&)>& change) {
    std::filesystem::path copy = folder("changed.record");
    std::filesystem::remove(copy);
    Recording recording = open(file);
    record::RecordWriter to(copy, record::load_key(folder("data") / "record.key"));
    to.write(schema::to_json(recording.header()));
    record::EntryWriter writer(recording.header().start());
    std::string bytes;
    while (auto entry = recording.next()) {
      change(*entry);
      writer.write(bytes, *entry);
    }
    to.finish(bytes);
    return copy;
  }

  std::string errors_;
};

TEST_F(ReplayTest, recognised_speech_gives_the_same_events_and_a_difference_is_shown) {
  patience_ = std::chrono::minutes(5);
  auto body = [&]() -> Task<> {
    auto file = co_await record_take(
        "The football team won the championship last night. Then it rained all day, and we went "
        "home by train. Sales grew by twenty percent.");
    schema::Value report = co_await replay(file, true);
    EXPECT_TRUE(report.find("same")->boolean());
    EXPECT_EQ(report.find("end")->text(), "whole");
    EXPECT_GT(report.find("soundS")->number(), 5);
    EXPECT_GT(report.find("events")->integer(), 8);

    // Another word in one event.
    auto other = changed_copy(file, [](record::Entry& entry) {
      auto* event = std::get_if<record::EventTold>(&entry);
      std::size_t at = event ? event->json.find(R"("isFinal":true)") : std::string::npos;
      if (at != std::string::npos) event->json.replace(at, 14, R"("isFinal":null)");
    });
    report = co_await replay(other, false);
    EXPECT_EQ(report.at("/same").boolean(), false);
    EXPECT_THAT(report.at("/difference/recorded").text(), HasSubstr(R"("isFinal":null)"));
    EXPECT_THAT(report.at("/difference/replayed").text(), HasSubstr(R"("isFinal":true)"));
    EXPECT_THAT(errors_, HasSubstr("/isFinal"));

    // Silence in place of the sound: what is recognised now is not what was told.
    auto silent = changed_copy(file, [](record::Entry& entry) {
      auto* taken = std::get_if<record::StepTaken>(&entry);
      auto* sound = taken ? std::get_if<live::SoundCame>(&taken->step) : nullptr;
      if (sound) std::ranges::fill(sound->samples, std::int16_t{0});
    });
    report = co_await replay(silent, false);
    EXPECT_THAT(report.at("/difference/recorded").text(), HasSubstr("transcription"));
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
