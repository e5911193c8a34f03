#include "chiso/uncertainty/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/model/index.hpp"
#include "histories.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string problems_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(HistoryTest, PutsPeriodsInTimeOrder) {
  Eigen::MatrixXd scores(2, 3);
  scores << 3.0, 1.0, 2.0, 6.0, 4.0, nan;
  const History history("total", numbered_units(2), {Period(2007), Period(2005), Period(2006)},
                        scores);

  EXPECT_THAT(history.periods(), ElementsAre(Period(2005), Period(2006), Period(2007)));
  EXPECT_THAT(history.column(0), ElementsAre(1.0, 4.0));
  EXPECT_THAT(history.column(2), ElementsAre(3.0, 6.0));
  EXPECT_TRUE(std::isnan(history.column(1)[1]));
}

TEST(HistoryTest, ListsEveryProblem) {
  Eigen::MatrixXd scores(2, 4);
  scores << 1.0, 2.0, std::numeric_limits<double>::infinity(), nan, nan, nan, nan, nan;
  const std::string text = problems_of([&] {
    static_cast<void>(History("total", numbered_units(2),
                              {Period(2005), Period(2005), Period("2006-Q1"), Period(2007)},
                              scores));
  });

  EXPECT_THAT(text, HasSubstr("2005: stands twice"));
  EXPECT_THAT(text, HasSubstr("2006-Q1: is not on one line with 2005"));
  EXPECT_THAT(text, HasSubstr("u0, 2006-Q1: expected a score, got an infinite number"));
  EXPECT_THAT(text, HasSubstr("2007: no unit has a score"));
  EXPECT_THAT(text, HasSubstr("u1: has no score in any period"));
}

TEST(HistoryTest, RefusesAnotherShapeAndNothing) {
  EXPECT_THROW(History("total", numbered_units(2), years(2001, 3), Eigen::MatrixXd::Ones(3, 2)),
               DataError);
  EXPECT_THROW(History("total", numbered_units(0), {}, Eigen::MatrixXd(0, 0)), DataError);
}

TEST(HistoryTest, EndsEarlierWithTheUnitsKnownThen) {
  Eigen::MatrixXd scores(3, 3);
  scores << 1.0, 2.0, 3.0, nan, nan, 4.0, nan, 5.0, 6.0;
  const History early = history_of(scores).until(2);

  EXPECT_THAT(early.units().names(), ElementsAre("u0", "u2"));
  EXPECT_THAT(early.column(1), ElementsAre(2.0, 5.0));
  EXPECT_EQ(early.periods().size(), 2U);
}

/// Units "a" and "c" in 2020, "a" and "b" in 2019; y of a is missing in 2019.
std::vector<Scores> two_results() {
  const Index index = small::index(small::inner("total", Aggregation::Method::arithmetic_mean,
                                                {small::leaf("x"), small::leaf("y")}));
  Panel::Builder builder("small.csv");
  const auto set = [&](const char* unit, int year, double x, double y) {
    const Size u = builder.unit(unit);
    const Size p = builder.period(Period(year));
    builder.set(u, builder.number_variable("x"), p, x);
    builder.set(u, builder.number_variable("y"), p, y);
  };
  set("a", 2020, 2.0, 4.0);
  set("c", 2020, 10.0, 20.0);
  set("a", 2019, 1.0, nan);
  set("b", 2019, 5.0, 7.0);
  const Panel panel = builder.build();
  const Evaluator evaluator(index);
  return {evaluator.score(panel, {.period = Period(2020)}),
          evaluator.score(panel, {.period = Period(2019)})};
}

TEST(HistoryTest, IsMadeFromResults) {
  const History total = History::of(two_results());

  EXPECT_EQ(total.node(), "total");
  EXPECT_THAT(total.units().names(), ElementsAre("a", "c", "b"));
  EXPECT_THAT(total.periods(), ElementsAre(Period(2019), Period(2020)));
  EXPECT_TRUE(std::isnan(total.column(0)[0]));  // Its total needs both.
  EXPECT_EQ(total.column(0)[2], 6.0);
  EXPECT_EQ(total.column(1)[0], 3.0);
  EXPECT_EQ(total.column(1)[1], 15.0);

  const History x = History::of(two_results(), "x");

  EXPECT_EQ(x.node(), "x");
  EXPECT_EQ(x.column(0)[0], 1.0);
  EXPECT_THROW(static_cast<void>(History::of(two_results(), "z")), NotFoundError);
}

}  // namespace
}  // namespace chiso
