#include "apps/director/analysis/lexicon.h"

#include "engine/text/stemmer.h"

namespace antiphon::director {
namespace {

constexpr Lexicon::Topic english_topics[] = {
    {"football", "football soccer goal match team stadium championship league striker penalty"},
    {"running", "run runner running marathon jog jogging race sprint track"},
    {"cycling", "bicycle bike cycle cycling cyclist pedal"},
    {"finance", "stock market share investor investment portfolio fund bond price trading finance"},
    {"money", "money cash coin bank banknote salary budget saving savings payment loan"},
    {"business",
     "company business office meeting team manager client contract deal sales employee"},
    {"technology", "computer software server code programming data cloud network internet app"},
    {"security", "security password lock padlock hacker privacy protection encryption breach"},
    {"phone", "phone smartphone mobile message call screen texting"},
    {"space", "space rocket launch planet moon star astronaut orbit galaxy satellite"},
    {"weather", "weather rain storm cloud umbrella thunder lightning forecast"},
    {"winter", "winter snow ice cold snowfall frost ski"},
    {"sea", "sea ocean wave beach surf coast sail boat ship island"},
    {"mountain", "mountain hill summit peak climb hiking hike alps valley"},
    {"forest", "forest tree wood woodland leaf nature"},
    {"desert", "desert sand dune cactus camel heat"},
    {"volcano", "volcano lava eruption magma"},
    {"garden", "garden flower plant seed grow gardening bloom spring"},
    {"farming", "farm farmer field tractor harvest crop corn wheat agriculture"},
    {"animals", "animal dog cat puppy kitten pet bird horse"},
    {"fish", "fish aquarium coral reef underwater"},
    {"food", "food cook cooking kitchen meal recipe chef dinner pan restaurant"},
    {"coffee", "coffee tea cup cafe espresso breakfast"},
    {"health", "health doctor hospital nurse patient medicine heart medical pulse surgery"},
    {"education", "school student teacher class classroom lesson study university learning exam"},
    {"books", "book library reading read novel page author story"},
    {"music", "music guitar song concert band melody piano singer"},
    {"film", "film movie camera video cinema director scene shooting"},
    {"city", "city skyline building street town skyscraper downtown urban"},
    {"house", "house home building construction roof builder apartment"},
    {"travel", "travel trip airport plane flight airplane aeroplane passenger holiday vacation"},
    {"train", "train railway rail station track locomotive"},
    {"car", "car road traffic driving drive highway vehicle motorway"},
    {"bridge", "bridge river crossing span"},
    {"energy", "energy wind turbine solar panel power electricity renewable"},
    {"factory", "factory industry machine production manufacturing smoke assembly"},
    {"time", "time clock hour minute deadline watch"},
    {"map", "map route navigation direction journey destination"},
    {"celebration", "celebration celebrate party firework birthday festival anniversary"},
    {"agreement", "handshake agreement partnership deal trust cooperation"},
    {"chess", "chess strategy game king queen pawn board"},
    {"earth", "earth world globe planet climate global"},
};

constexpr Lexicon::Lists english = {
    .negations =
        "not no never without neither nor don't doesn't didn't isn't aren't wasn't "
        "weren't won't can't cannot couldn't shouldn't wouldn't hasn't haven't hadn't",
    .turns = "but however instead rather although though yet",
    .talk =
        "say said tell told talk talking speak think thought know knew believe guess mean want "
        "like just really actually thing something today lot kind sort need let going get got "
        "make see look well okay yeah um uh hello welcome",
    .positive =
        "good great best better excellent wonderful fantastic amazing love loved enjoy happy "
        "win won success successful improve improved grow grew growth gain gained profit "
        "beautiful exciting excited delighted proud strong safe thank thanks perfect bright "
        "celebrate victory record hope fun nice brilliant impressive healthy",
    .negative =
        "bad worse worst terrible awful horrible hate hated sad angry lose lost loss fail "
        "failed failure crash crashed fall fell decline drop dropped weak danger dangerous "
        "afraid fear worry worried problem broken disaster crisis sick ill pain poor ugly "
        "wrong die died death kill war attack debt delay delayed destroy destroyed",
    .topics = english_topics,
};

constexpr Lexicon::Lists swedish = {
    .negations = "inte ej ingen inget inga aldrig utan varken",
    .turns = "men utan dock istället fast",
    .talk = "säga sade prata tala tycker tror vet menar vill idag sak grej",
    .positive =
        "bra bäst bättre underbar fantastisk älskar glad vinna vann framgång lyckad växa "
        "vinst vacker stolt stark säker tack perfekt rolig fin",
    .negative =
        "dålig sämre sämst hemsk hatar ledsen arg förlora förlorade misslyckas krasch falla "
        "svag farlig rädd oro problem trasig katastrof kris sjuk fel död krig skuld",
    .topics = {},
};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    auto space = list.find(' ');
    if (space != 0) words.emplace_back(list.substr(0, space));
    list = space == std::string_view::npos ? "" : list.substr(space + 1);
  }
  return words;
}

}  // namespace

Lexicon::Lexicon(text::Language language, const Lists& lists) {
  text::Stemmer stemmer(language);
  for (std::string& word : split(lists.negations)) negations_.insert(std::move(word));
  for (std::string& word : split(lists.turns)) turns_.insert(std::move(word));
  for (const std::string& word : split(lists.talk)) talk_.insert(stemmer.stem(word));
  for (const std::string& word : split(lists.positive)) feelings_[stemmer.stem(word)] = 1;
  for (const std::string& word : split(lists.negative)) feelings_[stemmer.stem(word)] = -1;
  for (const Topic& topic : lists.topics) {
    for (const std::string& word : split(topic.words)) {
      auto& of_word = topics_of_[stemmer.stem(word)];
      if (of_word.empty() || of_word.back() != topic_names_.size()) {
        of_word.push_back(topic_names_.size());
      }
    }
    topic_names_.emplace_back(topic.name);
  }
}

int Lexicon::feeling(std::string_view stem) const {
  auto found = feelings_.find(std::string(stem));
  return found == feelings_.end() ? 0 : found->second;
}

std::string Lexicon::topic(std::span<const std::string> stems) const {
  std::vector<int> votes(topic_names_.size(), 0);
  for (const std::string& stem : stems) {
    auto found = topics_of_.find(stem);
    if (found == topics_of_.end()) continue;
    for (std::size_t topic : found->second) ++votes[topic];
  }
  auto best = std::max_element(votes.begin(), votes.end());
  if (best == votes.end() || *best == 0) return "";
  return topic_names_[static_cast<std::size_t>(best - votes.begin())];
}

const Lexicon& lexicon_of(text::Language language) {
  static const Lexicon english_lexicon(text::Language::english, english);
  static const Lexicon swedish_lexicon(text::Language::swedish, swedish);
  return language == text::Language::swedish ? swedish_lexicon : english_lexicon;
}

}  // namespace antiphon::director
