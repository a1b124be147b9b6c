#include "engine/model/openai_quick.h"

#include <algorithm>
#include <charconv>

#include "engine/base/encoding.h"

namespace antiphon::model {
namespace {

// Goes through JSON from left to right. After a step that found something else nothing is good any
// more.
class QuickScan {
 public:
  explicit QuickScan(std::string_view json) : rest_(json) {}

  bool is_good() const { return is_good_; }
  bool is_at_end() {
    skip_blanks();
    return rest_.empty();
  }
  bool fail() { return is_good_ = false; }

  bool take(std::string_view text) {
    skip_blanks();
    return take_here(text);
  }
  void expect(std::string_view text) { is_good_ = take(text) && is_good_; }

  // A text without escapes, its quotes taken off.
  std::string_view plain_text() {
    expect("\"");
    auto text = rest_.substr(0, first_odd(rest_));
    rest_.remove_prefix(text.size());
    is_good_ = take_here("\"") && is_good_;
    return text;
  }

  // A text with the escapes that are usual: line ends, tabs, quotes.
  std::string text() {
    expect("\"");
    std::string all;
    while (is_good_) {
      std::string_view part = plain_part();
      all += part;
      if (part.size() == looked_at_bytes) continue;
      if (take_here("\"")) break;
      take_escape(all);
    }
    return all;
  }

  // A small whole number.
  std::int64_t number() {
    skip_blanks();
    auto digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    bool is_number = digits > 0 && digits <= 15 && (digits == 1 || rest_.front() != '0');
    if (!is_number) fail();
    std::int64_t number = 0;
    std::from_chars(rest_.data(), rest_.data() + digits, number);
    rest_.remove_prefix(digits);
    return number;
  }

  // What nobody wants to know: a text, a small whole number, a word, an empty list.
  void skip() {
    skip_blanks();
    if (rest_.starts_with('"')) {
      plain_text();
    } else if (!take("null") && !take("true") && !take("false") && !take("[]")) {
      number();
    }
  }

 private:
  static constexpr std::size_t looked_at_bytes = 256;

  // Where the next quote, escape or control character is.
  static std::size_t first_odd(std::string_view text) {
    auto end = std::ranges::find_if(
        text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    return static_cast<std::size_t>(end - text.begin());
  }

  // What comes before that, as far as is looked. A loop without a way out looks at many bytes at a
  // time; mostly all is plain up to the quote.
  std::string_view plain_part() {
    std::string_view part = rest_.substr(0, looked_at_bytes);
    part = part.substr(0, part.find('"'));
    bool is_plain = true;
    for (char c : part) is_plain &= c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    if (!is_plain) part = part.substr(0, first_odd(part));
    rest_.remove_prefix(part.size());
    return part;
  }

  bool take_here(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void skip_blanks() {
    while (rest_.starts_with(' ') || rest_.starts_with('\n') || rest_.starts_with('\r') ||
           rest_.starts_with('\t')) {
      rest_.remove_prefix(1);
    }
  }

  void take_escape(std::string& all) {
    static constexpr std::pair<std::string_view, char> escapes[] = {
        {"\\n", '\n'}, {"\\\"", '"'}, {"\\\\", '\\'}, {"\\t", '\t'}, {"\\r", '\r'}, {"\\/", '/'}};
    for (const auto& [escape, c] : escapes) {
      if (!take_here(escape)) continue;
      all += c;
      return;
    }
    fail();
  }

  std::string_view rest_;
  bool is_good_ = true;
};

// The members of an object: `member` is told each name and reads the value.
template <class Member>
void scan_members(QuickScan& scan, Member member) {
  scan.expect("{");
  if (scan.take("}")) return;
  while (scan.is_good()) {
    std::string_view name = scan.plain_text();
    scan.expect(":");
    if (scan.is_good()) member(name);
    if (!scan.take(",")) break;
  }
  scan.expect("}");
}

// What chunks and answers have in common. Each name that counts stands in its object once, in any
// order; one that stands twice is for the description to refuse.
class QuickObject {
 protected:
  enum Name {
    choices,
    model,
    usage,
    object,
    delta,
    message,
    index,
    finish,
    content,
    refusal,
    in,
    out,
    cached,
    reasoning,
    in_details,
    out_details
  };

  explicit QuickObject(std::string_view json) : scan_(json) {}

  template <class Member>
  void only_choice(Member member) {
    once(choices);
    scan_.expect("[");
    scan_members(scan_, member);
    scan_.expect("]");
  }

  bool is_seen(Name name) const { return seen_ & 1u << name; }
  void once(Name name) {
    if (is_seen(name)) scan_.fail();
    seen_ |= 1u << name;
  }
  bool is_whole(Name needed) {
    return scan_.is_good() && scan_.is_at_end() && is_seen(choices) && is_seen(needed);
  }

  QuickScan scan_;

 private:
  std::uint32_t seen_ = 0;
};

class QuickChunkReader : QuickObject {
 public:
  explicit QuickChunkReader(std::string_view json) : QuickObject(json) {}

  std::optional<QuickChunk> run() {
    scan_members(scan_, [&](std::string_view name) { member(name); });
    return is_whole(content) ? std::optional(std::move(chunk_)) : std::nullopt;
  }

 private:
  void member(std::string_view name) {
    if (name == "choices") {
      only_choice([&](std::string_view of_choice) { choice_member(of_choice); });
    } else if (name == "model") {
      once(model);
      chunk_.model = scan_.plain_text();
    } else if (name == "usage") {
      once(usage);
      scan_.expect("null");
    } else if (name == "error") {
      scan_.fail();
    } else if (name == "object") {
      once(object);
      scan_.expect("\"chat.completion.chunk\"");
    } else {
      scan_.skip();
    }
  }

  void choice_member(std::string_view name) {
    if (name == "delta") {
      once(delta);
      scan_members(scan_, [&](std::string_view of_delta) { delta_member(of_delta); });
    } else if (name == "index") {
      once(index);
      scan_.expect("0");
    } else if (name == "finish_reason") {
      once(finish);
      scan_.expect("null");
    } else if (name == "message") {
      scan_.fail();
    } else {
      scan_.skip();
    }
  }

  void delta_member(std::string_view name) {
    if (name == "content") {
      once(content);
      chunk_.text = scan_.text();
    } else if (name == "role") {
      scan_.skip();
    } else {
      scan_.fail();
    }
  }

  QuickChunk chunk_;
};

class QuickAnswerReader : QuickObject {
 public:
  explicit QuickAnswerReader(std::string_view json) : QuickObject(json) {}

  std::optional<QuickAnswer> run() {
    scan_members(scan_, [&](std::string_view name) { member(name); });
    return is_whole(content) && is_seen(usage) ? std::optional(std::move(answer_)) : std::nullopt;
  }

 private:
  void member(std::string_view name) {
    if (name == "choices") {
      only_choice([&](std::string_view of_choice) { choice_member(of_choice); });
    } else if (name == "model") {
      once(model);
      answer_.model = scan_.plain_text();
    } else if (name == "usage") {
      once(usage);
      scan_members(scan_, [&](std::string_view of_usage) { usage_member(of_usage); });
    } else if (name == "object") {
      once(object);
      scan_.expect("\"chat.completion\"");
    } else if (name == "error") {
      scan_.fail();
    } else {
      scan_.skip();
    }
  }

  void choice_member(std::string_view name) {
    if (name == "message") {
      once(message);
      scan_members(scan_, [&](std::string_view of_message) { message_member(of_message); });
    } else if (name == "index") {
      once(index);
      scan_.expect("0");
    } else if (name == "finish_reason") {
      once(finish);
      answer_.finish = scan_.plain_text();
    } else if (name == "delta") {
      scan_.fail();
    } else {
      scan_.skip();
    }
  }

  void message_member(std::string_view name) {
    if (name == "content") {
      once(content);
      answer_.text = scan_.text();
    } else if (name == "refusal") {
      once(refusal);
      scan_.expect("null");
    } else if (name == "role" || name == "annotations") {
      scan_.skip();
    } else {
      scan_.fail();
    }
  }

  void usage_member(std::string_view name) {
    if (name == "prompt_tokens") {
      count(in, answer_.usage.tokens_in);
    } else if (name == "completion_tokens") {
      count(out, answer_.usage.tokens_out);
    } else if (name == "prompt_tokens_details") {
      once(in_details);
      details("cached_tokens", cached, answer_.usage.tokens_cached);
    } else if (name == "completion_tokens_details") {
      once(out_details);
      details("reasoning_tokens", reasoning, answer_.usage.tokens_reasoning);
    } else {
      scan_.skip();
    }
  }

  void details(std::string_view wanted, Name which, std::optional<std::int64_t>& tokens) {
    scan_members(scan_, [&](std::string_view name) {
      if (name == wanted) {
        count(which, tokens);
      } else if (name == "cached_tokens" || name == "reasoning_tokens") {
        scan_.fail();  // one that does not belong here
      } else {
        scan_.skip();
      }
    });
  }

  void count(Name which, std::optional<std::int64_t>& tokens) {
    once(which);
    tokens = scan_.number();
  }

  QuickAnswer answer_;
};

}  // namespace

std::optional<QuickAnswer> read_quick_answer(std::string_view json) {
  auto answer = QuickAnswerReader(json).run();
  return answer && is_utf8(json) ? answer : std::nullopt;
}

std::optional<QuickChunk> read_quick_chunk(std::string_view json) {
  auto chunk = QuickChunkReader(json).run();
  return chunk && is_utf8(json) ? chunk : std::nullopt;
}

}  // namespace antiphon::model
