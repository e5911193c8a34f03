#include "chiso/io/lock_files.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "chiso/base/error.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_baseline.hpp"

namespace chiso {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kDefinition =
    "chiso: 1\n"
    "index: demo\n"
    "edition: \"1\"\n"
    "tree:\n"
    "  code: demo\n"
    "  aggregation: arithmetic_mean\n"
    "  children:\n"
    "    - {code: time, rule: identity}\n"
    "    - {code: land, rule: identity}\n";
constexpr const char* kData =
    "unit,period,time,land\n"
    "A,2019,4,8\n"
    "B,2019,6,4\n"
    "A,2020,5,8\n"
    "B,2020,6,5\n";
constexpr const char* kChecks = "chiso: 1\nbaseline: {panel: data.csv}\n";

class LockFileTest : public testing::Test {
 protected:
  LockFileTest() {
    fs::create_directories(folder_);
    write("demo.yaml", kDefinition);
    write("data.csv", kData);
    write("demo.check.yaml", kChecks);
  }
  ~LockFileTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    return read_file(folder_ / name, 1 << 20);
  }
  [[nodiscard]] LockResult lock(bool update = false) const {
    // What a shelf has read it does not read again.
    return lock_file({.path = folder_ / "demo.yaml", .update = update}, PanelShelf("share"));
  }
  void change_definition() const {
    std::string text = kDefinition;
    text.replace(text.find("{code: land, rule: identity}"), 28,
                 "{code: land, rule: identity, cap: 7}");
    write("demo.yaml", text);
  }
  [[nodiscard]] CheckReport check() const {
    CheckOptions options;
    options.only = {CheckKind::baseline};
    const std::vector<fs::path> paths{folder_ / "demo.yaml"};
    return check_paths(paths, options);
  }

  fs::path folder_ = fs::temp_directory_path() / ("chiso-lock-" + std::to_string(getpid()));
  PanelShelf shelf_{"share"};
};

TEST_F(LockFileTest, StandsBesideTheDefinition) {
  EXPECT_EQ(lock_beside("a/pci.yaml"), fs::path("a/pci.lock"));
  EXPECT_EQ(lock_beside("a/pci.check.yaml"), fs::path("a/pci.lock"));
}

TEST_F(LockFileTest, IsMadeOnceAndThenUnchanged) {
  const LockResult first = lock();
  const std::string text = read("demo.lock");
  const LockResult second = lock();

  EXPECT_EQ(first.state, LockState::created);
  EXPECT_EQ(first.file, folder_ / "demo.lock");
  EXPECT_THAT(first.baseline.periods, SizeIs(2));
  EXPECT_EQ(second.state, LockState::unchanged);
  EXPECT_EQ(read("demo.lock"), text);
  EXPECT_THAT(text, HasSubstr("2019,A,1,,6,4,8\n"));
}

TEST_F(LockFileTest, WhatMovedIsWrittenOnlyOnRequest) {
  static_cast<void>(lock());
  const std::string before = read("demo.lock");
  change_definition();

  const LockResult refused = lock();
  EXPECT_EQ(refused.state, LockState::refused);
  ASSERT_THAT(refused.findings, Not(IsEmpty()));
  EXPECT_EQ(refused.findings[0].subject, "land");
  EXPECT_EQ(read("demo.lock"), before);

  const LockResult updated = lock(true);
  EXPECT_EQ(updated.state, LockState::updated);
  EXPECT_EQ(updated.findings[0].subject, "land");
  EXPECT_THAT(read("demo.lock"), HasSubstr("2019,A,1,,5.5,4,7\n"));
}

TEST_F(LockFileTest, MoreDataAndOtherTitlesAreTakenOver) {
  static_cast<void>(lock());
  write("data.csv", std::string(kData) + "A,2021,1,1\n");
  write("demo.yaml", std::string(kDefinition) + "title: A demonstration\n");

  EXPECT_EQ(lock().state, LockState::updated);
  EXPECT_THAT(read("demo.lock"), HasSubstr("2021,A,1,,1,1,1\n"));
}

TEST_F(LockFileTest, DataMayBeNamedInsteadOfACheckFile) {
  fs::remove(folder_ / "demo.check.yaml");
  BaselineCheck what;
  what.panel = (folder_ / "data.csv").string();
  what.periods = {Period(2020)};

  EXPECT_THROW(static_cast<void>(lock()), SpecError);
  const LockResult made = lock_file(
      {.path = folder_ / "demo.yaml", .what = what, .output = folder_ / "other.lock"}, shelf_);

  EXPECT_EQ(made.file, folder_ / "other.lock");
  EXPECT_THAT(load_baseline(folder_ / "other.lock").periods, SizeIs(1));
}

TEST_F(LockFileTest, AFileThatIsNoBaselineIsWrittenOverOnlyOnRequest) {
  write("demo.lock", "my notes\n");

  EXPECT_THROW(static_cast<void>(lock()), DataError);
  EXPECT_EQ(read("demo.lock"), "my notes\n");
  EXPECT_EQ(lock(true).state, LockState::updated);
  EXPECT_THAT(read("demo.lock"), HasSubstr("2019,A,1,,6,4,8\n"));
}

TEST_F(LockFileTest, InAFolderThoseAreLockedThatSaySo) {
  write("other.yaml", kDefinition);
  write("plain.check.yaml", "chiso: 1\ncases: []\n");
  write("plain.yaml", kDefinition);

  const std::vector<fs::path> folder{folder_};
  const std::vector<fs::path> named{folder_ / "other.yaml"};
  EXPECT_THAT(files_to_lock(folder), testing::ElementsAre(folder_ / "demo.yaml"));
  EXPECT_EQ(files_to_lock(named), named);
  fs::remove(folder_ / "demo.check.yaml");
  EXPECT_THROW(static_cast<void>(files_to_lock(folder)), NotFoundError);
  EXPECT_THROW(static_cast<void>(files_to_lock(std::vector<fs::path>{folder_ / "none.yaml"})),
               NotFoundError);
}

TEST_F(LockFileTest, ChecksCompareWithIt) {
  const CheckReport none = check();
  static_cast<void>(lock());
  const CheckReport same = check();
  change_definition();
  const CheckReport other = check();

  ASSERT_THAT(none.targets, SizeIs(1));
  EXPECT_EQ(none.exit_code(), 2);
  EXPECT_THAT(none.targets[0].items[0].findings[0].problem.remedy, HasSubstr("chiso lock"));
  EXPECT_EQ(same.exit_code(), 0);
  EXPECT_EQ(same.totals().passed, 1);
  EXPECT_EQ(other.exit_code(), 1);
  EXPECT_EQ(other.targets[0].items[0].findings[0].subject, "land");
}

TEST_F(LockFileTest, TolerancesOfTheCheckFileCount) {
  static_cast<void>(lock());
  std::string text = read("data.csv");
  text.replace(text.find("A,2019,4,8"), 10, "A,2019,4.001,8");
  write("data.csv", text);

  EXPECT_EQ(check().exit_code(), 1);
  write("demo.check.yaml", std::string(kChecks) + "tolerances: {\"*\": 0.01}\n");
  EXPECT_EQ(check().exit_code(), 0);
}

}  // namespace
}  // namespace chiso
