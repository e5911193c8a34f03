#include "chiso/io/scoring_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"

// All forms here are made up: their criteria and points are nobody's.
namespace chiso {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ResultOf;
using testing::ThrowsMessage;

ScoringFormOptions options() { return {.unit = "Sở A", .period = Period(2024)}; }

ScoringForm form(std::string text) {
  return read_scoring_form(
      parse_csv(std::move(text), "form.csv", {.delimiter = ';', .pad_short_rows = true}),
      options());
}

std::vector<std::string> codes(const ScoringForm& form) {
  const Index index(form.definition);
  return {index.codes().names().begin(), index.codes().names().end()};
}

const Criterion& node(const Index& index, std::string_view code) {
  return index.node(index.at(code));
}

std::vector<std::string> version_names(const ScoringForm& form) {
  std::vector<std::string> names;
  for (const auto& [name, panel] : form.versions) names.push_back(name);
  return names;
}

double points(const ScoringForm& form, std::size_t version, std::string_view code) {
  const Panel& panel = form.versions.at(version).second;
  return panel.column(panel.variables().at(code), 0)[0];
}

std::vector<std::string> findings(const ScoringForm& form) {
  std::vector<std::string> lines;
  for (const Problem& problem : form.findings) lines.push_back(problem.to_string());
  return lines;
}

constexpr std::string_view kForm =
    "UBND TỈNH X;;;;;;\n"
    "BẢNG CHẤM ĐIỂM CẢI CÁCH HÀNH CHÍNH NĂM 2024;;;;;;\n"
    "STT;Lĩnh vực, tiêu chí, tiêu chí thành phần;Điểm tối đa;Điểm tự chấm;Điểm thẩm định lần 1;"
    "Điểm thẩm định lần 2;Ghi chú\n"
    "(1);(2);(3);(4);(5);(6);(7)\n"
    "1;CHỈ ĐẠO, ĐIỀU HÀNH;5;4,5;4;4,25;\n"
    "1.1;Kế hoạch;2;2;1,5;1,5;\n"
    "1.1.1;Ban hành kịp thời;1;1;1;1;QĐ 01\n"
    ";Trong quý I: 1;;;;;\n"
    ";Sau quý I: 0;;;;;\n"
    "1.1.2;Mức độ hoàn thành;1;1,0;0,5;0,5;\n"
    "1.2;Tuyên truyền;3;2,5;2,5;2.75;\n"
    "2;THỂ CHẾ;4;3;3;3;\n"
    "2.1;Rà soát văn bản;4;3;3;3;\n"
    ";TỔNG CỘNG;9;7,5;7;7,25;\n"
    ";NGƯỜI LẬP BIỂU;;;;;\n";

TEST(ScoringFormTest, TheNumberingMakesTheTree) {
  const ScoringForm read = form(std::string(kForm));
  EXPECT_THAT(codes(read),
              ElementsAre("par-form", "1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1"));
  const Index index(read.definition);
  EXPECT_EQ(node(index, "1.1.1").title.vi, "Ban hành kịp thời");
  EXPECT_EQ(node(index, "1.1.1").provenance.note, "Trong quý I: 1\nSau quý I: 0");
  EXPECT_EQ(*node(index, "1.1.1").maximum.find({}), 1.0);
  EXPECT_TRUE(std::holds_alternative<GivenPoints>(*node(index, "1.1.1").rule.find({})));
  EXPECT_EQ(node(index, "1.1").aggregation.method, Aggregation::Method::sum);
  EXPECT_EQ(node(index, "1.1").missing, MissingPolicy::no_score);
  EXPECT_EQ(*node(index, "par-form").maximum.find({}), 9.0);
  EXPECT_EQ(node(index, "1.1.1").location.line, 7);
  EXPECT_EQ(read.definition.title.vi, "BẢNG CHẤM ĐIỂM CẢI CÁCH HÀNH CHÍNH NĂM 2024");
  EXPECT_EQ(read.definition.provenance.source, "form.csv");
  EXPECT_FALSE(read.definition.provenance.status);
  EXPECT_THAT(findings(read), IsEmpty());
}

TEST(ScoringFormTest, EveryColumnOfPointsIsAVersion) {
  const ScoringForm read = form(std::string(kForm));
  EXPECT_THAT(version_names(read), ElementsAre("self", "round 1", "round 2"));
  EXPECT_EQ(points(read, 0, "1.2"), 2.5);
  EXPECT_EQ(points(read, 1, "1.1.2"), 0.5);
  EXPECT_EQ(points(read, 2, "1.2"), 2.75);
  const Panel& self = read.versions[0].second;
  EXPECT_THAT(self.units().names(), ElementsAre("Sở A"));
  EXPECT_EQ(self.periods()[0], Period(2024));
  EXPECT_THAT(self.variables().names(), ElementsAre("1.1.1", "1.1.2", "1.2", "2.1"));
}

TEST(ScoringFormTest, WhatWasReadIsScored) {
  const ScoringForm read = form(std::string(kForm));
  const Evaluator evaluator{Index(read.definition)};
  EXPECT_DOUBLE_EQ(evaluator.score(read.versions[0].second).at("Sở A", "par-form"), 7.5);
  EXPECT_DOUBLE_EQ(evaluator.score(read.versions[2].second).at("Sở A", "1"), 4.25);
}

TEST(ScoringFormTest, AHeadingMayBeTwoRowsHighWithMergedCells) {
  const std::string rows = "1;Một;2;1;1,5;1\n1.1;Một một;2;1;1,5;1\n";
  const auto expect_read = [&](const std::string& heading) {
    const ScoringForm read = form(heading + rows);
    EXPECT_THAT(version_names(read), ElementsAre("self", "round 1", "round 2")) << heading;
    EXPECT_EQ(points(read, 1, "1.1"), 1.5) << heading;
    EXPECT_THAT(findings(read), IsEmpty()) << heading;
  };
  expect_read(
      "TT;Nội dung tiêu chí;Điểm tối đa;Điểm tự đánh giá;Điểm thẩm định;\n"
      ";;;;Lần 1;Lần 2\n");
  // The same with every merged cell repeated.
  expect_read(
      "TT;Nội dung tiêu chí;Điểm tối đa;Điểm tự đánh giá;Điểm thẩm định;Điểm thẩm định\n"
      "TT;Nội dung tiêu chí;Điểm tối đa;Điểm tự đánh giá;Vòng 1;Vòng 2\n");
  expect_read(
      "PHIẾU CHẤM ĐIỂM\n;Tiêu chí;Điểm;;;\n;;Tối đa;Tự chấm;Thẩm định lần 1;Thẩm định lần 2\n");
}

TEST(ScoringFormTest, NumbersMayStandBeforeTheText) {
  const ScoringForm read = form(
      "Tiêu chí;Thang điểm;Điểm đạt được\n"
      "I. CHỈ ĐẠO;2;1\n1.1. Kế hoạch;1;0,5\n1.2 Báo cáo;1;0,5\n");
  EXPECT_THAT(codes(read), ElementsAre("par-form", "I", "1.1", "1.2"));
  EXPECT_EQ(Index(read.definition).node(3).title.vi, "Báo cáo");
  EXPECT_THAT(version_names(read), ElementsAre("appraised"));
  EXPECT_THAT(findings(read), IsEmpty());
}

TEST(ScoringFormTest, SectionsMayCountAnew) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm\n"
      "I;CHỈ ĐẠO;3;3\n1;Kế hoạch;1;1\n2;Báo cáo;2;2\nII.;THỂ CHẾ;2;1\n1;Rà soát;2;1\n"
      "a);Văn bản mới;1;1\nb);Văn bản cũ;1;0\nII.2;Kiểm tra;;\n");
  EXPECT_THAT(codes(read),
              ElementsAre("par-form", "I", "I.1", "I.2", "II", "II.1", "II.1.a", "II.1.b", "II.2"));
  EXPECT_THAT(findings(read), ElementsAre(HasSubstr("form.csv:9:15: II.2: the criterion has no "
                                                    "maximum")));
}

TEST(ScoringFormTest, SectionsMayCountOnOrNumberBelowTheirOwnNumber) {
  const ScoringForm on = form("STT;Tiêu chí;Điểm tối đa\nI;A;1\n1;x;1\nII;B;2\n2;y;1\n3;z;1\n");
  EXPECT_THAT(codes(on), ElementsAre("par-form", "I", "1", "II", "2", "3"));
  EXPECT_THAT(findings(on), IsEmpty());
  const ScoringForm below =
      form("STT;Tiêu chí;Điểm tối đa\nI;A;1\n1.1;x;1\nII;B;2\n2.1;y;1\n2.2;z;1\n");
  EXPECT_THAT(codes(below), ElementsAre("par-form", "I", "1.1", "II", "2.1", "2.2"));
  EXPECT_THAT(findings(below), IsEmpty());
}

TEST(ScoringFormTest, TheFirstColumnMayCountRows) {
  const ScoringForm read =
      form("STT;Tiêu chí;Điểm tối đa\n1;1. A;2\n2;1.1. x;1\n3;1.2. y;1\n4;2. B;1\n5;2.1. z;1\n");
  EXPECT_THAT(codes(read), ElementsAre("par-form", "1", "1.1", "1.2", "2", "2.1"));
}

TEST(ScoringFormTest, LinesThatExplainPointsAreNotesNotCriteria) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm;Cách tính điểm\n"
      "1;A;2;;\n1.1;x;2;1;theo tỷ lệ\n;100% hoàn thành: 2;2;;\n;1.5 điểm nếu chậm;1,5;;\n"
      ";a) có báo cáo;;;\n;- đúng hạn;;;\n");
  const Index index(read.definition);
  EXPECT_THAT(codes(read), ElementsAre("par-form", "1", "1.1"));
  EXPECT_EQ(node(index, "1.1").provenance.note,
            "theo tỷ lệ\n100% hoàn thành: 2: 2\n1.5 điểm nếu chậm: 1,5\na) có báo cáo\n- đúng hạn");
}

TEST(ScoringFormTest, ALetterBeforeAnyNumberIsNoCriterion) {
  EXPECT_THAT(codes(form("STT;Tiêu chí;Điểm tối đa\na;Ghi chú chung;1\n1;A;1\na;x;1\n")),
              ElementsAre("par-form", "1", "1.a"));
}

TEST(ScoringFormTest, MergedCellsMayBeRepeated) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm\n"
      "I. CHỈ ĐẠO;I. CHỈ ĐẠO;I. CHỈ ĐẠO;I. CHỈ ĐẠO\n"
      "1;Kế hoạch;1;0,5\n1;Kế hoạch;1;0,5\n1;Trong quý I: 1;1;0,5\n2;Báo cáo;1;1\n");
  EXPECT_THAT(codes(read), ElementsAre("par-form", "I", "1", "2"));
  EXPECT_EQ(Index(read.definition).node(1).title.vi, "CHỈ ĐẠO");
  EXPECT_EQ(Index(read.definition).node(2).provenance.note, "Trong quý I: 1: 1");
  EXPECT_EQ(points(read, 0, "1"), 0.5);
  EXPECT_THAT(findings(read),
              ElementsAre(HasSubstr("form.csv:5:1: 1: the row repeats number and points")));
}

TEST(ScoringFormTest, ATenthCriterionWrittenAsADecimalIsRead) {
  std::string text = "STT;Tiêu chí;Điểm tối đa\n1;A;11\n";
  for (int i = 1; i <= 9; ++i) text += "1." + std::to_string(i) + ";x;1\n";
  const ScoringForm read = form(text + "1.1;x;1\n1.11;x;1\n");
  EXPECT_EQ(Index(read.definition).node(11).code, "1.10");
  EXPECT_THAT(findings(read), ElementsAre(HasSubstr("form.csv:12:1: 1.1: after 1.9 the number 1.1 "
                                                    "is read as 1.10; format the column")));
}

TEST(ScoringFormTest, BonusAndPenaltyAreAddedAndSubtracted) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm\n"
      "I;Nội dung;10;8\n1;x;10;8\nII;ĐIỂM THƯỞNG;2;1\n2;Sáng kiến;2;1\n"
      "III;ĐIỂM TRỪ;-3;-0,5\n3;Chậm báo cáo;-3;-0,5\n;Tổng điểm;10;8,5\n");
  const Index index(read.definition);
  EXPECT_EQ(node(index, "II").role, Role::bonus);
  EXPECT_EQ(node(index, "III").role, Role::penalty);
  EXPECT_EQ(*node(index, "3").maximum.find({}), 3.0);
  EXPECT_THAT(findings(read), IsEmpty());
  // 8 + 1 - 0.5
  EXPECT_DOUBLE_EQ(Evaluator{index}.score(read.versions[0].second).at("Sở A", "par-form"), 8.5);
}

TEST(ScoringFormTest, NotApplicableAndDashesAreNoPoints) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm\n1;A;3;\n1.1;x;1;-\n1.2;y;1;Không áp "
      "dụng\n1.3;z;1;0\n");
  EXPECT_TRUE(std::isnan(points(read, 0, "1.1")));
  ASSERT_EQ(read.versions[0].second.not_applicable().size(), 1U);
  EXPECT_EQ(points(read, 0, "1.3"), 0.0);
}

TEST(ScoringFormTest, WhatDoesNotAddUpIsFound) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm;Điểm thẩm định;Năm trước\n"
      "1;A;5;4;;1\n1.1;x;2;2,5;2;\n1.2;y;2;1;chờ;\n1.4;z;;;;\n2.1.1;w;1;1;1;\n"
      ";Tổng cộng;9;5;4;\n");
  EXPECT_THAT(
      findings(read),
      AllOf(Contains(HasSubstr("form.csv:1:54: Năm trước: the column is none")),
            Contains(HasSubstr(
                "form.csv:2:7: 1, self: the points are 4, and those of its parts add up to 3.5")),
            Contains(HasSubstr(
                "form.csv:3:9: 1.1, self: the points are 2.5, and the form allows 0 to 2")),
            Contains(
                HasSubstr("1.2, appraised: expected points, found 'chờ'; they are left missing")),
            Contains(HasSubstr("form.csv:5:1: 1.4: the number before it ends in 2")),
            Contains(HasSubstr("1.4: the criterion has no maximum")),
            Contains(HasSubstr("form.csv:6:1: 2.1.1: there is no row '2.1' above it")),
            Contains(HasSubstr("total, self: the total is 5, and the points add up to 4.5")),
            Contains(HasSubstr("total, appraised: the total is 4, and the points add up to 3"))));
}

TEST(ScoringFormTest, AMaximumThatItsPartsDoNotGiveIsLeftToThem) {
  const ScoringForm read =
      form("STT;Tiêu chí;Điểm tối đa\n1;A;5\n1.1;x;2\n1.2;y;2\n;Tổng điểm;5\n");
  EXPECT_EQ(*Index(read.definition).node(1).maximum.find({}), 4.0);
  EXPECT_THAT(
      findings(read),
      ElementsAre(HasSubstr("form.csv:2:5: 1: the maximum is 5, and those of its parts add up "
                            "to 4; the sum is used"),
                  HasSubstr("form.csv:5:12: total: the maximum is 5, and those of the "
                            "sections add up to 4")));
}

TEST(ScoringFormTest, SurveysAndFinalPointsAreVersionsToo) {
  const ScoringForm read = form(
      "STT;Tiêu chí;Điểm tối đa;Điểm tự chấm;Điểm thẩm định;Điểm điều tra XHH;Điểm đạt được;Giải "
      "trình\n"
      "1;A;3;1;1;2;3;\n1.1;x;1;1;1;;1;abc\n1.2;y;2;;;2;2;\n");
  EXPECT_THAT(version_names(read), ElementsAre("self", "appraised", "survey", "obtained"));
  EXPECT_EQ(points(read, 2, "1.2"), 2.0);
}

TEST(ScoringFormTest, ColumnsWithoutPointsAreLeftOut) {
  const ScoringForm read =
      form("STT;Tiêu chí;Điểm tối đa;Điểm tự chấm;Điểm thẩm định\n1;A;1;;\n1.1;x;1;1;\n");
  EXPECT_THAT(version_names(read), ElementsAre("self"));
  EXPECT_THAT(findings(read), ElementsAre(HasSubstr("Điểm thẩm định: the column has no points")));
}

TEST(ScoringFormTest, CellsOfASpreadsheetAreNamed) {
  const std::vector<std::vector<std::string>> rows{
      {"STT", "Tiêu chí", "Điểm tối đa", "Tự chấm"}, {"1", "A", "1", ""}, {"1.1", "x", "1", "2"}};
  const ScoringForm read = read_scoring_form(Table("f.xlsx, sheet 1", rows, 4, 1), options());
  EXPECT_THAT(findings(read), ElementsAre(HasSubstr("f.xlsx, sheet 1:6:4: D6, 1.1, self:")));
}

TEST(ScoringFormTest, NothingSensibleIsRefused) {
  EXPECT_THAT(
      [] { (void)form("a;b\n1;2\n"); },
      ThrowsMessage<DataError>(AllOf(HasSubstr("expected a heading with a column of criteria"),
                                     HasSubstr("Điểm tối đa"))));
  EXPECT_THAT([] { (void)form("STT;Tiêu chí;Điểm tối đa\n;Kế hoạch;1\n"); },
              ThrowsMessage<DataError>(HasSubstr("expected rows with numbers like 1.1.2")));
  EXPECT_THAT([] { (void)form("STT;Tiêu chí;Điểm tối đa\n1;A;một\n2;B;1\n3;C;1\n2;D;4\n"); },
              ThrowsMessage<DataError>(AllOf(
                  HasSubstr("form.csv:2:5: 1: expected the most points, found 'một'"),
                  HasSubstr("form.csv:5:1: 2: the number '2' stands twice, first in line 3"))));
  EXPECT_THAT([] { (void)read_scoring_form(parse_csv(std::string(kForm)), {}); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("expected the name of the unit"),
                                             HasSubstr("expected the period of the form"))));
}

}  // namespace
}  // namespace chiso
