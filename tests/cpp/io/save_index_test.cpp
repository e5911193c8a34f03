#include "chiso/io/save_index.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "chiso/base/error.hpp"
#include "chiso/io/load_index.hpp"
#include "random_index.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;

TEST(ToYamlTest, SaysNothingThatHoldsAnyway) {
  const Index index = parse_index(
      "tree:\n"
      "  missing: no_score\n"
      "  children:\n"
      "    - {rule: {min_max: {onto: [0, 100], min: period}}, polarity: positive, variable: a, "
      "code: a}\n"
      "    - {rule: {goalposts: {high: 10, low: 0, clamp: true}}, code: b, role: part}\n"
      "  aggregation: arithmetic_mean\n"
      "  times: 1.0\n"
      "  code: root\n"
      "edition: 2013   # a comment\n"
      "index: x\n"
      "chiso: 1\n");

  EXPECT_EQ(to_yaml(index),
            "chiso: 1\n"
            "index: x\n"
            "edition: \"2013\"\n"
            "tree:\n"
            "  code: root\n"
            "  aggregation: arithmetic_mean\n"
            "  children:\n"
            "    - code: a\n"
            "      rule: min_max\n"
            "    - code: b\n"
            "      rule: {goalposts: {low: 0, high: 10}}\n");
}

TEST(ToYamlTest, WritesARuleOnOneLine) {
  const std::string text = "{steps: [{when: \"> 90\", points: 2}, {when: \"<= 90\", points: 0.1}]}";

  EXPECT_EQ(to_yaml(parse_rule(text)), text);
}

TEST(ToYamlTest, RandomDefinitionsComeBackEqual) {
  testing_io::RandomIndex random(5);
  for (int i = 0; i < 300; ++i) {
    const Index index = random.draw();
    const std::string yaml = to_yaml(index);
    ASSERT_EQ(parse_index(yaml, "printed"), index) << yaml;
    EXPECT_EQ(to_yaml(parse_index(yaml)), yaml);
  }
}

TEST(ToYamlTest, ShippedDefinitionsComeBackEqual) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator("share/indices")) {
    if (entry.path().extension() != ".yaml") continue;
    if (entry.path().stem().extension() == ".check") continue;
    const Index index = load_index(entry.path());
    EXPECT_EQ(parse_index(to_yaml(index)), index) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 20);
}

TEST(SaveIndexTest, WritesWhatLoadIndexReads) {
  const fs::path path =
      fs::temp_directory_path() / ("chiso_save_index_" + std::to_string(::getpid()) + ".yaml");
  const Index index = load_index("share/indices/pci/2013.yaml");

  save_index(index, path);

  EXPECT_EQ(load_index(path), index);
  fs::remove(path);
  EXPECT_THROW(save_index(index, "no/such/folder/a.yaml"), NotFoundError);
}

}  // namespace
}  // namespace chiso
