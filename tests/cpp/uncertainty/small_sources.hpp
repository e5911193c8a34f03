#pragma once

#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/uncertainty/sources.hpp"

/// A small result of which much may be uncertain.
namespace chiso::small {

/// r = mean of w (40 % a, 30 % b, 30 % c) and s = sum of d (10 points), e (30 points) and a bonus
/// f.
inline Scores uncertain() {
  Criterion w = inner("w", Aggregation::Method::arithmetic_mean,
                      {weighted(40, leaf("a", Normaliser{})), weighted(30, leaf("b", Normaliser{})),
                       weighted(30, leaf("c"))});
  Criterion f = points("f", 5, GivenPoints{});
  f.role = Role::bonus;
  Criterion s = inner("s", Aggregation::Method::sum,
                      {points("d", 10, GivenPoints{}), points("e", 30, GivenPoints{}), f});
  IndexDefinition head = definition(inner("r", Aggregation::Method::arithmetic_mean, {w, s}));
  Variable share;
  share.code = "a";
  share.range = Interval::closed(0, 100);
  Variable part;
  part.code = "b";
  part.range = Interval::closed(0, 1);
  Variable c;
  c.code = "c";
  head.variables = {share, part, c};

  Panel::Builder builder("small.csv");
  const Size period = builder.period(Period(2020));
  const std::vector<std::string> variables = {"a", "b", "c", "d", "e", "f", "asked"};
  const std::vector<std::vector<double>> rows = {{20, 0.5, 10, 3, 20, 1, 100},
                                                 {50, 0.2, 20, 9, 10, 0, 400},
                                                 {80, 0.9, missing, 5, 30, 2, missing}};
  const std::vector<std::vector<double>> errors = {{2, 0.25, 1}, {0, 0.25, 2}, {3, 0.25, 1}};
  const std::vector<std::string> names = {"north", "south", "west"};
  for (std::size_t u = 0; u < rows.size(); ++u) {
    const Size unit = builder.unit(names[u]);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      const Size variable = builder.number_variable(variables[v]);
      builder.set(unit, variable, period, rows[u][v]);
      if (v < 3) builder.set_standard_error(unit, variable, period, errors[u][v]);
    }
  }
  return Evaluator(Index(head)).score(builder.build());
}

}  // namespace chiso::small
