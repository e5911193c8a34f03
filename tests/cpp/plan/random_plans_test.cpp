// Random plans against the plainest reading of the headers.

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chiso/plan/plan.hpp"
#include "plans.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

/// The same numbers with every standard library.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  /// 0 .. count - 1.
  int under(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  int between(int low, int high) { return low + under(high - low + 1); }
  bool chance(int percent) { return under(100) < percent; }

  template <class Items>
  void shuffle(Items& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(under(static_cast<int>(i)))]);
    }
  }

  template <class T>
  T any(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(under(static_cast<int>(items.size())))];
  }

 private:
  std::mt19937 random_;
};

// ---- Groups -------------------------------------------------------------------------------------

using Graph = std::vector<std::vector<int>>;

/// Agencies "a0", "a1" ... that lead where the graph says.
PlanDefinition plan_of(const Graph& graph, const std::vector<bool>& is_group) {
  PlanDefinition plan;
  plan.plan = "random";
  for (std::size_t i = 0; i < graph.size(); ++i) {
    plan.agencies.push_back(test::agency("a" + std::to_string(i)));
    plan.agencies.back().is_group = is_group[i];
    for (const int member : graph[i]) {
      plan.agencies.back().members.push_back("a" + std::to_string(member));
    }
  }
  return plan;
}

void collect(const Graph& graph, int agency, std::vector<Size>& met) {
  const auto& members = graph[static_cast<std::size_t>(agency)];
  if (members.empty() && std::find(met.begin(), met.end(), agency) == met.end()) {
    met.push_back(agency);
  }
  for (const int member : members) collect(graph, member, met);
}

TEST(RandomPlansTest, NestedGroupsExpandToEachMemberOnce) {
  Dice dice(1);
  int nested = 0;
  for (int round = 0; round < 400; ++round) {
    const int count = dice.between(2, 14);
    // A group has agencies behind it in a hidden order, so that there are no circles.
    std::vector<int> order(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) order[static_cast<std::size_t>(i)] = i;
    dice.shuffle(order);
    Graph graph(order.size());
    std::vector<bool> is_group(order.size(), false);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto agency = static_cast<std::size_t>(order[i]);
      is_group[agency] = dice.chance(60);
      if (!is_group[agency]) continue;
      std::vector<int> members(order.begin() + static_cast<std::ptrdiff_t>(i) + 1, order.end());
      dice.shuffle(members);
      members.resize(static_cast<std::size_t>(dice.under(static_cast<int>(members.size()) + 1)));
      graph[agency] = members;
    }
    for (const auto& members : graph) {
      for (const int member : members) nested += is_group[static_cast<std::size_t>(member)] ? 1 : 0;
    }
    const Plan plan(plan_of(graph, is_group));

    for (int i = 0; i < count; ++i) {
      std::vector<Size> expected;
      collect(graph, i, expected);
      const auto found = plan.members(i);
      EXPECT_THAT(std::vector<Size>(found.begin(), found.end()), ElementsAreArray(expected));
      EXPECT_EQ(std::set<Size>(found.begin(), found.end()).size(), found.size());
    }
  }
  EXPECT_GT(nested, 400) << "else nothing was tried";
}

/// The codes of "a -> b -> a".
std::vector<std::string> steps_of(std::string_view path) {
  constexpr std::string_view arrow = " -> ";
  std::vector<std::string> codes;
  while (true) {
    const auto end = path.find(arrow);
    codes.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return codes;
    path.remove_prefix(end + arrow.size());
  }
}

TEST(RandomPlansTest, CirclesAreFoundIfAndOnlyIfThereAreAny) {
  Dice dice(2);
  int with = 0;
  int without = 0;
  for (int round = 0; round < 600; ++round) {
    const int count = dice.between(1, 9);
    Graph graph(static_cast<std::size_t>(count));
    std::vector<std::vector<bool>> reaches(graph.size(), std::vector<bool>(graph.size(), false));
    const int density = dice.between(5, 25);
    for (std::size_t i = 0; i < graph.size(); ++i) {
      for (std::size_t j = 0; j < graph.size(); ++j) {
        if (!dice.chance(density)) continue;
        graph[i].push_back(static_cast<int>(j));
        reaches[i][j] = true;
      }
      dice.shuffle(graph[i]);
    }
    const auto leads = reaches;
    for (std::size_t k = 0; k < graph.size(); ++k) {
      for (std::size_t i = 0; i < graph.size(); ++i) {
        for (std::size_t j = 0; j < graph.size(); ++j) {
          if (reaches[i][k] && reaches[k][j]) reaches[i][j] = true;
        }
      }
    }
    bool expected = false;
    for (std::size_t i = 0; i < graph.size(); ++i) expected = expected || reaches[i][i];
    (expected ? with : without) += 1;

    const auto faults = test::faults(plan_of(graph, std::vector<bool>(graph.size(), true)));
    EXPECT_EQ(!faults.empty(), expected);
    for (const auto& fault : faults) {
      const std::string says = "the group contains itself: ";
      ASSERT_THAT(fault, HasSubstr(says));
      const auto path = steps_of(std::string_view(fault).substr(fault.find(says) + says.size()));
      ASSERT_GE(path.size(), 2U);
      EXPECT_EQ(path.front(), path.back());
      EXPECT_EQ(fault.substr(0, fault.find(':')), path.front());
      for (std::size_t s = 1; s < path.size(); ++s) {
        EXPECT_TRUE(leads[std::stoul(path[s - 1].substr(1))][std::stoul(path[s].substr(1))])
            << fault;
      }
    }
  }
  EXPECT_GT(with, 100);
  EXPECT_GT(without, 100);
}

// ---- Whole plans --------------------------------------------------------------------------------

class Generator {
 public:
  explicit Generator(unsigned seed) : dice_(seed) {}

  PlanDefinition make() {
    PlanDefinition plan;
    plan.plan = "random";
    plan.title = title();
    plan.period = {Period(2020), Period(2025)};
    plan.indices = {{"par", "par-fields-2021", {}}, {"papi", "papi", {}}, {"pci", "pci-2021", {}}};
    plan.regions = {{"North", {"A", "B"}, {}}, {"South", {"C"}, {}}};
    agencies(plan);
    for (int i = dice_.under(4); i > 0; --i) {
      plan.areas.push_back({"a" + std::to_string(i), title(), refs(), {}});
    }
    plan.baseline = {test::baseline("par", 2020, 80.5, 20.0), test::baseline("par", 2021, 81.0, 14),
                     test::baseline("pci", 2020, {}, 47.0)};
    dice_.shuffle(plan.baseline);
    for (int i = dice_.under(6); i > 0; --i) plan.targets.push_back(target(i));
    for (int i = dice_.under(8); i > 0; --i) plan.tasks.push_back(task(plan, i));
    return plan;
  }

 private:
  std::string word() { return dice_.any<std::string>({"", "Rà soát", "x: y", "\"q\"", "a\nb"}); }
  Title title() { return {word(), word()}; }

  Date date() { return {dice_.between(2020, 2025), dice_.between(1, 12), dice_.between(1, 28)}; }

  std::vector<CriterionRef> refs() {
    std::vector<CriterionRef> all{{"par", ""}, {"par", "F1"}, {"papi", "1.2"}, {"pci", "x_y-z"}};
    dice_.shuffle(all);
    all.resize(static_cast<std::size_t>(dice_.under(4)));
    return all;
  }

  void agencies(PlanDefinition& plan) {
    const int count = dice_.between(1, 8);
    for (int i = 0; i < count; ++i) {
      Agency agency = test::agency("g" + std::to_string(i));
      if (dice_.chance(50)) agency.title.vi = "Sở số " + std::to_string(i);
      if (dice_.chance(30)) agency.aliases = {"S" + std::to_string(i) + "x"};
      agency.head = word();
      agency.is_group = dice_.chance(40);
      for (int j = 0; j < i; ++j) {
        if (agency.is_group && dice_.chance(40)) agency.members.push_back("g" + std::to_string(j));
      }
      if (i > 0 && dice_.chance(40)) agency.parent = "g" + std::to_string(dice_.under(i));
      plan.agencies.push_back(std::move(agency));
    }
    dice_.shuffle(plan.agencies);
  }

  Target target(int number) {
    using Quantity = Target::Quantity;
    Target made = test::target(dice_.chance(50) ? "par" : "papi:1.2",
                               dice_.any<Quantity>({Quantity::rank, Quantity::score}),
                               dice_.any<std::string>({"<= 10", "[10, 15]", "> 3.25"}));
    if (dice_.chance(40)) made.code = "t" + std::to_string(number);
    if (made.quantity == Quantity::rank && dice_.chance(30)) made.region = "North";
    if (made.region.empty() && made.criterion.index == "par" && dice_.chance(30)) {
      made.against = Target::Against::baseline;
    }
    if (dice_.chance(50)) made.by = Period(2025);
    return made;
  }

  Task task(const PlanDefinition& plan, int number) {
    Task made = test::task("II.1." + std::to_string(number));
    made.title = title();
    made.product = word();
    if (!plan.areas.empty() && dice_.chance(60)) made.area = dice_.any(plan.areas).code;
    made.criteria = refs();
    std::vector<Assignment> all;
    for (const auto& agency : plan.agencies) {
      for (const auto& role : task_roles()) all.push_back({role.role, agency.code});
    }
    dice_.shuffle(all);
    all.resize(std::min<std::size_t>(all.size(), static_cast<std::size_t>(dice_.under(9))));
    made.assignments = all;
    if (dice_.chance(40)) made.addressees = {dice_.any(plan.agencies).code};
    if (dice_.chance(60)) made.due = date();
    if (dice_.chance(40)) made.recurrence = Recurrence::yearly;
    if (dice_.chance(30)) made.cost = dice_.under(1000) / 8.0;
    for (int i = dice_.under(5); i > 0; --i) {
      made.news.push_back({date(), TaskStatus::in_progress, {}, std::to_string(i), word()});
    }
    return made;
  }

  Dice dice_;
};

// The plain reading of "in the order of the enumeration" and "by date": one pass a value.
std::vector<Assignment> by_role(const std::vector<Assignment>& given) {
  std::vector<Assignment> ordered;
  for (const auto& role : task_roles()) {
    for (const auto& item : given) {
      if (item.role == role.role) ordered.push_back(item);
    }
  }
  return ordered;
}

std::vector<TaskNews> by_date(const std::vector<TaskNews>& given) {
  std::set<Date> days;
  for (const auto& item : given) days.insert(item.date);
  std::vector<TaskNews> ordered;
  for (const auto& day : days) {
    for (const auto& item : given) {
      if (item.date == day) ordered.push_back(item);
    }
  }
  return ordered;
}

TEST(RandomPlansTest, OnlyTheOrderOfRolesAndNewsIsChangedAndOnlyOnce) {
  Generator generator(3);
  int reordered = 0;
  for (int round = 0; round < 1000; ++round) {
    const PlanDefinition given = generator.make();
    const Plan once(given);
    PlanDefinition expected = given;
    for (auto& task : expected.tasks) {
      task.assignments = by_role(task.assignments);
      task.news = by_date(task.news);
    }
    reordered += given == expected ? 0 : 1;
    EXPECT_TRUE(once.definition() == expected);

    const Plan twice(once.definition());
    EXPECT_EQ(twice, once);
    EXPECT_EQ(twice.targets(), once.targets());
    EXPECT_EQ(twice.agencies(), once.agencies());
  }
  EXPECT_GT(reordered, 500);
}

TEST(RandomPlansTest, PositionsAreThoseOfTheNames) {
  Generator generator(4);
  for (int round = 0; round < 300; ++round) {
    const Plan plan(generator.make());
    const PlanDefinition& text = plan.definition();
    for (Size t = 0; t < plan.tasks().size(); ++t) {
      const Task& task = text.tasks[static_cast<std::size_t>(t)];
      ASSERT_EQ(plan.assigned(t).size(), task.assignments.size());
      for (std::size_t a = 0; a < task.assignments.size(); ++a) {
        EXPECT_EQ(plan.assigned(t)[a].role, task.assignments[a].role);
        EXPECT_EQ(plan.agency(plan.assigned(t)[a].agency).code, task.assignments[a].agency);
      }
      EXPECT_EQ(plan.area_of(t) < 0 ? "" : plan.area(plan.area_of(t)).code, task.area);
    }
    for (Size a = 0; a < plan.agencies().size(); ++a) {
      EXPECT_EQ(plan.find_agency(plan.agency(a).code), a);
      Size top = a;
      while (!plan.agency(top).parent.empty()) top = plan.find_agency(plan.agency(top).parent);
      EXPECT_EQ(plan.top(a), top);
    }
    std::set<std::string> codes(plan.targets().names().begin(), plan.targets().names().end());
    EXPECT_EQ(static_cast<Size>(codes.size()), plan.targets().size());
  }
}

}  // namespace
}  // namespace chiso
