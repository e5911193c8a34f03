#include "chiso/snapshot/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../serialization/studies.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;

/// A result as a library would have stored it that computed one score otherwise.
Scores tampered(const Scores& scores, Size unit, Size node, double by) {
  std::vector<double> values(scores.values().data(),
                             scores.values().data() + scores.values().size());
  values[static_cast<std::size_t>(node * scores.units().size() + unit)] += by;
  return Evaluator::restore(scores.index(), scores.panel(), scores.period(), scores.method(),
                            scores.anchors(), {scores.given().begin(), scores.given().end()},
                            values);
}

StudyFinding only(const Study& study) { return verify(study, 2)[0]; }

TEST(VerifyTest, WhatWasComputedHolds) {
  for (const StudyFinding& finding : verify(test::whole_study(), 2)) {
    EXPECT_TRUE(finding.holds) << finding.part << ": " << finding.text;
    const bool is_result = finding.part == "scores" || finding.part == "ranking" ||
                           finding.part == "uncertainty" || finding.part == "sensitivity" ||
                           finding.part == "baseline";
    EXPECT_EQ(finding.computed, is_result) << finding.part;
  }
}

TEST(VerifyTest, AScoreThatIsOneBitOffIsNamed) {
  const Scores scores = small::uncertain();
  const Size w = scores.index().at("w");
  const double above = std::nextafter(scores.column(w)[1], 1e9) - scores.column(w)[1];

  const StudyFinding finding = only(Study({{"scores", tampered(scores, 1, w, above)}}));

  EXPECT_FALSE(finding.holds);
  EXPECT_THAT(finding.text, HasSubstr("1 scores come out otherwise, most of all that of south, w"));
}

TEST(VerifyTest, AnchorsThatWereHeldAreNoFault) {
  const Scores scores = small::uncertain();
  Anchors held = scores.anchors();
  held[0].high += 10.0;
  const Scores with = Evaluator(scores.index()).score(scores.panel(), {.anchors = &held});

  const StudyFinding finding = only(Study({{"scores", with}}));

  EXPECT_TRUE(finding.holds);
  EXPECT_THAT(finding.text, HasSubstr("anchors that were held"));
}

TEST(VerifyTest, ARankThatScoresDoNotGiveIsNamed) {
  const Scores scores = small::uncertain();
  const Ranking ranking(scores);
  std::vector<double> ranks(ranking.ranks().begin(), ranking.ranks().end());
  for (double& rank : ranks) {
    if (rank == 2.0) rank = 3.0;
  }
  const StudyFinding finding =
      only(Study({{"ranking", Ranking::restore(scores, 0, {Ties::competition, false}, ranks,
                                               ranking.groups())}}));

  EXPECT_FALSE(finding.holds);
  EXPECT_THAT(finding.text, HasSubstr("3 is stored, 2 computed"));
}

TEST(VerifyTest, LockedResultsWithoutTheirDataAreNotComputed) {
  const Scores scores = small::uncertain();
  const LockedResults locked = lock(scores.index(), scores.panel());

  EXPECT_FALSE(only(Study({{"baseline", locked}})).computed);
  EXPECT_TRUE(only(Study({{"baseline", locked}, {"panel", scores.panel()}})).computed);
  EXPECT_FALSE(only(Study({{"baseline", locked}, {"panel", test::awkward_panel()}})).computed);
}

TEST(VerifyTest, DrawsOfAnotherSeedDoNotHold) {
  const Scores scores = small::uncertain();
  UncertaintyOptions options;
  options.draws = draws_a_grain;
  options.seed = 1;
  const Experiment one(scores, {DrawWeights{}}, options);
  options.seed = 2;
  const Experiment two(scores, {DrawWeights{}}, options);
  const Uncertainty mixed = Uncertainty::restore(two, uncertainty(one).bytes());

  const StudyFinding finding = only(Study({{"draws", mixed}}));

  EXPECT_FALSE(finding.holds);
  EXPECT_THAT(finding.text, HasSubstr("come out otherwise"));
}

}  // namespace
}  // namespace chiso
