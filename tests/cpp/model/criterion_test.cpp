#include "chiso/model/criterion.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace chiso {
namespace {

TEST(CriterionTest, AggregationsHaveTheNamesOfDefinitions) {
  using Method = Aggregation::Method;
  std::vector<std::string> all;
  for (int i = 0; i <= static_cast<int>(Method::copeland); ++i) {
    all.emplace_back(name(static_cast<Method>(i)));
  }
  EXPECT_EQ(
      all, (std::vector<std::string>{"sum", "arithmetic_mean", "geometric_mean", "harmonic_mean",
                                     "power_mean", "median", "minimum", "maximum",
                                     "mazziotta_pareto", "adjusted_mazziotta_pareto", "copeland"}));
}

TEST(CriterionTest, EqualityLooksAtEverythingButTheLocation) {
  Criterion node;
  node.code = "a";
  node.children.resize(1);
  node.location.line = 3;
  Criterion elsewhere = node;
  elsewhere.location.line = 30;
  elsewhere.children[0].location.line = 31;
  EXPECT_TRUE(node == elsewhere);

  const std::vector<std::function<void(Criterion&)>> changes = {
      [](auto& c) { c.code = "b"; },
      [](auto& c) { c.title.vi = "t"; },
      [](auto& c) { c.provenance.note = "n"; },
      [](auto& c) { c.weight = Dated<double>(1.0); },
      [](auto& c) { c.maximum = Dated<double>(1.0); },
      [](auto& c) { c.role = Role::bonus; },
      [](auto& c) { c.cap = 1.0; },
      [](auto& c) {
        c.published = Published{"p", 0.1};
      },
      [](auto& c) { c.children[0].code = "child"; },
      [](auto& c) { c.children.clear(); },
      [](auto& c) { c.aggregation.times = 2.0; },
      [](auto& c) { c.missing = MissingPolicy::error; },
      [](auto& c) { c.at_least = 0.5; },
      [](auto& c) { c.measure = Measure::of("x"); },
      [](auto& c) { c.rule = Dated<Rule>(Rule(GivenPoints{})); },
      [](auto& c) { c.polarity = Polarity::negative; },
      [](auto& c) { c.not_applicable = NotApplicable::exclude; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Criterion changed = node;
    changes[i](changed);
    EXPECT_FALSE(changed == node) << "change " << i;
  }
}

}  // namespace
}  // namespace chiso
