#include "chiso/io/limits.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/catalogue.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/index_table.hpp"
#include "chiso/io/load_actions.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/load_plan.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/read_standings.hpp"
#include "chiso/io/save_index.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const fs::path kShare = "share";

/// Every reader that takes limits.
std::vector<std::pair<std::string, std::function<void(const InputLimits&)>>> readers() {
  const auto csv = [](const InputLimits& limits) {
    CsvOptions options;
    options.limits = limits;
    return options;
  };
  return {
      {"definition_bytes",
       [](const InputLimits& l) { (void)load_index(kShare / "indices/pci/2013.yaml", l); }},
      {"definition_bytes",
       [](const InputLimits& l) { (void)load_plan(kShare / "plans/thanh-hoa-211.yaml", l); }},
      {"definition_bytes",
       [](const InputLimits& l) {
         (void)load_actions(kShare / "actions/thanh-hoa-pci-2019.yaml", l);
       }},
      {"definition_bytes",
       [](const InputLimits& l) { (void)load_checks(kShare / "indices/pci/2013.check.yaml", l); }},
      {"definition_bytes",
       [](const InputLimits& l) {
         (void)parse_scenarios("chiso: 1\nedits: [{value: x, of: A, set: 1}]", "text", l);
       }},
      {"definition_bytes",
       [](const InputLimits& l) { (void)Catalogue(kShare / "indices/pci", l); }},
      {"definition_bytes", [](const InputLimits& l) { (void)plans_in(kShare / "plans", l); }},
      {"definition_bytes", [](const InputLimits& l) { (void)actions_in(kShare / "actions", l); }},
      {"table_bytes",
       [csv](const InputLimits& l) {
         (void)read_panel(kShare / "data/pci_scores.csv", {}, csv(l));
       }},
      {"table_bytes",
       [csv](const InputLimits& l) { (void)read_names(kShare / "data/provinces.csv", csv(l)); }},
      {"table_bytes",
       [csv](const InputLimits& l) {
         (void)read_standings(kShare / "data/standings.csv", nullptr, csv(l));
       }},
      {"formula_nodes", [](const InputLimits& l) { (void)parse_rule("{formula: x + 1}", l); }},
      {"depth", [](const InputLimits& l) { (void)parse_rule("{formula: x + 1}", l); }},
      {"values", [](const InputLimits& l) { (void)parse_rule("{formula: x + 1}", l); }},
      {"text_bytes", [](const InputLimits& l) { (void)parse_rule("{formula: x + 1}", l); }},
  };
}

void set(InputLimits& limits, const std::string& name, int most) {
  if (name == "definition_bytes") limits.definition_bytes = most;
  if (name == "table_bytes") limits.table_bytes = most;
  if (name == "formula_nodes") limits.formula_nodes = most;
  if (name == "depth") limits.depth = most;
  if (name == "values") limits.values = most;
  if (name == "text_bytes") limits.text_bytes = most;
}

TEST(InputLimitsTest, EveryReaderNamesTheLimitAndTakesAnother) {
  for (const auto& [name, read] : readers()) {
    InputLimits limits = no_limits;
    read(limits);
    set(limits, name, name == "depth" ? 0 : 1);
    try {
      read(limits);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(name));
      EXPECT_THAT(error.what(), HasSubstr("InputLimits"));
    }
  }
}

TEST(InputLimitsTest, CellsOfATableAreReadUnderTheLimitsOfTheTable) {
  const Table table = table_from_index(load_index(kShare / "indices/pci/2013.yaml"));
  const std::string text = to_csv(table);
  EXPECT_NO_THROW((void)index_from_table(parse_csv(text)));
  CsvOptions options;
  options.limits.values = 1;
  EXPECT_THROW((void)index_from_table(parse_csv(text, {}, options)), SpecError);
}

TEST(InputLimitsTest, ChecksTakeThemToo) {
  CheckOptions options;
  options.only = {CheckKind::lint};
  const std::vector<fs::path> paths{kShare / "indices/sipas"};
  EXPECT_EQ(check_paths(paths, options).exit_code(), 0);
  options.limits = InputLimits{.definition_bytes = 10};
  EXPECT_EQ(check_paths(paths, options).exit_code(), 2);
}

}  // namespace
}  // namespace chiso
