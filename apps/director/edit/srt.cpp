#include "apps/director/edit/cmx.h"
#include "apps/director/edit/one_line.h"

namespace antiphon::director {
namespace {

std::string srt_time(milliseconds time) {
  auto hours = std::chrono::duration_cast<std::chrono::hours>(time);
  auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time - hours);
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time - hours - minutes);
  auto rest = time - hours - minutes - seconds;
  return fmt::format("{:02}:{:02}:{:02},{:03}", hours.count(), minutes.count(), seconds.count(),
                     rest.count());
}

// What parts times must not stand in the words.
std::string without_arrows(std::string text) {
  for (std::size_t at; (at = text.find("-->")) != std::string::npos;) text.replace(at, 3, "→");
  return text;
}

}  // namespace

std::string to_srt(std::span<const Caption> captions) {
  std::string srt;
  std::size_t number = 0;
  for (const Caption& caption : captions) {
    srt += fmt::format("{}\n{} --> {}\n{}\n\n", ++number, srt_time(caption.start),
                       srt_time(caption.end), without_arrows(one_line(caption.text)));
  }
  return srt;
}

}  // namespace antiphon::director
