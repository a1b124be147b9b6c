#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "engine/base/random.h"
#include "engine/schema/json.h"
#include "engine/schema/sample_test.h"

namespace antiphon::schema::property_test {
namespace {

using sample::Clip;
using sample::Layout;
using sample::Take;

constexpr int rounds = 2000;

/// Draws values that the sample's description allows, the awkward ones often.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool coin() { return below(2) == 0; }

  std::string text(std::size_t length_max) {
    static const std::vector<std::string> pieces{"a",    "\"", "\\", "/",  "\n",     "\x01",
                                                 "\x7f", "å",  "日", "😀", "\u2028", " "};
    std::string text;
    for (std::size_t left = below(length_max + 1); left > 0; --left) {
      text += pieces[below(pieces.size())];
    }
    return text;
  }

  double number() {
    while (true) {
      const std::uint64_t bits = random_.next();
      double number = 0;
      std::memcpy(&number, &bits, sizeof number);
      if (coin()) number = static_cast<double>(static_cast<std::int64_t>(bits) >> below(64));
      if (std::isfinite(number)) return number;
    }
  }

  std::uint64_t bits() { return random_.next() >> below(64); }

  Value value(int depth) {
    switch (below(depth > 0 ? 7 : 5)) {
      case 0: return nullptr;
      case 1: return coin();
      case 2: return static_cast<std::int64_t>(bits());
      case 3: return number();
      case 4: return text(5);
      case 5: {
        Value array = Value::array();
        for (auto left = below(4); left > 0; --left) array.push(value(depth - 1));
        return array;
      }
      default: {
        Value object = Value::object();
        for (auto left = below(4); left > 0; --left) object.set(text(3), value(depth - 1));
        return object;
      }
    }
  }

  Take take() {
    Take take;
    take.title = "t" + text(9);
    take.layout = coin() ? Layout::side : Layout::fullscreen;
    take.live = coin();
    take.speed = static_cast<std::int32_t>(below(201)) - 100;
    take.frames = static_cast<std::int64_t>(bits());
    take.bytes = bits();
    take.gain = number();
    take.opened_at = Timestamp(std::chrono::milliseconds(below(4'000'000'000'000)));
    take.wait = std::chrono::milliseconds(static_cast<std::int64_t>(bits()));
    for (auto left = below(4); left > 0; --left) take.clips.push_back({text(8), random_.unit()});
    for (auto left = below(3); left > 0; --left) take.counts[text(4)] = static_cast<int>(below(9));
    if (coin()) take.note = text(20);
    if (coin()) take.chosen.emplace(Clip{text(8), random_.unit()});
    take.extra = value(4);
    take.raw.text = to_json(value(3));
    return take;
  }

 private:
  SeededRandom random_;
};

TEST(Property, WhatIsWrittenReadsBackEqual) {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Take take = Draw(seed).take();
    const std::string json = to_json(take);
    EXPECT_EQ(parse<Take>(json), take) << "seed " << seed << ": " << json;
  }
}

TEST(Property, ValuesReadBackEqualAfterOneWriting) {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Value read = parse_value(to_json(Draw(seed).value(6)));
    EXPECT_EQ(parse_value(to_json(read)), read) << "seed " << seed;
  }
}

std::vector<std::string> refusals(auto read) {
  std::vector<std::string> told;
  try {
    read();
  } catch (const Error& error) {
    for (const FieldError& field : error.fields()) {
      told.push_back(fmt::format("{} {}: {}", field.pointer, field.rule, field.message));
    }
  }
  return told;
}

// What was parsed before is read by the same rules as its text.
TEST(Property, AValueReadsAsItsTextDoes) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    Draw draw(seed);
    const Take take = draw.take();
    Value value = parse_value(to_json(take));
    EXPECT_EQ(read<Take>(value), take) << "seed " << seed;
    value.set(value.members()[draw.below(value.members().size())].key, draw.value(3));
    const auto of_value = refusals([&] { read<Take>(value); });
    EXPECT_EQ(of_value, refusals([&] { parse<Take>(to_json(value)); })) << "seed " << seed;
    refused += !of_value.empty();
  }
  EXPECT_GT(refused, rounds / 10);
}

// Any cut or changed byte is either refused with an Error or gives a value; nothing else happens.
TEST(Property, BrokenJsonIsRefusedOrRead) {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    Draw draw(seed);
    std::string json = to_json(draw.take());
    const std::size_t place = draw.below(json.size());
    if (draw.coin()) {
      EXPECT_THROW(parse<Take>(std::string_view(json).substr(0, place)), Error) << "seed " << seed;
    }
    json[place] = static_cast<char>(draw.below(256));
    try {
      parse<Take>(json);
    } catch (const Error& error) {
      EXPECT_FALSE(error.fields().empty()) << "seed " << seed;
    }
  }
}

}  // namespace

}  // namespace antiphon::schema::property_test
