#include "chiso/model/index.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "definitions.hpp"

namespace chiso {
namespace {

using test::definition;
using test::inner;
using test::leaf;
using ::testing::ElementsAre;
using Method = Aggregation::Method;

// root: a (a1, a2), b, c (c1)
IndexDefinition two_levels() {
  return definition(inner("root", Method::arithmetic_mean,
                          {inner("a", Method::sum, {leaf("a1"), leaf("a2")}), leaf("b"),
                           inner("c", Method::median, {leaf("c1")})}));
}

std::vector<std::string> codes(const Index& index, std::span<const Size> nodes) {
  std::vector<std::string> all;
  for (const Size i : nodes) all.push_back(index.node(i).code);
  return all;
}

TEST(IndexTest, NumbersNodesInTheOrderOfTheTextParentsFirst) {
  const Index index(two_levels());

  EXPECT_EQ(index.size(), 7);
  EXPECT_EQ(index.name(), "demo-2020");
  EXPECT_THAT(std::vector(index.codes().names().begin(), index.codes().names().end()),
              ElementsAre("root", "a", "a1", "a2", "b", "c", "c1"));
}

TEST(IndexTest, KnowsParentsChildrenDepthsAndLeaves) {
  const Index index(two_levels());

  EXPECT_EQ(index.parent(Index::root()), -1);
  EXPECT_EQ(index.parent(index.at("a2")), index.at("a"));
  EXPECT_EQ(index.parent(index.at("c")), Index::root());
  EXPECT_THAT(codes(index, index.children(0)), ElementsAre("a", "b", "c"));
  EXPECT_THAT(codes(index, index.children(index.at("a"))), ElementsAre("a1", "a2"));
  EXPECT_TRUE(index.children(index.at("b")).empty());
  EXPECT_THAT(codes(index, index.leaves()), ElementsAre("a1", "a2", "b", "c1"));
  EXPECT_EQ(index.depth(0), 0);
  EXPECT_EQ(index.depth(index.at("c1")), 2);
  EXPECT_TRUE(index.is_leaf(index.at("b")));
  EXPECT_FALSE(index.is_leaf(index.at("c")));
}

TEST(IndexTest, MayBeOneIndicator) {
  const Index index(definition(leaf("only")));

  EXPECT_EQ(index.size(), 1);
  EXPECT_THAT(index.leaves(), ElementsAre(0));
  EXPECT_TRUE(index.is_leaf(0));
}

TEST(IndexTest, RefusesNumbersAndCodesThatAreNotThere) {
  const Index index(two_levels());

  EXPECT_THROW(static_cast<void>(index.node(7)), NotFoundError);
  EXPECT_THROW(static_cast<void>(index.children(-1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(index.at("a3")), NotFoundError);
}

TEST(IndexTest, InheritsProvenanceExceptNotes) {
  IndexDefinition given = two_levels();
  given.provenance.status = Status::derived;
  given.provenance.source = "report";
  given.provenance.note = "of the head";
  given.tree.children[0].provenance.source = "annex";
  given.tree.children[0].provenance.note = "of a";
  given.tree.children[0].children[1].provenance.status = Status::official;

  const Index index(given);

  EXPECT_EQ(index.provenance(0).source, "report");
  EXPECT_EQ(index.provenance(0).note, "");
  EXPECT_EQ(index.provenance(index.at("a")).note, "of a");
  EXPECT_EQ(index.provenance(index.at("a1")).source, "annex");
  EXPECT_EQ(index.provenance(index.at("a1")).status, Status::derived);
  EXPECT_EQ(index.provenance(index.at("a1")).note, "");
  EXPECT_EQ(index.provenance(index.at("a2")).status, Status::official);
  EXPECT_EQ(index.provenance(index.at("c1")).source, "report");
}

TEST(IndexTest, ListsDeclaredVariablesInTheirOrderThenTheOthers) {
  IndexDefinition given = two_levels();
  given.tree.children[1].measure = {
      Measure::Kind::ratio, {{"done", 1.0}, {"late", -1.0}}, {{"received", 1.0}}, 100.0};
  given.variables = {test::number("received", Interval::closed(0.0, 1000.0)),
                     test::number("unused", {}), test::number("a2", {})};

  const Index index(given);

  // Declared and read: received, a2. Then as first read: a1, done, late, c1.
  EXPECT_THAT(
      std::vector(index.variable_codes().names().begin(), index.variable_codes().names().end()),
      ElementsAre("received", "a2", "a1", "done", "late", "c1"));
  EXPECT_EQ(index.variables()[0].range, Interval::closed(0.0, 1000.0));
  EXPECT_EQ(index.variables()[3].range, Interval{});
  EXPECT_EQ(index.definition().variables.size(), 3U);
}

TEST(IndexTest, IsDatedIfAnyValueIs) {
  EXPECT_FALSE(Index(two_levels()).is_dated());

  IndexDefinition given = definition(leaf("x", GivenPoints{}));
  given.periods = test::years(2013, 2021);
  given.tree.maximum =
      test::dated({test::entry(5.0, test::until(2016)), test::entry(10.0, test::since(2017))});
  EXPECT_TRUE(Index(given).is_dated());

  Normaliser posts;
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(0.0);
  posts.high = Anchor::fixed(1.0);
  posts.high.value =
      test::dated({test::entry(5.0, test::until(2016)), test::entry(10.0, test::since(2017))});
  given.tree = leaf("x", posts);
  EXPECT_TRUE(Index(given).is_dated());
}

TEST(IndexTest, EqualsAnIndexWrittenElsewhereWithTheSameContent) {
  IndexDefinition elsewhere = two_levels();
  elsewhere.location = {"other.yaml", 1, 1};
  elsewhere.tree.children[0].location = {"other.yaml", 9, 5};

  const Index index(two_levels());
  const Index copy = index;

  EXPECT_TRUE(copy == index);
  EXPECT_TRUE(Index(elsewhere) == index);
  elsewhere.tree.children[0].aggregation.times = 2.0;
  EXPECT_FALSE(Index(elsewhere) == index);
}

TEST(IndexTest, KeepsTheNodesWhereTheyAreInCopies) {
  std::optional<Index> first(two_levels());
  const Index copy = *first;
  const Criterion* node = &first->node(3);
  first.reset();

  EXPECT_EQ(&copy.node(3), node);
  EXPECT_EQ(copy.node(3).code, "a2");
}

}  // namespace
}  // namespace chiso
