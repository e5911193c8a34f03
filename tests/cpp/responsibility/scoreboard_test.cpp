#include "chiso/responsibility/scoreboard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/read_standings.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr auto of_score = Target::Quantity::score;
constexpr auto of_percent = Target::Quantity::percent;
constexpr auto of_rank = Target::Quantity::rank;
constexpr auto on_baseline = Target::Against::baseline;
constexpr auto on_previous = Target::Against::previous;

// ---- Plans and standings as one reads them

/// A plan 2022-2025 of the unit "Own" for the index "x".
PlanDefinition plan_until(int year = 2025) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.unit = "Own";
  plan.period = {Period(2022), Period(year)};
  plan.indices = {{"x", "family", {}}};
  return plan;
}

Target promise(Target::Quantity quantity, std::string_view range,
               Target::Against against = Target::Against::nothing) {
  Target target;
  target.criterion = {"x", ""};
  target.quantity = quantity;
  target.range = parse_interval(range);
  target.against = against;
  return target;
}

Baseline start(int year, std::optional<double> score, std::optional<double> rank) {
  Baseline result;
  result.criterion = {"x", ""};
  result.period = Period(year);
  result.score = score;
  result.rank = rank;
  return result;
}

PlanDefinition plan_of(Target target, std::vector<Baseline> baselines = {}) {
  PlanDefinition plan = plan_until();
  plan.targets = {std::move(target)};
  plan.baseline = std::move(baselines);
  return plan;
}

Standing row(std::string_view period, std::string unit, double score, double rank = missing,
             double maximum = missing) {
  Standing standing;
  standing.index = "x";
  standing.period = Period(period);
  standing.unit = std::move(unit);
  standing.score = score;
  standing.rank = rank;
  standing.maximum = maximum;
  return standing;
}

/// The first target of the plan.
TargetReport report(const PlanDefinition& plan, std::vector<Standing> rows) {
  return scoreboard(Plan(plan), Standings(std::move(rows))).targets.front();
}

/// The rows of the first target.
std::vector<TargetPeriod> periods(const PlanDefinition& plan, std::vector<Standing> rows) {
  auto board = scoreboard(Plan(plan), Standings(std::move(rows)));
  std::erase_if(board.periods, [](const TargetPeriod& each) { return each.target != 0; });
  return board.periods;
}

TargetStatus status(const PlanDefinition& plan, std::vector<Standing> rows) {
  return report(plan, std::move(rows)).status;
}

std::vector<Period> years(std::vector<int> numbers) { return {numbers.begin(), numbers.end()}; }

// ---- The history of Thanh Hoa

/// The four promises of 211/KH-UBND, I.2, and where it started from.
PlanDefinition plan_211() {
  PlanDefinition plan;
  plan.plan = "thanh-hoa-211";
  plan.unit = "Thanh H\u00f3a";
  plan.period = {Period(2022), Period(2025)};
  const std::vector<std::pair<std::string, double>> ranks{
      {"par", 14}, {"sipas", 24}, {"pci", 43}, {"papi", 3}};
  for (const auto& [key, rank_2021] : ranks) {
    plan.indices.push_back({key, key + "-family", {}});
    Baseline from = start(2021, {}, rank_2021);
    from.criterion = {key, ""};
    plan.baseline.push_back(from);
    Target target =
        key == "papi" ? promise(of_rank, "<= 0", on_baseline) : promise(of_rank, "<= 10");
    target.criterion = {key, ""};
    plan.targets.push_back(target);
  }
  return plan;
}

Standings published() {
  const NameList provinces = read_names("share/data/provinces.csv");
  return read_standings("share/data/standings.csv", &provinces);
}

TEST(ScoreboardOfThanhHoaTest, ParWasAmongTheFirstTenIn2022AndLostItAgain) {
  const auto board = scoreboard(Plan(plan_211()), published());
  const TargetReport& par = board.targets[0];

  EXPECT_EQ(par.baseline, 14.0);
  EXPECT_EQ(par.latest, Period(2024));
  EXPECT_EQ(par.value, 24.0);
  EXPECT_EQ(par.expected, 11.0);  // 14 in 2021, 10 in 2025: one place a year.
  EXPECT_THAT(par.met, ElementsAre(Period(2022)));
  EXPECT_THAT(par.lost_again, ElementsAre(Period(2023)));
  EXPECT_EQ(par.status, TargetStatus::at_risk);
}

TEST(ScoreboardOfThanhHoaTest, SipasWasFifthIn2022AndLostItAgain) {
  const auto board = scoreboard(Plan(plan_211()), published());
  const TargetReport& sipas = board.targets[1];

  EXPECT_EQ(sipas.value, 22.0);
  EXPECT_EQ(sipas.expected, 13.5);  // 24 - 14 * 3/4
  EXPECT_THAT(sipas.met, ElementsAre(Period(2022)));
  EXPECT_THAT(sipas.lost_again, ElementsAre(Period(2023)));
  EXPECT_EQ(sipas.status, TargetStatus::at_risk);
}

TEST(ScoreboardOfThanhHoaTest, PciRoseTooSlowly) {
  const auto board = scoreboard(Plan(plan_211()), published());
  const TargetReport& pci = board.targets[2];

  EXPECT_EQ(pci.latest, Period(2024));
  EXPECT_EQ(pci.value, 21.0);
  EXPECT_EQ(pci.expected, 18.25);  // 43 - 33 * 3/4
  EXPECT_THAT(pci.met, IsEmpty());
  EXPECT_THAT(pci.lost_again, IsEmpty());
  EXPECT_EQ(pci.status, TargetStatus::at_risk);
  // The last year in which both its score and the tenth's are known.
  EXPECT_EQ(pci.gap_period, Period(2020));
  EXPECT_NEAR(pci.gap, 2.83, 1e-12);  // Bac Ninh 66.74, Thanh Hoa 63.91
}

TEST(ScoreboardOfThanhHoaTest, PapiKeptItsPlaceForAYear) {
  const auto board = scoreboard(Plan(plan_211()), published());
  const TargetReport& papi = board.targets[3];

  EXPECT_EQ(papi.baseline, 3.0);
  EXPECT_EQ(papi.value, 10.0);  // From third to thirteenth.
  EXPECT_EQ(papi.expected, 0.0);
  EXPECT_THAT(papi.met, ElementsAre(Period(2022)));
  EXPECT_THAT(papi.lost_again, ElementsAre(Period(2023)));
  EXPECT_EQ(papi.status, TargetStatus::at_risk);
}

TEST(ScoreboardOfThanhHoaTest, EachYearSaysWhichScoreTheTenthPlaceNeeded) {
  const auto board = scoreboard(Plan(plan_211()), published());

  std::vector<TargetPeriod> pci;
  for (const TargetPeriod& each : board.periods) {
    if (each.target == 2) pci.push_back(each);
  }
  std::vector<int> found;
  for (const TargetPeriod& each : pci) found.push_back(std::stoi(each.period.text()));
  EXPECT_THAT(found, ElementsAre(2005, 2006, 2008, 2009, 2011, 2012, 2013, 2014, 2016, 2017, 2019,
                                 2020, 2021, 2022, 2024));
  const auto of = [&](int year) {
    return *std::find_if(pci.begin(), pci.end(),
                         [&](const auto& each) { return each.period == Period(year); });
  };
  // Tenth in 2019: Hai Phong 68.7325668; Thanh Hoa 65.6363297, 24th.
  EXPECT_EQ(of(2019).needed, 68.7325668);
  EXPECT_EQ(of(2019).score, 65.6363297);
  EXPECT_EQ(of(2019).rank, 24.0);
  EXPECT_NEAR(of(2019).gap, 3.0962371, 1e-12);
  EXPECT_EQ(of(2019).met, false);
  // Eighth in 2013 with 61.59098; the tenth, TP. Ho Chi Minh, had 61.19211.
  EXPECT_NEAR(of(2013).gap, -0.39887, 1e-12);
  EXPECT_EQ(of(2013).met, true);
  // 2021: the tenth is published (Ha Noi 68.6), the score of Thanh Hoa is not.
  EXPECT_EQ(of(2021).needed, 68.6);
  EXPECT_EQ(of(2021).rank, 43.0);
  EXPECT_THAT(of(2021).gap, IsNan());
  EXPECT_EQ(of(2021).met, false);
  // 2022: only the first ten are published; Thanh Hoa is not among the rows.
  EXPECT_EQ(of(2022).needed, 68.45);
  EXPECT_EQ(of(2022).met, std::nullopt);
  // 2024: only its own rank.
  EXPECT_THAT(of(2024).needed, IsNan());
}

TEST(ScoreboardOfThanhHoaTest, RanksThatWereNotPublishedAreThoseOfTheScoresIfAllAreThere) {
  const auto board = scoreboard(Plan(plan_211()), published());
  const auto of = [&](Size target, int year) {
    return *std::find_if(board.periods.begin(), board.periods.end(), [&](const auto& each) {
      return each.target == target && each.period == Period(year);
    });
  };
  // PCI 2006, 64 provinces: in pci_scores.csv 53 have more than the 45.3006922 of Thanh Hoa.
  EXPECT_EQ(of(2, 2006).rank, 54.0);
  // SIPAS 2018: the scores of two provinces say nothing of who was tenth.
  EXPECT_THAT(of(1, 2018).needed, IsNan());
}

TEST(ScoreboardTest, TwoScoresOfManyUnitsAreNoRanking) {
  PlanDefinition plan = plan_211();
  plan.unit = "Qu\u1ea3ng Ninh";
  const auto board = scoreboard(Plan(plan), published());
  const auto sipas_2018 = *std::find_if(
      board.periods.begin(), board.periods.end(),
      [&](const auto& each) { return each.target == 1 && each.period == Period(2018); });

  EXPECT_EQ(sipas_2018.score, 91.15);
  EXPECT_THAT(sipas_2018.rank, IsNan());
  EXPECT_EQ(sipas_2018.met, std::nullopt);
}

// ---- Status

TEST(ScoreboardStatusTest, IsUnknownWithoutAValueAfterTheBaseline) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 14)});

  EXPECT_EQ(status(plan, {row("2020", "Own", 80, 12)}), TargetStatus::unknown);
  EXPECT_EQ(status(plan, {row("2021", "Own", 80, 14)}), TargetStatus::unknown);
  const TargetReport none = report(plan, {row("2022", "Own", 80), row("2022", "B", 90, 1)});
  EXPECT_EQ(none.status, TargetStatus::unknown);  // Its score is there, its rank is not.
  EXPECT_EQ(none.latest, std::nullopt);
  EXPECT_THAT(none.value, IsNan());
  EXPECT_THAT(none.expected, IsNan());
}

TEST(ScoreboardStatusTest, IsOnTrackOnTheLineAndAtRiskBehindIt) {
  // From 18 in 2021 to 10 in 2025, two places a year: 16, 14, 12.
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 18)});

  EXPECT_EQ(status(plan, {row("2022", "Own", missing, 16)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2022", "Own", missing, 17)}), TargetStatus::at_risk);
  EXPECT_EQ(status(plan, {row("2024", "Own", missing, 12)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2024", "Own", missing, 13)}), TargetStatus::at_risk);
  EXPECT_EQ(status(plan, {row("2024", "Own", missing, 10)}), TargetStatus::on_track);
}

TEST(ScoreboardStatusTest, MoreIsBetterForScores) {
  // From 60 in 2021 to 68 in 2025, two points a year.
  const PlanDefinition plan = plan_of(promise(of_score, ">= 68"), {start(2021, 60, {})});

  EXPECT_EQ(report(plan, {row("2023", "Own", 64)}).expected, 64.0);
  EXPECT_EQ(status(plan, {row("2023", "Own", 64)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2023", "Own", 65)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2023", "Own", 63.9)}), TargetStatus::at_risk);
  EXPECT_EQ(status(plan, {row("2023", "Own", 68)}), TargetStatus::on_track);
}

TEST(ScoreboardStatusTest, WithoutABaselineOnlyMeetingItCounts) {
  const PlanDefinition plan = plan_of(promise(of_score, ">= 68.5"));

  EXPECT_EQ(status(plan, {row("2022", "Own", 68.5)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2022", "Own", 68.4)}), TargetStatus::at_risk);
  const TargetReport found = report(plan, {row("2021", "Own", 70), row("2022", "Own", 68)});
  EXPECT_THAT(found.expected, IsNan());
  EXPECT_THAT(found.baseline, IsNan());
  EXPECT_THAT(found.met, ElementsAre(Period(2021)));
}

TEST(ScoreboardStatusTest, WhenDueItIsReachedOrMissed) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 14)});

  EXPECT_EQ(status(plan, {row("2025", "Own", missing, 10)}), TargetStatus::reached);
  EXPECT_EQ(status(plan, {row("2025", "Own", missing, 11)}), TargetStatus::missed);
  EXPECT_EQ(status(plan, {row("2024", "Own", missing, 9), row("2025", "Own", missing, 11)}),
            TargetStatus::missed);
}

TEST(ScoreboardStatusTest, AfterItWasDueBothThatPeriodAndTheLatestCount) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 14)});
  const auto in = [](int year, double place) {
    return row(std::to_string(year), "Own", missing, place);
  };

  const TargetReport kept_then_lost = report(plan, {in(2025, 10), in(2026, 11)});
  EXPECT_EQ(kept_then_lost.status, TargetStatus::reached);
  EXPECT_THAT(kept_then_lost.lost_again, ElementsAre(Period(2026)));
  EXPECT_EQ(status(plan, {in(2025, 11), in(2026, 10)}), TargetStatus::reached);
  EXPECT_EQ(status(plan, {in(2025, 11), in(2026, 12)}), TargetStatus::missed);
  EXPECT_EQ(status(plan, {in(2026, 12)}), TargetStatus::missed);
  EXPECT_EQ(report(plan, {in(2026, 12)}).expected, 10.0);  // The line ends where it was to be.
}

TEST(ScoreboardStatusTest, ATargetsOwnPeriodGoesBeforeThePlans) {
  Target target = promise(of_rank, "<= 10");
  target.by = Period(2023);
  PlanDefinition plan = plan_of(target, {start(2021, {}, 14)});

  EXPECT_EQ(status(plan, {row("2023", "Own", missing, 11)}), TargetStatus::missed);
  EXPECT_EQ(report(plan, {row("2022", "Own", missing, 12)}).expected, 12.0);
}

TEST(ScoreboardStatusTest, WithoutAnyPeriodItIsNeverDue) {
  PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 14)});
  plan.period = {};

  EXPECT_EQ(status(plan, {row("2035", "Own", missing, 10)}), TargetStatus::on_track);
  EXPECT_EQ(status(plan, {row("2035", "Own", missing, 11)}), TargetStatus::at_risk);
  EXPECT_THAT(report(plan, {row("2035", "Own", missing, 11)}).expected, IsNan());
}

TEST(ScoreboardStatusTest, WhatIsPromisedForThePastHasNoLine) {
  for (const int by : {2020, 2021}) {
    Target target = promise(of_rank, "<= 10");
    target.by = Period(by);
    const PlanDefinition plan = plan_of(target, {start(2021, {}, 14)});

    const TargetReport found = report(plan, {row("2022", "Own", missing, 11)});
    EXPECT_EQ(found.status, TargetStatus::missed);
    EXPECT_THAT(found.expected, IsNan());
  }
}

TEST(ScoreboardStatusTest, PartsOfYearsStandOnTheLineWhereTheyEnd) {
  // From the end of 2021 to the end of 2022: 12 months, 12 places. June and 2022-Q3 end after 6 and
  // 9 months.
  Target target = promise(of_rank, "<= 10");
  target.by = Period(2022);
  const PlanDefinition plan = plan_of(target, {start(2021, {}, 22)});

  EXPECT_EQ(report(plan, {row("2022-06", "Own", missing, 16)}).expected, 16.0);
  EXPECT_EQ(report(plan, {row("2022-H1", "Own", missing, 16)}).expected, 16.0);
  EXPECT_EQ(report(plan, {row("2022-Q3", "Own", missing, 16)}).expected, 13.0);
  EXPECT_EQ(report(plan, {row("2022-05-31", "Own", missing, 16)}).expected, 17.0);
  // Four months and 15/31 of May: 22 - 4 - 15/31.
  EXPECT_NEAR(report(plan, {row("2022-05-15", "Own", missing, 16)}).expected, 17.5161290, 1e-7);
  EXPECT_EQ(status(plan, {row("2022-H2", "Own", missing, 10)}), TargetStatus::reached);
  EXPECT_EQ(status(plan, {row("2022-Q3", "Own", missing, 13)}), TargetStatus::on_track);
}

TEST(ScoreboardStatusTest, HasAWordForEach) {
  EXPECT_EQ(name(TargetStatus::reached), "reached");
  EXPECT_EQ(name(TargetStatus::on_track), "on_track");
  EXPECT_EQ(name(TargetStatus::at_risk), "at_risk");
  EXPECT_EQ(name(TargetStatus::missed), "missed");
  EXPECT_EQ(name(TargetStatus::unknown), "unknown");
}

TEST(ScoreboardTest, IsLostAgainEachTimeAndOverHolesToo) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2015, {}, 9)});
  std::vector<Standing> rows;
  const std::vector<std::pair<int, double>> history{{2016, 12}, {2017, 8}, {2018, 11}, {2019, 12},
                                                    {2020, 10}, {2021, 9}, {2023, 15}};
  for (const auto& [year, place] : history) {
    rows.push_back(row(std::to_string(year), "Own", missing, place));
  }
  rows.push_back(row("2022", "Other", 80, 1));  // Nothing of its own in 2022.

  const TargetReport found = report(plan, rows);

  // In 2016 it was not met, but neither had it been met since the plan began.
  EXPECT_EQ(found.met, years({2017, 2020, 2021}));
  EXPECT_EQ(found.lost_again, years({2018, 2023}));
}

// ---- Kinds of targets

TEST(ScoreboardTargetTest, PointsAreHeldAgainstTheLowerBound) {
  const auto found = periods(
      plan_of(promise(of_score, ">= 68.5")),
      {row("2022", "Own", 67.25), row("2023", "Own", 68.5), row("2024", "Own", missing, 3)});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].value, 67.25);
  EXPECT_EQ(found[0].needed, 68.5);
  EXPECT_EQ(found[0].gap, 1.25);
  EXPECT_EQ(found[0].met, false);
  EXPECT_EQ(found[1].gap, 0.0);
  EXPECT_EQ(found[1].met, true);
  EXPECT_EQ(found[2].rank, 3.0);
  EXPECT_EQ(found[2].needed, 68.5);
  EXPECT_THAT(found[2].value, IsNan());
  EXPECT_THAT(found[2].gap, IsNan());
  EXPECT_EQ(found[2].met, std::nullopt);
}

TEST(ScoreboardTargetTest, AnUpperBoundAloneNeedsNoScore) {
  const auto found = periods(plan_of(promise(of_score, "<= 5")), {row("2022", "Own", 4)});

  EXPECT_EQ(found[0].met, true);
  EXPECT_THAT(found[0].needed, IsNan());
  EXPECT_THAT(found[0].gap, IsNan());
}

TEST(ScoreboardTargetTest, PercentIsOfTheMaximumOfTheNode) {
  // Hoa Binh, 2022: 96 percent of the 9.5 points of the first field are 9.12.
  Target target = promise(of_percent, ">= 96");
  target.criterion.code = "F1";
  auto own = row("2022", "Own", 9.12, missing, 9.5);
  auto less = row("2023", "Own", 9.025, missing, 9.5);
  auto unlimited = row("2024", "Own", 9.025);
  own.code = less.code = unlimited.code = "F1";

  const auto found = periods(plan_of(target), {own, less, unlimited});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].value, 96.0);
  EXPECT_EQ(found[0].met, true);
  EXPECT_DOUBLE_EQ(found[0].needed, 9.12);
  EXPECT_EQ(found[0].gap, 0.0);
  EXPECT_NEAR(found[1].value, 95.0, 1e-12);
  EXPECT_NEAR(found[1].gap, 0.095, 1e-12);
  EXPECT_EQ(found[1].met, false);
  EXPECT_THAT(found[2].value, IsNan());
  EXPECT_THAT(found[2].needed, IsNan());
  EXPECT_EQ(found[2].met, std::nullopt);
}

TEST(ScoreboardTargetTest, TheMaximumMayStandInAnotherRow) {
  const auto found = periods(plan_of(promise(of_percent, ">= 50")),
                             {row("2022", "Other", 1, missing, 20), row("2022", "Own", 10)});

  EXPECT_EQ(found[0].value, 50.0);
  EXPECT_EQ(found[0].needed, 10.0);
}

TEST(ScoreboardTargetTest, ARankBandIsMetInsideIt) {
  const PlanDefinition plan = plan_of(promise(of_rank, "[10, 15]"), {start(2021, {}, 23)});
  const auto in_2023 = [](double place) { return std::vector{row("2023", "Own", missing, place)}; };

  EXPECT_EQ(periods(plan, in_2023(10))[0].met, true);
  EXPECT_EQ(periods(plan, in_2023(15))[0].met, true);
  EXPECT_EQ(periods(plan, in_2023(16))[0].met, false);
  EXPECT_EQ(periods(plan, in_2023(9))[0].met, false);
  // The nearest rank of the band is 15: 23, 21, 19, 17, 15.
  EXPECT_EQ(report(plan, in_2023(19)).expected, 19.0);
  EXPECT_EQ(status(plan, in_2023(19)), TargetStatus::on_track);
  EXPECT_EQ(status(plan, in_2023(20)), TargetStatus::at_risk);
  EXPECT_EQ(status(plan, in_2023(9)), TargetStatus::on_track);
}

TEST(ScoreboardTargetTest, WhoStartsInsideIsExpectedToStay) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 3)});

  EXPECT_EQ(report(plan, {row("2023", "Own", missing, 12)}).expected, 3.0);
  EXPECT_EQ(status(plan, {row("2023", "Own", missing, 12)}), TargetStatus::at_risk);
  EXPECT_EQ(status(plan, {row("2023", "Own", missing, 9)}), TargetStatus::on_track);
}

TEST(ScoreboardTargetTest, ARankNeedsTheScoreOfTheWorstRankAllowed) {
  const std::vector<Standing> rows{row("2022", "A", 90, 1), row("2022", "B", 80, 2),
                                   row("2022", "Own", 60, 4), row("2022", "C", 70, 3)};

  EXPECT_EQ(periods(plan_of(promise(of_rank, "<= 3")), rows)[0].needed, 70.0);
  EXPECT_EQ(periods(plan_of(promise(of_rank, "< 3")), rows)[0].needed, 80.0);
  EXPECT_EQ(periods(plan_of(promise(of_rank, "[1, 2]")), rows)[0].needed, 80.0);
  EXPECT_EQ(periods(plan_of(promise(of_rank, "= 1")), rows)[0].needed, 90.0);
  EXPECT_EQ(periods(plan_of(promise(of_rank, "<= 3.5")), rows)[0].needed, 70.0);
  EXPECT_THAT(periods(plan_of(promise(of_rank, "> 2")), rows)[0].needed, IsNan());
  EXPECT_THAT(periods(plan_of(promise(of_rank, "<= 5")), rows)[0].needed, IsNan());
  EXPECT_EQ(periods(plan_of(promise(of_rank, "<= 3")), rows)[0].gap, 10.0);
}

TEST(ScoreboardTargetTest, AKeptRankNeedsTheScoreOfThatPlace) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= 0", on_baseline), {start(2021, {}, 2)});
  const auto found =
      periods(plan, {row("2022", "A", 90, 1), row("2022", "B", 80, 2), row("2022", "Own", 70, 3)});

  EXPECT_EQ(found[0].value, 1.0);
  EXPECT_EQ(found[0].needed, 80.0);
  EXPECT_EQ(found[0].gap, 10.0);
  EXPECT_EQ(found[0].met, false);
}

TEST(ScoreboardTargetTest, ARaisedRankNeedsABetterPlace) {
  const PlanDefinition plan = plan_of(promise(of_rank, "< 0", on_baseline), {start(2021, {}, 3)});
  const auto found =
      periods(plan, {row("2022", "A", 90, 1), row("2022", "B", 80, 2), row("2022", "Own", 70, 3)});

  EXPECT_EQ(found[0].value, 0.0);
  EXPECT_EQ(found[0].met, false);
  EXPECT_EQ(found[0].needed, 80.0);
}

TEST(ScoreboardTargetTest, NobodyCanRiseAboveTheFirst) {
  const PlanDefinition plan = plan_of(promise(of_rank, "<= -3", on_baseline), {start(2021, {}, 2)});

  EXPECT_THAT(periods(plan, {row("2022", "Own", 70, 1)})[0].needed, IsNan());
}

TEST(ScoreboardTargetTest, AKeptScoreMayStayAndARaisedOneMayNot) {
  const std::vector<Standing> rows{row("2022", "Own", 65.75), row("2023", "Own", 65.5),
                                   row("2024", "Own", 65.25)};
  const PlanDefinition keep =
      plan_of(promise(of_score, ">= 0", on_baseline), {start(2021, 65.5, {})});
  const PlanDefinition raise =
      plan_of(promise(of_score, "> 0", on_baseline), {start(2021, 65.5, {})});

  EXPECT_EQ(report(keep, rows).met, years({2022, 2023}));
  EXPECT_EQ(report(keep, rows).lost_again, years({2024}));
  EXPECT_EQ(report(raise, rows).met, years({2022}));
  EXPECT_EQ(report(raise, rows).lost_again, years({2023}));
  EXPECT_EQ(report(raise, rows).baseline, 65.5);
  EXPECT_EQ(report(raise, rows).value, -0.25);
  EXPECT_EQ(report(raise, rows).expected, 0.0);
  EXPECT_EQ(report(raise, rows).gap, 0.25);
  EXPECT_EQ(periods(raise, rows)[0].needed, 65.5);
}

TEST(ScoreboardTargetTest, AScoreMayBePromisedToRiseByPoints) {
  // 2 points more by 2025: half a point a year.
  const PlanDefinition plan =
      plan_of(promise(of_score, ">= 2", on_baseline), {start(2021, 60, {})});
  const TargetReport found = report(plan, {row("2023", "Own", 60.75)});

  EXPECT_EQ(found.value, 0.75);
  EXPECT_EQ(found.expected, 1.0);
  EXPECT_EQ(found.gap, 1.25);
  EXPECT_EQ(found.status, TargetStatus::at_risk);
}

TEST(ScoreboardTargetTest, PercentCanBeKeptToo) {
  // 9 of 10 were 90 percent; 18.5 of 20 are 92.5. Kept would be 18.
  const PlanDefinition plan =
      plan_of(promise(of_percent, ">= 0", on_baseline), {start(2021, 9, {})});
  const auto found = periods(
      plan, {row("2021", "Own", missing, missing, 10), row("2022", "Own", 18.5, missing, 20)});

  EXPECT_EQ(found[1].value, 2.5);
  EXPECT_EQ(found[1].needed, 18.0);
  EXPECT_EQ(found[1].gap, -0.5);
}

TEST(ScoreboardTargetTest, WhatThePlanDoesNotSayOfItsBaselineTheStandingsDo) {
  // The plan has the rank of 2021 alone; its score is among the standings.
  const PlanDefinition plan = plan_of(promise(of_score, ">= 68"), {start(2021, {}, 14)});
  const std::vector<Standing> rows{row("2021", "Own", 60, 15), row("2022", "Own", 61)};

  EXPECT_EQ(report(plan, rows).baseline, 60.0);
  EXPECT_EQ(report(plan, rows).expected, 62.0);
  // Where both have it, the plan counts.
  EXPECT_EQ(report(plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 14)}), rows).baseline, 14.0);
}

// ---- Change on the previous period

TEST(ScoreboardPreviousTest, IsTheChangeOnTheYearBefore) {
  const PlanDefinition plan = plan_of(promise(of_score, ">= 0.5", on_previous));
  const auto found = periods(plan, {row("2021", "Own", 66.4), row("2022", "Own", 66.9),
                                    row("2023", "Own", 67.3), row("2024", "Own", 66)});

  EXPECT_THAT(found[0].value, IsNan());
  EXPECT_THAT(found[0].needed, IsNan());
  EXPECT_EQ(found[0].met, std::nullopt);
  EXPECT_EQ(found[1].value, 0.5);  // 66.9 - 66.4 is a little more or less in binary.
  EXPECT_EQ(found[1].met, true);
  EXPECT_NEAR(found[1].needed, 66.9, 1e-12);
  EXPECT_EQ(found[1].gap, 0.0);
  EXPECT_NEAR(found[2].value, 0.4, 1e-12);
  EXPECT_EQ(found[2].met, false);
  EXPECT_NEAR(found[2].gap, 0.1, 1e-12);
  EXPECT_NEAR(found[3].value, -1.3, 1e-12);
}

TEST(ScoreboardPreviousTest, BinaryFractionsDoNotDecide) {
  // Every pair of prices with one decimal that differ by 0.1 has risen by 0.1.
  const PlanDefinition plan = plan_of(promise(of_score, ">= 0.1", on_previous));
  const PlanDefinition more = plan_of(promise(of_score, "> 0.1", on_previous));
  for (int tenth = 0; tenth < 1000; ++tenth) {
    const std::vector<Standing> rows{row("2021", "Own", tenth / 10.0),
                                     row("2022", "Own", (tenth + 1) / 10.0)};
    ASSERT_EQ(periods(plan, rows)[1].met, true) << tenth;
    ASSERT_EQ(periods(plan, rows)[1].gap, 0.0) << tenth;
    ASSERT_EQ(periods(more, rows)[1].met, false) << tenth;
  }
}

TEST(ScoreboardPreviousTest, AHoleOfAYearIsNotTheYearBefore) {
  const auto found = periods(plan_of(promise(of_score, ">= 0.5", on_previous)),
                             {row("2020", "Own", 60), row("2022", "Own", 65)});

  EXPECT_EQ(found[1].met, std::nullopt);
  EXPECT_THAT(found[1].needed, IsNan());
}

TEST(ScoreboardPreviousTest, TheBaselineCanBeTheYearBefore) {
  const auto found =
      periods(plan_of(promise(of_score, ">= 0.5", on_previous), {start(2021, 64, {})}),
              {row("2022", "Own", 65), row("2023", "Own", 65.25)});

  EXPECT_EQ(found[0].value, 1.0);
  EXPECT_EQ(found[1].value, 0.25);
}

TEST(ScoreboardPreviousTest, HalvesFollowHalves) {
  const auto found = periods(
      plan_of(promise(of_rank, "<= -1", on_previous)),
      {row("2021", "Own", 0, 30), row("2021-H2", "Own", 0, 20), row("2022-H1", "Own", 0, 18),
       row("2022-H2", "Own", 0, 19), row("2023-Q1", "Own", 0, 1), row("2023-04", "Own", 0, 5),
       row("2023-05", "Own", 0, 2), row("2024-02-28", "Own", 0, 9), row("2024-02-29", "Own", 0, 7),
       row("2024-03-01", "Own", 0, 6)});

  std::vector<double> values;
  for (const TargetPeriod& each : found) values.push_back(each.value);
  EXPECT_THAT(values, ElementsAre(IsNan(), IsNan(), -2, 1, IsNan(), IsNan(), -3, IsNan(), -2, -1));
}

TEST(ScoreboardPreviousTest, HasNoLine) {
  const PlanDefinition plan =
      plan_of(promise(of_score, ">= 0.5", on_previous), {start(2021, 64, {})});
  const TargetReport found = report(plan, {row("2022", "Own", 64.25)});

  EXPECT_THAT(found.expected, IsNan());
  EXPECT_EQ(found.status, TargetStatus::at_risk);
  EXPECT_EQ(found.baseline, 64.0);
}

// ---- Regions

PlanDefinition regional(std::string_view range, std::vector<Baseline> baselines = {}) {
  Target target = promise(of_rank, range);
  target.region = "North";
  PlanDefinition plan = plan_of(target, std::move(baselines));
  plan.regions = {{"North", {"Own", "N1", "N2", "N3"}, {}}};
  return plan;
}

TEST(ScoreboardRegionTest, CountsOnlyTheUnitsOfTheRegion) {
  const auto found =
      periods(regional("<= 2"),
              {row("2022", "S1", 95, 1), row("2022", "N2", 90, 2), row("2022", "S2", 85, 3),
               row("2022", "N1", 80, 4), row("2022", "Own", 75, 5), row("2022", "N3", 70, 6)});

  EXPECT_EQ(found[0].rank, 3.0);
  EXPECT_EQ(found[0].value, 3.0);
  EXPECT_EQ(found[0].needed, 80.0);
  EXPECT_EQ(found[0].gap, 5.0);
  EXPECT_EQ(found[0].met, false);
}

TEST(ScoreboardRegionTest, ScoresAreEnoughIfAllOfTheRegionHaveOne) {
  const auto found = periods(regional("<= 2"),
                             {row("2022", "N1", 80), row("2022", "N2", 75), row("2022", "N3", 90),
                              row("2022", "Own", 75), row("2022", "S1", missing, 7)});

  EXPECT_EQ(found[0].rank, 3.0);  // Shared with N2.
  EXPECT_EQ(found[0].needed, 80.0);
}

TEST(ScoreboardRegionTest, AUnitOfWhichNothingIsKnownLeavesTheRankUnknown) {
  const std::vector<Standing> rows{row("2022", "N1", 80, 4), row("2022", "N2", 90, 2),
                                   row("2022", "Own", 75, 5)};

  EXPECT_THAT(periods(regional("<= 2"), rows)[0].rank, IsNan());
  EXPECT_THAT(periods(regional("<= 2"), rows)[0].needed, IsNan());
  EXPECT_EQ(periods(regional("<= 2"), rows)[0].met, std::nullopt);
}

TEST(ScoreboardRegionTest, ButNotIfAllBetterPlacesAreTaken) {
  // N3 is not among the first four, whatever it has.
  const std::vector<Standing> rows{row("2022", "S1", 95, 1), row("2022", "N2", 90, 2),
                                   row("2022", "S2", 85, 3), row("2022", "Own", 80, 4),
                                   row("2022", "N1", 60, 9)};
  const auto found = periods(regional("<= 2"), rows);

  EXPECT_EQ(found[0].rank, 2.0);
  EXPECT_EQ(found[0].needed, 80.0);
  EXPECT_THAT(periods(regional("<= 3"), rows)[0].needed, IsNan());
}

TEST(ScoreboardRegionTest, APlaceOnlyByRankIsHeldAgainstOneOnlyByScoreNever) {
  const auto found =
      periods(regional("<= 2"), {row("2022", "N1", 80), row("2022", "N2", 90, 12),
                                 row("2022", "N3", 70, 50), row("2022", "Own", missing, 20)});

  EXPECT_THAT(found[0].rank, IsNan());
}

TEST(ScoreboardRegionTest, EverybodyIsAmongTheFirstTenOfFour) {
  const auto found =
      periods(regional("<= 10"), {row("2022", "N1", 80, 4), row("2022", "N2", 90, 2),
                                  row("2022", "N3", 70, 6), row("2022", "Own", 75, 5)});

  EXPECT_EQ(found[0].needed, 70.0);
  EXPECT_EQ(found[0].gap, -5.0);
}

TEST(ScoreboardRegionTest, TheBaselineOfThePlanIsNoRankInARegion) {
  const std::vector<Standing> rows{row("2021", "N1", 80, 20), row("2021", "N2", 90, 12),
                                   row("2021", "N3", 70, 60), row("2021", "Own", 75, 43),
                                   row("2023", "Own", 75, 1)};
  const PlanDefinition plan = regional("<= 1", {start(2021, {}, 43)});

  EXPECT_EQ(report(plan, rows).baseline, 3.0);
  EXPECT_EQ(report(plan, rows).value, 1.0);  // First of all is first of the region.
  EXPECT_EQ(report(plan, rows).expected, 2.0);
  EXPECT_THAT(report(plan, {rows[3], rows[4]}).baseline, IsNan());
}

// Of complete standings, the rank in a region is one more than the better ones in it, and the score
// at rank n the n-th from the top. With rows and figures left out, the answers are these or none.
TEST(ScoreboardRegionTest, WhatIsLeftOutNeverGivesAnotherAnswer) {
  std::mt19937 random(43);
  int known = 0;
  int unknown = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t units = 4 + random() % 12;
    std::vector<double> scores(units);
    for (double& each : scores) each = static_cast<double>(random() % 30);
    const std::size_t members = 4;  // The first four: Own, N1, N2, N3.
    const std::vector<std::string> names{"Own", "N1", "N2", "N3"};
    std::vector<Standing> whole;
    for (std::size_t u = 0; u < units; ++u) {
      const auto better = std::count_if(scores.begin(), scores.end(),
                                        [&](double each) { return each > scores[u]; });
      whole.push_back(row("2022", u < members ? names[u] : "S" + std::to_string(u), scores[u],
                          static_cast<double>(better + 1)));
    }
    std::vector<double> region(scores.begin(), scores.begin() + members);
    std::sort(region.begin(), region.end(), std::greater<>());
    const std::size_t n = 1 + random() % members;
    const double place =
        static_cast<double>(1 + std::count_if(region.begin(), region.end(),
                                              [&](double each) { return each > scores[0]; }));
    const PlanDefinition plan = regional("<= " + std::to_string(n));

    const TargetPeriod full = periods(plan, whole)[0];
    ASSERT_EQ(full.rank, place);
    ASSERT_EQ(full.needed, region[n - 1]);
    ASSERT_EQ(full.met, place <= static_cast<double>(n));

    std::vector<Standing> part;
    for (std::size_t u = 0; u < units; ++u) {
      if (u > 0 && random() % 6 == 0) continue;
      part.push_back(whole[u]);
      if (random() % 8 == 0) part.back().score = missing;
      // One that keeps its rank, so that scores alone are never taken for all there are.
      if (u > 0 && random() % 8 == 0) part.back().rank = missing;
    }
    const TargetPeriod holes = periods(plan, part)[0];
    for (const auto& [found, truth] :
         {std::pair(holes.rank, place), std::pair(holes.needed, region[n - 1])}) {
      if (found == found) {
        ASSERT_EQ(found, truth);
        ++known;
      } else {
        ++unknown;
      }
    }
  }
  EXPECT_GT(known, 100);
  EXPECT_GT(unknown, 100);
}

// ---- Which standings, and of whom

TEST(ScoreboardTest, TakesStandingsUnderTheKeyTheDefinitionItsFamilyOrItsEditions) {
  const auto known_as = [](std::string definition, std::string index) {
    PlanDefinition plan = plan_of(promise(of_rank, "<= 10"));
    plan.indices[0].definition = std::move(definition);
    auto standing = row("2022", "Own", 70, 5);
    standing.index = std::move(index);
    return periods(plan, {standing}).size() == 1;
  };

  EXPECT_TRUE(known_as("par-fields-2021", "x"));
  EXPECT_TRUE(known_as("par-fields-2021", "par-fields-2021"));
  EXPECT_TRUE(known_as("par-fields-2021", "par-fields"));
  EXPECT_TRUE(known_as("par-fields", "par-fields-2021"));
  EXPECT_TRUE(known_as("par-fields", "par-fields"));
  EXPECT_FALSE(known_as("par-fields-2021", "par-fields-2022"));
  EXPECT_FALSE(known_as("par-fields-2021", "par"));
  EXPECT_FALSE(known_as("papi", "papi-indicators"));
  EXPECT_FALSE(known_as("papi-indicators", "papi"));
  EXPECT_FALSE(known_as("papi-indicators-2019", "papi"));
  EXPECT_FALSE(known_as("pci", "pc"));
  EXPECT_FALSE(known_as("pci", "pci-"));
}

TEST(ScoreboardTest, InAPeriodTheNearestNameGoesFirst) {
  auto by_key = row("2022", "Own", 70, 5);
  auto by_family = row("2022", "Own", 71, 4);
  auto edition = row("2023", "Own", 72, 3);
  auto later_edition = row("2024", "Own", 73, 2);
  by_family.index = "family";
  edition.index = "family-2013";
  later_edition.index = "family-2024";

  const auto found =
      periods(plan_of(promise(of_rank, "<= 10")), {edition, by_family, later_edition, by_key});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].rank, 5.0);
  EXPECT_EQ(found[1].rank, 3.0);
  EXPECT_EQ(found[2].rank, 2.0);
}

TEST(ScoreboardTest, GoesByTargetThenPeriodAndKnowsPeriodsOfOthers) {
  PlanDefinition plan = plan_of(promise(of_rank, "<= 10"));
  plan.targets.push_back(promise(of_score, ">= 70"));
  plan.targets.push_back(promise(of_score, ">= 7"));
  plan.targets[2].criterion.code = "F1";
  const Scoreboard board =
      scoreboard(Plan(plan), Standings({row("2023", "Own", 71, 3), row("2022", "Other", 90, 1)}));

  std::vector<std::pair<Size, std::string>> order;
  for (const TargetPeriod& each : board.periods) {
    order.emplace_back(each.target, each.period.text());
  }
  using P = std::pair<Size, std::string>;
  EXPECT_THAT(order, ElementsAre(P{0, "2022"}, P{0, "2023"}, P{1, "2022"}, P{1, "2023"}));
  ASSERT_EQ(board.targets.size(), 3U);
  EXPECT_EQ(board.targets[1].target, 1);
  EXPECT_EQ(board.targets[2].target, 2);
  EXPECT_EQ(board.targets[2].status, TargetStatus::unknown);
  EXPECT_EQ(board.targets[2].gap_period, std::nullopt);
  EXPECT_THAT(board.targets[2].gap, IsNan());
}

TEST(ScoreboardTest, RanksScoresOnlyIfNearlyAllAreThere) {
  // Ten units in 2022; nine and eight of them in 2023 and 2024.
  std::vector<Standing> rows;
  for (int year = 2022; year <= 2024; ++year) {
    for (int unit = 0; unit < 10 - (year - 2022); ++unit) {
      rows.push_back(row(std::to_string(year), unit == 0 ? "Own" : "U" + std::to_string(unit),
                         unit == 0 ? 5.5 : unit));
    }
  }
  const auto found = periods(plan_of(promise(of_rank, "<= 3")), rows);

  EXPECT_EQ(found[0].rank, 5.0);  // 9, 8, 7 and 6 have more.
  EXPECT_EQ(found[0].needed, 7.0);
  EXPECT_EQ(found[1].rank, 4.0);  // 8, 7, 6.
  EXPECT_EQ(found[1].needed, 6.0);
  EXPECT_THAT(found[2].rank, IsNan());
  EXPECT_THAT(found[2].needed, IsNan());
}

TEST(ScoreboardTest, AnotherUnitCanBeAskedFor) {
  const Plan plan(plan_of(promise(of_rank, "<= 10"), {start(2021, {}, 43)}));
  const Standings standings({row("2022", "Own", 70, 12), row("2022", "Other", 90, 1)});

  EXPECT_EQ(scoreboard(plan, standings, "Other").targets[0].value, 1.0);
  EXPECT_EQ(scoreboard(plan, standings, "Own").targets[0].value, 12.0);
}

TEST(ScoreboardTest, AUnitWithoutAnyRowIsAnErrorThatNamesTheNearest) {
  const Plan plan(plan_of(promise(of_rank, "<= 10")));
  const Standings standings({row("2022", "Thanh Hoa", 70, 12), row("2022", "Ha Noi", 90, 1)});

  try {
    (void)scoreboard(plan, standings, "Thanh Hoe");
    FAIL() << "no row is of the unit";
  } catch (const NotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no standing of the unit 'Thanh Hoe'"));
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'Thanh Hoa'?"));
  }
  EXPECT_THROW((void)scoreboard(plan, Standings()), NotFoundError);
}

TEST(ScoreboardTest, SomebodyHasToSayWhoseTargetsTheyAre) {
  PlanDefinition plan = plan_of(promise(of_rank, "<= 10"));
  plan.unit.clear();

  EXPECT_THROW((void)scoreboard(Plan(plan), Standings({row("2022", "A", 1)})), DataError);
  EXPECT_NO_THROW((void)scoreboard(Plan(plan), Standings({row("2022", "A", 1)}), "A"));
}

TEST(ScoreboardTest, APlanWithoutTargetsHasAnEmptyBoard) {
  const Scoreboard board = scoreboard(Plan(plan_until()), Standings({row("2022", "Own", 1)}));

  EXPECT_THAT(board.periods, IsEmpty());
  EXPECT_THAT(board.targets, IsEmpty());
}

}  // namespace
}  // namespace chiso
