#include "chiso/serialization/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "../base/rounds.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "chiso/serialization/study_difference.hpp"
#include "chiso/snapshot/verify.hpp"
#include "sealed.hpp"
#include "studies.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::NanSensitiveDoubleEq;
using ::testing::Pointwise;
using ::testing::ThrowsMessage;

class SnapshotFormTest : public testing::TestWithParam<SnapshotForm> {};

INSTANTIATE_TEST_SUITE_P(Forms, SnapshotFormTest,
                         testing::Values(SnapshotForm::binary, SnapshotForm::xml),
                         [](const auto& test) {
                           return test.param == SnapshotForm::binary ? "binary" : "xml";
                         });

TEST_P(SnapshotFormTest, EverythingComesBackAsItWas) {
  const Study study = test::whole_study();

  const std::string bytes = to_bytes(study, GetParam());
  const Study again = study_from_bytes(bytes);

  EXPECT_EQ(again.provenance(), study.provenance());
  ASSERT_EQ(again.parts().size(), study.parts().size());
  EXPECT_EQ(again.get<Index>("index"), study.get<Index>("index"));
  EXPECT_EQ(again.get<Panel>("panel"), study.get<Panel>("panel"));
  EXPECT_EQ(again.get<Panel>("awkward"), study.get<Panel>("awkward"));
  EXPECT_EQ(again.get<Panel>("awkward").fingerprint(), study.get<Panel>("awkward").fingerprint());
  EXPECT_EQ(again.get<Panel>("awkward").source(), study.get<Panel>("awkward").source());
  EXPECT_TRUE(std::signbit(again.get<Panel>("awkward").column(0, 0)[0]));
  EXPECT_EQ(again.get<Plan>("plan"), study.get<Plan>("plan"));
  EXPECT_EQ(again.get<Scenario>("scenario"), study.get<Scenario>("scenario"));
  EXPECT_EQ(again.get<ActionSet>("actions"), study.get<ActionSet>("actions"));
  EXPECT_EQ(again.get<Standings>("standings").rows().size(), 2);
  EXPECT_TRUE(std::isnan(again.get<Standings>("standings").rows()[1].score));
  EXPECT_EQ(to_bytes(again, GetParam()), bytes);
  for (const StudyChange& change : difference(study, again)) {
    ADD_FAILURE() << change.part << " " << change.place << " " << change.what;
  }
}

TEST_P(SnapshotFormTest, ResultsAreThoseThatWereComputed) {
  const Study study = test::whole_study();

  const Study again = study_from_bytes(to_bytes(study, GetParam()));

  for (const StudyFinding& finding : verify(again, 2)) {
    EXPECT_TRUE(finding.holds) << finding.part << ": " << finding.text;
  }
  const auto& before = study.get<Uncertainty>("uncertainty");
  const auto& after = again.get<Uncertainty>("uncertainty");
  EXPECT_EQ(after.bytes(), before.bytes());
  EXPECT_EQ(after.experiment().options().seed, before.experiment().options().seed);
  EXPECT_EQ(after.acceptability(0), before.acceptability(0));
  EXPECT_EQ(after.central_weights().weights, before.central_weights().weights);
  const auto& sensitivity = again.get<Sensitivity>("sensitivity");
  EXPECT_THAT(sensitivity.total.high,
              Pointwise(NanSensitiveDoubleEq(), study.get<Sensitivity>("sensitivity").total.high));
  EXPECT_EQ(sensitivity.factors[0].name, "both");
  const auto& ranking = again.get<Ranking>("ranking");
  EXPECT_EQ(ranking.ties(), Ties::average);
  EXPECT_EQ(std::vector<Size>(ranking.order().begin(), ranking.order().end()),
            std::vector<Size>(study.get<Ranking>("ranking").order().begin(),
                              study.get<Ranking>("ranking").order().end()));
}

TEST_P(SnapshotFormTest, MadeFromEachOtherMeansStoredOnceAndShared) {
  const Scores scores = small::uncertain();
  const auto stored = [](const Study& study) { return to_bytes(study, GetParam()).size(); };
  const Study alone({{"scores", scores}});
  const Study study({{"panel", scores.panel()},
                     {"scores", scores},
                     {"again", scores},
                     {"ranking", Ranking(scores)}});

  const Study read = study_from_bytes(to_bytes(study, GetParam()));

  EXPECT_LT(stored(study), stored(alone) + 1'200);
  EXPECT_EQ(read.get<Scores>("scores").panel().column(0, 0).data(),
            read.get<Panel>("panel").column(0, 0).data());
  EXPECT_EQ(read.get<Ranking>("ranking").scores().values().data(),
            read.get<Scores>("again").values().data());
}

TEST_P(SnapshotFormTest, FlippedOrCutAnywhereItIsRefused) {
  const Panel panel(std::vector<std::string>{"north", "Thanh Hóa"}, {"x"},
                    Eigen::MatrixXd{{1.5}, {small::missing}}, Period(2020));
  const std::string bytes = to_bytes(panel, GetParam());
  ASSERT_EQ(from_bytes<Panel>(bytes), panel);

  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      EXPECT_THROW((void)study_from_bytes(flipped), ArchiveError) << "byte " << i << " bit " << bit;
    }
    EXPECT_THROW((void)study_from_bytes(bytes.substr(0, i)), ArchiveError) << "cut to " << i;
  }
  for (const std::string& more : {std::string("x"), std::string("\n"), std::string(8, '\0')}) {
    EXPECT_THROW((void)study_from_bytes(bytes + more), ArchiveError);
  }
  EXPECT_THROW((void)study_from_bytes(bytes + bytes), ArchiveError);
}

/// Whoever makes the checksum right as well gets no further than a clear error, or has made another
/// sound snapshot: every place of a study that has one of everything, made as large, negative, or
/// otherwise as can be.
TEST(SnapshotTest, LiesAreRefusedInBoundedMemory) {
  const std::string content = to_bytes(test::whole_study()).substr(test::head_bytes);
  constexpr std::size_t looked_at_closely = 6'000;  // Behind it counts of draws are most of it.
  constexpr std::size_t places = rounds(1'000);
  std::size_t refused = 0;
  std::size_t tried = 0;
  for (std::size_t k = 0; k < places; ++k) {
    const std::size_t i =
        k % 2 == 0 ? k * looked_at_closely / places : k * (content.size() - 8) / places;
    for (const std::uint64_t lie :
         {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 31 << (k % 31)}) {
      std::string lying = content;
      lying.replace(i, 8, test::little_endian(lie));
      ++tried;
      try {
        (void)study_from_bytes(test::sealed(lying));
      } catch (const ArchiveError& error) {
        ++refused;
        ASSERT_FALSE(std::string(error.what()).empty());
      }
    }
  }
  EXPECT_GT(refused, tried / 2);
}

TEST(SnapshotTest, AMillionPromisedItemsTakeNoMemoryBeforeTheyAreThere) {
  // A study without provenance texts whose list of values says that there are 2^60.
  std::string content = to_bytes(Study()).substr(test::head_bytes);
  const std::size_t values = content.size() - 16;
  content.replace(values, 8, test::little_endian(std::uint64_t{1} << 60));

  EXPECT_THAT([&] { (void)study_from_bytes(test::sealed(content)); },
              ThrowsMessage<ArchiveError>(HasSubstr("lies about its sizes")));
}

TEST(SnapshotTest, TheFutureIsRefusedWithAdvice) {
  const std::string bytes = to_bytes(small::uncertain().panel());

  EXPECT_THAT([&] { (void)study_from_bytes(test::sealed(bytes.substr(test::head_bytes), 2)); },
              ThrowsMessage<ArchiveError>(HasSubstr("format 2, and this library reads format 1; "
                                                    "update chiso")));

  std::string newer_class = bytes.substr(test::head_bytes);
  newer_class.replace(0, 4, test::little_endian(2, 4));
  EXPECT_THAT([&] { (void)study_from_bytes(test::sealed(newer_class)); },
              ThrowsMessage<ArchiveError>(
                  HasSubstr("stored as version 2, and this library reads up to 1; update chiso")));
}

TEST(SnapshotTest, EditedXmlIsReadOnceItsChecksumIsOut) {
  std::string text = to_bytes(small::uncertain().panel(), SnapshotForm::xml);
  const std::size_t at = text.find("north");
  text.replace(at, 5, "NORTH");
  EXPECT_THAT([&] { (void)from_bytes<Panel>(text); },
              ThrowsMessage<ArchiveError>(HasSubstr("take the attribute `checksum` out")));

  const std::size_t begin = text.find(" checksum=");
  text.erase(begin, text.find('>', begin) - begin);

  EXPECT_EQ(from_bytes<Panel>(text).units()[0], "NORTH");
}

TEST(SnapshotTest, ErrorsNameTheFileAndThePlace) {
  std::string text = to_bytes(small::uncertain().panel(), SnapshotForm::xml);
  const std::size_t begin = text.find(" checksum=");
  text.erase(begin, text.find('>', begin) - begin);
  const std::string number = "<unit>";
  std::string wrong = text;
  wrong.replace(wrong.find("20 50 80"), 8, "20 x 80");
  const fs::path path = fs::path(testing::TempDir()) / "wrong.xml";
  write_file_atomically(path, wrong);

  try {
    (void)load_snapshot(path);
    FAIL();
  } catch (const ArchiveError& error) {
    EXPECT_EQ(error.problems()[0].location.file, path.string());
    EXPECT_EQ(error.where(), "study.values[0].slices[0].values");
    EXPECT_THAT(error.what(), HasSubstr("expected a number"));
  }
  fs::remove(path);
}

TEST(SnapshotTest, StrangersAreToldApart) {
  for (const auto& [bytes, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "it is empty"},
           {"unit,x\na,1\n", "it is no snapshot"},
           {"\x89"
            "CHS",
            "cut off in its head"},
           {"<?xml version", "cut off in its head"},
           {"<?xml version=\"1.0\"?>\n<a/>", "no snapshot"}}) {
    EXPECT_THAT([text = bytes] { (void)study_from_bytes(text); },
                ThrowsMessage<ArchiveError>(HasSubstr(what)));
  }
  EXPECT_THAT([] { (void)from_bytes<Panel>(to_bytes(small::uncertain().index())); },
              ThrowsMessage<DataError>(HasSubstr("is of kind index")));
}

TEST(SnapshotTest, AScenarioThatNamesAnotherFileIsRefused) {
  const std::string yaml = "chiso: 1\nscenario: other\nedits:\n- index: pci-2013\n";
  Scenario plain;
  plain.name = "other";
  plain.edits.push_back({DropNode{"pci-2013"}, {}});
  std::string text = to_bytes(plain, SnapshotForm::xml);
  const std::size_t begin = text.find(" checksum=");
  text.erase(begin, text.find('>', begin) - begin);
  const std::size_t drop = text.find("drop:");
  ASSERT_NE(drop, std::string::npos) << text;
  text.replace(drop, 5, "index:");

  EXPECT_THAT([&] { (void)from_bytes<Scenario>(text); },
              ThrowsMessage<ArchiveError>(HasSubstr("does not stand in the text")));
}

TEST(SnapshotTest, FilesOfBothFormsAreReadWhicheverTheyAre) {
  const fs::path folder = fs::path(testing::TempDir()) / "snap shots Hòa 'q'";
  fs::create_directories(folder);
  const Study study = test::whole_study();

  save_snapshot(study, folder / "a.chiso");
  save_snapshot(study, folder / "a.xml");

  EXPECT_EQ(read_file(folder / "a.chiso", 1 << 24), to_bytes(study));
  EXPECT_EQ(read_file(folder / "a.xml", 1 << 24), to_bytes(study, SnapshotForm::xml));
  EXPECT_EQ(to_bytes(load_snapshot(folder / "a.xml")), to_bytes(study));
  EXPECT_EQ(to_bytes(load_snapshot(folder / "a.chiso")), to_bytes(study));
  EXPECT_EQ(read_snapshot_head(folder / "a.xml").form, SnapshotForm::xml);
  EXPECT_EQ(read_snapshot_head(folder / "a.chiso").bytes,
            static_cast<Size>(fs::file_size(folder / "a.chiso")));
  EXPECT_EQ(read_snapshot_head(folder / "a.chiso").checksum.size(), 16);
  fs::remove_all(folder);
}

TEST(SnapshotTest, APipeHasNoSizeAndIsReadAllTheSame) {
  const fs::path pipe = fs::path(testing::TempDir()) / "snapshot.pipe";
  fs::remove(pipe);
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Panel panel = test::awkward_panel();
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << to_bytes(panel); });

  EXPECT_EQ(load_snapshot(pipe).get<Panel>("value"), panel);

  writer.join();
  fs::remove(pipe);
}

TEST(SnapshotTest, WhatCannotBeSavedLeavesTheOldFile) {
  const fs::path folder = fs::path(testing::TempDir()) / "kept";
  fs::create_directories(folder);
  const fs::path path = folder / "a.chiso";
  save_snapshot(Study({{"panel", test::awkward_panel()}}), path);
  const std::string before = read_file(path, 1 << 20);
  const Panel unreadable(std::vector<std::string>{"\xff"}, {"x"}, Eigen::MatrixXd{{1.0}},
                         Period(2020));

  EXPECT_THAT(
      [&] {
        save_snapshot(Study({{"panel", unreadable}}), path);
      },
      ThrowsMessage<DataError>(HasSubstr("not UTF-8")));
  EXPECT_THROW(save_snapshot(Study(), folder / "no folder" / "a.chiso"), NotFoundError);

  EXPECT_EQ(read_file(path, 1 << 20), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
  fs::remove_all(folder);
}

TEST(SnapshotTest, LimitsAreStatedAndCanBeRaised) {
  const Study study({{"a", test::actions()}, {"b", test::scenario()}, {"c", test::standings()}});
  InputLimits limits;
  limits.snapshot_values = 2;
  EXPECT_THAT([&] { (void)study_from_bytes(to_bytes(study), limits); },
              ThrowsMessage<ArchiveError>(
                  HasSubstr("3 values, and no more than 2 are read; if it is meant to be so, raise "
                            "`snapshot_values` of InputLimits")));
  limits.snapshot_values = 3;
  EXPECT_EQ(study_from_bytes(to_bytes(study), limits).parts().size(), 3);

  const fs::path path = fs::path(testing::TempDir()) / "limits.chiso";
  save_snapshot(study, path);
  limits.snapshot_bytes = 100;
  EXPECT_THAT([&] { (void)load_snapshot(path, limits); },
              ThrowsMessage<Error>(HasSubstr("no more than 100 are read")));
  save_snapshot(study, path, SnapshotForm::xml);
  limits = {};
  limits.snapshot_text_bytes = 100;
  EXPECT_THAT([&] { (void)load_snapshot(path, limits); },
              ThrowsMessage<Error>(HasSubstr("no more than 100 are read")));
  fs::remove(path);
}

TEST(SnapshotTest, TakesLittleMoreThanItsDoubles) {
  const Eigen::MatrixXd values = Eigen::MatrixXd::Random(300, 100);
  std::vector<std::string> units;
  std::vector<std::string> variables;
  for (int i = 0; i < 300; ++i) units.push_back("unit " + std::to_string(i));
  for (int i = 0; i < 100; ++i) variables.push_back("variable " + std::to_string(i));
  const Panel panel(units, variables, values, Period(2020));

  const std::size_t bytes = to_bytes(panel).size();

  EXPECT_GT(bytes, 300 * 100 * 8);
  EXPECT_LT(bytes, 300 * 100 * 8 * 1.05);
}

TEST(SnapshotTest, ASensitivityThatHasAnOutputTwiceIsRefused) {
  Sensitivity twice = test::sobol(small::uncertain());
  twice.outputs[1] = twice.outputs[0];

  EXPECT_THAT([&] { (void)from_bytes<Sensitivity>(to_bytes(twice)); },
              ThrowsMessage<ArchiveError>(HasSubstr("do not fit each other")));
}

TEST(StudyTest, NamesArePartsOnceEach) {
  EXPECT_THAT(
      [] {
        Study({{"a", test::actions()}, {"a", test::standings()}});
      },
      ThrowsMessage<SpecError>(HasSubstr("two parts of a study are called 'a'")));
  EXPECT_THAT(
      [] {
        Study({{"", test::actions()}});
      },
      ThrowsMessage<SpecError>(HasSubstr("no name")));
  EXPECT_THAT(
      [] {
        (void)Study({{"panel", test::awkward_panel()}}).at("pannel");
      },
      ThrowsMessage<NotFoundError>(HasSubstr("did you mean 'panel'?")));
}

}  // namespace
}  // namespace chiso
