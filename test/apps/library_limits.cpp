#include "apps/director/director.h"
#include "apps/director/edit/cmx.h"
#include "apps/director/edit/edit_routes.h"
#include "apps/director/import/imports.h"
#include "apps/director/library/preparation.h"
#include "apps/director/recording/recordings.h"
#include "apps/director/render/render_job.h"
#include "apps/director/upload/uploads.h"
#include "engine/media/limits.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection film_limits() {
  media::FilmLimits film;
  constexpr const char* bad = "FilmTest.a_bomb_is_refused_within_its_limits";
  constexpr const char* made = "FilmTest.what_is_made_of_a_film_has_its_own_limits";
  constexpr const char* composed = "ComposerTest.a_window_and_the_whole_have_limits";
  return {.title = "Films and pictures",
          .limits = {
              {"media.pixels_max", digits(static_cast<std::uint64_t>(film.pixels_max)),
               "of one picture (7680 x 4320); 413", bad},
              {"media.length_max", in_time(film.length_max), "of one film; 413", bad},
              {"media.streams_max", digits(film.streams_max), "tracks of one file; 413", bad},
              {"media.probe_time_max", in_time(film.probe_time_max), "for looking into a file; 413",
               bad},
              {"media.still_time_max", in_time(film.still_time_max),
               "for its still picture; the clip fails", made},
              {"media.preview_time_max", in_time(film.preview_time_max),
               "for its preview; the clip fails", made},
              {"media.copy_time_max", in_time(film.copy_time_max),
               "for making a recording that can be sought; it fails", made},
              {"media.copy_bytes_max", in_bytes(film.copy_bytes_max),
               "of a recording that can be sought; it fails", made},
              {"media.compose_time_max", in_time(film.compose_time_max),
               "for a minute of a composed film; it fails", composed},
              {"media.join_time_max", in_time(film.join_time_max),
               "for joining its parts; it fails", composed},
              {"media.composed_bytes_max", in_bytes(film.composed_bytes_max),
               "of a composed film; it fails", composed},
              {"media.processor_max", in_time(film.processor_max), "of one program",
               "FilmTest.a_program_has_so_much_of_the_processor"},
              {"media.memory_bytes_max", in_bytes(film.memory_bytes_max),
               "address space of one program", bad},
              {"media.facts_bytes_max", in_bytes(film.facts_bytes_max),
               "that looking into a file may print", bad},
              {"media.still_bytes_max", in_bytes(film.still_bytes_max),
               "of a still picture; the clip fails", bad},
              {"media.preview_bytes_max", in_bytes(film.preview_bytes_max),
               "of a preview; the clip fails", made},
              {"media.programs_max", digits(film.programs_max),
               "at the same time on one core; others wait",
               "FilmTest.programs_wait_for_their_turn_and_all_get_one"},
          }};
}

LimitSection library_limits() {
  using director::Imports, director::Uploads, director::Preparation;
  constexpr const char* told = "UploadsTest.limits_are_told_before_a_byte_is_sent";
  auto count = [](int number) { return digits(static_cast<std::uint64_t>(number)); };
  return {
      .title = "The director's library",
      .limits = {
          {"director.clip_bytes_max", in_bytes(director::clip_bytes_max), "of one file; 413", told},
          {"director.file_name_bytes_max", in_bytes(director::file_name_bytes_max),
           "of a file's name; `invalid`", "IntakeTest.what_is_refused_leaves_nothing"},
          {"director.running_max", count(Preparation::running_max),
           "clips that are prepared at the same time; others wait", "none yet"},
          {"director.open_max", count(Uploads::open_max),
           "uploads of a tenant that are not whole yet; `quota_exceeded`", told},
          {"director.tus_metadata_bytes_max", in_bytes(director::tus_metadata_bytes_max),
           "`Upload-Metadata`; `invalid`", "Tus.broken_metadata_is_refused"},
          {"director.list_bytes_max", in_bytes(director::list_bytes_max), "of a list of clips; 413",
           "ClipList.has_a_limit"},
          {"director.list_lines_max", digits(director::list_lines_max), "of it; 413",
           "ClipList.has_a_limit"},
          {"director.imports_max", count(Imports::imports_max), "of a tenant; `quota_exceeded`",
           "ImportsTest.there_is_a_limit_of_imports"},
      }};
}

LimitSection take_limits() {
  using director::Recordings, director::RenderJob, director::Renders;
  constexpr const char* none = "none yet";
  constexpr const char* edits = "CheckEdit.says_where_each_cut_is_wrong";
  constexpr const char* renders = "RendersTest.there_is_a_limit_of_renders";
  auto count = [](std::int64_t number) { return digits(static_cast<std::uint64_t>(number)); };
  return {
      .title = "Recordings, edit lists and films of takes",
      .limits = {
          {"director.recording_offset_max", in_time(director::recording_offset_max),
           "from a take's beginning to its recording's; `invalid`",
           "Tus.metadata_may_name_the_take_that_was_recorded"},
          {"director.preparing_max", count(Recordings::preparing_max),
           "recordings that are made ready at the same time; others wait", none},
          {"director.edit_bytes_max", in_bytes(director::edit_bytes_max),
           "of an edit list that is sent; 413", none},
          {"director.cuts_max", digits(director::cuts_max), "of an edit list; `invalid`", edits},
          {"director.cmx_events_max", digits(director::cmx_events_max),
           "of a list in CMX 3600; `unprocessable`", "Cmx.has_room_for_999_events_and_says_so"},
          {"director.open_renders_max", count(Renders::open_renders_max),
           "films of a tenant that are still to come; `quota_exceeded`", renders},
          {"director.kept_renders_max", digits(Renders::kept_renders_max),
           "films of a take; `quota_exceeded`", renders},
          {"director.rendering_max", count(RenderJob::rendering_max),
           "films that are made at the same time; others wait", none},
      }};
}

}  // namespace antiphon::apps_test
