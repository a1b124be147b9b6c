#include "engine/record/entry.h"

#include <cstring>

namespace antiphon::record {
namespace {

using live::Moment;

constexpr int varint_bytes_max = 10;

void put(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void put_signed(std::string& out, std::int64_t number) {
  put(out, (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63));
}

void put(std::string& out, std::string_view text) {
  put(out, std::uint64_t{text.size()});
  out += text;
}

Error broken(const char* what) {
  return Error(Code::invalid, fmt::format("The recording holds {}.", what));
}

// What is left of an entry.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : left_(bytes) {}

  char byte() {
    if (left_.empty()) throw broken("an entry that is too short");
    char first = left_.front();
    left_.remove_prefix(1);
    return first;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int i = 0; i < varint_bytes_max; ++i) {
      auto next = static_cast<unsigned char>(byte());
      value |= std::uint64_t{next & 0x7fu} << (7 * i);
      if (next < 0x80) return value;
    }
    throw broken("a number that never ends");
  }
  std::int64_t signed_number() {
    std::uint64_t value = number();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  std::string text() {
    std::uint64_t length = number();
    if (length > left_.size()) throw broken("a text that is longer than its entry");
    std::string value(left_.substr(0, length));
    left_.remove_prefix(length);
    return value;
  }
  bool is_empty() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }
  void end() const {
    if (!left_.empty()) throw broken("an entry that is too long");
  }

 private:
  std::string_view left_;
};

// Both wrap where a broken file counts beyond the clocks.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t count(Instant instant) { return instant.time_since_epoch().count(); }
std::int64_t count(Timestamp time) { return time.time_since_epoch().count(); }

// The fields of each step, both ways: `put_fields` and `read_fields`, found by its letter.

void put_fields(std::string&, const live::Begun&) {}
void put_fields(std::string& out, const live::MessageCame& step) {
  put(out, step.action);
  put(out, step.body);
  put(out, step.id);
}
void put_fields(std::string& out, const live::SoundCame& step) {
  put(out, step.offset);
  put(out, std::string_view(reinterpret_cast<const char*>(step.samples.data()),
                            step.samples.size() * sizeof(step.samples[0])));
}
void put_fields(std::string& out, const live::RateChosen& step) {
  put(out, std::uint64_t{step.rate});
}
void put_fields(std::string&, const live::ReaderCame&) {}
void put_fields(std::string&, const live::ReaderLeft&) {}
void put_fields(std::string& out, const live::EventAcknowledged& step) { put(out, step.seq); }
void put_fields(std::string&, const live::Turn&) {}
void put_fields(std::string& out, const live::Answered& step) {
  put(out, step.call);
  if (!step.failure) return;
  put(out, to_text(step.failure->code));
  put(out, step.failure->message);
}
void put_fields(std::string& out, const live::ClosedFromOutside& step) { put(out, step.reason); }

constexpr std::string_view step_letters = "BMSRADKTCX";
static_assert(step_letters.size() ==
              std::variant_size_v<live::Step>);  // in the order of live::Step

Code parse_code(const std::string& text) {
  for (int number = 0; number <= static_cast<int>(Code::internal); ++number) {
    if (to_text(static_cast<Code>(number)) == text) return static_cast<Code>(number);
  }
  throw broken("an error of an unknown kind");
}

live::Step read_sound(Fields& fields) {
  live::SoundCame sound{.offset = fields.number()};
  std::string bytes = fields.text();
  if (bytes.size() % 2 != 0) throw broken("half a sample");
  sound.samples.resize(bytes.size() / 2);
  if (!bytes.empty()) std::memcpy(sound.samples.data(), bytes.data(), bytes.size());
  return sound;
}

live::Step read_step(char letter, Fields& fields) {
  switch (letter) {
    case 'B': return live::Begun{};
    case 'M': {
      std::string action = fields.text(), body = fields.text();
      return live::MessageCame{std::move(action), std::move(body), fields.text()};
    }
    case 'S': return read_sound(fields);
    case 'R': return live::RateChosen{static_cast<unsigned>(fields.number())};
    case 'A': return live::ReaderCame{};
    case 'D': return live::ReaderLeft{};
    case 'K': return live::EventAcknowledged{fields.number()};
    case 'T': return live::Turn{};
    case 'C': {
      live::Answered answered{.call = fields.number()};
      if (fields.is_empty()) return answered;
      Code code = parse_code(fields.text());
      answered.failure = {code, fields.text()};
      return answered;
    }
    case 'X': return live::ClosedFromOutside{fields.text()};
    default: throw broken("an entry of an unknown kind");
  }
}

void put_entry(std::string& out, std::string_view entry) {
  put(out, std::uint64_t{entry.size()});
  out += entry;
}

std::string text_entry(char letter, std::string_view text) {
  std::string entry(1, letter);
  put(entry, text);
  return entry;
}

}  // namespace

void EntryWriter::write_fact(std::string& out, std::string_view kind, std::string_view value) {
  std::string entry = text_entry('f', kind);
  put(entry, value);
  put_entry(out, entry);
}

void EntryWriter::write(std::string& out, const Entry& entry) {
  if (auto* fact = std::get_if<FactLearnt>(&entry)) {
    write_fact(out, fact->kind, fact->value);
  } else if (auto* event = std::get_if<EventTold>(&entry)) {
    put_entry(out, text_entry('e', event->json));
  } else if (auto* end = std::get_if<RecordEnded>(&entry)) {
    put_entry(out, text_entry('z', end->reason));
  } else {
    const auto& [moment, step] = std::get<StepTaken>(entry);
    std::string bytes(1, step_letters[step.index()]);
    put_signed(bytes, difference(count(moment.steady), count(last_.steady)));
    put_signed(bytes, difference(count(moment.time), count(last_.time)));
    std::visit([&](const auto& each) { put_fields(bytes, each); }, step);
    put_entry(out, bytes);
    last_ = moment;
  }
}

void EntryReader::add(std::string bytes) {
  bytes_.erase(0, std::exchange(read_, 0));
  bytes_ += bytes;
}

Entry EntryReader::read(char letter, std::string_view rest) {
  Fields fields(rest);
  Entry entry;
  if (letter == 'f') {
    std::string kind = fields.text();
    entry = FactLearnt{std::move(kind), fields.text()};
  } else if (letter == 'e') {
    entry = EventTold{fields.text()};
  } else if (letter == 'z') {
    entry = RecordEnded{fields.text()};
  } else {
    last_.steady = Instant(Duration(sum(count(last_.steady), fields.signed_number())));
    last_.time = Timestamp(Timestamp::duration(sum(count(last_.time), fields.signed_number())));
    entry = StepTaken{last_, read_step(letter, fields)};
  }
  fields.end();
  return entry;
}

std::optional<Entry> EntryReader::next() {
  Fields ahead(std::string_view(bytes_).substr(read_));
  if (ahead.is_empty()) return std::nullopt;
  std::string bytes = ahead.text();
  read_ = bytes_.size() - ahead.left();
  if (bytes.empty()) throw broken("an entry of nothing");
  return read(bytes.front(), std::string_view(bytes).substr(1));
}

}  // namespace antiphon::record
