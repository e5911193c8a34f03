// Panel::Editor.

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <tuple>

#include "chiso/base/error.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Two units, numbers with an error, words, in two years; one cell does not apply.
Panel small() {
  Panel::Builder builder("small.csv");
  const Size first = builder.period(Period(2020));
  const Size second = builder.period(Period(2021));
  const Size x = builder.number_variable("x");
  const Size grade = builder.category_variable("grade");
  const Size a = builder.unit("a");
  const Size b = builder.unit("b");
  builder.set(a, x, first, 1);
  builder.set_standard_error(a, x, first, 0.5);
  builder.set_category(a, grade, first, "good");
  builder.set_category(b, grade, first, "bad");
  builder.set(a, x, second, 3);
  builder.set_not_applicable(b, x, second);
  return builder.build();
}

TEST(PanelEditorTest, ChangesACopyAndSharesTheOtherPeriods) {
  const Panel panel = small();
  Panel::Editor editor(panel);
  editor.set(0, 0, 1, 7);
  const Panel edited = editor.build();

  EXPECT_EQ(edited.column(0, 1)[0], 7);
  EXPECT_EQ(panel.column(0, 1)[0], 3);
  EXPECT_EQ(edited.column(0, 0).data(), panel.column(0, 0).data());
  EXPECT_NE(edited.column(0, 1).data(), panel.column(0, 1).data());
  EXPECT_EQ(edited.source(), "small.csv");
}

TEST(PanelEditorTest, WhatItBuiltStaysWhenItGoesOn) {
  Panel::Editor editor(small());
  editor.set(0, 0, 1, 7);
  const Panel first = editor.build();
  editor.set(0, 0, 1, 8);
  const Panel second = editor.build();

  EXPECT_EQ(first.column(0, 1)[0], 7);
  EXPECT_EQ(second.column(0, 1)[0], 8);
}

TEST(PanelEditorTest, SettingACellMakesItApplyAndGivesTheUnitARow) {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  builder.set_not_applicable(builder.unit("a"), builder.number_variable("x"), period);
  builder.unit("b");
  Panel::Editor editor(builder.build());
  editor.set(0, 0, 0, kNan);
  editor.set(1, 0, 0, 4);
  const Panel edited = editor.build();

  EXPECT_THAT(edited.not_applicable(), IsEmpty());
  EXPECT_TRUE(edited.has_unit(1, 0));
}

TEST(PanelEditorTest, KeepsTheWordsThatStandSomewhereSorted) {
  const Panel panel = small();
  Panel::Editor editor(panel);
  editor.set_category(0, 1, 0, "average");
  const Panel edited = editor.build();
  // "good" stood in that cell alone.
  EXPECT_THAT(edited.categories(1), ElementsAre("average", "bad"));
  EXPECT_THAT(edited.column(1, 0), ElementsAre(0.0, 1.0));
  EXPECT_THAT(panel.categories(1), ElementsAre("bad", "good"));

  editor.set(0, 1, 0, kNan);
  EXPECT_THAT(editor.build().categories(1), ElementsAre("bad"));
}

TEST(PanelEditorTest, AColumnHasErrorsAsLongAsOneIsKnown) {
  Panel::Editor editor(small());
  editor.set_standard_error(0, 0, 0, kNan);
  editor.set_standard_error(0, 0, 1, 2);
  const Panel edited = editor.build();

  EXPECT_THAT(edited.standard_errors(0, 0), IsEmpty());
  EXPECT_EQ(edited.standard_errors(0, 1)[0], 2);
  EXPECT_TRUE(std::isnan(edited.standard_errors(0, 1)[1]));
}

TEST(PanelEditorTest, AddsAColumnThatIsMissingEverywhere) {
  Panel::Editor editor(small());
  EXPECT_EQ(editor.variable("x"), 0);
  const Size y = editor.variable("y");
  EXPECT_TRUE(std::isnan(editor.panel().column(y, 0)[0]));
  editor.set(1, y, 1, 5);
  const Panel edited = editor.build();

  EXPECT_EQ(edited.variables()[2], "y");
  EXPECT_EQ(edited.column(y, 1)[1], 5);
  EXPECT_EQ(edited.values(1).cols(), 3);
}

TEST(PanelEditorTest, RefusesNumbersForWordsAndWordsForNumbers) {
  Panel::Editor editor(small());
  try {
    editor.set(0, 1, 0, 3);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.where(), "a, grade, 2020");
    EXPECT_THAT(error.what(), HasSubstr("expected a word, got the number 3"));
  }
  EXPECT_THROW(editor.set_category(0, 0, 0, "good"), DataError);
  EXPECT_THROW(editor.set(0, 0, 0, std::numeric_limits<double>::infinity()), DataError);
  EXPECT_THROW(editor.set_standard_error(0, 0, 0, -1), DataError);
  EXPECT_THROW(editor.set(2, 0, 0, 1), NotFoundError);
  EXPECT_TRUE(editor.build() == small());
}

TEST(PanelEditorTest, GivesWhatABuilderWouldWithTheSameCells) {
  std::mt19937 random(1);
  const auto below = [&random](unsigned count) { return static_cast<Size>(random() % count); };
  const std::vector<std::string> words{"low", "middle", "high", "none"};
  for (int round = 0; round < 300; ++round) {
    // Variable 0 holds numbers, 1 words.
    std::map<std::tuple<Size, Size, Size>, double> cells;
    std::map<std::tuple<Size, Size, Size>, double> errors;
    const auto panel = [&] {
      Panel::Builder builder;
      for (const char* unit : {"a", "b", "c"}) builder.unit(unit);
      builder.number_variable("x");
      builder.category_variable("g");
      for (const int year : {2020, 2021}) {
        const Size t = builder.period(Period(year));
        for (Size u = 0; u < 3; ++u) builder.row(u, t);
      }
      for (const auto& [cell, value] : cells) {
        const auto& [u, v, t] = cell;
        if (std::isnan(value)) continue;
        if (v == 0) {
          builder.set(u, v, t, value);
        } else {
          builder.set_category(u, v, t, words[static_cast<std::size_t>(value)]);
        }
      }
      for (const auto& [cell, error] : errors) {
        const auto& [u, v, t] = cell;
        builder.set_standard_error(u, v, t, error);
      }
      return builder.build();
    };
    const auto put = [&](Panel::Editor* editor) {
      const Size u = below(3);
      const Size v = below(2);
      const Size t = below(2);
      const double value = below(4) == 0 ? kNan : static_cast<double>(below(4));
      cells[{u, v, t}] = value;
      const double error = below(3) == 0 ? kNan : 1.5;
      if (v == 0) errors[{u, v, t}] = error;
      if (editor == nullptr) return;
      if (v == 1 && !std::isnan(value)) {
        editor->set_category(u, v, t, words[static_cast<std::size_t>(value)]);
      } else {
        editor->set(u, v, t, value);
      }
      if (v == 0) editor->set_standard_error(u, v, t, error);
    };
    for (int i = 0; i < 8; ++i) put(nullptr);
    const Panel before = panel();
    const std::string print = before.fingerprint();
    Panel::Editor editor(before);
    for (int i = 0; i < 6; ++i) {
      put(&editor);
      if (i == 2) static_cast<void>(editor.build());
    }
    ASSERT_TRUE(editor.build() == panel()) << round;
    ASSERT_EQ(before.fingerprint(), print) << round;
  }
}

}  // namespace
}  // namespace chiso
