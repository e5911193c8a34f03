#include "chiso/responsibility/sharing.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;

/// The roles that have a part in each round, as words.
std::vector<std::string> roles_of(const Sharing& sharing) {
  std::vector<std::string> rounds;
  for (const auto& weights : sharing.rounds()) {
    std::string& words = rounds.emplace_back();
    for (std::size_t role = 0; role < weights.size(); ++role) {
      if (weights[role] == 0.0) continue;
      EXPECT_EQ(weights[role], 1.0);
      words += (words.empty() ? "" : " ") + std::string(name(static_cast<TaskRole>(role)));
    }
  }
  return rounds;
}

std::vector<std::string> faults(const std::vector<Sharing::Weights>& rounds) {
  std::vector<std::string> texts;
  try {
    static_cast<void>(Sharing("mine", rounds));
  } catch (const SpecError& error) {
    for (const auto& problem : error.problems()) {
      texts.push_back(problem.place + ": " + problem.message);
    }
  }
  return texts;
}

TEST(SharingTest, OfTheLeadsHasNoSecondRound) {
  EXPECT_THAT(roles_of(Sharing::lead()), ElementsAre("lead"));
  EXPECT_EQ(Sharing::lead().name(), "lead");
}

TEST(SharingTest, ByRaciGoesFromTheAccountableToTheInformed) {
  EXPECT_THAT(roles_of(Sharing::raci()),
              ElementsAre("lead standing_agency", "carry_out advise review propose report",
                          "coordinate guide appraise", "monitor inspect"));
  EXPECT_EQ(Sharing::raci().name(), "raci");
}

TEST(SharingTest, ByWeightIsOneRound) {
  const std::vector<std::pair<TaskRole, double>> weights{{TaskRole::lead, 0.7},
                                                         {TaskRole::coordinate, 0.3}};
  const Sharing sharing = Sharing::weighted(weights);

  ASSERT_EQ(sharing.rounds().size(), 1U);
  EXPECT_EQ(sharing.rounds()[0][static_cast<std::size_t>(TaskRole::lead)], 0.7);
  EXPECT_EQ(sharing.rounds()[0][static_cast<std::size_t>(TaskRole::coordinate)], 0.3);
  EXPECT_EQ(sharing.rounds()[0][static_cast<std::size_t>(TaskRole::monitor)], 0.0);
  EXPECT_EQ(sharing.name(), "lead 0.7, coordinate 0.3");
}

TEST(SharingTest, NamesEveryWeightThatIsNone) {
  Sharing::Weights wrong{};
  wrong[static_cast<std::size_t>(TaskRole::lead)] = -1.0;
  wrong[static_cast<std::size_t>(TaskRole::guide)] = std::numeric_limits<double>::infinity();

  EXPECT_THAT(
      faults({Sharing::Weights{1.0}, wrong, Sharing::Weights{}}),
      ElementsAre("mine: expected a weight of 'lead' in round 2 that is finite and not negative, "
                  "got -1",
                  "mine: expected a weight of 'guide' in round 2 that is finite and not negative, "
                  "got inf",
                  "mine: no role has a weight in round 3"));
  EXPECT_THAT(faults({}), ElementsAre("mine: expected a round of weights, and there is none"));
}

TEST(SharingTest, ByWeightTakesARoleOnce) {
  const std::vector<std::pair<TaskRole, double>> twice{{TaskRole::lead, 1.0},
                                                       {TaskRole::lead, 2.0}};
  try {
    static_cast<void>(Sharing::weighted(twice));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const SpecError& error) {
    EXPECT_EQ(error.problems()[0].message, "the role 'lead' has two weights");
  }
  EXPECT_THROW((void)Sharing::weighted({}), SpecError);
}

}  // namespace
}  // namespace chiso
