#include "chiso/io/check_paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "chiso/io/write_report.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* definition = R"(chiso: 1
index: service
edition: "1"
variables:
  rate: {unit: percent, range: [0, 100]}
tree:
  code: service
  maximum: 2
  variable: rate
  rule: {steps: [{when: "> 90", points: 2}, {when: "[70, 90]", points: 1}, {when: "< 70", points: 0}]}
)";

class CheckPathsTest : public ::testing::Test {
 protected:
  CheckPathsTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  fs::path write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  CheckReport check(const CheckOptions& options = {}) { return check(folder_, options); }

  static CheckReport check(const fs::path& path, const CheckOptions& options = {}) {
    return check_paths(std::vector<fs::path>{path}, options);
  }

  static const CheckItem& only_item(const CheckReport& report) {
    EXPECT_EQ(report.targets.size(), 1U) << to_text(report);
    EXPECT_EQ(report.targets.at(0).items.size(), 1U) << to_text(report);
    return report.targets.at(0).items.at(0);
  }

  fs::path folder_ = fs::path(::testing::TempDir()) / "check_paths_test" /
                     ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(CheckPathsTest, ADefinitionIsCheckedWithWhatStandsBesideIt) {
  const fs::path file = write("a/service.yaml", definition);
  write("a/service.check.yaml",
        "chiso: 1\ncases:\n  - {name: seventy, given: {rate: 70}, expect: 1}\n");
  write("a/service.check.csv", "case,rate,score: service\nninety,90,1\nabove,just above 90,1\n");

  const CheckReport report = check();

  ASSERT_EQ(report.targets.size(), 1U);
  const CheckTarget& target = report.targets[0];
  EXPECT_EQ(target.name, "service-1");
  EXPECT_EQ(target.file, file.string());
  std::vector<std::string> names;
  for (const CheckItem& item : target.items) {
    names.push_back(std::string(name(item.kind)) + " " + item.name + " " +
                    std::string(name(item.outcome)));
  }
  EXPECT_THAT(names, ElementsAre("lint definition passed", "case seventy passed",
                                 "case ninety passed", "case above failed"));
  EXPECT_EQ(report.exit_code(), 1);
  EXPECT_EQ(report.totals(), (CheckTotals{3, 1, 0, 0, 0}));

  // A check file that is named brings its definition with it, once.
  const std::vector<fs::path> both{folder_ / "a/service.check.yaml", file, folder_};
  EXPECT_EQ(check_paths(both).totals().items(), 4);
}

TEST_F(CheckPathsTest, ItemsAreSelectedByKindAndName) {
  write("service.yaml", definition);
  write("service.check.yaml",
        "chiso: 1\ncases:\n  - {name: seventy, given: {rate: 70}, expect: 1}\n"
        "  - {name: ninety, given: {rate: 90}, expect: 1}\n");

  CheckOptions options;
  options.only = {CheckKind::example};
  EXPECT_EQ(check(options).totals().items(), 2);
  options.select = "service-1::case::nine";
  EXPECT_EQ(only_item(check(options)).name, "ninety");
  options = {};
  options.only = {CheckKind::mutation};
  EXPECT_EQ(only_item(check(options)).kind, CheckKind::mutation);
  options = {};
  options.mutation = true;
  EXPECT_EQ(check(options).totals().items(), 4);
}

TEST_F(CheckPathsTest, ASelectionOfNothingCannotBeRun) {
  write("service.yaml", definition);

  CheckOptions options;
  options.select = "telepathy";
  int told = 0;
  const CheckReport report =
      check_paths(std::vector<fs::path>{folder_}, options, [&](const CheckTarget&) { ++told; });
  EXPECT_EQ(report.exit_code(), 2);
  EXPECT_THAT(to_text(report), HasSubstr("'telepathy' stands in the name of no check"));
  EXPECT_EQ(told, 1);
}

TEST_F(CheckPathsTest, TheReportDoesNotDependOnThreads) {
  for (int i = 0; i < 20; ++i) {
    const std::string name = "service" + std::to_string(i);
    write(name + ".yaml", definition);
    write(name + ".check.csv",
          "case,rate,score: service\na,70,1\nb," + std::to_string(i * 5) + ",1\n");
  }
  const auto text = [&](int threads) {
    CheckOptions options;
    options.threads = threads;
    return to_text(check(options));
  };
  EXPECT_EQ(text(1), text(7));
  EXPECT_EQ(check().totals().items(), 60);

  Size seen = 0;
  CheckOptions options;
  options.threads = 3;
  const std::vector<fs::path> paths{folder_};
  (void)check_paths(paths, options, [&](const CheckTarget&) { ++seen; });
  EXPECT_EQ(seen, 20);
}

TEST_F(CheckPathsTest, GoesOnAfterWhatCannotBeRead) {
  write("good.yaml", definition);
  write("broken.yaml", "chiso: 1\nindex: [\n");
  write("broken.check.yaml", "chiso: 1\ncases: [{name: a, expect: 1}]\n");
  write("wrong.yaml", "chiso: 1\nindex: wrong\nedition: \"1\"\ntree: {code: a, rule: telepathy}\n");
  write("wrong.check.yaml", "chiso: 1\ncases: [{name: a, expect: 1}]\n");
  write("checks.yaml", definition);
  write("checks.check.yaml", "chiso: 1\nmutatoin: {}\n");

  const CheckReport report = check();
  const std::string text = to_text(report);

  EXPECT_THAT(text, HasSubstr("unknown key 'mutatoin' (did you mean 'mutation'?)"));
  EXPECT_THAT(text, HasSubstr("telepathy"));
  EXPECT_THAT(text, HasSubstr("broken.yaml:"));
  EXPECT_EQ(report.exit_code(), 2) << "a check file that cannot be read";
  const CheckTotals totals = report.totals();
  EXPECT_EQ(totals.failed, 2) << text;   // Two definitions.
  EXPECT_EQ(totals.errors, 1) << text;   // One check file.
  EXPECT_EQ(totals.skipped, 1) << text;  // The case of the definition that is wrong.
}

TEST_F(CheckPathsTest, PlansScenariosAndActionsAreCheckedByTheirHeads) {
  write("scenario.yaml", "chiso: 1\nname: s\nedits: [{value: x, of: a, st: 1}]\n");
  write("scenarios.yaml", "chiso: 1\nscenarios: [{name: s, edits: [{value: x, of: a, set: 1}]}]\n");
  write("plan.yaml", "chiso: 1\nplan: p\nunit: a\n");

  const std::string text = to_text(check(), {false, true});

  EXPECT_THAT(text, HasSubstr("FAILED  lint: scenarios"));
  EXPECT_THAT(text, HasSubstr("unknown key 'st'"));
  EXPECT_THAT(text, HasSubstr("passed  lint: scenarios"));
  EXPECT_THAT(text, HasSubstr("lint: plan"));
}

TEST_F(CheckPathsTest, OtherYamlFilesAndHiddenFoldersAreLeftAlone) {
  write("service.yaml", definition);
  write("ci.yaml", "jobs: [\n");
  write("notes.yml", "a: 1\n");
  write(".git/service.yaml", definition);

  EXPECT_EQ(check().totals().items(), 1);

  // Who names a file means it.
  const CheckItem item = only_item(check(folder_ / "notes.yml"));
  EXPECT_EQ(item.outcome, CheckOutcome::error);
  EXPECT_THAT(item.findings.at(0).problem.message, HasSubstr("no definition, plan"));
}

TEST_F(CheckPathsTest, WhatIsNotThereOrEmptyCannotBeRun) {
  EXPECT_THAT(only_item(check(folder_ / "no.yaml")).findings.at(0).problem.message,
              HasSubstr("no such file or folder"));
  EXPECT_THAT(only_item(check()).findings.at(0).problem.message,
              HasSubstr("nothing to check in the folder"));
  EXPECT_EQ(check().exit_code(), 2);
  const CheckItem empty = only_item(check(write("empty.yaml", "")));
  EXPECT_NE(empty.outcome, CheckOutcome::passed);
  write("service.yaml", definition);
  write("service.check.csv", "");
  EXPECT_EQ(check().totals().errors, 1) << to_text(check());
}

TEST_F(CheckPathsTest, AnUnreadableFileCannotBeRun) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const fs::path file = write("service.yaml", definition);
  fs::permissions(file, fs::perms::none);
  EXPECT_EQ(only_item(check()).outcome, CheckOutcome::error);
}

TEST_F(CheckPathsTest, AFileThatIsTooLargeIsNotRead) {
  const fs::path file = write("service.yaml", definition);
  fs::resize_file(file, Size{100} << 20);  // Zeros behind the definition.
  const CheckItem item = only_item(check());
  EXPECT_EQ(item.outcome, CheckOutcome::error);
  EXPECT_THAT(item.findings.at(0).problem.message, HasSubstr("bytes"));
}

TEST_F(CheckPathsTest, ACheckFileNeedsADefinition) {
  const fs::path file = write("service.check.yaml", "chiso: 1\ncases: [{name: a, expect: 1}]\n");
  EXPECT_THAT(to_text(check(file)), HasSubstr("no definition beside the check file"));

  write("other/service.yaml", definition);
  write("service.check.yaml",
        "chiso: 1\ndefinition: other/service.yaml\n"
        "cases: [{name: a, given: {rate: 70}, expect: 1}]\n");
  EXPECT_EQ(check(file).totals(), (CheckTotals{1, 0, 0, 0, 0})) << to_text(check(file));

  const fs::path table = write("service.check.csv", "case,rate,score: service\nb,90,1\n");
  CheckOptions cases_only;
  cases_only.only = {CheckKind::example};
  for (const fs::path& each : {file, table, folder_}) {
    const CheckReport report = check(each, cases_only);
    EXPECT_EQ(report.totals(), (CheckTotals{2, 0, 0, 0, 0})) << each << to_text(report);
  }

  write("other/service.check.yaml", "chiso: 1\ndefinition: elsewhere.yaml\ncases: []\n");
  EXPECT_THAT(to_text(check()), HasSubstr("says that it checks 'elsewhere.yaml'"));
}

TEST_F(CheckPathsTest, OfTwoCheckFilesNoneIsLeftOutSilently) {
  write("service.yaml", definition);
  write("service.check.yaml", "chiso: 1\ncases: [{name: a, given: {rate: 70}, expect: 1}]\n");
  write("service.check.yml", "chiso: 1\ncases: [{name: b, given: {rate: 90}, expect: 1}]\n");

  EXPECT_EQ(check().exit_code(), 2);
  EXPECT_THAT(to_text(check()), HasSubstr("'service.check.yaml' stands beside it"));
}

TEST_F(CheckPathsTest, PanelsAreFoundBesideTheFileAndAmongThoseThatShip) {
  write("pci.yaml", "chiso: 1\nindex: x\nedition: \"1\"\ntree: {code: entry, rule: identity}\n");
  write("own.csv", "unit,period,entry\na,2020,7\nb,2020,8\n");
  write("pci.check.yaml", R"(chiso: 1
cases:
  - {name: own, panel: own.csv, unit: b, expect: {entry: {score: 8, rank: 1}}}
  - {name: shipped, panel: pci_scores, period: 2005, unit: An Giang, expect: 6.35584986}
  - {name: none, panel: pci_score, unit: a, expect: 1}
  - {name: no version, panel: own.csv, version: x, unit: a, expect: 1}
)");
  const CheckReport report = check();
  EXPECT_EQ(report.totals(), (CheckTotals{3, 0, 2, 0, 0})) << to_text(report);
  EXPECT_THAT(to_text(report), HasSubstr("did you mean 'pci_scores'?"));
  EXPECT_THAT(to_text(report), HasSubstr("holds no versions"));
}

TEST_F(CheckPathsTest, NamesAreTheSameHoweverTheirLettersAreComposed) {
  const std::string composed = "s\u1ed1";
  const std::string apart = "so\u0302\u0301";
  const std::string both[2][2] = {{composed, apart}, {apart, composed}};
  for (const auto& [here, there] : both) {
    write("a.yaml", "chiso: 1\nindex: a\nedition: '1'\nstatus: illustrative\nvariables: {" + here +
                        ": {range: [0, 9]}}\ntree: {code: a, rule: {formula: " + there +
                        " * 2}}\n");
    write("a.check.yaml",
          "chiso: 1\ncases:\n- {name: own, given: {" + there +
              ": 2}, expect: 4}\n- {name: unit, panel: p.csv, unit: A, expect: 6}\n");
    write("p.csv", "unit,period," + there + "\nA,2024,3\n");
    write("a.check.csv", there + ",score: a\n4,8\n");

    const CheckReport report = check();

    EXPECT_EQ(report.exit_code(), 0) << to_text(report);
    EXPECT_EQ(report.totals().passed, 4);
  }
}

TEST_F(CheckPathsTest, CoverageIsDemandedByTheCheckFile) {
  write("service.yaml", definition);
  write("service.check.yaml",
        "chiso: 1\ncoverage: {at_least: 100}\n"
        "cases: [{name: seventy, given: {rate: 70}, expect: 1}]\n");
  const CheckReport report = check();
  EXPECT_EQ(report.totals().failed, 1);
  EXPECT_THAT(to_text(report), HasSubstr("no case touches"));
}

TEST_F(CheckPathsTest, BaselinesAreComparedAndOnRequestLockedAnew) {
  write("service.yaml", definition);
  write("data.csv", "unit,period,rate\na,2024,95\nb,2024,80\n");
  write("service.check.yaml", "chiso: 1\nbaseline: {panel: data.csv}\n");
  CheckOptions options;
  options.only = {CheckKind::baseline};
  EXPECT_EQ(only_item(check(options)).outcome, CheckOutcome::error) << "nothing is locked yet";

  CheckOptions update = options;
  update.update = true;
  EXPECT_THAT(to_text(check(update)), HasSubstr("baseline: data.csv: the baseline was created"));
  EXPECT_EQ(only_item(check(options)).outcome, CheckOutcome::passed);

  std::string moved = definition;  // "b" has 80 and loses its point.
  moved.replace(moved.find("[70, 90]"), 8, "[85, 90]");
  moved.replace(moved.find("< 70"), 4, "< 85");
  write("service.yaml", moved);
  const CheckItem item = only_item(check(options));
  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  EXPECT_EQ(item.findings.at(0).subject, "service");
  EXPECT_EQ(only_item(check(update)).outcome, CheckOutcome::passed);
  EXPECT_EQ(only_item(check(options)).outcome, CheckOutcome::passed);
}

TEST_F(CheckPathsTest, PropertiesAreTried) {
  write("service.yaml", definition);
  write("service.check.yaml", "chiso: 1\nproperties: {continuous: [service]}\n");
  const CheckReport report = check();
  EXPECT_EQ(report.totals().failed, 1) << "points jump: " << to_text(report);
  write("service.check.yaml", "chiso: 1\nproperties: {rises_with: {service: rate}}\n");
  EXPECT_EQ(check().totals().failed, 0) << to_text(check());
}

TEST_F(CheckPathsTest, LinksThatLeadInCirclesAreNotFollowed) {
  write("a/service.yaml", definition);
  fs::create_directory_symlink(folder_, folder_ / "a" / "again");
  EXPECT_EQ(check().totals().items(), 1);
}

}  // namespace
}  // namespace chiso
