#include <gtest/gtest.h>

#include "engine/schema/json.h"
#include "engine/schema/sample_test.h"

namespace antiphon::schema {

namespace {

struct Node {
  std::string name;
  std::vector<Node> children;
};
auto describe(Tag<Node>) {
  return object<Node>("Node")
      .field("name", &Node::name, "")
      .field("children", &Node::children, "", defaulted);
}

struct Pace {
  std::chrono::milliseconds wait{250};
  std::optional<int> speed;
  Nullable<double> gain;
};
auto describe(Tag<Pace>) {
  return object<Pace>("Pace")
      .field("waitMs", &Pace::wait, "", min(0), max(1000), defaulted)
      .field("speed", &Pace::speed, "", each({uri}))
      .field("gain", &Pace::gain, "");
}

TEST(Describe, TypesMayHoldThemselves) {
  const Type& node = of<Node>();
  EXPECT_EQ(node.kind, Kind::object);
  EXPECT_EQ(&node.find("children")->type().element(), &node);
}

TEST(Describe, PresenceFollowsFromTheTypeUnlessMarked) {
  const Type& pace = of<Pace>();
  EXPECT_EQ(pace.find("waitMs")->presence, Presence::defaulted);
  EXPECT_EQ(pace.find("speed")->presence, Presence::optional);
  EXPECT_EQ(pace.find("gain")->presence, Presence::required);
  EXPECT_EQ(pace.find("nothing"), nullptr);
}

TEST(Describe, OffsetsReachTheMembers) {
  Pace pace;
  const Field& wait = *of<Pace>().find("waitMs");
  wait.type().store(wait.in(&pace), 700);
  EXPECT_EQ(pace.wait.count(), 700);
}

TEST(Describe, AnEnumerationHasItsNamesBothWays) {
  EXPECT_EQ(name_of(sample::Layout::side), "side");
  EXPECT_EQ(value_of<sample::Layout>("side"), sample::Layout::side);
  try {
    value_of<sample::Layout>("beside");
    FAIL() << "It is no name.";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::internal) << "it came from a column, not from a client";
    EXPECT_EQ(error.detail(), "beside is no Layout");
  }
}

}  // namespace

}  // namespace antiphon::schema
