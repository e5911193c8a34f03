#include "chiso/optimize/actions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "chiso/evaluate/ranking.hpp"
#include "random_choices.hpp"

namespace chiso {
namespace {

using random_choices::Case;
using random_choices::Maker;
using random_choices::Trial;
using Status = SearchResult::Status;

constexpr int cases = 2000;

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a)); }

/// Whether the answer is a set that may be chosen and does what it says.
void expect_true(const ActionChoice& choice, const Case& given,
                 const std::vector<Trial::Set>& sets, unsigned seed) {
  std::vector<bool> chosen(static_cast<std::size_t>(given.effects->actions().size()), false);
  for (const Size i : choice.actions) chosen[static_cast<std::size_t>(i)] = true;
  const auto it = std::find_if(sets.begin(), sets.end(),
                               [&](const Trial::Set& set) { return set.chosen == chosen; });
  ASSERT_NE(it, sets.end()) << "seed " << seed << ": not among the sets that hold";
  EXPECT_TRUE(same(choice.cost, it->cost)) << "seed " << seed;
  for (std::size_t s = 0; s < choice.reached.size(); ++s) {
    const double score = given.effects->scores(static_cast<Size>(s), chosen)[0];
    EXPECT_TRUE(score == choice.reached[s].score || std::isnan(score)) << "seed " << seed;
  }
}

TEST(CheapestActions, AreThoseOfTryingEverySet) {
  int answered = 0;
  int infeasible = 0;
  unsigned seed = 0;
  for (int done = 0; done < cases; ++seed) {
    const auto made = Maker(seed).make();
    if (!made) continue;
    ++done;
    const Case& given = *made;
    const auto sets = Trial(given).all();
    const Prefer prefer = seed % 2 == 0 ? Prefer::cheapest : Prefer::fewest;
    const ActionChoice choice = cheapest_actions(*given.effects, given.goals, given.limits, prefer);
    if (sets.empty()) {
      ++infeasible;
      ASSERT_EQ(choice.result.status, Status::infeasible) << "seed " << seed;
      EXPECT_FALSE(choice.result.reasons.empty()) << "seed " << seed;
      continue;
    }
    ++answered;
    ASSERT_EQ(choice.result.status, Status::optimal) << "seed " << seed;
    expect_true(choice, given, sets, seed);
    const auto value = [&](double cost, double count) {
      return prefer == Prefer::cheapest ? std::pair(cost, count) : std::pair(count, cost);
    };
    double first = random_choices::infinity;
    double second = random_choices::infinity;
    for (const Trial::Set& set : sets) first = std::min(first, value(set.cost, set.count).first);
    for (const Trial::Set& set : sets) {
      const auto [a, b] = value(set.cost, set.count);
      if (same(a, first)) second = std::min(second, b);
    }
    const auto [a, b] = value(choice.cost, static_cast<double>(choice.actions.size()));
    ASSERT_TRUE(same(a, first)) << "seed " << seed << ": " << a << " and not " << first;
    ASSERT_TRUE(same(b, second)) << "seed " << seed << ": " << b << " and not " << second;
    EXPECT_TRUE(same(choice.result.objective, first)) << "seed " << seed;
    EXPECT_EQ(choice.result.gap, 0.0) << "seed " << seed;
  }
  EXPECT_GT(answered, cases / 4);
  EXPECT_GT(infeasible, cases / 10);
}

}  // namespace
}  // namespace chiso
