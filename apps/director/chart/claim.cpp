// Whether the figures of a sentence are claimed to be so.

#include "apps/director/chart/sentence.h"
#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

constexpr std::string_view denials =
    "not no never none nobody nothing nowhere neither nor without hardly barely scarcely cannot "
    "ain't untrue false wrong incorrect myth myths lie lies lied lying nonsense rubbish deny "
    "denied "
    "denies doubt doubted doubts unlikely instead rather failed fails fail refuse refused "
    "disagree fake hoax fiction fictional misleading mistaken";
constexpr std::string_view suppositions =
    "if unless suppose supposing supposed imagine imagined assume assuming assumed would could "
    "might should shall will maybe perhaps possibly probably potentially hope hoped hopes hoping "
    "hopefully wish wished wants want wanted plan plans planned planning target targets goal goals "
    "aim aims aimed aiming expect expects expected expecting forecast forecasts predict predicts "
    "predicted prediction guess guessed guessing reckon whether ought promise promised promises "
    "pretend dream dreamed dreams dreamt hypothetically theoretically likely rumour rumours rumor "
    "allegedly supposedly apparently claims claimed seems seemed seem let's would've "
    "could've should've going gonna estimate estimates estimated projected needs need needed";
constexpr std::string_view question_words =
    "did do does is are was were has have had can could will would should shall who whose whom how "
    "why what which where am isn't aren't wasn't weren't didn't don't doesn't";
constexpr std::string_view saying = "say says said saying answer answered answers vote voted votes";

bool is_contraction(std::string_view word, std::string_view ending) {
  return word.size() > ending.size() && word.ends_with(ending);
}

// Before a month "may" supposes nothing, and where something moved "going" is no plan.
bool supposes(const Sentence& sentence, std::size_t at) {
  std::string_view word = sentence.word(at);
  if (word == "going") return sentence.word(at + 1) == "to";
  if (word == "may") {
    return std::ranges::none_of(sentence.moments, [&](const Moment& moment) {
      return moment.span.first <= at && at < moment.span.last;
    });
  }
  return is_one_of(word, suppositions) || is_contraction(word, "'ll") || is_contraction(word, "'d");
}

// "Thirty percent said no" denies nothing.
bool denies(const Sentence& sentence, std::size_t at) {
  std::string_view word = sentence.word(at);
  if (is_contraction(word, "n't")) return true;
  if (!is_one_of(word, denials)) return false;
  bool is_answer = word == "no" && at > 0 && is_one_of(sentence.word(at - 1), saying);
  return !is_answer;
}

bool asks(const Sentence& sentence) {
  if (sentence.text.find('?') != std::string_view::npos) return true;
  std::size_t at = is_one_of(sentence.word(0), "and but so well or") ? 1 : 0;
  bool is_exclamation = sentence.word(at) == "what" && is_one_of(sentence.word(at + 1), "a an");
  return is_one_of(sentence.word(at), question_words) && !is_exclamation;
}

}  // namespace

bool asserts(const Sentence& sentence) {
  if (asks(sentence)) return false;
  for (std::size_t at = 0; at < sentence.words.size(); ++at) {
    if (denies(sentence, at) || supposes(sentence, at)) return false;
  }
  return true;
}

}  // namespace antiphon::director
