#include "engine/socketio/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/random.h"
#include "engine/schema/json.h"

namespace antiphon::socketio {
namespace {

using schema::parse_value;

constexpr Limits limits;

Violation why_refused(std::string_view text) {
  auto packet = parse_packet(text, limits);
  return packet ? "" : packet.error();
}

TEST(EnginePackets, a_payload_holds_text_and_bytes) {  // E-20
  auto packets = parse_payload(
      "4hello\x1e"
      "bAQIDBA==\x1e"
      "3probe",
      limits);
  ASSERT_TRUE(packets);
  EXPECT_EQ((*packets)[0], (EnginePacket{EngineKind::message, "hello"}));
  EXPECT_EQ((*packets)[1], (EnginePacket{EngineKind::message, "\1\2\3\4", true}));
  EXPECT_EQ((*packets)[2], (EnginePacket{EngineKind::pong, "probe"}));
}

TEST(EnginePackets, malformed_payloads_are_refused) {
  for (std::string_view body : {"", "abc", "7", "4a\x1e",
                                "\x1e"
                                "4a",
                                "4a\x1e\x1e"
                                "4b",
                                "bAQID*", "bAQI", "4\xff"}) {
    EXPECT_FALSE(parse_payload(body, limits)) << body;
  }
}

TEST(EnginePackets, a_payload_has_limits) {
  Limits small;
  small.payload_packets_max = 2;
  small.payload_bytes_max = 10;
  EXPECT_TRUE(
      parse_payload("4a\x1e"
                    "4b",
                    small));
  EXPECT_FALSE(
      parse_payload("4a\x1e"
                    "4b\x1e"
                    "4c",
                    small));
  EXPECT_FALSE(parse_payload("4123456789a", small));
}

TEST(Packets, are_read_as_the_reference_writes_them) {  // E-20
  struct Case {
    std::string_view text;
    PacketHead head;
    std::string_view data;
  };
  using enum PacketType;
  for (const Case& c : {
           Case{"0", {connect, "/"}, "null"},
           {R"(0{"token":"123"})", {connect, "/"}, R"({"token":"123"})"},
           {"0/custom,", {connect, "/custom"}, "null"},
           {"0/custom", {connect, "/custom"}, "null"},
           {R"(0/admin?token=1234&uid=abcd,{"a":1})", {connect, "/admin"}, R"({"a":1})"},
           {"1", {disconnect, "/"}, "null"},
           {"1/admin,", {disconnect, "/admin"}, "null"},
           {R"(2["hey","Jude"])", {event, "/"}, R"(["hey","Jude"])"},
           {R"(2[1,"two"])", {event, "/"}, R"([1,"two"])"},
           {R"(2/admin,456["delete",123])", {event, "/admin", 456}, R"(["delete",123])"},
           {"3/admin,456[]", {ack, "/admin", 456}, "[]"},
           {R"(4/admin,"no")", {connect_error, "/admin"}, R"("no")"},
           {R"(51-["hello",{"_placeholder":true,"num":0}])",
            {event, "/", std::nullopt, 1},
            R"(["hello",{"_placeholder":true,"num":0}])"},
           {R"(61-/admin,456[{"_placeholder":true,"num":0}])",
            {ack, "/admin", 456, 1},
            R"([{"_placeholder":true,"num":0}])"},
       }) {
    auto packet = parse_packet(c.text, limits);
    ASSERT_TRUE(packet) << c.text << ": " << packet.error();
    EXPECT_EQ(packet->head, c.head) << c.text;
    EXPECT_EQ(packet->data, parse_value(c.data)) << c.text;
  }
}

TEST(Packets, malformed_ones_are_refused_with_the_reason) {
  for (std::string_view text : {"", "a", "7", "abc", "-1"}) {
    EXPECT_EQ(why_refused(text), "unknown packet type") << text;
  }
  for (std::string_view text :
       {"2", "2{}", "2[]", "2[null]", R"(2["connect"])", "2[\"a\"", R"(2["disconnecting",1])",
        "0[]", "0 1", "1{}", "3{}", "32{}", "4", "41", "2abc[\"e\"]", "2/x", R"(2["a"]x)"}) {
    EXPECT_EQ(why_refused(text), "invalid payload") << text;
  }
  EXPECT_EQ(why_refused("3[]"), "invalid ack id");
  EXPECT_EQ(why_refused(R"(299999999999999999999["a"])"), "invalid ack id");
  EXPECT_EQ(why_refused("0/" + std::string(300, 'x')), "invalid namespace");
  for (std::string_view text :
       {"5", "5x", R"(5["a"])", R"(51["a"])", R"(51-["a",{"_placeholder":true,"num":1}])",
        R"(51-["a",{"_placeholder":true}])", R"(51-["a",{"_placeholder":true,"num":-1}])",
        R"(51-["a",[{"x":{"_placeholder":true,"num":"0"}}]])"}) {
    EXPECT_EQ(why_refused(text), "illegal attachments") << text;
  }
  EXPECT_EQ(why_refused(R"(511-["a"])"), "too many attachments");
}

TEST(Packets, deep_nesting_is_refused) {
  EXPECT_EQ(why_refused(R"(2["a",)" + std::string(100'000, '[')), "invalid payload");
}

TEST(Packets, attachments_come_in_order_and_nothing_else_between) {
  PacketDecoder decoder(limits);
  auto text = [](std::string data) { return EnginePacket{EngineKind::message, std::move(data)}; };
  auto bytes = [](std::string data) {
    return EnginePacket{EngineKind::message, std::move(data), true};
  };
  std::string head = R"(52-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])";
  EXPECT_EQ(*decoder.take(text(head)), std::nullopt);
  EXPECT_EQ(*decoder.take(bytes("one")), std::nullopt);
  auto whole = decoder.take(bytes("two"));
  ASSERT_TRUE(whole && *whole);
  EXPECT_THAT((*whole)->attachments, testing::ElementsAre("one", "two"));
  EXPECT_EQ(decoder.take(bytes("three")).error(), "unexpected attachment");
  EXPECT_EQ(*decoder.take(text(head)), std::nullopt);
  EXPECT_EQ(decoder.take(text("2[\"a\"]")).error(), "text in place of an attachment");
}

// Random packets for the property below.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : chance_(seed) {}

  Packet packet() {
    Packet made;
    using enum PacketType;
    made.head.type = std::array{connect, disconnect, event, ack}[chance_.below(4)];
    made.head.space = "/" + (chance_.below(2) == 0 ? "" : word());
    bool is_event = made.head.type == event;
    if (made.head.type == ack || (is_event && chance_.below(2) == 0)) made.head.id = number();
    if (made.head.type == connect && chance_.below(2) == 0) made.data = object(2);
    if (!is_event && made.head.type != ack) return made;
    made.data = schema::Value::array();
    if (is_event) made.data.push("e" + word());
    for (std::size_t i = chance_.below(4); i > 0; --i) made.data.push(value(3, &made));
    made.head.attachments = made.attachments.size();
    return made;
  }

 private:
  std::uint64_t number() { return chance_.next() >> chance_.below(64) >> 11; }
  std::string word() {
    static constexpr std::array<std::string_view, 6> parts{"a", "é", "雪", "7", "-", "\""};
    std::string made = "n";
    for (std::size_t i = chance_.below(6); i > 0; --i) made += parts.at(chance_.below(5));
    return made;
  }
  schema::Value object(int depth) {
    auto made = schema::Value::object();
    for (std::size_t i = chance_.below(3); i > 0; --i) made.set(word(), value(depth, nullptr));
    return made;
  }
  schema::Value value(int depth, Packet* holder) {
    switch (chance_.below(depth == 0 ? 4 : 6)) {
      case 0: return number();
      case 1: return word() + "\"\\\x1e\n";
      case 2: return {};
      case 3: return holder ? attachment(*holder) : schema::Value(true);
      case 4: return object(depth - 1);
      default: return schema::Value::Array{value(depth - 1, holder)};
    }
  }
  schema::Value attachment(Packet& holder) {
    if (holder.attachments.size() >= limits.attachments_max) return {};
    auto made = schema::Value::object();
    made.set("_placeholder", true);
    made.set("num", static_cast<std::uint64_t>(holder.attachments.size()));
    std::string bytes(chance_.below(9), '\0');
    chance_.fill(std::as_writable_bytes(std::span(bytes)));
    holder.attachments.push_back(std::move(bytes));
    return made;
  }

  SeededRandom chance_;
};

TEST(Packets, random_ones_survive_both_transports) {  // E-20
  Maker make(7);
  for (int i = 0; i < 2'000; ++i) {
    Packet before = make.packet();
    std::string json = before.data.is_null() ? "" : schema::to_json(before.data);
    std::string payload;
    append_to_payload(payload, {EngineKind::message, write_packet(before.head, json)});
    for (const std::string& bytes : before.attachments) {
      append_to_payload(payload, {EngineKind::message, bytes, true});
    }
    auto messages = parse_payload(payload, limits);
    ASSERT_TRUE(messages) << payload;
    PacketDecoder decoder(limits);
    std::optional<Packet> after;
    for (EnginePacket& message : *messages) {
      ASSERT_FALSE(after);
      auto taken = decoder.take(std::move(message));
      ASSERT_TRUE(taken) << taken.error() << payload;
      after = *std::move(taken);
    }
    ASSERT_TRUE(after) << payload;
    EXPECT_EQ(after->head, before.head) << payload;
    EXPECT_EQ(after->data, before.data) << payload;
    EXPECT_EQ(after->attachments, before.attachments);
  }
}

}  // namespace
}  // namespace antiphon::socketio
