// Archives that earlier versions wrote are read for ever. Files in tests/data/snapshots/<version>
// are never written again; a version that changes the format adds a folder. What they must hold
// stands here as it was worked out by hand from the definition and data in
// ../uncertainty/small_sources.hpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "studies.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;

const fs::path folder = "tests/data/snapshots";

std::vector<fs::path> archives() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

void expect_scores(const Scores& scores) {
  // w = 0.4 (20 - 20) / 60 100 + 0.3 (0.5 - 0.2) / 0.7 100 + 0.3 10; s = 3 + 20 + 1.
  const double w = 0.3 * (0.3 / 0.7 * 100.0) + 3.0;
  EXPECT_NEAR(scores.at("north", "w"), w, 1e-12);
  EXPECT_EQ(scores.at("north", "s"), 24.0);
  EXPECT_NEAR(scores.at("north", "r"), (w + 24.0) / 2.0, 1e-12);
  EXPECT_NEAR(scores.at("south", "r"), (0.4 * 50.0 + 0.0 + 6.0 + 19.0) / 2.0, 1e-12);
  EXPECT_TRUE(std::isnan(scores.at("west", "r")));  // c is missing.
  ASSERT_EQ(scores.anchors().size(), 2);
  EXPECT_EQ(scores.anchors()[0].low, 20.0);
  EXPECT_EQ(scores.anchors()[0].high, 80.0);
  EXPECT_EQ(scores.period(), Period(2020));
}

TEST(ArchivesTest, OfAllVersionsAreRead) {
  ASSERT_GE(archives().size(), 2);
  for (const fs::path& path : archives()) {
    SCOPED_TRACE(path.string());
    const Study study = load_snapshot(path);

    EXPECT_EQ(study.provenance().note, "for tests");
    EXPECT_EQ(study.provenance().date, "2026-11-29T12:00:00Z");
    ASSERT_EQ(study.provenance().documents.size(), 1);
    EXPECT_EQ(study.provenance().documents[0].text, "index: small  # as written\n");
    EXPECT_EQ(study.get<Index>("index").name(), "small-1");
    EXPECT_EQ(study.get<Panel>("panel").column(0, 0)[1], 50.0);
    EXPECT_EQ(study.get<Panel>("panel").standard_errors(0, 0)[2], 3.0);
    EXPECT_EQ(study.get<Panel>("awkward"), test::awkward_panel());
    EXPECT_EQ(study.get<Plan>("plan"), Plan(test::sound_plan()));
    EXPECT_EQ(study.get<Scenario>("scenario"), test::scenario());
    EXPECT_EQ(study.get<ActionSet>("actions"), test::actions());
    ASSERT_EQ(study.get<Standings>("standings").rows().size(), 2);
    EXPECT_EQ(study.get<Standings>("standings").rows()[0].score, 86.2);
    expect_scores(study.get<Scores>("scores"));
    const auto& ranking = study.get<Ranking>("ranking");
    EXPECT_EQ(ranking.rank_of("south"), 1.0);
    EXPECT_EQ(ranking.rank_of("north"), 2.0);
    EXPECT_TRUE(std::isnan(ranking.rank_of("west")));
    const auto& draws = study.get<Uncertainty>("uncertainty");
    EXPECT_EQ(draws.draws(), 2'048);
    EXPECT_EQ(std::vector<Source>(draws.experiment().sources().begin(),
                                  draws.experiment().sources().end()),
              test::sources());
    EXPECT_EQ(draws.scored(0)[0], 1.0);
    const auto& sensitivity = study.get<Sensitivity>("sensitivity");
    EXPECT_EQ(sensitivity.rows, 64);
    EXPECT_EQ(sensitivity.factors.size(), 3);
    EXPECT_EQ(sensitivity.first.value.size(), 3 * 7);  // Scores and ranks of three, the shift.
    EXPECT_EQ(study.get<LockedResults>("baseline").periods.size(), 1);
  }
}

}  // namespace
}  // namespace chiso
