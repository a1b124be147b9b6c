#include <algorithm>

#include "apps/director/edit/edit_list.h"
#include "apps/director/edit/one_line.h"
#include "apps/director/take/script.h"

namespace antiphon::director {
namespace {

constexpr milliseconds shortest{1000};  // a caption is readable for that long at least

milliseconds spoken_in(const std::string& text) {
  return std::max(shortest, std::chrono::duration_cast<milliseconds>(speaking_time(text)));
}

// Where an utterance is in the sound. A typed one takes none of it: it stands as long as it takes
// to say.
Caption placed(const Utterance& utterance, milliseconds free_from) {
  Caption caption{.text = one_line(utterance.text)};
  if (utterance.begin.count() < 0) {
    caption.start = std::max(free_from, utterance.end - spoken_in(caption.text));
    caption.end = utterance.end;
  } else if (utterance.end > utterance.begin) {
    caption.start = utterance.begin;
    caption.end = utterance.end;
  } else {
    caption.start = utterance.begin;
    caption.end = utterance.begin + spoken_in(caption.text);
  }
  return caption;
}

// The parts of a caption share its time by their lengths.
void add_parts(std::vector<Caption>& captions, const Caption& whole) {
  std::vector<std::string> parts = split_line(whole.text, caption_length_max);
  std::size_t all = 0;
  for (const std::string& part : parts) all += code_points_in(part);
  milliseconds length = whole.end - whole.start;
  std::size_t before = 0;
  for (std::string& part : parts) {
    auto at = [&](std::size_t point) {
      return whole.start +
             length * static_cast<std::int64_t>(point) / static_cast<std::int64_t>(all);
    };
    std::size_t count = code_points_in(part);
    captions.push_back({at(before), at(before + count), std::move(part)});
    before += count;
  }
}

}  // namespace

std::vector<Caption> captions_of(std::span<const Utterance> utterances) {
  std::vector<Caption> whole;
  for (const Utterance& utterance : utterances) {
    milliseconds free_from = whole.empty() ? milliseconds{} : whole.back().end;
    Caption caption = placed(utterance, free_from);
    if (caption.text.empty()) continue;
    // Where two would stand at once the earlier one goes, but not before it can be read.
    if (!whole.empty() && caption.start < whole.back().end) {
      whole.back().end =
          std::max(std::min(whole.back().end, whole.back().start + shortest), caption.start);
      caption.start = whole.back().end;
    }
    caption.end = std::max(caption.end, caption.start + shortest);
    whole.push_back(std::move(caption));
  }
  std::vector<Caption> captions;
  for (const Caption& caption : whole) add_parts(captions, caption);
  return captions;
}

}  // namespace antiphon::director
