#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Two units, a number and a word, two periods; unit b has no row in the second.
Panel::Parts sound() {
  Panel::Parts parts;
  parts.source = "here";
  parts.units = {"a", "b"};
  parts.variables = {"x", "grade"};
  parts.periods = {Period(2019), Period(2020)};
  parts.categories = {{}, {"bad", "good"}};
  parts.slices = {{{1.0, missing, 1.0, 0.0}, {true, true}, {{0.5, missing}, {}}},
                  {{2.0, missing, missing, missing}, {true, false}, {{}, {}}}};
  parts.not_applicable = {{1, 0, 0}, {0, 1, 1}};
  return parts;
}

TEST(PanelPartsTest, AreThePanelThatABuilderMakes) {
  Panel::Builder builder("here");
  const Size first = builder.period(Period(2019));
  const Size second = builder.period(Period(2020));
  const Size a = builder.unit("a");
  const Size b = builder.unit("b");
  const Size x = builder.number_variable("x");
  const Size grade = builder.category_variable("grade");
  builder.set(a, x, first, 1.0);
  builder.set_standard_error(a, x, first, 0.5);
  builder.set_not_applicable(b, x, first);
  builder.set_category(a, grade, first, "good");
  builder.set_category(b, grade, first, "bad");
  builder.set(a, x, second, 2.0);
  builder.set_not_applicable(a, grade, second);

  const Panel built = builder.build();
  Panel::Parts parts = sound();
  const double* memory = parts.slices[0].values.data();
  const Panel taken(std::move(parts));

  EXPECT_EQ(taken, built);
  EXPECT_EQ(taken.fingerprint(), built.fingerprint());
  EXPECT_EQ(taken.column(0, 0).data(), memory);  // Nothing was copied.
}

struct Fault {
  std::string message;
  std::function<void(Panel::Parts&)> make;
};

TEST(PanelPartsTest, WhatNoBuilderMakesIsRefused) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Fault> faults = {
      {"infinite", [&](auto& p) { p.slices[0].values[0] = infinity; }},
      {"no row", [](auto& p) { p.slices[1].values[1] = 1.0; }},
      {"position of no word", [](auto& p) { p.slices[0].values[2] = 2.0; }},
      {"position of no word", [](auto& p) { p.slices[0].values[2] = 0.5; }},
      {"position of no word", [](auto& p) { p.slices[0].values[2] = -1.0; }},
      {"stands in no cell", [](auto& p) { p.slices[0].values[3] = 1.0; }},
      {"sorted by their bytes",
       [](auto& p) {
         p.categories[1] = {"good", "bad"};
       }},
      {"ascending order", [](auto& p) { std::swap(p.periods[0], p.periods[1]); }},
      {"has no name", [](auto& p) { p.periods[0] = Period(); }},
      {"got 3 numbers", [](auto& p) { p.slices[0].values.pop_back(); }},
      {"marks of rows", [](auto& p) { p.slices[0].rows.pop_back(); }},
      {"one a period", [](auto& p) { p.slices.pop_back(); }},
      {"one a variable", [](auto& p) { p.categories.pop_back(); }},
      {"columns of standard errors", [](auto& p) { p.slices[0].errors.pop_back(); }},
      {"not negative", [](auto& p) { p.slices[0].errors[0][0] = -1.0; }},
      {"not negative", [&](auto& p) { p.slices[0].errors[0][0] = infinity; }},
      {"has none", [](auto& p) { p.slices[0].errors[0][0] = missing; }},
      {"outside the data", [](auto& p) { p.not_applicable[0].unit = 2; }},
      {"outside the data", [](auto& p) { p.not_applicable[0].period = -1; }},
      {"each once", [](auto& p) { p.not_applicable[1] = p.not_applicable[0]; }},
      {"has a value", [](auto& p) { p.not_applicable[0].unit = 0; }},
      {"twice", [](auto& p) { p.units[1] = "a"; }},
      {"empty", [](auto& p) { p.variables[0] = ""; }},
  };
  for (const Fault& fault : faults) {
    Panel::Parts parts = sound();
    fault.make(parts);
    EXPECT_THAT([&] { Panel(std::move(parts)); },
                ThrowsMessage<DataError>(HasSubstr(fault.message)));
  }
}

}  // namespace
}  // namespace chiso
