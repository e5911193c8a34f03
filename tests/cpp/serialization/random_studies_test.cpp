// Whatever the other folders' generators make (every part of every format, names that readers take
// for something else, results with missing and given scores) comes back as it was, in both forms.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../base/rounds.hpp"
#include "../evaluate/random_case.hpp"
#include "../io/random_actions.hpp"
#include "../io/random_index.hpp"
#include "../io/random_plan.hpp"
#include "../io/random_scenarios.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/serialization/snapshot.hpp"
#include "chiso/serialization/study_difference.hpp"
#include "chiso/snapshot/verify.hpp"

namespace chiso {
namespace {

void expect_round_trip(const Study& study, unsigned seed) {
  const std::string bytes = to_bytes(study);
  for (const SnapshotForm form : {SnapshotForm::binary, SnapshotForm::xml}) {
    const Study again = study_from_bytes(to_bytes(study, form));
    ASSERT_TRUE(to_bytes(again) == bytes) << "seed " << seed;
    ASSERT_TRUE(difference(study, again).empty()) << "seed " << seed;
  }
}

TEST(RandomStudiesTest, WhatPeopleWriteComesBack) {
  testing_io::RandomIndex indices(5);
  testing_io::RandomPlan plans(6);
  testing_io::RandomScenarios scenarios(7);
  testing_io::RandomActions actions(8);
  for (unsigned i = 0; i < rounds(100U); ++i) {
    std::vector<StudyPart> parts{
        {"index", indices.draw()}, {"plan", plans.draw()}, {"actions", actions.draw()}};
    for (Scenario& scenario : scenarios.draw()) {
      parts.push_back({scenario.name, std::move(scenario)});
    }
    expect_round_trip(Study(std::move(parts)), i);
  }
}

TEST(RandomStudiesTest, ResultsComeBackAndHold) {
  unsigned scored = 0;
  for (unsigned seed = 0; seed < rounds(200U); ++seed) {
    const auto scores = random_case::limited_scores(seed);
    if (!scores) continue;
    ++scored;
    std::vector<StudyPart> parts{{"scores", *scores}};
    for (const Ties ties : {Ties::competition, Ties::average, Ties::ordinal}) {
      const Size node = static_cast<Size>(seed) % scores->index().size();
      parts.push_back({"ranking " + std::to_string(static_cast<int>(ties)),
                       Ranking(*scores, node, {.ties = ties, .on_displayed = seed % 2 == 0})});
    }
    const Study study(std::move(parts));
    expect_round_trip(study, seed);
    for (const StudyFinding& finding : verify(study_from_bytes(to_bytes(study)))) {
      ASSERT_TRUE(finding.holds) << "seed " << seed << ": " << finding.text;
    }
  }
  EXPECT_GT(scored, rounds(100U));
}

}  // namespace
}  // namespace chiso
