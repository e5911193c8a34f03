#include "uncertainty/tally.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "chiso/base/error.hpp"
#include "drawn.hpp"
#include "evaluate/grouping.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;

/// All draws of grains 0 ... count - 1, one after the other.
struct Draws {
  std::vector<std::vector<std::vector<double>>> scores;  ///< Node, unit, draw.
  std::vector<std::vector<double>> shares;

  Draws(const TallyPlan& plan, std::int64_t grains) : scores(at(plan.nodes)), shares(5) {
    for (auto& node : scores) node.resize(at(plan.units));
    for (std::int64_t g = 0; g < grains; ++g) {
      const drawn::Grain grain = drawn::grain(plan, g);
      for (std::size_t n = 0; n < scores.size(); ++n) {
        for (const auto& draw : grain.scores[n]) {
          for (std::size_t u = 0; u < draw.size(); ++u) scores[n][u].push_back(draw[u]);
        }
      }
      for (std::size_t r = 0; r < shares.size(); ++r) {
        shares[r].insert(shares[r].end(), grain.shares[r].begin(), grain.shares[r].end());
      }
    }
  }

  [[nodiscard]] std::vector<double> draw(std::size_t node, std::size_t j) const {
    std::vector<double> of_units;
    for (const auto& unit : scores[node]) of_units.push_back(unit[j]);
    return of_units;
  }
};

constexpr Size units = 13;
constexpr std::int64_t grains = 4;

std::vector<std::int64_t> all_grains() { return {0, 1, 2, 3}; }

TEST(TallyTest, SumsAreThoseOfThePlainScores) {
  const auto plan = drawn::plan(units, 2);
  const Tally tally = drawn::tally_of(plan, all_grains());
  const Draws draws(*plan, grains);

  EXPECT_EQ(tally.draws(), 4096);
  for (std::size_t n = 0; n < 2; ++n) {
    for (std::size_t u = 0; u < at(units); ++u) {
      std::vector<double> present;
      for (const double x : draws.scores[n][u]) {
        if (!std::isnan(x)) present.push_back(x);
      }
      const long double centre = static_cast<long double>(plan->bins[u].centre);
      long double sum = 0.0L;
      long double square = 0.0L;
      for (const double x : present) {
        const long double difference = static_cast<long double>(x) - centre;
        sum += difference;
        square += difference * difference;
      }
      const Tally::Node& counts = tally.nodes[n];
      const double spread = std::sqrt(static_cast<double>(square));
      EXPECT_EQ(tally.scored(static_cast<Size>(n), static_cast<Size>(u)), std::ssize(present));
      EXPECT_EQ(counts.least[u], *std::min_element(present.begin(), present.end()));
      EXPECT_EQ(counts.greatest[u], *std::max_element(present.begin(), present.end()));
      // 1,024 additions in 8 lanes lose some 130 halves of a last digit at most.
      EXPECT_NEAR(counts.sums[u].value(), static_cast<double>(sum), 1e-13 * (1.0 + 64.0 * spread));
      EXPECT_NEAR(counts.squares[u].value(), static_cast<double>(square),
                  1e-13 * static_cast<double>(square));
    }
  }
}

TEST(TallyTest, CountsRanksAndPairsAndShifts) {
  for (const bool rounded : {false, true}) {
    const auto plan = drawn::plan(units, 2);
    if (rounded) plan->decimals = 0;
    const Tally tally = drawn::tally_of(plan, all_grains());
    const Draws draws(*plan, grains);

    for (std::size_t n = 0; n < 2; ++n) {
      std::vector<std::uint32_t> ranks(at(units * (units + 1)));
      std::vector<std::int64_t> wins(at(units * units));
      std::vector<double> shifts;
      for (std::size_t j = 0; j < 4096; ++j) {
        const std::vector<double> scores = drawn::ranked(*plan, draws.draw(n, j));
        std::vector<double> places(scores.size());
        rank(scores, Ties::competition, places);
        double moved = 0.0;
        double both = 0.0;
        for (std::size_t u = 0; u < scores.size(); ++u) {
          const bool has = !std::isnan(places[u]);
          const double place = has ? places[u] : 0.0;
          ++ranks[u * at(units + 1) + static_cast<std::size_t>(place)];
          for (std::size_t v = 0; v < scores.size(); ++v) {
            wins[u * at(units) + v] += scores[u] > scores[v] ? 1 : 0;
          }
          const double nominal = plan->nominal[n * at(units) + u];
          if (!has || nominal == 0.0) continue;
          moved += std::abs(place - nominal);
          both += 1.0;
        }
        shifts.push_back(moved / both);
      }
      const Tally::Node& counts = tally.nodes[n];
      EXPECT_EQ(counts.ranks, ranks);
      EXPECT_EQ(counts.wins, wins);
      double sum = 0.0;
      double square = 0.0;
      for (const double x : shifts) {
        sum += x;
        square += x * x;
      }
      EXPECT_NEAR(counts.shift.value(), sum, 1e-11 * sum);
      EXPECT_NEAR(counts.shift_square.value(), square, 1e-11 * square);
      // Bins are a thirteenth wide here.
      std::vector<std::uint32_t> bins(counts.shifts.size());
      for (const double x : shifts) ++bins[static_cast<std::size_t>(x * 13.0 + 1e-9)];
      EXPECT_EQ(counts.shifts, bins);
    }
  }
}

TEST(TallyTest, EveryScoreIsInTheBinAroundIt) {
  const auto plan = drawn::plan(units, 1);
  const Tally tally = drawn::tally_of(plan, all_grains());
  const Draws draws(*plan, grains);

  for (std::size_t u = 0; u < at(units); ++u) {
    const ScoreBins& bins = plan->bins[u];
    std::vector<std::uint32_t> counts(at(ScoreBins::count));
    for (const double x : draws.scores[0][u]) {
      const double place = (x - bins.lowest) / (bins.highest - bins.lowest) * 2048.0;
      if (std::isnan(x)) {
        ++counts[at(ScoreBins::none)];
      } else if (u == 0) {
        ++counts[1];  // Constant: the first inner bin.
      } else if (x < bins.lowest) {
        ++counts[at(ScoreBins::below)];
      } else if (x > bins.highest) {
        ++counts[at(ScoreBins::above)];
      } else {
        ++counts[1 + static_cast<std::size_t>(place)];
      }
    }
    const auto first = tally.nodes[0].bins.begin() + static_cast<Size>(u) * ScoreBins::count;
    EXPECT_EQ(std::vector<std::uint32_t>(first, first + ScoreBins::count), counts) << u;
  }
}

TEST(TallyTest, CountsGroupsAsTheRankingDoes) {
  Grouping limits{Grouping::Kind::limits, {"high", "low"}, {53.0, 51.0}, "rest"};
  Grouping quarters{Grouping::Kind::quantiles, {"a", "b", "c", "d"}, {}, ""};
  Grouping breaks{Grouping::Kind::natural_breaks, {"a", "b", "c"}, {}, ""};
  for (const Grouping& grouping : {limits, quarters, breaks}) {
    const auto plan = drawn::plan(units, 2);
    plan->grouping = grouping;
    plan->groups = std::ssize(grouping.names) + (grouping.kind == Grouping::Kind::limits ? 1 : 0);
    plan->decimals = 1;
    const Tally tally = drawn::tally_of(plan, all_grains());
    const Draws draws(*plan, grains);

    std::vector<std::uint32_t> counts(at(units * plan->groups));
    for (std::size_t j = 0; j < 4096; ++j) {
      std::vector<std::int32_t> groups(at(units));
      assign_groups(grouping, drawn::ranked(*plan, draws.draw(1, j)), groups);
      for (std::size_t u = 0; u < groups.size(); ++u) {
        if (groups[u] >= 0) ++counts[u * at(plan->groups) + static_cast<std::size_t>(groups[u])];
      }
    }
    EXPECT_EQ(tally.groups, counts);
  }
}

TEST(TallyTest, AddsTheSharesOfTheDrawsInWhichAUnitIsFirst) {
  const auto plan = drawn::plan(units, 2);
  const Tally tally = drawn::tally_of(plan, all_grains());
  const Draws draws(*plan, grains);

  std::vector<double> sums(at(units) * 3);
  for (std::size_t j = 0; j < 4096; ++j) {
    const std::vector<double> scores = draws.draw(1, j);
    double most = -1.0;
    for (const double x : scores) most = x > most ? x : most;
    for (std::size_t u = 0; u < scores.size(); ++u) {
      if (scores[u] != most) continue;
      for (std::size_t r = 0; r < 3; ++r) {
        sums[u * 3 + r] += draws.shares[at(plan->share_rows[r])][j];
      }
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    EXPECT_NEAR(tally.central[i].value(), sums[i], 1e-11 * (1.0 + sums[i]));
  }
}

TEST(TallyTest, BlocksDoNotMatter) {
  const auto plan = drawn::plan(units, 2);
  const std::string bytes = drawn::tally_of(plan, {0, 1, 2}).bytes();

  for (const Size draws : {8, 16, 64, 512, 1024}) {
    EXPECT_TRUE(drawn::tally_of(plan, {0, 1, 2}, draws).bytes() == bytes) << draws;
  }
}

TEST(TallyTest, AnyDivisionInAnyOrderGivesTheSameBits) {
  const auto plan = drawn::plan(units, 2);
  const Tally all = drawn::tally_of(plan, {0, 1, 2, 3, 4, 5, 6, 7});
  std::mt19937_64 random(4);
  for (int round = 0; round < 5; ++round) {
    std::vector<std::vector<std::int64_t>> parts(4);
    for (std::int64_t grain = 0; grain < 8; ++grain) {
      parts[random() % parts.size()].push_back(grain);
    }
    Tally merged(plan);
    for (const auto& part : parts) merged.merge(drawn::tally_of(plan, part));
    EXPECT_TRUE(merged.bytes() == all.bytes());
  }
}

TEST(TallyTest, RefusesWhatItHasAndWhatIsNotOfItsKind) {
  const auto plan = drawn::plan(units, 1);
  const auto other = drawn::plan(units, 1);
  other->fingerprint = "fedcba9876543210";
  Tally tally = drawn::tally_of(plan, {0, 1});
  const std::string before = tally.bytes();

  EXPECT_THROW(tally.merge(drawn::tally_of(plan, {1, 2})), DataError);
  EXPECT_THROW(tally.merge(drawn::tally_of(other, {2})), DataError);
  EXPECT_TRUE(tally.bytes() == before);
}

TEST(TallyTest, NamesTheUnitWhoseScoreIsInfinite) {
  for (const double bad : {std::numeric_limits<double>::infinity(), -1e200}) {
    const auto plan = drawn::plan(units, 1);
    GrainCounter counter(plan, best_kernels());
    Tally tally(plan);
    drawn::Grain grain = drawn::grain(*plan, 1);
    grain.scores[0][5][7] = bad;
    try {
      drawn::count(grain, 1, 256, counter, tally);
      FAIL() << "expected an error";
    } catch (const DataError& error) {
      EXPECT_EQ(error.where(), "unit 7");
      EXPECT_THAT(error.what(), HasSubstr("draws 1024 to 2047"));
    }
  }
}

// ---- bytes ------------------------------------------------------------------------------------

std::string refusal(const std::shared_ptr<const TallyPlan>& plan, std::string_view bytes) {
  try {
    static_cast<void>(Tally::from_bytes(plan, bytes));
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(TallyBytesTest, ComeBackAsTheyWere) {
  for (const bool pairs : {false, true}) {
    const auto plan = drawn::plan(units, 2);
    plan->pairs = pairs;
    Tally tally = drawn::tally_of(plan, {0, 1, 5});
    tally.stopped = pairs;

    const Tally read = Tally::from_bytes(plan, tally.bytes());

    EXPECT_TRUE(read.bytes() == tally.bytes());
    EXPECT_EQ(read.draws(), 3072);
    EXPECT_EQ(read.stopped, pairs);
  }
}

TEST(TallyBytesTest, BeginInTheSameWayOnEveryMachine) {
  const auto plan = drawn::plan(5, 1);
  const std::string bytes = drawn::tally_of(plan, {3}).bytes();

  const std::string head(
      "chisodrw\2\0\0\0\0\0\0\0"
      "0123456789abcdef"
      "\5\0\0\0\0\0\0\0",
      40);
  const std::string runs(
      "\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"
      "\3\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0",
      32);
  constexpr std::size_t bins = 5 * 4 * 8;
  EXPECT_EQ(bytes.substr(0, 40), head);
  EXPECT_EQ(bytes.substr(40 + bins, 32), runs);
}

TEST(TallyBytesTest, AreRestoredWithoutAnyDraw) {
  const auto plan = drawn::plan(units, 2);
  const std::string bytes = drawn::tally_of(plan, {0, 1, 5}).bytes();
  TallyPlan bare = *plan;
  bare.bins.clear();
  bare.fingerprint.clear();

  const Tally read = Tally::restore(bare, bytes);

  EXPECT_EQ(read.plan->fingerprint, plan->fingerprint);
  EXPECT_EQ(read.plan->bins[7].centre, plan->bins[7].centre);
  EXPECT_TRUE(read.bytes() == bytes);
  Tally more = drawn::tally_of(plan, {7});
  more.merge(read);
  EXPECT_EQ(more.draws(), 4096);
}

TEST(TallyBytesTest, TakeNoMemoryThatTheyAreNotLongEnoughFor) {
  // 65,535 units that beat each other would take 34 GB.
  TallyPlan huge = *drawn::plan(2, 1);
  const std::string bytes = drawn::tally_of(drawn::plan(2, 1), {0}).bytes();
  huge.units = 65'535;

  EXPECT_THROW(static_cast<void>(Tally::restore(huge, bytes)), DataError);

  std::string many = bytes.substr(0, 32) + std::string("\xff\xff\0\0\0\0\0\0", 8) +
                     std::string(65'535 * 32, '\0') + bytes.substr(40 + 2 * 32);
  EXPECT_THROW(static_cast<void>(Tally::restore(huge, many)), DataError);
}

TEST(TallyBytesTest, EveryCutIsNoticed) {
  const auto plan = drawn::plan(2, 1);
  const std::string bytes = drawn::tally_of(plan, {0, 2}).bytes();

  for (std::size_t length = 0; length < bytes.size(); ++length) {
    ASSERT_NE(refusal(plan, std::string_view(bytes).substr(0, length)), "") << length;
  }
  EXPECT_THAT(refusal(plan, bytes + "x"), HasSubstr("not as long as"));
}

TEST(TallyBytesTest, EveryChangeIsNoticed) {
  const auto plan = drawn::plan(2, 1);
  const std::string bytes = drawn::tally_of(plan, {0, 2}).bytes();

  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    ASSERT_NE(refusal(plan, changed), "") << i;
  }
}

TEST(TallyBytesTest, SaysWhatIsWrong) {
  const auto plan = drawn::plan(2, 1);
  const auto other = drawn::plan(2, 1);
  other->fingerprint = "fedcba9876543210";
  const std::string bytes = drawn::tally_of(plan, {0}).bytes();
  std::string newer = bytes;
  newer[8] = 3;
  std::string endless = bytes;
  endless[40 + 2 * 4 * 8 + 15] = '\x7f';  // The highest digit of the number of runs.
  std::string last = bytes;
  last[bytes.size() - 30] = static_cast<char>(last[bytes.size() - 30] ^ 1);

  EXPECT_THAT(refusal(plan, "draws"), HasSubstr("end too early"));
  EXPECT_THAT(refusal(plan, "these are not draws"), HasSubstr("begin otherwise"));
  EXPECT_THAT(refusal(plan, newer), HasSubstr("version 3, this library reads version 2"));
  EXPECT_THAT(refusal(other, bytes), HasSubstr("other ingredients"));
  EXPECT_THAT(refusal(plan, endless), HasSubstr("end too early"));
  EXPECT_THAT(refusal(plan, last), HasSubstr("checksum"));
}

TEST(TallyBytesTest, CountsThatDoNotAddUpAreRefusedThoughTheChecksumIsTheirs) {
  const auto plan = drawn::plan(2, 1);
  Tally tally = drawn::tally_of(plan, {0});
  ++tally.nodes[0].ranks[1];

  EXPECT_THAT(refusal(plan, tally.bytes()), HasSubstr("do not add up"));
}

}  // namespace
}  // namespace chiso
