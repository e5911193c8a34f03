#include "chiso/io/write_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

CheckFinding finding(Severity severity, Problem problem) {
  return {severity, "score", problem.place, std::move(problem), {}};
}

/// A file with one of each.
CheckReport report() {
  CheckTarget target;
  target.file = "indices/a,b.yaml";
  target.name = "pci-2013";
  CheckItem passed;
  passed.name = "definition";
  passed.add(finding(Severity::warning, {{"indices/a,b.yaml", 3, 1}, "x", "unused", "leave it"}));
  target.items.push_back(passed);
  CheckItem failed;
  failed.kind = CheckKind::example;
  failed.name = "Thanh Hóa <2019> & \"more\"";
  failed.seconds = 0.25;
  CheckFinding worst = finding(
      Severity::error, {{"a.check.yaml", 7, 5}, "pci", "expected 1, found 100 %\x1b[31m", ""});
  worst.details = {"pci = 2", "└─ x = 3"};
  failed.add(worst);
  target.items.push_back(failed);
  CheckItem broken;
  broken.kind = CheckKind::example;
  broken.name = "broken";
  broken.location = {"a.check.yaml", 9, 3};
  broken.stop(NotFoundError("no panel", "p"), "case");
  target.items.push_back(broken);
  CheckItem skipped;
  skipped.kind = CheckKind::baseline;
  skipped.name = "baseline";
  skipped.outcome = CheckOutcome::skipped;
  skipped.add(finding(Severity::note, {{}, "", "nothing to compare with", ""}));
  target.items.push_back(skipped);
  return {{target}};
}

TEST(WriteReportTest, TextShowsWhatIsWrongWhereAndHowItCameAbout) {
  EXPECT_EQ(to_text(report()),
            "pci-2013  indices/a,b.yaml  1 failed, 1 could not be run, 1 skipped, 1 passed, "
            "1 warning\n"
            "  passed  lint: definition\n"
            "    indices/a,b.yaml:3:1\n"
            "    warning: x: unused; leave it\n"
            "  FAILED  case: Thanh Hóa <2019> & \"more\"\n"
            "    a.check.yaml:7:5\n"
            "    error: pci: expected 1, found 100 %\\x1b[31m\n"
            "      pci = 2\n"
            "      └─ x = 3\n"
            "  ERROR   case: broken\n"
            "    error: p: no panel\n"
            "  skipped baseline: nothing to compare with\n"
            "1 failed, 1 could not be run, 1 skipped, 1 passed, 1 warning\n");
}

TEST(WriteReportTest, OnlyWantedColoursAndPassedChecksAreShown) {
  EXPECT_THAT(to_text(report()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_text(report(), {true, false}), HasSubstr("\x1b[1;31mFAILED \x1b[0m"));
  EXPECT_THAT(to_text(report(), {false, true}), HasSubstr("nothing to compare with"));
  EXPECT_EQ(to_text(CheckTotals{}), "nothing was checked\n");
}

TEST(WriteReportTest, JUnitEscapesWhatXmlDoesNotAllow) {
  const std::string xml = to_junit(report());
  EXPECT_THAT(xml,
              HasSubstr("<testsuite name=\"pci-2013\" tests=\"4\" failures=\"1\" errors=\"1\""));
  EXPECT_THAT(xml, HasSubstr("name=\"Thanh Hóa &lt;2019> &amp; &quot;more&quot;\""));
  EXPECT_THAT(xml, HasSubstr("found 100 %\\x1b[31m"));
  EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
  EXPECT_THAT(xml, HasSubstr("a.check.yaml:7:5: pci: expected 1"));
  EXPECT_THAT(xml, HasSubstr("└─ x = 3"));
  EXPECT_THAT(xml, HasSubstr("<system-out>warning: indices/a,b.yaml:3:1: x: unused; leave it"));

  CheckReport odd = report();
  odd.targets[0].items[0].name = "a \uFFFE, a \uFFFF";
  EXPECT_THAT(to_junit(odd), HasSubstr("name=\"a \\ufffe, a \\uffff\""));

  CheckReport names = report();
  names.targets[0].file = "not\xff utf8.yaml";
  EXPECT_THAT(to_junit(names), HasSubstr("file=\"not\\xff utf8.yaml\""));
  EXPECT_THAT(to_json(names), HasSubstr("not\xef\xbf\xbd utf8.yaml"));
}

TEST(WriteReportTest, GitHubCommandsAreOneLineEach) {
  EXPECT_EQ(
      to_github(report()),
      "::warning file=indices/a%2Cb.yaml,line=3,col=1,title=pci-2013%2C lint%3A definition::x: "
      "unused; leave it\n"
      "::error file=a.check.yaml,line=7,col=5,title=pci-2013%2C case%3A Thanh Hóa <2019> & "
      "\"more\"::pci: expected 1, found 100 %25\\x1b[31m%0Apci = 2%0A└─ x = 3\n"
      "::error file=a.check.yaml,line=9,col=3,title=pci-2013%2C case%3A broken::p: no panel\n");
}

TEST(WriteReportTest, GitLabFindingsHaveStableFingerprints) {
  const std::string json = to_gitlab(report());
  EXPECT_THAT(json, HasSubstr("\"check_name\": \"case.score\""));
  EXPECT_THAT(json, HasSubstr("\"severity\": \"major\""));
  EXPECT_THAT(json, HasSubstr("\"begin\": 7"));
  EXPECT_EQ(json, to_gitlab(report()));
  CheckReport moved = report();  // A finding is the same when lines are put in before it.
  moved.targets[0].items[1].findings[0].problem.location.line = 70;
  const auto fingerprints = [](std::string text) {
    std::string found;
    for (auto at = text.find("\"fingerprint\""); at != std::string::npos;
         at = text.find("\"fingerprint\"", at + 1)) {
      found += text.substr(at, 36);
    }
    return found;
  };
  EXPECT_EQ(fingerprints(to_gitlab(moved)), fingerprints(json));

  CheckReport twice = report();  // In two places of one formula.
  twice.targets[0].items = {twice.targets[0].items[1]};
  auto& findings = twice.targets[0].items[0].findings;
  findings.push_back(findings[0]);
  const std::string both = fingerprints(to_gitlab(twice));
  ASSERT_EQ(both.size(), 72U);
  EXPECT_NE(both.substr(0, 36), both.substr(36));
}

TEST(WriteReportTest, ExitCodesSayWhetherChecksFailedOrCouldNotBeRun) {
  CheckReport each = report();
  EXPECT_EQ(each.exit_code(), 2);
  each.targets[0].items.erase(each.targets[0].items.begin() + 2);
  EXPECT_EQ(each.exit_code(), 1);
  each.targets[0].items.erase(each.targets[0].items.begin() + 1);
  EXPECT_EQ(each.exit_code(), 0);
  EXPECT_EQ(each.exit_code(Severity::warning), 1);
  each.targets[0].items.erase(each.targets[0].items.begin());
  EXPECT_EQ(each.exit_code(Severity::warning), 0);
}

TEST(WriteReportTest, FormatsAndKindsAreFoundByName) {
  EXPECT_EQ(report_format("junit"), ReportFormat::junit);
  EXPECT_EQ(written(report(), ReportFormat::json), to_json(report()));
  EXPECT_THROW((void)report_format("jnuit"), NotFoundError);
  EXPECT_EQ(check_kind("case"), CheckKind::example);
  EXPECT_THROW((void)check_kind("telepathy"), NotFoundError);
}

}  // namespace
}  // namespace chiso
