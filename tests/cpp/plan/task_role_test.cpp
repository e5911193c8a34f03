#include "chiso/plan/task_role.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chiso {
namespace {

using ::testing::ElementsAre;

TEST(TaskRoleTest, RolesStandInTheOrderOfTheEnumeration) {
  ASSERT_EQ(static_cast<Size>(task_roles().size()), task_role_count);
  for (Size i = 0; i < task_role_count; ++i) {
    EXPECT_EQ(static_cast<Size>(task_roles()[static_cast<std::size_t>(i)].role), i);
  }
}

TEST(TaskRoleTest, EachHasTheNamesOfVietnamesePlans) {
  std::vector<std::string> english;
  std::vector<std::string> vietnamese;
  for (const auto& role : task_roles()) {
    english.emplace_back(role.en);
    vietnamese.emplace_back(role.vi);
  }
  EXPECT_THAT(english,
              ElementsAre("lead", "standing agency", "carry out", "advise", "review", "propose",
                          "report", "coordinate", "guide", "appraise", "monitor", "inspect"));
  EXPECT_THAT(vietnamese, ElementsAre("chủ trì", "cơ quan thường trực", "thực hiện", "tham mưu",
                                      "rà soát", "đề xuất", "báo cáo", "phối hợp", "hướng dẫn",
                                      "thẩm định", "theo dõi, đôn đốc", "kiểm tra"));
}

TEST(TaskRoleTest, TheWordIsTheNameOfTheEnumerator) {
  EXPECT_EQ(name(TaskRole::lead), "lead");
  EXPECT_EQ(name(TaskRole::standing_agency), "standing_agency");
  EXPECT_EQ(name(TaskRole::carry_out), "carry_out");
  EXPECT_EQ(name(TaskRole::inspect), "inspect");
  std::set<std::string_view> words;
  for (const auto& role : task_roles()) {
    EXPECT_EQ(name(role.role), role.word);
    words.insert(role.word);
  }
  EXPECT_EQ(words.size(), 12U);
}

TEST(TaskRoleTest, EachHasItsLetter) {
  std::string letters;
  for (const auto& role : task_roles()) {
    EXPECT_EQ(raci(role.role), role.raci);
    letters += letter(role.raci);
  }
  // lead, standing agency; carry out .. report; coordinate, guide, appraise; monitor, inspect.
  EXPECT_EQ(letters, "AARRRRRCCCII");
}

TEST(TaskRoleTest, ANumberThatIsNoRoleHasNoName) { EXPECT_EQ(name(static_cast<TaskRole>(12)), ""); }

}  // namespace
}  // namespace chiso
