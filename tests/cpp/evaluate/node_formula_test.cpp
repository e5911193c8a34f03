// Every node as a formula, against what the evaluator gives.

#include "chiso/evaluate/node_formula.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/io/load_index.hpp"
#include "random_case.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using Method = Aggregation::Method;

std::string text_of(const Index& index, const std::string& code) {
  const auto found = node_formula(Evaluator(index), index.at(code));
  return found ? to_string(found->formula) : "none";
}

Criterion sum_of(std::vector<Criterion> children) {
  return inner("all", Method::sum, std::move(children));
}

TEST(NodeFormulaTest, CriteriaReadAsTheirAggregations) {
  const auto plain = [](Method method, std::vector<double> weights) {
    std::vector<Criterion> children;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      Criterion child = leaf(std::string(1, static_cast<char>('a' + k)));
      if (weights[k] >= 0.0) child.weight = weights[k];
      children.push_back(child);
    }
    return text_of(index(inner("all", method, children)), "all");
  };
  EXPECT_EQ(plain(Method::sum, {-1, -1, 2}), "a + b + 2 * c");
  EXPECT_EQ(plain(Method::sum, {0, 1, 1}), "b + c");
  EXPECT_EQ(plain(Method::arithmetic_mean, {-1, -1}), "mean(a, b)");
  EXPECT_EQ(plain(Method::arithmetic_mean, {-1, -1, -1}), "1 / 3 * a + 1 / 3 * b + 1 / 3 * c");
  EXPECT_EQ(plain(Method::arithmetic_mean, {0.3, 0.7}), "0.3 * a + 0.7 * b");
  EXPECT_EQ(plain(Method::arithmetic_mean, {30, 70}), "30 / 100 * a + 70 / 100 * b");
  EXPECT_EQ(plain(Method::geometric_mean, {0.5, 0.5}),
            "if min(a, b) == 0 then 0 else exp(0.5 * log(a) + 0.5 * log(b))");
  EXPECT_EQ(plain(Method::harmonic_mean, {0.5, 0.5}),
            "if min(a, b) > 0 then 1 / (0.5 * (1 / a) + 0.5 * (1 / b)) else missing");
  EXPECT_EQ(plain(Method::minimum, {-1, -1}), "min(a, b)");
  EXPECT_EQ(plain(Method::median, {-1, -1}), "none");
}

TEST(NodeFormulaTest, BonusPenaltyScaleAndCap) {
  Criterion bonus = points("b", 5.0, GivenPoints{});
  bonus.role = Role::bonus;
  bonus.cap = 3.0;
  Criterion penalty = points("p", 5.0, GivenPoints{});
  penalty.role = Role::penalty;
  Criterion all = sum_of({points("a", 84.0, GivenPoints{}), bonus, penalty});
  all.aggregation.scale_to = 100.0;
  all.cap = 100.0;
  const Index with = index(all);
  EXPECT_EQ(text_of(with, "all"), "min(100, (a + b - p) / 84 * 100)");
  EXPECT_EQ(text_of(with, "b"), "min(3, b)");
}

TEST(NodeFormulaTest, MissingChildrenAreSpokenOf) {
  Criterion all = sum_of({points("a", 84.0, GivenPoints{}), points("s", 16.0, GivenPoints{})});
  all.missing = MissingPolicy::reduce_maximum;
  EXPECT_EQ(text_of(index(all), "all"),
            "if count(a, s) == 2 then a + s else (coalesce(a, 0) + coalesce(s, 0)) * ((84 + 16) / "
            "((if missing(a) then 0 else 84) + (if missing(s) then 0 else 16)))");
  // CD-1: one of two formulas has data.
  all = inner("all", Method::maximum, {leaf("a"), leaf("b")});
  all.missing = MissingPolicy::renormalise;
  EXPECT_EQ(text_of(index(all), "all"), "max(coalesce(a, b), coalesce(b, a))");
}

/// Checks every node of a result that has a formula against its score. @returns how many nodes had
/// one.
int expect_same(const Scores& scores) {
  const Index& index = scores.index();
  const Evaluator evaluator(index, scores.method());
  int count = 0;
  for (Size node = 0; node < index.size(); ++node) {
    const auto found = node_formula(evaluator, node);
    if (!found) continue;
    ++count;
    const FormulaProgram program(found->formula, found->symbols);
    for (Size u = 0; u < scores.units().size(); ++u) {
      std::vector<double> inputs;
      for (const FormulaInput& input : program.inputs()) {
        if (!index.is_leaf(node)) {
          inputs.push_back(scores.at(scores.units()[u], input.variable));
          continue;
        }
        const Panel& panel = scores.panel();
        inputs.push_back(panel.column(
            panel.variables().at(input.variable),
            0)[static_cast<std::size_t>(scores.panel_positions()[static_cast<std::size_t>(u)])]);
      }
      const double expected = scores.column(node)[static_cast<std::size_t>(u)];
      const double value = program(inputs);
      EXPECT_TRUE(value == expected || (std::isnan(value) && std::isnan(expected)))
          << index.node(node).code << " " << to_string(found->formula) << ": " << value << ", not "
          << expected;
    }
  }
  return count;
}

TEST(NodeFormulaTest, GivesTheScoresOfRandomTreesToTheLastBit) {
  int nodes = 0;
  std::set<Method> methods;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    random_case::Case given = random_case::Generator(seed).make();
    // What does not apply has no formula.
    for (auto& cells : given.cells) {
      for (auto& cell : cells) {
        if (cell == random_case::Cell::not_applicable) cell = random_case::Cell::empty;
      }
    }
    try {
      nodes += expect_same(Evaluator(small::index(given.tree)).score(panel_of(given)));
    } catch (const DataError&) {
      continue;  // No spread, or the policy is `error`.
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(nodes, 10000);
}

TEST(NodeFormulaTest, EveryRowOfTheScoringFormHasOne) {
  // The rules of scoring_rules.csv, as the illustrative form of departments carries them.
  const Index form = load_index("share/indices/par-department/illustrative.yaml");
  const Evaluator evaluator(form, Period(2024));
  for (Size node = 0; node < form.size(); ++node) {
    const auto found = node_formula(evaluator, node);
    ASSERT_TRUE(found) << form.node(node).code;
    EXPECT_EQ(Formula(to_string(found->formula)), found->formula);
    EXPECT_NO_THROW(FormulaProgram(found->formula, found->symbols));
  }
}

}  // namespace
}  // namespace chiso
