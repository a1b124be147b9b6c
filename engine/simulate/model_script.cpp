#include "engine/simulate/model_script.h"

#include <fmt/format.h>

#include "engine/standin/answer.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;
using enum ModelFault;

constexpr std::string_view fence_begin = "<<<text ";
constexpr std::string_view sentiments[] = {"negative", "neutral", "positive"};

Duration between(Random& random, Duration min, Duration max) {
  return min + Duration(random.below(static_cast<std::uint64_t>((max - min).count())));
}

std::vector<std::string> split(std::string_view words) {
  std::vector<std::string> all;
  while (!words.empty()) {
    auto space = words.find(' ');
    all.emplace_back(words.substr(0, space));
    words = space == std::string_view::npos ? "" : words.substr(space + 1);
  }
  return all;
}

std::string answer_json(std::string_view sentiment, const std::vector<std::string>& things,
                        std::string_view query) {
  std::string list;
  for (const std::string& thing : things) {
    list += (list.empty() ? "" : ",") + standin::as_json(thing);
  }
  return fmt::format(R"({{"topic":"","sentiment":"{}","visualConcepts":[{}],"query":{}}})",
                     sentiment, list, standin::as_json(query));
}

// Some of the words that were said, one after the other.
Said say_right(const std::string& words, Random& random) {
  std::vector<std::string> all = split(words);
  std::size_t count = std::min<std::size_t>(all.size(), 1 + random.below(3));
  std::size_t begin = random.below(all.size() - count + 1);
  std::vector<std::string> things(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                  all.begin() + static_cast<std::ptrdiff_t>(begin + count));
  Said said{.words = words, .is_right = true};
  said.sentiment = sentiments[random.below(std::size(sentiments))];
  for (const std::string& thing : things) said.query += (said.query.empty() ? "" : " ") + thing;
  said.text = answer_json(said.sentiment, things, said.query);
  return said;
}

Said say(const std::string& words, ModelFault fault, Random& random) {
  switch (fault) {
    case empty: return {.words = words};
    case off_schema: return {.words = words, .text = answer_json("furious", {}, words)};
    case not_admitted: return {.words = words, .text = answer_json("neutral", {}, "zzyzx qwfp")};
    case no_json: return {.words = words, .text = "I had rather talk of something else."};
    default: return say_right(words, random);
  }
}

standin::ChatPlan plan_of(const ModelScene& scene, const Said& said, Random& random) {
  standin::ChatPlan plan{.number = static_cast<std::int64_t>(scene.number),
                         .now = scene.now,
                         .text = said.text,
                         .tokens_in = standin::count_tokens(scene.question.all_text),
                         .tokens_out = standin::count_tokens(said.text),
                         .tells_usage = scene.fault != no_usage,
                         .tells_finish = scene.fault != no_finish};
  // What has to be a call of a tool is one, unless it is nothing that a tool takes.
  if (!scene.question.answer_tool.empty() && said.text.starts_with('{')) {
    plan.tool = standin::ToolUse{scene.question.answer_tool, {said.text}};
    plan.text.clear();
  }
  standin::Behaviour behaviour{.chunks = 2 + static_cast<int>(random.below(4))};
  plan.pieces = standin::split_answer(plan.text, behaviour);
  return plan;
}

standin::Fault refusal_of(ModelFault fault, Random& random) {
  using standin::Hint;
  constexpr Hint hints[] = {Hint::none, Hint::retry_after, Hint::retry_after_ms,
                            Hint::rate_limit_reset, Hint::retry_info};
  switch (fault) {
    case overloaded: return standin::fault_of(503);
    case bad_key: return standin::fault_of(401);
    case broken: return standin::fault_of(500);
    default: break;
  }
  standin::Fault limit = standin::fault_of(429);
  limit.hint = hints[random.below(std::size(hints))];
  limit.retry_after = std::chrono::milliseconds(200 + random.below(20'000));
  return limit;
}

bool is_refusal(ModelFault fault) {
  return fault == limited || fault == overloaded || fault == broken || fault == bad_key;
}

ModelScript refuse(const ModelScene& scene, Random& random) {
  http::Response no = scene.wire.refuse(refusal_of(scene.fault, random));
  ModelScript script{.status = no.status, .headers = std::move(no.headers)};
  script.pieces.push_back({{}, std::get<std::string>(no.body)});
  script.said.words = words_of(scene.question.user_text);
  return script;
}

// What goes wrong before the first piece of content, or behind some of them.
void go_wrong(ModelScript& script, const standin::Programme& programme, ModelFault fault,
              std::size_t before_content, Random& random) {
  using End = ModelScript::End;
  std::size_t contents = script.pieces.size() - before_content;
  std::size_t some = before_content + 1 + random.below(std::max<std::size_t>(contents, 2) - 1);
  auto end_after = [&](std::size_t pieces, End end) {
    script.pieces.resize(std::min(pieces, script.pieces.size()));
    script.end = end;
    script.said.is_whole = false;
  };
  switch (fault) {
    case silent: return end_after(before_content, End::stall);
    case cut_before: return end_after(before_content, End::cut);
    case stalls: return end_after(some, End::stall);
    case cut_within: return end_after(some, End::cut);
    case error_before:
    case error_within:
      end_after(fault == error_before ? before_content : some, End::whole);
      script.pieces.push_back({1ms, programme.fault});
      return;
    case garbage:
      script.pieces.insert(script.pieces.begin() + static_cast<std::ptrdiff_t>(some),
                           {1ms, programme.garbage});
      return;
    case no_finish:
    case empty: script.said.is_whole = false; return;
    default: return;
  }
}

ModelScript stream(const ModelScene& scene, const standin::ChatPlan& plan, Said said,
                   Random& random) {
  standin::Programme programme = scene.wire.stream(scene.question, plan);
  ModelScript script{.said = std::move(said)};
  script.headers.set("Content-Type", programme.content_type);
  if (!programme.begin.empty()) script.pieces.push_back({{}, programme.begin});
  std::size_t before_content = script.pieces.size();
  for (standin::Piece& piece : programme.pieces) {
    script.pieces.push_back({between(random, 1ms, 60ms), std::move(piece.bytes)});
  }
  if (!programme.end.empty()) script.pieces.push_back({1ms, programme.end});
  go_wrong(script, programme, scene.fault, before_content, random);
  return script;
}

// Pieces arrive as the network cuts them.
void cut_up(std::vector<ModelScript::Piece>& pieces, Random& random) {
  std::vector<ModelScript::Piece> parts;
  for (ModelScript::Piece& piece : pieces) {
    std::string rest;
    if (piece.bytes.size() > 1 && random.below(4) == 0) {
      std::size_t first = 1 + random.below(piece.bytes.size() - 1);
      rest = piece.bytes.substr(first);
      piece.bytes.resize(first);
    }
    parts.push_back(std::move(piece));
    if (!rest.empty()) parts.push_back({1ms, std::move(rest)});
  }
  pieces = std::move(parts);
}

ModelScript in_whole(const ModelScene& scene, const standin::ChatPlan& plan, Said said) {
  ModelScript script{.said = std::move(said)};
  script.headers.set("Content-Type", "application/json");
  script.pieces.push_back({1ms, scene.wire.whole(scene.question, plan)});
  return script;
}

}  // namespace

std::string words_of(std::string_view user_text) {
  auto begin = user_text.find(fence_begin);
  if (begin == std::string_view::npos) return "";
  std::string_view rest = user_text.substr(begin + fence_begin.size());
  auto tag_end = rest.find('\n');
  if (tag_end == std::string_view::npos) return "";
  std::string end = fmt::format("\n{} text>>>", rest.substr(0, tag_end));
  rest.remove_prefix(tag_end + 1);
  return std::string(rest.substr(0, rest.find(end)));
}

ModelScript make_script(const ModelScene& scene, Random& random) {
  if (is_refusal(scene.fault)) return refuse(scene, random);
  Said said = say(words_of(scene.question.user_text), scene.fault, random);
  said.is_whole = true;
  standin::ChatPlan plan = plan_of(scene, said, random);
  if (plan.tells_usage) said.usage = {.tokens_in = plan.tokens_in, .tokens_out = plan.tokens_out};
  bool is_whole = scene.fault == in_one_piece || !scene.question.is_streamed;
  ModelScript script = is_whole ? in_whole(scene, plan, std::move(said))
                                : stream(scene, plan, std::move(said), random);
  cut_up(script.pieces, random);
  script.head_after =
      scene.fault == slow_head ? between(random, 500ms, 5s) : between(random, 10ms, 250ms);
  return script;
}

}  // namespace antiphon::simulate
