#include "chiso/reach/action.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Action action(std::string code, std::vector<std::string> needs = {},
              std::vector<std::string> excludes = {}) {
  Action made;
  made.code = std::move(code);
  made.needs = std::move(needs);
  made.excludes = std::move(excludes);
  return made;
}

ActionDefinition of(std::vector<Action> actions) {
  ActionDefinition made;
  made.actions = std::move(actions);
  return made;
}

/// The messages that a set is refused with, one a line.
std::string problems(const ActionDefinition& definition) {
  try {
    const ActionSet set(definition);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::pair<Size, Size>> pairs(const ActionSet& set) {
  std::vector<std::pair<Size, Size>> all;
  for (const auto& [a, b] : set.exclusions()) all.emplace_back(a, b);
  return all;
}

TEST(ActionSet, NeedsGoDownToTheLast) {
  // c needs b needs a; d needs a and c.
  const ActionSet set(
      of({action("d", {"a", "c"}), action("a"), action("c", {"b"}), action("b", {"a"})}));
  EXPECT_THAT(set.needs(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(set.needs(1), ElementsAre());
  EXPECT_THAT(set.needs(2), ElementsAre(1, 3));
  EXPECT_THAT(set.needs(3), ElementsAre(1));
}

TEST(ActionSet, AnActionBeginsWhenAllItNeedsIsDone) {
  auto definition = of({action("d", {"a", "c"}), action("a"), action("c", {"b"}), action("b")});
  definition.actions[0].duration = 1.0;
  definition.actions[1].duration = 9.0;
  definition.actions[2].duration = 4.0;
  definition.actions[3].duration = 2.5;
  const ActionSet set(definition);
  EXPECT_EQ(set.finish(3), 2.5);
  EXPECT_EQ(set.finish(2), 6.5);   // 2.5 + 4
  EXPECT_EQ(set.finish(0), 10.0);  // max(9, 6.5) + 1
}

TEST(ActionSet, EachExclusionIsThereOnce) {
  const ActionSet set(of({action("a", {}, {"c"}), action("b", {}, {"a"}), action("c", {}, {"a"})}));
  EXPECT_THAT(pairs(set), ElementsAre(std::pair<Size, Size>(0, 1), std::pair<Size, Size>(0, 2)));
}

TEST(ActionSet, PlacesAreNotPartOfEquality) {
  auto a = of({action("a")});
  auto b = a;
  b.actions[0].location = {"x.yaml", 3, 1};
  EXPECT_EQ(ActionSet(a), ActionSet(b));
  b.actions[0].cost = 1.0;
  EXPECT_NE(ActionSet(a), ActionSet(b));
}

TEST(ActionSet, AnEmptySetIsOne) { EXPECT_EQ(ActionSet({}).size(), 0); }

TEST(ActionSet, CodesAreCodesAndStandOnce) {
  const std::string text = problems(of({action(""), action("a b"), action("x"), action("x")}));
  EXPECT_THAT(text, HasSubstr("the action at position 1 has no code"));
  EXPECT_THAT(text, HasSubstr("got 'a b'"));
  EXPECT_THAT(text, HasSubstr("the code 'x' stands twice, first at position 3"));
}

TEST(ActionSet, NumbersAreFiniteAndNotNegative) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto definition = of({action("a")});
  Action& a = definition.actions[0];
  a.cost = -1.0;
  a.duration = std::nan("");
  a.uses = {{"so-tc", infinity}, {"so-tc", 1.0}, {"", 0.0}, {"x;y", 0.0}};
  a.effects = {{{"", "entry"}, TaskEffect::Kind::add_points, infinity},
               {{"pci", ""}, TaskEffect::Kind::add_points, 1.0},
               {{"", "en try"}, TaskEffect::Kind::add_points, 1.0}};
  definition.capacities = {{"so-tc", -5.0, {}}, {"so-tc", 1.0, {}}};
  const std::string text = problems(definition);
  for (const char* const expected :
       {"a cost that is finite and not negative, got -1", "not negative, got nan",
        "an amount of 'so-tc' that is finite and not negative, got inf",
        "`uses`: the agency 'so-tc' stands twice", "an agency has no name", "the agency 'x;y'",
        "expected a finite amount, got inf", "an effect on 'pci' names no indicator",
        "got 'en try'", "a capacity that is finite and not negative, got -5",
        "the capacity of 'so-tc' stands twice"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
}

TEST(ActionSet, NamesOfOtherActionsAreFound) {
  const std::string text = problems(
      of({action("one-stop", {"one-stpo", "one-stop"}, {"roads", "roads"}), action("roads")}));
  EXPECT_THAT(text, HasSubstr("`needs`: there is no action 'one-stpo' (did you mean 'one-stop'?)"));
  EXPECT_THAT(text, HasSubstr("`needs`: the action names itself"));
  EXPECT_THAT(text, HasSubstr("`excludes`: the action 'roads' stands twice"));
}

TEST(ActionSet, ACircleOfNeedsIsShownAsAPath) {
  EXPECT_THAT(problems(of({action("a", {"b"}), action("b", {"c"}), action("c", {"a"})})),
              HasSubstr("actions need each other in a circle: a -> b -> c -> a"));
}

TEST(ActionSet, NothingNeedsWhatExcludesIt) {
  EXPECT_THAT(problems(of({action("a", {"b"}), action("b", {"c"}), action("c", {}, {"a"})})),
              HasSubstr("a: the action needs 'c', and one excludes the other"));
  EXPECT_THAT(problems(of({action("a", {"b", "c"}), action("b", {}, {"c"}), action("c")})),
              HasSubstr("a: the action needs 'b' and 'c', which exclude each other"));
}

TEST(ActionSet, AContradictionIsSaidOnceAndNotOfAllAboveIt) {
  const std::string text = problems(
      of({action("top", {"a"}), action("a", {"b", "c"}), action("b", {}, {"c"}), action("c")}));
  EXPECT_THAT(text, HasSubstr("a: the action needs 'b' and 'c'"));
  EXPECT_THAT(text, testing::Not(HasSubstr("top")));
}

TEST(ActionSet, WhatMustBeDoneCanBeDoneTogether) {
  auto never = of({action("a", {"b"}), action("b", {"c"}), action("c")});
  never.actions[0].choice = Action::Choice::must;
  never.actions[2].choice = Action::Choice::never;
  EXPECT_THAT(problems(never), HasSubstr("must be done and needs 'c', which never may be"));

  auto two = of({action("a", {"x"}), action("b"), action("x", {}, {"b"})});
  two.actions[0].choice = Action::Choice::must;
  EXPECT_EQ(problems(two), "");
  two.actions[1].choice = Action::Choice::must;
  EXPECT_THAT(problems(two), HasSubstr("'b' must be done, 'a' must be done and needs 'x', and 'b' "
                                       "and 'x' exclude each other"));
}

/// Whether a set is sound, told by looking at everything that can be done: each action on its own
/// with what it needs, and all that must be done together.
bool is_sound(const ActionDefinition& definition) {
  const std::size_t count = definition.actions.size();
  const auto position = [&](const std::string& code) {
    return static_cast<std::size_t>(code[0] - 'a');
  };
  const auto closed = [&](std::vector<bool> in) {
    for (std::size_t round = 0; round < count; ++round) {
      for (std::size_t i = 0; i < count; ++i) {
        if (!in[i]) continue;
        for (const auto& need : definition.actions[i].needs) in[position(need)] = true;
      }
    }
    return in;
  };
  const auto clashes = [&](const std::vector<bool>& in) {
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto& other : definition.actions[i].excludes) {
        if (in[i] && in[position(other)]) return true;
      }
    }
    return false;
  };
  std::vector<bool> must(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<bool> only(count, false);
    only[i] = true;
    if (clashes(closed(only))) return false;
    std::vector<bool> needed(count, false);
    for (const auto& need : definition.actions[i].needs) needed[position(need)] = true;
    if (closed(needed)[i]) return false;  // A circle.
    must[i] = definition.actions[i].choice == Action::Choice::must;
  }
  const auto together = closed(must);
  for (std::size_t i = 0; i < count; ++i) {
    if (together[i] && definition.actions[i].choice == Action::Choice::never) return false;
  }
  return !clashes(together);
}

TEST(ActionSet, RandomSetsAreRefusedJustWhenTheyContradictThemselves) {
  std::mt19937 random(4);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Action> actions;
    const unsigned count = 2 + below(6);
    for (unsigned i = 0; i < count; ++i) {
      Action made = action(std::string(1, static_cast<char>('a' + i)));
      for (unsigned k = 0; k < count; ++k) {
        const std::string other(1, static_cast<char>('a' + k));
        // Mostly acyclic: towards later letters.
        if (k != i && below(k > i ? 5 : 40) == 0) made.needs.push_back(other);
        if (k != i && below(12) == 0) made.excludes.push_back(other);
      }
      const unsigned choice = below(6);
      made.choice = choice == 0   ? Action::Choice::must
                    : choice == 1 ? Action::Choice::never
                                  : Action::Choice::free;
      actions.push_back(std::move(made));
    }
    const ActionDefinition definition = of(std::move(actions));
    const bool sound = is_sound(definition);
    refused += sound ? 0 : 1;
    EXPECT_EQ(problems(definition).empty(), sound) << "round " << round;
  }
  EXPECT_GT(refused, 300);
  EXPECT_LT(refused, 2700);
}

TEST(ActionsOf, TasksWithEffectsBecomeActions) {
  PlanDefinition plan = test::sound_plan();
  plan.currency = "million VND";
  plan.tasks.clear();
  const TaskEffect effect{{"par", "F1"}, TaskEffect::Kind::add_points, 1.5};
  for (const char* const code : {"with", "without", "done", "yearly", "cancelled"}) {
    Task task = test::task(code, {{TaskRole::lead, plan.agencies[0].code},
                                  {TaskRole::coordinate, plan.agencies[1].code}});
    if (task.code != "without") task.effects = {effect};
    plan.tasks.push_back(task);
  }
  plan.tasks[0].cost = 120.0;
  const auto news = [](TaskStatus status) {
    return TaskNews{Date{2023, 5, 1}, status, {}, "", ""};
  };
  plan.tasks[2].news = {news(TaskStatus::done)};
  plan.tasks[3].news = {news(TaskStatus::done)};
  plan.tasks[3].recurrence = Recurrence::yearly;
  plan.tasks[4].news = {news(TaskStatus::cancelled)};
  const ActionDefinition actions = actions_of(Plan(plan));
  ASSERT_EQ(actions.actions.size(), 2U);
  const Action& with = actions.actions[0];
  EXPECT_EQ(with.code, "with");
  EXPECT_EQ(with.cost, 120.0);
  EXPECT_THAT(with.effects, ElementsAre(effect));
  EXPECT_THAT(with.uses, ElementsAre(Usage{plan.agencies[0].code, 1.0}));
  EXPECT_EQ(actions.actions[1].code, "yearly");
  EXPECT_EQ(actions.actions[1].cost, 0.0);
  EXPECT_EQ(actions.currency, "million VND");
  EXPECT_EQ(ActionSet(actions).size(), 2);
}

}  // namespace
}  // namespace chiso
