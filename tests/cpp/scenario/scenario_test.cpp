#include "chiso/scenario/scenario.hpp"

#include <gtest/gtest.h>

#include "../evaluate/small.hpp"

namespace chiso {
namespace {

Scenario dropping(const std::string& name, const std::string& node) {
  return {name, "why " + node, {Edit{DropNode{node}, {}}}, false};
}

TEST(ScenarioTest, ThenPutsTheNextOneBehind) {
  Scenario second = dropping("less land", "land");
  second.refit = true;
  const Scenario both = dropping("less time", "time").then(second);

  EXPECT_EQ(both.name, "less time + less land");
  EXPECT_EQ(both.note, "why time\nwhy land");
  EXPECT_EQ(both.edits,
            (std::vector<Edit>{Edit{DropNode{"time"}, {}}, Edit{DropNode{"land"}, {}}}));
  EXPECT_TRUE(both.refit);
}

TEST(ScenarioTest, ThenLeavesOutNamesThatAreEmpty) {
  const Scenario nameless{"", "", {}, false};
  EXPECT_EQ(nameless.then(dropping("x", "a")), dropping("x", "a"));
  EXPECT_EQ(dropping("x", "a").then(nameless), dropping("x", "a"));
}

TEST(ScenarioTest, IsDescribedLineByLine) {
  Scenario scenario = dropping("less time", "time").then(dropping("", "land"));
  EXPECT_EQ(describe(scenario), "less time\n  drop time\n  drop land");
  scenario.refit = true;
  EXPECT_EQ(describe(scenario), "less time (anchors fitted again)\n  drop time\n  drop land");
}

}  // namespace
}  // namespace chiso
