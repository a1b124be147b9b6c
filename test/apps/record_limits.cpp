#include "engine/record/entry.h"
#include "engine/record/record_file.h"
#include "engine/record/recordings.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection record_limits() {
  record::RecordingOptions recordings;
  return {.title = "Recordings of sessions",
          .limits = {
              {"record.file_bytes_max", in_bytes(recordings.file_bytes_max),
               "of one (`record.file_mb_max`); it ends there, and its client is told",
               "RecorderTest.ends_at_its_size_and_says_so"},
              {"record.folder_bytes_max", in_bytes(recordings.folder_bytes_max),
               "of all (`record.folder_mb_max`); no other begins; 503",
               "RecorderTest.nothing_begins_where_it_may_not"},
              {"record.waiting_bytes_max", in_bytes(record::Recorder::waiting_bytes_max),
               "that wait for the disk; the recording ends, and its client is told",
               "RecorderTest.ends_when_more_waits_for_the_disk_than_may"},
              {"record.frame_bytes_max", in_bytes(record::frame_bytes_max),
               "of one piece of the file, which is one library at most; the recording ends",
               "RecordFileTest.a_frame_has_its_size"},
          }};
}

}  // namespace antiphon::apps_test
