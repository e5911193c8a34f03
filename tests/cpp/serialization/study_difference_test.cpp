#include "chiso/serialization/study_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "studies.hpp"

namespace chiso {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

/// "part | place | what | before -> after" of every change.
std::vector<std::string> told(const Study& before, const Study& after, Size most = 1'000) {
  std::vector<std::string> texts;
  for (const StudyChange& change : difference(before, after, most)) {
    texts.push_back(change.part + " | " + change.place + " | " + change.what + " | " +
                    change.before + " -> " + change.after);
  }
  return texts;
}

template <class T>
std::vector<std::string> told_of(T before, T after, Size most = 1'000) {
  return told(Study({{"it", std::move(before)}}), Study({{"it", std::move(after)}}), most);
}

TEST(StudyDifferenceTest, EqualStudiesHaveNone) {
  EXPECT_THAT(told(test::whole_study(), test::whole_study()), ElementsAre());
}

TEST(StudyDifferenceTest, PartsThatCameOrWentAreNamed) {
  const Study before({{"a", test::actions()}, {"b", test::scenario()}});
  const Study after({{"c", test::actions()}, {"b", test::actions()}}, {"0.2", {}, "new", {}});

  EXPECT_THAT(told(before, after),
              ElementsAre(" |  | version of chiso |  -> 0.2", " |  | note |  -> new",
                          "a |  | removed | few: 1 action -> ", "b |  | kind | scenario -> actions",
                          "c |  | added |  -> few: 1 action"));
}

TEST(StudyDifferenceTest, CellsOfAPanelAreNamed) {
  const Panel before = test::awkward_panel();
  Panel::Editor editor(before);
  editor.set(0, 0, 0, 2.5);
  editor.set_standard_error(0, 0, 0, 0.5);
  editor.set_category(1, 1, 0, "late & <early>");
  editor.set(1, 0, 1, 7.0);
  const auto texts = told_of(before, editor.build());

  EXPECT_THAT(texts, Contains("it | Thanh Hóa, x, 2019-Q3 | value | -0 -> 2.5"));
  EXPECT_THAT(texts, Contains("it | Thanh Hóa, x, 2019-Q3 | standard error | 0.25 -> 0.5"));
  EXPECT_THAT(texts, Contains("it | tab\there\nline\rend, grade, 2019-Q3 | value | early -> late & "
                              "<early>"));
  EXPECT_THAT(texts, Contains("it | tab\there\nline\rend, 2020 | row |  -> present"));
  EXPECT_THAT(texts, Contains("it | tab\there\nline\rend, x, 2020 | value |  -> 7"));
  EXPECT_EQ(texts.size(), 5);
}

TEST(StudyDifferenceTest, ScoresAndRanksAreNamedByUnitAndNode) {
  const Scores before = small::uncertain();
  Panel::Editor editor(before.panel());
  editor.set(0, before.panel().variables().at("e"), 0, 30.0);
  const Scores after = Evaluator(before.index()).score(editor.build());

  const auto scores = told_of(before, after);
  const auto ranks = told_of(Ranking(before), Ranking(after));

  EXPECT_THAT(scores, Contains("it | north, e | score | 20 -> 30"));
  EXPECT_EQ(scores.size(), 3);  // And what is above it.
  EXPECT_THAT(ranks, Contains("it | north | rank | 2 -> 1"));
}

TEST(StudyDifferenceTest, DefinitionsAreComparedByWhatTheyMean) {
  const Index before = small::index(small::points("a", 5, FixedPoints{2.0}));
  const Index after = small::index(small::points("a", 5, FixedPoints{3.0}));

  EXPECT_THAT(told_of(before, after), ElementsAre("it | a | rule | always 2 -> always 3"));
}

TEST(StudyDifferenceTest, PlansAreComparedTaskByTask) {
  PlanDefinition changed = test::sound_plan();
  changed.tasks[1].cost = 3.0;
  std::swap(changed.tasks[0], changed.tasks[2]);
  changed.tasks.pop_back();

  const auto texts = told_of(Plan(test::sound_plan()), Plan(changed));

  EXPECT_THAT(texts, Contains("it | tasks[II.1.a.2].cost | added |  -> 3"));
  EXPECT_EQ(texts.size(), 2);
}

TEST(StudyDifferenceTest, DrawsAreComparedByWhatComesOfThem) {
  const Scores scores = small::uncertain();
  UncertaintyOptions options;
  options.draws = draws_a_grain;
  const auto with = [&](std::uint64_t seed, double spread) {
    options.seed = seed;
    DrawWeights weights;
    weights.law = DrawWeights::Law::relative;
    weights.spread = spread;
    return uncertainty(Experiment(scores, {weights}, options));
  };

  const auto texts = told_of(with(1, 0.25), with(2, 0.5));

  EXPECT_THAT(texts, Contains("it |  | seed | 1 -> 2"));
  EXPECT_THAT(texts, Contains(testing::HasSubstr("it | weights | source | ")));
  EXPECT_THAT(texts, Contains(testing::HasSubstr("it | north, r | mean score | ")));
}

TEST(StudyDifferenceTest, ManyChangesAreCounted) {
  const Scores scores = small::uncertain();
  Panel::Editor editor(scores.panel());
  for (Size u = 0; u < 3; ++u) editor.set(u, 0, 0, 1.0);

  const auto changes =
      difference(Study({{"it", scores.panel()}}), Study({{"it", editor.build()}}), 2);

  ASSERT_EQ(changes.size(), 3);
  EXPECT_EQ(changes[0].change, -19.0);
  EXPECT_EQ(changes[2].what, "1 more changes");
}

}  // namespace
}  // namespace chiso
