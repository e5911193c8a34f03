#include "chiso/io/plan_table.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "../base/rounds.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_plan.hpp"
#include "random_plan.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Plan read(const std::string& csv, const AnnexOptions& options = {}) {
  return plan_from_table(parse_csv(csv, "p.csv"), options);
}

std::string errors_of(const std::string& csv, const AnnexOptions& options = {}) {
  try {
    static_cast<void>(read(csv, options));
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

// An annex of one task with a finishing time.
Task task_at(const std::string& time, const AnnexOptions& options = {}) {
  return read("Nhiệm vụ,Chủ trì,Thời gian hoàn thành\nX,Sở A,\"" + time + "\"\n", options).task(0);
}

std::string time_error(const std::string& time, const AnnexOptions& options = {}) {
  return errors_of("Nhiệm vụ,Chủ trì,Thời gian hoàn thành\nX,Sở A,\"" + time + "\"\n", options);
}

std::vector<std::string> codes_of(const std::vector<Assignment>& assignments, TaskRole role) {
  std::vector<std::string> codes;
  for (const Assignment& each : assignments) {
    if (each.role == role) codes.push_back(each.agency);
  }
  return codes;
}

std::vector<std::string> codes_and_areas(const Plan& plan) {
  std::vector<std::string> all;
  for (const Task& task : plan.definition().tasks) all.push_back(task.code + " in " + task.area);
  return all;
}

// ---- Our own table

TEST(PlanTableTest, RandomPlansComeBackEqualInBothLanguages) {
  testing_io::RandomPlan random(5);
  for (int i = 0; i < rounds(1'000); ++i) {
    const Plan plan = random.draw();
    for (const Language language : {Language::en, Language::vi}) {
      const Table table = table_from_plan(plan, language);
      ASSERT_EQ(plan_from_table(table), plan) << to_yaml(plan) << "\n---\n" << to_csv(table);
    }
  }
}

TEST(PlanTableTest, RandomPlansComeBackEqualThroughText) {
  testing_io::RandomPlan random(6);
  for (int i = 0; i < rounds(1'000); ++i) {
    const Plan plan = random.draw();
    const Language language = i % 2 == 0 ? Language::vi : Language::en;
    const CsvStyle style{.delimiter = i % 3 == 0 ? ';' : ',', .line_end = "\r\n"};
    const std::string csv = to_csv(table_from_plan(plan, language), style);
    ASSERT_EQ(read(csv), plan) << csv;
  }
}

TEST(PlanTableTest, TheShippedPlanComesBackEqual) {
  const Plan plan = load_plan("share/plans/thanh-hoa-211.yaml");
  for (const Language language : {Language::en, Language::vi}) {
    const std::string csv = to_csv(table_from_plan(plan, language));
    EXPECT_EQ(read(csv), plan) << csv;
  }
}

constexpr std::string_view kSmall =
    "chiso: 1\n"
    "plan: small\n"
    "title: {en: A plan, vi: Một kế hoạch}\n"
    "indices: {par: par-fields}\n"
    "agencies:\n"
    "  snv: {title: {vi: Sở Nội vụ, en: Department of Home Affairs}}\n"
    "  vhtt: {title: {vi: \"Sở Văn hóa, Thể thao\"}}\n"
    "areas: {a: {title: {vi: Chỉ đạo}}}\n"
    "targets: [{of: par, rank: <= 10}]\n"
    "tasks:\n"
    "  - {code: a.1, title: {vi: Làm}, area: a, of: [\"par:F1\", par], lead: snv, coordinate: "
    "[vhtt, "
    "snv], due: 2023-12-15, every: year, cost: 12.5, note: x}\n"
    "  - {code: a.2, title: {vi: Nghĩ}, every: always}\n";

TEST(PlanTableTest, WritesAnAnnexThatPeopleRead) {
  const Plan plan = parse_plan(kSmall);

  EXPECT_EQ(
      to_csv(table_from_plan(plan, Language::vi)),
      "Mã,Lĩnh vực,Nhiệm vụ,Nhiệm vụ (tiếng Anh),Tiêu chí,Cơ quan chủ trì,Cơ quan phối "
      "hợp,Thời gian hoàn thành,Định kỳ,Kinh phí,Ghi chú\n"
      ",chiso,1,,,,,,,,\n"
      ",plan,small,,,,,,,,\n"
      ",title,Một kế hoạch,A plan,,,,,,,\n"
      ",indices.par,par-fields,,,,,,,,\n"
      ",agencies.snv,\"{title: {en: Department of Home Affairs, vi: Sở Nội vụ}}\",,,,,,,,\n"
      ",agencies.vhtt,\"{title: {vi: \"\"Sở Văn hóa, Thể thao\"\"}}\",,,,,,,,\n"
      ",areas.a,{title: {vi: Chỉ đạo}},,,,,,,,\n"
      ",targets,\"{of: par, rank: \"\"<= 10\"\"}\",,,,,,,,\n"
      "a.1,a,Làm,,\"par:F1; par\",Sở Nội vụ,\"Sở Văn hóa, Thể thao; Sở Nội vụ\",2023-12-15,hằng "
      "năm,12.5,x\n"
      "a.2,,Nghĩ,,,,,,thường xuyên,,\n");
}

TEST(PlanTableTest, EnglishHeadingsAndTitlesWhereThereAreSome) {
  const std::string csv = to_csv(table_from_plan(parse_plan(kSmall), Language::en));

  EXPECT_THAT(csv, HasSubstr("Code,Area,Task,Task (Vietnamese),Criteria,Lead,Coordinate,Due,"
                             "Recurrence,Cost,Note\n"));
  EXPECT_THAT(csv,
              HasSubstr("a.1,a,,Làm,\"par:F1; par\",Department of Home Affairs,\"Sở Văn hóa, Thể "
                        "thao; Department of Home Affairs\",2023-12-15,yearly,12.5,x\n"));
}

TEST(PlanTableTest, AgenciesWithoutATitleStandWithTheirCode) {
  const Plan plan = parse_plan(
      "chiso: 1\nplan: p\nagencies: {a: {}, b: {title: {en: B office}}}\n"
      "tasks: [{code: t, lead: [b, a]}]\n");

  EXPECT_THAT(to_csv(table_from_plan(plan)), HasSubstr("t,,,\"B office; a\"\n"));
}

TEST(PlanTableTest, CellsMayBeEditedAsPeopleWrite) {
  const Plan plan = read(
      "ma,linh vuc,NỘI DUNG,Chủ trì,Phối hợp,Thời hạn\n"
      "t,,Làm,snv,\"SỞ NỘI VỤ\n- Sở Tư pháp\",Quý I/2023\n"
      ",agencies.snv,{title: {vi: Sở Nội vụ}},,,\n"
      ",agencies.stp,\"{title: {vi: Sở Tư pháp}, aliases: [Tư pháp]}\",,,\n"
      ",plan,p,,,\n"
      "u,,Nghĩ,tư pháp.,So Noi vu,\n");

  EXPECT_EQ(plan.name(), "p");
  EXPECT_EQ(plan.task(0).due, (Date{2023, 3, 31}));
  EXPECT_THAT(codes_of(plan.task(0).assignments, TaskRole::coordinate), ElementsAre("snv", "stp"));
  EXPECT_THAT(codes_of(plan.task(1).assignments, TaskRole::lead), ElementsAre("stp"));
  EXPECT_THAT(codes_of(plan.task(1).assignments, TaskRole::coordinate), ElementsAre("snv"));
}

// In YAML they are; so the plan that is printed was another.
TEST(PlanTableTest, LettersAreComposed) {
  const Plan plan = read("STT,Nhiệm vụ,Chủ trì\n1,Bo\u0302\u0323,So\u031b\u0309 A\n");
  EXPECT_EQ(plan.task(0).title.vi, "B\u1ed9");
  EXPECT_EQ(plan.agency(0).title.vi, "S\u1edf A");
  EXPECT_EQ(parse_plan(to_yaml(plan)), plan);
}

TEST(PlanTableTest, AgenciesThatAreNotDeclaredAreNamedWithTheNearest) {
  EXPECT_THAT(errors_of("Code,Area,Task,Lead\n,plan,p,\n,agencies.snv,{title: {vi: Sở Nội vụ}},\n"
                        "t,,Làm,Sở Nội vu; Sở Tài chính\n"
                        "u,,Nghĩ,\"Sở Nội vụ, Sở Tài chính\"\n"),
              AllOf(HasSubstr("p.csv:4:8: t: there is no agency 'Sở Tài chính'"),
                    HasSubstr("p.csv:5:9: u: there is no agency 'Sở Nội vụ, Sở Tài chính'"),
                    HasSubstr("declare it in a row 'agencies.<code>' of the head"),
                    Not(HasSubstr("Sở Nội vu'"))));
  EXPECT_THAT(errors_of("Code,Area,Task,Lead\n,plan,p,\n,agencies.snv,{title: {vi: Sở Nội vụ}},\n"
                        "t,,Làm,Sở Nội vị\n"),
              HasSubstr("there is no agency 'Sở Nội vị' (did you mean 'Sở Nội vụ'?)"));
}

TEST(PlanTableTest, WrongAgenciesAndWrongCellsAreNamedTogether) {
  EXPECT_THAT(errors_of("Code,Area,Task,Lead,Due\n,plan,p,,\n"
                        ",agencies.a,{parent: b},,\nt,,Do,a,soon\n"),
              AllOf(HasSubstr("p.csv:3:13: a: `parent`: there is no agency 'b'"),
                    HasSubstr("p.csv:4:9: t: expected a time, found 'soon'")));
}

TEST(PlanTableTest, RowsOfTheHeadAreNamedWhereTheyAreWrong) {
  const std::string errors = errors_of(
      "Code,Area,Task,Lead\n"
      ",plan,p,\n"
      ",plan,q,\n"
      ",unit,,\n"
      ",agncies.a,{},\n"
      ",agencies.a,{,\n"
      ",currency,VND,x\n"
      ",,Orphan,\n");

  EXPECT_THAT(errors, HasSubstr("p.csv:3:2: plan: the key 'plan' stands twice"));
  EXPECT_THAT(errors, HasSubstr("p.csv:4:7: unit: the key has no value"));
  EXPECT_THAT(errors, HasSubstr("p.csv:5:2: agncies.a: 'agncies.a' is no key of the head (did you "
                                "mean 'agencies'?), and the row has no code"));
  EXPECT_THAT(
      errors,
      HasSubstr("p.csv:6:13: agencies.a: expected a word before the colon, found a mapping"));
  EXPECT_THAT(errors, HasSubstr("p.csv:7:15: currency: a row of the head has its value in the "
                                "column of tasks"));
  EXPECT_THAT(errors, HasSubstr("p.csv:8:2: expected the code of a task, or a key of the head"));
}

TEST(PlanTableTest, WhatMakesNoSoundPlanIsNamedWithItsCell) {
  const std::vector<std::vector<std::string>> rows{
      {"Code", "Area", "Task", "Criteria", "Due", "News"},
      {"", "plan", "p"},
      {"", "indices", "{par: par-fields}"},
      {"t", "b", "Do", "par:F1; pra", "2023-12-15", "[{date: 2023-02-30, status: done}]"}};
  try {
    static_cast<void>(plan_from_table(Table("p.xlsx, sheet 1", rows, 5, 2)));
    FAIL();
  } catch (const SpecError& error) {
    const std::string what = error.what();
    EXPECT_THAT(what, HasSubstr("p.xlsx, sheet 1:8:7: G8, t: expected an existing day"));
  }
  std::vector<std::vector<std::string>> sound = rows;
  sound[3][5] = "";
  try {
    static_cast<void>(plan_from_table(Table("p.xlsx, sheet 1", sound, 5, 2)));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("C8, t: `area`: there is no area 'b'"),
                                    HasSubstr("E8, t: `of`: there is no index 'pra'")));
  }
}

TEST(PlanTableTest, UnknownColumnsAreRefusedWithTheNearest) {
  EXPECT_THAT(errors_of("Code,Area,Task,Laed\n,plan,p,\nt,,Do,x\n"),
              AllOf(HasSubstr("p.csv:1:16: Laed: unknown column 'Laed' (did you mean 'Lead'?)"),
                    HasSubstr("remove the column, or say that 'Laed' is to be ignored")));
  EXPECT_EQ(read("Code,Area,Task,Colour\n,plan,p,\nt,,Do,red\n", {.ignored = {"colour"}})
                .task(0)
                .title.en,
            "Do");
  EXPECT_EQ(read("Code,Area,Task,Colour\n,plan,p,\nt,,Do,\n").tasks().size(), 1)
      << "an empty column says nothing that could be lost";
}

// ---- An annex of an office

TEST(PlanTableTest, ReadsAnAnnexAsAnOfficeHasIt) {
  const Plan plan = read(
      "PHỤ LỤC,,,,,,\n"
      "(Kèm theo Kế hoạch số 211/KH-UBND),,,,,,\n"
      "STT,Nhiệm vụ,Cơ quan thực hiện,,Thời gian hoàn thành,Sản phẩm,Kinh phí (triệu đồng)\n"
      ",,Chủ trì,Phối hợp,,,\n"
      "(1),(2),(3),(4),(5),(6),(7)\n"
      "I,Chỉ số PAR INDEX,,,,,\n"
      "1,Xây dựng kế hoạch,Sở Nội vụ,\"Sở Văn hóa, Thể thao và Du lịch; Các sở, ngành\",Quý "
      "IV/2022,Quyết định,120\n"
      "2,Kiểm tra,sở nội vụ,\"- Sở Tư pháp\n- So Van hoa, The thao va Du lich\",Hằng năm,,\n"
      "II,Chỉ số PCI,,,,,\n"
      "a),Thời gian,,,,,\n"
      "-,Cắt giảm thủ tục,Sở Tư pháp,-,Thường xuyên,Báo cáo,\n"
      "1,Công khai,Sở Tư pháp,,12/2023,,\n"
      "b),Đất đai,,,,,\n"
      "1,Đo đạc,Sở Tài nguyên,,,,\n"
      "Tổng cộng,,,,,,120\n",
      {.plan = "phu-luc", .unit = "Thanh Hóa", .issued = Date{2022, 8, 26}});

  EXPECT_EQ(plan.name(), "phu-luc");
  EXPECT_EQ(plan.definition().unit, "Thanh Hóa");
  EXPECT_EQ(plan.definition().issued, (Date{2022, 8, 26}));
  EXPECT_EQ(plan.definition().currency, "triệu đồng");
  EXPECT_THAT(codes_and_areas(plan), ElementsAre("I.1 in I", "I.2 in I", "II.a.2 in II.a",
                                                 "II.a.1 in II.a", "II.b.1 in II.b"));
  EXPECT_THAT(plan.areas().names(), ElementsAre("I", "II", "II.a", "II.b"));
  EXPECT_EQ(plan.area(2).title.vi, "Thời gian");
  EXPECT_THAT(plan.agencies().names(), ElementsAre("so-noi-vu", "so-van-hoa-the-thao-va-du-lich",
                                                   "cac-so-nganh", "so-tu-phap", "so-tai-nguyen"));
  EXPECT_EQ(plan.agency(1).title.vi, "Sở Văn hóa, Thể thao và Du lịch");
  EXPECT_THAT(plan.agency(1).aliases, ElementsAre("So Van hoa, The thao va Du lich"));
  EXPECT_TRUE(plan.agency(2).is_group);
  EXPECT_FALSE(plan.agency(1).is_group);
  const Task& first = plan.task(0);
  EXPECT_EQ(first.title.vi, "Xây dựng kế hoạch");
  EXPECT_EQ(first.due, (Date{2022, 12, 31}));
  EXPECT_EQ(first.product, "Quyết định");
  EXPECT_EQ(first.cost, 120.0);
  EXPECT_THAT(codes_of(first.assignments, TaskRole::lead), ElementsAre("so-noi-vu"));
  EXPECT_THAT(codes_of(first.assignments, TaskRole::coordinate),
              ElementsAre("so-van-hoa-the-thao-va-du-lich", "cac-so-nganh"));
  EXPECT_THAT(codes_of(plan.task(1).assignments, TaskRole::coordinate),
              ElementsAre("so-tu-phap", "so-van-hoa-the-thao-va-du-lich"));
  EXPECT_EQ(plan.task(1).recurrence, Recurrence::yearly);
  EXPECT_EQ(plan.task(1).due, std::nullopt);
  EXPECT_EQ(plan.task(2).recurrence, Recurrence::continuous);
  EXPECT_TRUE(codes_of(plan.task(2).assignments, TaskRole::coordinate).empty());
}

TEST(PlanTableTest, ReadsAnEnglishAnnex) {
  const Plan plan = read(
      "No.,Task,Lead agency,Coordinating agencies,Finishing time,Product\n"
      "1,Draft the plan,Department of Home Affairs,All departments,by 30/6/2023,Decision\n"
      "2,Report,Department of Home Affairs,,quarterly,\n");

  EXPECT_EQ(plan.task(0).title.en, "Draft the plan");
  EXPECT_EQ(plan.agency(0).title.en, "Department of Home Affairs");
  EXPECT_EQ(plan.task(0).due, (Date{2023, 6, 30}));
  EXPECT_EQ(plan.task(1).recurrence, Recurrence::quarterly);
  EXPECT_TRUE(plan.agency(1).is_group);
  EXPECT_THAT(codes_and_areas(plan), ElementsAre("1 in ", "2 in "));
}

TEST(PlanTableTest, ATaskThatNobodyIsToDoIsNoGroup) {
  // "2" and "II.1" stand alone: the next row is not below them.
  const Plan plan = read(
      "TT,Nội dung,Chủ trì\n"
      "I,Một,\n1,A,Sở A\n2,B,\n3,C,Sở A\nII,Hai,\n1,D,\nIII,Ba,\n1,E,\n1.1,F,Sở B\n2,G,\n");

  EXPECT_THAT(codes_and_areas(plan), ElementsAre("I.1 in I", "I.2 in I", "I.3 in I", "II.1 in II",
                                                 "III.1.1 in III.1", "III.2 in III"));
}

TEST(PlanTableTest, NumbersMayStandInTheTextAndRunThrough) {
  const Plan plan = read(
      "Nội dung,Đơn vị chủ trì\n"
      "I. Chỉ đạo,\n1. Kế hoạch,Sở A\n2. Báo cáo,Sở A\nII. Thể chế,\n3. Rà soát,Sở B\n"
      "- Sửa đổi,Sở B\n");

  EXPECT_THAT(codes_and_areas(plan),
              ElementsAre("I.1 in I", "I.2 in I", "II.3 in II", "II.3.1 in II"));
  EXPECT_EQ(plan.task(0).title.vi, "Kế hoạch");
  EXPECT_EQ(plan.area(0).title.vi, "Chỉ đạo");
}

TEST(PlanTableTest, TasksMayHaveParts) {
  const Plan plan = read(
      "STT,Nhiệm vụ,Chủ trì\n"
      "I,Chỉ đạo,\n1,A,Sở A\n1.1,B,Sở B\n1.2,C,Sở B\n2,D,Sở A\n-,- E,Sở B\n3,F,Sở A\n"
      "II,Thể chế,Sở C\n1,G,Sở A\nIII,Thủ tục,Sở C\n1,H,Sở A\n");

  EXPECT_THAT(codes_and_areas(plan),
              ElementsAre("I.1 in I", "I.1.1 in I", "I.1.2 in I", "I.2 in I", "I.2.1 in I",
                          "I.3 in I", "II in ", "II.1 in ", "III in ", "III.1 in "));
}

TEST(PlanTableTest, GroupsWithoutNumbersStandSideBySide) {
  const Plan plan =
      read("STT,Nhiệm vụ,Chủ trì\n,Chỉ đạo,\n1,A,Sở A\n2,B,Sở A\n,Thể chế,\n1,C,Sở B\n");

  EXPECT_THAT(codes_and_areas(plan),
              ElementsAre("chi-dao.1 in chi-dao", "chi-dao.2 in chi-dao", "the-che.1 in the-che"));
}

TEST(PlanTableTest, AreasMayHaveAColumnWhoseCellsWereJoined) {
  const Plan plan =
      read("Lĩnh vực,Nhiệm vụ,Chủ trì\nChỉ đạo,A,Sở A\n,B,Sở A\nThể chế,C,Sở B\nchỉ đạo,D,Sở B\n");

  EXPECT_THAT(codes_and_areas(plan),
              ElementsAre("1 in chi-dao", "2 in chi-dao", "3 in the-che", "4 in chi-dao"));
  EXPECT_EQ(plan.area(1).title.vi, "Thể chế");
}

TEST(PlanTableTest, WithoutNumbersEveryRowIsATask) {
  EXPECT_EQ(read("Nhiệm vụ,Chủ trì\nA,Sở A\nB,\nC,Sở B\n").tasks().size(), 3);
}

TEST(PlanTableTest, CodesOfTheOfficeAreKept) {
  EXPECT_THAT(codes_and_areas(read("STT,Mã nhiệm vụ,Nhiệm vụ,Chủ trì\n"
                                   "1,NV.7,A,Sở A\n2,,B,Sở A\n")),
              ElementsAre("NV.7 in ", "2 in "));
}

TEST(PlanTableTest, RowsThatAreNeitherGroupNorTaskAreNamed) {
  EXPECT_THAT(errors_of("STT,Nhiệm vụ,Chủ trì\n1,A,Sở A\n,Nơi nhận: như trên,\n"),
              HasSubstr("p.csv:3:2: 'Nơi nhận: như trên' has no number, nobody to do it, and no "
                        "tasks below it"));
  EXPECT_THAT(errors_of("STT,Nhiệm vụ,Sản phẩm\n1,A,Quyết định\n,,Báo cáo\n"),
              HasSubstr("p.csv:3:2: the row says something, but not what is to be done"));
  EXPECT_THAT(errors_of("STT,Nhiệm vụ,Chủ trì\n1,A,Sở A\n1,B,Sở A\n"),
              HasSubstr("p.csv:3:1: 1: the number stands twice in its group, first in line 2"));
  EXPECT_THAT(errors_of("STT,Nhiệm vụ,Chủ trì\nNV1,A,Sở A\n"),
              HasSubstr("p.csv:2:1: expected a number such as 1, 1.2, I or a), found 'NV1'"));
}

TEST(PlanTableTest, CommasThatSeparateAgenciesAreRefused) {
  const std::string heading = "Nhiệm vụ,Chủ trì\n";
  EXPECT_THAT(errors_of(heading + "A,\"Sở Nội vụ, Sở Tư pháp\"\n"),
              AllOf(HasSubstr("p.csv:2:3: 'Sở Nội vụ, Sở Tư pháp' seems to be several agencies"),
                    HasSubstr("separate agencies by ';' or line breaks")));
  EXPECT_THAT(errors_of(heading + "A,\"Công an tỉnh, VNPT\"\nB,VNPT\nC,công an tỉnh\n"),
              HasSubstr("seems to be several agencies"));
  EXPECT_EQ(errors_of(heading + "A,\"Sở Nông nghiệp, Môi trường\"\nB,\"Các sở, ban, ngành\"\n"),
            "no error");
}

TEST(PlanTableTest, ANameThatCouldBeTwoIsNoGuess) {
  EXPECT_THAT(errors_of("Nhiệm vụ,Chủ trì\nA,Huyện Hòa Bình\nB,Huyện Hóa Bình\nC,Huyen Hoa Binh\n"),
              HasSubstr("p.csv:4:3: Huyen Hoa Binh: 'Huyen Hoa Binh' could be 'Huyện Hòa Bình' or "
                        "'Huyện Hóa Bình'"));
}

TEST(PlanTableTest, NamesWithOneSlugGetCodesOfTheirOwn) {
  const Plan plan = read("Nhiệm vụ,Chủ trì\nA,Huyện Hòa Bình; Huyện Hóa Bình; ???\n");
  EXPECT_THAT(plan.agencies().names(), ElementsAre("huyen-hoa-binh", "huyen-hoa-binh-2", "agency"));
}

TEST(PlanTableTest, CriteriaPointsAndTargetsOfAnAnnex) {
  const Plan plan = read(
      "STT,Nhiệm vụ,Tiêu chí,Điểm năm 2021,Thứ hạng năm 2021,Chỉ tiêu năm 2022,Thứ hạng phấn đấu "
      "2025,Chủ trì\n"
      "I,Cải cách hành chính,par,\"86,5\",14,96%,10,\n"
      "1,Kế hoạch,par:F1,8.25,,\"≥ 9,5 điểm\",,Sở A\n"
      "2,Hài lòng,sipas,,24,,duy trì,Sở A\n"
      "3,Hai việc,sipas; par:F1,,,,,Sở A\n");

  const PlanDefinition& d = plan.definition();
  ASSERT_EQ(d.indices.size(), 2U);
  EXPECT_EQ(d.indices[0], (PlanIndex{"par", "par", {}}));
  EXPECT_THAT(d.areas[0].criteria, ElementsAre(CriterionRef{"par", ""}));
  EXPECT_THAT(d.tasks[2].criteria,
              ElementsAre(CriterionRef{"sipas", ""}, CriterionRef{"par", "F1"}));
  ASSERT_EQ(d.baseline.size(), 3U);
  EXPECT_EQ(d.baseline[0].score, 86.5);
  EXPECT_EQ(d.baseline[0].rank, 14.0);
  EXPECT_EQ(d.baseline[0].period, Period(2021));
  EXPECT_EQ(d.baseline[1].score, 8.25);
  EXPECT_EQ(d.baseline[2].rank, 24.0);
  std::vector<std::string> targets;
  for (const Target& target : d.targets)
    targets.push_back(to_string(target.criterion) + " " + describe(target));
  EXPECT_THAT(targets, ElementsAre("par percent of maximum >= 96", "par rank <= 10",
                                   "par:F1 score >= 9.5", "sipas rank kept"));
  EXPECT_EQ(d.targets[3].by, Period(2025));
}

TEST(PlanTableTest, TargetsAreReadAsOfficesWriteThem) {
  const auto target = [](const std::string& heading, const std::string& cell) {
    return read("Nhiệm vụ,Tiêu chí,Thứ hạng năm 2021,Điểm năm 2021," + heading +
                "\nA,par:F1,14,8,\"" + cell + "\"\n")
        .target(0);
  };
  using Quantity = Target::Quantity;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto expect = [](const Target& found, Quantity quantity, const Interval& range) {
    EXPECT_EQ(found.quantity, quantity);
    EXPECT_EQ(found.range, range);
    EXPECT_EQ(found.criterion, (CriterionRef{"par", "F1"}));
  };
  expect(target("Chỉ tiêu", "9,5"), Quantity::score, {9.5, infinity, true, false});
  expect(target("Target 2025", "> 9.5 points"), Quantity::score, {9.5, infinity, false, false});
  expect(target("Chỉ tiêu", "≥ 96%"), Quantity::percent, {96.0, infinity, true, false});
  expect(target("Chỉ tiêu (%)", "96"), Quantity::percent, {96.0, infinity, true, false});
  expect(target("Chỉ tiêu", "Top 10"), Quantity::rank, {-infinity, 10.0, false, true});
  expect(target("Target rank", "10–15"), Quantity::rank, Interval::closed(10.0, 15.0));
  expect(target("Mục tiêu", "thứ hạng <= 10"), Quantity::rank, {-infinity, 10.0, false, true});
  EXPECT_EQ(target("Target 2025", "9.5").by, Period(2025));
  EXPECT_EQ(target("Chỉ tiêu", "9.5").by, std::nullopt);
  // Kept: against the baseline, 0 or more points.
  const Target kept = target("Chỉ tiêu", "Duy trì");
  EXPECT_EQ(kept.against, Target::Against::baseline);
  expect(kept, Quantity::score, {0.0, infinity, true, false});
}

TEST(PlanTableTest, LastYearIsTheOneBeforeThePlanWasIssued) {
  const std::string csv = "Nhiệm vụ,Tiêu chí,Điểm năm trước\nA,par:F1,8\n";
  EXPECT_EQ(read(csv, {.issued = Date{2022, 8, 26}}).definition().baseline[0].period, Period(2021));
  EXPECT_THAT(errors_of(csv), HasSubstr("the heading does not say of which year its points are"));
}

TEST(PlanTableTest, WhatAPlanCannotHoldIsRefused) {
  EXPECT_THAT(
      errors_of("Nhiệm vụ,Điểm tối đa,Chủ trì\nA,2,Sở A\n"),
      AllOf(HasSubstr("p.csv:1:10: Điểm tối đa: the most points of a criterion belong to the "
                      "definition of its index"),
            HasSubstr("say that 'Điểm tối đa' is to be ignored")));
  EXPECT_EQ(errors_of("Nhiệm vụ,Điểm tối đa,Chủ trì\nA,2,Sở A\n", {.ignored = {"Điểm tối đa"}}),
            "no error");
  EXPECT_THAT(errors_of("Nhiệm vụ,Chỉ tiêu\nA,9\n"),
              HasSubstr("p.csv:2:3: 1: 'Chỉ tiêu' is of one criterion, and the row names none"));
  EXPECT_THAT(errors_of("Nhiệm vụ,Tiêu chí,Chỉ tiêu\nA,par:F1; par:F2,9\nB,Xử lý hồ sơ,\n"),
              AllOf(HasSubstr("and the row names 2"),
                    HasSubstr("p.csv:3:3: 2: expected codes of criteria, such as 'par:F1; papi', "
                              "found 'Xử lý hồ sơ'")));
  EXPECT_THAT(errors_of("Nhiệm vụ,Tiêu chí,Chỉ tiêu\nA,par:F1,cao hơn\n"),
              HasSubstr("p.csv:2:10: 1: expected a target, found 'cao hơn'"));
  EXPECT_THAT(errors_of("Nhiệm vụ,Kinh phí\nA,1.200.000\n"),
              HasSubstr("expected a number without separators of thousands, found '1.200.000'"));
  EXPECT_THAT(
      errors_of("Nội dung,Nhiệm vụ,Chủ trì\nA,B,Sở A\n"),
      AllOf(HasSubstr("p.csv:1:10: Nhiệm vụ: the columns 'Nội dung' and 'Nhiệm vụ' are read "
                      "as the same"),
            HasSubstr("'Lĩnh vực'")));
}

TEST(PlanTableTest, CriteriaAloneAreWhatIsToBeDone) {
  const Plan plan = read("STT,Tiêu chí/Tiêu chí thành phần,Cơ quan chủ trì\n1,Kế hoạch,Sở A\n");
  EXPECT_EQ(plan.task(0).title.vi, "Kế hoạch");
}

TEST(PlanTableTest, ReadsAnAnnexOfCriteriaWithPoints) {
  const std::string csv =
      "\"Số\nTT\",\"Lĩnh vực/Tiêu chí/\nTiêu chí thành phần\",Mã tiêu chí,Điểm,,,\"Cơ quan\nchủ "
      "trì\",Ghi chú\n"
      ",,,Tối đa,Năm 2021,Chỉ tiêu 2022,,\n"
      "I,Chỉ đạo,par:F1,\"9,5\",\"8,2\",9,,\n"
      "1.1,Kế hoạch,par:F1.1,2,\"1,5\",2,Sở Nội vụ,hằng năm\n"
      "1.2,Báo cáo,,1,,,Sở Nội vụ,\n"
      "II. Thể chế,,,,,,,\n"
      "2.1,Rà soát,,,,,Sở Tư pháp,\n";
  const Plan plan = read(csv, {.ignored = {"tối đa"}});

  EXPECT_THAT(codes_and_areas(plan), ElementsAre("I.1.1 in I", "I.1.2 in I", "II.2.1 in II"));
  EXPECT_EQ(plan.area(1).title.vi, "Thể chế");
  EXPECT_THAT(plan.definition().areas[0].criteria, ElementsAre(CriterionRef{"par", "F1"}));
  EXPECT_THAT(plan.definition().tasks[0].criteria, ElementsAre(CriterionRef{"par", "F1.1"}));
  EXPECT_EQ(plan.task(0).provenance.note, "hằng năm");
  ASSERT_EQ(plan.definition().baseline.size(), 2U);
  EXPECT_EQ(plan.definition().baseline[1].score, 1.5);
  EXPECT_EQ(plan.target(0).by, Period(2022));
  EXPECT_THAT(errors_of(csv), HasSubstr("p.csv:5:4: Tối đa: the most points of a criterion"));
}

TEST(PlanTableTest, AHeadingIsLookedFor) {
  EXPECT_THAT(errors_of("a,b\n1,2\n"),
              AllOf(HasSubstr("expected a heading with a column of tasks and others"),
                    HasSubstr("Nhiệm vụ, Cơ quan chủ trì")));
  EXPECT_THAT(errors_of("Nhiệm vụ,Chủ trì\n"), HasSubstr("expected tasks below the heading"));
}

// ---- Times

TEST(PlanTableTest, TimesAreReadAsOfficesWriteThem) {
  const std::vector<std::pair<std::string, Date>> times{
      {"2022-08-26", {2022, 8, 26}},
      {"2022-08-26 00:00:00", {2022, 8, 26}},
      {"26/8/2022", {2022, 8, 26}},
      {"26.08.2022", {2022, 8, 26}},
      {"26-8-2022", {2022, 8, 26}},
      {"Ngày 26 tháng 8 năm 2022", {2022, 8, 26}},
      {"8/2022", {2022, 8, 31}},
      {"Tháng 2/2024", {2024, 2, 29}},
      {"tháng 02 năm 2023", {2023, 2, 28}},
      {"2023-04", {2023, 4, 30}},
      {"Quý III/2023", {2023, 9, 30}},
      {"quý 3/2023", {2023, 9, 30}},
      {"Quý IV năm 2022", {2022, 12, 31}},
      {"Q1 2023", {2023, 3, 31}},
      {"2023-Q2", {2023, 6, 30}},
      {"2023-H1", {2023, 6, 30}},
      {"6 tháng đầu năm 2023", {2023, 6, 30}},
      {"6 tháng cuối năm 2023", {2023, 12, 31}},
      {"năm 2023", {2023, 12, 31}},
      {"Trong năm 2023", {2023, 12, 31}},
      {"cuối năm 2023", {2023, 12, 31}},
      {"2023", {2023, 12, 31}},
      {"2022-2025", {2025, 12, 31}},
      {"Giai đoạn 2022 – 2025", {2025, 12, 31}},
      {"Từ năm 2022 đến năm 2025", {2025, 12, 31}},
      {"Đến hết năm 2025", {2025, 12, 31}},
      {"by 15/12/2023", {2023, 12, 15}},
      {"chậm nhất ngày 15/12/2023.", {2023, 12, 15}},
      // What is before a time ends the day before it begins.
      {"Trước ngày 15/12/2023", {2023, 12, 14}},
      {"trước tháng 3/2024", {2024, 2, 29}},
      {"before 2024", {2023, 12, 31}}};
  for (const auto& [text, day] : times) {
    EXPECT_EQ(task_at(text).due, day) << text;
    EXPECT_EQ(task_at(text).recurrence, std::nullopt) << text;
  }
}

TEST(PlanTableTest, RecurrencesAreReadInBothLanguages) {
  const std::vector<std::pair<std::string, Recurrence>> words{
      {"hằng năm", Recurrence::yearly},
      {"Hàng năm", Recurrence::yearly},
      {"HANG NAM", Recurrence::yearly},
      {"yearly", Recurrence::yearly},
      {"6 tháng", Recurrence::half_yearly},
      {"Định kỳ 6 tháng/lần", Recurrence::half_yearly},
      {"half-yearly", Recurrence::half_yearly},
      {"hằng quý", Recurrence::quarterly},
      {"Hàng quý", Recurrence::quarterly},
      {"hằng tháng", Recurrence::monthly},
      {"every month", Recurrence::monthly},
      {"Thường xuyên", Recurrence::continuous},
      {"Thường xuyên, liên tục", Recurrence::continuous},
      {"continuous", Recurrence::continuous},
      {"một lần", Recurrence::once}};
  for (const auto& [text, recurrence] : words) {
    EXPECT_EQ(task_at(text).recurrence, recurrence) << text;
    EXPECT_EQ(task_at(text).due, std::nullopt) << text;
  }
}

TEST(PlanTableTest, ARecurrenceMayHaveAFirstTime) {
  const Task task = task_at("15/12/2023; hằng năm");
  EXPECT_EQ(task.due, (Date{2023, 12, 15}));
  EXPECT_EQ(task.recurrence, Recurrence::yearly);
  // The first 15 December, and the first 30 June, from 26 August 2022 on.
  const AnnexOptions issued{.issued = Date{2022, 8, 26}};
  EXPECT_EQ(task_at("Ngày 15/12 hằng năm", issued).due, (Date{2022, 12, 15}));
  EXPECT_EQ(task_at("hằng năm, trước ngày 01/7", issued).due, (Date{2023, 6, 30}));
  EXPECT_EQ(task_at("Quý I hằng năm", issued).due, (Date{2023, 3, 31}));
  EXPECT_THAT(time_error("15/12 hằng năm"),
              HasSubstr("'15/12 hằng năm' does not say the year of the first time"));
}

TEST(PlanTableTest, TimesThatCannotBeReadAreNamedWithTheFormsThatAre) {
  EXPECT_THAT(time_error("sớm"), AllOf(HasSubstr("p.csv:2:8: 1: expected a time, found 'sớm'"),
                                       HasSubstr("15/12/2023, 12/2023, Quý IV/2023, năm 2023"),
                                       HasSubstr("thường xuyên")));
  EXPECT_THAT(
      time_error("30/2/2023"),
      HasSubstr("expected a day that exists (days stand before months), found '30/2/2023'"));
  EXPECT_THAT(time_error("8/26/2022"), HasSubstr("expected a day that exists"));
  EXPECT_THAT(time_error("13/2022"), HasSubstr("expected a month that exists"));
  EXPECT_THAT(time_error("0/5/2022"), HasSubstr("expected a day that exists"));
  for (const char* text : {"15/12", "Quý V/2023", "15/12/23", "từ 2023", "Quý II và quý IV",
                           "2025-2022", "tháng", "15/12/2023 sáng", "2023-12-15-01"}) {
    EXPECT_THAT(time_error(text), AnyOf(HasSubstr("expected a time"), HasSubstr("with its year")))
        << text;
  }
  EXPECT_THAT(time_error("hằng năm; hằng quý"), HasSubstr("expected one recurrence, found two"));
  EXPECT_THAT(time_error("2022; 2023"), HasSubstr("expected one time, found two"));
  EXPECT_THAT(time_error("hằng năm, 2022-2025"),
              HasSubstr("expected the first time of what comes again"));
  EXPECT_THAT(errors_of("Nhiệm vụ,Định kỳ\nA,12/2023\n"),
              HasSubstr("expected how often the task comes again, found the time '12/2023'"));
  EXPECT_THAT(errors_of("Nhiệm vụ,Thời hạn,Định kỳ\nA,hằng năm,hằng quý\n"),
              HasSubstr("the row says 'hằng năm', and 'hằng quý' here"));
}

TEST(PlanTableTest, CellsOfASpreadsheetAreNamed) {
  const std::vector<std::vector<std::string>> rows{{"Nhiệm vụ", "Thời hạn"}, {"A", "sớm"}};
  try {
    static_cast<void>(plan_from_table(Table("a.xlsx, sheet 1", rows, 6, 1)));
    FAIL();
  } catch (const SpecError& error) {
    EXPECT_EQ(error.where(), "B7, 1");
    EXPECT_EQ(error.problems()[0].location.line, 7);
  }
}

}  // namespace
}  // namespace chiso
