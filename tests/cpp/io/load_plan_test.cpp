#include "chiso/io/load_plan.hpp"

#include <gmock/gmock.h>

#include "random_plan.hpp"

namespace chiso {
namespace {

TEST(PlanToYamlTest, RandomPlansComeBackEqual) {
  testing_io::RandomPlan random(3);
  for (int i = 0; i < 1'000; ++i) {
    const Plan plan = random.draw();
    const std::string yaml = to_yaml(plan);
    ASSERT_EQ(parse_plan(yaml, "printed"), plan) << yaml;
    ASSERT_EQ(to_yaml(parse_plan(yaml)), yaml);
  }
}

}  // namespace
}  // namespace chiso
