#include "chiso/check/difference.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/io/save_index.hpp"
#include "random_pair.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Kind = DefinitionChange::Kind;
using Method = Aggregation::Method;

Steps steps(std::vector<std::pair<std::string, double>> list) {
  Steps rule;
  for (const auto& [when, points] : list) rule.steps.push_back({parse_interval(when), points});
  return rule;
}

/// "code kind: text" of every change.
std::vector<std::string> lines(const std::vector<DefinitionChange>& changes) {
  std::vector<std::string> all;
  for (const auto& change : changes) {
    all.push_back(change.node + " " + std::string(name(change.kind)) + ": " + change.text);
  }
  return all;
}

std::vector<std::string> changes(const IndexDefinition& before, const IndexDefinition& after) {
  return lines(difference(Index(before), Index(after)).changes);
}

/// done (2 points) and share (3 points), which add up to 5.
IndexDefinition form() {
  Criterion root =
      small::inner("form", Method::sum,
                   {small::points("done", 2.0, steps({{"> 90", 2}, {"[70, 90]", 1}, {"< 70", 0}})),
                    small::points("share", 3.0, Proportional{100, 50})});
  root.maximum = 5.0;
  return small::definition(root);
}

/// time and land with weights, in one mean.
IndexDefinition mean(double time = 0.5, double land = 0.5) {
  return small::definition(small::inner(
      "pci", Method::arithmetic_mean,
      {small::weighted(time, small::leaf("time")), small::weighted(land, small::leaf("land"))}));
}

TEST(DifferenceTest, OfADefinitionAndItselfThereIsNone) {
  EXPECT_TRUE(difference(Index(form()), Index(form())).empty());
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Index index(random_scenario::make_base(seed).definition);
    EXPECT_TRUE(difference(index, Index(index.definition())).empty()) << "seed " << seed;
  }
}

TEST(DifferenceTest, ABoundThatIsOpenedOrClosedIsNamed) {
  IndexDefinition closed = form();
  closed.tree.children[0].rule = Dated<Rule>(steps({{">= 90", 2}, {"[70, 90)", 1}, {"< 70", 0}}));
  IndexDefinition lower = form();
  lower.tree.children[0].rule = Dated<Rule>(steps({{"> 90", 2}, {"(70, 90]", 1}, {"<= 70", 0}}));

  EXPECT_THAT(changes(form(), closed),
              ElementsAre("done rule: the bound 90 of step 1 now includes 90"));
  EXPECT_THAT(changes(form(), lower),
              ElementsAre("done rule: the bound 70 of step 3 now includes 70"));
}

TEST(DifferenceTest, ABoundThatIsMovedIsNamedOnce) {
  IndexDefinition after = form();
  after.tree.children[0].rule =
      Dated<Rule>(steps({{"> 90.00000000000001", 2}, {"[70, 90.00000000000001]", 1}, {"< 70", 0}}));

  EXPECT_THAT(changes(form(), after),
              ElementsAre("done rule: the bound 90 of step 1 moved: 90 -> 90.00000000000001"));
}

TEST(DifferenceTest, NumbersOfRulesAreNamed) {
  IndexDefinition points = form();
  points.tree.children[0].rule = Dated<Rule>(steps({{"> 90", 2}, {"[70, 90]", 1.5}, {"< 70", 0}}));
  IndexDefinition more = form();
  more.tree.children[0].rule =
      Dated<Rule>(steps({{"> 90", 2}, {"[80, 90]", 1}, {"[70, 80)", 0.5}, {"< 70", 0}}));
  IndexDefinition threshold = form();
  threshold.tree.children[1].rule = Dated<Rule>(Proportional{100, 60});
  IndexDefinition kind = form();
  kind.tree.children[1].rule = Dated<Rule>(PerUnit{0.5, {}});

  EXPECT_THAT(changes(form(), points),
              ElementsAre("done rule: points of step 2 ([70, 90]) 1 -> 1.5"));
  EXPECT_THAT(changes(form(), more),
              ElementsAre("done rule: without [70, 90]: 1; with [80, 90]: 1, [70, 80): 0.5"));
  EXPECT_THAT(changes(form(), threshold), ElementsAre("share rule: threshold 50 -> 60"));
  EXPECT_THAT(changes(form(), kind),
              ElementsAre("share rule: rule the maximum at 100, in proportion below; 0 below 50 -> "
                          "0.5 for each unit"));
}

TEST(DifferenceTest, AMaximumThatFollowsFromItsPartsIsNoChangeOfItsOwn) {
  IndexDefinition after = form();
  after.tree.children[1].maximum = 4.0;
  after.tree.maximum = 6.0;
  IndexDefinition unsaid = form();
  unsaid.tree.maximum = {};

  EXPECT_THAT(changes(form(), after), ElementsAre("share maximum: maximum 3 -> 4"));
  EXPECT_THAT(changes(form(), unsaid), ElementsAre("form maximum: maximum 5 -> none"));
}

TEST(DifferenceTest, WeightsOfSiblingsAreOneChange) {
  EXPECT_THAT(changes(mean(), mean(0.25, 0.75)),
              ElementsAre("pci weights: weights: time 0.5 -> 0.25, land 0.5 -> 0.75"));
}

TEST(DifferenceTest, ASiblingThatMakesRoomIsNotReweighted) {
  IndexDefinition after = mean(0.3, 0.3);
  after.tree.children.insert(after.tree.children.begin() + 1,
                             small::weighted(0.4, small::leaf("labor")));
  IndexDefinition other = after;
  other.tree.children[0].weight = 0.4;
  other.tree.children[2].weight = 0.2;

  EXPECT_THAT(changes(mean(), after),
              ElementsAre("labor added: added to pci (weight 0.4, labor: the value itself)"));
  EXPECT_THAT(changes(mean(), other),
              ElementsAre("pci weights: weights: time 0.5 -> 0.4, land 0.5 -> 0.2",
                          "labor added: added to pci (weight 0.4, labor: the value itself)"));
  EXPECT_THAT(changes(after, mean()),
              ElementsAre("labor removed: removed from pci (weight 0.4, labor: the value itself)"));
}

TEST(DifferenceTest, ARenumberedFormIsRenamed) {
  // 1.2 is new, and what was 1.2 is 1.3 now.
  const auto item = [](std::string code, const std::string& variable) {
    Criterion leaf = small::points(std::move(code), 1.0, GivenPoints{});
    leaf.measure = Measure::of(variable);
    leaf.title.en = variable;
    return leaf;
  };
  const IndexDefinition before = small::definition(
      small::inner("1", Method::sum, {item("1.1", "plan"), item("1.2", "report")}));
  const IndexDefinition after = small::definition(small::inner(
      "1", Method::sum, {item("1.1", "plan"), item("1.2", "budget"), item("1.3", "report")}));

  EXPECT_THAT(changes(before, after),
              ElementsAre("1.2 added: added to 1 (budget: the points given)",
                          "1.3 renamed: renamed from 1.2"));
}

TEST(DifferenceTest, ANodeUnderAnotherParentIsMoved) {
  const auto tree = [](bool moved) {
    std::vector<Criterion> one{small::leaf("a"), small::leaf("b")};
    std::vector<Criterion> two{small::leaf("c")};
    if (moved) {
      two.push_back(one.back());
      one.pop_back();
    }
    return small::definition(small::inner("root", Method::arithmetic_mean,
                                          {small::inner("x", Method::arithmetic_mean, one),
                                           small::inner("y", Method::arithmetic_mean, two)}));
  };

  EXPECT_THAT(changes(tree(false), tree(true)), ElementsAre("b moved: moved from x to y"));
}

TEST(DifferenceTest, EverythingElseOfANodeIsNamed) {
  IndexDefinition before = mean();
  Variable time;
  time.code = "time";
  time.range = Interval::closed(0, 10);
  before.variables = {time};
  Normaliser fitted;
  before.tree.children[0].rule = Dated<Rule>(fitted);
  IndexDefinition after = before;
  after.variables[0].range = Interval::closed(0, 12);
  fitted.high.source = Anchor::Source::pooled;
  after.tree.children[0].rule = Dated<Rule>(fitted);
  after.tree.children[0].polarity = Polarity::negative;
  after.tree.children[0].not_applicable = NotApplicable::exclude;
  after.tree.children[1].measure = {Measure::Kind::ratio, {{"a", 1}, {"b", -2}}, {{"c", 1}}, 100};
  after.tree.children[1].cap = 9.5;
  after.tree.aggregation.method = Method::geometric_mean;
  after.tree.missing = MissingPolicy::renormalise;
  after.tree.at_least = 0.5;
  after.decimals = 2;
  after.groups = {Grouping::Kind::limits, {"A"}, {90}, "B"};
  after.periods.to = Period(2021);

  EXPECT_THAT(
      changes(before, after),
      ElementsAre("pci aggregation: aggregation: arithmetic mean -> geometric mean",
                  "pci missing: missing children: no score -> renormalise, at least 0.5 there",
                  "time anchor: anchor max of the period -> pooled",
                  "time polarity: polarity: more is better -> less is better",
                  "time not applicable: not applicable: missing -> exclude",
                  "land cap: cap none -> 9.5",
                  "land measure: reads land -> (a - 2 b) / c times 100",
                  "time variable: data: range [0, 10] -> range [0, 12]",
                  " groups: groups: none -> A from 90, B below",
                  " display: display: unrounded -> 2 decimals",
                  " periods: in force: 2000 to 2100 -> 2000 to 2021"));
}

TEST(DifferenceTest, OfFormulasTheSmallestPartThatDiffersIsNamed) {
  const auto with = [](const std::string& formula, std::optional<double> threshold) {
    Criterion leaf;
    leaf.code = "files";
    leaf.maximum = 4.0;
    leaf.rule = Dated<Rule>(FormulaRule{Formula(formula), {}, {}});
    IndexDefinition definition = small::definition(small::inner("root", Method::sum, {leaf}));
    for (const char* code : {"rate", "done"}) {
      definition.variables.emplace_back().code = code;
      definition.variables.back().range = Interval::closed(0, 100);
    }
    if (threshold) {
      definition.parameters.emplace_back().code = "threshold";
      definition.parameters.back().value = *threshold;
    }
    return definition;
  };
  const IndexDefinition before = with("if rate >= threshold then rate / 25 else 0", 80);

  EXPECT_THAT(changes(before, with("if rate > threshold then rate / 25 else 0", 80)),
              ElementsAre("files rule: in the formula rate >= threshold -> rate > threshold"));
  EXPECT_THAT(changes(before, with("if rate >= threshold then rate / 50 else 0", 80)),
              ElementsAre("files rule: in the formula 25 -> 50"));
  EXPECT_THAT(changes(before, with("if rate >= threshold then rate / 25 else 0", 70)),
              ElementsAre("threshold parameter: parameter 80 -> 70"));
  EXPECT_THAT(changes(before, with("done / 25", {})),
              ElementsAre("files rule: formula if rate >= threshold then rate / 25 else 0 -> "
                          "done / 25",
                          "threshold parameter: parameter 80 -> none"));
}

TEST(DifferenceTest, DocumentationIsApart) {
  IndexDefinition after = form();
  after.title.en = "The form";
  after.tree.children[0].title.en = "Tasks done";
  after.tree.children[0].provenance.source = "a decision";
  after.tree.children[1].published = Published{"published", 0.1};

  const auto found = difference(Index(form()), Index(after));

  EXPECT_THAT(found.changes, IsEmpty());
  EXPECT_FALSE(found.empty());
  EXPECT_THAT(lines(found.documentation),
              ElementsAre("done documentation: title none -> Tasks done; another source",
                          "share documentation: another published figure",
                          " documentation: title none -> The form"));
}

TEST(DifferenceTest, DatedValuesAreComparedEntryByEntry) {
  const auto dated = [](double late) {
    IndexDefinition definition = form();
    DatedEntry<Rule> first{Proportional{100, 50}, {{}, Period(2019)}, {}, {}, {}};
    DatedEntry<Rule> second{Proportional{100, late}, {Period(2020), {}}, {}, {}, {}};
    definition.tree.children[1].rule = Dated<Rule>(std::vector{first, second});
    return definition;
  };

  EXPECT_THAT(changes(dated(60), dated(70)),
              ElementsAre("share rule: threshold 60 -> 70 from 2020"));
  EXPECT_THAT(changes(form(), dated(50)), ElementsAre(HasSubstr("up to 2019")));
}

TEST(WithChangesTest, OneChangeAloneMakesASoundDefinition) {
  IndexDefinition after = form();
  after.tree.children[0].rule = Dated<Rule>(steps({{">= 90", 2}, {"[70, 90)", 1}, {"< 70", 0}}));
  after.tree.children[1].maximum = 4.0;
  after.tree.maximum = 6.0;
  const auto found = difference(Index(form()), Index(after));
  ASSERT_EQ(found.changes.size(), 2U);

  const Index rule = with_changes(found, std::vector<Size>{0});
  const Index maximum = with_changes(found, std::vector<Size>{1});

  EXPECT_EQ(rule.node(1).rule, after.tree.children[0].rule);
  EXPECT_EQ(rule.node(0).maximum, Dated<double>(5.0));
  EXPECT_EQ(maximum.node(1).rule, form().tree.children[0].rule);
  EXPECT_EQ(maximum.node(2).maximum, Dated<double>(4.0));
  // All that changed below it is made, and so its own statement too.
  EXPECT_TRUE(maximum.node(0).maximum.empty());
  EXPECT_EQ(with_changes(found, std::vector<Size>{0, 1}), Index(after));
  EXPECT_EQ(with_changes(found, {}), Index(form()));
}

TEST(WithChangesTest, SiblingsMakeRoom) {
  // time 0.5, land 0.5 -> time 0.4, labor 0.4, land 0.2: labor alone leaves 0.6 to be halved;
  // other weights without labor are 0.4 : 0.2.
  IndexDefinition after = mean(0.4, 0.2);
  after.tree.children.push_back(small::weighted(0.4, small::leaf("labor")));
  const auto found = difference(Index(mean()), Index(after));
  const auto weights = [](const Index& index) {
    std::vector<double> all;
    for (const Size child : index.children(0)) {
      all.push_back(index.node(child).weight.entries()[0].value);
    }
    return all;
  };
  ASSERT_EQ(found.changes[0].kind, Kind::weights);

  EXPECT_THAT(weights(with_changes(found, std::vector<Size>{1})), ElementsAre(0.3, 0.3, 0.4));
  EXPECT_THAT(weights(with_changes(found, std::vector<Size>{0})),
              ElementsAre(testing::DoubleEq(2.0 / 3.0), testing::DoubleEq(1.0 / 3.0)));
}

TEST(WithChangesTest, WhatMakesNoSenseAloneIsRefused) {
  // 3 points need a maximum of 3.
  IndexDefinition after = form();
  after.tree.children[0].rule = Dated<Rule>(steps({{"> 90", 3}, {"[70, 90]", 1}, {"< 70", 0}}));
  after.tree.children[0].maximum = 3.0;
  after.tree.maximum = 6.0;
  const auto found = difference(Index(form()), Index(after));
  ASSERT_EQ(found.changes.size(), 2U);
  ASSERT_EQ(found.changes[1].kind, Kind::rule);

  EXPECT_THROW(static_cast<void>(with_changes(found, std::vector<Size>{1})), SpecError);
  EXPECT_THROW(static_cast<void>(with_changes(found, std::vector<Size>{2})), NotFoundError);
  EXPECT_NO_THROW(static_cast<void>(with_changes(found, std::vector<Size>{0})));
}

// ---- Random pairs

/// Without what results do not depend on.
void strip(Criterion& node) {
  node.title = {};
  node.provenance = {};
  node.published = {};
  for (Criterion& child : node.children) {
    // In a sum no weight is 1.
    if (node.aggregation.method == Method::sum && child.weight == Dated<double>(1.0)) {
      child.weight = {};
    }
    strip(child);
  }
}

std::string stripped(const Index& index) {
  IndexDefinition definition = index.definition();
  strip(definition.tree);
  definition.variables.assign(index.variables().begin(), index.variables().end());
  std::sort(definition.variables.begin(), definition.variables.end(),
            [](const Variable& a, const Variable& b) { return a.code < b.code; });
  return to_yaml(Index(definition));
}

TEST(RandomDifferenceTest, AllChangesGiveTheOtherDefinitionAndNoneTheFirst) {
  int many = 0;
  for (unsigned seed = 0; seed < 700; ++seed) {
    const auto pair = random_pair::make_pair(seed, 6);
    if (!pair) continue;
    const auto found = difference(pair->before, pair->after);
    std::vector<Size> all(found.changes.size());
    std::iota(all.begin(), all.end(), Size{0});
    many += all.size() > 2 ? 1 : 0;

    EXPECT_EQ(stripped(with_changes(found, all)), stripped(pair->after)) << "seed " << seed;
    EXPECT_EQ(stripped(with_changes(found, {})), stripped(pair->before)) << "seed " << seed;
  }
  EXPECT_GT(many, 250);
}

TEST(RandomDifferenceTest, WhatChangesNothingIsNoChange) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const auto pair = random_pair::make_pair(seed, 6);
    if (!pair) continue;
    const bool same = stripped(pair->before) == stripped(pair->after);
    EXPECT_EQ(difference(pair->before, pair->after).changes.empty(), same) << "seed " << seed;
  }
}

}  // namespace
}  // namespace chiso
