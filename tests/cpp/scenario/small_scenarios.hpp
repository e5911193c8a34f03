#pragma once

#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/scenario/scenario.hpp"

/// Small results, and scenarios in one line.
namespace chiso::small {

inline Scenario scenario(std::vector<Edit::What> edits) {
  Scenario made;
  made.name = "try";
  for (Edit::What& what : edits) made.edits.push_back({std::move(what), {}});
  return made;
}

inline ChangeValue set(const std::string& unit, const std::string& variable, double amount) {
  return {{unit}, variable, How::set, amount, ""};
}

/// r = mean of x and y, each normalised from the lowest to the highest of the year.
inline Scores min_max() {
  const Criterion tree = inner("r", Aggregation::Method::arithmetic_mean,
                               {leaf("x", Normaliser{}), leaf("y", Normaliser{})});
  return Evaluator(small::index(tree)).score(panel({"x", "y"}, {{0, 5}, {10, 5.5}, {5, 15}}));
}

/// r = 50 % a, 30 % b, 20 % c of the values 10, 20, 40.
inline Scores weighted_mean() {
  const Criterion tree =
      inner("r", Aggregation::Method::arithmetic_mean,
            {weighted(50, leaf("a")), weighted(30, leaf("b")), weighted(20, leaf("c"))});
  return Evaluator(small::index(tree)).score(panel({"a", "b", "c"}, {{10, 20, 40}}));
}

/// Two provinces that become one: people, a rate with its error, points that one has not.
inline Scores provinces() {
  Criterion rate = leaf("rate");
  Criterion sea = leaf("sea");
  sea.not_applicable = NotApplicable::exclude;
  Criterion people = leaf("people");
  Criterion grade = points("grade", 10, CategoryRule{{{"low", 1.0}, {"high", 9.0}}, false});
  Criterion count = leaf("count");
  IndexDefinition head =
      definition(inner("r", Aggregation::Method::arithmetic_mean, {rate, sea, people, grade, count},
                       MissingPolicy::renormalise));
  Variable words;
  words.code = "grade";
  words.categories = {"low", "high"};
  Variable counted;
  counted.code = "count";
  counted.zero_is_missing = true;
  head.variables = {words, counted};

  Panel::Builder builder("provinces.csv");
  const Size period = builder.period(Period(2024));
  const Size v_rate = builder.number_variable("rate");
  const Size v_sea = builder.number_variable("sea");
  const Size v_people = builder.number_variable("people");
  const Size v_grade = builder.category_variable("grade");
  const Size v_count = builder.number_variable("count");
  const auto province = [&](const char* name, double rate_of, double error, double people_of,
                            const char* grade_of, double count_of) {
    const Size unit = builder.unit(name);
    builder.set(unit, v_rate, period, rate_of);
    builder.set_standard_error(unit, v_rate, period, error);
    builder.set(unit, v_people, period, people_of);
    builder.set_category(unit, v_grade, period, grade_of);
    builder.set(unit, v_count, period, count_of);
    return unit;
  };
  province("north", 1, 0, 5, "low", 1);
  builder.set_not_applicable(province("hills", 10, 3, 1, "high", 6), v_sea, period);
  builder.set(province("coast", 30, 4, 3, "high", 0), v_sea, period, 8);
  builder.set_not_applicable(0, v_sea, period);
  return Evaluator(Index(head)).score(builder.build());
}

}  // namespace chiso::small
